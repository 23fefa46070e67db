"""What the preset is fitted to, in worlds of which size, and by which parameters."""

from __future__ import annotations

import math
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from simulation.analysis import (
    followee_summary,
    follows_per_user_day,
    gini,
    likes_per_exposure,
    likes_per_follow,
    reciprocity,
    top_share,
)
from simulation.analysis.churn import unfollow_hazard
from simulation.errors import ConfigError
from simulation.study import Observation, Uncertainty

if TYPE_CHECKING:
    from simulation.records import Result


PRESET = "short_video"
USUAL_DATA = Path(__file__).parents[4] / "shared" / "data"
FILE = Path("kuairand") / "user_counts.csv"
COLUMNS = ("follow_user_num", "fans_user_num", "friend_user_num", "register_days")
KUAIRAND, LOGS = "KuaiRand (Gao et al. 2022)", "short-video logs"
UNFOLLOWING = "Kwak et al. 2011; Kivran-Swaine et al. 2011; Quercia et al. 2012"
YEAR, RESAMPLES = 365, 100

DEFAULT_USERS, DEFAULT_CREATORS, DEFAULT_DAYS = 5000, 800, 365
"""The default world and its days."""
GIVEN: dict[str, object] = {
    "users.eagerness_sigma": 1.6,
    "feed.mix.popular": 0.5,
    "feed.mix.interest": 0.2,
    "feed.mix.random": 0.0,
    "feed.mix.staged": 0.15,
}
"""What sets this platform apart, and is given rather than fitted. Users differ in how readily they follow as KuaiRand's
do in how many they follow (the standard deviation of ln followees, 1.6). New posts go through traffic pools, which the
defaults leave out: without them growth of creators is a bell and spreads as much among the large as among the small,
with them it is a tent that narrows (``follower_growth`` in docs/validation.md); what share of the feed they have is an
assumption."""


@dataclass(frozen=True)
class World:
    """How large the worlds of the fit are, and how long they live."""

    users: int
    creators: int
    days: int

    @property
    def constants(self) -> dict[str, object]:
        """Sizes as parameters; what counts in follows is scaled with the followers there can be."""
        fewer = self.users / self.creators / (DEFAULT_USERS / DEFAULT_CREATORS)
        return {"population.users": self.users, "population.creators": self.creators, "feed.prior": round(fewer, 4)}


USUAL = World(users=2500, creators=DEFAULT_CREATORS, days=240)
"""Half the users of a default world, and all of its creators. Who can be followed limits how unequal followers are and
how soon everybody worth it is followed, so that with fewer creators worlds are other worlds; with half the users they
are nearly the same and take half the time. (A fifth of the users is too few: most of them create, and follow-backs
then even followers out.) 240 days: rates still move within the first year."""
SCREENED = World(users=1000, creators=DEFAULT_CREATORS, days=120)
"""For the screen, which needs some seven hundred."""
SMALL = World(users=250, creators=200, days=40)
"""For a quick look, and for the recovery of known parameters, which takes many calibrations."""

FREE: tuple[Uncertainty, ...] = (
    Uncertainty("decision.follow_threshold", 0.74, 0.95),
    Uncertainty("decision.like_threshold", 0.7, 0.9),
    Uncertainty("leaving.base_hazard", 0.008, 0.06, "log"),
    Uncertainty("feed.popularity_bias", 1.0, 3.5),
)
"""Assumptions that the screen shows these observations to depend on most, one of each group that moves them alike."""
UNTOLD: tuple[Uncertainty, ...] = (
    Uncertainty("follow_back.courtesy", 0.0, 0.75),
    Uncertainty("decision.follow_sharpness", 8.0, 22.0, "log"),
    Uncertainty("users.activity_concentration", 0.5, 8.0, "log"),
    Uncertainty("users.weight_sigma", 0.1, 0.8, "log"),
)
"""Assumptions that matter, but of which these observations cannot tell values beside those above (``--wide``)."""


def read_counts(folder: Path | None = None) -> pd.DataFrame:
    """KuaiRand's users: how many they follow, are followed by, and both.

    Parameters
    ----------
    folder
        The data's; None takes the environment variable FOLLOWER_DATA, or the usual place beside the repository.

    Raises
    ------
    ConfigError
        If the file is not there or not what it should be.
    """
    where = folder or Path(os.environ.get("FOLLOWER_DATA", USUAL_DATA))
    try:
        return pd.read_csv(where / FILE, usecols=list(COLUMNS))
    except FileNotFoundError:
        raise ConfigError(
            f"KuaiRand's {FILE} is not in {where}; the environment variable FOLLOWER_DATA names the folder that has it"
        ) from None
    except (OSError, ValueError) as error:
        raise ConfigError(f"{where / FILE}: cannot be read as KuaiRand's counts of users: {error}") from None


