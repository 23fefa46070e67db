"""A world at rest: newcomers take the places of those who left, accounts are closed, and nothing else is disturbed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from simulation.columns import Column
from simulation.errors import ParameterError
from simulation.interventions import Intervention
from simulation.model import FollowerModel
from tests.engines.histories import Recorded, assert_same_history, lived
from tests.told import raises, tells
from tests.worlds import ENGINES

VALUES: dict[str, object] = {
    "population.users": 150,
    "population.creators": 60,
    "population.renewal": True,
    "population.departure_rate": 0.02,
    "users.homophily": 0.0,
    "users.shared_interests": 0.5,
    "decision.follow_threshold": 0.55,
}


def crowd(days: int, **options: Any) -> Recorded:
    values = {**VALUES, **options.pop("values", {})}
    return lived(days, values, seed=1, threads=1, **options)


@pytest.fixture(scope="module")
def both() -> list[Recorded]:
    """The same days in either engine, after a burn-in, with followers bought by creators who may leave."""
    bought = [Intervention(2, "bought_followers", 50, creators=tuple(range(0, 60, 2)))]
    given = {"values": {"population.burn_in": 20}, "interventions": bought}
    return [crowd(25, engine=engine, **given) for engine in ENGINES]


def test_both_engines_live_one_history(both: list[Recorded]) -> None:
    assert_same_history(*both)
    for name in ("generation", "interests", "key", "joined"):
        assert np.array_equal(*(getattr(model.state.users, name) for model in both)), name


def test_places_are_taken_again_on_the_next_day(both: list[Recorded]) -> None:
    users = both[0].state.users
    assert (users.left[users.left < both[0].day] == both[0].day - 1).all()
    assert users.generation.sum() > 20
    assert (users.joined[users.generation == 0] == -21).all()
    assert (users.joined[users.generation > 0] > -21).all()
    present = both[0].result().daily["users"]
    assert present.min() > 140


def test_nobody_follows_an_account_that_was_closed(both: list[Recorded]) -> None:
    """A tie is never older than either person's stay."""
    state = both[0].state
    ties = both[0].result().follows
    creator_joined = state.creators.joined[ties["creator"]]
    assert (ties["day"] >= creator_joined).all()
    assert (ties["day"] >= state.users.joined[ties["user"]]).all()


def test_the_books_balance_with_bought_followers_of_those_who_left(both: list[Recorded]) -> None:
    days = both[0].result().creator_days
    assert days["lost_purge"].sum() > 0
    assert (days["gained"] - days["lost"]).sum() == days.query("day == 24")["followers"].sum() - _start(days)


def _start(days: Any) -> int:
    first = days.query("day == 0")
    return int((first["followers"] - first["gained"] + first["lost"]).sum())


def test_closures_stand_in_the_ledger_as_departures(both: list[Recorded]) -> None:
    events = both[0].result().events.query("kind == 'unfollow' and cause == 'departure' and probability == 1")
    assert len(events) > 50
    assert not events[[name for name in events if name.startswith("contribution_")]].to_numpy().any()


def test_an_account_that_was_closed_is_explained(both: list[Recorded]) -> None:
    result = both[0].result()
    ended = result.events.query("kind == 'unfollow' and cause == 'departure' and probability == 1").iloc[0]
    said = result.explain(int(ended["user"]), int(ended["creator"]))
    assert tells(str(said), "account was closed", "departure")


def test_a_newcomer_is_another_person_with_the_same_friends() -> None:
    before = FollowerModel(VALUES, seed=1, threads=1, engine="mesa")
    after = FollowerModel(VALUES, seed=1, threads=1, engine="mesa")
    after.run_for(8)
    new = after.state.users.generation > 0
    assert new.any()
    for name in ("key", "interests", "activity", "factor_weights", "attention"):
        first, second = getattr(before.state.users, name), getattr(after.state.users, name)
        assert (first[new] != second[new]).reshape(int(new.sum()), -1).any(axis=1).all(), name
    np.testing.assert_array_equal(before.state.users.community, after.state.users.community)
    creators = after.state.creators
    np.testing.assert_array_equal(creators.identity, after.state.users.identity[creators.user])
    np.testing.assert_array_equal(creators.joined, after.state.users.joined[creators.user])


def test_who_comes_hangs_on_the_seed_and_not_on_the_luck() -> None:
    one, other = (FollowerModel(VALUES, seed=1, luck=luck, threads=1) for luck in (1, 2))
    one.run_for(30)
    other.run_for(30)
    first, second = one.state.users, other.state.users
    once = (first.generation == 1) & (second.generation == 1)
    assert once.any()
    np.testing.assert_array_equal(first.key[once], second.key[once])


def test_columns_of_ones_own_begin_anew() -> None:
    worn = Column("worn", of="users", start=lambda count, draw: draw(count))
    model = FollowerModel(VALUES, seed=1, threads=1, engine="mesa", plugins=[worn])
    began = model.state.users.own.copy()
    model.state.users.own[:] = 9.0
    model.run_for(6)
    new = model.state.users.generation > 0
    assert new.any()
    np.testing.assert_array_equal(model.state.users.own[new], began[new])
    assert (model.state.users.own[~new] == 9.0).all()


def test_a_world_with_a_burn_in_begins_where_one_without_has_come() -> None:
    """Days before day 0 are days like any others, but for their numbers and the record."""
    rested = FollowerModel({**VALUES, "population.burn_in": 30}, seed=1, threads=1)
    assert rested.day == 0
    assert rested.result().days == 0
    assert rested.state.creators.followers.sum() > 100
    assert (rested.result().follows["day"] < 0).all()
    rested.run_for(2)
    assert rested.result().days == 2
    assert rested.result().events["day"].min() == 0


def test_a_world_at_rest_stays_so() -> None:
    """Follows held neither grow nor fall: the halves of 200 days differ by less than four standard deviations (.05)."""
    sizes = {"population.users": 1500, "population.creators": 600, "population.burn_in": 200}
    model = FollowerModel({**VALUES, **sizes}, seed=1, threads=1)
    held = int(model.state.creators.followers.sum())
    model.run_for(200)
    daily = model.result().daily["follow_edges"]
    assert daily[100:].mean() / daily[:100].mean() == pytest.approx(1.0, abs=0.2)
    assert held == pytest.approx(daily[0], rel=0.05)


@pytest.mark.parametrize(
    ("changes", "parameter"),
    [
        ({"population.departure_rate": 0.0}, "population.departure_rate"),
        ({"population.arrivals_per_day": 3}, "population.arrivals_per_day"),
        ({"population.renewal": False, "population.burn_in": 9}, "population.renewal"),
        ({"users.segments": 200, "users.community_size": 100}, "users.segments"),
    ],
)
def test_worlds_that_cannot_come_to_rest_are_refused(changes: dict[str, object], parameter: str) -> None:
    with raises(ParameterError, parameter=parameter):
        FollowerModel({**VALUES, **changes}, engine="mesa")
