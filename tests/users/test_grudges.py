"""Dislike that lasts: who was left is remembered, for what was posted alone, and followed again more rarely."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from simulation.ledger import STRUCTURAL_CAUSES, is_held_against
from simulation.recall import empty_memory
from simulation.state import Memory
from simulation.users.grudges import bear_grudge, grudge_against
from tests.engines.histories import Recorded, assert_same_history, lived
from tests.worlds import ENGINES, SMALL

FICKLE: dict[str, object] = {
    **SMALL,
    "decision.follow_threshold": 0.6,
    "leaving.base_hazard": 0.5,
    "decision.grudges": 4,
    "decision.grudge": 50.0,
}
"""Users who follow and leave often."""


def remembered(*creators: int, places: int = 3) -> list[int]:
    """Whom a user remembers who left some creators in this order."""
    memory = Memory(**empty_memory(2, 0, places))
    for creator in creators:
        bear_grudge(memory, 1, creator)
    assert (memory.left[0] == -1).all()
    return [int(creator) for creator in memory.left[1]]


def test_the_latest_are_remembered_and_each_once() -> None:
    assert remembered(5) == [5, -1, -1]
    assert remembered(5, 6) == [6, 5, -1]
    assert remembered(5, 6, 7, 8) == [8, 7, 6]
    assert remembered(5, 6, 5) == [5, 6, -1]
    assert remembered(5, 6, 7, 6) == [6, 7, 5]
    assert remembered(5, places=1) == [5]
    assert remembered(5, places=0) == []


def test_a_place_that_is_free_is_taken_before_anybody_is_forgotten() -> None:
    memory = Memory(**empty_memory(1, 0, 3))
    memory.left[0] = [4, -1, 6]
    bear_grudge(memory, 0, 7)
    assert memory.left[0].tolist() == [7, 4, 6]


def test_only_who_is_remembered_is_resented() -> None:
    memory = Memory(**empty_memory(2, 0, 2))
    bear_grudge(memory, 0, 3)
    assert [grudge_against(memory, 0, creator, 2.5) for creator in (2, 3)] == [0.0, 2.5]
    assert grudge_against(memory, 1, 3, 2.5) == 0.0


def test_what_was_posted_is_held_against_a_creator_and_nothing_else() -> None:
    held = {name for k, name in enumerate(STRUCTURAL_CAUSES) if is_held_against(6 + k, 6)}
    assert held == {"aspiration"}
    assert all(is_held_against(factor, 6) for factor in range(6))


@pytest.fixture(scope="module")
def both() -> list[Recorded]:
    """The same days in either engine, in a world that renews itself."""
    more = {"population.renewal": True, "population.departure_rate": 0.01, "population.burn_in": 5}
    return [lived(30, {**FICKLE, **more}, seed=1, threads=1, engine=engine) for engine in ENGINES]


def test_both_engines_live_one_history(both: list[Recorded]) -> None:
    assert (both[0].state.memory.left >= 0).sum() > 50
    assert_same_history(*both)


def test_nobody_resents_who_came_later(both: list[Recorded]) -> None:
    """Accounts that were closed are forgotten, and newcomers resent nobody."""
    state, log = both[0].state, both[0].result().events
    left = log[(log["kind"] == "unfollow") & ~log["cause"].isin(STRUCTURAL_CAUSES) | (log["cause"] == "aspiration")]
    last = left.groupby(["user", "creator"])["day"].max()
    for user, place in np.argwhere(state.memory.left >= 0):
        creator = int(state.memory.left[user, place])
        day = last.get((int(user), creator), -1)
        assert day >= max(state.users.joined[user], state.creators.joined[creator])


@pytest.mark.parametrize("engine", ENGINES)
def test_whoever_was_left_is_not_followed_again_while_remembered(engine: Any) -> None:
    """At 50 in log-odds, and with more places than anybody leaves; without places many return."""

    def returns(places: int) -> int:
        model = lived(30, {**FICKLE, "decision.grudges": places}, seed=2, threads=1, engine=engine)
        left: set[tuple[int, int]] = set()
        again = 0
        factors = len(model.factors)
        for events in model.days:
            for user, creator, kind, cause in zip(
                events.user.tolist(), events.creator.tolist(), events.kind.tolist(), events.cause.tolist(), strict=True
            ):
                again += int(kind == 1 and (user, creator) in left)
                if kind == -1 and is_held_against(cause, factors):
                    left.add((user, creator))
        assert len(left) > 30
        return again

    assert returns(1000) == 0
    assert returns(0) > 10
