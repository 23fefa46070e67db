"""What a post's numbers are worth: logarithms of counts by motive, and the joy of making it."""

from __future__ import annotations

import itertools
import math

import pytest

from simulation.creators.reward import (
    RewardParameters,
    impression,
    impression_made,
    joy_reward,
    metrics_reward,
)


def test_an_impression_is_a_logarithm_that_gains_and_losses_share() -> None:
    assert impression(0) == 0.0
    for count in (1, 2, 7, 1000, 10**8):
        assert impression(count) == pytest.approx(math.log1p(count), rel=1e-14)
        assert impression(-count) == -impression(count)


def test_the_first_likes_weigh_most() -> None:
    steps = [impression(n + 1) - impression(n) for n in range(50)]
    assert steps == sorted(steps, reverse=True)
    assert steps[0] == pytest.approx(math.log(2.0))


def test_a_hidden_number_looks_as_usual_whatever_it_is() -> None:
    for count, usual in itertools.product((-5, 0, 12), (-1.0, 0.0, 2.5)):
        assert impression_made(count, usual, 1) == usual
        assert impression_made(count, usual, 0) == impression(count)


@pytest.mark.parametrize(("validation", "influence"), [(1.0, 0.0), (0.0, 1.0), (0.4, 0.3), (0.0, 0.0)])
def test_likes_and_followers_feed_validation_and_views_influence(validation: float, influence: float) -> None:
    likes, net, views = impression(9), impression(-3), impression(120)
    expected = validation * (math.log(10.0) - math.log(4.0)) + influence * math.log(121.0)
    assert metrics_reward(validation, influence, likes, net, views) == pytest.approx(expected, abs=1e-14)


def test_net_losses_can_make_a_post_a_punishment() -> None:
    assert metrics_reward(1.0, 0.0, impression(2), impression(-40), impression(500)) < 0.0


def test_joy_is_the_product_of_motive_authenticity_and_fit() -> None:
    p = RewardParameters(joy=3.0)
    assert joy_reward(0.5, 0.8, 0.25, p) == pytest.approx(3.0 * 0.5 * 0.8 * 0.25, rel=1e-15)
    for missing in range(3):
        parts = [0.5, 0.8, 0.25]
        parts[missing] = 0.0
        assert joy_reward(*parts, p) == 0.0
