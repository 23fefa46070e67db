"""Intervals: against closed forms, SciPy, and their promised coverage."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from simulation.analysis import bootstrap_interval, gini, rate_intervals, t_interval
from simulation.errors import ParameterError
from tests.told import raises


def test_t_interval_is_students() -> None:
    x = np.array([2.1, 2.5, 1.9, 2.2])
    expected = stats.ttest_1samp(x, 0).confidence_interval(0.9)
    interval = t_interval(x, 0.9)
    assert interval.estimate == pytest.approx(x.mean())
    assert (interval.low, interval.high) == pytest.approx((expected.low, expected.high))


def test_few_replicates_give_no_bounds() -> None:
    assert t_interval([3.0]).estimate == 3
    assert np.isnan(t_interval([3.0]).low)
    assert np.isnan(t_interval([]).estimate)
    assert np.isnan(bootstrap_interval([3.0]).high)
    assert np.isnan(bootstrap_interval([]).estimate)


@pytest.mark.parametrize("method", ["bca", "percentile"])
def test_bootstrap_of_the_mean_is_close_to_t_and_repeats_itself(method: str) -> None:
    x = np.random.default_rng(0).normal(5, 2, 80)
    first = bootstrap_interval(x, method=method, resamples=2000, seed=4)  # type: ignore[arg-type]
    again = bootstrap_interval(x, method=method, resamples=2000, seed=4)  # type: ignore[arg-type]
    assert first == again
    reference = t_interval(x)
    assert (first.low, first.high) == pytest.approx((reference.low, reference.high), abs=0.12)


def test_bootstrap_of_any_statistic_and_of_equal_values() -> None:
    x = np.random.default_rng(1).lognormal(0, 1, 60)
    interval = bootstrap_interval(x, gini, resamples=500)
    assert interval.low < gini(x) < interval.high
    assert bootstrap_interval([2.0, 2.0, 2.0])[:3] == (2.0, 2.0, 2.0)


def test_rate_intervals_are_garwoods() -> None:
    rate, low, high = rate_intervals([0, 10], [100.0, 100.0])
    np.testing.assert_allclose(rate, [0, 0.1])
    # Published exact 95% limits of a Poisson count of 0 and of 10.
    np.testing.assert_allclose(low, [0, 0.04795], atol=1e-5)
    np.testing.assert_allclose(high, [0.03689, 0.18390], atol=1e-5)
    assert np.isnan(rate_intervals([0], [0])[0]).all()


@pytest.mark.parametrize("confidence", [0.0, 1.0, -1.0, np.nan])
def test_refuses_a_confidence_that_is_none(confidence: float) -> None:
    with raises(ParameterError, "0 1", parameter="confidence", value=confidence):
        t_interval([1.0, 2.0], confidence)


def test_refuses_wrong_shapes_and_methods() -> None:
    with pytest.raises(ParameterError):
        t_interval([[1.0, 2.0]])
    with pytest.raises(ParameterError):
        rate_intervals([1, 2], [1])
    with pytest.raises(ParameterError):
        rate_intervals([-1], [1])
    with raises(ParameterError, "method"):
        bootstrap_interval([1.0, 2.0], method="jackknife")  # type: ignore[arg-type]
