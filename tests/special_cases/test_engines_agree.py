"""The two engines live the same history in every preset, day by day and bit for bit."""

import numpy as np
import pytest

from benchmarks.validation.special import world
from simulation.model import FollowerModel
from simulation.presets import PRESETS

SMALL: dict[str, dict[str, object]] = {
    "two_state": {"population.users": 80},
    "meritocratic": {"population.users": 30, "population.creators": 30},
    "polya": {"population.users": 45, "population.creators": 5, "population.present_at_start": 5},
    "price": {"population.users": 45, "population.creators": 45},
    "living": {"population.users": 200, "users.segments": 3, "population.burn_in": 30},
}
OTHERS: dict[str, object] = {"population.users": 80, "population.creators": 15}
DAYS = 30


def assert_same_state(one: FollowerModel, other: FollowerModel) -> None:
    for group in ("users", "creators"):
        for name, array in getattr(one.state, group)._asdict().items():
            theirs = getattr(getattr(other.state, group), name)
            same = np.array_equal(array, theirs, equal_nan=array.dtype.kind == "f")
            assert same, f"{group}.{name} differs on day {one.day}"
    mine, others = one.state.follows, other.state.follows
    assert np.array_equal(mine.rows.length, others.rows.length)
    for user in range(mine.rows.length.size):
        a, b, length = mine.rows.start[user], others.rows.start[user], mine.rows.length[user]
        for name in ("creator", "day", "satisfaction"):
            row, its = getattr(mine.rows, name)[a : a + length], getattr(others.rows, name)[b : b + length]
            assert np.array_equal(row, its), f"{name} of the follows of user {user} differs on day {one.day}"


@pytest.mark.parametrize("preset", PRESETS)
def test_both_engines_live_the_same_history(preset: str) -> None:
    values = SMALL.get(preset, OTHERS)
    compiled, mesa = (world(preset, 0, engine, values) for engine in ("compiled", "mesa"))
    events = 0
    for _ in range(DAYS):
        compiled.step()
        mesa.step()
        assert_same_state(compiled, mesa)
        events += int(compiled.state.creators.gained.sum() + compiled.state.creators.lost.sum())
    assert events > 0, "nothing happened, so nothing was compared"
