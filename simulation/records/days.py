"""The rows that one day leaves in the daily table and in those of creators and topics by day."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.engines.base import DayTotals
from simulation.events import Events
from simulation.ledger import DEPARTURE, FOLLOW
from simulation.records.schema import DAILY_LAYOUT, MIND_COLUMNS
from simulation.state import NEVER, Creators, Minds, State, Users
from simulation.vectors import mean

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
    users, creators, minds, day = state.users, state.creators, state.minds, state.day
    present = (users.joined <= day) & (users.left > day)
    quit_for_good = creators.away_until >= NEVER
    active = (creators.joined <= day) & ~quit_for_good
    mind = {"creator_mood": minds.mood, "obsession": minds.obsession, "burnout": minds.burnout}
    follows = int(np.count_nonzero(events.kind == FOLLOW))
    row = {
        "day": day,
        "users": int(np.count_nonzero(present)),
        "sessions": totals.sessions,
        "views": totals.views,
        "likes": totals.likes,
        "shares": int(creators.shares.sum()),
        "follows": follows,
        "unfollows": events.kind.size - follows,
        "unfollows_by_departure": int(np.count_nonzero(events.cause == factors + DEPARTURE)),
        "follow_edges": int(state.follows.rows.length.sum()),
        "bought": int(creators.bought_today.sum()),
        "purged": int(creators.purged_today.sum()),
        "departures": int(np.count_nonzero(users.left == day)),
        "posts": int(np.count_nonzero(creators.posted)),
        "away": int(np.count_nonzero((creators.away_until > day) & ~quit_for_good)),
        "quit": int(np.count_nonzero(quit_for_good)),
        **_means({"mood": users.mood, "fomo": users.fomo, "use": users.use}, present),
        **_means({**mind, "authenticity": creators.authenticity}, active),
    }
    ties = state.follows.entries()[1] if columns["ties"] else np.zeros(0, dtype=np.int64)
    own = {
        **_means(own_columns(users.own, columns["users"]), present),
        **_means(own_columns(creators.own, columns["creators"]), active),
        **_means(own_columns(state.rows.own[ties], columns["ties"]), np.ones(ties.size, dtype=np.bool_)),
    }
    return (*(row[column.name] for column in DAILY_LAYOUT), *own.values())


def own_columns(array: NDArray[np.float64], places: Mapping[str, int]) -> dict[str, NDArray[np.float64]]:
    """Columns of one's own by name, copied out of the array that holds them side by side."""
    return {name: array[:, place].copy() for name, place in places.items()}


def _means(columns: dict[str, NDArray[np.float64]], chosen: NDArray[np.bool_]) -> dict[str, float]:
    """Means over the rows chosen, NaN of none."""
    if not chosen.any():
        return dict.fromkeys(columns, float("nan"))
    # Most days everybody counts, and ten million numbers need not be copied to leave nobody out.
    rows: Any = slice(None) if chosen.all() else chosen
    return {name: mean(column[rows]) for name, column in columns.items()}


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
        **copied(creators, "followers", "views", "likes", "shares", "posted", "quality", "bought"),
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
