"""Measures and interventions of `experiments.bought_engagement`, on tables made by hand."""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from experiments.bought_engagement import EXPERIMENT, bought_on, buyers, days_of, measure, purged_on
from simulation.experiment import Scale


def made(days: int = 40) -> Any:
    """Eight creators, of whom two buy: each has as many real followers as its number, and buyers 90 bought ones."""
    creators = np.arange(8)
    bought = np.where(creators < 2, 90, 0)
    late = np.repeat(np.arange(days), 8) >= days - 28
    creator_days = pd.DataFrame(
        {
            "day": np.repeat(np.arange(days), 8),
            "creator": np.tile(creators, days),
            "followers": np.tile(creators + bought, days),
            "bought": np.tile(bought, days),
            "likes": np.where(late, 2, 50),
            "mood": np.where(late, np.tile(creators, days), 99.0),
        }
    )
    final = pd.DataFrame({"creator": creators, "followers": creators + bought, "bought": bought})
    final["authenticity"] = creators / 10
    return SimpleNamespace(days=days, creator_days=creator_days, creators=final.sample(frac=1, random_state=1))


def test_a_quarter_buys() -> None:
    assert [buyers(count) for count in (1, 3, 4, 8, 160)] == [1, 1, 1, 2, 40]


def test_only_followers_who_are_somebody_count() -> None:
    assert measure(made())["buyers_followers"] == 0.5
    assert measure(made())["others_followers"] == pytest.approx(np.mean(range(2, 8)))


def test_engagement_is_likes_over_followers_shown() -> None:
    assert measure(made())["engagement"] == pytest.approx(1000 * 4 / 181)
    nobody = made()
    nobody.creator_days["followers"] = 0
    assert math.isnan(measure(nobody)["engagement"])


def test_moods_and_authenticity_are_told_of_the_right_ones() -> None:
    assert measure(made())["others_mood"] == pytest.approx(np.mean(range(2, 8)))
    assert measure(made())["buyers_authenticity"] == pytest.approx(0.05)


def test_days_tell_real_and_shown_followers() -> None:
    days = days_of(made(30))
    assert np.array_equal(days["day"], np.arange(30))
    assert set(days["buyers"]) == {0.5} and set(days["shown"]) == {90.5} and set(days["others"]) == {4.5}


@pytest.mark.parametrize("size", [Scale(1000, 160, 2, 2), Scale(120, 21, 2, 2)])
def test_the_same_quarter_buys_in_every_arm_on_the_same_day(size: Scale) -> None:
    for arm in EXPERIMENT.arms:
        items = arm.interventions_at(size)
        purchases = [item for item in items if item.lever.startswith("bought")]
        assert all(item.creators == tuple(range(buyers(size.creators))) for item in purchases)
        if items:
            assert purchases[0].day == bought_on(size.days) and max(item.day for item in items) < size.days
    purge = next(arm for arm in EXPERIMENT.arms if arm.name == "purged").interventions_at(size)[-1]
    assert purge.lever == "purge" and purge.day == purged_on(size.days) > bought_on(size.days)
