"""The bandwagon: peers' choices and a large following draw more followers."""

from simulation.arithmetic import power
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
    share_exponent: float = parameter(
        0.0,
        about="Exponent of the share of peers who follow a creator, where that counts in place of their number: below "
        "1, the first peers weigh most; 0: the number counts, by half_saturation",
        bounds=(0.0, 1.0),
        kind="constant",
        source="diminishing returns of further peers: Backstrom et al., KDD 2006; that shares count beside numbers: "
        "Ugander et al., PNAS 2012; the value is an assumption",
    )


@rule
def peers_effect(following: int, peers: int, p: PeerInfluenceParameters) -> float:
    """What n peers who follow give, of the most that peers can: n / (n + h), or (n / peers)^e where e > 0; in [0, 1].

    h = half saturation, e = exponent of the share.
    """
    if p.share_exponent > 0.0:
        return power(min(1.0, following / max(1, peers)), p.share_exponent)
    return following / (following + p.half_saturation)


@rule
def peer_influence(encounter: Encounter, p: PeerInfluenceParameters) -> float:
    """What others do, as far as this user goes by it: conformity_i ((1 - g) v + g crowd_j).

    v = what the peers who follow the creator give, see :func:`peers_effect`, g = weight of the crowd, crowd_j =
    log(1 + shown followers) / log(1 + users). Source: informational cascades, Bikhchandani, Hirshleifer and Welch, J.
    Polit. Econ. 1992.
    """
    peers = peers_effect(encounter.peers_following, encounter.peers, p)
    return encounter.conformity * ((1.0 - p.crowd_weight) * peers + p.crowd_weight * encounter.crowd)


PEER_INFLUENCE = Factor(
    "peer_influence", peer_influence, PeerInfluenceParameters(), ("conformity", "peers_following", "crowd")
)
