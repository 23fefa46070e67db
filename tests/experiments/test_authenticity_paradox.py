"""Measures of the experiment ``authenticity_paradox``, on tables made by hand."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from experiments.authenticity_paradox import (
    CHASE,
    OWN,
    authenticity,
    chased_for_numbers,
    early_followers,
    early_likes,
    followed,
    keep,
    late_followers,
    off_topic,
    treated,
)
from experiments.authenticity_paradox_figures import changes, crossing, crossing_interval
from simulation.experiment.options import Scale
from simulation.interventions import Intervention

DAYS = 4


def world() -> Any:
    """Four creators on four days, of whom the first two keep to a strategy from day 1 on; the first one is unknown."""
    followers = [[0, 5, 5, 9], [0, 6, 5, 9], [1, 7, 5, 9], [1, 4, 5, 9]]
    strategies = [["own_voice"] * 4, ["chase_trends", "chase_trends", "own_voice", "chase_trends"]]
    days = pd.DataFrame(
        {
            "day": np.repeat(np.arange(DAYS), 4),
            "creator": np.tile(np.arange(4), DAYS),
            "followers": np.ravel(followers),
            "likes": np.tile([1, 2, 3, 4], DAYS),
            "posted": np.tile([True, True, False, False], DAYS),
            "topic": np.tile([0, 1, 2, 3], DAYS),
            "authenticity": np.tile([0.2, 0.5, 0.5, 0.8], DAYS).astype(np.float32),
            "strategy": pd.Categorical([*strategies[0], *strategies[1], *strategies[1], *strategies[1]]),
        }
    )
    days.loc[(days["day"] == 2) & (days["creator"] == 1), "topic"] = 7
    creators = pd.DataFrame({"creator": range(4), "topic": range(4), "motive_validation": [0.1, 0.9, 0.2, 0.6]})
    kept = Intervention(1, "keep_strategy", "chase_trends", (0, 1))
    return SimpleNamespace(
        creator_days=days, creators=creators, users=pd.DataFrame(index=range(100)), days=DAYS, interventions=(kept,)
    )


def test_only_established_creators_count() -> None:
    start, chosen = treated(world())
    assert start == 1
    assert chosen.tolist() == [False, True, False, False]


def test_what_is_counted() -> None:
    result = world()
    assert early_followers(result) == late_followers(result) == 4
    assert early_likes(result) == 6
    assert authenticity(result) == pytest.approx(0.5)
    assert off_topic(result) == pytest.approx(1 / 3)
    assert chased_for_numbers(result) == pytest.approx(1.0), "of those free, who lives more for likes chases more"


def test_nobody_established_has_no_followers_to_lose() -> None:
    result = world()
    result.users = pd.DataFrame(index=range(10_000))
    assert np.isnan([early_followers(result), late_followers(result), authenticity(result), off_topic(result)]).all()
    assert np.isnan(followed(result)["authenticity"]).all()


def test_days_are_counted_from_the_parting() -> None:
    kept = followed(world())
    assert kept["day"].tolist() == [-1, 0, 1, 2]
    assert kept["followers"].tolist() == [5, 6, 7, 4]
    assert kept["rivals"].tolist() == [14, 14, 14, 14]


def test_half_of_the_creators_keep_to_a_strategy() -> None:
    (kept,) = keep("chase_trends", Scale(users=1000, days=80, replicates=2, samples=2))
    assert kept.day == 20
    assert kept.creators == tuple(range(80))


def test_changes_are_in_percent_and_without_the_days_before() -> None:
    rows = [
        {"arm": arm, "replicate": replicate, "day": day, "followers": followers}
        for arm, size in ((OWN, 10), (CHASE, 12))
        for replicate, followers in ((0, size), (1, 0 if arm == OWN else 5))
        for day in (-1, 0, 1)
    ]
    table = changes(pd.DataFrame(rows), "")
    assert table.columns.tolist() == [0, 1]
    assert table.index.tolist() == [0], "a world in which nobody is established says nothing"
    assert table.to_numpy() == pytest.approx(20.0)


def test_the_gain_is_over_after_the_last_day_at_or_above_zero() -> None:
    assert crossing(np.array([[1.0, -1.0, 2.0, -1.0, -3.0], [1.0, -1.0, 0.0, -1.0, -3.0]])) == 3
    assert crossing(np.array([[-1.0, -2.0]])) == 0
    assert np.isnan(crossing(np.array([[1.0, 2.0]])))


def test_the_interval_of_the_crossing() -> None:
    same = crossing_interval(np.array([[1.0, 1.0, -1.0]] * 3))
    assert same[:3] == (2.0, 2.0, 2.0)
    never = crossing_interval(np.array([[1.0, -1.0, -9.0], [1.0, 1.0, 1.0]]))
    assert never.estimate == 2 and np.isnan(never.low)
