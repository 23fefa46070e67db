"""The promise that the same inputs give the same history on every machine: since when, and whether this one keeps it.

The promise rests on IEEE 754 as processors and compilers keep it by default: binary64 rounded to nearest after every
operation, nothing fused, subnormals kept. :func:`trouble` tries that in a few milliseconds, and compares the functions
and the random numbers that histories are made of with what they are elsewhere.
"""

import hashlib
import math
import sys
import warnings
from fractions import Fraction
from functools import cache

import numpy as np
from numpy.typing import NDArray

from simulation.arithmetic import exp, log, log1p, power, tanh
from simulation.compiling import compiled
from simulation.randomness import standard_normal, uniforms_within

SINCE = "0.2.0"
"""First version of the package whose histories are the same on every machine and with every supported library."""

_PROBES = 64
_EXPECTED = "f72925972e71ed5e"
"""First digits of the digest of what :func:`_probe` fills in, on every machine that keeps the promise."""
_JUST_ABOVE_ONE = 1.0 + 2.0**-30


class SameBitsWarning(UserWarning):
    """This machine may give other histories than others do."""


@cache
def trouble() -> str | None:
    """Why this machine may give other histories than others do, in one sentence; None where it keeps the promise."""
    if sys.byteorder != "little":
        return _because("its byte order is big-endian, which is untested")
    if sys.float_info.mant_dig != 53 or sys.float_info.radix != 2:
        return _because("its floats are not those of IEEE 754 binary64")
    arithmetic = np.zeros(4)
    _try_arithmetic(_JUST_ABOVE_ONE, _JUST_ABOVE_ONE * _JUST_ABOVE_ONE, 2.0**-1022, 2.0**53, arithmetic)
    fused, subnormal, extended, root = arithmetic.tolist()
    if fused != 0.0:
        return _because("its compiler fuses a multiplication and an addition into one rounding")
    if subnormal == 0.0:
        return _because("it sets the smallest floats, subnormals, to zero")
    if extended != 2.0**53:
        return _because("it computes with more digits than IEEE 754 binary64 has")
    if not _is_root(root, 2) or not all(_is_root(math.sqrt(n), n) for n in (2, 3, 5, 2**53 - 1)):
        return _because("its square roots are not rounded as IEEE 754 asks")
    found = np.zeros((_PROBES, 8))
    _probe(found)
    digest = hashlib.sha256(found.astype("<f8").tobytes()).hexdigest()
    if not digest.startswith(_EXPECTED):
        return _because("its elementary functions or random numbers give other values than on the machines tested")
    return None


@cache
def warn_once() -> None:
    """Say, once in a process, that this machine does not keep the promise; nothing where it does."""
    reason = trouble()
    if reason is not None:
        warnings.warn(reason, SameBitsWarning, stacklevel=3)


def guarantee() -> dict[str, str]:
    """What provenance holds of the promise: since which version, and whether this machine keeps it."""
    return {"since": SINCE, "this_machine": trouble() or "kept"}


def _because(what: str) -> str:
    return f"the same inputs may give another history on this machine than elsewhere: {what}"


def _is_root(root: float, square: int) -> bool:
    """Whether ``root`` is the float nearest to the square root of a whole number, found out in exact fractions."""
    middle, half = Fraction(root), Fraction(math.ulp(root)) / 2
    return (middle - half) * (middle - half) <= square <= (middle + half) * (middle + half)


@compiled
def _try_arithmetic(x: float, square: float, smallest: float, large: float, out: NDArray[np.float64]) -> None:
    """Fill in x * x - ``square``, half the smallest normal number, a sum that more digits would change, and a root."""
    out[0] = x * x - square
    out[1] = smallest * 0.5
    out[2] = (large + 1.0) + 1.0
    out[3] = math.sqrt(square + square - 2.0 * square + 2.0)


@compiled
def _probe(out: NDArray[np.float64]) -> None:
    for n in range(out.shape[0]):
        u, v, w, z = uniforms_within(np.uint64(1), 0, n, 0, 0, 0)
        out[n, 0] = u
        out[n, 1] = standard_normal(u, v)
        out[n, 2] = exp(1400.0 * w - 700.0)
        out[n, 3] = log(z)
        out[n, 4] = log1p(u - 0.5)
        out[n, 5] = tanh(4.0 * v - 2.0)
        out[n, 6] = power(10.0 * w, 5.0 * z)
        out[n, 7] = math.sqrt(u) / (1.0 + v)
