"""Intervals: how far an estimate from replicates, or a rate from counts, may be off."""

from collections.abc import Callable, Sequence
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from simulation.analysis.tables import FloatArray
from simulation.arguments import real_number
from simulation.errors import ParameterError


class Interval(NamedTuple):
    """An estimate and the confidence interval about it; bounds are NaN where the data give none."""

    estimate: float
    low: float
    high: float
    confidence: float


def _sample(values: ArrayLike, confidence: float) -> FloatArray:
    array = np.asarray(values, dtype=np.float64)
    if array.ndim != 1:
        raise ParameterError(f"values must be one row, one number per replicate; their shape is {array.shape}")
    real_number("confidence", confidence, 0, 1)
    return array


def t_interval(values: ArrayLike, confidence: float = 0.95) -> Interval:
    """Mean of replicates ``values`` (n,) with Student's t interval.

    One replicate gives the mean with NaN bounds; none, NaN throughout; a NaN among them makes all NaN.

    Raises:
        ParameterError: not one-dimensional, or ``confidence`` not in (0, 1).
    """
    from scipy.stats import t

    x = _sample(values, confidence)
    mean = float(x.mean()) if x.size else float("nan")
    if x.size < 2:
        return Interval(mean, float("nan"), float("nan"), confidence)
    reach = float(t.ppf((1 + confidence) / 2, x.size - 1)) * float(x.std(ddof=1)) / np.sqrt(x.size)
    return Interval(mean, float(mean - reach), float(mean + reach), confidence)


def bootstrap_interval(
    values: ArrayLike,
    statistic: Callable[[FloatArray], float] = np.mean,
    *,
    confidence: float = 0.95,
    method: Literal["bca", "percentile"] = "bca",
    resamples: int = 9999,
    seed: int = 0,
) -> Interval:
    """A statistic of ``values`` (n,) with its bootstrap interval (Efron & Tibshirani 1993), the same for the same seed.

    Args:
        values: (n,), one number per replicate (or creator); drawn with replacement.
        statistic: function of one row of numbers, such as ``np.mean`` or ``gini``.
        confidence: coverage aimed at, in (0, 1).
        method: "bca", bias-corrected and accelerated, or plain "percentile".
        resamples: bootstrap samples, >= 1.
        seed: of the resampling.

    Fewer than two values: NaN bounds. Where every resample gives the same number the interval is that point.

    Raises:
        ParameterError: wrong dimension, confidence, method or resamples.
    """
    from scipy.stats import bootstrap

    x = _sample(values, confidence)
    if method not in ("bca", "percentile") or resamples < 1:
        raise ParameterError("method must be 'bca' or 'percentile', and resamples at least 1")
    estimate = float(statistic(x)) if x.size else float("nan")
    if x.size < 2 or not np.isfinite(estimate):
        return Interval(estimate, float("nan"), float("nan"), confidence)
    if np.ptp(x) == 0:
        return Interval(estimate, estimate, estimate, confidence)
    outcome = bootstrap(
        (x,),
        statistic,
        n_resamples=resamples,
        vectorized=False,
        confidence_level=confidence,
        method="BCa" if method == "bca" else "percentile",
        rng=np.random.default_rng(seed),
    )
    bounds = outcome.confidence_interval
    return Interval(estimate, float(bounds.low), float(bounds.high), confidence)


def rate_intervals(
    events: ArrayLike, exposure: ArrayLike, confidence: float = 0.95
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Rates ``events / exposure`` with exact Poisson intervals (Garwood 1936): (rate, low, high), each (n,).

    Events are taken as independent: where many come at once from one cause, the true interval is wider.
    No exposure: NaN.

    Args:
        events: (n,), counts >= 0.
        exposure: (n,), time at risk >= 0, such as tie-days.
        confidence: in (0, 1).

    Raises:
        ParameterError: the shapes differ, something is negative, or ``confidence`` is not in (0, 1).
    """
    from scipy.stats import chi2

    count = _sample(np.atleast_1d(np.asarray(events)), confidence)
    risk = _sample(np.atleast_1d(np.asarray(exposure)), confidence)
    if count.shape != risk.shape or (count < 0).any() or (risk < 0).any():
        raise ParameterError("events and exposure must be of one length and at least 0")
    tail = (1 - confidence) / 2
    low = np.where(count > 0, chi2.ppf(tail, 2 * np.maximum(count, 1)) / 2, 0.0)
    high = chi2.ppf(1 - tail, 2 * (count + 1)) / 2
    divisor = np.where(risk > 0, risk, np.nan)
    return count / divisor, low / divisor, high / divisor


def quantiles(values: FloatArray, weights: FloatArray, levels: Sequence[float]) -> FloatArray:
    """Quantiles of weighted ``values`` (draws,), linear between the middles of what each draw weighs."""
    order = np.argsort(values, kind="stable")
    middles = np.cumsum(weights[order]) - weights[order] / 2.0
    return np.interp(levels, middles / weights.sum(), values[order])
