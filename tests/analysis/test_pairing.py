"""Paired effects: against SciPy and closed forms, and their promised coverage."""

from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from simulation.analysis.pairing import paired_effect, replicates_saved
from simulation.errors import ParameterError
from tests.told import raises

Floats = NDArray[np.float64]


def worlds(replicates: int, seed: int, correlation: float = 0.9, spread: float = 1.0) -> tuple[Floats, Floats]:
    """Two worlds, jointly normal: means 10 and 11, standard deviations 1 and ``spread``."""
    covariance = [[1.0, correlation * spread], [correlation * spread, spread**2]]
    drawn = np.random.default_rng(seed).multivariate_normal([10.0, 11.0], covariance, replicates)
    return drawn[:, 0], drawn[:, 1]


def test_paired_and_unpaired_intervals_are_those_of_the_two_t_tests() -> None:
    base, changed = worlds(9, 1, spread=1.5)
    effect = paired_effect(base, changed, 0.9)
    paired = stats.ttest_rel(changed, base).confidence_interval(0.9)
    unpaired = stats.ttest_ind(changed, base, equal_var=False).confidence_interval(0.9)
    assert effect.difference[1:3] == pytest.approx((paired.low, paired.high))
    assert effect.unpaired[1:3] == pytest.approx((unpaired.low, unpaired.high))
    assert [effect.difference.estimate, effect.unpaired.estimate] == pytest.approx([(changed - base).mean()] * 2)
    assert (effect.base, effect.changed) == (base.mean(), changed.mean())
    assert effect.deviation == pytest.approx(base.std(ddof=1))
    assert effect.correlation == pytest.approx(stats.pearsonr(base, changed).statistic)
    assert effect.standardised[:3] == pytest.approx([x / base.std(ddof=1) for x in effect.difference[:3]])
    assert effect.unpaired_standardised[1:3] == pytest.approx([x / base.std(ddof=1) for x in effect.unpaired[1:3]])


def test_signs_are_counted() -> None:
    effect = paired_effect([1.0, 2.0, 3.0, 4.0], [2.0, 1.0, 3.0, 5.0])
    assert (effect.replicates, effect.increased, effect.decreased) == (4, 2, 1)


def test_saved_is_the_ratio_of_variances_with_the_interval_of_the_pitman_morgan_test() -> None:
    base, changed = worlds(12, 3, spread=1.3)
    saved = replicates_saved(base, changed, 0.95)
    difference, total = changed - base, base + changed
    expected = (base.var(ddof=1) + changed.var(ddof=1)) / difference.var(ddof=1)
    assert saved.estimate == pytest.approx(expected)
    for bound in (saved.low, saved.high):
        # The bound is the ratio that the test, a correlation of sum and difference, just rejects at 5%.
        scaled = math.sqrt(2 * bound - 1) * difference
        assert stats.pearsonr(total + scaled, total - scaled).pvalue == pytest.approx(0.05)


def test_intervals_cover_as_often_as_they_promise() -> None:
    """4,000 samples of 8 replicates: a coverage of 95% is missed by over 1.3% once in 6,000 times (3.8 sd) each."""
    correlation, spread, samples = 0.9, 1.4, 4000
    truth = {
        "difference": 1.0,
        "relative": 0.1,
        "saved": (1 + spread**2) / (1 + spread**2 - 2 * correlation * spread),
    }
    covered = dict.fromkeys(truth, 0)
    for seed in range(samples):
        effect = paired_effect(*worlds(8, seed, correlation, spread))
        for name, value in truth.items():
            interval = getattr(effect, name)
            covered[name] += interval.low <= value <= interval.high
    for name, count in covered.items():
        assert abs(count / samples - 0.95) < 0.013, name


def test_the_relative_interval_of_worlds_that_share_nothing_covers_too() -> None:
    """As above; Welch's degrees of freedom are approximate, and by themselves off by less than .5%."""
    samples = 4000
    found = [paired_effect(*worlds(8, seed, 0.0, 1.4)).unpaired_relative for seed in range(samples)]
    assert abs(np.mean([low <= 0.1 <= high for _, low, high, _ in found]) - 0.95) < 0.018


def test_a_negative_base_keeps_the_sign_of_the_difference() -> None:
    effect = paired_effect([-2.0, -2.2, -1.8], [-1.0, -1.3, -0.9])
    assert effect.relative.estimate > 0
    assert effect.relative.low < effect.relative.estimate < effect.relative.high
    assert effect.unpaired_relative.low < effect.relative.low


def test_no_effect_at_all() -> None:
    effect = paired_effect([1.0, 2.0, 4.0], [1.0, 2.0, 4.0])
    assert effect.difference[:3] == effect.standardised[:3] == effect.relative[:3] == (0.0, 0.0, 0.0)
    assert effect.correlation == pytest.approx(1)
    assert effect.saved.estimate == math.inf
    assert (effect.increased, effect.decreased) == (0, 0)


def test_an_outcome_that_never_varies_has_no_scale() -> None:
    # The mean of three times 0.1 is not 0.1 to the last bit.
    effect = paired_effect([0.1, 0.1, 0.1], [0.1, 0.1, 0.1])
    assert effect.deviation == 0
    assert effect.unpaired[:3] == (0, 0, 0)
    assert np.isnan([effect.correlation, effect.saved.estimate, effect.standardised.estimate]).all()
    assert np.isnan(paired_effect([0.0, 0.0], [1.0, 2.0]).relative).any()
    assert np.isnan(paired_effect([0.0, 0.0], [1.0, 2.0]).unpaired_relative).any()


def test_two_replicates_give_no_bounds_for_what_was_saved() -> None:
    saved = replicates_saved([1.0, 2.0], [1.5, 2.8])
    assert saved.estimate > 1
    assert np.isnan([saved.low, saved.high]).all()


@pytest.mark.parametrize(
    ("base", "changed", "words"),
    [
        ([1.0], [2.0], "at least 2"),
        ([1.0, 2.0], [1.0, 2.0, 3.0], "length"),
        ([[1.0, 2.0]], [[1.0, 2.0]], "two rows"),
        ([1.0, math.nan], [1.0, 2.0], "finite"),
        ([1.0, 2.0], [1.0, math.inf], "finite"),
    ],
)
def test_refuses_what_cannot_be_paired(base: list[float], changed: list[float], words: str) -> None:
    with raises(ParameterError, words):
        paired_effect(base, changed)


def test_refuses_a_confidence_that_is_none() -> None:
    with raises(ParameterError, "0 1", parameter="confidence", value=1.0):
        paired_effect([1.0, 2.0], [2.0, 3.0], 1.0)
