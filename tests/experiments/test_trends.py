"""Measures of `experiments.trends`, on heat and followers made by hand."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest

from experiments.trends import (
    ahead,
    alarms,
    epochs,
    fall,
    fall_less_rise,
    notice,
    precision,
    recall,
    rise,
    signals,
    together,
    told_apart,
)

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
    assert told_apart(result) == 1.0
    assert recall(result) == 1.0
    assert precision(result) == 1.0
    assert alarms(result) == pytest.approx(365 / np.isfinite(signals(result).score).sum())


def test_followers_of_another_topic_tell_nothing() -> None:
    result = world(answers=2)
    assert told_apart(result) == pytest.approx(1 / 3)  # one of three others is above, two are level
    assert recall(result) == precision(result) == pytest.approx(-1 / 3)
    assert math.isnan(notice(result))


def test_level_topics_are_a_toss_up() -> None:
    result = world()
    result.topic_days["gained"] = 10
    assert told_apart(result) == 0.5
    assert recall(result) == 0.0
    assert math.isnan(precision(result)) and alarms(result) == 0.0


@pytest.mark.parametrize("shift", [-3, -1, 1])
def test_followers_that_come_earlier_are_ahead(shift: int) -> None:
    assert notice(world(shift)) == notice(world()) + shift
    even = world(shift, up=8, down=8)
    assert np.sign(ahead(even)) == np.sign(shift)
    assert together(even) < together(world(up=8, down=8))


def test_followers_that_come_with_the_heat_are_neither_ahead_nor_behind() -> None:
    even = world(up=8, down=8)
    assert ahead(even) == pytest.approx(0.0, abs=1e-3)
    assert together(even) > 0.99


def test_rise_and_fall_are_timed_at_half_the_height() -> None:
    assert rise(world(up=4, down=10)) == 4
    assert fall(world(up=4, down=10)) == 10
    assert fall_less_rise(world(up=4, down=10)) == 6


def test_without_peaks_nothing_is_told() -> None:
    calm = Made(np.zeros((DAYS, 3)), np.full((DAYS, 3), 5))
    for measure in (told_apart, recall, precision, notice, ahead, together, rise, fall, fall_less_rise):
        assert math.isnan(measure(calm)), measure.__name__
    assert np.isnan(epochs(calm)["heat"]).all() and not epochs(calm)["peaks"].any()


def test_the_days_about_a_peak() -> None:
    found = epochs(world())
    at = found["offset"] == 0
    assert found["peaks"][at] == 1 and found["heat"][at] == 1.0
    assert found["gained"][at] == pytest.approx(1000.0)  # 110 a day where 10 are usual
    assert found["correlation"][at] == np.nanmax(found["correlation"])
