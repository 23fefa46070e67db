"""Published facts that a model of following may show or not: what is said, by whom, how it is measured, what counts.

Wherever a fact says that something is so *beyond chance*, the measure is a ratio to what chance alone gives in the same
world, so that 1 is chance whatever the model, its density and its popular creators are.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from benchmarks.validation.lives import Lived
from benchmarks.validation.target import Band
from simulation.analysis.churn import new_to_old_hazard, unfollow_hazard
from simulation.analysis.engagement import follows_per_user_day, likes_per_exposure, likes_per_follow
from simulation.analysis.inequality import gini, top_share
from simulation.analysis.market import rank_correlation, unpredictability
from simulation.analysis.network import followee_summary, reciprocity
from simulation.analysis.tables import BoolArray, FloatArray, IntArray
from simulation.errors import ParameterError

Verdict = Literal["shown", "put in", "not shown", "cannot express"]
"""Whether a model shows a fact; *put in*: it does, and a number was set to this very fact, or a rule states it."""

DEFAULT, FITTED, RANDOM = "default", "short_video", "random_following"
PREFERENTIAL, FITNESS, MERIT = "preferential_following", "fitness_following", "meritocratic_following"
OURS = (DEFAULT, FITTED)
ALL = (*OURS, RANDOM, PREFERENTIAL, FITNESS, MERIT)


@dataclass(frozen=True, kw_only=True)
class Fact(Band):
    """Something published that holds of following on real platforms.

    Attributes
    ----------
    about
        What is said, in one sentence.
    measure
        One number of the worlds of one seed.
    needs
        What a model must have to say anything of it.
    put_in
        Models of which a number was set to it, or a rule says no less.
    """

    about: str
    measure: Callable[[Lived], float]
    needs: str = ""
    put_in: tuple[str, ...] = ()

    def judge(self, model: str, values: Sequence[float]) -> tuple[Band, Verdict]:
        """What was measured over seeds, and whether the model shows the fact; what is not a number is not shown.

        Raises
        ------
        ParameterError
            If it is said against chance and there are fewer than two seeds.
        """
        if self.whole and len(values) < 2:
            raise ParameterError(f"fact {self.name!r} is said against chance: it needs at least 2 seeds")
        found = self.measured(values)
        return found, ("put in" if model in self.put_in else "shown") if found.met else "not shown"


# Measures -----------------------------------------------------------------------------------------------------------

RECENT = 30
"""Days at the end over which growth is measured."""
ENOUGH = 10
"""Followers, or gains, from which a rate of growth, or the spread of gains, says something of a creator."""
RESAMPLES = 200
"""Worlds drawn to learn how far two of them differ by chance alone."""


def follower_gini(world: Lived) -> float:
    """Gini coefficient of followers at the end."""
    return gini(world.followers[:, -1])


def follower_top_share(world: Lived) -> float:
    """Share of all followers that the most followed tenth hold at the end."""
    return top_share(world.followers[:, -1])


def without_recommender(world: Lived) -> float:
    """Gini coefficient of followers minus that where every slot shows a creator drawn uniformly."""
    return gini(world.early) - gini(world.unranked)


def quality_and_success(world: Lived) -> float:
    """Rank correlation of talent and followers at the end."""
    return rank_correlation(world.followers[:, -1], world.result.creators["talent"].to_numpy(np.float64))


def unpredictable(world: Lived) -> float:
    """Unpredictability U of two worlds of one population over that of two draws from their common market shares."""
    counts = np.stack([world.early, world.elsewhere])
    shares = counts.sum(axis=0) / counts.sum()
    generator = np.random.default_rng(0)
    draws = (np.stack([generator.multinomial(n, shares) for n in counts.sum(axis=1)]) for _ in range(RESAMPLES))
    return float(unpredictability(counts) / np.mean([unpredictability(drawn) for drawn in draws]))


def attachment(world: Lived) -> float:
    """Exponent with which gains of the last days rise with followers before them: Poisson regression on logarithms."""
    before = world.followers[:, -RECENT - 1]
    some = before > 0
    gains = world.gained[some, -RECENT:].sum(axis=1)
    x = np.log(before[some])
    if gains.sum() == 0 or np.ptp(x) == 0:
        return math.nan
    design = np.column_stack([np.ones_like(x), x - x.mean()])
    beta = np.array([math.log(gains.mean()), 0.0])
    for _ in range(50):
        expected = np.exp(np.clip(design @ beta, -30.0, 30.0))
        step = np.linalg.solve(design.T @ (expected[:, None] * design), design.T @ (gains - expected))
        beta += step
        if np.abs(step).max() < 1e-10:
            break
    return float(beta[1])


def returned(world: Lived) -> float:
    """Share of follows between creators that are returned."""
    return reciprocity(world.result.follows, world.result.creators)


def shared_interests(world: Lived) -> float:
    """Likeness (cosine) of followers' interests to the creator's voice, over that of all users to the same voices."""
    users, creators = world.held
    alike = float((world.interests[users] * world.voices[creators]).sum())
    chance = float((world.interests.mean(axis=0) @ world.voices.T)[creators].sum())
    return alike / chance if users.size else math.nan


def friends_alike(world: Lived) -> float:
    """Creators whom two users both follow, of friends over any two."""
    users, creators = world.held
    follows = np.zeros((world.interests.shape[0], world.voices.shape[0]), dtype=np.float32)
    follows[users, creators] = 1.0
    left, right = world.friends.T
    of_friends = float(np.mean((follows[left] * follows[right]).sum(axis=1)))
    count, n = follows.sum(axis=0, dtype=np.float64), follows.shape[0]
    of_any = float((count * (count - 1.0)).sum()) / (n * (n - 1.0))
    return of_friends / of_any if of_any else math.nan


def follows(world: Lived) -> float:
    """Follows per user per day."""
    return follows_per_user_day(world.result.daily)


def followee_spread(world: Lived) -> float:
    """Standard deviation of the logarithm of follows over users who hold any."""
    return followee_summary(world.result.users["follows"].to_numpy(np.int64)).sigma


def unfollows(world: Lived) -> float:
    """Unfollows a tie-day."""
    return unfollow_hazard(world.result.daily)


def new_ties(world: Lived) -> float:
    """Hazard of ties in their first 30 days over that of older ones."""
    return new_to_old_hazard(world.spells)


def mutual_ties(world: Lived) -> float:
    """Hazard of follows between creators that were returned at the landmark, over that of those that were not."""
    user, creator, days, lost = _at_landmark(world)
    own = world.result.users["creator"].to_numpy(np.int64)  # -1 for users who do not create
    who = world.result.creators["user"].to_numpy(np.int64)
    between = own[user] >= 0
    user, creator, days, lost = user[between], creator[between], days[between], lost[between]
    size = int(who.size)
    mutual = np.isin(own[user] * size + creator, creator * size + own[user])
    return _hazard_ratio(mutual, days, lost)


def embedded_ties(world: Lived) -> float:
    """Hazard of follows that some friend of the follower held too at the landmark, over that of those none did."""
    user, creator, days, lost = _at_landmark(world)
    follows = np.zeros((world.interests.shape[0], world.voices.shape[0]), dtype=bool)
    follows[user, creator] = True
    shared = np.zeros_like(follows)
    for left, right in (world.friends.T, world.friends.T[::-1]):
        np.logical_or.at(shared, left, follows[right])
    return _hazard_ratio(shared[user, creator], days, lost)


def likes_for_a_follow(world: Lived) -> float:
    """Likes over follows."""
    return likes_per_follow(world.result.daily)


def likes_for_a_view(world: Lived) -> float:
    """Likes a post shown."""
    return likes_per_exposure(world.result.daily)


def bursts(world: Lived) -> float:
    """Variance over mean of gains on days with a post, mean over creators; 1 where each post's gains are Poisson."""
    found = []
    for gained, posted in zip(world.gained, world.posted, strict=True):
        gains = gained[posted.astype(bool)]
        if gains.sum() >= ENOUGH and gains.size > 1:
            found.append(gains.var(ddof=1) / gains.mean())
    return float(np.mean(found)) if found else math.nan


