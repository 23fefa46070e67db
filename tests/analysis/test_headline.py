"""Headline outcomes: each number from tables made by hand."""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from simulation.analysis.headline import HEADLINE, RECENT

DAYS = RECENT + 2


def tables(**daily: Any) -> Any:
    """A run of two creators; what is averaged over the last days is 100 before them and 2 then."""
    recent = [100.0] * (DAYS - RECENT) + [2.0] * RECENT
    means = ("mood", "fomo", "use", "creator_mood", "obsession", "burnout", "authenticity")
    counts = {"users": 10, "views": 50, "likes": 5, "follows": 5, "unfollows": 3, "posts": 1}
    counts |= {"unfollows_by_departure": 1}
    rows = {**dict.fromkeys(means, recent), **counts, "follow_edges": list(range(2, 2 * DAYS + 2, 2)), **daily}
    creators = pd.DataFrame({"followers": [30, 10], "authenticity": [0.2, 0.6]})
    return SimpleNamespace(daily=pd.DataFrame(rows, index=range(DAYS)), creators=creators)


def test_every_outcome_by_hand() -> None:
    expected = {
        "follows_held": 2 * DAYS,
        "follows_per_user_day": 0.5,
        "unfollows_per_tie_day": 2 / (DAYS - 1),  # held as days began: 0, 2, 4 ... 2 (DAYS - 1)
        "likes_per_view": 0.1,
        "views": 50 * DAYS,
        "posts_per_creator_day": 0.5,
        "follower_gini": 0.25,
        "follower_top_share": 0.15,  # a fifth of one of two creators, who has three quarters
        "authenticity_followed": 0.3,
        "creator_authenticity": 2,
        "creator_mood": 2,
        "creator_obsession": 2,
        "creator_burnout": 2,
        "user_mood": 2,
        "user_fomo": 2,
        "user_use": 2,
    }
    run = tables()
    assert {name: measure(run) for name, measure in HEADLINE.items()} == pytest.approx(expected)


def test_numbers_of_nothing_are_not_hidden() -> None:
    run = tables(views=0, mood=[math.nan] + [1.0] * (DAYS - 1), burnout=[1.0] * (DAYS - 1) + [math.nan])
    assert math.isnan(HEADLINE["likes_per_view"](run))
    assert HEADLINE["user_mood"](run) == 1
    assert math.isnan(HEADLINE["creator_burnout"](run))
    run.creators["followers"] = 0
    assert math.isnan(HEADLINE["authenticity_followed"](run))


def test_every_outcome_says_what_it_is() -> None:
    assert all(measure.unit and measure.about for measure in HEADLINE.values())
    assert [name for name, measure in HEADLINE.items() if not measure.ratio] == ["creator_mood", "user_mood"]
