"""Directions: the tests of claims, their error rates, and worlds that part on a day."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from benchmarks.validation.directions import ALPHA, CLAIMS, DIRECTIONS, FAMILY_ALPHA, Claim
from benchmarks.validation.directions.branches import active, branch, established, live_until, random_half, relative
from simulation.errors import ParameterError
from simulation.interventions import Intervention
from simulation.model import FollowerModel
from simulation.study.directions.claims import chance_to_fail, holm, judge, table
from tests.engines.histories import arrays, bits
from tests.worlds import small

ABOVE, BELOW = Claim("x", "x rises", "1", low=1.0), Claim("x", "x falls", "1", high=1.0)
BETWEEN = Claim("x", "x stays", "1", -1.0, 2.0)
VALUES = np.array([1.1, 1.6, 0.9, 1.8, 1.4])


# Claims -------------------------------------------------------------------------------------------------------------


def test_one_bound_is_a_one_sided_t_test() -> None:
    above, below = judge(ABOVE, VALUES), judge(BELOW, VALUES)
    assert above.p == pytest.approx(stats.ttest_1samp(VALUES, 1.0, alternative="greater").pvalue, rel=1e-12)
    assert above.p + below.p == pytest.approx(1.0, abs=1e-12)
    assert above.found.estimate == pytest.approx(1.36)
    assert above.deviation == pytest.approx(VALUES.std(ddof=1))


def test_two_bounds_are_two_tests_of_which_both_must_pass() -> None:
    low = stats.ttest_1samp(VALUES, -1.0, alternative="greater").pvalue
    high = stats.ttest_1samp(VALUES, 2.0, alternative="less").pvalue
    assert judge(BETWEEN, VALUES).p == pytest.approx(max(low, high), rel=1e-12)
    assert judge(BETWEEN, VALUES).holds(1.01 * high)
    assert not judge(BETWEEN, VALUES).holds(high)


@pytest.mark.parametrize(("value", "p"), [(1.5, 0.0), (1.0, 1.0), (0.5, 1.0)])
def test_numbers_that_never_vary_are_inside_or_not(value: float, p: float) -> None:
    verdict = judge(ABOVE, np.full(4, value))
    assert verdict.p == p
    assert chance_to_fail(verdict, 4, 0.05) == p


@pytest.mark.parametrize("values", [[1.0], [1.0, math.nan], [[1.0, 2.0]]])
def test_a_claim_needs_a_finite_number_from_each_of_two_seeds(values: list[float]) -> None:
    with pytest.raises(ParameterError, match="x: needs one finite number from each of at least 2 seeds"):
        judge(ABOVE, np.array(values))


@pytest.mark.parametrize("bounds", [{}, {"low": 1.0, "high": 1.0}, {"low": 2.0, "high": 1.0}, {"low": math.nan}])
def test_a_claim_without_room_or_without_a_bound_is_refused(bounds: dict[str, float]) -> None:
    with pytest.raises(ParameterError, match="claim 'x' needs a bound"):
        Claim("x", "x", "1", **bounds)


def test_a_mean_on_the_bound_passes_as_often_as_the_error_rate_says() -> None:
    """10,000 tests at .05: outside .05 +- .01 with probability 4e-6."""
    draws = np.random.default_rng(0).normal(1.0, 3.0, (10_000, 6))
    passed = np.mean([judge(ABOVE, row).holds(0.05) for row in draws])
    assert passed == pytest.approx(0.05, abs=0.01)


@pytest.mark.parametrize(("claim", "mean"), [(ABOVE, 2.0), (BELOW, 0.5), (BETWEEN, 0.8)])
def test_the_chance_to_fail_is_how_often_a_test_fails(claim: Claim, mean: float) -> None:
    """10,000 tests: the share that fails is off by .02 with probability 6e-5 at most; with two bounds it is a bound."""
    verdict = judge(claim, mean + np.array([-1.0, 0.0, 1.0]))
    chance = chance_to_fail(verdict, 8, 0.05)
    draws = np.random.default_rng(1).normal(mean, verdict.deviation, (10_000, 8))
    failed = np.mean([not judge(claim, row).holds(0.05) for row in draws])
    assert 0.02 < chance < 0.98
    assert failed == pytest.approx(chance, abs=0.02) if claim is not BETWEEN else failed < chance + 0.02


def test_a_mean_outside_the_bounds_fails_nearly_always() -> None:
    assert chance_to_fail(judge(ABOVE, np.array([-9.0, -9.5, -8.5])), 20, 0.01) > 0.999


def test_holms_adjustment_is_that_of_the_book() -> None:
    assert holm([0.01, 0.04, 0.03, 0.005]).tolist() == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([0.6, 0.7]).tolist() == [1.0, 1.0]


def test_the_claims_are_one_family_with_names_of_their_own() -> None:
    assert pytest.approx(FAMILY_ALPHA) == ALPHA * len(CLAIMS)
    assert len({direction.name for direction in DIRECTIONS}) == len(DIRECTIONS)
    for direction in DIRECTIONS:
        assert len({claim.name for claim in direction.claims}) == len(direction.claims)
        assert direction.seeds >= 8


@pytest.mark.parametrize("direction", DIRECTIONS, ids=lambda direction: direction.measure.__name__)
def test_a_measure_gives_every_claim_its_number_and_the_same_one_again(direction: object) -> None:
    tiny = {"population.users": 300}
    first, again = (direction.measured(3, tiny) for _ in range(2))  # type: ignore[attr-defined]
    assert first == again
    assert list(first) == [claim.name for claim in direction.claims]  # type: ignore[attr-defined]
    assert table([first, again])["".join(list(first)[:1])].shape == (2,)


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
    with pytest.raises(ParameterError, match="is on day 8"):
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
