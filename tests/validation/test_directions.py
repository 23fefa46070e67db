"""Directions: their claims and measures, and worlds that part on a day."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest

from benchmarks.validation.directions import ALPHA, CLAIMS, DIRECTIONS, FAMILY_ALPHA, Direction
from benchmarks.validation.directions.branches import (
    Setting,
    active,
    branch,
    claim,
    established,
    live_until,
    random_half,
    relative,
)
from benchmarks.validation.target import Band
from simulation.analysis.expectation import by_name
from simulation.errors import ParameterError
from simulation.interventions import Intervention
from simulation.model import FollowerModel
from tests.engines.histories import arrays, bits
from tests.told import raises
from tests.validation.verdicts import assert_holds
from tests.worlds import small


def test_the_claims_are_one_family_with_names_of_their_own() -> None:
    assert pytest.approx(FAMILY_ALPHA) == ALPHA * len(CLAIMS)
    assert len({direction.name for direction in DIRECTIONS}) == len(DIRECTIONS)
    for direction in DIRECTIONS:
        assert len({claim.name for claim in direction.claims}) == len(direction.claims)
        assert direction.seeds >= 8


@pytest.mark.parametrize("direction", DIRECTIONS, ids=lambda direction: direction.measure.__name__)
def test_a_measure_gives_every_claim_its_number_and_the_same_one_again_and_alone(direction: Direction) -> None:
    tiny = {"population.users": 300}
    first = direction.measured(3, tiny)
    again = direction.measured(3, tiny, only=list(first)[:2])
    assert first == again
    for name in direction.alone:
        alone = direction.measured(3, tiny, only=[name])
        assert alone[name] == first[name]
        assert len(alone) < len(first)
    assert list(first) == [claim.name for claim in direction.claims]
    assert by_name([first, again])["".join(list(first)[:1])].shape == (2,)


def watched(claims: tuple[Band, ...], values: dict[str, float]) -> tuple[Direction, list[tuple[str, int]]]:
    """A direction whose numbers hardly vary between its 16 seeds, and with what it was measured."""
    seen: list[tuple[str, int]] = []

    def measure(seed: int, setting: Setting, *, what: str = "all") -> dict[str, float]:
        seen.append((what, seed))
        return {name: value + 0.01 * (seed % 2) for name, value in values.items() if what in (name, "all")}

    return Direction("d", "d", measure, claims, users=1, seeds=16, alone={"y": partial(measure, what="y")}), seen


CLAIMS_OF_TWO = claim("x", "x rises", "", 0.0), claim("y", "y falls", "", high=0.0)


def test_a_look_that_settles_all_claims_is_the_last() -> None:
    direction, seen = watched(CLAIMS_OF_TWO, {"x": 1.0, "y": -1.0})
    assert_holds(direction)
    assert seen == [("all", seed) for seed in range(4)]


def test_a_claim_that_no_look_settles_fails_and_is_measured_and_named_alone() -> None:
    direction, seen = watched(CLAIMS_OF_TWO, {"x": 1.0, "y": 1.0})
    with raises(AssertionError, "y falls") as caught:
        assert_holds(direction)
    assert "x rises" not in str(caught.value)
    assert seen == [("all" if seed < 4 else "y", seed) for seed in range(16)]


# Worlds that part ---------------------------------------------------------------------------------------------------


def same_state(a: FollowerModel, b: FollowerModel) -> bool:
    """Whether two worlds are one, to the last bit."""
    return all(bits(x) == bits(y) for (_, x), (_, y) in zip(arrays(a.state), arrays(b.state), strict=True))


def test_a_branch_is_the_world_that_had_the_change_from_the_start() -> None:
    moved = [Intervention(9, "bought_followers", 20, creators=(3,)), Intervention(12, "session_cap", 5)]
    trunk = small()
    trunk.run_for(9)
    late, early = branch(trunk, moved), small(interventions=moved)
    live_until(late, 20)
    live_until(early, 20)
    assert late.day == early.day == 20
    assert same_state(late, early)


def test_a_branch_leaves_the_world_it_came_from_alone() -> None:
    trunk, alone = small(), small()
    for world in (trunk, alone):
        world.run_for(9)
    changed = live_until(branch(trunk, [Intervention(9, "session_cap", 5)]), 20)
    live_until(trunk, 20)
    live_until(alone, 20)
    assert same_state(trunk, alone)
    assert not same_state(trunk, changed)


def test_a_branch_cannot_change_what_is_past() -> None:
    trunk = small()
    trunk.run_for(9)
    with raises(ParameterError, "day 8"):
        branch(trunk, [Intervention(8, "session_cap", 5)])


def test_established_creators_are_followed_by_the_share_and_not_away() -> None:
    world = small()
    world.run_for(20)
    creators = world.state.creators
    most = int(creators.followers.argmax())
    found = established(world, 0.1)
    assert most in found
    assert found.tolist() == [j for j in range(20) if creators.followers[j] >= 12 and creators.away_until[j] <= 20]
    creators.away_until[most] = 100
    assert not active(world)[most]
    assert most not in established(world, 0.1)


def test_a_random_half_is_the_same_for_the_same_address_and_another_for_another() -> None:
    creators = np.arange(10, 51)
    half = random_half(creators, 4, 60)
    assert half.size == 20
    assert (np.diff(half) > 0).all() and np.isin(half, creators).all()
    assert (half == random_half(creators, 4, 60)).all()
    assert not np.array_equal(half, random_half(creators, 4, 80))


def test_relative_is_in_percent_of_the_base() -> None:
    assert relative(np.array([6, 5]), np.array([4, 6])) == pytest.approx(10.0)
