"""Communities and segments of a social graph: who is close to whom, and who shares a language or a culture.

A community is a group of some dozens of users who are mostly each other's peers; a segment, many communities. Graphs
that say of their nodes which ``community`` and ``segment`` they belong to are believed; in others both are found.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.compiling import compiled
from simulation.distributions import uniform
from simulation.errors import GraphError
from simulation.randomness import Stream
from simulation.vectors import power_of, total

Ints = NDArray[np.int64]

ROUNDS = 12
"""How often every user may change the community; most settle within five."""


def communities_of(
    start: Ints, peers: NDArray[np.int32], attributes: Mapping[str, NDArray[Any]], size: int, seed: int
) -> Ints:
    """The community of each user, (N,): those of the graph's nodes, or groups of at most ``size`` found in it.

    Found by label propagation in which no label may spread to more than ``size`` users, so that groups stay small on
    graphs with hubs: U. N. Raghavan, R. Albert and S. Kumara, Phys. Rev. E 76 (2007); the bound is that of H.
    Meyerhenke, P. Sanders and C. Schulz, "Partitioning complex networks via size-constrained clustering", SEA 2014.

    Parameters
    ----------
    start, peers
        Rows of peers, as in :class:`~simulation.social_graph.SocialGraph`.
    attributes
        What the graph says of its nodes.
    size
        Largest community that is sought; 1 leaves everybody alone.
    seed
        Decides in which order users look around.
    """
    if "community" in attributes:
        return _numbered("community", attributes["community"])
    users = start.size - 1
    label = np.arange(users)
    if size > 1:
        members, votes = np.ones(users, np.int64), np.zeros(users, np.int64)
        # One more user leaves the order of all others as it is, and whom they come to belong to.
        order = np.argsort(uniform(seed, Stream.COMMUNITIES, users), kind="stable")
        _spread_labels(start, peers, size, order, label, members, votes)
    return _numbered("community", label)


def segments_of(
    start: Ints,
    peers: NDArray[np.int32],
    attributes: Mapping[str, NDArray[Any]],
    community: Ints,
    segments: int,
    exponent: float,
) -> Ints:
    """The segment of each user, (N,): those of the graph's nodes, or ``segments`` made of whole communities.

    Sizes fall as rank to the power of -``exponent``, as those of languages do (Zipf 1949). Communities are taken in the
    order in which a walk over the graph comes to them, so that segments hold together where the graph does.
    """
    if "segment" in attributes:
        return _numbered("segment", attributes["segment"])
    order = np.empty(community.size, np.int64)
    _walk(start, peers, np.zeros(community.size, np.bool_), order)
    first = np.full(int(community.max()) + 1, community.size, np.int64)
    np.minimum.at(first, community[order], np.arange(community.size))
    visited = np.argsort(first, kind="stable")
    held = np.cumsum(np.bincount(community)[visited])
    shares = power_of(np.arange(1, segments + 1), -exponent)
    ends = np.cumsum(shares / total(shares)) * community.size
    segment = np.empty(visited.size, np.int64)
    # A community belongs where its middle lies.
    middle = held - np.bincount(community)[visited] / 2.0
    segment[visited] = np.minimum(np.searchsorted(ends, middle), segments - 1)
    return segment[community]


def _numbered(name: str, given: NDArray[Any]) -> Ints:
    """Groups by number, from 0, in the order of their names.

    Raises
    ------
    GraphError
        If somebody belongs to none.
    """
    array = np.asarray(given)
    if array.dtype == object and any(value is None for value in array.tolist()):
        user = next(user for user, value in enumerate(array.tolist()) if value is None)
        raise GraphError(f"node attribute {name!r}: user {user} has none; give every node one, or none of them")
    return np.unique(array, return_inverse=True)[1].reshape(array.shape).astype(np.int64)


@compiled
def _spread_labels(
    start: Ints, peers: NDArray[np.int32], size: int, order: Ints, label: Ints, members: Ints, votes: Ints
) -> None:
    for _ in range(ROUNDS):
        moved = 0
        for place in range(order.size):
            user = order[place]
            for k in range(start[user], start[user + 1]):
                votes[label[peers[k]]] += 1
            best, most = label[user], votes[label[user]]
            for k in range(start[user], start[user + 1]):
                other = label[peers[k]]
                if votes[other] > most and members[other] < size:
                    best, most = other, votes[other]
            for k in range(start[user], start[user + 1]):
                votes[label[peers[k]]] = 0
            if best != label[user]:
                members[label[user]] -= 1
                members[best] += 1
                label[user] = best
                moved += 1
        if moved == 0:
            return


@compiled
def _walk(start: Ints, peers: NDArray[np.int32], seen: NDArray[np.bool_], order: Ints) -> None:
    """Users in the order of a walk in breadth, from user 0 on; what is not reached begins a walk of its own."""
    head, tail = 0, 0
    for root in range(order.size):
        if not seen[root]:
            seen[root] = True
            order[tail] = root
            tail += 1
        while head < tail:
            user = order[head]
            head += 1
            for place in range(start[user], start[user + 1]):
                peer = peers[place]
                if not seen[peer]:
                    seen[peer] = True
                    order[tail] = peer
                    tail += 1
