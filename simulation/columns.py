"""Columns of one's own: a number, or a few, for each user, creator or tie, beside those of the model.

A column is declared once, with what it means, its unit and how it begins. Factors and rules read it as
``encounter.own.NAME``, phases of one's own write it, results record it where asked to.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, ClassVar, Literal, cast

import numpy as np

from simulation.compiling import rule
from simulation.declare import asked, tuple_of
from simulation.errors import PluginError

Of = Literal["users", "creators", "ties"]
OF: tuple[Of, ...] = ("users", "creators", "ties")


@dataclass(frozen=True)
class Column:
    """One number for each user, creator or tie; several where ``width`` says so.

    Parameters
    ----------
    name
        A Python identifier, unique among the plug-ins of a model.
    of
        "users", "creators", or "ties" (follows, of which each begins with ``start`` when it is made).
    start
        What it begins with: a number for all, or ``start(count, draw) -> array``, in which ``draw(count)`` gives
        numbers in [0, 1) that belong to this column and the seed of who is there, and ``draw(count, 1)`` others; ties
        take a number.
    width
        How many numbers each has; with 1, a rule reads a number, else an array of that length.
    about, unit
        What it means, and in what it is measured; "1" for a pure number.
    recorded
        Whether results keep it: by day as the mean over users, for each creator by day, and for all at the end.

    Raises
    ------
    PluginError
        If one of these is not allowed.

    Examples
    --------
    >>> Column("loneliness", of="users", start=0.2, about="Wish for company", recorded=True).width
    1
    """

    name: str
    of: Of
    start: float | Callable[..., Any] = 0.0
    width: int = 1
    about: str = ""
    unit: str = "1"
    recorded: bool = False
    refusal: ClassVar[type[PluginError]] = PluginError

    def __post_init__(self) -> None:
        where = f"column {self.name!r}"
        if not self.name.isidentifier() or self.name.startswith("_"):
            raise PluginError(f"{where}: a name must be a Python identifier, for example 'loneliness'")
        if self.of not in OF:
            raise PluginError(f"{where}: of = {self.of!r} must be one of {', '.join(OF)}")
        if isinstance(self.width, bool) or not isinstance(self.width, int) or self.width < 1:
            raise PluginError(f"{where}: width = {self.width!r} must be a whole number of at least 1")
        if self.of == "ties" and (callable(self.start) or self.width > 1):
            raise PluginError(f"{where}: ties are made during the run: start must be a number, and width 1")
        if not callable(self.start) and (isinstance(self.start, bool) or not np.isfinite(self.start)):
            raise PluginError(f"{where}: start = {self.start!r} must be a finite number, or a function")

    @property
    def tie_start(self) -> float:
        """What a column of ties begins with; 0 for others."""
        return float(cast("float", self.start)) if self.of == "ties" else 0.0

    def begin(self, count: int, draw: Callable[..., Any]) -> Any:
        """The column as a run starts, (count, width).

        Raises
        ------
        PluginError
            If ``start`` raises, gives another shape, or what is not finite.
        """
        start = self.start
        if not callable(start):
            return np.full((count, self.width), float(start))
        array = asked(self, lambda: np.asarray(start(count, draw), dtype=np.float64), (), f"as {count} {self.of} begin")
        wanted = (count,) if self.width == 1 else (count, self.width)
        if array.shape not in {wanted, (count, self.width)}:
            raise PluginError(
                f"{self.told}: start gave an array of shape {array.shape}; expected {wanted}", plugin=self.name
            )
        if not np.isfinite(array).all():
            raise PluginError(f"{self.told}: start gave what is not finite", plugin=self.name)
        return array.reshape(count, self.width)

    @property
    def told(self) -> str:
        """What it is, in words."""
        return f"column {self.name!r}"


def places(columns: Iterable[Column], of: Of) -> dict[str, slice]:
    """Where each column of one kind stands in the array that holds them side by side."""
    found: dict[str, slice] = {}
    free = 0
    for column in columns:
        if column.of == of:
            found[column.name] = slice(free, free + column.width)
            free += column.width
    return found


def recorded(columns: Iterable[Column]) -> dict[str, dict[str, int]]:
    """What results keep: for each kind the names (``NAME_0`` and so on of a wide column), and where each stands."""
    found: dict[str, dict[str, int]] = {of: {} for of in OF}
    listed = list(columns)
    for column in listed:
        if column.recorded:
            first = places(listed, column.of)[column.name].start
            names = [column.name] if column.width == 1 else [f"{column.name}_{k}" for k in range(column.width)]
            found[column.of] |= {name: first + k for k, name in enumerate(names)}
    return found


def side_by_side(columns: Sequence[Column], of: Of, count: int, draw: Callable[..., Any]) -> Any:
    """All columns of one kind as a run starts, (count, sum of widths); ``draw(name)`` gives each its own numbers."""
    begun = [column.begin(count, draw(column.name)) for column in columns if column.of == of]
    return np.ascontiguousarray(np.concatenate(begun, axis=1)) if begun else np.zeros((count, 0))


def views(columns: Sequence[Column], **arrays: Any) -> Any:
    """Columns by name as a named tuple, each a view of where it stands: (count,) or (count, width).

    Parameters
    ----------
    columns
        Those to show.
    **arrays
        For each kind the array that holds its columns side by side.
    """
    found = {
        column.name: arrays[column.of][:, places(columns, column.of)[column.name]]
        for column in columns
        if column.of in arrays
    }
    flat = {name: view[:, 0] if view.shape[1] == 1 else view for name, view in found.items()}
    return tuple_of(flat)(**flat)


@lru_cache(maxsize=32)
def own_reader(columns: tuple[Column, ...]) -> Callable[..., Any]:
    """A rule ``own(users, i, creators, j, ties, entry)`` that gives what a rule reads as ``encounter.own``.

    ``users``, ``creators`` and ``ties`` are the arrays that hold columns side by side; ``entry`` is -1 where there is
    no tie: then a column of ties is what it begins with.
    """
    terms = [_term(column, places(columns, column.of)[column.name]) for column in columns]
    found = f"Own({', '.join(terms)})" if columns else "()"
    names: dict[str, Any] = {"__name__": __name__}
    if columns:
        names["Own"] = tuple_of([column.name for column in columns])
    # Compiled code cannot walk through columns of several shapes, so the function is written out for these.
    exec(f"def own(users, i, creators, j, ties, entry):\n    return {found}", names)
    return rule(cast("Callable[..., Any]", names["own"]))


@lru_cache(maxsize=32)
def creator_columns(columns: tuple[Column, ...]) -> Callable[..., Any]:
    """A rule ``own(creators, j)`` that gives the columns of one's own of a creator, by name."""
    own = own_reader(tuple(column for column in columns if column.of == "creators"))

    @rule
    def of_creator(creators: Any, j: int) -> Any:
        return own(creators, 0, creators, j, creators, -1)

    return of_creator


def _term(column: Column, place: slice) -> str:
    row = {"users": "users[i", "creators": "creators[j", "ties": "ties[entry"}[column.of]
    value = f"{row}, {place.start}]" if column.width == 1 else f"{row}, {place.start}:{place.stop}]"
    return f"({value} if entry >= 0 else {column.tie_start!r})" if column.of == "ties" else value
