"""What the families share: the addresses of their draws, orders, and choices of so many out of so many.

Every draw has the key (seed, stream ``GRAPH``), and one of the numbers below as its step.
"""

import numpy as np
from numpy.typing import NDArray

from simulation.compiling import compiled, rule
from simulation.randomness import Stream, below, block, uniforms_within

GRAPH = int(Stream.GRAPH)

# What a draw decides; a number is never used for anything else. In brackets: actor, object, attempt where it is not 0.
SEED = 0  # which 64 bits stand for a larger seed (its words, from the lowest)
SHUFFLE = 1  # which id a user has (place)
TRIANGLES = 2  # Holme-Kim: whom a newcomer knows (newcomer, number of the draw)
NEWCOMERS = 3  # Barabasi-Albert: who brings one tie more (newcomer)
ATTACHMENT = 4  # ... and whom a newcomer knows (newcomer, number of the draw)
REWIRED = 5  # Watts-Strogatz: which ties are moved (user, distance on the ring)
MOVED = 6  # ... and where to (number of the draw)
PAIRS = 7  # Erdos-Renyi: which pairs have a tie, or have none (number of the draw)
WITHIN = 8  # stochastic blocks: distance to the next pair with a tie (number of the draw; attempt: direction)
BETWEEN = 9
DIRECTIONS = 10  # which way a tie runs, and whether both ways (tie)
DEGREES = 11  # LFR: how many ties users have (user)
ROUNDING = 12  # ... who has one more or less (number of the draw)
SIZES = 13  # ... how large communities are (community; attempt)
MEMBERS = 14  # ... who belongs to which (user; attempt)
STUBS_WITHIN = 15  # ... in which order ends of ties are joined (place; attempt)
STUBS_BETWEEN = 16
SWITCHES_WITHIN = 17  # ... with which tie ends are switched that cannot be joined (place, number of the draw; attempt)
SWITCHES_BETWEEN = 18
REST_WITHIN = 19  # ... who has the ties that are left over (number of the draw)
REST_BETWEEN = 20


def graph_key(seed: int) -> np.uint64:
    """A whole number of at least 0 as 64 bits: itself where it has no more, else a digest of all its words."""
    key = np.uint64(seed % 2**64)
    rest = seed >> 64
    place = 0
    while rest:
        word = np.uint64(rest % 2**64)
        key = np.uint64(block(key, GRAPH, word, place, SEED, 0)[0])  # type: ignore[arg-type]
        rest >>= 64
        place += 1
    return key


def shuffled(users: int, seed: np.uint64) -> NDArray[np.int32]:
    """The numbers 0..users-1 in random order, (N,)."""
    order = np.arange(users, dtype=np.int32)
    _shuffle_all(order, seed)
    return order


@rule
def shuffle(values: NDArray[np.int32], first: int, last: int, seed: np.uint64, step: int, attempt: int) -> None:
    """Put ``values[first:last]`` in random order (Fisher and Yates); places are the actors."""
    for k in range(last - 1, first, -1):
        other = first + below(uniforms_within(seed, GRAPH, k, 0, step, attempt)[0], k - first + 1)
        value = values[k]
        values[k] = values[other]
        values[other] = value


@compiled
def _shuffle_all(values: NDArray[np.int32], seed: np.uint64) -> None:
    shuffle(values, 0, values.size, seed, SHUFFLE, 0)


@compiled
def give_one_more(counts: NDArray[np.int64], first: int, number: int, seed: np.uint64) -> None:
    """Add 1 to ``number`` of ``counts[first:]``, every choice of so many being as likely."""
    for k in range(first, counts.size):
        # Selection sampling (Knuth, The Art of Computer Programming 2, algorithm 3.4.2 S).
        if below(uniforms_within(seed, GRAPH, k, 0, NEWCOMERS, 0)[0], counts.size - k) < number:
            counts[k] += 1
            number -= 1


def directed_ties(
    sources: NDArray[np.int32], targets: NDArray[np.int32], count: int, seed: np.uint64
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Give every tie one direction at random, and to as many as make ``count`` ties, if not all, the other one too.

    Parameters
    ----------
    sources, targets
        Ends of undirected ties, (E,) each.
    count
        How many directed ties there should be; at least E and at most 2 E come out.
    seed
        Key of the draws.

    Returns
    -------
    tuple
        Tails and heads.
    """
    both = min(max(count - sources.size, 0), sources.size)
    tails = np.empty(sources.size + both, dtype=np.int32)
    heads = np.empty_like(tails)
    _direct(sources, targets, tails, heads, seed)
    return tails, heads


@compiled
def _direct(
    sources: NDArray[np.int32],
    targets: NDArray[np.int32],
    tails: NDArray[np.int32],
    heads: NDArray[np.int32],
    seed: np.uint64,
) -> None:
    edges = sources.size
    filled = edges
    for k in range(edges):
        u0, u1, _, _ = uniforms_within(seed, GRAPH, k, 0, DIRECTIONS, 0)
        forward = u0 < 0.5
        tails[k] = sources[k] if forward else targets[k]
        heads[k] = targets[k] if forward else sources[k]
        if below(u1, edges - k) < tails.size - filled:
            tails[filled] = heads[k]
            heads[filled] = tails[k]
            filled += 1
