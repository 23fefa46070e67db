"""Tables of the state at the end of a run."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.records.days import copied, main_topics, own_columns
from simulation.records.schema import CREATORS, FOLLOWS, USERS
from simulation.records.tables import HeldTable
from simulation.social_graph import SocialGraph
from simulation.state import NEVER, State

MOTIVES = ("validation", "influence", "joy")
"""Motives in the order of the state."""


def final_tables(
    state: State, graph: SocialGraph, own: Mapping[str, Mapping[str, int]], strategies: Sequence[str]
) -> dict[str, HeldTable]:
    """Tables ``users``, ``creators`` and ``follows`` as they are now; the state may change afterwards.

    ``own`` are recorded columns of one's own, see :func:`simulation.columns.recorded`; ``strategies`` the names of
    strategies by number.

    Raises
    ------
    AssertionError
        If follower counts are not those of the follow rows and of bought followers: a fault of the program.
    """
    columns = {
        USERS: _users(state) | own_columns(state.users.own, own["users"]),
        CREATORS: _creators(state, strategies) | own_columns(state.creators.own, own["creators"]),
        FOLLOWS: _follows(state) | own_columns(state.rows.own[state.follows.entries()[1]], own["ties"]),
    }
    counted = np.bincount(columns[FOLLOWS]["creator"], minlength=state.creators.user.size)
    if not np.array_equal(counted + state.creators.bought, state.creators.followers):
        raise AssertionError("follower counts are not those of the follow rows and bought followers")
    return {name: HeldTable(lambda name=name: _table(columns[name], graph)) for name in columns}  # type: ignore[misc]


def _users(state: State) -> dict[str, NDArray[Any]]:
    users = state.users
    return {
        "user": np.arange(users.activity.size, dtype=np.int32),
        "creator": users.creator.astype(np.int32),
        **copied(users, "activity", "attention", "conformity", "aspiration"),
        "follows": state.follows.rows.length.copy(),
        "joined": users.joined.astype(np.int32),
        "left": np.where(users.left < NEVER, users.left, -1).astype(np.int32),
        **copied(users, "set_point", "fomo_trait", "mood", "fomo", "enjoyment", "use"),
    }


def _creators(state: State, strategies: Sequence[str]) -> dict[str, NDArray[Any]]:
    creators, minds = state.creators, state.minds
    return {
        "creator": np.arange(creators.user.size, dtype=np.int32),
        "user": creators.user.astype(np.int32),
        **copied(creators, "talent", "authenticity", "regularity", "posting_rate", "consistency"),
        **copied(creators, "followers", "bought"),
        "gained": creators.total_gained.copy(),
        "lost": creators.total_lost.copy(),
        "views": creators.total_views.copy(),
        "likes": creators.total_likes.copy(),
        "shares": creators.total_shares.copy(),
        "topic": main_topics(creators.topics).astype(np.int16),
        **{f"motive_{name}": minds.motives[:, k].copy() for k, name in enumerate(MOTIVES)},
        "authenticity_baseline": minds.baseline.copy(),
        **copied(minds, "expected_reward", "mood", "obsession", "burnout", "effort"),
        "strategy": np.array(strategies, dtype=object)[minds.strategy],
        "status": _status(state),
    }


def _status(state: State) -> NDArray[Any]:
    """What each creator does on the last simulated day, as text (M,): ``active``, on a ``hiatus``, or ``quit``."""
    until = state.creators.away_until
    status = np.where(until > max(state.day - 1, 0), "hiatus", "active").astype(object)
    status[until >= NEVER] = "quit"
    return status


def _follows(state: State) -> dict[str, NDArray[Any]]:
    """Follows by user and then in the order of the rows, which is part of the state (friends draw from it)."""
    rows = state.follows.rows
    users, entries = state.follows.entries()
    return {
        "user": users.astype(np.int32),
        "creator": rows.creator[entries].astype(np.int32),
        "day": rows.day[entries],
        "satisfaction": rows.satisfaction[entries],
    }


def _table(columns: dict[str, NDArray[Any]], graph: SocialGraph) -> Any:
    """The columns as a pyarrow table; users and creators get the labels of their nodes, as text."""
    import pyarrow as pa

    found = {name: pa.array(array) for name, array in columns.items()}
    if "satisfaction" in found:
        return pa.table(found)
    if graph.labels is None:
        label = found["user"].cast(pa.string())
    else:
        label = pa.array([str(graph.labels[user]) for user in columns["user"].tolist()], pa.string())
    names = list(found)
    names.insert(1 if names[0] == "user" else 2, "label")
    return pa.table({name: label if name == "label" else found[name] for name in names})
