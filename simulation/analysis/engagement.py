"""Ratios of a run's daily totals: how much watching, liking and following there is."""

import pandas as pd

from simulation.vectors import total


def _ratio(daily: pd.DataFrame, above: str, below: str) -> float:
    divisor = total(daily[below])
    return total(daily[above]) / divisor if divisor else float("nan")


def likes_per_follow(daily: pd.DataFrame) -> float:
    """Likes over follows gained, whole run (columns likes, follows); NaN where nobody followed."""
    return _ratio(daily, "likes", "follows")


def likes_per_exposure(daily: pd.DataFrame) -> float:
    """Likes over exposures, whole run (columns likes, views); NaN where nothing was seen."""
    return _ratio(daily, "likes", "views")


def follows_per_user_day(daily: pd.DataFrame) -> float:
    """New follows per user per day, users without a session included (columns follows, users); NaN without users."""
    return _ratio(daily, "follows", "users")


def unfollows_per_user_day(daily: pd.DataFrame) -> float:
    """Unfollows a user and day, without those by leaving the platform; NaN without users.

    Columns unfollows, unfollows_by_departure and users.
    """
    decided = daily.assign(decided=daily["unfollows"] - daily["unfollows_by_departure"])
    return _ratio(decided, "decided", "users")


def views_per_session(daily: pd.DataFrame) -> float:
    """Exposures a session (columns views, sessions); NaN without sessions."""
    return _ratio(daily, "views", "sessions")
