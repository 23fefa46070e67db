"""Measures of facts: one function each, from what is kept of the worlds of one seed to one number.

Wherever a fact says that something is so *beyond chance*, the measure is a ratio to what chance alone gives in the same
world, so that 1 is chance whatever the model, its density and its popular creators are.
"""

from __future__ import annotations

import math

import numpy as np

from benchmarks.validation.lives import Lived
from simulation.analysis.churn import new_to_old_hazard
from simulation.analysis.churn import unfollow_hazard as hazard_of
from simulation.analysis.engagement import follows_per_user_day as follow_rate
from simulation.analysis.engagement import likes_per_exposure as like_rate
from simulation.analysis.engagement import likes_per_follow as likes_a_follow
from simulation.analysis.inequality import gini, top_share
from simulation.analysis.market import rank_correlation, unpredictability
from simulation.analysis.network import followee_summary
from simulation.analysis.network import reciprocity as returned
from simulation.analysis.tables import BoolArray, FloatArray, IntArray

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
    """Gini coefficient of followers less that where every slot shows a creator drawn uniformly."""
    return gini(world.early) - gini(world.unranked)


def quality_and_success(world: Lived) -> float:
    """Rank correlation of talent and followers at the end."""
    return rank_correlation(world.followers[:, -1], world.result.creators["talent"].to_numpy(np.float64))


def unpredictable(world: Lived) -> float:
    """Unpredictability U of two worlds of the same people over that of two draws from their common market shares."""
    counts = np.stack([world.early, world.elsewhere])
    shares = counts.sum(axis=0) / counts.sum()
    generator = np.random.default_rng(0)
    chance = np.mean(
        [
            unpredictability(np.stack([generator.multinomial(n, shares) for n in counts.sum(axis=1)]))
            for _ in range(RESAMPLES)
        ]
    )
    return float(unpredictability(counts) / chance)


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


def reciprocity(world: Lived) -> float:
    """Share of follows between creators that are returned."""
    return returned(world.result.follows, world.result.creators)


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


def follows_per_user_day(world: Lived) -> float:
    """Follows a user and day."""
    return follow_rate(world.result.daily)


def followee_spread(world: Lived) -> float:
    """Standard deviation of the logarithm of follows over users who hold any."""
    return followee_summary(world.result.users["follows"].to_numpy(np.int64)).sigma


def unfollow_hazard(world: Lived) -> float:
    """Unfollows a tie-day."""
    return hazard_of(world.result.daily)


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


def likes_per_follow(world: Lived) -> float:
    """Likes over follows."""
    return likes_a_follow(world.result.daily)


def likes_per_exposure(world: Lived) -> float:
    """Likes a post shown."""
    return like_rate(world.result.daily)


def bursts(world: Lived) -> float:
    """Variance over mean of gains on days with a post, mean over creators; 1 where each post's gains are Poisson."""
    found = []
    for gained, posted in zip(world.gained, world.posted, strict=True):
        gains = gained[posted.astype(bool)]
        if gains.sum() >= ENOUGH and gains.size > 1:
            found.append(gains.var(ddof=1) / gains.mean())
    return float(np.mean(found)) if found else math.nan


def tent(world: Lived) -> float:
    """Log-likelihood a creator of a Laplace law of logarithmic growth, less that of a normal one.

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
