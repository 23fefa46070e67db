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
    RESAMPLES,
    by_days,
    changes,
    chased_for_numbers,
    crossing,
    keep,
    measure,
    treated,
)
from simulation.experiment import Findings
from simulation.experiment.judge import resampled
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
            "gained": np.tile([1, 2, 3, 4], DAYS),
            "lost": 0,
            "views": 10,
            "posted": np.tile([True, True, False, False], DAYS),
            "topic": np.tile([0, 1, 2, 3], DAYS),
            "authenticity": np.tile([0.2, 0.5, 0.5, 0.8], DAYS).astype(np.float32),
            "strategy": pd.Categorical([*strategies[0], *strategies[1], *strategies[1], *strategies[1]]),
        }
    )
    days.loc[(days["day"] == 2) & (days["creator"] == 1), "topic"] = 7
    creators = pd.DataFrame({"creator": range(4), "topic": range(4), "motive_validation": [0.1, 0.9, 0.2, 0.6]})
    creators["authenticity_baseline"] = [0.1, 0.2, 0.3, 0.4]
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
    found = measure(result)
    assert found["early_followers"] == found["late_followers"] == 4
    assert found["early_likes"] == 6
    assert found["authenticity"] == pytest.approx(0.5)
    assert found["off_topic"] == pytest.approx(1 / 3)
    assert found["trust_in_authentic"] == pytest.approx(300.0)
    assert chased_for_numbers(result) == pytest.approx(1.0), "free creators with more validation chase more"


def test_without_established_creators_there_are_no_followers_to_lose() -> None:
    result = world()
    result.users = pd.DataFrame(index=range(10_000))
    found = measure(result)
    names = ("early_followers", "late_followers", "authenticity", "off_topic", "early_likes")
    assert np.isnan([found[name] for name in names]).all()
    assert np.isnan(by_days(result)["authenticity"]).all()


def test_days_are_counted_from_the_parting() -> None:
    kept = by_days(world())
    assert kept["day"].tolist() == [-1, 0, 1, 2]
    assert kept["followers"].tolist() == [5, 6, 7, 4]
    assert kept["rivals"].tolist() == [14, 14, 14, 14]


def test_half_of_the_creators_keep_to_a_strategy() -> None:
    (kept,) = keep(Scale(users=1000, days=80, replicates=2, samples=2), "chase_trends")
    assert kept.day == 20
    assert kept.creators == tuple(range(80))


def test_changes_are_in_percent_and_without_the_days_before() -> None:
    rows = [
        {"arm": arm, "replicate": replicate, "day": day, "followers": followers}
        for arm, size in ((OWN, 10), (CHASE, 12))
        for replicate, followers in ((0, size), (1, 0 if arm == OWN else 5))
        for day in (-1, 0, 1)
    ]
    found = Findings(None, None, None, None, None, None, None, pd.DataFrame(rows))  # type: ignore[arg-type]
    table = changes(found, "")
    assert table.columns.tolist() == [0, 1]
    assert table.index.tolist() == [0], "a world in which nobody is established says nothing"
    assert table.to_numpy() == pytest.approx(20.0)


def test_the_gain_is_over_after_the_last_day_at_or_above_zero() -> None:
    assert crossing(np.array([[1.0, -1.0, 2.0, -1.0, -3.0], [1.0, -1.0, 0.0, -1.0, -3.0]])) == 3
    assert crossing(np.array([[-1.0, -2.0]])) == 0
    assert np.isnan(crossing(np.array([[1.0, 2.0]])))


def test_the_interval_of_the_crossing() -> None:
    same = resampled(np.array([[1.0, 1.0, -1.0]] * 3), crossing, RESAMPLES)
    assert same[:3] == (2.0, 2.0, 2.0)
    never = resampled(np.array([[1.0, -1.0, -9.0], [1.0, 1.0, 1.0]]), crossing, RESAMPLES)
    assert never.estimate == 2 and np.isnan(never.low)
