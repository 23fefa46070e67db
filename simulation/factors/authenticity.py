"""People follow the authentic and relatable."""

from simulation.compiling import rule
from simulation.declare import parameter
from simulation.factors.base import Encounter, Factor, FactorSection


class AuthenticityParameters(FactorSection):
    """Parameters of authenticity."""

    genuine_share: float = parameter(
        0.6,
        about="What authenticity is worth even from somebody unlike oneself; the rest must be relatable to count",
        bounds=(0.0, 1.0),
    )


@rule
def authenticity(encounter: Encounter, p: AuthenticityParameters) -> float:
    """Genuine, and relatable to me: authenticity_j (r + (1 - r) identity similarity), r the genuine share."""
    return encounter.authenticity * (p.genuine_share + (1.0 - p.genuine_share) * encounter.identity_similarity)


AUTHENTICITY = Factor("authenticity", authenticity, AuthenticityParameters(), ("authenticity", "identity_similarity"))
