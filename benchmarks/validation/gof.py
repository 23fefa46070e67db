"""Goodness of fit: how likely a result as far from theory as this one is, if theory holds.

Each function gives a p-value. Numbers that theory excludes give 0, and NaN stands for such a number. Nothing here
decides: that is for :func:`~benchmarks.validation.target.failures`, over all tests of a run.
"""

from __future__ import annotations

import numpy as np
from scipy import stats

from simulation.analysis.tables import FloatArray, IntArray
from simulation.errors import ParameterError

Numbers = FloatArray | IntArray


def chi_square(observed: Numbers, expected: Numbers) -> float:
    """Pearson's test of counts in cells whose expected numbers sum to the same total."""
    return float(stats.chisquare(observed, expected, sum_check=False).pvalue)


def cells(expected: FloatArray, least: float) -> IntArray:
    """First value of each cell when neighbouring values 0, 1, 2, ... are joined until a cell expects ``least``."""
    starts, room = [0], 0.0
    for value, count in enumerate(expected):
        if room >= least and expected[value:].sum() >= least:
            starts.append(value)
            room = 0.0
        room += count
    return np.array(starts)


def goodness_of_fit(values: IntArray, law: FloatArray, *, least: float = 20.0) -> float:
    """Chi-square test of independent whole numbers against their law, an array of P(0), P(1), ..., P(largest).

    Neighbouring values are joined to cells that expect at least ``least``.

    Raises
    ------
    ParameterError
        If the values are so few that there is one cell only, which tests nothing.
    """
    if (values < 0).any() or (values >= law.size).any() or (law[values] <= 0.0).any():
        return 0.0
    expected = law * values.size
    starts = cells(expected, least)
    _at_least_two(starts.size, values.size)
    observed = np.bincount(values, minlength=law.size)
    return chi_square(np.add.reduceat(observed, starts), np.add.reduceat(expected, starts))


def uniform(values: FloatArray) -> float:
    """Kolmogorov and Smirnov's test of independent numbers uniform in [0, 1]."""
    return 0.0 if np.isnan(values).any() else float(stats.kstest(values, "uniform").pvalue)


def _at_least_two(count: int, values: int) -> None:
    if count < 2:
        raise ParameterError(f"{values} values fill one cell only, which tests nothing; take more of them")


def place_in_law(values: IntArray, law: FloatArray, luck: np.random.Generator) -> FloatArray:
    """Randomised probability integral transform: where in its law a value falls, spread evenly over its own share.

    Uniform in [0, 1] when ``values`` follow ``law``; so values with different laws can be pooled into one test.
    NaN where the law excludes the value.
    """
    below, chance = np.concatenate([[0.0], np.cumsum(law)]), luck.random(values.shape)
    known = np.clip(values, 0, law.size - 1)
    possible = (values == known) & (law[known] > 0.0)
    return np.asarray(np.where(possible, np.minimum(below[known] + chance * law[known], 1.0), np.nan))


def hotelling(rows: FloatArray, expected: FloatArray) -> float:
    """Hotelling's test of the mean of independent rows, (replicates, parts), whose parts depend on each other.

    The covariance is estimated between replicates, so nothing is assumed of the dependence within one.

    Raises
    ------
    ParameterError
        If there are no more replicates than parts.
    """
    count, parts = rows.shape
    if count <= parts:
        raise ParameterError(f"{count} replicates cannot test {parts} parts of a mean; more replicates than parts can")
    off = rows.mean(axis=0) - expected
    squared = count * off @ np.linalg.solve(np.atleast_2d(np.cov(rows, rowvar=False)), off)
    return float(stats.f.sf(squared * (count - parts) / (parts * (count - 1)), parts, count - parts))


def known_covariance(mean: FloatArray, expected: FloatArray, covariance: FloatArray) -> float:
    """Chi-square test of a mean vector whose covariance theory gives; exact for normal numbers."""
    off = mean - expected
    return float(stats.chi2.sf(off @ np.linalg.solve(covariance, off), off.size))


def student(values: FloatArray, expected: float) -> float:
    """t-test of the mean of independent numbers."""
    return float(stats.ttest_1samp(values, expected).pvalue)


def binomial(successes: int, trials: int, probability: float) -> float:
    """Exact test of a number of successes."""
    return float(stats.binomtest(successes, trials, probability).pvalue)
