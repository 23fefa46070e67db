"""Who collaborates with whom: partners by topic and size."""

import numpy as np
from numpy.typing import NDArray

from simulation.state import Creators, Minds


def match_partners(creators: Creators, minds: Minds, day: int) -> None:
    """Give partners to creators who collaborate this week and have none; who finds none goes on alone."""
    looking = (minds.collaborates > 0.0) & (creators.partner < 0) & (creators.away_until <= day)
    pairs = pair_up(np.flatnonzero(looking), creators.topics.argmax(axis=1), creators.followers)
    creators.partner[pairs[:, 0]] = pairs[:, 1]
    creators.partner[pairs[:, 1]] = pairs[:, 0]


def pair_up(willing: NDArray[np.int64], topic: NDArray[np.int64], followers: NDArray[np.int64]) -> NDArray[np.int64]:
    """Pair the willing within their main topics, neighbours in size first.

    Parameters
    ----------
    willing
        Creators who look for a partner today, (W,).
    topic, followers
        Main topic and shown followers of every creator, (M,) each.

    Returns
    -------
    NDArray
        (pairs, 2) creators; who is left over in a topic stays alone.
    """
    order = willing[np.lexsort((willing, followers[willing], topic[willing]))]
    pairs = []
    place = 0
    while place + 1 < order.size:
        one, other = order[place], order[place + 1]
        if topic[one] == topic[other]:
            pairs.append((one, other))
            place += 2
        else:
            place += 1
    return np.array(pairs, dtype=np.int64).reshape(-1, 2)
