"""People follow those who move them: laughter, joy, empathy, nostalgia."""

from simulation.compiling import rule
from simulation.factors.base import Encounter, Factor, FactorSection


class EmotionalConnectionParameters(FactorSection):
    """Parameters of emotional connection."""


@rule
def emotional_connection(encounter: Encounter, p: EmotionalConnectionParameters) -> float:
    """Strength of expression times its resonance with the user's taste: (I + e (1 - I)) cos(taste_i, expression_j).

    I = intensity_j; e = how much the creator engages with this user. Source: emotional content spreads
    further, Berger and Milkman, J. Marketing Research 2012.
    """
    strength = encounter.intensity + encounter.engagement * (1.0 - encounter.intensity)
    return strength * encounter.emotional_resonance


EMOTIONAL_CONNECTION = Factor(
    "emotional_connection",
    emotional_connection,
    EmotionalConnectionParameters(),
    ("intensity", "emotional_resonance", "engagement"),
)
