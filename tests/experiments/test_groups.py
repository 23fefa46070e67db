"""Groups of creators within one world, on tables made by hand."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd

from simulation.experiment.groups import books, by_day, excess, kept_strategy, pearson, rate, share_of, thirds
from simulation.experiment.options import Scale
from simulation.interventions import Intervention


def two_days() -> Any:
    """Three creators on two days, and an intervention on the second."""
    days = pd.DataFrame(
        {
            "day": [0, 0, 0, 1, 1, 1],
            "creator": [0, 1, 2, 0, 1, 2],
            "followers": [2, 0, 1, 3, 0, 0],
            "gained": [2, 0, 1, 2, 0, 0],
            "lost": [0, 0, 0, 1, 0, 1],
            "views": [10, 0, 5, 20, 5, 5],
            "likes": [1, 0, 0, 4, 1, 0],
            "posted": [True, False, True, True, True, True],
        }
    )
    kept = Intervention(1, "keep_strategy", "engage", (0, 2))
    hidden = Intervention(0, "hide_like_counts", True)
    creators = pd.DataFrame({"creator": [0, 1, 2]})
    return SimpleNamespace(creator_days=days, creators=creators, days=2, interventions=(hidden, kept))


def test_thirds_are_equally_many_and_the_extremes() -> None:
    low, high = thirds([5.0, 1.0, 4.0, 2.0, 3.0, 6.0, 0.0])
    assert np.flatnonzero(low).tolist() == [1, 6]
    assert np.flatnonzero(high).tolist() == [0, 5]


def test_equals_still_make_two_groups() -> None:
    low, high = thirds(np.ones(9))
    assert low.sum() == high.sum() == 3
    assert not (low & high).any()


def test_rates_and_their_excess() -> None:
    events, exposure, trait = [1, 9, 6], [10, 10, 20], [0.1, 0.5, 0.9]
    assert rate(events, exposure, np.array([True, False, True])) == 7 / 30
    assert excess(events, exposure, trait) == 100 * (0.3 / 0.1 - 1)
    assert np.isnan(rate(events, [0, 0, 0], np.ones(3, bool)))
    assert np.isnan(excess([0, 1, 2], exposure, trait)), "no rate is a multiple of none"


def test_books_sum_days_and_count_followers_at_risk() -> None:
    table = books(two_days())
    assert table["gained"].tolist() == [4, 0, 1]
    assert table["posts"].tolist() == [2, 1, 2]
    assert table["tie_days"].tolist() == [2, 0, 1], "held as the days began"
    assert books(two_days(), first=1)["views"].tolist() == [20, 5, 5]
    assert books(two_days(), last=0)["views"].tolist() == [10, 0, 5]


def test_columns_by_day() -> None:
    assert by_day(two_days(), "likes").tolist() == [[1, 0, 0], [4, 1, 0]]


def test_who_keeps_to_a_strategy() -> None:
    start, chosen = kept_strategy(two_days())
    assert start == 1
    assert chosen.tolist() == [True, False, True]


def test_a_strategy_for_everybody() -> None:
    result = two_days()
    result.interventions = (Intervention(0, "keep_strategy", "own_voice"),)
    assert kept_strategy(result)[1].all()


def test_creators_are_as_many_a_user_as_at_the_defaults() -> None:
    assert Scale(users=1000, days=10, replicates=2, samples=2).creators == 160


def test_correlation_and_share_are_undefined_without_variation_or_whole() -> None:
    assert pearson([1, 2, 3], [3, 2, 1]) == -1
    assert np.isnan(pearson([1, 2, 3], [1, 1, 1])) and np.isnan(pearson([1, 2], [1, 2]))
    assert share_of(1, 4) == 0.25 and np.isnan(share_of(0, 0))
