"""Directions: claims about a change, measured in worlds that part on a day and share everything before it."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.validation.target import Band, described
from simulation.interventions import Intervention
from simulation.model import FollowerModel

Creators = NDArray[np.int64]
SHARE = "% of followers"
Setting = Mapping[str, object]
"""Parameters by dotted name that differ from the defaults."""
Measure = Callable[[int, Setting], Mapping[str, float]]
"""Gives numbers by claim for a seed and a setting."""


def claim(
    name: str,
    says: str,
    unit: str,
    low: float = -math.inf,
    high: float = math.inf,
    source: str = "",
    given: float = math.nan,
) -> Band:
    """What must come out of a change; ``given`` where a number was published, of others a direction or a range was."""
    return Band(says, name=name, unit=unit, low=low, high=high, source=source, given=given)


@dataclass(frozen=True)
class Direction:
    """Claims about one change, and how they are measured.

    Attributes
    ----------
    name, heading
        What the direction is called on a page, and in tables and figures.
    measure
        Gives one number per claim, by its name, for a seed and a setting; a function at the top level of a module, so
        that other processes find it. Its docstring says what is simulated, as that of a target's measure.
    claims
        What must come out.
    users, seeds
        Size of the worlds, and how many seeds a test takes.
    alone
        By claim, what gives its number alone and sooner, the same one, for when the other claims are settled.
    """

    name: str
    heading: str
    measure: Measure
    claims: tuple[Band, ...]
    users: int
    seeds: int
    alone: Mapping[str, Measure] = field(default_factory=dict)

    @property
    def about(self) -> str:
        """What is simulated to measure it."""
        return " ".join(described(self.measure).split())

    def measured(self, seed: int, setting: Setting | None = None, only: Collection[str] = ()) -> dict[str, float]:
        """What one seed gives; ``setting`` comes on top of the direction's own size, ``only`` names what is needed."""
        measure = self.alone.get(next(iter(only)), self.measure) if len(only) == 1 else self.measure
        return dict(measure(seed, {"population.users": self.users, **(setting or {})}))


def begun(setting: Setting, seed: int, days: int) -> FollowerModel:
    """A world that has simulated some days."""
    model = FollowerModel(setting, seed=seed, threads=1, record="daily")
    model.run_for(days)
    return model


def branch(model: FollowerModel, interventions: Iterable[Intervention] = ()) -> FollowerModel:
    """A copy of a world as it stands, with its own future; both draw the same numbers wherever they do the same.

    Bit for bit the world that had these interventions from the start, as none of them falls on a day gone by.

    Raises
    ------
    ParameterError
        If one does.
    """
    return model.branch(interventions)


def live_until(model: FollowerModel, day: int) -> FollowerModel:
    """The same world, so many days old."""
    model.run_for(day - model.day)
    return model


def act(model: FollowerModel, name: str, value: float | str, creators: Creators) -> Intervention:
    """An act on creators that takes place at once."""
    return Intervention(model.day, name, value, tuple(creators.tolist()))


def lever(model: FollowerModel, name: str, value: bool | float) -> Intervention:
    """A lever that is moved at once."""
    return Intervention(model.day, name, value)


def active(model: FollowerModel) -> NDArray[np.bool_]:
    """Creators who neither pause nor have quit, (M,)."""
    return np.asarray(model.state.creators.away_until <= model.day)


def established(model: FollowerModel, share: float) -> Creators:
    """Active creators whom at least a share of the users follow, rising."""
    followers, users = model.state.creators.followers, model.state.users.activity.size
    return np.flatnonzero(active(model) & (followers >= share * users))


def random_half(creators: Creators, *address: int) -> Creators:
    """Half of some creators, rising; the others go on as ever, so that the rivals of those treated are not treated."""
    shuffled = np.random.default_rng(address).permutation(creators)
    return np.sort(shuffled[: creators.size // 2])


def real_followers(model: FollowerModel, creators: Creators) -> Creators:
    """Followers of some creators who are somebody, bought ones left out."""
    return np.asarray((model.state.creators.followers - model.state.creators.bought)[creators])


def relative(changed: NDArray[Any], base: NDArray[Any]) -> float:
    """Difference of two sums in % of the second."""
    return float(100.0 * (changed.sum() / base.sum() - 1.0))
