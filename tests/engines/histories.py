"""Compare what two models did, bit for bit."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from simulation.engines.base import DayTotals
from simulation.events import Events
from simulation.model import FollowerModel


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
    array = np.ascontiguousarray(array)
    return f"{array.dtype}{array.shape}".encode() + array.tobytes()


def assert_same_history(a: Recorded, b: Recorded) -> None:
    """Same events with contributions and probabilities, same state: to the last bit."""
    assert len(a.days) == len(b.days)
    for day, (left, right) in enumerate(zip(a.days, b.days, strict=True)):
        for name, x, y in zip(Events._fields, left, right, strict=True):
            assert bits(x) == bits(y), f"day {day}: {name} differs"
    for day, (x, y) in enumerate(zip(a.counts, b.counts, strict=True)):
        assert (x.sessions, x.views, x.likes, x.samples) == (y.sessions, y.views, y.likes, y.samples), f"day {day}"
        assert bits(x.factor_sums) == bits(y.factor_sums), f"day {day}: factor sums differ"
    for group in ("users", "creators"):
        left, right = getattr(a.state, group), getattr(b.state, group)
        for name, x, y in zip(left._fields, left, right, strict=True):
            assert bits(x) == bits(y), f"{group}.{name} differs"
    assert bits(a.state.reference) == bits(b.state.reference)
    for user in range(a.state.users.activity.size):
        assert bits(a.state.follows.of(user)) == bits(b.state.follows.of(user)), f"user {user} follows others"
    for pool in ("day", "satisfaction"):
        x, y = (getattr(m.state.follows.rows, pool)[m.state.follows.entries()[1]] for m in (a, b))
        assert bits(x) == bits(y), f"follows: {pool} differs"
