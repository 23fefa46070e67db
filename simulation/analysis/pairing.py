"""Paired comparison: the effect of a change from worlds that share their random draws, and what sharing saved."""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from simulation.analysis.intervals import Interval, t_interval
from simulation.analysis.tables import FloatArray
from simulation.errors import ParameterError


class PairedEffect(NamedTuple):
    """Effect of a change on one outcome, over replicates simulated in two worlds, base and changed."""

    replicates: int
    base: float
    """Mean over replicates in the base world."""
    deviation: float
    """Standard deviation over replicates in the base world."""
    changed: float
    difference: Interval
    """Mean of changed - base, with Student's t interval over replicates."""
    unpaired: Interval
    """The same mean with the interval (Welch) that as many replicates give where worlds share nothing."""
    increased: int
    """Replicates in which the change raised the outcome."""
    decreased: int
    standardised: Interval
    """Difference in standard deviations of the base between replicates, these taken as known."""
    relative: Interval
    """Difference as a share of the base's mean, with the delta-method interval of a ratio of means."""
    unpaired_standardised: Interval
    unpaired_relative: Interval
    """Both with the interval of worlds that share nothing."""
    correlation: float
    """Of the two worlds over replicates (Pearson)."""
    saved: Interval
    """How many times the replicates an unpaired comparison needs for the same standard error."""


def paired_effect(base: ArrayLike, changed: ArrayLike, confidence: float = 0.95) -> PairedEffect:
    """Effect of a change from ``base`` and ``changed`` (n,), the same replicates in both, n >= 2.

    Raises:
        ParameterError: shapes differ, fewer than two replicates, a number is not finite, or ``confidence`` is not in
            (0, 1).
    """
    b, c = np.asarray(base, dtype=np.float64), np.asarray(changed, dtype=np.float64)
    if b.ndim != 1 or b.shape != c.shape or b.size < 2:
        raise ParameterError(
            f"base and changed must be two rows of one length, at least 2; their shapes are {b.shape} and {c.shape}"
        )
    if not (np.isfinite(b).all() and np.isfinite(c).all()):
        raise ParameterError("base and changed must be finite: an outcome that is missing in a replicate pairs nothing")
    d = c - b
    difference, unpaired = t_interval(d, confidence), _welch(b, c, confidence)
    return PairedEffect(
        replicates=b.size,
        base=float(b.mean()),
        deviation=_deviation(b),
        changed=float(c.mean()),
        difference=difference,
        unpaired=unpaired,
        increased=int((d > 0).sum()),
        decreased=int((d < 0).sum()),
        standardised=_divided(difference, _deviation(b)),
        relative=_relative(b, d, confidence),
        unpaired_standardised=_divided(unpaired, _deviation(b)),
        unpaired_relative=_unpaired_relative(b, c, confidence),
        correlation=_correlation(b, c),
        saved=replicates_saved(b, c, confidence),
    )


def replicates_saved(base: ArrayLike, changed: ArrayLike, confidence: float = 0.95) -> Interval:
    """Variance of an unpaired difference over that of the paired one: (var b + var c) / var (c - b).

    An unpaired comparison needs so many times the replicates for the same standard error; 2 worlds that share nothing
    give 1, perfect pairing infinity. Since var (b + c) + var (c - b) = 2 (var b + var c), the ratio is (F + 1) / 2 with
    F = var (b + c) / var (c - b), the ratio of two correlated variances, whose interval is that of Pitman (1939) and
    Morgan (1939), exact where the worlds are jointly normal. Two replicates give no bounds; NaN where nothing varies.
    """
    b, c = np.asarray(base, dtype=np.float64), np.asarray(changed, dtype=np.float64)
    apart, together = _deviation(c - b) ** 2, _deviation(b + c) ** 2
    if apart == 0:
        estimate = math.inf if together > 0 else math.nan
        return Interval(estimate, math.nan, math.nan, confidence)
    ratio = together / apart
    if b.size < 3 or together == 0:
        return Interval((ratio + 1) / 2, math.nan, math.nan, confidence)
    from scipy.stats import t

    freedom = b.size - 2
    quantile = float(t.ppf((1 + confidence) / 2, freedom))
    k = 1 + 2 * (1 - _correlation(b + c, c - b) ** 2) * quantile**2 / freedom
    reach = math.sqrt(k * k - 1)
    # k - reach loses all its digits where few replicates make k large; its inverse is k + reach.
    low, high = ratio / (k + reach), ratio * (k + reach)
    return Interval((ratio + 1) / 2, (low + 1) / 2, (high + 1) / 2, confidence)


def _deviation(x: FloatArray) -> float:
    """Standard deviation over replicates; exactly 0 where all are the same, whatever rounding does to their mean."""
    return 0.0 if np.ptp(x) == 0 else float(x.std(ddof=1))


def _correlation(x: FloatArray, y: FloatArray) -> float:
    if _deviation(x) == 0 or _deviation(y) == 0:
        return math.nan
    return float(np.clip(np.corrcoef(x, y)[0, 1], -1, 1))


def _welch(b: FloatArray, c: FloatArray, confidence: float) -> Interval:
    """Difference of the means of two independent samples of one size, with Welch's interval (1947)."""
    from scipy.stats import t

    mean, of_b, of_c = float(c.mean() - b.mean()), _deviation(b) ** 2, _deviation(c) ** 2
    if of_b + of_c == 0:
        return Interval(mean, mean, mean, confidence)
    freedom = (b.size - 1) * (of_b + of_c) ** 2 / (of_b**2 + of_c**2)
    reach = float(t.ppf((1 + confidence) / 2, freedom)) * math.sqrt((of_b + of_c) / b.size)
    return Interval(mean, mean - reach, mean + reach, confidence)


def _divided(interval: Interval, scale: float) -> Interval:
    if scale == 0:
        return Interval(math.nan, math.nan, math.nan, interval.confidence)
    estimate, low, high, confidence = interval
    return Interval(estimate / scale, low / scale, high / scale, confidence)


def _relative(b: FloatArray, d: FloatArray, confidence: float) -> Interval:
    """Mean of ``d`` over mean of ``b``: by the delta method, as far off as the mean of d - ratio * b (Cochran 1977)."""
    mean = float(b.mean())
    if mean == 0:
        return Interval(math.nan, math.nan, math.nan, confidence)
    ratio = float(d.mean()) / mean
    _, low, high, _ = t_interval(d - ratio * b, confidence)
    return _divided(Interval(float(d.mean()), float(d.mean()) + low, float(d.mean()) + high, confidence), abs(mean))


def _unpaired_relative(b: FloatArray, c: FloatArray, confidence: float) -> Interval:
    """The same where ``b`` and ``c`` are independent: as far off as the difference of c and (mean c / mean b) b."""
    mean = float(b.mean())
    if mean == 0:
        return Interval(math.nan, math.nan, math.nan, confidence)
    estimate, low, high, _ = _welch(float(c.mean()) / mean * b, c, confidence)
    difference = float(c.mean()) - mean
    shifted = Interval(difference, difference + low - estimate, difference + high - estimate, confidence)
    return _divided(shifted, abs(mean))
