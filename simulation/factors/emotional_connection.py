"""People follow those who move them: laughter, joy, empathy, nostalgia."""

from simulation.compiling import rule
from simulation.factors.base import Encounter, Factor, FactorSection


class EmotionalConnectionParameters(FactorSection):
    """Parameters of emotional connection."""


@rule
def emotional_connection(encounter: Encounter, p: EmotionalConnectionParameters) -> float:
    """Strength of expression times its resonance with the user's taste: intensity_j cos(taste_i, expression_j).

    Source: moral and emotional content spreads further, Berger and Milkman, J. Marketing Research 2012.
    """
    return encounter.intensity * encounter.emotional_resonance


EMOTIONAL_CONNECTION = Factor(
    "emotional_connection",
    emotional_connection,
    EmotionalConnectionParameters(),
    ("intensity", "emotional_resonance"),
)
