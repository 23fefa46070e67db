"""Headline outcomes of a run: the numbers by which two worlds are compared, each with its unit and meaning."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from simulation.analysis.churn import unfollow_hazard
from simulation.analysis.engagement import follows_per_user_day as follow_rate
from simulation.analysis.engagement import likes_per_exposure
from simulation.analysis.inequality import gini, top_share
from simulation.analysis.tables import Tables, followers_of
from simulation.errors import ParameterError, nearest
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
        """The number; NaN where it is undefined (zero denominator), such as likes a view without views."""
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
    return gini(followers_of(result))


def follower_top_share(result: Tables) -> float:
    """Share of all followers that the most followed tenth of creators hold at the end."""
    return top_share(followers_of(result))


def authenticity_followed(result: Tables) -> float:
    """Authenticity at the end, each creator weighed by followers."""
    followers = followers_of(result)
    held = total(followers)
    return dot(followers, result.creators["authenticity"]) / held if held > 0 else math.nan


def recent(result: Tables, column: str) -> float:
    """A mean in ``daily``, over the last four weeks: one day alone says much about chance events of that day."""
    return mean(result.daily[column].iloc[-RECENT:])


def lately(column: str) -> Callable[[Tables], float]:
    """Make the function that has `recent` of a column, one that can go to other processes."""
    return partial(recent, column=column)


HEADLINE: Mapping[str, Measure] = {
    "follows_held": Measure(follows_held, "follows", "Follows held at the end"),
    "follows_per_user_day": Measure(follows_per_user_day, "follows/user-day", "Follows per user per day"),
    "unfollows_per_tie_day": Measure(unfollows_per_tie_day, "unfollows/tie-day", "Hazard of being unfollowed"),
    "likes_per_view": Measure(likes_per_view, "likes/view", "Likes a post shown"),
    "views": Measure(views, "views", "Posts shown in all"),
    "posts_per_creator_day": Measure(posts_per_creator_day, "posts/creator-day", "Posts a creator and day"),
    "follower_gini": Measure(follower_gini, "1", "Gini coefficient of followers"),
    "follower_top_share": Measure(follower_top_share, "1", "Share of followers of the top tenth of creators"),
    "authenticity_followed": Measure(authenticity_followed, "1", "Authenticity that followers get: weighed by them"),
    "creator_authenticity": Measure(lately("authenticity"), "1", "Mean authenticity of creators"),
    "creator_mood": Measure(lately("creator_mood"), "1", "Mean mood of creators", ratio=False),
    "creator_obsession": Measure(
        partial(recent, column="obsession"), "1", "Mean obsession of creators with their numbers"
    ),
    "creator_burnout": Measure(lately("burnout"), "1", "Mean burnout of creators"),
    "user_mood": Measure(lately("mood"), "1", "Mean mood of users", ratio=False),
    "user_fomo": Measure(lately("fomo"), "1", "Mean fear of missing out of users"),
    "user_use": Measure(lately("use"), "posts/user-day", "Different posts a user sees a day"),
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
            raise ParameterError(f"there is no outcome {name!r}; {nearest(str(name), HEADLINE)}")
    return {name: HEADLINE[name] for name in names}
