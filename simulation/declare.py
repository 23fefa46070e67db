"""How a parameter is declared: once, beside the rule that reads it, with unit, bounds, kind and source.

A group of parameters is a :class:`Section`: frozen, validated, and refusing names it does not know. Compiled loops
cannot hold such an object, so :meth:`Section.values` gives the same names and numbers as a plain named tuple; a
rule written ``def rule(x, p)`` reads ``p.rate`` either way.
"""

import sys
from collections import namedtuple
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache, reduce
from operator import or_
from typing import Any, ClassVar, Generic, Literal, NamedTuple, TypeVar, cast, get_args, get_origin

from pydantic import BaseModel, ConfigDict, Field, create_model
from pydantic.fields import FieldInfo

from simulation.errors import PluginError, nearest

Kind = Literal["uncertainty", "lever", "constant"]
"""uncertainty: not known, to be varied or fitted; lever: somebody's choice; constant: fixes the size or form."""

ASSUMPTION = "assumption"
"""The source of a default that no publication supports."""


def parameter(
    default: float | int | str | bool,
    *,
    about: str,
    unit: str = "1",
    bounds: tuple[float, float] | None = None,
    kind: Kind | None = None,
    source: str = ASSUMPTION,
) -> Any:
    """Declare one parameter.

    Parameters
    ----------
    default, about
        Its value when nothing is said, and what it means in one sentence.
    unit
        Physical unit; "1" for a pure number.
    bounds
        Smallest and largest value allowed, both included; None for a choice among words or a yes/no.
    kind
        See :data:`Kind`. Left out: "constant" for a yes/no, which switches a rule on or off, else "uncertainty".
    source
        Where the default comes from: a publication, a data set, or "assumption".
    """
    kind = kind or ("constant" if isinstance(default, bool) else "uncertainty")
    extra: dict[str, Any] = {"unit": unit, "kind": kind, "source": source}
    if bounds is None:
        return Field(default, description=about, json_schema_extra=extra)
    return Field(default, description=about, ge=bounds[0], le=bounds[1], json_schema_extra=extra)


_PREFIX, _BETWEEN = "Values_of_", "_and_"


def __getattr__(name: str) -> Any:
    """The types of `tuple_of`, by names that tell their fields: made when they are asked for."""
    if not name.startswith(_PREFIX):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    fields = name.removeprefix(_PREFIX).split(_BETWEEN) if name != _PREFIX else []
    made = cast("Any", namedtuple)(name, fields, module=__name__)
    setattr(sys.modules[__name__], name, made)
    return made


def tuple_of(fields: Iterable[str]) -> Any:
    """A type of named tuples with these fields, which the compiler's cache finds again in any process by its name."""
    return getattr(sys.modules[__name__], _PREFIX + _BETWEEN.join(fields))


class Section(BaseModel):
    """A group of parameters that belong to one rule or one part of the model."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False, validate_default=True)

    values_type: ClassVar[Any]

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        super().__pydantic_init_subclass__(**kwargs)
        if cls.__module__.partition(".")[0] == __name__.partition(".")[0]:
            name = f"{cls.__name__}Values"
            cls.values_type = cast("Any", namedtuple)(name, cls.model_fields, module=cls.__module__)
            setattr(sys.modules[cls.__module__], name, cls.values_type)
        else:
            cls.values_type = tuple_of(cls.model_fields)

    def values(self) -> Any:
        """The section as a named tuple of floats and ints: words become their place in the list of choices."""
        fields = type(self).model_fields.items()
        return type(self).values_type(*(_number(field, getattr(self, name)) for name, field in fields))


def _number(field: FieldInfo, value: object) -> object:
    if isinstance(value, Section):
        return value.values()
    if field.annotation is float:
        return float(value)  # type: ignore[arg-type]
    if get_origin(field.annotation) is Literal:
        return get_args(field.annotation).index(value)
    return int(value)  # type: ignore[call-overload]


class Declaration(NamedTuple):
    """One parameter as it was declared."""

    name: str
    default: object
    unit: str
    low: float | None
    high: float | None
    choices: tuple[str, ...]
    kind: str
    source: str
    about: str


T = TypeVar("T")


class Brought(Generic[T]):
    """What plug-ins brought that this process knows, by name, before it is known which of them a scenario has.

    Several of one name may be about, each from a place of its own: what comes from the same place again, such as a
    notebook cell run twice, takes the place of what came before.
    """

    def __init__(self) -> None:
        self._known: dict[str, dict[object, T]] = {}

    def add(self, name: str, place: object, thing: T, *, gone: bool = False) -> None:
        """Make it known, as the newest of its name; ``gone``: as the oldest, as only a stored result names it."""
        others = {where: known for where, known in self._known.get(name, {}).items() if where != place}
        self._known[name] = {place: thing, **others} if gone else {**others, place: thing}

    def forget(self, name: str) -> None:
        """Know nothing of that name any more."""
        self._known.pop(name, None)

    def all(self, name: str) -> tuple[T, ...]:
        """All of that name, the newest last."""
        return tuple(self._known.get(name, {}).values())

    def __iter__(self) -> Iterator[str]:
        return iter(self._known)


BROUGHT: Brought[Section] = Brought()
"""Parameters of plug-ins, by the name of their table."""


def place_of(made: Any) -> tuple[str, str]:
    """Where a class or function was written."""
    return made.__module__, getattr(made, "__qualname__", type(made).__qualname__)


class PlugIn:
    """Something of one's own with a name, and perhaps parameters, which the process knows as soon as it is made."""

    refusal: ClassVar[type[PluginError]] = PluginError
    """What is raised where it breaks its contract."""

    def announce(self) -> None:
        """Make its parameters known by its name."""
        section = getattr(self, "parameters", None)
        if section is not None:
            BROUGHT.add(self.name, place_of(type(section)), section)  # type: ignore[attr-defined]

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self.__post_init__()  # type: ignore[attr-defined]


