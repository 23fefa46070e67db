"""Ties joined from their ends: a configuration model inside communities, or between them, without double ties."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulation.compiling import compiled, rule
from simulation.random_graphs.draws import (
    GRAPH,
    REST_BETWEEN,
    REST_WITHIN,
    STUBS_BETWEEN,
    STUBS_WITHIN,
    SWITCHES_BETWEEN,
    SWITCHES_WITHIN,
    shuffle,
)
from simulation.random_graphs.pair_set import add, holds, pair_key, pair_set, remove
from simulation.randomness import below, uniforms_within

_SWITCHES = 100
"""Ties that are tried for a switch with two ends that cannot be joined ..."""
_ROUNDS = 20
"""... and how often the ends left over are put in another order and tried again."""


@dataclass(frozen=True)
class Layer:
    """Ties inside communities, or those between them."""

    degree: NDArray[np.int64]
    """(N,) how many of these ties each user should have; users in the order of communities."""
    ties: int
    """How many there are in all: half the sum of degrees."""
    between: bool


class _Net(NamedTuple):
    """Ties that are being made, and what they are made by."""

    community: NDArray[np.int64]  # (N,) of each user, rising
    between: bool  # whether ties are those between communities
    seed: np.uint64
    table: NDArray[np.int64]  # the pairs that are tied
    sources: NDArray[np.int32]  # (E,) filled from the first place on
    targets: NDArray[np.int32]  # (E,)


def wire(layer: Layer, sizes: NDArray[np.int64], seed: np.uint64) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return both ends of a layer's ties, (E,) each.

    Inside communities, each is wired by itself.

    Parameters
    ----------
    layer
        What to wire.
    sizes
        Sizes of communities, (C,); the first users belong to the first one.
    seed
        Key of the draws.
    """
    community = np.repeat(np.arange(sizes.size), sizes)
    begin = np.concatenate(([0], np.cumsum(sizes)))
    stubs = np.repeat(np.arange(layer.degree.size, dtype=np.int32), layer.degree)
    start = np.concatenate(([0], np.cumsum(layer.degree)))
    groups = start[[0, -1]] if layer.between else start[begin]
    sources, targets = np.empty(layer.ties, dtype=np.int32), np.empty(layer.ties, dtype=np.int32)
    net = _Net(community, layer.between, seed, pair_set(layer.ties), sources, targets)
    ties, left = _join(groups, stubs, net)
    _add_rest(begin, stubs[:left], ties, net)
    return sources, targets


@rule
def _may_tie(user: int, peer: int, net: _Net) -> bool:
    apart = net.community[user] != net.community[peer]
    return bool(
        user != peer and apart == net.between and not holds(net.table, pair_key(user, peer, net.community.size))
    )


@rule
def _tie(user: int, peer: int, place: int, net: _Net) -> None:
    add(net.table, pair_key(user, peer, net.community.size))
    net.sources[place], net.targets[place] = user, peer


@compiled
def _join(groups: NDArray[np.int64], stubs: NDArray[np.int32], net: _Net) -> tuple[int, int]:
    """Join ends of ties, those of each group among each other; ``groups`` are where they begin, and the end.

    Returns the number of ties, and of ends left over, which stand first in ``stubs`` then.
    """
    step = SWITCHES_BETWEEN if net.between else SWITCHES_WITHIN
    sources, targets = net.sources, net.targets
    ties, left = 0, 0
    for group in range(groups.size - 1):
        first, end = groups[group], groups[group + 1]
        mine = ties
        for attempt in range(_ROUNDS):
            shuffle(stubs, first, end, net.seed, STUBS_BETWEEN if net.between else STUBS_WITHIN, attempt)
            ties, end = _one_round(first, end, attempt, mine, ties, stubs, net)
            if end - first < 2:
                break
            if attempt > 0 and attempt < _ROUNDS - 1 and ties > mine:
                # A tie is taken apart: its ends and those left over may be joined in another way.
                u = uniforms_within(net.seed, GRAPH, first, _SWITCHES, step, attempt)[0]
                chosen = mine + below(u, ties - mine)
                remove(net.table, pair_key(sources[chosen], targets[chosen], net.community.size))
                stubs[end], stubs[end + 1] = sources[chosen], targets[chosen]
                end += 2
                ties -= 1
                sources[chosen], targets[chosen] = sources[ties], targets[ties]
        for k in range(first, end):
            stubs[left] = stubs[k]
            left += 1
    return ties, left


@rule
def _one_round(
    first: int, end: int, attempt: int, mine: int, ties: int, stubs: NDArray[np.int32], net: _Net
) -> tuple[int, int]:
    """Join ``stubs[first:end]`` two by two; return the number of ties, and where the ends left over end."""
    left = first
    for k in range(first, end - 1, 2):
        user, peer = stubs[k], stubs[k + 1]
        if _may_tie(user, peer, net):
            _tie(user, peer, ties, net)
            ties += 1
        # Not in the first round: a tie is drawn from all others, not from those that came before.
        elif attempt > 0 and _switch(user, peer, k, attempt, mine, ties, net):
            ties += 1
        else:
            stubs[left], stubs[left + 1] = user, peer
            left += 2
    if (end - first) % 2 == 1:
        stubs[left] = stubs[end - 1]
        left += 1
    return ties, left


@rule
def _switch(user: int, peer: int, place: int, attempt: int, mine: int, ties: int, net: _Net) -> bool:
    """Tie two users to the two of a tie, drawn from those since ``mine``, in place of that; False: none would do."""
    step = SWITCHES_BETWEEN if net.between else SWITCHES_WITHIN
    for draw in range(_SWITCHES if ties > mine else 0):
        u0, u1, _, _ = uniforms_within(net.seed, GRAPH, place, draw, step, attempt)
        chosen = mine + below(u0, ties - mine)
        one, other = net.sources[chosen], net.targets[chosen]
        if u1 < 0.5:
            one, other = other, one
        # The two new ties differ: they could only both be the one that is there, which may not be tied again.
        if _may_tie(user, one, net) and _may_tie(peer, other, net):
            remove(net.table, pair_key(one, other, net.community.size))
            _tie(user, one, chosen, net)
            _tie(peer, other, ties, net)
            return True
    return False


@compiled
def _add_rest(begin: NDArray[np.int64], left: NDArray[np.int32], ties: int, net: _Net) -> None:
    """Make up the number of ties: from users with ends left over as far as that goes, then from any.

    Each is tied to the first they may be tied to, from a place drawn at random on.
    """
    step = REST_BETWEEN if net.between else REST_WITHIN
    users = net.community.size
    draws = 0
    while ties < net.sources.size:
        u0, u1, _, _ = uniforms_within(net.seed, GRAPH, draws, 0, step, 0)
        user = left[draws] if draws < left.size else below(u0, users)
        draws += 1
        first = 0 if net.between else begin[net.community[user]]
        last = users if net.between else begin[net.community[user] + 1]
        skip = below(u1, last - first)
        for k in range(last - first):
            peer = first + (skip + k) % (last - first)
            if _may_tie(user, peer, net):
                _tie(user, peer, ties, net)
                ties += 1
                break
