"""Comparison: how far below similar creators one stands."""

from __future__ import annotations

import math

import numpy as np
import pytest

from simulation.creators.comparison import comparison, usual_following


def test_the_usual_following_is_the_mean_logarithm_within_a_topic() -> None:
    followers, topic = np.array([0, 9, 99, 5]), np.array([0, 2, 2, 0])
    usual = usual_following(followers, topic, 4)
    expected = [math.log(6.0) / 2.0, 0.0, (math.log(10.0) + math.log(100.0)) / 2.0, 0.0]
    np.testing.assert_allclose(usual, expected, rtol=1e-14)


def test_only_those_below_compare_themselves() -> None:
    usual = math.log(101.0)
    assert comparison(100, usual, 999) == comparison(5000, usual, 999) == 0.0
    assert comparison(0, usual, 999) == pytest.approx(math.log(101.0) / math.log(1000.0), rel=1e-14)
    levels = [comparison(n, usual, 999) for n in range(0, 100, 9)]
    assert levels == sorted(set(levels), reverse=True)


def test_it_is_at_most_one_even_where_bought_followers_outnumber_the_users() -> None:
    assert comparison(0, math.log(1e9), 50) == 1.0


def test_among_equals_nobody_stands_below() -> None:
    for count in (0, 3, 10**6):
        followers, topic = np.full(5, count), np.zeros(5, dtype=np.int64)
        assert comparison(count, float(usual_following(followers, topic, 1)[0]), 100) == pytest.approx(0.0, abs=1e-15)
