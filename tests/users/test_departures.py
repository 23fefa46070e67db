"""Users who leave the platform: their follows end, they are never seen again, and those who create fall silent."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import stats

from simulation.ledger import DEPARTURE
from simulation.model import FollowerModel
from simulation.state import NEVER
from tests.engines.histories import Recorded, assert_same_history, lived
from tests.worlds import ENGINES, SMALL

ERROR_RATE = 1e-6
VALUES = {**SMALL, "population.initial_follows": 6.0, "population.departure_rate": 0.05}


@pytest.mark.parametrize("engine", ENGINES)
def test_who_leaves_ends_every_follow_and_is_never_seen_again(engine: Any) -> None:
    model = Recorded(VALUES, seed=4, threads=1, engine=engine)
    users, departure = model.state.users, len(model.factors) + DEPARTURE
    held_before = model.state.follows.rows.length.copy()
    gone: set[int] = set()
    ended = 0
    for day in range(10):
        model.step()
        events = model.days[-1]
        left_today = set(np.flatnonzero(users.left == day).tolist())
        by_departure = events.cause == departure
        assert (events.kind[by_departure] == -1).all()
        assert (events.source[by_departure] == -1).all()
        assert (events.probability[by_departure] == 0.05).all()
        assert set(events.user[by_departure].tolist()) <= left_today
        for user in left_today:
            assert (events.user == user).sum() == held_before[user], "nothing but all that was held"
            assert by_departure[events.user == user].all()
            assert model.state.follows.of(user).size == 0
        assert not gone & set(events.user.tolist())
        gone |= left_today
        ended += int(by_departure.sum())
        held_before = model.state.follows.rows.length.copy()
    assert ended > 60
    assert gone == set(np.flatnonzero(users.left < NEVER).tolist())


@pytest.mark.parametrize("engine", ENGINES)
def test_creators_who_left_stay_silent_and_follow_nobody_back(engine: Any) -> None:
    values = {**VALUES, "population.creators": 60, "creators.posting_rate_median": 1.0, "follow_back.courtesy": 2.0}
    model = Recorded(values, seed=4, threads=1, engine=engine)
    creators, left = model.state.creators, model.state.users.left
    heard = 0
    for day in range(12):
        model.step()
        gone = left[creators.user] < day
        assert not creators.posted[gone].any()
        assert not creators.visible[gone].any()
        assert not creators.views[gone].any()
        assert (creators.away_until[gone] == NEVER).all()
        heard += int(creators.posted[~gone].sum())
    assert gone.sum() > 10
    assert heard > 100


def test_departures_come_at_their_rate() -> None:
    values = {**SMALL, "population.users": 1500, "population.departure_rate": 0.02}
    model = lived(10, values, seed=4, threads=1)
    days = np.where(model.state.users.left < NEVER, model.state.users.left, 10)
    at_risk, left = int((np.minimum(days, 9) + 1).sum()), int((days < 10).sum())
    chance = stats.binomtest(left, at_risk, 0.02).pvalue
    assert chance > ERROR_RATE


def test_nobody_leaves_before_joining() -> None:
    values = {**VALUES, "population.arrivals_per_day": 10, "population.present_at_start": 40}
    users = lived(12, values, seed=4, threads=1).state.users
    gone = users.left < NEVER
    assert gone.sum() > 20
    assert (users.left[gone] >= users.joined[gone]).all()


def test_both_engines_agree_and_a_rate_of_nothing_changes_nothing() -> None:
    assert_same_history(*(lived(8, VALUES, seed=6, threads=1, engine=engine) for engine in ENGINES))
    none = {**VALUES, "population.departure_rate": 0.0}
    assert (lived(5, none, seed=6, threads=1).state.users.left == NEVER).all()


def test_creators_who_left_plan_no_more() -> None:
    model = FollowerModel({"population.users": 300, "population.departure_rate": 0.01}, seed=3, threads=1)
    creators, minds, users = model.state.creators, model.state.minds, model.state.users
    at_leaving: dict[int, int] = {}
    for _ in range(60):
        model.step()
        for j in np.flatnonzero(users.left[creators.user] < model.day).tolist():
            at_leaving.setdefault(j, int(minds.strategy[j]))
    assert len(at_leaving) > 10
    assert all(minds.strategy[j] == strategy for j, strategy in at_leaving.items())
