"""Effort: the posting rate that pays best under a reward rate (Niv and others 2007)."""

from __future__ import annotations

import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import optimize

from simulation.creators.effort import EffortParameters, cost_of_posting, effort, latency

WIDE = EffortParameters(least=0.0, most=10.0)
AMOUNTS = st.floats(1e-6, 1e6)


@given(AMOUNTS, AMOUNTS)
def test_latency_is_the_root_of_cost_over_reward_rate(reward_rate: float, cost: float) -> None:
    assert latency(reward_rate, cost) == math.sqrt(cost / reward_rate)


@pytest.mark.parametrize(("reward_rate", "cost"), [(0.5, 2.0), (3.0, 0.1), (1.0, 1.0)])
def test_no_other_latency_pays_better(reward_rate: float, cost: float) -> None:
    """Waiting a time t costs cost / t for hurrying and t times the reward rate for what is forgone meanwhile."""
    found = optimize.minimize_scalar(lambda t: cost / t + reward_rate * t, bounds=(1e-3, 1e3), method="bounded")
    assert latency(reward_rate, cost) == pytest.approx(found.x, rel=1e-4)


def test_latency_falls_as_the_reward_rate_rises() -> None:
    times = [latency(rate / 10.0, 1.0) for rate in range(1, 60)]
    assert times == sorted(set(times), reverse=True)
    assert latency(4.0, 1.0) == latency(1.0, 1.0) / 2.0


@pytest.mark.parametrize("natural", [0.05, 0.3, 1.0])
def test_under_the_accustomed_reward_the_natural_rate_is_what_pays_best(natural: float) -> None:
    for accustomed in (0.01, 1.0, 7.3):
        assert 1.0 / latency(accustomed, cost_of_posting(natural, accustomed)) == pytest.approx(natural, rel=1e-14)
        assert effort(natural, accustomed, accustomed, EffortParameters()) == pytest.approx(1.0, rel=1e-14)


@pytest.mark.parametrize("times", [0.25, 0.81, 1.44, 4.0])
def test_effort_is_the_root_of_reward_by_what_one_is_used_to(times: float) -> None:
    for natural, accustomed in itertools.product((0.1, 1.0), (0.5, 3.0)):
        assert effort(natural, times * accustomed, accustomed, WIDE) == pytest.approx(math.sqrt(times), rel=1e-14)


def test_effort_keeps_within_its_bounds() -> None:
    p = EffortParameters(least=0.7, most=1.5)
    assert effort(0.5, 100.0, 1.0, p) == 1.5
    assert effort(0.5, 0.01, 1.0, p) == 0.7


def test_with_nothing_to_work_for_effort_is_least_and_after_nothing_everything_is_worth_it() -> None:
    p = EffortParameters(least=0.7, most=1.5)
    assert effort(0.5, 0.0, 1.0, p) == effort(0.5, -2.0, 1.0, p) == effort(0.5, -2.0, -3.0, p) == 0.7
    assert effort(0.5, 1.0, 0.0, p) == effort(0.5, 1.0, -2.0, p) == 1.5


def test_effort_that_does_not_move_and_that_of_who_never_posts_is_one() -> None:
    still = EffortParameters(moves=False)
    for average, accustomed in itertools.product((-1.0, 0.0, 5.0), repeat=2):
        assert effort(0.4, average, accustomed, still) == 1.0
        assert effort(0.0, average, accustomed, EffortParameters()) == 1.0
