"""Directions that must hold: what a change must do, measured in worlds that share everything before it.

- ``branches``: what a direction is, and worlds that part on a day
- ``likes``, ``voices``, ``viewers``, ``buying``: the directions and how they are measured

Each direction gives numbers for a seed, one a claim. The validation tests hold their means over some seeds against
the bounds, and ``docs/directions.md`` those over more of them.
"""

from benchmarks.validation.directions.branches import Direction
from benchmarks.validation.directions.buying import BOUGHT_FOLLOWERS
from benchmarks.validation.directions.likes import HABITUATION, HIDDEN_COUNTS, SURGE_AND_LOSS
from benchmarks.validation.directions.viewers import FOMO_AND_USE, LIMITED
from benchmarks.validation.directions.voices import OFF_VOICE, PARADOX
from benchmarks.validation.target import Band
from simulation.analysis.expectation import FAMILY_ALPHA

DIRECTIONS: tuple[Direction, ...] = (
    HABITUATION,
    SURGE_AND_LOSS,
    HIDDEN_COUNTS,
    PARADOX,
    OFF_VOICE,
    LIMITED,
    FOMO_AND_USE,
    BOUGHT_FOLLOWERS,
)
"""All directions."""

CLAIMS: tuple[Band, ...] = tuple(claim for direction in DIRECTIONS for claim in direction.claims)
"""All their claims, which are one family."""

ALPHA = FAMILY_ALPHA / len(CLAIMS)
"""Error rate of the test of one claim (Bonferroni)."""
LOOKS = 0.25, 0.5, 1.0
"""Shares of its seeds after which a test judges the claims that are open; each look takes its part of ALPHA."""

__all__ = ["ALPHA", "CLAIMS", "DIRECTIONS", "FAMILY_ALPHA", "LOOKS", "Direction"]
