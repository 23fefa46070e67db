"""Holding the volume: the follow threshold at which users follow as much as on real platforms.

Weights of factors are shares of one appeal, so changing one shifts the level of appeal, and with it how much is
followed; and few follows are unequal, unpredictable and picky for no other reason than being few. Where a study varies
weights and asks who is followed, it therefore sets the threshold anew, such that as much is followed as before.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from simulation.errors import ParameterError
from simulation.parameters import KNOWN

THRESHOLD = "decision.follow_threshold"
USUAL_THRESHOLD = float(str(KNOWN[THRESHOLD].default))
LEAST, MOST = float(KNOWN[THRESHOLD].low or 0.0), float(KNOWN[THRESHOLD].high or 0.0)
SHARPNESS = float(str(KNOWN["decision.follow_sharpness"].default))
"""By so much the logarithm of follows falls per unit of threshold, where following is rare."""

VOLUME = 0.15
"""Follows a user and day that thresholds are set for; on short-video platforms they are .13 to .2."""
PRECISION = 0.002
"""How closely, in appeal, a threshold is found."""
CLOSE = 0.03
"""Share of the volume by which it may be missed, in the world in which the threshold is found."""
GROWTH = 2.0
"""How much longer, at least, each step is than the one before, until the threshold lies between two tried."""
PATIENCE = 8
"""Thresholds tried after which what is left is halved: the line through its ends has led nowhere."""


@dataclass(frozen=True)
class Held:
    """A threshold that holds the volume."""

    threshold: float
    tried: dict[float, float]
    """Follows a user and day at every threshold tried, the usual one first."""

    @property
    def follows(self) -> float:
        """Follows a user and day at the threshold."""
        return self.tried[self.threshold]


def hold(follows: Callable[[float], float], wanted: float = VOLUME) -> Held:
    """The threshold at which ``follows(threshold)``, follows a user and day, comes nearest to what is wanted.

    The logarithm of follows falls about linearly with the threshold, so the first step is Newton's, and longer ones
    follow until the threshold is bracketed; then the line through both ends says where to look (regula falsi, kept off
    the ends), and in the end the bracket is halved.

    Raises
    ------
    ParameterError
        If no threshold gives so many follows.
    """

    def excess(at: float) -> float:
        """Logarithm of follows over those wanted."""
        return math.log(max(tried[at], wanted / 1000) / wanted)

    tried: dict[float, float] = {}
    low, high = -math.inf, math.inf
    at, step = USUAL_THRESHOLD, 0.0
    while at not in tried:
        tried[at] = follows(at)
        if abs(excess(at)) < CLOSE:
            return Held(at, tried)
        low, high = (at, high) if excess(at) > 0 else (low, at)
        if high - low < PRECISION:
            return Held(min(tried, key=lambda one: abs(excess(one))), tried)
        if math.isfinite(high - low):
            share = excess(low) / (excess(low) - excess(high))
            at = low + (min(0.9, max(0.1, share)) if len(tried) < PATIENCE else 0.5) * (high - low)
        else:
            wished = 1.1 * abs(excess(at)) / SHARPNESS
            step = max(wished, GROWTH * step)
            at = min(MOST, max(LEAST, at + math.copysign(step, excess(at))))
    raise ParameterError(f"no threshold gives {wanted} follows a user and day: too few creators for so many days")
