"""Who followed whom at the end of any past day, worked out backwards from the end."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.records.schema import KINDS, Column
from simulation.records.tables import StoredTable, codes_of

Pairs = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]
"""Users, creators and days of following (-1: before day 0), each of shape (follows,)."""


def follows_at(day: int, follows: StoredTable, events: StoredTable, creators: int) -> Pairs:
    """Follows held at the end of ``day`` (-1: as the first day began), ordered by user and creator.

    A tie at the end that began by then was there. Of the others, those were there whose first event after that day
    is an unfollow; they began with the latest follow up to that day, or before the run where the log has none.
    """
    held = follows.read(["user", "creator", "day"], [("day", "<=", day)])
    kept_key = _keys(held, creators)
    later = events.read(["user", "creator", "kind"], [("day", ">", day)])
    keys, first = np.unique(_keys(later, creators), return_index=True)
    ended = keys[codes_of(later, Column("kind", "category", KINDS))[first] == 1]
    key = np.concatenate([kept_key, ended])
    began = np.concatenate([_numbers(held, "day"), _latest_follow(ended, day, events, creators)])
    order = np.argsort(key, kind="stable")
    key = key[order]
    return key // creators, key % creators, began[order]


def _latest_follow(keys: NDArray[np.int64], day: int, events: StoredTable, creators: int) -> NDArray[np.int64]:
    """Day of the latest follow up to ``day`` of each of some pairs (rising), -1 for none."""
    began = np.full(keys.size, -1, dtype=np.int64)
    if keys.size == 0:
        return began
    earlier = events.read(["day", "user", "creator"], [("day", "<=", day), ("kind", "==", KINDS[0])])
    found = _keys(earlier, creators)
    place = np.minimum(np.searchsorted(keys, found), keys.size - 1)
    ours = keys[place] == found
    # The log is ordered by day, so the latest of a pair is the one written last.
    np.maximum.at(began, place[ours], _numbers(earlier, "day")[ours])
    return began


def _keys(table: Any, creators: int) -> NDArray[np.int64]:
    return _numbers(table, "user") * creators + _numbers(table, "creator")


def _numbers(table: Any, name: str) -> NDArray[np.int64]:
    return np.asarray(table[name].to_numpy(), dtype=np.int64)
