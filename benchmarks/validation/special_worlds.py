"""Special cases, lived: running a preset at some size, and reading off who follows whom."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from simulation.model import FollowerModel

Engine = Literal["compiled", "mesa"]
ENGINES: tuple[Engine, ...] = ("compiled", "mesa")
ONE_TOPIC: Mapping[str, object] = {"population.topics": 1}
"""Where no rule looks at topics, one is enough, and a day costs a fifth less."""


class Size(NamedTuple):
    """How large a world is lived, how often, and by which engine."""

    engine: Engine
    people: int
    """Users; those who arrive, where users do."""
    seeds: range
    """One world each; sizes share none, so they have no luck in common."""

    def __str__(self) -> str:
        return f"{self.people:,} users, {self.engine}"


def world(
    preset: str,
    seed: int,
    engine: Engine = "compiled",
    values: Mapping[str, object] | None = None,
    creators: Sequence[int] | None = None,
) -> FollowerModel:
    """A model on its first morning."""
    from simulation.model import FollowerModel

    return FollowerModel(values, preset=preset, seed=seed, engine=engine, creators=creators, threads=1, record="daily")


def follower_path(model: FollowerModel, days: int) -> NDArray[np.int64]:
    """Follower counts at the end of each day, shape (days, M)."""
    path = np.empty((days, model.state.creators.followers.size), dtype=np.int64)
    for day in range(days):
        model.step()
        path[day] = model.state.creators.followers
    return path


def follow_matrix(model: FollowerModel) -> NDArray[np.bool_]:
    """Who follows whom, shape (N, M)."""
    users, entries = model.state.follows.entries()
    matrix = np.zeros((model.state.users.activity.size, model.state.creators.user.size), dtype=np.bool_)
    matrix[users, model.state.follows.rows.creator[entries]] = True
    return matrix


def arrivals_and_choices(model: FollowerModel) -> Iterator[tuple[int, list[int]]]:
    """Everybody who arrived and the creators followed then, in order; nobody may ever have left."""
    for user in np.flatnonzero(model.state.users.joined >= 0).tolist():
        yield user, [int(creator) for creator in model.state.follows.of(user)]


def places_of_choices(model: FollowerModel, a: float, gamma: float, luck: np.random.Generator) -> NDArray[np.float64]:
    """Where each choice of an arrival falls in its law, given everything before it: uniform if the law is right.

    The law is (followers + a)^gamma at the day's beginning, over the creators of earlier days, without those whom
    the same arrival chose before. Creators are laid out from the most followed to the least. NaN for a choice that
    the law excludes.
    """
    creators = model.state.creators
    followers = np.zeros(creators.user.size)
    places = []
    for user, chosen in arrivals_and_choices(model):
        weight = np.where(creators.joined < model.state.users.joined[user], (followers + a) ** gamma, 0.0)
        order = np.argsort(-followers, kind="stable")
        for choice in chosen:
            laid_out = weight[order] / weight.sum()
            at = int(np.flatnonzero(order == choice)[0])
            place = min(1.0, laid_out[:at].sum() + luck.random() * laid_out[at])
            places.append(place if laid_out[at] > 0.0 else np.nan)
            weight[choice] = 0.0
        followers[chosen] += 1.0
    return np.array(places)
