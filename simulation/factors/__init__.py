"""The factors of appeal: why a post appeals to a user, one reason per file.

The list below is all there is to registration. A factor of your own is a :class:`Factor` made anywhere, a notebook
cell included, and given to the model: ``FollowerModel(factors=[*FACTORS, mine])``.
"""

from simulation.factors.appeal import Appeal, compose
from simulation.factors.authenticity import AUTHENTICITY
from simulation.factors.base import Encounter, Factor, FactorSection, sample_encounters, try_out
from simulation.factors.common_ground import COMMON_GROUND
from simulation.factors.consistency import CONSISTENCY
from simulation.factors.emotional_connection import EMOTIONAL_CONNECTION
from simulation.factors.peer_influence import PEER_INFLUENCE
from simulation.factors.shared_interest import SHARED_INTEREST
from simulation.factors.talent import TALENT
from simulation.factors.taste import TASTE

FACTORS: tuple[Factor, ...] = (
    SHARED_INTEREST,
    TALENT,
    AUTHENTICITY,
    EMOTIONAL_CONNECTION,
    CONSISTENCY,
    PEER_INFLUENCE,
    TASTE,
    COMMON_GROUND,
)
"""The reasons of the model, in the order in which appeal adds them up."""

__all__ = [
    "COMMON_GROUND",
    "FACTORS",
    "TASTE",
    "Appeal",
    "Encounter",
    "Factor",
    "FactorSection",
    "compose",
    "sample_encounters",
    "try_out",
]
