"""Follow and unfollow events of a day, as columns, the way both engines hand them over."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray


class Events(NamedTuple):
    """Events of one day, ordered by user and then as they were decided. E events, F factors."""

    user: NDArray[np.int32]  # (E,)
    creator: NDArray[np.int32]  # (E,)
    kind: NDArray[np.int8]  # (E,) +1 follow, -1 unfollow
    source: NDArray[np.int8]  # (E,) code of the feed source; -1 for none
    cause: NDArray[np.int16]  # (E,) number of the cause
    appeal: NDArray[np.float64]  # (E,)
    reference: NDArray[np.float64]  # (E,) appeal of the reference post to this user
    probability: NDArray[np.float64]  # (E,) with which it happened
    satisfaction: NDArray[np.float64]  # (E,) with the tie as it begins or ends
    contributions: NDArray[np.float64]  # (E, F) of each factor to appeal - reference
    began: NDArray[np.uint8]  # (E, 0 or F + 1) of a follow, as in state.Rows
    reasons: NDArray[np.float64]  # (E, 0 or R) of an unfollow, as in ledger.reason_names; 0 of a follow


def empty_events(capacity: int, factors: int, began: int = 0, reasons: int = 0) -> Events:
    """Room for events, not filled in; ``began`` and ``reasons`` are numbers of columns."""
    return Events(
        user=np.empty(capacity, np.int32),
        creator=np.empty(capacity, np.int32),
        kind=np.empty(capacity, np.int8),
        source=np.empty(capacity, np.int8),
        cause=np.empty(capacity, np.int16),
        appeal=np.empty(capacity),
        reference=np.empty(capacity),
        probability=np.empty(capacity),
        satisfaction=np.empty(capacity),
        contributions=np.empty((capacity, factors)),
        began=np.empty((capacity, began), np.uint8),
        reasons=np.empty((capacity, reasons)),
    )


def first_events(events: Events, count: int) -> Events:
    """A copy of the first ``count`` events."""
    columns: Any = (column[:count].copy() for column in events)
    return Events(*columns)


def join_events(parts: Sequence[Events]) -> Events:
    """All events of some parts, of which there is one at least, in order."""
    columns: Any = zip(*parts, strict=True)
    return Events(*(np.concatenate(column) for column in columns))
