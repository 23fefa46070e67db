"""Getting used to it: Rescorla and Wagner's learning curve, omission, and the two slower means."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from simulation.creators.habituation import (
    HabituationParameters,
    accustomed_after,
    average_after,
    expected_after,
    prediction_error,
    usual_after,
)
from simulation.creators.reward import impression, metrics_reward

Mean = Callable[[float, float, Any], float]


@pytest.mark.parametrize("rate", [0.0, 0.1, 0.5, 1.0])
@pytest.mark.parametrize("likes", [1, 30, 5000])
def test_the_same_likes_surprise_less_and_less_by_the_power_of_the_learning_rate(rate: float, likes: int) -> None:
    p = HabituationParameters(rate=rate)
    reward = metrics_reward(0.7, 0.3, impression(likes), impression(0), impression(10 * likes))
    expected = 0.0
    for trial in range(60):
        error = prediction_error(reward, expected)
        assert error == pytest.approx(reward * (1.0 - rate) ** trial, rel=1e-12, abs=1e-12)
        expected = expected_after(expected, error, p)


def test_more_likes_are_needed_for_the_same_joy() -> None:
    """A surprise stays what it was only if rewards rise by what was learnt, so likes must grow by a factor."""
    p = HabituationParameters(rate=0.2)
    expected, wanted, needed = 0.0, 1.5, []
    for _ in range(6):
        needed.append(expected + wanted)
        expected = expected_after(expected, prediction_error(needed[-1], expected), p)
    for trial, reward in enumerate(needed):
        assert reward == pytest.approx(wanted * (1.0 + 0.2 * trial), rel=1e-12)


def test_an_omitted_reward_disappoints_by_all_that_was_expected() -> None:
    for expected in (0.0, 0.3, 4.2):
        assert prediction_error(0.0, expected) == -expected


@pytest.mark.parametrize(
    ("mean", "weight"),
    [(average_after, 0.15), (accustomed_after, 0.02), (usual_after, 0.1)],
    ids=["average", "accustomed", "usual"],
)
def test_running_means_move_by_the_stated_share_and_settle_where_rewards_are(mean: Mean, weight: float) -> None:
    p = HabituationParameters()
    for start, reward in ((0.0, 3.0), (2.0, -1.0), (-4.0, -4.0)):
        assert mean(start, reward, p) == pytest.approx((1.0 - weight) * start + weight * reward, abs=1e-15)
        level = start
        for _ in range(2500):
            level = mean(level, reward, p)
        assert level == pytest.approx(reward, abs=1e-9)


def test_levels_that_do_not_move_stay_exactly_as_they_are() -> None:
    p = HabituationParameters(moves=False, rate=0.9, average_rate=0.9, accustomed_rate=0.9)
    for level in (-1.3, 0.0, 0.1 + 0.2):
        assert expected_after(level, 5.0, p) == level
        assert average_after(level, 5.0, p) == level
        assert accustomed_after(level, 5.0, p) == level
        assert usual_after(level, 5.0, p) == level
