"""The loops of :mod:`simulation.vectors`, apart from it since numba takes a third of a second to import."""

import numpy as np
from numpy.typing import NDArray

from simulation.arithmetic import exp, log, log1p, power
from simulation.compiling import compiled

Floats = NDArray[np.float64]


@compiled
def exp_each(x: Floats, out: Floats) -> None:
    """Write exp of each number."""
    for n in range(x.size):
        out[n] = exp(x[n])


@compiled
def log_each(x: Floats, out: Floats) -> None:
    """Write the logarithm of each number."""
    for n in range(x.size):
        out[n] = log(x[n])


@compiled
def log1p_each(x: Floats, out: Floats) -> None:
    """Write log(1 + x) of each number x."""
    for n in range(x.size):
        out[n] = log1p(x[n])


@compiled
def power_each(x: Floats, y: Floats, out: Floats) -> None:
    """Write each x to the power of its y."""
    for n in range(x.size):
        out[n] = power(x[n], y[n])


@compiled
def total(x: Floats) -> float:
    """Sum from the first number to the last."""
    found = 0.0
    for n in range(x.size):
        found += x[n]
    return found


@compiled
def products(rows: Floats, vector: Floats, out: Floats) -> None:
    """Write the scalar product of each row with the vector, from the first column to the last."""
    for n in range(rows.shape[0]):
        found = 0.0
        for k in range(rows.shape[1]):
            found += rows[n, k] * vector[k]
        out[n] = found
