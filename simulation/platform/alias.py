"""Weighted draws in constant time, from a table that is built once a day.

Source: A. J. Walker, ACM Trans. Math. Softw. 1977; M. D. Vose, IEEE Trans. Softw. Eng. 1991.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.compiling import compiled, rule


def build_alias(weights: NDArray[np.float64], keep: NDArray[np.float64], other: NDArray[np.int32]) -> bool:
    """Fill one alias table from non-negative weights, each of shape (M,).

    A draw lands on a column and stays there with probability ``keep``, else moves to ``other``. Returns False, and
    leaves the table alone, where no weight is positive.
    """
    return _fill(weights, keep, other, np.empty(weights.size, np.int32), np.empty(weights.size, np.int32))


@compiled
def _fill(
    weights: NDArray[np.float64],
    keep: NDArray[np.float64],
    other: NDArray[np.int32],
    small: NDArray[np.int32],
    large: NDArray[np.int32],
) -> bool:
    count = weights.size
    total = 0.0
    for j in range(count):
        total += weights[j]
    if not total > 0.0:
        return False
    smalls = 0
    larges = 0
    for j in range(count):
        keep[j] = weights[j] * count / total
        other[j] = j
        if keep[j] < 1.0:
            small[smalls] = j
            smalls += 1
        else:
            large[larges] = j
            larges += 1
    while smalls > 0 and larges > 0:
        smalls -= 1
        low = small[smalls]
        high = large[larges - 1]
        other[low] = high
        keep[high] -= 1.0 - keep[low]
        if keep[high] < 1.0:
            larges -= 1
            small[smalls] = high
            smalls += 1
    for k in range(larges):
        keep[large[k]] = 1.0
    for k in range(smalls):  # only rounding leaves these; a weight of zero must stay at zero
        j = small[k]
        if weights[j] > 0.0:
            keep[j] = 1.0
        else:
            keep[j] = 0.0
            other[j] = _heaviest(weights)
    return True


@compiled
def _heaviest(weights: NDArray[np.float64]) -> int:
    best = 0
    for j in range(weights.size):
        if weights[j] > weights[best]:
            best = j
    return best


@rule
def draw_alias(keep: Any, other: Any, start: int, size: int, uniform: float) -> int:
    """A column of the alias table of some ``size`` that begins at ``start``, from one number in [0, 1)."""
    scaled = uniform * size
    column = int(scaled)
    elsewhere = int(other[start + column])  # read in any case: chance decides, so a processor cannot guess which
    return column if scaled - column < keep[start + column] else elsewhere
