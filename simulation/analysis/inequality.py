"""How unequally followers are shared among creators.

One convention throughout: where nobody holds anything, all hold the same, so the Gini coefficient is 0, the Lorenz
curve the diagonal, the top share the fraction itself and the effective number the full number. Of no creators at all,
nothing can be said: NaN.
"""

import numpy as np
from numpy.typing import ArrayLike

from simulation.analysis.tables import FloatArray
from simulation.errors import ParameterError
from simulation.vectors import dot, total


def _holdings(values: ArrayLike) -> FloatArray:
    """Sorted float64 copy of ``values`` (n,); ParameterError unless one-dimensional, finite and >= 0."""
    array = np.sort(np.asarray(values, dtype=np.float64))
    if array.ndim != 1:
        raise ParameterError(f"values must have one dimension, one number per creator; their shape is {array.shape}")
    if array.size and not (array[0] >= 0 and np.isfinite(array[-1])):
        raise ParameterError("values must be finite and at least 0, as counts of followers are")
    return array


def gini(values: ArrayLike) -> float:
    """Gini coefficient of ``values`` (n,), in [0, 1): 0 where all are equal, (n - 1) / n where one holds everything.

    The exact population form over sorted values, ``sum_i (2 i - n - 1) x_(i) / (n sum x)``, half the relative mean
    absolute difference (Gini 1912; Sen 1973). All zero: 0. Empty: NaN.

    Raises:
        ParameterError: a value is negative or not finite, or there is more than one dimension.
    """
    x = _holdings(values)
    n = x.size
    if n == 0:
        return float("nan")
    held = total(x)
    if held == 0:
        return 0.0
    rank = np.arange(1 - n, n, 2, dtype=np.float64)
    # Rounding can leave -1e-17 where all are equal.
    return max(0.0, dot(rank, x) / (n * held))


def lorenz_curve(values: ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Lorenz curve: (share of creators, share of followers), both (n + 1,), from (0, 0) to (1, 1), poorest first.

    All zero: the diagonal. Empty: the origin alone.

    Raises:
        ParameterError: as in `gini`.
    """
    x = _holdings(values)
    if x.size == 0:
        return np.zeros(1), np.zeros(1)
    population = np.arange(x.size + 1) / x.size
    held = np.concatenate([[0.0], np.cumsum(x)])
    return population, held / held[-1] if held[-1] > 0 else population.copy()


def top_share(values: ArrayLike, fraction: float = 0.1) -> float:
    """Share of the total held by the top ``fraction`` of ``values`` (n,), in [fraction, 1].

    Read off the Lorenz curve, so where the fraction falls within a creator, that creator counts in proportion.
    All zero: ``fraction``. Empty: NaN.

    Raises:
        ParameterError: ``fraction`` is not in (0, 1], or as in `gini`.
    """
    if not 0 < fraction <= 1:
        raise ParameterError(f"fraction must be above 0 and at most 1; it is {fraction}")
    _, held = lorenz_curve(values)
    if held.size == 1:
        return float("nan")
    place = (1 - fraction) * (held.size - 1)
    poorer = min(int(place), held.size - 2)
    share = held[poorer] + (place - poorer) * (held[poorer + 1] - held[poorer])
    return float(1 - share)


def effective_number(values: ArrayLike) -> float:
    """Effective number of creators: 1 / sum of squared shares, in [1, n].

    The inverse Herfindahl-Hirschman index, Hill number of order 2 (Hill 1973): as many equal creators would be as
    concentrated. All zero: n. Empty: NaN.

    Raises:
        ParameterError: as in `gini`.
    """
    x = _holdings(values)
    if x.size == 0:
        return float("nan")
    held = total(x)
    if held == 0:
        return float(x.size)
    share = x / held
    return 1 / dot(share, share)
