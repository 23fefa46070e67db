"""Measures of `experiments.trends`, on heat and followers made by hand."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest

from experiments.trends import epochs, measure, signals

DAYS, PEAK = 120, 70


class Made:
    """A result of topics with heat and gained followers, (days, topics) each; nobody is lost."""

    def __init__(self, heat: Any, gained: Any) -> None:
        self.days, topics = np.shape(heat)
        self.topic_days = pd.DataFrame(
            {
                "day": np.repeat(np.arange(self.days), topics),
                "topic": np.tile(np.arange(topics), self.days),
                "heat": np.exp(np.asarray(heat, dtype=float)).ravel(),
                "gained": np.asarray(gained, dtype=int).ravel(),
                "lost": 0,
            }
        )


def world(shift: int = 0, up: int = 4, down: int = 10, answers: int = 0) -> Any:
    """Four topics, of which the first is hot about `PEAK`; topic ``answers`` gains so many days before (``shift``)."""
    day = np.arange(DAYS)
    meme = np.clip(1 - np.where(day < PEAK, (PEAK - day) / (2 * up), (day - PEAK) / (2 * down)), 0, None)
    heat, gained = np.zeros((DAYS, 4)), np.full((DAYS, 4), 10)
    heat[:, 0] = meme
    gained[:, answers] += np.roll((100 * meme).astype(int), -shift)
    return Made(heat, gained)


def test_a_hot_topic_that_gains_is_told_from_the_others() -> None:
    result = world()
    assert measure(result)["told_apart"] == 1.0
    assert measure(result)["recall"] == 1.0
    assert measure(result)["precision"] == 1.0
    assert measure(result)["alarms"] == pytest.approx(365 / np.isfinite(signals(result).score).sum())


def test_followers_of_another_topic_tell_nothing() -> None:
    result = world(answers=2)
    assert measure(result)["told_apart"] == pytest.approx(1 / 3)  # one of three others is above, two are level
    assert measure(result)["recall"] == measure(result)["precision"] == pytest.approx(-1 / 3)
    assert math.isnan(measure(result)["notice"])


def test_level_topics_are_a_toss_up() -> None:
    result = world()
    result.topic_days["gained"] = 10
    assert measure(result)["told_apart"] == 0.5
    assert measure(result)["recall"] == 0.0
    assert math.isnan(measure(result)["precision"]) and measure(result)["alarms"] == 0.0


@pytest.mark.parametrize("shift", [-3, -1, 1])
def test_followers_that_come_earlier_are_ahead(shift: int) -> None:
    assert measure(world(shift))["notice"] == measure(world())["notice"] + shift
    even = world(shift, up=8, down=8)
    assert np.sign(measure(even)["ahead"]) == np.sign(shift)
    assert measure(even)["together"] < measure(world(up=8, down=8))["together"]


def test_followers_that_come_with_the_heat_are_neither_ahead_nor_behind() -> None:
    even = world(up=8, down=8)
    assert measure(even)["ahead"] == pytest.approx(0.0, abs=1e-3)
    assert measure(even)["together"] > 0.99


def test_rise_and_fall_are_timed_at_half_the_height() -> None:
    assert measure(world(up=4, down=10))["rise"] == 4
    assert measure(world(up=4, down=10))["fall"] == 10
    assert measure(world(up=4, down=10))["fall_minus_rise"] == 6


def test_without_peaks_nothing_is_told() -> None:
    calm = Made(np.zeros((DAYS, 3)), np.full((DAYS, 3), 5))
    assert all(math.isnan(value) for name, value in measure(calm).items() if name != "alarms")
    assert np.isnan(epochs(calm)["heat"]).all() and not epochs(calm)["peaks"].any()


def test_the_days_about_a_peak() -> None:
    found = epochs(world())
    at = found["offset"] == 0
    assert found["peaks"][at] == 1 and found["heat"][at] == 1.0
    assert found["gained"][at] == pytest.approx(1000.0)  # 110 a day where 10 are usual
    assert found["correlation"][at] == np.nanmax(found["correlation"])
