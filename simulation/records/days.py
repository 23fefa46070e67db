"""The rows that one day leaves in the daily table and in those of creators and topics by day."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.engines.base import DayTotals
from simulation.events import Events
from simulation.posts import newest
from simulation.records.daily import COUNTS, MEANS, Evening, mean_over
from simulation.records.schema import MIND_COLUMNS
from simulation.state import Creators, Minds, State, Users

DailyRow = tuple[int | float, ...]
"""One row of the daily table, in the order of its layout."""


def main_topics(topics: NDArray[np.float64]) -> NDArray[np.int64]:
    """The topic that each row of (M, K) topics has most of, the first of equals: as ``creators.comparison``."""
    return np.asarray(topics.argmax(axis=1), dtype=np.int64)


def daily_row(
    state: State, events: Events, totals: DayTotals, factors: int, columns: Mapping[str, Mapping[str, int]]
) -> DailyRow:
    """The day's counts and means.

    Parameters
    ----------
    state
        As the day ended; its number is ``state.day``.
    events, totals
        Of the day.
    factors
        Number of factors, after which structural causes are numbered.
    columns
        Recorded columns of one's own, see :func:`simulation.columns.recorded`.
    """
    at = Evening(state, events, totals, factors)
    ties = state.follows.entries()[1] if columns["ties"] else np.zeros(0, dtype=np.int64)
    everywhere = np.ones(ties.size, dtype=np.bool_)
    own = [
        mean_over(column, chosen)
        for array, of, chosen in (
            (state.users.own, "users", at.present),
            (state.creators.own, "creators", at.active),
            (state.rows.own[ties], "ties", everywhere),
        )
        for column in own_columns(array, columns[of]).values()
    ]
    return (*(count(at) for count in COUNTS.values()), *(found(at) for found in MEANS.values()), *own)


def own_columns(array: NDArray[np.float64], places: Mapping[str, int]) -> dict[str, NDArray[np.float64]]:
    """Columns of one's own by name, copied out of the array that holds them side by side."""
    return {name: array[:, place].copy() for name, place in places.items()}


def copied(of: Users | Creators | Minds, *columns: str) -> dict[str, NDArray[Any]]:
    """Columns of the state, which may change afterwards."""
    return {name: getattr(of, name).copy() for name in columns}


def creator_rows(
    state: State,
    topics: NDArray[np.int64],
    gained_by: NDArray[np.int32],
    lost_by: NDArray[np.int32],
    own: Mapping[str, int],
) -> dict[str, NDArray[Any]]:
    """The day's rows of ``creator_days``.

    Parameters
    ----------
    state
        As the day ended.
    topics
        Main topic of each creator's latest post, (M,).
    gained_by, lost_by
        Followers gained and lost by cause, (M, causes).
    own
        Where recorded columns of one's own stand.
    """
    creators, minds = state.creators, state.minds
    mind = {**minds._asdict(), "authenticity": creators.authenticity}
    return {
        "day": np.full(creators.user.size, state.day, np.int32),
        "creator": np.arange(creators.user.size, dtype=np.int32),
        **copied(creators, "followers", "views", "likes", "shares", "posted", "bought"),
        "quality": state.posts.quality[newest(state.posts, creators)].copy(),
        "gained": creators.gained.astype(np.int32),
        "lost": creators.lost.astype(np.int32),
        "strategy": minds.strategy.astype(np.int8),
        "topic": topics.astype(np.int16),
        **{name: mind[name].astype(np.float32) for name in MIND_COLUMNS},
        "away": creators.away_until > state.day,
        "gained_by": gained_by,
        "lost_by": lost_by,
        **own_columns(creators.own, own),
    }


def topic_rows(state: State, topics: NDArray[np.int64]) -> dict[str, NDArray[Any]]:
    """The day's rows of ``topic_days``; ``topics`` as in :func:`creator_rows`."""
    creators, heat = state.creators, state.trends.heat

    def total(counts: NDArray[np.int64]) -> NDArray[np.int64]:
        # Sums of whole numbers in floats are exact up to 2**53, so no order of summing matters.
        return np.bincount(topics, weights=counts, minlength=heat.size).astype(np.int64)

    return {
        "day": np.full(heat.size, state.day, np.int32),
        "topic": np.arange(heat.size, dtype=np.int16),
        "heat": heat.copy(),
        "posts": np.bincount(topics[creators.posted], minlength=heat.size).astype(np.int32),
        "followers": total(creators.followers - creators.bought),
        "gained": total(creators.gained - creators.bought_today).astype(np.int32),
        "lost": total(creators.lost - creators.purged_today).astype(np.int32),
    }
