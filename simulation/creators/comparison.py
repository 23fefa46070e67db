"""Comparison: worth measured in followers, against those who make the same."""

import numpy as np
from numpy.typing import NDArray

from simulation.arithmetic import log
from simulation.compiling import rule
from simulation.vectors import log1p_of


def usual_following(
    followers: NDArray[np.int64], topic: NDArray[np.int64], topics: int, hidden: bool = False
) -> NDArray[np.float64]:
    """Mean of log(1 + followers) over the creators of each main topic: what similar creators have.

    Parameters
    ----------
    followers
        Of each creator, (M,).
    topic
        Main topic of each creator, (M,), 0..topics - 1.
    topics
        How many topics there are, K.
    hidden
        Whether follower counts are hidden: then nobody has more, as far as one can see.

    Returns
    -------
    NDArray
        (K,); 0 for a topic without creators.
    """
    if hidden:
        return np.zeros(topics)
    totals = np.bincount(topic, weights=log1p_of(followers), minlength=topics)
    return np.asarray(totals / np.maximum(np.bincount(topic, minlength=topics), 1))


@rule
def comparison(followers: int, usual: float, users: int) -> float:
    """How far below similar creators one stands: max(0, usual - log(1 + followers)) / log(1 + N), in [0, 1].

    Only upward comparison hurts. Source: L. Festinger, Human Relations 1954.
    """
    return min(1.0, max(0.0, usual - log(1.0 + followers)) / log(1.0 + users))
