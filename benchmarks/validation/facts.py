"""Published facts that a model of following may show or not: what is said, by whom, how it is measured, what counts."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from benchmarks.validation import measures
from benchmarks.validation.lives import Lived
from simulation.analysis.intervals import Interval, t_interval
from simulation.errors import ParameterError

Verdict = Literal["shown", "put in", "not shown", "cannot express"]
"""Whether a model shows a fact; *put in*: it does, and a number was set to this very fact, or a rule states it."""

DEFAULT, FITTED, RANDOM = "default", "short_video", "random_following"
PREFERENTIAL, FITNESS, MERIT = "preferential_following", "fitness_following", "meritocratic_following"
OURS = (DEFAULT, FITTED)
ALL = (*OURS, RANDOM, PREFERENTIAL, FITNESS, MERIT)
TUNED_TO_FOLLOW = (*OURS, RANDOM, PREFERENTIAL, FITNESS)

KUAIRAND = "KuaiRand, Gao et al. 2022"
LOGS = "short-video logs"
TIES = "Kwak et al. 2011"
BONDS = "Kwak et al. 2011; Kivran-Swaine et al. 2011"
MUSIC_LAB = "Salganik et al. 2006"


@dataclass(frozen=True)
class Fact:
    """Something published that holds of following on real platforms.

    Attributes
    ----------
    name, says, unit
        What it is called, what is said in one sentence, and what the number counts.
    source
        Who says so.
    measure
        One number of the worlds of one seed.
    low, high
        Where the number must lie; infinite where there is no bound.
    certain
        Whether the whole interval of the mean must lie there, both bounds excluded: for what is said against chance. Of
        a range that was measured with an error of its own, the estimate must.
    needs
        What a model must have to say anything of it.
    put_in
        Models of which a number was set to it, or a rule says no less.
    """

    name: str
    says: str
    unit: str
    source: str
    measure: Callable[[Lived], float]
    low: float = -math.inf
    high: float = math.inf
    certain: bool = False
    needs: str = ""
    put_in: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.low < self.high or (math.isinf(self.low) and math.isinf(self.high)):
            raise ParameterError(f"fact {self.name!r} needs a bound, and the low one must be below the high one")

    def judge(self, model: str, values: Sequence[float]) -> tuple[Interval, Verdict]:
        """Mean over seeds with its interval, and whether the model shows the fact; what is not a number is not shown.

        Raises
        ------
        ParameterError
            If it is to be certain and there are fewer than two seeds.
        """
        if self.certain and len(values) < 2:
            raise ParameterError(f"fact {self.name!r} is said against chance: it needs at least 2 seeds")
        found = t_interval(list(values))
        if self.certain:
            shown = self.low < found.low and found.high < self.high
        else:
            shown = self.low <= found.estimate <= self.high
        if not shown:
            return found, "not shown"
        return found, "put in" if model in self.put_in else "shown"


FACTS: tuple[Fact, ...] = (
    Fact(
        "unequal followers",
        "Followers are shared out very unequally",
        "Gini",
        KUAIRAND,
        measures.follower_gini,
        0.80,
        0.97,
        put_in=OURS,
    ),
    Fact(
        "top tenth",
        "The most followed tenth hold most followers",
        "share of followers",
        KUAIRAND,
        measures.follower_top_share,
        0.70,
        0.95,
        put_in=OURS,
    ),
    Fact(
        "recommenders divide",
        "Without a recommender followers are shared out more equally",
        "Gini, difference",
        MUSIC_LAB,
        measures.without_recommender,
        low=0.0,
        certain=True,
        needs="a recommender",
    ),
    Fact(
        "quality counts, in part",
        "Success goes with talent, though it does not settle it",
        "rank correlation",
        MUSIC_LAB,
        measures.quality_and_success,
        0.0,
        1.0,
        certain=True,
    ),
    Fact(
        "success is unpredictable",
        "The same creators fare more differently in two worlds than chance alone would have it",
        "U over U by chance",
        MUSIC_LAB,
        measures.unpredictable,
        low=1.0,
        certain=True,
    ),
    Fact(
        "the followed are followed",
        "Gains rise about in proportion to followers, or less",
        "exponent",
        "Jeong et al. 2003: .79 to 1.05, give or take .1",
        measures.attachment,
        0.69,
        1.15,
        put_in=(PREFERENTIAL, FITNESS),
    ),
    Fact(
        "reciprocity",
        "A fair share of follows between creators is returned",
        "share of follows",
        "KuaiRand; Kwak et al. 2010",
        measures.reciprocity,
        0.2,
        0.6,
        put_in=OURS,
    ),
    Fact(
        "followers share interests",
        "Followers' interests are more like the creator's than all users' are",
        "likeness over chance",
        "McPherson et al. 2001",
        measures.shared_interests,
        low=1.0,
        certain=True,
    ),
    Fact(
        "friends follow alike",
        "Friends follow the same creators more often than any two users do",
        "shared follows over chance",
        "Aral et al. 2009",
        measures.friends_alike,
        low=1.0,
        certain=True,
    ),
    Fact(
        "follows",
        "A user follows somebody new about once a week",
        "per user-day",
        LOGS,
        measures.follows_per_user_day,
        0.13,
        0.20,
        put_in=TUNED_TO_FOLLOW,
    ),
    Fact(
        "some follow many",
        "Users differ widely in how many they follow",
        "sd of ln follows held",
        f"{KUAIRAND}: 1.62, give or take .2",
        measures.followee_spread,
        1.42,
        1.82,
        put_in=(FITTED,),
    ),
    Fact(
        "unfollows",
        "Follows are ended at a low, known rate",
        "per tie-day",
        BONDS,
        measures.unfollow_hazard,
        0.0013,
        0.0026,
        put_in=ALL,
    ),
    Fact(
        "new ties are fragile",
        "A follow is likelier to end in its first 30 days than later",
        "hazard ratio",
        TIES,
        measures.new_ties,
        low=1.0,
        certain=True,
        put_in=OURS,
    ),
    Fact(
        "mutual ties last",
        "A follow that is returned is less likely to end",
        "hazard ratio",
        BONDS,
        measures.mutual_ties,
        high=1.0,
        certain=True,
        put_in=OURS,
    ),
    Fact(
        "embedded ties last",
        "A follow that friends hold too is less likely to end",
        "hazard ratio",
        BONDS,
        measures.embedded_ties,
        high=1.0,
        certain=True,
    ),
    Fact(
        "likes for a follow",
        "Likes are some dozen times as frequent as follows",
        "likes per follow",
        LOGS,
        measures.likes_per_follow,
        12.0,
        14.0,
        needs="likes",
        put_in=OURS,
    ),
    Fact(
        "likes for a view",
        "Few posts that are seen are liked",
        "likes per view",
        LOGS,
        measures.likes_per_exposure,
        0.02,
        0.15,
        needs="likes",
        put_in=OURS,
    ),
    Fact(
        "gains come in bursts",
        "Posts bring in followers more unevenly than chance has it",
        "variance over mean",
        "Myers and Leskovec 2014",
        measures.bursts,
        low=1.0,
        certain=True,
    ),
    Fact(
        "growth has fat tails",
        "Growth rates follow a tent rather than a bell",
        "log-likelihood gained",
        "Stanley et al. 1996",
        measures.tent,
        low=0.0,
        certain=True,
    ),
    Fact(
        "some rise, others fall",
        "Of the most followed some go on to gain, and others to lose",
        "share, the smaller one",
        "Lorenz-Spreen et al. 2019",
        measures.rise_and_fall,
        low=0.0,
        certain=True,
    ),
)
"""All facts, in the order of the table."""
