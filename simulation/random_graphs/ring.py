"""Watts and Strogatz's ring, some of whose ties are moved."""

import numpy as np
from numpy.typing import NDArray

from simulation.compiling import compiled, rule
from simulation.random_graphs.draws import GRAPH, MOVED, REWIRED
from simulation.random_graphs.pair_set import add, pair_key, pair_set
from simulation.randomness import below, uniforms_within


def watts_strogatz(
    users: int, reach: int, rewiring: float, seed: np.uint64
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return both ends of the ties, (E,) each, E = ``users`` * ``reach``.

    Everybody is tied to the ``reach`` next on either side. Each tie is moved with probability ``rewiring``, by itself;
    those moved go to pairs without one, every choice of pairs being as likely. With ``rewiring`` 1 nothing is left of
    the ring: G(n, m).

    Parameters
    ----------
    users
        At least 2 ``reach`` + 1.
    reach
        Half the degree on the ring, at least 1.
    rewiring
        Probability, 0 to 1.
    seed
        Key of the draws.

    Source: D. J. Watts and S. H. Strogatz, "Collective dynamics of 'small-world' networks", Nature 393, 440-442 (1998),
    who move one end of a tie and keep the other.
    """
    moved = np.empty(users * reach, dtype=np.bool_)
    count = _draw_moved(users, reach, rewiring, seed, moved)
    sources, targets = np.empty(moved.size, dtype=np.int32), np.empty(moved.size, dtype=np.int32)
    _fill(users, reach, seed, moved, pair_set(count), sources, targets)
    return sources, targets


@compiled
def _draw_moved(users: int, reach: int, rewiring: float, seed: np.uint64, moved: NDArray[np.bool_]) -> int:
    """Fill ``moved``, (N * reach,): entry user * reach + d says it of the tie to the one d + 1 further on."""
    count = 0
    for user in range(users):
        for d in range(reach):
            moved[user * reach + d] = uniforms_within(seed, GRAPH, user, d, REWIRED, 0)[0] < rewiring
            count += 1 if moved[user * reach + d] else 0
    return count


@rule
def _stayed(user: int, peer: int, users: int, reach: int, moved: NDArray[np.bool_]) -> bool:
    """Whether two are tied as they were on the ring."""
    ahead = (peer - user) % users
    back = users - ahead
    if ahead <= reach:
        return not moved[user * reach + ahead - 1]
    return back <= reach and not moved[peer * reach + back - 1]


@compiled
def _fill(
    users: int,
    reach: int,
    seed: np.uint64,
    moved: NDArray[np.bool_],
    table: NDArray[np.int64],
    sources: NDArray[np.int32],
    targets: NDArray[np.int32],
) -> None:
    draws = 0
    for k in range(moved.size):
        user, peer = k // reach, (k // reach + k % reach + 1) % users
        free = not moved[k]
        while not free:
            u0, u1, _, _ = uniforms_within(seed, GRAPH, draws, 0, MOVED, 0)
            draws += 1
            user, peer = below(u0, users), below(u1, users)
            free = user != peer and not _stayed(user, peer, users, reach, moved)
            free = free and add(table, pair_key(user, peer, users))
        sources[k] = user
        targets[k] = peer
