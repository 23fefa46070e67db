"""p-values: how likely a result as far from theory as this one is, if theory holds."""

import numpy as np
from numpy.typing import NDArray
from scipy import stats

ALPHA = 1e-4
"""A comparison fails below this p-value."""

Numbers = NDArray[np.float64] | NDArray[np.int64]


def chi_square(observed: Numbers, expected: Numbers) -> float:
    """Pearson's test of counts in cells whose expected numbers sum to the same total."""
    return float(stats.chisquare(observed, expected, sum_check=False).pvalue)


def cells(expected: NDArray[np.float64], least: float) -> NDArray[np.int64]:
    """First value of each cell when neighbouring values 0, 1, 2, ... are joined until a cell expects ``least``."""
    starts, room = [0], 0.0
    for value, count in enumerate(expected):
        if room >= least and expected[value:].sum() >= least:
            starts.append(value)
            room = 0.0
        room += count
    return np.array(starts)


def goodness_of_fit(values: NDArray[np.int64], law: NDArray[np.float64], *, least: float = 20.0) -> float:
    """Chi-square test of independent whole numbers against their law, an array of P(0), P(1), ..., P(largest)."""
    assert 0 <= values.min() <= values.max() < law.size, "a value that theory excludes"
    expected = law * values.size
    starts = cells(expected, least)
    assert starts.size > 1, "one cell tests nothing"
    observed = np.bincount(values, minlength=law.size)
    return chi_square(np.add.reduceat(observed, starts), np.add.reduceat(expected, starts))


def uniform(values: NDArray[np.float64]) -> float:
    """Chi-square test, in cells that expect at least 20, of independent numbers uniform in [0, 1]."""
    count = min(50, values.size // 20)
    assert count > 1, "one cell tests nothing"
    observed = np.bincount(np.minimum((values * count).astype(np.int64), count - 1), minlength=count)
    return chi_square(observed, np.full(count, values.size / count))


def place_in_law(values: NDArray[np.int64], law: NDArray[np.float64], luck: np.random.Generator) -> NDArray[np.float64]:
    """Randomised probability integral transform: where in its law a value falls, spread evenly over its own share.

    Uniform in [0, 1] when ``values`` follow ``law``; so values with different laws can be pooled into one test.
    """
    below = np.concatenate([[0.0], np.cumsum(law)])
    return below[values] + luck.random(values.shape) * law[values]


def hotelling(rows: NDArray[np.float64], expected: NDArray[np.float64]) -> float:
    """Hotelling's test of the mean of independent rows, (replicates, parts), whose parts depend on each other.

    The covariance is estimated between replicates, so nothing is assumed of the dependence within one.
    """
    count, parts = rows.shape
    off = rows.mean(axis=0) - expected
    squared = count * off @ np.linalg.solve(np.cov(rows, rowvar=False), off)
    return float(stats.f.sf(squared * (count - parts) / (parts * (count - 1)), parts, count - parts))


def known_covariance(
    mean: NDArray[np.float64], expected: NDArray[np.float64], covariance: NDArray[np.float64]
) -> float:
    """Chi-square test of a mean vector whose covariance theory gives."""
    off = mean - expected
    return float(stats.chi2.sf(off @ np.linalg.solve(covariance, off), off.size))


def student(values: NDArray[np.float64], expected: float) -> float:
    """t-test of the mean of independent numbers."""
    return float(stats.ttest_1samp(values, expected).pvalue)


def binomial(successes: int, trials: int, probability: float) -> float:
    """Exact test of a number of successes."""
    return float(stats.binomtest(successes, trials, probability).pvalue)
