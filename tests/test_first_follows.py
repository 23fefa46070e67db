"""Who follows whom before the first day, and who arrives when."""

from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from simulation.state import State
from tests.worlds import built, nobody_knows_anybody

ERROR_RATE = 1e-6


def follow_counts(state: State) -> NDArray[np.int64]:
    return state.follows.rows.length


@pytest.mark.parametrize("sigma", [0.0, 1.0])
def test_users_begin_with_the_mean_number_of_follows_asked_for(sigma: float) -> None:
    state = built(
        3000,
        800,
        graph=nobody_knows_anybody(3000),
        population__initial_follows=12.0,
        population__initial_follows_sigma=sigma,
    )
    counts = follow_counts(state)
    if sigma == 0.0:
        assert set(counts.tolist()) == {12}
    else:
        assert abs(counts.mean() - 12.0) < stats.norm.isf(ERROR_RATE / 2) * counts.std() / math.sqrt(counts.size)


def test_nobody_begins_by_following_oneself_or_anybody_twice() -> None:
    state = built(200, 30, population__initial_follows=14.0, population__initial_follows_sigma=0.5)
    for user in range(200):
        row = state.follows.of(user).tolist()
        assert len(set(row)) == len(row)
        assert state.users.creator[user] not in row
        assert all(0 <= creator < 30 for creator in row)


def test_first_follows_are_counted_dated_and_valued() -> None:
    state = built(300, 40, population__initial_follows=6.0, change__aspiration_start=0.25)
    _, entries = state.follows.entries()
    rows = state.follows.rows
    assert entries.size == rows.length.sum() > 1000
    assert set(rows.day[entries].tolist()) == {-1}
    assert set(rows.satisfaction[entries].tolist()) == {0.25}
    counts = np.bincount(rows.creator[entries], minlength=40)
    np.testing.assert_array_equal(state.creators.followers, counts)
    np.testing.assert_array_equal(state.creators.momentum, counts)
    assert not state.creators.total_gained.any()


def test_the_best_ever_followed_is_among_those_followed_from_the_start() -> None:
    state = built(300, 40, population__initial_follows=6.0)
    for user in range(300):
        row = state.follows.of(user)
        best = state.creators.talent[row].max() if row.size else -1.0
        assert state.users.best_followed[user] == best


def test_fame_makes_first_follows_unequal() -> None:
    def share_of_the_top_tenth(sigma: float) -> float:
        counts = built(2000, 100, population__initial_follows=5.0, population__fame_sigma=sigma).creators.followers
        return float(np.sort(counts)[-10:].sum() / counts.sum())

    assert share_of_the_top_tenth(0.0) < 0.15
    assert share_of_the_top_tenth(2.0) > 0.4


def test_nobody_begins_with_more_than_half_of_all_creators() -> None:
    state = built(100, 11, population__initial_follows=1e6, population__fame_sigma=0.0)
    assert set(follow_counts(state).tolist()) == {5}


# --- arrivals -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("present", "per_day", "expected"),
    [
        (0, 0, [-1] * 7),
        (5, 0, [-1] * 7),
        (3, 2, [-1, -1, -1, 0, 0, 1, 1]),
        (0, 1, [0, 1, 2, 3, 4, 5, 6]),
        (7, 1, [-1] * 7),
        (100, 3, [-1] * 7),
    ],
)
def test_users_join_so_many_a_day_after_those_who_are_there(present: int, per_day: int, expected: list[int]) -> None:
    state = built(
        7,
        7,
        graph=nobody_knows_anybody(7),
        population__present_at_start=present,
        population__arrivals_per_day=per_day,
    )
    assert state.users.joined.tolist() == expected
    assert state.creators.joined.tolist() == expected


def test_first_follows_are_among_those_who_are_there() -> None:
    state = built(
        200,
        100,
        population__initial_follows=5.0,
        population__arrivals_per_day=1,
        population__present_at_start=100,
    )
    counts = follow_counts(state)
    assert not counts[100:].any()
    assert counts[:100].sum() > 100
    assert not state.creators.followers[state.creators.joined >= 0].any()


def test_where_no_creator_is_there_yet_nobody_is_followed() -> None:
    state = built(
        50,
        10,
        graph=nobody_knows_anybody(50),
        chosen=np.arange(40, 50),
        population__initial_follows=3.0,
        population__arrivals_per_day=1,
        population__present_at_start=30,
    )
    assert not state.creators.followers.any()
    assert not follow_counts(state).any()
