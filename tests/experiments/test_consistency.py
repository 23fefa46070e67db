"""Measures of the experiment ``consistency``, on tables made by hand."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from experiments.consistency import STRANGERS, creators_of, measure, relative_rates, satisfaction_with_regular


def world() -> Any:
    """Three creators on one early and one late day: the first is irregular, the last posts least."""
    days = pd.DataFrame(
        {
            "day": [0, 0, 0, STRANGERS, STRANGERS, STRANGERS],
            "creator": [0, 1, 2, 0, 1, 2],
            "followers": [20, 20, 40, 10, 19, 38],
            "gained": [20, 20, 40, 0, 0, 0],
            "lost": [0, 0, 0, 10, 1, 2],
            "views": [100, 100, 100, 100, 100, 100],
            "likes": 0,
            "posted": True,
        }
    )
    creators = pd.DataFrame(
        {
            "regularity": [0.1, 0.5, 0.9],
            "posting_rate": [0.9, 0.5, 0.1],
            "consistency": [0.3, 0.6, 0.8],
            "followers": [10, 19, 38],
        }
    )
    follows = pd.DataFrame({"creator": [0, 0, 2], "satisfaction": np.float32([0.25, 0.75, 0.75])})
    return SimpleNamespace(creator_days=days, creators=creators, follows=follows, days=STRANGERS + 1)


def test_trust_over_the_whole_time() -> None:
    later = world()
    later.creator_days.loc[5, "views"] = 500
    assert measure(later)["trust_in_regular"] == pytest.approx(100 * ((40 / 600) / (20 / 200) - 1))


def test_trust_of_the_first_days() -> None:
    assert measure(world())["trust_of_strangers"] == pytest.approx(100.0)
    assert measure(world())["trust_in_much"] == pytest.approx(-50.0)
    assert measure(world())["trust_apart"] == pytest.approx(150.0)


def test_loyalty_counts_unfollows_a_tie_day() -> None:
    assert measure(world())["unfollows_of_regular"] == pytest.approx(100 * ((2 / 40) / (10 / 20) - 1))


def test_followers_of_both_thirds() -> None:
    assert measure(world())["followers_of_regular"] == pytest.approx(39 / 11)
    assert measure(world())["followers_of_much"] == pytest.approx(11 / 39)


def test_what_followers_and_creators_have() -> None:
    assert satisfaction_with_regular(world()) == pytest.approx(0.25)
    assert measure(world())["consistency_gap"] == pytest.approx(0.5)


def test_nobody_followed_has_no_satisfaction() -> None:
    empty = world()
    empty.follows = empty.follows[empty.follows["creator"] == 2]
    assert np.isnan(satisfaction_with_regular(empty))


def test_rates_of_fifths_are_shares_of_the_mean_of_their_world() -> None:
    kept = creators_of(world())
    assert kept["gained"].tolist() == [20, 20, 40]
    details = pd.concat(
        pd.DataFrame(
            {
                "arm": "usual",
                "replicate": replicate,
                "regularity": np.linspace(0, 1, 5),
                "gained": np.arange(5) * (replicate + 1),
                "views": 10,
            }
        )
        for replicate in (0, 1)
    )
    table = relative_rates(details, "regularity", "gained", "views").groupby("fifth").mean()
    assert table["rate"].tolist() == pytest.approx([0, 50, 100, 150, 200])
    assert table["regularity"].tolist() == pytest.approx([0, 0.25, 0.5, 0.75, 1])
