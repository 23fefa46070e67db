"""Graphs whose ties are pairs drawn at random: Erdos and Renyi's, and stochastic blocks."""

import math

import numpy as np
from numpy.typing import NDArray

from simulation.arithmetic import log, log1p
from simulation.compiling import compiled, rule
from simulation.random_graphs.draws import BETWEEN, GRAPH, PAIRS, WITHIN
from simulation.random_graphs.pair_set import add, holds, pair_key, pair_set
from simulation.randomness import below, uniforms_within

Ends = tuple[NDArray[np.int32], NDArray[np.int32]]


def erdos_renyi(users: int, count: int, directed: bool, seed: np.uint64) -> Ends:
    """Return both ends of ``count`` ties, (E,) each: G(n, m), every set of so many pairs being as likely.

    Where more than half of all pairs have a tie, those without are drawn.

    Source: P. Erdos and A. Renyi, "On random graphs I", Publ. Math. Debrecen 6, 290-297 (1959).
    """
    pairs = users * (users - 1) // (1 if directed else 2)
    drawn = min(count, pairs - count)
    table = pair_set(drawn)
    ends = _room(drawn)
    _draw_pairs(users, directed, seed, table, ends)
    if drawn < count:
        ends = _room(count)
        _all_but(users, directed, table, ends)
    return ends


def _room(ties: int) -> Ends:
    return np.empty(ties, dtype=np.int32), np.empty(ties, dtype=np.int32)


@rule
def _key(user: int, peer: int, users: int, directed: bool) -> int:
    return int(user) * users + int(peer) if directed else pair_key(user, peer, users)


@compiled
def _draw_pairs(users: int, directed: bool, seed: np.uint64, table: NDArray[np.int64], ends: Ends) -> None:
    sources, targets = ends
    draws = 0
    filled = 0
    while filled < sources.size:
        u0, u1, _, _ = uniforms_within(seed, GRAPH, draws, 0, PAIRS, 0)
        draws += 1
        user, peer = below(u0, users), below(u1, users)
        if user != peer and add(table, _key(user, peer, users, directed)):
            sources[filled] = user
            targets[filled] = peer
            filled += 1


@compiled
def _all_but(users: int, directed: bool, table: NDArray[np.int64], ends: Ends) -> None:
    sources, targets = ends
    filled = 0
    for user in range(users):
        for peer in range(0 if directed else user + 1, users):
            if user != peer and not holds(table, _key(user, peer, users, directed)):
                sources[filled] = user
                targets[filled] = peer
                filled += 1


def stochastic_block(
    sizes: NDArray[np.int64], within: float, between: float, directed: bool, seed: np.uint64
) -> tuple[Ends, NDArray[np.int64]]:
    """Every pair has a tie with one probability inside communities and another between them, each by itself.

    Parameters
    ----------
    sizes
        Members of each community, (C,).
    within, between
        Probability of a tie, 0 to 1.
    directed
        Whether each direction is drawn by itself.
    seed
        Key of the draws.

    Returns
    -------
    tuple
        Both ends of the ties, (E,) each, and the community of each user, (N,).

    Sources
    -------
    P. W. Holland, K. B. Laskey and S. Leinhardt, "Stochastic blockmodels: first steps", Social Networks 5, 109-137
    (1983); jumps from tie to tie as in V. Batagelj and U. Brandes, "Efficient generation of large random networks",
    Phys. Rev. E 71, 036113 (2005).
    """
    users = int(sizes.sum())
    community = np.repeat(np.arange(sizes.size), sizes)
    begin = np.arange(users, dtype=np.int64)
    end = np.repeat(np.cumsum(sizes), sizes)
    last = np.full(users, users, dtype=np.int64)
    sources, targets = [], []
    for direction in range(2 if directed else 1):
        for step, probability, low, high in ((WITHIN, within, begin + 1, end), (BETWEEN, between, end, last)):
            if probability > 0:
                ends = _each_by_itself(probability, low, high, seed, step, direction)
                sources.append(ends[direction])
                targets.append(ends[1 - direction])
    nobody = np.empty(0, dtype=np.int32)
    return (np.concatenate([nobody, *sources]), np.concatenate([nobody, *targets])), community


def _each_by_itself(
    probability: float, low: NDArray[np.int64], high: NDArray[np.int64], seed: np.uint64, step: int, direction: int
) -> Ends:
    """Pairs of each user with those from ``low`` to ``high``, each with one probability."""
    rate = log1p(-probability) if probability < 1 else -math.inf
    # Once to count them, once to keep them: so the arrays are as long as they need be.
    ends = _room(_jump(rate, low, high, seed, step, direction, _room(0)))
    _jump(rate, low, high, seed, step, direction, ends)
    return ends


@rule
def _passed_over(uniform: float, rate: float) -> int:
    """How many pairs are without a tie until the next with one: geometric."""
    return int(min(log(1.0 - uniform) / rate, 2.0**62))


@compiled
def _jump(
    rate: float, low: NDArray[np.int64], high: NDArray[np.int64], seed: np.uint64, step: int, direction: int, ends: Ends
) -> int:
    """Return how many ties there are; fill the arrays with as many as they have room for."""
    sources, targets = ends
    count = 0
    # Pairs are numbered row by row; ``ahead`` of the next row's first is the next one with a tie.
    ahead = _passed_over(uniforms_within(seed, GRAPH, 0, 0, step, direction)[0], rate)
    for user in range(low.size):
        row = high[user] - low[user]
        while ahead < row:
            if count < sources.size:
                sources[count] = user
                targets[count] = low[user] + ahead
            count += 1
            ahead += 1 + _passed_over(uniforms_within(seed, GRAPH, count, 0, step, direction)[0], rate)
        ahead -= row
    return count
