"""People follow those who share their interests, values and identity."""

from simulation.compiling import rule
from simulation.declare import parameter
from simulation.factors.base import Encounter, Factor, FactorSection


class SharedInterestParameters(FactorSection):
    """Parameters of shared interest."""

    identity_weight: float = parameter(
        0.3,
        about="Share of identity, against interests, in what people have in common with a creator",
        bounds=(0.0, 1.0),
    )


@rule
def shared_interest(encounter: Encounter, p: SharedInterestParameters) -> float:
    """Likeness of interests and of identity: (1 - b) cos(x_i, topic of the post) + b exp(-|v_i - v_j|^2 / 2 s^2).

    b is the weight of identity. Source: homophily, McPherson, Smith-Lovin and Cook, Annu. Rev. Sociol. 2001.
    """
    return (1.0 - p.identity_weight) * encounter.interest_similarity + p.identity_weight * encounter.identity_similarity


SHARED_INTEREST = Factor(
    "shared_interest", shared_interest, SharedInterestParameters(), ("interest_similarity", "identity_similarity")
)
