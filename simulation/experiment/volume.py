"""Holding the volume: the follow threshold at which users follow as much as on real platforms.

Weights of factors are shares of one appeal, so changing one shifts the level of appeal, and with it the number of
follows; and few follows are unequal, unpredictable and picky for no other reason than being few. A study that varies
weights and asks who is followed therefore sets the threshold anew, so that the number of follows stays the same.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from simulation.arithmetic import log
from simulation.errors import ParameterError
from simulation.parameters import KNOWN

T = TypeVar("T")
THRESHOLD = "decision.follow_threshold"
USUAL_THRESHOLD = float(str(KNOWN[THRESHOLD].default))
LEAST, MOST = float(KNOWN[THRESHOLD].low or 0.0), float(KNOWN[THRESHOLD].high or 0.0)
SHARPNESS = float(str(KNOWN["decision.follow_sharpness"].default))
"""By so much the logarithm of follows falls per unit of threshold, where following is rare."""

VOLUME = 0.15
"""Follows per user per day that thresholds are set for; on short-video platforms they are .13 to .2."""
PRECISION = 0.002
"""How closely, in appeal, a threshold is found."""
CLOSE = 0.03
"""Share of the volume by which it may be missed, in the world in which the threshold is found."""
GROWTH = 2.0
"""How much longer, at least, each step is than the one before, until the threshold lies between two tried."""
PATIENCE = 8
"""Thresholds tried after which what is left is halved: the line through its ends has led nowhere."""


@dataclass(frozen=True)
class Held(Generic[T]):
    """A threshold that holds the volume."""

    threshold: float
    tried: dict[float, float]
    """Follows per user per day at every threshold tried, the usual one first."""
    found: T
    """What was simulated at the threshold."""

    @property
    def follows(self) -> float:
        """Follows per user per day at the threshold."""
        return self.tried[self.threshold]


def hold(simulate: Callable[[float], T], volume: Callable[[T], float], wanted: float = VOLUME) -> Held[T]:
    """The threshold at which ``volume(simulate(threshold))`` comes nearest to what is wanted.

    The logarithm of follows falls about linearly with the threshold, so the first step is Newton's, and longer ones
    follow until the threshold is bracketed; then the line through both ends says where to look (regula falsi, kept off
    the ends), and in the end the bracket is halved.

    Parameters
    ----------
    simulate
        Of a threshold, anything.
    volume
        Of that, follows per user per day.

    Raises
    ------
    ParameterError
        If no threshold gives that volume.
    """

    def excess(at: float) -> float:
        """Logarithm of follows over those wanted."""
        return log(max(tried[at], wanted / 1000) / wanted)

    tried: dict[float, float] = {}
    found: dict[float, T] = {}
    low, high = -math.inf, math.inf
    at, step = USUAL_THRESHOLD, 0.0
    while at not in tried:
        found[at] = simulate(at)
        tried[at] = volume(found[at])
        if abs(excess(at)) < CLOSE:
            return Held(at, tried, found[at])
        low, high = (at, high) if excess(at) > 0 else (low, at)
        if high - low < PRECISION:
            best = min(tried, key=lambda one: abs(excess(one)))
            return Held(best, tried, found[best])
        if math.isfinite(high - low):
            share = excess(low) / (excess(low) - excess(high))
            at = low + (min(0.9, max(0.1, share)) if len(tried) < PATIENCE else 0.5) * (high - low)
        else:
            step = max(1.1 * abs(excess(at)) / SHARPNESS, GROWTH * step)
            at = min(MOST, max(LEAST, at + math.copysign(step, excess(at))))
    raise ParameterError(f"no threshold gives {wanted} follows per user per day: too few creators for so many days")
