"""Expected results: the tests, their error rates, Holm's adjustment, and the verdicts."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from simulation.analysis import Interval
from simulation.analysis.expectation import (
    TOO_SMALL,
    Expectation,
    Judgement,
    by_name,
    chance_to_fail,
    holm,
    judge,
    judge_defined,
)
from simulation.errors import ParameterError
from tests.told import raises

ABOVE, BELOW = Expectation("x rises", name="x", low=1.0), Expectation("x falls", name="x", high=1.0)
BETWEEN = Expectation("x stays", name="x", low=-1.0, high=2.0)
VALUES = np.array([1.1, 1.6, 0.9, 1.8, 1.4])


def test_one_bound_is_a_one_sided_t_test() -> None:
    above, below = judge(ABOVE, VALUES), judge(BELOW, VALUES)
    assert above.p == pytest.approx(stats.ttest_1samp(VALUES, 1.0, alternative="greater").pvalue, rel=1e-12)
    assert above.p + below.p == pytest.approx(1.0, abs=1e-12)
    assert above.found.estimate == pytest.approx(1.36)
    assert (above.deviation, above.size) == (pytest.approx(VALUES.std(ddof=1)), 5)


def test_two_bounds_are_two_tests_of_which_both_must_pass() -> None:
    low = stats.ttest_1samp(VALUES, -1.0, alternative="greater").pvalue
    high = stats.ttest_1samp(VALUES, 2.0, alternative="less").pvalue
    assert judge(BETWEEN, VALUES).p == pytest.approx(max(low, high), rel=1e-12)
    assert judge(BETWEEN, VALUES).holds(1.01 * high)
    assert not judge(BETWEEN, VALUES).holds(high)


@pytest.mark.parametrize(("value", "p"), [(1.5, 0.0), (1.0, 1.0), (0.5, 1.0)])
def test_numbers_that_never_vary_are_inside_or_not(value: float, p: float) -> None:
    judgement = judge(ABOVE, np.full(4, value))
    assert judgement.p == p
    assert chance_to_fail(judgement, 4, 0.05) == p


@pytest.mark.parametrize("values", [[1.0], [1.0, math.nan], [[1.0, 2.0]]])
def test_a_test_needs_a_finite_number_from_each_of_two_replicates(values: list[float]) -> None:
    with raises(ParameterError, "2 replicates"):
        judge(ABOVE, np.array(values))


def test_undefined_replicates_are_left_out() -> None:
    assert judge_defined(ABOVE, np.array([*VALUES, math.nan, math.inf])) == judge(ABOVE, VALUES)
    alone = judge_defined(ABOVE, np.array([1.5, math.nan]))
    assert (alone.size, alone.p, alone.found.estimate) == (1, 1.0, 1.5)


@pytest.mark.parametrize("bounds", [{}, {"low": 1.0, "high": 1.0}, {"low": 2.0, "high": 1.0}, {"low": math.nan}])
def test_an_expectation_without_room_or_without_a_bound_is_refused(bounds: dict[str, float]) -> None:
    with raises(ParameterError, "x bound"):
        Expectation("x", name="x", **bounds)


def test_a_mean_on_the_bound_passes_as_often_as_the_error_rate_says() -> None:
    """10,000 tests at .05: outside .05 +- .01 with probability 4e-6."""
    draws = np.random.default_rng(0).normal(1.0, 3.0, (10_000, 6))
    passed = np.mean([judge(ABOVE, row).holds(0.05) for row in draws])
    assert passed == pytest.approx(0.05, abs=0.01)


@pytest.mark.parametrize(("expectation", "mean"), [(ABOVE, 2.0), (BELOW, 0.5), (BETWEEN, 0.8)])
def test_the_chance_to_fail_is_how_often_a_test_fails(expectation: Expectation, mean: float) -> None:
    """10,000 tests: the share that fails is off by .02 with probability 6e-5 at most; with two bounds it is a bound."""
    judgement = judge(expectation, mean + np.array([-1.0, 0.0, 1.0]))
    chance = chance_to_fail(judgement, 8, 0.05)
    draws = np.random.default_rng(1).normal(mean, judgement.deviation, (10_000, 8))
    failed = np.mean([not judge(expectation, row).holds(0.05) for row in draws])
    assert 0.02 < chance < 0.98
    assert failed == pytest.approx(chance, abs=0.02) if expectation is not BETWEEN else failed < chance + 0.02


def test_a_mean_outside_the_bounds_fails_nearly_always() -> None:
    assert chance_to_fail(judge(ABOVE, np.array([-9.0, -9.5, -8.5])), 20, 0.01) > 0.999


def test_holms_adjustment_is_that_of_the_book() -> None:
    assert holm([0.01, 0.04, 0.03, 0.005]).tolist() == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([0.6, 0.7]).tolist() == [1.0, 1.0]
    assert holm([]).size == 0


@pytest.mark.parametrize(
    ("low", "high", "size", "p", "verdict"),
    [
        (1.2, 1.8, 5, 0.01, "supported"),
        (0.9, 1.8, 5, 0.06, "undecided"),
        (0.9, 2.8, 5, 0.03, "undecided"),
        (0.2, 0.9, 24, 0.99, "contradicted"),
        (1.2, 1.8, 4, 0.01, TOO_SMALL),
        (0.2, 0.9, 4, 0.99, TOO_SMALL),
    ],
)
def test_a_verdict_needs_five_replicates(low: float, high: float, size: int, p: float, verdict: str) -> None:
    judgement = Judgement(ABOVE, Interval((low + high) / 2, low, high, 0.95), 1.0, size, p)
    assert judgement.verdict() == verdict
    assert judgement.verdict(quick=True) == TOO_SMALL


def test_the_adjusted_p_value_decides() -> None:
    judgement = Judgement(ABOVE, Interval(1.5, 1.2, 1.8, 0.95), 1.0, 5, 0.01)
    assert judgement.verdict(0.2) == "undecided"


def test_bounds_of_a_published_range_are_included() -> None:
    assert BETWEEN.contains(2.0)
    assert not BETWEEN.contains(math.nan)
    assert BETWEEN.contains_all(Interval(1.0, 0.0, 2.0, 0.95))
    assert not BETWEEN.contains_all(Interval(1.0, 0.0, 2.1, 0.95))
    assert BETWEEN.excludes(Interval(3.0, 2.5, 3.5, 0.95))
    assert not ABOVE.excludes(Interval(ABOVE.low, ABOVE.low, ABOVE.low, 0.95))
    assert not BETWEEN.excludes(Interval(3.0, math.nan, math.nan, 0.95))


def test_numbers_by_name() -> None:
    assert by_name([{"a": 1.0, "b": 2.0}, {"a": 3.0, "b": 4.0}])["a"].tolist() == [1.0, 3.0]
