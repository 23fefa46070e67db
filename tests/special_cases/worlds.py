"""Running a preset, and reading off who follows whom."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from simulation.model import FollowerModel

Engine = Literal["compiled", "mesa"]


def world(
    preset: str,
    seed: int,
    engine: Engine = "compiled",
    values: Mapping[str, object] | None = None,
    creators: Sequence[int] | None = None,
) -> FollowerModel:
    """A model on its first morning."""
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
    the same arrival chose before. Creators are laid out from the most followed to the least.
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
            assert laid_out[at] > 0.0, "an impossible choice"
            places.append(laid_out[:at].sum() + luck.random() * laid_out[at])
            weight[choice] = 0.0
        followers[chosen] += 1.0
    return np.array(places)
