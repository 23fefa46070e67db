"""Headline outcomes of a run: the numbers by which two worlds are compared, each with its unit and meaning."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from simulation.analysis.churn import unfollow_hazard
from simulation.analysis.engagement import follows_per_user_day as follow_rate
from simulation.analysis.engagement import likes_per_exposure
from simulation.analysis.inequality import gini, top_share
from simulation.analysis.tables import FloatArray, Tables
from simulation.errors import ParameterError
from simulation.vectors import dot, mean, total

RECENT = 28
"""Days at the end over which moods and the like are averaged: whole weeks, since creators plan by the week."""


@dataclass(frozen=True)
class Measure:
    """One outcome of a run: call it with a result to have the number."""

    function: Callable[[Tables], float]
    """At the top level of a module, so that other processes find it."""
    unit: str
    about: str
    ratio: bool = True
    """Whether 0 means none, so that a share of it says something; moods have no such zero."""

    def __call__(self, result: Tables) -> float:
        """The number; NaN where it is one of nothing, such as likes a view without views."""
        return self.function(result)


def follows_held(result: Tables) -> float:
    """Follows held at the end; bought followers, who are no users, do not count."""
    return float(result.daily["follow_edges"].iloc[-1])


def follows_per_user_day(result: Tables) -> float:
    """Follows per user and day over the whole run."""
    return follow_rate(result.daily)


def unfollows_per_tie_day(result: Tables) -> float:
    """Unfollows, those of users who left the platform not among them, per follow held as a day began."""
    return unfollow_hazard(result.daily)


def likes_per_view(result: Tables) -> float:
    """Likes per post shown."""
    return likes_per_exposure(result.daily)


def views(result: Tables) -> float:
    """Posts shown over the whole run."""
    return total(result.daily["views"])


def posts_per_creator_day(result: Tables) -> float:
    """Share of creators' days on which they posted."""
    daily = result.daily
    return total(daily["posts"]) / (len(daily) * len(result.creators))


def follower_gini(result: Tables) -> float:
    """Gini coefficient of followers over creators at the end."""
    return gini(_followers(result))


def follower_top_share(result: Tables) -> float:
    """Share of all followers that the most followed tenth of creators hold at the end."""
    return top_share(_followers(result))


def authenticity_followed(result: Tables) -> float:
    """Authenticity at the end, each creator weighed by followers."""
    followers = _followers(result)
    held = total(followers)
    return dot(followers, result.creators["authenticity"]) / held if held > 0 else math.nan


def creator_authenticity(result: Tables) -> float:
    """Mean authenticity of creators who have not quit, over the last four weeks."""
    return _recent(result, "authenticity")


def creator_mood(result: Tables) -> float:
    """Creators' mean mood over the last four weeks."""
    return _recent(result, "creator_mood")


def creator_obsession(result: Tables) -> float:
    """Creators' mean obsession with their numbers over the last four weeks."""
    return _recent(result, "obsession")


def creator_burnout(result: Tables) -> float:
    """Creators' mean burnout over the last four weeks."""
    return _recent(result, "burnout")


def user_mood(result: Tables) -> float:
    """Users' mean mood over the last four weeks."""
    return _recent(result, "mood")


def user_fomo(result: Tables) -> float:
    """Users' mean fear of missing out over the last four weeks."""
    return _recent(result, "fomo")


def user_use(result: Tables) -> float:
    """Different posts that a user sees a day, over the last four weeks."""
    return _recent(result, "use")


def _followers(result: Tables) -> FloatArray:
    return result.creators["followers"].to_numpy(np.float64)


def _recent(result: Tables, column: str) -> float:
    """Mean of a daily mean over the last days: one day alone says much about the luck of that day."""
    return mean(result.daily[column].iloc[-RECENT:])


HEADLINE: Mapping[str, Measure] = {
    "follows_held": Measure(follows_held, "follows", "Follows held at the end"),
    "follows_per_user_day": Measure(follows_per_user_day, "follows/user-day", "Follows a user and day"),
    "unfollows_per_tie_day": Measure(unfollows_per_tie_day, "unfollows/tie-day", "Hazard of being unfollowed"),
    "likes_per_view": Measure(likes_per_view, "likes/view", "Likes a post shown"),
    "views": Measure(views, "views", "Posts shown in all"),
    "posts_per_creator_day": Measure(posts_per_creator_day, "posts/creator-day", "Posts a creator and day"),
    "follower_gini": Measure(follower_gini, "1", "Gini coefficient of followers"),
    "follower_top_share": Measure(follower_top_share, "1", "Share of followers of the top tenth of creators"),
    "authenticity_followed": Measure(authenticity_followed, "1", "Authenticity that followers get: weighed by them"),
    "creator_authenticity": Measure(creator_authenticity, "1", "Mean authenticity of creators"),
    "creator_mood": Measure(creator_mood, "1", "Mean mood of creators", ratio=False),
    "creator_obsession": Measure(creator_obsession, "1", "Mean obsession of creators with their numbers"),
    "creator_burnout": Measure(creator_burnout, "1", "Mean burnout of creators"),
    "user_mood": Measure(user_mood, "1", "Mean mood of users", ratio=False),
    "user_fomo": Measure(user_fomo, "1", "Mean fear of missing out of users"),
    "user_use": Measure(user_use, "posts/user-day", "Different posts a user sees a day"),
}
"""The numbers of a run, declared once: what comparisons and sweeps measure unless told otherwise."""


def headline(names: object) -> dict[str, Measure]:
    """Headline outcomes, by the list of their names.

    Raises
    ------
    ParameterError
        If that is no list of names, or one is unknown: lists those there are.
    """
    if not isinstance(names, list) or not names:
        raise ParameterError("outcomes must be a list of at least one name")
    for name in names:
        if not isinstance(name, str) or name not in HEADLINE:
            raise ParameterError(f"there is no outcome {name!r}; there are {', '.join(HEADLINE)}")
    return {name: HEADLINE[name] for name in names}
