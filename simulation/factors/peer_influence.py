"""The bandwagon: peers' choices and a large following draw more followers."""

from simulation.compiling import rule
from simulation.declare import parameter
from simulation.factors.base import Encounter, Factor, FactorSection


class PeerInfluenceParameters(FactorSection):
    """Parameters of peer influence."""

    crowd_weight: float = parameter(
        0.4,
        about="Share of the crowd (the shown number of followers), against one's own peers, in social influence",
        bounds=(0.0, 1.0),
    )
    half_saturation: float = parameter(
        2.0,
        about="How many peers who follow a creator give half of the most that peers can give",
        unit="peers",
        bounds=(0.01, 1000.0),
        source="diminishing returns of further peers: Backstrom et al., KDD 2006; the value is an assumption",
    )


@rule
def peer_influence(encounter: Encounter, p: PeerInfluenceParameters) -> float:
    """What others do, as far as this user goes by it: conformity_i ((1 - g) n / (n + h) + g crowd_j).

    n = peers who follow the creator, h = half saturation, g = weight of the crowd, crowd_j = log(1 + shown followers)
    / log(1 + users). Source: informational cascades, Bikhchandani, Hirshleifer and Welch, J. Polit. Econ. 1992.
    """
    peers = encounter.peers_following / (encounter.peers_following + p.half_saturation)
    return encounter.conformity * ((1.0 - p.crowd_weight) * peers + p.crowd_weight * encounter.crowd)


PEER_INFLUENCE = Factor(
    "peer_influence", peer_influence, PeerInfluenceParameters(), ("conformity", "peers_following", "crowd")
)
