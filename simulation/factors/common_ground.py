"""People follow those whose language they speak: creators of their own segment."""

from simulation.compiling import rule
from simulation.declare import parameter
from simulation.factors.base import Encounter, Factor, FactorSection


class CommonGroundParameters(FactorSection):
    """Parameters of common ground; how many segments there are stands with the traits of users."""

    weight: float = parameter(
        0.0, about="Mean weight of common ground in a user's appeal, relative to the other factors", bounds=(0.0, 100.0)
    )


@rule
def common_ground(encounter: Encounter, p: CommonGroundParameters) -> float:
    """1 for a creator of the user's own segment, such as a language, else 0."""
    return 1.0 if encounter.same_segment > 0 else 0.0


COMMON_GROUND = Factor("common_ground", common_ground, CommonGroundParameters(), ("same_segment",))
