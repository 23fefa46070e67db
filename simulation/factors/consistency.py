"""Consistent, regular, good content builds trust."""

from simulation.compiling import rule
from simulation.factors.base import Encounter, Factor, FactorSection


class ConsistencyParameters(FactorSection):
    """Parameters of consistency; how it is earned stands with posting."""


@rule
def consistency(encounter: Encounter, p: ConsistencyParameters) -> float:
    """Running share of days on which the creator delivered as expected: on schedule, at its own level."""
    return encounter.consistency


CONSISTENCY = Factor("consistency", consistency, ConsistencyParameters(), ("consistency",))