def raised(error: Exception) -> str:
    """What a plug-in raised; where it asked for what is not there, with the nearest that is."""
    if isinstance(error, ValueError) and "read-only" in str(error):
        return (
            f"{error!r} (arrays of the model can only be read: let it write into a copy, such as array.copy(), or a "
            "phase or act name the array, as in writes=('users.mood',))"
        )
    if not isinstance(error, AttributeError) or not isinstance(error.obj, tuple):
        return repr(error)
    names = getattr(error.obj, "_fields", ())
    return f"{error!r} ({nearest(str(error.name), names) if names else 'there are no columns of your own here'})"


def asked(plugin: Any, function: Callable[..., Any], arguments: Iterable[Any], where: str) -> Any:
    """What a function of a plug-in gives.

    Raises
    ------
    PluginError
        If it raises: names the plug-in, what it raised, and the place.
    """
    try:
        return function(*arguments)
    except Exception as error:
        raise plugin.refusal(f"{plugin.told} raised {raised(error)} {where}", plugin=plugin.name) from error


def section_of(declared: Iterable[Declaration]) -> Section:
    """A section that declares such parameters: of a plug-in known from a stored result alone."""
    fields: dict[str, Any] = {}
    for one in declared:
        kind: Any = Literal[tuple(one.choices)] if one.choices else type(one.default)
        bounds = None if one.low is None or one.high is None else (one.low, one.high)
        told: dict[str, Any] = {"about": one.about, "unit": one.unit, "kind": one.kind, "source": one.source}
        fields[one.name] = (kind, parameter(cast("float", one.default), bounds=bounds, **told))
    made: Any = create_model("Told", __base__=Section, __module__="told", **fields)
    return cast("Section", made())


@lru_cache(maxsize=64)
def merged(sections: tuple[Section, ...]) -> Section:
    """A section that allows what any of some sections allows; the newest, which is the last, has the defaults."""
    told = [declarations(type(one), defaults=one) for one in sections]
    if all(one == told[-1] for one in told):
        return sections[-1]
    fields: dict[str, Any] = {}
    for name in dict.fromkeys(one.name for of in reversed(told) for one in of):
        several = [one for of in told for one in of if one.name == name]
        newest: Any = several[-1]
        lows: list[Any] = [one.low for one in several]
        highs: list[Any] = [one.high for one in several]
        kinds: list[Any] = [Literal[tuple(one.choices)] if one.choices else type(one.default) for one in several]
        bounds = None if None in lows or None in highs else (min(lows), max(highs))
        lever = any(one.kind == "lever" for one in several)
        about: dict[str, Any] = {"about": newest.about, "unit": newest.unit, "source": newest.source}
        about["kind"] = "lever" if lever else newest.kind
        fields[name] = (reduce(or_, kinds), parameter(newest.default, bounds=bounds, **about))
    made: Any = create_model("Merged", __base__=Section, __module__="told", **fields)
    return cast("Section", made())


def declarations(section: type[BaseModel], prefix: str = "", defaults: BaseModel | None = None) -> list[Declaration]:
    """Every parameter of a section and of the sections inside it, under its dotted name, in order of declaration.

    ``defaults`` has the values that hold where nothing is said, if they are not those declared.
    """
    found: list[Declaration] = []
    for name, field in section.model_fields.items():
        inner = field.annotation
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            found += declarations(
                inner, f"{prefix}{name}.", field.default if defaults is None else getattr(defaults, name)
            )
            continue
        extra = field.json_schema_extra
        if not isinstance(extra, dict):
            raise TypeError(f"{section.__name__}.{name} was not declared with parameter()")
        found.append(
            Declaration(
                name=prefix + name,
                default=field.default if defaults is None else getattr(defaults, name),
                unit=str(extra["unit"]),
                low=_bound(field, "ge"),
                high=_bound(field, "le"),
                choices=tuple(get_args(inner)) if get_origin(inner) is Literal else (),
                kind=str(extra["kind"]),
                source=str(extra["source"]),
                about=field.description or "",
            )
        )
    return found


def _bound(field: FieldInfo, which: str) -> float | None:
    return next((getattr(item, which) for item in field.metadata if hasattr(item, which)), None)