def tent(world: Lived) -> float:
    """Log-likelihood a creator of a Laplace law of logarithmic growth, minus that of a normal one.

    By maximum likelihood: ln(s / b) + ln(pi / 2) / 2 - 1 / 2 with s the standard deviation and b the mean distance from
    the median; -.048 where growth is normal, .072 where it is Laplace.
    """
    before, after = world.followers[:, -RECENT - 1], world.followers[:, -1]
    some = (before >= ENOUGH) & (after > 0)
    growth = np.log(after[some] / before[some])
    if growth.size < 2 or np.ptp(growth) == 0:
        return math.nan
    distance = float(np.abs(growth - np.median(growth)).mean())
    return math.log(float(growth.std()) / distance) + 0.5 * math.log(math.pi / 2.0) - 0.5


def rise_and_fall(world: Lived) -> float:
    """Of the most followed tenth at the landmark, the share that then fall or the share that rise: the smaller one."""
    then, now = world.followers[:, world.span.landmark - 1], world.followers[:, -1]
    top = np.argsort(-then, kind="stable")[: max(1, then.size // 10)]
    change = now[top] - then[top]
    return float(min((change < 0).mean(), (change > 0).mean()))


def _at_landmark(world: Lived) -> tuple[IntArray, IntArray, IntArray, BoolArray]:
    """Ties held after the landmark's day: user, creator, days they were at risk since, whether they were dropped."""
    day, spells = world.span.landmark - 1, world.spells
    held = (spells.start <= day) & ((spells.end > day) | ((spells.end == day) & ~spells.unfollowed))
    return spells.user[held], spells.creator[held], spells.end[held] - day, spells.unfollowed[held]


def _hazard_ratio(some: BoolArray, days: IntArray, lost: BoolArray) -> float:
    """Hazard of some ties over that of the others; NaN where there are none, or nobody drops the others."""
    rate: list[FloatArray | float] = []
    for of in (some, ~some):
        risk = int(days[of].sum())
        rate.append(float(lost[of].sum()) / risk if risk else math.nan)
    return float(rate[0] / rate[1]) if rate[1] else math.nan


# Facts --------------------------------------------------------------------------------------------------------------

KUAIRAND, MUSIC_LAB, LOGS = "KuaiRand, Gao et al. 2022", "Salganik et al. 2006", "short-video logs"
TIES, BONDS = "Kwak et al. 2011", "Kwak et al. 2011; Kivran-Swaine et al. 2011"
TUNED_TO_FOLLOW = (*OURS, RANDOM, PREFERENTIAL, FITNESS)
INF = math.inf

# fmt: off
FACTS: tuple[Fact, ...] = tuple(
    Fact(name, about=about, unit=unit, low=low, high=high, source=source, measure=measure,
         whole=how == "whole", needs=needs, put_in=put_in)
    for name, about, unit, low, high, how, source, measure, needs, put_in in (
        ("unequal followers", "Followers are shared out very unequally",
         "Gini", 0.80, 0.97, "mean", KUAIRAND, follower_gini, "", OURS),
        ("top tenth", "The most followed tenth hold most followers",
         "share of followers", 0.70, 0.95, "mean", KUAIRAND, follower_top_share, "", OURS),
        ("recommenders divide", "Without a recommender followers are shared out more equally",
         "Gini, difference", 0.0, INF, "whole", MUSIC_LAB, without_recommender, "a recommender", ()),
        ("quality counts, in part", "Success goes with talent, though it does not settle it",
         "rank correlation", 0.0, 1.0, "whole", MUSIC_LAB, quality_and_success, "", ()),
        ("success is unpredictable", "The same creators fare more differently in two worlds than by chance alone",
         "U over U by chance", 1.0, INF, "whole", MUSIC_LAB, unpredictable, "", ()),
        ("the followed are followed", "Gains rise about in proportion to followers, or less", "exponent", 0.69, 1.15,
         "mean", "Jeong et al. 2003: .79 to 1.05, give or take .1", attachment, "", (PREFERENTIAL, FITNESS)),
        ("reciprocity", "A fair share of follows between creators is returned",
         "share of follows", 0.2, 0.6, "mean", "KuaiRand; Kwak et al. 2010", returned, "", OURS),
        ("followers share interests", "Followers' interests are more like the creator's than all users' are",
         "likeness over chance", 1.0, INF, "whole", "McPherson et al. 2001", shared_interests, "", ()),
        ("friends follow alike", "Friends follow the same creators more often than any two users do",
         "shared follows over chance", 1.0, INF, "whole", "Aral et al. 2009", friends_alike, "", ()),
        ("follows", "A user follows somebody new about once a week",
         "per user-day", 0.13, 0.20, "mean", LOGS, follows, "", TUNED_TO_FOLLOW),
        ("some follow many", "Users differ widely in how many they follow",
         "sd of ln follows held", 1.42, 1.82, "mean", f"{KUAIRAND}: 1.62, give or take .2", followee_spread, "",
         (FITTED,)),
        ("unfollows", "Follows are ended at a low, known rate",
         "per tie-day", 0.0013, 0.0026, "mean", BONDS, unfollows, "", ALL),
        ("new ties are fragile", "A follow is likelier to end in its first 30 days than later",
         "hazard ratio", 1.0, INF, "whole", TIES, new_ties, "", OURS),
        ("mutual ties last", "A follow that is returned is less likely to end",
         "hazard ratio", -INF, 1.0, "whole", BONDS, mutual_ties, "", OURS),
        ("embedded ties last", "A follow that friends hold too is less likely to end",
         "hazard ratio", -INF, 1.0, "whole", BONDS, embedded_ties, "", ()),
        ("likes for a follow", "Likes are some dozen times as frequent as follows",
         "likes per follow", 12.0, 14.0, "mean", LOGS, likes_for_a_follow, "likes", OURS),
        ("likes for a view", "Few posts that are seen are liked",
         "likes per view", 0.02, 0.15, "mean", LOGS, likes_for_a_view, "likes", OURS),
        ("gains come in bursts", "Posts bring in followers more unevenly than chance has it",
         "variance over mean", 1.0, INF, "whole", "Myers and Leskovec 2014", bursts, "", ()),
        ("growth has fat tails", "Growth rates follow a tent rather than a bell",
         "log-likelihood gained", 0.0, INF, "whole", "Stanley et al. 1996", tent, "", ()),
        ("some rise, others fall", "Of the most followed some go on to gain, and others to lose",
         "share, the smaller one", 0.0, INF, "whole", "Lorenz-Spreen et al. 2019", rise_and_fall, "", ()),
    )
)
# fmt: on
"""All facts, in the order of the table."""
