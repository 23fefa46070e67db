"""Compare what two models did, bit for bit."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.engines.base import DayTotals
from simulation.events import Events
from simulation.model import FollowerModel
from simulation.records.compare import same_tables
from simulation.state import Follows, State


class Recorded(FollowerModel):
    """A model that keeps every day's events as the engine handed them over."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        self.days: list[Events] = []
        self.counts: list[DayTotals] = []
        super().__init__(*arguments, **options)

    def _record(self) -> None:
        super()._record()
        self.days.append(self._day[0])
        self.counts.append(self._day[1])


def lived(days: int, values: Mapping[str, object], **options: Any) -> Recorded:
    """A model after some days."""
    model = Recorded(dict(values), **options)
    model.run_for(days)
    return model


def bits(array: Any) -> bytes:
    """An array's bits, with its type and shape."""
    whole: NDArray[Any] = np.ascontiguousarray(array)
    return f"{whole.dtype}{whole.shape}".encode() + whole.tobytes()


def arrays(state: State) -> Iterator[tuple[str, Any]]:
    """Every array of a state by name, whatever groups there are; follows as rows in order, wherever they lie."""
    for field in fields(state):
        group = getattr(state, field.name)
        if isinstance(group, Follows):
            users, entries = group.entries()
            yield "follows.user", users
            for pool in ("creator", "day", "satisfaction", "seen", "felt", "began"):
                yield f"follows.{pool}", getattr(group.rows, pool)[entries]
        elif isinstance(group, tuple):
            yield from ((f"{field.name}.{name}", array) for name, array in group._asdict().items())  # type: ignore[attr-defined]
        else:
            yield field.name, np.asarray(group)


def digest(model: Recorded) -> str:
    """A number for everything that :func:`assert_same_history` compares, but for the tables made of it."""
    found = hashlib.sha256()
    for events, counts in zip(model.days, model.counts, strict=True):
        for column in (*events, counts.factor_sums):
            found.update(bits(column))
    for _, array in arrays(model.state):
        found.update(bits(array))
    return found.hexdigest()


def assert_same_history(a: Recorded, b: Recorded) -> None:
    """Same events with contributions and probabilities, same state, same tables: to the last bit."""
    assert len(a.days) == len(b.days)
    for day, (left, right) in enumerate(zip(a.days, b.days, strict=True)):
        for name, x, y in zip(Events._fields, left, right, strict=True):
            assert bits(x) == bits(y), f"day {day}: {name} differs"
    for day, (x, y) in enumerate(zip(a.counts, b.counts, strict=True)):
        assert (x.sessions, x.views, x.likes, x.samples) == (y.sessions, y.views, y.likes, y.samples), f"day {day}"
        assert bits(x.factor_sums) == bits(y.factor_sums), f"day {day}: factor sums differ"
    for (name, x), (_, y) in zip(arrays(a.state), arrays(b.state), strict=True):
        assert bits(x) == bits(y), f"{name} differs"
    assert same_tables(a.result(), b.result()) == []
