"""Elementary functions and sums over arrays, with the same bits on every machine.

NumPy picks the code of ``np.exp``, ``np.sum`` and ``@`` by processor and version, and with it the order in which a sum
is taken. Here every function is that of :mod:`simulation.arithmetic`, and every sum runs from the first number to the
last. Where only +, -, *, / and square roots of whole arrays are needed, NumPy itself is as exact.
"""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


def exp_of(values: ArrayLike) -> Floats:
    """Return e to the power of each number; same shape.

    >>> exp_of([0.0, 1.0])
    array([1.        , 2.71828183])
    """
    return _map(_loops().exp_each, values)


def log_of(values: ArrayLike) -> Floats:
    """Natural logarithm of each number; same shape."""
    return _map(_loops().log_each, values)


def log1p_of(values: ArrayLike) -> Floats:
    """Return log(1 + x) for each number x; same shape."""
    return _map(_loops().log1p_each, values)


def power_of(base: ArrayLike, exponent: ArrayLike) -> Floats:
    """Each number of ``base`` to the power of its partner in ``exponent``; their shapes are broadcast together.

    >>> power_of([1.0, 4.0], 0.5)
    array([1., 2.])
    """
    x, y = np.asarray(base, np.float64), np.asarray(exponent, np.float64)
    if y.ndim == 0:
        y = np.full(x.shape, y)
    elif x.shape != y.shape:  # copied: NumPy warns where numba asks whether broadcast arrays can be written to
        x, y = (part.copy() for part in np.broadcast_arrays(x, y))
    out = np.empty(x.shape)
    _loops().power_each(np.ravel(x), np.ravel(y), out.reshape(-1))
    return out


def total(values: ArrayLike) -> float:
    """Sum of all numbers, in the order in which they stand.

    >>> total([0.1, 0.2, 0.3])
    0.6000000000000001
    """
    return float(_loops().total(_flat(values)))


def mean(values: ArrayLike) -> float:
    """Mean of all numbers; NaN of none."""
    flat = _flat(values)
    return total(flat) / flat.size if flat.size else float("nan")


def deviation(values: ArrayLike, ddof: int = 0) -> float:
    """Standard deviation of all numbers, the sum of squares divided by their number less ``ddof``; NaN of too few."""
    flat = _flat(values)
    if flat.size <= ddof:
        return float("nan")
    off = flat - mean(flat)
    return float(np.sqrt(total(off * off) / (flat.size - ddof)))


def dot(left: ArrayLike, right: ArrayLike) -> float:
    """Sum of the products of two arrays of equal shape, in the order in which they stand."""
    return total(_flat(left) * _flat(right))


def row_sums(rows: ArrayLike) -> Floats:
    """Sum of each row of (N, K), from the first column to the last: (N,)."""
    table = np.ascontiguousarray(rows, np.float64)
    return products(table, np.ones(table.shape[1]))


def column_sums(rows: ArrayLike) -> Floats:
    """Sum of each column of (N, K), from the first row to the last: (K,)."""
    return row_sums(np.asarray(rows, np.float64).T)


def products(rows: ArrayLike, vector: ArrayLike) -> Floats:
    """Scalar product of each row of (N, K) with a vector, (K,), from the first column to the last: (N,)."""
    table, weights = np.ascontiguousarray(rows, np.float64), _flat(vector)
    if weights.size != table.shape[1]:  # compiled loops read beyond an array's end without a word
        raise ValueError(f"{weights.size} numbers cannot weight rows of {table.shape[1]}")
    out = np.empty(len(table))
    _loops().products(table, weights, out)
    return out


def unit_rows(rows: Floats) -> Floats:
    """Rows of (N, K) scaled to unit length; none may be zero."""
    return np.asarray(rows / np.sqrt(row_sums(rows * rows))[:, None])


def _loops() -> Any:
    """The compiled loops, imported when first needed: figures and analysis can be imported without numba."""
    from simulation import vector_loops

    return vector_loops


def _flat(values: ArrayLike) -> Floats:
    return np.ascontiguousarray(values, np.float64).reshape(-1)


def _map(each: Any, values: ArrayLike) -> Floats:
    array = np.asarray(values, np.float64, order="C")
    out = np.empty(array.shape)
    each(array.reshape(-1), out.reshape(-1))
    return out
