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
SHARPNESS = float(str(KNOWN["decision.follow_sharpness"].default))
"""By so much the logarithm of follows falls per unit of threshold, where following is rare."""

VOLUME = 0.15
"""Follows a user and day that thresholds are set for; on short-video platforms they are .13 to .2."""
PRECISION = 0.002
"""How closely, in appeal, a threshold is found."""
CLOSE = 0.03
"""Share of the volume by which it may be missed, in the world in which the threshold is found."""
LONGEST, FARTHEST, MOST_TRIED = 0.3, 3.0, 30
"""Longest step, and largest threshold, looked at; and how many at most."""


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

    The logarithm of follows falls about linearly with the threshold, so the first steps are Newton's, and once the
    threshold is bracketed the line through both ends says where to look (regula falsi, kept off the ends).

    Raises
    ------
    ParameterError
        If no threshold gives so many follows.
    """
    tried: dict[float, float] = {}
    low: tuple[float, float] | None = None
    high: tuple[float, float] | None = None
    at = USUAL_THRESHOLD
    while len(tried) < MOST_TRIED and abs(at) < FARTHEST:
        tried[at] = follows(at)
        excess = math.log(max(tried[at], wanted / 1000) / wanted)
        if abs(excess) < CLOSE:
            return Held(at, tried)
        low, high = ((at, excess), high) if excess > 0 else (low, (at, excess))
        if low is None or high is None:
            at += max(-LONGEST, min(LONGEST, 1.1 * excess / SHARPNESS))
        elif high[0] - low[0] < PRECISION:
            return Held(min(tried, key=lambda one: abs(math.log(max(tried[one], wanted / 1000) / wanted))), tried)
        else:
            share = min(0.9, max(0.1, low[1] / (low[1] - high[1])))
            at = low[0] + share * (high[0] - low[0])
    raise ParameterError(f"no threshold gives {wanted} follows a user and day: too few creators for so many days")
