"""Mood of creators: euphoria, loss aversion, envy, and how all of it fades."""

from __future__ import annotations

import math

import numpy as np
import pytest

from simulation.creators.mood import MoodParameters, felt, mood_after, taken

CALM = MoodParameters(envy=0.0)


@pytest.mark.parametrize("size", [0.1, 1.0, 4.0])
def test_a_surge_lifts_and_a_loss_of_the_same_size_lowers_more_by_the_loss_aversion(size: float) -> None:
    lifted, lowered = mood_after(0.0, size, 0.0, CALM), mood_after(0.0, -size, 0.0, CALM)
    assert lifted > 0.0 > lowered
    assert -lowered / lifted == pytest.approx(CALM.loss_aversion, rel=1e-12)


def test_without_loss_aversion_losses_do_not_hurt_and_with_one_they_weigh_as_gains() -> None:
    assert mood_after(0.0, -3.0, 0.0, MoodParameters(loss_aversion=0.0)) == 0.0
    even = MoodParameters(loss_aversion=1.0)
    assert mood_after(0.0, -3.0, 0.0, even) == pytest.approx(-mood_after(0.0, 3.0, 0.0, even), rel=1e-15)


def test_a_surprise_is_felt_in_proportion_when_small_and_never_more_than_wholly() -> None:
    p = MoodParameters(surprise_scale=2.0)
    assert felt(0.0, p) == 0.0
    assert felt(2.0, p) == pytest.approx(math.tanh(1.0), rel=1e-15)
    assert felt(1e-6, p) == pytest.approx(5e-7, rel=1e-9)
    assert felt(1e9, p) == 1.0
    assert felt(-1e9, p) == -1.0


def test_mood_is_its_equation() -> None:
    p = MoodParameters(euphoria=0.2, loss_aversion=2.0, surprise_scale=1.0, envy=0.3, fade=0.1)
    assert mood_after(0.5, 0.7, 0.4, p) == pytest.approx(0.9 * 0.5 + 0.2 * math.tanh(0.7) - 0.3 * 0.4, abs=1e-15)
    assert mood_after(0.5, -0.7, 0.4, p) == pytest.approx(0.45 - 0.4 * math.tanh(0.7) - 0.12, abs=1e-15)


def test_mood_fades_to_indifference_and_stays_within_its_ends() -> None:
    mood = 1.0
    for day in range(1, 40):
        mood = mood_after(mood, 0.0, 0.0, CALM)
        assert mood == pytest.approx((1.0 - CALM.fade) ** day, rel=1e-12)
    strong = MoodParameters(euphoria=2.0, fade=0.0)
    assert mood_after(0.9, 50.0, 0.0, strong) == 1.0
    assert mood_after(-0.9, -50.0, 1.0, strong) == -1.0


def test_only_standing_below_others_takes_from_mood() -> None:
    p = MoodParameters(envy=0.05)
    moods = [mood_after(0.2, 0.0, comparison, p) for comparison in (0.0, 0.5, 1.0)]
    np.testing.assert_allclose(np.diff(moods), -0.025, atol=1e-15)


def test_what_a_day_took_is_measured_beyond_fading() -> None:
    p = MoodParameters(fade=0.1)
    assert taken(0.5, mood_after(0.5, 0.0, 0.0, p), p) == 0.0
    assert taken(0.5, 0.25, p) == pytest.approx(0.2, abs=1e-15)
    assert taken(-0.5, mood_after(-0.5, 2.0, 0.0, p), p) < 0.0 < taken(-0.5, mood_after(-0.5, -2.0, 0.0, p), p)


def test_a_mood_that_does_not_move_stays_exactly_and_nothing_is_taken() -> None:
    p = MoodParameters(moves=False)
    for mood in (-1.0, 0.1 + 0.2, 1.0):
        assert mood_after(mood, -9.0, 1.0, p) == mood
        assert taken(mood, -1.0, p) == 0.0
