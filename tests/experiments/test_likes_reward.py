"""Measures of the experiment ``likes_reward``, on tables made by hand."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from experiments.likes_reward import (
    CAP,
    LATE,
    MORE,
    cap_for_a_while,
    cap_lately,
    changes,
    feelings,
    measure,
    measure_model,
    ratio,
)
from simulation.experiment.options import Scale


def world(days: int = 120) -> Any:
    """Mood that is the number of the day, and two creators with rewards of 1 and 3."""
    daily = pd.DataFrame({"day": range(days), "creator_mood": np.arange(days, dtype=float)})
    for name in ("likes", "obsession", "posts", "authenticity"):
        daily[name] = 1.0
    creator_days = pd.DataFrame({"reward": np.tile(np.float32([1, 3]), days)})
    creators = pd.DataFrame({"obsession": [0.5, 0.6, 0.1, 0.0]})
    return SimpleNamespace(daily=daily, creator_days=creator_days, creators=creators, days=days)


def test_windows() -> None:
    found = measure(world())
    assert found["mood_now"] == pytest.approx(100 * np.arange(60, 74).mean())
    assert found["mood_early"] == pytest.approx(100 * np.arange(60, 88).mean())
    assert found["mood_late"] == pytest.approx(100 * np.arange(106, 120).mean())
    assert found["mood_afterwards"] == pytest.approx(100 * np.arange(90, 104).mean())


def test_what_is_left_of_a_lift() -> None:
    early = np.arange(60, 88).mean()
    assert measure(world())["mood_left"] == pytest.approx(100 * (np.arange(106, 120).mean() - early / 2))


def test_short_worlds_have_windows_too() -> None:
    tiny = measure(world(4))
    assert tiny["mood_early"] == pytest.approx(250)
    assert tiny["mood_late"] == pytest.approx(150)


def test_when_the_cap_moves() -> None:
    size = Scale(users=100, days=120, replicates=2, samples=2)
    assert [(item.day, item.value) for item in cap_for_a_while(size)] == [(60, MORE), (90, CAP)]
    (late,) = cap_lately(size)
    assert late.day == 120 - LATE - 7
    short = Scale(users=100, days=20, replicates=2, samples=2)
    assert cap_lately(short)[0].day == 11, "after the others', or the worlds would be the same"


def test_mood_of_those_who_stand_below() -> None:
    minds = SimpleNamespace(comparison=np.array([0.0, 0.1, 0.2, 0.5, 0.6, 0.9]), mood=np.array([1, 1, 0, 0, -1, -2]))
    assert measure_model(SimpleNamespace(state=SimpleNamespace(minds=minds))) == {  # type: ignore[arg-type]
        "mood_of_envious": pytest.approx(100 * (-1.5 - 1))
    }


def test_who_is_obsessed() -> None:
    assert measure(world())["obsessed"] == 25.0


def test_rewards_are_means_over_creators() -> None:
    assert feelings(world(3))["reward"].tolist() == [2, 2, 2]


def test_changes_against_another_arm() -> None:
    steady = pd.DataFrame([[10.0] * 3, [20.0] * 3])
    assert changes(1.5 * steady, steady).to_numpy().tolist() == [[5.0] * 3, [10.0] * 3]
    assert changes(1.5 * steady, steady, relative=True).to_numpy() == pytest.approx(50.0)


def test_ratio_of_means_with_fiellers_interval() -> None:
    """Against the quadratic it solves: at its ends the mean of above - r below is t standard errors from zero."""
    from scipy.stats import t

    above, below = np.array([1.0, 2.0, 3.0, 4.0]), np.array([9.0, 11.0, 10.0, 12.0])
    found = ratio(above, below)
    assert found.estimate == pytest.approx(2.5 / 10.5)
    assert found.low < found.estimate < found.high
    for end in (found.low, found.high):
        apart = above - end * below
        assert abs(apart.mean()) / (apart.std(ddof=1) / 2) == pytest.approx(t.ppf(0.975, 3))


def test_no_ratio_to_what_may_be_nothing() -> None:
    assert np.isnan(ratio(np.array([1.0, 2.0, 3.0]), np.array([-1.0, 0.5, 1.0])).low)
    assert np.isnan(ratio(np.array([1.0, 2.0]), np.array([1.0, 1.0])).low)
