"""The tail of the follower distribution: a power law's exponent by maximum likelihood (Clauset, Shalizi & Newman 2009).

A fit says how heavy the tail is, not that it is a power law; at some hundred creators exponents are biased and wide, so
tests of a model's theory compare probabilities, never fitted exponents.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from simulation.analysis.tables import FloatArray
from simulation.errors import ParameterError

MOST_CUTOFFS = 200
"""Cutoffs tried at most: quantiles of the distinct values, which find the minimum as well as trying all."""

LARGE = 1000
"""Cutoff from which whole numbers are as good as continuous ones shifted by a half; below, zeta is used."""

STEEPEST = 50.0
"""Exponent no tail reaches: where the likelihood still rises there, the values fall off faster than any power."""


@dataclass(frozen=True)
class PowerLawFit:
    """Tail of a distribution as a power law, P(x) proportional to x^-exponent for x >= minimum.

    ``standard_error`` is that of the exponent for a given cutoff, ``count`` the number of values in the tail and
    ``distance`` the Kolmogorov-Smirnov distance between tail and fit. All NaN (count 0) where there is no tail to fit.
    """

    exponent: float
    standard_error: float
    minimum: float
    count: int
    distance: float


NO_FIT = PowerLawFit(float("nan"), float("nan"), float("nan"), 0, float("nan"))


def ccdf(values: ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Complementary cumulative distribution: (distinct values ascending, share of values at least as large)."""
    array = np.asarray(values, dtype=np.float64)
    distinct, counts = np.unique(array, return_counts=True)
    at_least = np.cumsum(counts[::-1])[::-1]
    return distinct, at_least / max(array.size, 1)


def _discrete_exponent(mean_log: float, minimum: float) -> float:
    """Exponent of highest likelihood for whole numbers >= minimum, given their mean of ln x (their eq. 3.5)."""
    from scipy.optimize import minimize_scalar
    from scipy.special import zeta

    if minimum >= LARGE:
        return 1 + 1 / (mean_log - float(np.log(minimum - 0.5)))

    def cost(exponent: float) -> float:
        return float(np.log(zeta(exponent, minimum))) + exponent * mean_log

    return float(minimize_scalar(cost, bounds=(1 + 1e-6, STEEPEST), method="bounded").x)


def _discrete_ccdf(distinct: FloatArray, exponent: float, minimum: float) -> FloatArray:
    """Share of whole numbers >= minimum that are at least as large as each of ``distinct``, under the power law."""
    from scipy.special import zeta

    if minimum >= LARGE:
        return np.asarray(((distinct - 0.5) / (minimum - 0.5)) ** (1 - exponent), dtype=np.float64)
    return np.asarray(zeta(exponent, distinct) / zeta(exponent, minimum), dtype=np.float64)


def fit_tail(values: ArrayLike, minimum: float, *, discrete: bool = True) -> PowerLawFit:
    """Maximum-likelihood exponent of the values at or above ``minimum``.

    Continuous: ``1 + n / sum ln(x / minimum)``. Discrete (whole numbers): the maximum of the zeta likelihood. The
    standard error is ``(exponent - 1) / sqrt(n)``. Fewer than two distinct values in the tail: no fit.

    Args:
        values: (n,).
        minimum: the cutoff, above 0.
        discrete: values are whole numbers, as follower counts are.

    Raises:
        ParameterError: ``minimum`` is not above 0.
    """
    if not minimum > 0:
        raise ParameterError(f"minimum must be above 0, where a power law begins; it is {minimum}")
    x = np.asarray(values, dtype=np.float64)
    distinct, counts = np.unique(x[x >= minimum], return_counts=True)
    return _fit(distinct, counts, float(minimum), discrete)


def _fit(distinct: FloatArray, counts: np.ndarray, minimum: float, discrete: bool) -> PowerLawFit:
    """Fit of the tail given as ``distinct`` values (ascending, all >= minimum) and their ``counts``."""
    if distinct.size < 2:
        return NO_FIT
    n = int(counts.sum())
    mean_log = float(counts @ np.log(distinct)) / n
    observed = np.cumsum(counts[::-1])[::-1] / n
    if discrete:
        exponent = _discrete_exponent(mean_log, minimum)
        expected = _discrete_ccdf(distinct, exponent, minimum)
        # Both step at the same whole numbers, so the suprema lie there.
        distance = float(np.abs(observed - expected).max())
    else:
        exponent = 1 + 1 / (mean_log - float(np.log(minimum)))
        expected = (distinct / minimum) ** (1 - exponent)
        after = np.append(observed[1:], 0.0)
        distance = float(np.maximum(np.abs(observed - expected), np.abs(after - expected)).max())
    if exponent > STEEPEST - 1:
        return NO_FIT
    return PowerLawFit(exponent, (exponent - 1) / float(np.sqrt(n)), minimum, n, distance)


def fit_power_law(values: ArrayLike, *, discrete: bool = True, least: int = 50) -> PowerLawFit:
    """Power law fitted to the tail, the cutoff chosen to bring fit and data closest (Kolmogorov-Smirnov).

    Args:
        values: (n,), counts of followers or the like; zeros and below are never part of a tail.
        discrete: values are whole numbers.
        least: values the tail must keep, so that the cutoff does not run off into noise.

    Returns:
        The best fit; no fit (NaN) where fewer than ``least`` positive values, or fewer than two distinct ones, exist.
    """
    x = np.asarray(values, dtype=np.float64)
    distinct, counts = np.unique(x[x > 0], return_counts=True)
    kept = np.cumsum(counts[::-1])[::-1]
    usable = np.flatnonzero(kept >= least)
    if usable.size > MOST_CUTOFFS:
        usable = np.unique(usable[np.linspace(0, usable.size - 1, MOST_CUTOFFS).astype(np.int64)])
    fits = [_fit(distinct[i:], counts[i:], float(distinct[i]), discrete) for i in usable]
    return min((fit for fit in fits if fit.count), key=lambda fit: fit.distance, default=NO_FIT)
