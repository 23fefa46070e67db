"""Success in parallel worlds: how unequal, how unpredictable, how closely it follows quality.

The measures of the Music Lab experiments (Salganik, Dodds & Watts, Science 2006): the same items meet independent
crowds, "worlds"; replicates of a simulation are such worlds, creators the items, followers the choices.
"""

import numpy as np
from numpy.typing import ArrayLike

from simulation.analysis.inequality import gini
from simulation.analysis.intervals import Interval
from simulation.analysis.tables import FloatArray
from simulation.errors import ParameterError


def market_shares(counts: ArrayLike) -> FloatArray:
    """Market share of each item in each world, (worlds, items), rows summing to 1; a world without choices is NaN.

    Args:
        counts: (worlds, items), choices (downloads, followers), or shares already.

    Raises:
        ParameterError: not two-dimensional, or a count is negative or not finite.
    """
    array = np.asarray(counts, dtype=np.float64)
    if array.ndim != 2:
        raise ParameterError(f"counts must have two dimensions, (worlds, items); their shape is {array.shape}")
    if array.size and not (np.isfinite(array).all() and array.min() >= 0):
        raise ParameterError("counts must be finite and at least 0")
    total = array.sum(axis=1, keepdims=True)
    shares = np.full_like(array, np.nan)
    np.divide(array, total, out=shares, where=total > 0)
    return shares


def item_unpredictability(counts: ArrayLike) -> FloatArray:
    """Unpredictability of each item, (items,): mean over pairs of worlds of the absolute difference of market share.

    ``u_i = sum_{j < k} |m_ij - m_ik| / C(worlds, 2)``, computed from sorted shares in O(worlds log worlds). Fewer than
    two worlds: NaN.

    Raises:
        ParameterError: as in `market_shares`.
    """
    share = np.sort(market_shares(counts), axis=0)
    worlds, items = share.shape
    if worlds < 2:
        return np.full(items, np.nan)
    rank = np.arange(1 - worlds, worlds, 2, dtype=np.float64)
    return np.asarray(2 * (rank @ share) / (worlds * (worlds - 1)), dtype=np.float64)


def unpredictability(counts: ArrayLike) -> float:
    """Unpredictability U of success, (worlds, items) -> [0, 2 / items]: the mean of `item_unpredictability`.

    0 where every world comes out the same. Fewer than two worlds, or a world without choices: NaN.

    Raises:
        ParameterError: as in `market_shares`.
    """
    item = item_unpredictability(counts)
    return float(item.mean()) if item.size else float("nan")


def world_gini(counts: ArrayLike) -> FloatArray:
    """Inequality G of each world, (worlds,): the Gini coefficient of its market shares.

    Raises:
        ParameterError: as in `market_shares`.
    """
    return np.array([gini(world) if np.isfinite(world).all() else np.nan for world in market_shares(counts)])


def rank_correlation(success: ArrayLike, quality: ArrayLike) -> float:
    """Spearman rank correlation of success with quality, (n,) and (n,) -> [-1, 1]; ties share their mean rank.

    Fewer than two items, or all equal in one of the two: NaN.

    Raises:
        ParameterError: the two differ in shape or are not one-dimensional.
    """
    from scipy.stats import rankdata

    x, y = np.asarray(success, dtype=np.float64), np.asarray(quality, dtype=np.float64)
    if x.shape != y.shape or x.ndim != 1:
        raise ParameterError(f"success and quality must be two rows of one length; they are {x.shape} and {y.shape}")
    if x.size < 2 or np.ptp(x) == 0 or np.ptp(y) == 0:
        return float("nan")
    return float(np.corrcoef(rankdata(x), rankdata(y))[0, 1])


def rank_correlation_interval(success: ArrayLike, quality: ArrayLike, confidence: float = 0.95) -> Interval:
    """Spearman rank correlation with its interval, Fisher's z with the variance of Bonett & Wright (2000).

    Fewer than four items, or no correlation to speak of: NaN bounds.

    Raises:
        ParameterError: as in `rank_correlation`.
    """
    from scipy.stats import norm

    rho = rank_correlation(success, quality)
    n = np.asarray(success).size
    if n < 4 or not np.isfinite(rho):
        return Interval(rho, float("nan"), float("nan"), confidence)
    if abs(rho) > 1 - 1e-12:  # rounding aside, a perfect order: z has no end
        return Interval(rho, rho, rho, confidence)
    reach = float(norm.ppf((1 + confidence) / 2)) * np.sqrt((1 + rho**2 / 2) / (n - 3))
    low, high = np.tanh(np.arctanh(rho) - reach), np.tanh(np.arctanh(rho) + reach)
    return Interval(rho, float(low), float(high), confidence)
