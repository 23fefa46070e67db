"""Simulators that cost nothing, with posteriors that are known."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from simulation.study import Observation

NOISE, SCALE = 0.3, 0.4
"""Standard deviations of what the simulator adds, and of the error of observation."""
SPREAD = math.hypot(NOISE, SCALE) / math.sqrt(2.0)
"""Standard deviation of a and of b in the posterior, far from the ends of their ranges."""


@dataclass(frozen=True)
class Share:
    """A parameter of a toy, and its range."""

    name: str
    low: float = 0.0
    high: float = 4.0
    scale: str = "linear"

    def at(self, share: float) -> float:
        if self.scale == "log":
            return float(self.low * (self.high / self.low) ** share)
        return self.low + share * (self.high - self.low)


BOTH = (Share("a"), Share("b"))


def sum_and_difference(values: dict[str, object], seed: int) -> np.ndarray:
    """Sum and difference of a and b, each with a little noise: the posterior of a and b is normal."""
    a, b = float(values["a"]), float(values["b"])  # type: ignore[arg-type]
    return np.array([a + b, a - b]) + NOISE * np.random.default_rng(seed).standard_normal(2)


def whole(world: np.ndarray) -> np.ndarray:
    return world


def observed(a: float = 2.0, b: float = 1.0) -> list[Observation]:
    """What would be observed without any noise."""
    return [Observation("y", whole, (a + b, a - b), SCALE)]


def often_failing(values: dict[str, object], seed: int) -> np.ndarray:
    """As above, but raises for large a and gives no number for large b."""
    if float(values["a"]) > 3.0:  # type: ignore[arg-type]
        raise ZeroDivisionError("a is too large")
    if float(values["b"]) > 3.0:  # type: ignore[arg-type]
        return np.array([np.nan, 1.0])
    return sum_and_difference(values, seed)


def never_working(values: dict[str, object], seed: int) -> np.ndarray:
    raise RuntimeError("this never works")
