"""People follow those whose language they speak: creators of their own segment."""

from simulation.compiling import rule
from simulation.factors.base import Encounter, Factor, FactorSection


class CommonGroundParameters(FactorSection):
    """Parameters of common ground; how many segments there are stands with the traits of users."""


@rule
def common_ground(encounter: Encounter, p: CommonGroundParameters) -> float:
    """1 for a creator of the user's own segment, such as a language, else 0."""
    return 1.0 if encounter.same_segment > 0 else 0.0


COMMON_GROUND = Factor("common_ground", common_ground, CommonGroundParameters(weight=0.0), ("same_segment",))
