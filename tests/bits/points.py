"""Numbers at which the elementary functions are tested, and what they give there as one digest.

The points are made by whole-number arithmetic and exact scaling alone, so that they are the same on every machine.
"""

import hashlib
from collections.abc import Callable, Iterable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from simulation.arithmetic import cos_turns, exp, log, log1p, power, tanh

Floats = NDArray[np.float64]
LN2 = 0.6931471805599453
LARGEST = 1.7976931348623157e308
SMALLEST = 5e-324
FUNCTIONS: dict[str, Callable[..., float]] = {
    "exp": exp,
    "log": log,
    "log1p": log1p,
    "tanh": tanh,
    "power": power,
    "cos_turns": cos_turns,
}


def words(count: int, seed: int) -> NDArray[np.uint64]:
    """Random words of 64 bits (splitmix64)."""
    z = (np.arange(1, count + 1, dtype=np.uint64) + np.uint64(seed << 32)) * np.uint64(0x9E3779B97F4A7C15)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


def uniform(count: int, low: float, high: float, seed: int) -> Floats:
    return low + (high - low) * np.ldexp((words(count, seed) >> np.uint64(11)).astype(float), -53)


def binades(low: int, high: int, seed: int, each: int = 1) -> Floats:
    """Powers of 2 and random numbers between them, from 2**low to below 2**high."""
    exponents = np.repeat(np.arange(low, high), each)
    return np.concatenate([np.ldexp(1.0, exponents), np.ldexp(uniform(exponents.size, 1.0, 2.0, seed), exponents)])


def with_neighbours(values: ArrayLike, steps: int = 1) -> Floats:
    """Each number, and the ``steps`` floats on either side of it; no zeros."""
    bits = np.asarray(values, np.float64).reshape(-1).view(np.int64)
    return (bits[:, None] + np.arange(-steps, steps + 1)).reshape(-1).view(np.float64)


def both_signs(values: Floats) -> Floats:
    return np.concatenate([values, -values])


def _exp() -> list[Floats]:
    halves = np.arange(-275_000, 262_000, 401) * (LN2 / 256)  # where tables of 2**(i/128) meet, and their middles
    return [
        uniform(1500, -746.0, 710.0, 1),
        uniform(500, -745.2, -708.3, 2),  # subnormal results
        both_signs(binades(-1074, 10, 3)),
        with_neighbours(halves[halves != 0.0]),
        with_neighbours([709.782712893384, -708.3964185322641, -745.1332191019411, -744.4400719213812, 800.0, -800.0]),
    ]


def _log() -> list[Floats]:
    boundaries = (np.arange(90, 183) + 0.5) / 128
    return [
        binades(-1074, 1024, 4),
        uniform(500, 0.5, 2.0, 5),
        with_neighbours(boundaries, 2),
        with_neighbours(np.ldexp(boundaries, 900)),
        with_neighbours(np.ldexp(boundaries, -1030)),
        1.0 + both_signs(binades(-52, -1, 6, 4)),
        with_neighbours([1.0, 0.7071067811865476, 1.4142135623730951], 20),
        uniform(500, 0.0, 2.2250738585072014e-308, 7),  # subnormal
    ]


def _log1p() -> list[Floats]:
    boundaries = (np.arange(90, 183) + 0.5) / 128 - 1.0
    return [
        binades(-1074, 1024, 8),
        -binades(-1074, -1, 9),
        binades(-53, 0, 10, 3) - 1.0,
        with_neighbours(boundaries, 2),
        uniform(500, -1.0, 1.0, 11),
        with_neighbours(np.ldexp([1.0, -1.0], -28), 20),
        both_signs(uniform(300, 3.0e-9, 4.0e-9, 12)),
        with_neighbours([1.0, 9007199254740992.0], 20),
    ]


def _tanh() -> list[Floats]:
    return [
        both_signs(binades(-1074, 1024, 13)),
        both_signs(uniform(1000, 0.0, 20.5, 14)),
        uniform(1000, 0.1, 0.5, 15),
        with_neighbours([0.125, 19.0615, 20.0, -0.125, -20.0], 20),
        with_neighbours(np.arange(1, 7400, 23) * (LN2 / 512)),
    ]


def _power() -> list[tuple[Floats, Floats]]:
    grid = [0.1, 0.5, 0.75, 1.5, 2.0, 3.0, 7.0, 10.0, 1e10, 1e-10, 1e300, 1e-300, SMALLEST, LARGEST, 1e-310]
    grid += with_neighbours(1.0).tolist()
    exponents = [1.0, 2.0, 3.0, 0.5, 0.1, 1.0 / 3.0, 10.0, 53.0, 308.0, 1074.0, 1e10, 1e17, 1e22, 1e-10, 1e-20, 1e-300]
    bases = np.array(grid)
    x, y = np.meshgrid(bases, both_signs(np.array(exponents)))
    wide = binades(-1074, 1024, 16)
    reach = uniform(wide.size, -1100.0, 1100.0, 17) / (np.abs(np.frexp(wide)[1]) + 0.5)
    near = 1.0 + both_signs(binades(-50, -1, 18, 4))
    steep = uniform(near.size, -2000.0, 2000.0, 19) / np.maximum(np.abs(near - 1.0), 1e-15)
    return [
        (x.reshape(-1), y.reshape(-1)),
        (wide, reach),
        (near, steep),
        (uniform(1000, 0.0, 20.0, 20), uniform(1000, -5.0, 5.0, 21)),
        (uniform(500, 1.5, 3.0, 22), uniform(500, -1100.0, -700.0, 23)),  # subnormal results
        (-np.arange(1.0, 60.0), np.arange(59.0, 0.0, -1.0)),
    ]


def _cos_turns() -> list[Floats]:
    eighths = np.arange(1, 8) / 8
    near = np.concatenate([eighths[:, None] + both_signs(binades(-54, -4, 24))]).reshape(-1)
    return [
        np.arange(257) / 256,
        uniform(2000, 0.0, 1.0, 25),
        with_neighbours(eighths, 20),
        near,
        binades(-1074, 0, 26),
        1.0 - binades(-53, -1, 27),
    ]


def points(name: str) -> tuple[Floats, ...]:
    """Where a function is tested: one array for each of its arguments."""
    if name == "power":
        return tuple(np.concatenate(parts) for parts in zip(*_power(), strict=True))
    make = {"exp": _exp, "log": _log, "log1p": _log1p, "tanh": _tanh, "cos_turns": _cos_turns}[name]
    return (np.concatenate(make()),)


def results(name: str) -> list[float]:
    """What a function gives when Python calls it."""
    function = FUNCTIONS[name]
    return [function(*arguments) for arguments in zip(*(part.tolist() for part in points(name)), strict=True)]


def digest(values: Iterable[float]) -> str:
    """Digest of the bits of many numbers, in their order."""
    found = np.array(list(values), dtype="<f8")
    assert not np.isnan(found).any()  # its bits are not fixed
    return hashlib.sha256(found.tobytes()).hexdigest()[:16]
