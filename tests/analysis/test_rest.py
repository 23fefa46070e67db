"""The check of a world at rest: what it measures at each age, when it passes, how it reads."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from simulation.analysis import gini, likes_per_exposure, unfollow_hazard
from simulation.analysis.rest import AT_REST, Look, RestTarget, check_at_rest, format_at_rest, look
from simulation.errors import ParameterError
from tests.tables import RunTables
from tests.told import raises, tells

AGES = (0, 90)


@pytest.fixture
def seen(run: RunTables) -> Look:
    """The world of a run on its day 40, and 20 days later."""
    now = replace(run, days=40, follows=run.follows[run.follows["day"] <= 40])
    return look(now, replace(run, daily=run.daily.iloc[:60], follows=run.follows[run.follows["day"] <= 60]))


def test_everybody_counts_whether_they_create_or_not(run: RunTables, seen: Look) -> None:
    assert seen.followers.size == len(run.users) > len(run.creators)
    assert seen.followers.sum() == run.creators["followers"].sum()
    assert seen.followed.sum() == (run.follows["day"] <= 40).sum()
    assert seen.daily["day"].tolist() == run.daily["day"].tolist()[40:60]
    assert seen.net == run.follows["day"].between(41, 60).sum()


def test_what_departures_end_counts_as_is_expected(run: RunTables) -> None:
    now = replace(run, days=40, follows=run.follows[run.follows["day"] <= 40])
    later = replace(run, daily=run.daily.iloc[:60].assign(follow_edges=100, unfollows_by_departure=3))
    expected = 2 * 0.01 * (len(now.follows) + 19 * 100)
    assert look(now, later, 0.01).net == pytest.approx(look(now, later).net + 20 * 3 - expected)


def test_measures_are_those_of_the_tables(seen: Look) -> None:
    table = check_at_rest([[seen]], AGES[:1]).set_index("target")
    assert table["mean"]["follower Gini"] == pytest.approx(gini(seen.followers))
    assert table["mean"]["most followed"] == seen.followers.max() / seen.followers.size
    assert table["mean"]["unfollow hazard"] == pytest.approx(unfollow_hazard(seen.daily))
    assert table["mean"]["likes"] == pytest.approx(likes_per_exposure(seen.daily))
    assert table["mean"]["net"] == pytest.approx(seen.net / seen.daily["follows"].sum())


def test_a_world_in_which_nothing_happens_has_no_rates(seen: Look) -> None:
    quiet = replace(seen, daily=seen.daily.iloc[:0], followers=0 * seen.followers, followed=0 * seen.followed)
    table = check_at_rest([[quiet]], AGES[:1]).set_index("target")
    assert table["mean"][["net", "likes", "unfollow hazard", "median followers"]].isna().all()


def test_every_age_has_the_same_band_and_what_is_0_must_be_in_the_interval(seen: Look) -> None:
    still = RestTarget("still", low=-1.0, high=1.0, holds=0.0, measure=lambda one: float(one.net))
    moves = RestTarget("some", low=0.5, high=2.5, measure=lambda one: float(one.net))
    lives = [[replace(seen, net=net), replace(seen, net=later)] for net, later in ((-1, 1), (1, 1), (0, 1))]
    table = check_at_rest(lives, AGES, [still, moves])
    assert table["passed"].tolist() == [True, False, False, True]
    assert check_at_rest(lives[1:2], AGES, [still])["passed"].tolist() == [True, True], "one seed has no interval"
    text = format_at_rest(table)
    assert tells(text, "day 0", "day 90", "OUTSIDE", "2 4 within")
    assert len({line.index("fitted") for line in text.splitlines()[2:-1]}) == 1


def test_bands_are_bands() -> None:
    assert all(np.isfinite([target.low, target.high]).all() and target.source for target in AT_REST)


def test_no_world_no_check() -> None:
    with raises(ParameterError, "world"):
        check_at_rest([])
