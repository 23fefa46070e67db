"""How much followers grow, relative to what there is: the law of growth rates, and their spread by size.

Of firms, cities and much else, growth rates ln(after / before) follow a tent (Laplace) rather than a bell, and spread
less the larger what grows, with a power of about -.15 to -.2 rather than the -.5 of many parts that grow independently
(Stanley et al., Nature 1996; Fu et al., PNAS 2005).
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import norm, rankdata

from simulation.analysis.tables import FloatArray
from simulation.arguments import real_number
from simulation.errors import ParameterError

LEAST = 10
"""Followers from which a growth rate is measured: of fewer, it takes a handful of values."""


class Tent(NamedTuple):
    """Laplace against normal: ``ratio`` in standard deviations, positive where the tent is nearer; two-sided ``p``."""

    ratio: float
    p: float
    rates: int


def growth_rates(before: ArrayLike, after: ArrayLike, least: float = LEAST) -> tuple[FloatArray, FloatArray]:
    """Sizes and growth rates ln(after / before) of those who had ``least`` before and have anything after.

    Args:
        before, after: (n,) each, of the same creators.
        least: above 0.

    Raises:
        ParameterError: the rows differ in length, or ``least`` is not above 0.
    """
    first, last = np.asarray(before, dtype=np.float64), np.asarray(after, dtype=np.float64)
    if first.ndim != 1 or first.shape != last.shape:
        raise ParameterError(f"before and after must be rows of one length; they are {first.shape} and {last.shape}")
    real_number("least", least)
    kept = (first >= least) & (last > 0)
    return first[kept], np.log(last[kept] / first[kept])


def size_classes(sizes: ArrayLike, classes: int) -> np.ndarray:
    """Class of each of ``sizes`` (n,), 0 the smallest: equally many in each, equal sizes by their order."""
    rank = rankdata(np.asarray(sizes, dtype=np.float64), method="ordinal").astype(np.int64)
    return (rank - 1) * classes // max(rank.size, 1)


def tent_or_bell(sizes: ArrayLike, rates: ArrayLike, classes: int = 5) -> Tent:
    """Likelihood ratio (Vuong 1989) of Laplace against normal growth rates, each fitted within classes of size.

    Within classes, because rates of sizes that spread differently make a tent when thrown together, whatever their law.
    Both laws have two parameters a class, so that neither needs a correction. Classes of fewer than ten rates, or whose
    rates are all equal, are left out; nothing left: NaN.

    Raises:
        ParameterError: the rows differ in length.
    """
    size, rate = np.asarray(sizes, dtype=np.float64), np.asarray(rates, dtype=np.float64)
    if size.ndim != 1 or size.shape != rate.shape:
        raise ParameterError(f"sizes and rates must be rows of one length; they are {size.shape} and {rate.shape}")
    which, differences = size_classes(size, classes), []
    for k in range(classes):
        x = rate[which == k]
        spread = x.std() if x.size >= 10 else 0.0
        reach = np.abs(x - np.median(x)).mean() if spread > 0 else 0.0
        if not reach > 0:
            continue
        tent = -np.log(2.0 * reach) - np.abs(x - np.median(x)) / reach
        bell = -0.5 * np.log(2.0 * np.pi * spread**2) - 0.5 * ((x - x.mean()) / spread) ** 2
        differences.append(tent - bell)
    if not differences:
        return Tent(float("nan"), float("nan"), 0)
    all_of_them = np.concatenate(differences)
    ratio = float(all_of_them.sum() / (all_of_them.std() * np.sqrt(all_of_them.size)))
    return Tent(ratio, float(2.0 * norm.sf(abs(ratio))), int(all_of_them.size))


def spread_by_size(sizes: ArrayLike, rates: ArrayLike, classes: int = 5) -> tuple[FloatArray, FloatArray, float]:
    """Geometric mean size and standard deviation of growth rates by class of size, and beta: spread ~ size^-beta.

    Beta is the slope of least squares through the logarithms; NaN where fewer than two classes have a spread.
    """
    size, rate = np.asarray(sizes, dtype=np.float64), np.asarray(rates, dtype=np.float64)
    which = size_classes(size, classes)
    middle = np.array(
        [np.exp(np.log(size[which == k]).mean()) if (which == k).any() else np.nan for k in range(classes)]
    )
    spread = np.array([rate[which == k].std(ddof=1) if (which == k).sum() > 1 else np.nan for k in range(classes)])
    known = np.isfinite(middle) & (spread > 0)
    if known.sum() < 2 or np.ptp(middle[known]) == 0:
        return middle, spread, float("nan")
    return middle, spread, -float(np.polyfit(np.log(middle[known]), np.log(spread[known]), 1)[0])
