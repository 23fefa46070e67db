"""Acquaintances: ties of the social graph become follows as people join, once for each pair, in both engines alike."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import networkx as nx
import numpy as np
import pytest

from simulation.model import FollowerModel
from tests.engines.histories import Recorded, assert_same_history, lived
from tests.told import tells
from tests.worlds import ENGINES

VALUES: dict[str, object] = {
    "population.users": 150,
    "population.creators": 60,
    "population.acquaintance": 0.4,
    "population.renewal": True,
    "population.departure_rate": 0.02,
    "users.homophily": 0.0,
}


@pytest.fixture(scope="module")
def both() -> list[Recorded]:
    """The same days in either engine, after a burn-in."""
    return [lived(25, {**VALUES, "population.burn_in": 10}, seed=1, threads=1, engine=engine) for engine in ENGINES]


def met(model: FollowerModel) -> Any:
    """Follows of acquaintances in the ledger."""
    return model.result().events.query("cause == 'acquaintance'")


def test_both_engines_live_one_history(both: list[Recorded]) -> None:
    assert len(met(both[0])) > 100
    assert_same_history(*both)


def test_they_are_peers_of_whom_one_joined_that_day(both: list[Recorded]) -> None:
    model, ties = both[0], met(both[0])
    users = model.state.users
    for user, creator, day in zip(ties["user"], ties["creator"], ties["day"], strict=True):
        pair = (user, int(model.state.creators.user[creator]))
        assert model.social_graph.has_edge(*pair)
        came = users.joined[[*pair]]
        assert day in came or (came > day).any()  # whose place was taken again


def test_they_have_no_post_and_no_appeal_in_the_ledger(both: list[Recorded]) -> None:
    rows = met(both[0])
    assert (rows["kind"] == "follow").all()
    assert (rows["probability"] == 0.4).all()
    assert rows["source"].isna().all() or (rows["source"] == "none").all()
    columns = ["appeal", "reference", *(name for name in rows if name.startswith("contribution_"))]
    assert not rows[columns].to_numpy().any()


def test_they_are_explained_in_words(both: list[Recorded]) -> None:
    first = met(both[0]).iloc[0]
    said = both[0].result().explain(int(first["user"]), int(first["creator"]))
    assert tells(str(said), "joined", "peers", "acquaintance", "probability", 0.4)


def test_before_the_first_day_every_tie_to_a_creator_is_drawn_once() -> None:
    sizes = {"population.users": 3000, "population.creators": 1000, "population.acquaintance": 0.25}
    model = FollowerModel(sizes, seed=3, threads=1)
    state = model.state
    ties = {(u, int(state.users.creator[v])) for a, b in model.social_graph.edges for u, v in ((a, b), (b, a))}
    ties = {(user, creator) for user, creator in ties if creator >= 0}
    held = {(user, int(creator)) for user in range(3000) for creator in state.follows.of(user)}
    assert held <= ties
    assert len(held) / len(ties) == pytest.approx(0.25, abs=4.0 * np.sqrt(0.25 * 0.75 / len(ties)))
    assert (state.creators.followers == np.bincount([creator for _, creator in held], minlength=1000)).all()
    assert (state.rows.day[state.follows.entries()[1]] == -1).all()


def test_more_users_know_each_other_where_it_is_likelier() -> None:
    """Of one population, those who are acquainted at .2 are so at .5 as well."""
    held = []
    for probability in (0.2, 0.5):
        model = FollowerModel({**VALUES, "population.acquaintance": probability}, seed=2, threads=1)
        held.append({(user, int(creator)) for user in range(150) for creator in model.state.follows.of(user)})
    assert held[0] < held[1]


def test_everybody_is_acquainted_where_it_is_certain_and_nobody_twice() -> None:
    """With initial follows beside, after newcomers came, and over ties that run one way."""
    ring = nx.DiGraph([*pairwise(range(40)), (39, 0)])
    values = {"population.acquaintance": 1.0, "population.initial_follows": 5.0, "leaving.unfollow_rule": "never"}
    values |= {"population.renewal": True, "population.departure_rate": 0.05}
    model = lived(20, values, seed=4, threads=1, social_graph=ring, creators=range(40), engine="mesa")
    users = model.state.users
    assert users.generation.sum() > 10
    here = users.left > model.day
    for user in np.flatnonzero(here):
        row = model.state.follows.of(user).tolist()
        assert len(row) == len(set(row))
        assert (user + 1) % 40 in row or not here[(user + 1) % 40]


def test_users_who_arrive_follow_whom_they_know() -> None:
    values = {"population.users": 120, "population.creators": 40, "population.acquaintance": 1.0}
    values |= {"population.arrivals_per_day": 10, "population.present_at_start": 40}
    values |= {"population.creators_from": "anyone", "session.slots": 0.0}
    model = lived(12, values, seed=5, threads=1, engine="mesa")
    state = model.state
    for user in range(120):
        known = {int(state.users.creator[peer]) for peer in model.social_graph[user]} - {-1}
        assert set(state.follows.of(user).tolist()) >= known, user
    assert met(model)["day"].nunique() == 8


def test_a_newcomers_draws_are_not_those_of_the_person_before() -> None:
    """Who comes draws anew: at .5 about half of the ties come out otherwise."""
    values = {**VALUES, "population.acquaintance": 0.5, "population.departure_rate": 1.0, "population.creators": 150}
    model = FollowerModel(values, seed=6, threads=1, engine="mesa")
    held = [{(user, int(creator)) for user in range(150) for creator in model.state.follows.of(user)}]
    model.run_for(2)
    assert (model.state.users.generation == 1).all()
    events = met(model).query("day == 1")
    held.append(set(zip(events["user"].tolist(), events["creator"].tolist(), strict=True)))
    ties = 2 * model.social_graph.number_of_edges()
    for part in held:
        assert 0.4 < len(part) / ties < 0.6
    assert 0.4 < len(held[0] ^ held[1]) / ties < 0.6
