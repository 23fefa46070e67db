"""Some people simply like somebody: a lasting taste of a user for a creator that nothing else explains."""

import math

from simulation.compiling import rule
from simulation.declare import parameter
from simulation.factors.base import Encounter, Factor, FactorSection

KEYS = 2**30
"""How many keys there are by which tastes are told apart."""
OF_COMMUNITIES = 2**29
"""Added to the number of a community, whose taste its members share in part."""


class TasteParameters(FactorSection):
    """Parameters of taste."""

    weight: float = parameter(
        0.0, about="Mean weight of taste in a user's appeal, relative to the other factors", bounds=(0.0, 100.0)
    )
    shared: float = parameter(
        0.25, about="Share of the variance of taste that a community has in common", bounds=(0.0, 1.0)
    )


@rule
def pair_taste(one: int, other: int) -> float:
    """What one key makes of another, in (0, 1), with mean 1/2 and standard deviation .144; the same on every day.

    Nothing is stored: two keys below 2**30 are mixed to 32 bits, and the four bytes of these added up, which comes near
    a normal number. Products stay below 2**62. Source: the mixing is of the kind of C. Wellons, "Prospecting for hash
    functions" (2018), with multipliers below 2**30.
    """
    x = (one * 0x1E3779B1 + other * 0x25EBCA6B + 0x2545F491) & 0xFFFFFFFF
    x = ((x ^ (x >> 16)) * 0x2C1B3C6D) & 0xFFFFFFFF
    x = ((x ^ (x >> 12)) * 0x297A2D39) & 0xFFFFFFFF
    x = x ^ (x >> 15)
    bytes_sum = (x & 255) + ((x >> 8) & 255) + ((x >> 16) & 255) + (x >> 24)
    return (bytes_sum + 2.0) / 1024.0


@rule
def taste(encounter: Encounter, p: TasteParameters) -> float:
    """Lasting taste: 1/2 + sqrt(1 - c) (own - 1/2) + sqrt(c) (community's - 1/2), c the share in common; in [0, 1].

    Source: tastes that similarity does not explain carry most of who likes what in collaborative filtering; that they
    hang on the pair alone, and never change, is an assumption.
    """
    own, common = encounter.own_taste - 0.5, encounter.community_taste - 0.5
    return min(1.0, max(0.0, 0.5 + math.sqrt(1.0 - p.shared) * own + math.sqrt(p.shared) * common))


TASTE = Factor("taste", taste, TasteParameters(), ("own_taste", "community_taste"))
