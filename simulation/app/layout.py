"""Where the nodes of the social graph are drawn: computed once for each graph, and shared by every window."""

import threading
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulation.plots.network import igraph_positions
from simulation.state import State

MOST_NODES = 2000
"""Drawn at most; a sample stands for more, and the page says so."""

_KEPT: dict[bytes, NDArray[np.float64]] = {}
_LOCK = threading.Lock()


class Layout(NamedTuple):
    """A drawing of the social graph; n nodes, e edges."""

    users: NDArray[np.int64]  # (n,) rising: every creator, and of the others as many as there is room for
    at: NDArray[np.float64]  # (n, 2) in [-1, 1]
    edges: NDArray[np.int64]  # (e, 2) indices into users, whose ties among themselves they are


def layout(state: State) -> Layout:
    """Lay out a world's social graph, the same each time.

    Of more users than :data:`MOST_NODES`, creators are taken in the order of their numbers, and of the others a sample.
    """
    n = state.users.activity.size
    users = _sample(np.arange(n), state.creators.user, np.random.default_rng(0))
    row = np.repeat(np.arange(n), np.diff(state.peers.start))
    place = np.full(n, -1)
    place[users] = np.arange(users.size)
    pairs = np.column_stack([place[row], place[state.peers.peer]])
    pairs = np.unique(np.sort(pairs[(pairs >= 0).all(axis=1)], axis=1), axis=0)
    return Layout(users, _positions(users.size, pairs), pairs)


def _sample(users: NDArray[np.int64], creators: NDArray[np.int64], chosen: np.random.Generator) -> NDArray[np.int64]:
    if users.size <= MOST_NODES:
        return users
    first = creators[:MOST_NODES]
    others = np.setdiff1d(users, creators)
    more = chosen.choice(others, min(others.size, MOST_NODES - first.size), replace=False)
    return np.sort(np.concatenate([first, more]))


def _positions(nodes: int, pairs: NDArray[np.int64]) -> NDArray[np.float64]:
    """Coordinates in the unit disc's square, by Fruchterman and Reingold; nodes without ties stand on a ring."""
    key = nodes.to_bytes(8, "big") + pairs.tobytes()
    with _LOCK:  # igraph draws from one generator for all
        if key not in _KEPT:
            tied = np.unique(pairs)
            at = np.zeros((nodes, 2))
            if tied.size:
                drawn = igraph_positions(tied.size, np.searchsorted(tied, pairs).tolist(), 0, "fr")
                # Ranks from the middle spread a crowded heart without turning anybody round.
                drawn -= np.median(drawn, axis=0)
                far = np.hypot(*drawn.T)
                rank = np.sqrt((np.argsort(np.argsort(far, kind="stable"), kind="stable") + 0.5) / far.size)
                at[tied] = drawn / np.maximum(far, 1e-12)[:, None] * (0.15 * far / far.max() + 0.85 * rank)[:, None]
            alone = np.setdiff1d(np.arange(nodes), tied)
            angle = np.arange(alone.size) * np.pi * (3 - 5**0.5)
            reach = np.sqrt((np.arange(alone.size) + 0.5) / max(alone.size, 1)) if not tied.size else 1.0
            at[alone] = np.column_stack([np.cos(angle), np.sin(angle)]) * np.reshape(reach, (-1, 1))
            while len(_KEPT) >= 8:
                _KEPT.pop(next(iter(_KEPT)))
            _KEPT[key] = at
        return _KEPT[key]
