"""Shares: likes that are passed on, found by peers from the next day on, whoever watches first."""

from __future__ import annotations

from typing import Any

import networkx as nx
import numpy as np
import pytest

from simulation.model import FollowerModel
from simulation.recall import empty_memory
from simulation.state import Memory
from simulation.users.sharing import publish, publish_all, share, shared_by, shared_post
from tests.engines.histories import Recorded, assert_same_history, lived
from tests.worlds import ENGINES, SMALL

SHARING: dict[str, object] = {
    **SMALL,
    "decision.like_threshold": 0.5,
    "decision.share_probability": 0.3,
    "feed.mix.friends": 0.5,
    "creators.posting_rate_median": 0.6,
}
EVERYBODY, LIVES = np.ones(10, dtype=np.bool_), 3
MADE = np.tile([5, 4, 1], 10)
"""Days of the latest posts of ten creators, newest first."""


def memory_of(*days: tuple[int, ...]) -> Memory:
    """Of user 1, who shared the newest posts of some creators on each of some days, from day 0 on."""
    memory = Memory(**empty_memory(2, 0, 0, 4))
    for day, creators in enumerate(days):
        for creator in creators:
            share(memory, 1, creator * LIVES)
        publish_all(memory, MADE, LIVES, day)
    return memory


def test_the_latest_shares_are_found_and_a_creator_once() -> None:
    memory = memory_of((3, 4), (5,), (), (3, 6, 7))
    assert memory.shared[1].tolist() == [7, 6, 3, 5]
    assert memory.shared_on[1].tolist() == [3, 3, 3, 1]
    assert (memory.shared[0] == -1).all()
    assert (memory.sharing == -1).all()


def test_of_a_long_day_the_last_shares_stay() -> None:
    assert memory_of((9,), (1, 2, 3, 4, 5)).shared[1].tolist() == [5, 4, 3, 2]


def whom(memory: Memory, user: int, visible: Any, day: int, days: int, uniform: float) -> int:
    """The creator whose post is shown, -1 for none."""
    place = shared_by(memory, user, visible, day, days, uniform)
    return int(memory.shared[user, place]) if place >= 0 else -1


def test_shares_of_today_are_not_found_before_the_day_ends() -> None:
    memory = memory_of((3,))
    share(memory, 1, 4 * LIVES)
    assert {whom(memory, 1, EVERYBODY, 1, 5, u) for u in (0.0, 0.5, 0.99)} == {3}
    publish(memory, 1, MADE, LIVES, 1)
    assert {whom(memory, 1, EVERYBODY, 2, 5, u) for u in (0.0, 0.5, 0.99)} == {3, 4}


def test_the_very_post_is_shown_while_it_lives_and_then_the_newest() -> None:
    memory = memory_of()
    share(memory, 1, 2 * LIVES + 1)  # made on day 4
    publish(memory, 1, MADE, LIVES, 5)
    assert [shared_post(memory, 1, 0, MADE, LIVES, day) for day in (5, 6, 7)] == [7, 7, 6]
    later = np.tile([6, 5, 4], 10)
    assert [shared_post(memory, 1, 0, later, LIVES, day) for day in (6, 7)] == [8, 6]


def test_what_is_old_or_has_no_post_to_be_seen_is_passed_over() -> None:
    memory = memory_of((3,), (4,), (5,))
    assert [whom(memory, 1, EVERYBODY, 3, days, 0.99) for days in (0, 1, 2, 3)] == [-1, 5, 4, 3]
    assert whom(memory, 1, ~EVERYBODY, 3, 9, 0.5) == -1
    assert whom(memory, 1, np.arange(10) == 4, 3, 9, 0.99) == 4
    assert whom(memory, 0, EVERYBODY, 3, 9, 0.0) == -1


def test_nothing_is_kept_where_nobody_shares() -> None:
    model = FollowerModel(SMALL, seed=1, threads=1)
    assert model.state.memory.shared.size == model.state.memory.sharing.size == 0


@pytest.fixture(scope="module")
def both() -> list[Recorded]:
    """The same days in either engine, in a world that renews itself."""
    more = {"population.renewal": True, "population.departure_rate": 0.01, "population.burn_in": 3}
    return [lived(20, {**SHARING, **more}, seed=1, threads=1, engine=engine) for engine in ENGINES]


def test_both_engines_live_one_history(both: list[Recorded]) -> None:
    assert (both[0].state.memory.shared >= 0).sum() > 50
    assert_same_history(*both)


def test_shares_are_counted(both: list[Recorded]) -> None:
    """About three of ten likes; by day, by creator, and in all. At most one in a thousand runs is further off."""
    result, creators = both[0].result(), both[0].state.creators
    shares, likes = (int(result.daily[name].sum()) for name in ("shares", "likes"))
    assert shares == result.creator_days["shares"].sum()
    assert shares == pytest.approx(0.3 * likes, abs=3.3 * np.sqrt(0.21 * likes))
    assert (result.creator_days["shares"] <= result.creator_days["likes"]).all()
    assert result.creators["shares"].sum() == creators.total_shares.sum() >= shares


def test_who_came_later_was_shared_by_nobody_before(both: list[Recorded]) -> None:
    state = both[0].state
    for user, place in np.argwhere(state.memory.shared >= 0):
        joined = max(state.users.joined[user], state.creators.joined[state.memory.shared[user, place]])
        assert state.memory.shared_on[user, place] >= joined


def test_one_history_for_any_number_of_threads() -> None:
    values = {**SHARING, "population.users": 1200, "population.creators": 200}
    assert_same_history(*(lived(8, values, seed=2, threads=threads) for threads in (1, 4)))


@pytest.mark.parametrize("engine", ENGINES)
def test_what_is_shared_travels_to_peers_alone(engine: Any) -> None:
    """Two circles of friends, a feed by friends alone, and one creator, whom one user shares: only peers see a post."""
    graph = nx.disjoint_union(nx.complete_graph(10), nx.complete_graph(10))
    values = {"feed.mix.friends": 1.0, "feed.mix.following": 0.0, "decision.share_probability": 1.0}
    values |= {name: 0.0 for name in ("feed.mix.popular", "feed.mix.interest", "feed.mix.random")}
    values |= {"creators.posting_rate_median": 1.0, "creators.minds": "off", "decision.like_threshold": -2.0}
    values |= {"users.activity_mean": 1.0, "decision.follow_rule": "constant", "decision.follow_probability": 0.0}
    model = FollowerModel(values, seed=3, threads=1, engine=engine, social_graph=graph, creators=[0])
    model.run_for(1)
    assert model.state.creators.total_views[0] == 0
    share(model.state.memory, 1, 0)
    publish(model.state.memory, 1, model.state.posts.day, 1, 1)
    model.run_for(6)
    assert model.state.creators.total_views[0] > 0
    assert (model.state.memory.shared[2:10, 0] == 0).all()
    assert (model.state.memory.shared[10:] == -1).all()