def quartile_spread(followers: ArrayLike) -> float:
    """Logarithm of the upper over the lower quartile of followers + 1: the shape of the middle, whatever its level."""
    low, high = np.quantile(followers, [0.25, 0.75]) + 1.0
    return float(np.log(high / low))


def upper_spread(followers: ArrayLike) -> float:
    """Logarithm of the top tenth's least over the median of followers + 1."""
    middle, high = np.quantile(followers, [0.5, 0.9]) + 1.0
    return float(np.log(high / middle))


def followers(world: Result) -> np.ndarray:
    """Followers of every creator."""
    return world.creators["followers"].to_numpy(np.float64)


def followees(world: Result) -> np.ndarray:
    """How many creators every user follows."""
    return np.bincount(world.follows["user"].to_numpy(np.int64), minlength=len(world.users))


def observations(counts: pd.DataFrame) -> tuple[Observation, ...]:
    """What the preset is fitted to, and how well that is known.

    Where a source gives a band, its middle is the value and a quarter of its width the scale. The scale of KuaiRand's
    numbers is what sampling leaves open (bootstrap) together with the difference between accounts of at most a year,
    as old as the users of a simulated world, and all accounts.
    """
    return (
        _of_fans("follower Gini", gini, counts),
        _of_fans("top 10% share", top_share, counts, "of followers"),
        _of_fans("ln q90 / q50 of followers", upper_spread, counts),
        Observation(
            "reciprocity",
            lambda world: reciprocity(world.follows, world.creators),
            *_known(counts, _returned),
            "of follows",
            KUAIRAND,
        ),
        Observation(
            "follows", lambda w: follows_per_user_day(w.daily), 0.165, 0.0175, "per user-day", LOGS, ratio=True
        ),
        Observation("likes per follow", lambda w: likes_per_follow(w.daily), 13.0, 0.5, source=LOGS, ratio=True),
        Observation("likes", lambda w: likes_per_exposure(w.daily), 0.085, 0.0325, "per exposure", LOGS, ratio=True),
        Observation(
            "unfollow hazard",
            lambda w: unfollow_hazard(w.daily),
            0.00195,
            0.000325,
            "per tie-day",
            UNFOLLOWING,
            ratio=True,
        ),
    )


def out_of_reach(counts: pd.DataFrame) -> tuple[Observation, ...]:
    """What KuaiRand shows and no world with the right number of follows does, whatever the values: shown, not fitted.

    An observation that cannot be met says nothing about values; it would only pull them to the ends of their ranges.
    """
    chosen = _known(counts, lambda some: gini(some["follow_user_num"]))
    sigma = _known(counts, lambda some: float(followee_summary(some["follow_user_num"]).sigma))
    return (
        _of_fans("ln q75 / q25 of followers", quartile_spread, counts),
        Observation("followee Gini", lambda world: gini(followees(world)), *chosen, source=KUAIRAND),
        Observation("spread of ln followees", lambda w: followee_summary(followees(w)).sigma, *sigma, source=KUAIRAND),
    )


def _of_fans(name: str, measure: Callable[[ArrayLike], float], counts: pd.DataFrame, unit: str = "1") -> Observation:
    """A measure of followers, of a world and of KuaiRand's users."""
    known = _known(counts, lambda some: measure(some["fans_user_num"]))
    return Observation(name, lambda world: measure(followers(world)), *known, unit, KUAIRAND)


def _returned(some: pd.DataFrame) -> float:
    """Mutual ties over follows, and over followers, halfway: the sample is not closed, so the two differ."""
    mutual, chosen, fans = (float(some[name].sum()) for name in ("friend_user_num", "follow_user_num", "fans_user_num"))
    return (mutual / chosen + mutual / fans) / 2.0


def _known(counts: pd.DataFrame, measure: Callable[[pd.DataFrame], float]) -> tuple[float, float]:
    """What all accounts show, and how well that is known."""
    value, young = measure(counts), measure(counts[counts["register_days"] <= YEAR])
    luck = np.random.default_rng(1)
    again = [measure(counts.iloc[luck.integers(len(counts), size=len(counts))]) for _ in range(RESAMPLES)]
    return value, math.hypot(float(np.std(again)), value - young)
