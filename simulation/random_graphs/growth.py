"""Graphs that grow: newcomers choose peers in proportion to degree (Barabasi and Albert), or close triangles too."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulation.compiling import compiled, rule
from simulation.random_graphs.draws import ATTACHMENT, GRAPH, TRIANGLES, give_one_more
from simulation.randomness import below, uniforms_within


def barabasi_albert(users: int, total: int, seed: np.uint64) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return both ends of ``total`` ties, (E,) each, of a graph grown as Barabasi and Albert do.

    Newcomer i can bring i ties at most. All bring the same number as far as that goes, and some, drawn at random, bring
    one more, so that every mean degree can be had. A newcomer's peers differ, each drawn in proportion to degree before
    the newcomer came.

    Source: A.-L. Barabasi and R. Albert, "Emergence of scaling in random networks", Science 286, 509-512 (1999).
    """
    age = np.arange(users, dtype=np.int64)
    # With m each, the first m bring fewer, and m users - m (m + 1) / 2 ties come together.
    too_many = (m for m in range(users) if m * users - m * (m + 1) // 2 > total)
    each = next(too_many, users) - 1
    brings = np.minimum(age, each)
    give_one_more(brings, each + 1, total - int(brings.sum()), seed)
    ends = np.empty(2 * total, dtype=np.int32)
    _attach(brings, seed, ends, np.full(users, -1, dtype=np.int32))
    return ends[1::2], ends[::2]


@compiled
def _attach(brings: NDArray[np.int64], seed: np.uint64, ends: NDArray[np.int32], taken: NDArray[np.int32]) -> None:
    """Fill ``ends``, a peer and its newcomer in turn: an entry drawn at random is a user in proportion to degree."""
    filled = 0
    for newcomer in range(brings.size):
        draws = 0
        for k in range(brings[newcomer]):
            peer = k
            if brings[newcomer] < newcomer:
                peer = ends[below(uniforms_within(seed, GRAPH, newcomer, draws, ATTACHMENT, 0)[0], filled)]
                draws += 1
                while taken[peer] == newcomer:
                    peer = ends[below(uniforms_within(seed, GRAPH, newcomer, draws, ATTACHMENT, 0)[0], filled)]
                    draws += 1
            taken[peer] = newcomer
            ends[filled + 2 * k] = peer
            ends[filled + 2 * k + 1] = newcomer
        filled += 2 * brings[newcomer]


def holme_kim(users: int, each: int, triangle: float, seed: np.uint64) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return both ends of the ties of a graph grown as Holme and Kim do, (E,) each, E = ``each`` (users - ``each``).

    The first ``each`` users begin without ties. Every newcomer ties itself to ``each`` of those before it: to one drawn
    in proportion to degree (the first users count one more), then each time with probability ``triangle`` to a peer of
    the one drawn last, where there is one left, else to another drawn by degree.

    Source: P. Holme and B. J. Kim, "Growing scale-free networks with tunable clustering", Phys. Rev. E 65, 026107
    (2002), with the first users as in networkx's ``powerlaw_cluster_graph``.
    """
    newcomers = users - each
    ends = np.empty(each + 2 * each * newcomers, dtype=np.int32)
    ends[:each] = np.arange(each)
    # A row that is full moves to a place of twice the size: all places of a user together hold less than 4 degrees.
    places = np.empty(2 * each * users + 8 * each * newcomers, dtype=np.int32)
    begin = np.arange(users, dtype=np.int64) * (2 * each)
    rows = _Rows(places, begin, np.full(users, 2 * each, dtype=np.int64), np.zeros(users, dtype=np.int64))
    _grow(each, triangle, seed, ends, rows, np.full(users, -1, dtype=np.int32))
    ties = ends[each:].reshape(newcomers, 2, each)
    return ties[:, 1].ravel(), ties[:, 0].ravel()


class _Rows(NamedTuple):
    """The peers of every user: rows in one array of places."""

    places: NDArray[np.int32]
    begin: NDArray[np.int64]  # (N,) first place of each row
    room: NDArray[np.int64]  # (N,) places it has
    degree: NDArray[np.int64]  # (N,) places it fills


@compiled
def _grow(
    each: int, triangle: float, seed: np.uint64, ends: NDArray[np.int32], rows: _Rows, taken: NDArray[np.int32]
) -> None:
    """Fill ``ends``: the first users once each, then for every newcomer its peers and itself as many times.

    An entry of ``ends`` drawn at random is a user in proportion to degree. ``taken[i]`` is the last newcomer who has i.
    """
    filled = each
    unused = 2 * each * len(rows.degree)
    for newcomer in range(each, len(rows.degree)):
        taken[newcomer] = newcomer
        drawn = -1
        draws = 0
        for k in range(each):
            u0, u1, u2, u3 = uniforms_within(seed, GRAPH, newcomer, draws, TRIANGLES, 0)
            draws += 1
            peer = -1
            if drawn >= 0 and u0 < triangle:
                peer = _free_peer(rows, drawn, taken, newcomer, u1, u2)
            if peer < 0:
                peer = ends[below(u3, filled)]
                while taken[peer] == newcomer:
                    peer = ends[below(uniforms_within(seed, GRAPH, newcomer, draws, TRIANGLES, 0)[3], filled)]
                    draws += 1
                drawn = peer
            taken[peer] = newcomer
            ends[filled + k] = peer
            ends[filled + each + k] = newcomer
            unused = _append(rows, newcomer, peer, unused)
            unused = _append(rows, peer, newcomer, unused)
        filled += 2 * each


@rule
def _free_peer(rows: _Rows, user: int, taken: NDArray[np.int32], newcomer: int, u1: float, u2: float) -> int:
    """One of the peers of a user whom the newcomer has not, each as likely; -1: none."""
    places, first, count = rows.places, rows.begin[user], rows.degree[user]
    peer = places[first + below(u1, count)]
    if taken[peer] != newcomer:
        return peer  # type: ignore[no-any-return]
    free = 0
    for place in range(first, first + count):
        free += taken[places[place]] != newcomer
    skip = below(u2, free)
    for place in range(first, first + count):
        if taken[places[place]] != newcomer:
            if skip == 0:
                return places[place]  # type: ignore[no-any-return]
            skip -= 1
    return -1


@rule
def _append(rows: _Rows, user: int, peer: int, unused: int) -> int:
    """Append to a user's row; return where ``places`` is unused from then on."""
    places, begin, room, degree = rows
    if degree[user] == room[user]:
        for k in range(degree[user]):
            places[unused + k] = places[begin[user] + k]
        begin[user] = unused
        room[user] *= 2
        unused += room[user]
    places[begin[user] + degree[user]] = peer
    degree[user] += 1
    return unused
