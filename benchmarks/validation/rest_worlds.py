"""Worlds at rest: the preset `living` on day 0, and what becomes of followers and ties in futures that part there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.validation.target import Effort
from simulation.analysis.tables import BoolArray, FloatArray, IntArray
from simulation.ledger import DEPARTURE
from simulation.model import FollowerModel
from simulation.recall import empty_memory
from simulation.records.schema import Record
from simulation.social_graph import SocialGraph

LIVING = "living"
USERS, QUICK_USERS = 5000, 1200
SEEDS, QUICK_SEEDS = 3, 2
OTHER_LUCK = 1_000_003
"""Added to the seed for the random draws of another history of the same population."""


def seeds_of(effort: Effort) -> range:
    """Seeds of the worlds."""
    return range(QUICK_SEEDS if effort.quick else SEEDS)


def users_of(effort: Effort) -> int:
    """How many users a world has."""
    return QUICK_USERS if effort.quick else USERS


def at_rest(
    users: int, seed: int, *, luck: int | None = None, record: Record = "daily", graph: SocialGraph | None = None
) -> FollowerModel:
    """A world on day 0, after its burn-in. A social graph that is given says how many users there are."""
    sizes = {} if graph else {"population.users": users}
    return FollowerModel(
        sizes, preset=LIVING, seed=seed, luck=luck, threads=1, record=record, social_graph=graph, creators=None
    )


@dataclass(frozen=True)
class Future:
    """Days of a world. D days, M creators, E events by day.

    Attributes
    ----------
    followers
        Before the first day and after each, (D + 1, M).
    user, creator, day
        Of every follow that began or ended, (E,).
    begun, left
        Whether it began, and whether the user ended it and not a departure from the platform, (E,).
    """

    followers: IntArray
    user: IntArray
    creator: IntArray
    day: IntArray
    begun: BoolArray
    left: BoolArray

    def gained(self, who: IntArray) -> IntArray:
        """Follows begun of each of some creators."""
        return np.bincount(self.creator[self.begun], minlength=self.followers.shape[1])[who]

    def unfollows(self, who: IntArray) -> int:
        """Follows that users ended, of some creators."""
        return int((self.left & np.isin(self.creator, who)).sum())

    def broken(self, ties: IntArray, who: IntArray) -> int:
        """Of ties that stood as it began, those of some creators which users ended."""
        mine = ~self.begun & np.isin(self.creator, who)
        keys, first = np.unique(self.user[mine] * self.followers.shape[1] + self.creator[mine], return_index=True)
        return int(self.left[mine][first][np.isin(keys, ties)].sum())


def future(model: FollowerModel, days: int) -> Future:
    """Simulate some days of a world."""
    departure = len(model.factors) + DEPARTURE
    followers = [model.state.creators.followers.copy()]
    parts: list[tuple[NDArray[np.generic], ...]] = []
    for day in range(days):
        model.step()
        events = model.events
        ended = (events.kind < 0) & (events.cause != departure)
        parts.append((events.user, events.creator, np.full(events.user.size, day), events.kind > 0, ended))
        followers.append(model.state.creators.followers.copy())
    user, creator, when, begun, left = (np.concatenate(column) for column in zip(*parts, strict=True))
    return Future(
        np.stack(followers),
        user.astype(np.int64),
        creator.astype(np.int64),
        when.astype(np.int64),
        begun.astype(np.bool_),
        left.astype(np.bool_),
    )


def standing(model: FollowerModel) -> IntArray:
    """Ties as they stand, one number each."""
    user, entry = model.state.follows.entries()
    creators = model.state.creators.user.size
    return np.asarray(user * creators + model.state.follows.rows.creator[entry].astype(np.int64))


def changed(model: FollowerModel, change: Callable[[FollowerModel], None]) -> FollowerModel:
    """A copy of a world in which something is changed by hand."""
    other = model.branch()
    change(other)
    return other


SEEN = 64
"""Creators whom users remember to have seen, while it is asked whose posts they meet."""


def nearness(model: FollowerModel, days: int) -> float:
    """How much nearer in interest follows from the feed lie than exposures, in standard deviations (Cohen's d).

    Exposures are of creators not followed as the day begins; near is the cosine of a user's interests and a creator's
    voice.
    """
    other = model.branch()
    state, users = other.state, other.state.users.activity.size
    places = {name: array for name, array in empty_memory(users, SEEN).items() if name in ("creator", "last", "days")}
    state.memory = state.memory._replace(**places)
    other.engine = other.engine  # made anew for the memory
    exposed: list[FloatArray] = []
    follows: list[FloatArray] = []
    for _ in range(days):
        day, held, interests = other.day, standing(other), state.users.interests.copy()
        other.step()
        user, place = np.nonzero(state.memory.last == day)
        creator = state.memory.creator[user, place].astype(np.int64)
        new = ~np.isin(user * state.creators.user.size + creator, held)
        events = other.events
        begun = (events.kind > 0) & (events.source >= 0)
        for pairs, who, whom in (
            (exposed, user[new], creator[new]),
            (follows, events.user[begun], events.creator[begun]),
        ):
            pairs.append(np.einsum("ik,ik->i", interests[who], state.creators.topics[whom]))
    near, usual = np.concatenate(follows), np.concatenate(exposed)
    return float((near.mean() - usual.mean()) / np.sqrt((near.var() + usual.var()) / 2.0))
