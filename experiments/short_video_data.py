"""What the preset ``short_video`` is fitted to: what was observed, how it is measured in a world, and which world.

KuaiRand (Gao et al., CIKM 2022) tells of 27,285 users of a short-video platform how many they follow, how many follow
them, and how many both. Rates come from other sources (TARGETS of ``simulation.analysis.targets`` has the same bands).
"""

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

USUAL_DATA = Path(__file__).parents[2] / "shared" / "data"
FILE = Path("kuairand") / "user_counts.csv"
COLUMNS = ("follow_user_num", "fans_user_num", "friend_user_num", "register_days")
KUAIRAND, LOGS = "KuaiRand (Gao et al. 2022)", "short-video logs"
UNFOLLOWING = "Kwak et al. 2011; Kivran-Swaine et al. 2011; Quercia et al. 2012"
YEAR, RESAMPLES = 365, 100

DEFAULT_USERS, DEFAULT_CREATORS, DEFAULT_DAYS = 5000, 800, 365
"""The world one gets where nothing else is said, and the days it then lives."""


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


# Measures of a world, and the same of data ---------------------------------------------------------------------------


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


def follower_gini(world: Result) -> float:
    """Gini coefficient of followers."""
    return gini(followers(world))


def follower_top_share(world: Result) -> float:
    """Share of followers of the most followed tenth of creators."""
    return top_share(followers(world))


def follower_quartiles(world: Result) -> float:
    """Quartile spread of followers."""
    return quartile_spread(followers(world))


def follower_upper(world: Result) -> float:
    """Upper spread of followers."""
    return upper_spread(followers(world))


def followee_gini(world: Result) -> float:
    """Gini coefficient of the creators users follow."""
    return gini(followees(world))


def followee_sigma(world: Result) -> float:
    """Standard deviation of the logarithm of the creators a user follows, among those who follow anybody."""
    return followee_summary(followees(world)).sigma


def follows(world: Result) -> float:
    """Follows a user and day."""
    return follows_per_user_day(world.daily)


def likes(world: Result) -> float:
    """Likes an exposure."""
    return likes_per_exposure(world.daily)


def likes_for_a_follow(world: Result) -> float:
    """Likes a follow."""
    return likes_per_follow(world.daily)


def hazard(world: Result) -> float:
    """Unfollows a tie and day."""
    return unfollow_hazard(world.daily)


def returned(world: Result) -> float:
    """Share of follows between creators that are returned."""
    return reciprocity(world.follows, world.creators)


def observations(counts: pd.DataFrame) -> tuple[Observation, ...]:
    """What the preset is fitted to, and how well that is known.

    Where a source gives a band, its middle is the value and a quarter of its width the scale. The scale of KuaiRand's
    numbers is what sampling leaves open (bootstrap) together with the difference between accounts of at most a year,
    as old as the users of a simulated world, and all accounts.
    """
    fans = _known(counts, lambda some: gini(some["fans_user_num"]))
    top = _known(counts, lambda some: top_share(some["fans_user_num"]))
    upper = _known(counts, lambda some: upper_spread(some["fans_user_num"]))
    mutual = _known(counts, _returned)
    return (
        Observation("follower Gini", follower_gini, *fans, source=KUAIRAND),
        Observation("top 10% share", follower_top_share, *top, "of followers", KUAIRAND),
        Observation("ln q90 / q50 of followers", follower_upper, *upper, source=KUAIRAND),
        Observation("reciprocity", returned, *mutual, "of follows", KUAIRAND),
        Observation("follows", follows, 0.165, 0.0175, "per user-day", LOGS, ratio=True),
        Observation("likes per follow", likes_for_a_follow, 13.0, 0.5, source=LOGS, ratio=True),
        Observation("likes", likes, 0.085, 0.0325, "per exposure", LOGS, ratio=True),
        Observation("unfollow hazard", hazard, 0.00195, 0.000325, "per tie-day", UNFOLLOWING, ratio=True),
    )


def out_of_reach(counts: pd.DataFrame) -> tuple[Observation, ...]:
    """What KuaiRand shows and no world with the right number of follows does, whatever the values: told, not fitted.

    An observation that cannot be met says nothing about values; it would only pull them to the ends of their ranges.
    """
    quartiles = _known(counts, lambda some: quartile_spread(some["fans_user_num"]))
    chosen = _known(counts, lambda some: gini(some["follow_user_num"]))
    return (
        Observation("ln q75 / q25 of followers", follower_quartiles, *quartiles, source=KUAIRAND),
        Observation("followee Gini", followee_gini, *chosen, source=KUAIRAND),
        Observation("spread of ln followees", followee_sigma, *_known(counts, _sigma), source=KUAIRAND),
    )


def _returned(some: pd.DataFrame) -> float:
    """Mutual ties over follows, and over followers, halfway: the sample is not closed, so the two differ."""
    mutual, chosen, fans = (float(some[name].sum()) for name in ("friend_user_num", "follow_user_num", "fans_user_num"))
    return (mutual / chosen + mutual / fans) / 2.0


def _sigma(some: pd.DataFrame) -> float:
    return float(followee_summary(some["follow_user_num"]).sigma)


def _known(counts: pd.DataFrame, measure: Callable[[pd.DataFrame], float]) -> tuple[float, float]:
    """What all accounts show, and how well that is known."""
    value, young = measure(counts), measure(counts[counts["register_days"] <= YEAR])
    luck = np.random.default_rng(1)
    again = [measure(counts.iloc[luck.integers(len(counts), size=len(counts))]) for _ in range(RESAMPLES)]
    return value, math.hypot(float(np.std(again)), value - young)
