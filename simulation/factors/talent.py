"""People follow skill and talent."""

from simulation.compiling import rule
from simulation.factors.base import Encounter, Factor, FactorSection


class TalentParameters(FactorSection):
    """Parameters of talent."""


@rule
def talent(encounter: Encounter, p: TalentParameters) -> float:
    """Today's realised quality, q_j = clip(talent_j + (1 - regularity_j) sd noise): people see posts, not gifts."""
    return encounter.quality


TALENT = Factor("talent", talent, TalentParameters(), ("quality",))
