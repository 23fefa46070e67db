"""A set of pairs of users: a hash table in one array, for compiled loops.

A pair is one whole number (:func:`pair_key`); -1 marks a free place. Places are looked at one after another from where
the hash points (linear probing), and the table has room for twice as many pairs as it is made for.
"""

import numpy as np
from numpy.typing import NDArray

from simulation.compiling import rule

_MULTIPLIER = 0x1E3779B97F4A7C15
"""Odd, and as good as random; below 2**63, for whole numbers here have a sign."""


def pair_set(pairs: int) -> NDArray[np.int64]:
    """An empty set for up to so many pairs: 16 to 32 bytes each."""
    return np.full(1 << (2 * pairs + 1).bit_length(), -1, dtype=np.int64)


@rule
def pair_key(user: int, peer: int, users: int) -> int:
    """An unordered pair of users as one whole number."""
    return int(min(user, peer)) * users + int(max(user, peer))


@rule
def _first_place(table: NDArray[np.int64], key: int) -> int:
    return (((int(key) ^ (int(key) >> 31)) * _MULTIPLIER) >> 24) & (table.size - 1)


@rule
def _place(table: NDArray[np.int64], key: int) -> int:
    """Where a key is, or where it would be."""
    place = _first_place(table, key)
    while table[place] >= 0 and table[place] != key:
        place = (place + 1) & (table.size - 1)
    return place


@rule
def holds(table: NDArray[np.int64], key: int) -> bool:
    """Whether a pair is in the set."""
    return bool(table[_place(table, key)] >= 0)


@rule
def add(table: NDArray[np.int64], key: int) -> bool:
    """Add a pair; False where it was there."""
    place = _place(table, key)
    if table[place] >= 0:
        return False
    table[place] = key
    return True


@rule
def remove(table: NDArray[np.int64], key: int) -> None:
    """Take away a pair that is there, and close the gap (Knuth, The Art of Computer Programming 3, 6.4 R)."""
    last = table.size - 1
    gap = _place(table, key)
    place = gap
    table[gap] = -1
    while True:
        place = (place + 1) & last
        if table[place] < 0:
            return
        # A key moves into the gap unless its search begins after the gap.
        if ((place - _first_place(table, table[place])) & last) >= ((place - gap) & last):
            table[gap] = table[place]
            table[place] = -1
            gap = place
