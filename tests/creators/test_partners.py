"""Collaboration: partners within a topic, neighbours in size."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from simulation.creators.partners import match_partners, pair_up
from simulation.model import FollowerModel
from simulation.state import NEVER, State, append_follow
from tests.worlds import ENGINES, SMALL, built

ERROR_RATE = 1e-6


def test_neighbours_in_size_collaborate_within_their_topic() -> None:
    topic = np.array([0, 1, 0, 0, 1, 0, 2])
    followers = np.array([50, 7, 1, 40, 9, 3, 8])
    pairs = pair_up(np.arange(7), topic, followers)
    assert sorted(map(sorted, pairs.tolist())) == [[0, 3], [1, 4], [2, 5]]


def test_nobody_or_one_alone_finds_no_partner() -> None:
    for willing in ([], [3]):
        assert pair_up(np.array(willing, dtype=np.int64), np.zeros(5, np.int64), np.arange(5)).shape == (0, 2)


@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 5), st.booleans()), max_size=40),
)
def test_everybody_willing_has_a_partner_but_one_of_a_topic_at_most(who: list[tuple[int, int, bool]]) -> None:
    topic = np.array([w[0] for w in who], dtype=np.int64)
    followers = np.array([w[1] for w in who], dtype=np.int64)
    willing = np.flatnonzero([w[2] for w in who]).astype(np.int64)
    pairs = pair_up(willing, topic, followers)
    paired = pairs.ravel().tolist()
    assert len(set(paired)) == len(paired)
    assert set(paired) <= set(willing.tolist())
    assert (topic[pairs[:, 0]] == topic[pairs[:, 1]]).all()
    for k in range(4):
        alone = [j for j in willing.tolist() if topic[j] == k and j not in paired]
        assert len(alone) <= 1
        sizes = sorted(followers[willing[topic[willing] == k]].tolist())
        apart = sorted(abs(int(followers[a] - followers[b])) for a, b in pairs.tolist() if topic[a] == k)
        assert apart == sorted(sizes[n + 1] - sizes[n] for n in range(0, 2 * len(apart), 2))


@pytest.fixture
def state() -> State:
    """Twelve creators with one topic, of whom the first eight collaborate."""
    state = built(60, 12, population__topics=1)
    state.minds.collaborates[:] = [1.0] * 8 + [0.0] * 4
    state.creators.followers[:] = np.arange(12)
    return state


def test_partners_have_each_other(state: State) -> None:
    match_partners(state.creators, state.minds, 3)
    assert state.creators.partner.tolist() == [1, 0, 3, 2, 5, 4, 7, 6, -1, -1, -1, -1]


def test_who_has_a_partner_keeps_it_and_who_pauses_finds_none(state: State) -> None:
    state.creators.partner[[2, 6]] = [6, 2]
    state.creators.away_until[[0, 3]] = [4, NEVER]
    match_partners(state.creators, state.minds, 3)
    assert state.creators.partner.tolist() == [-1, 4, 6, -1, 1, 7, 2, 5, -1, -1, -1, -1]


def test_the_odd_one_out_waits_for_the_next_day(state: State) -> None:
    state.minds.collaborates[7] = 0.0
    match_partners(state.creators, state.minds, 3)
    assert state.creators.partner[6] == -1
    state.minds.collaborates[9] = 1.0
    match_partners(state.creators, state.minds, 4)
    assert state.creators.partner[[6, 9]].tolist() == [9, 6]


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("shared", [0.0, 0.3, 1.0])
def test_followers_of_one_see_the_other_as_often_as_said(engine: Any, shared: float) -> None:
    """Everybody follows creator 0 and nobody creator 1; a feed of those who are followed."""
    only_following = {f"feed.mix.{name}": 0.0 for name in ("friends", "popular", "interest", "random", "staged")}
    values = {
        **SMALL,
        **only_following,
        "feed.mix.following": 1.0,
        "population.creators": 2,
        "creators.posting_rate_median": 1.0,
        "creators.posting_rate_sigma": 0.0,
        "creators.regularity_mean": 1.0,
        "creators.minds": "off",
        "minds.strategy.shared": shared,
    }
    model = FollowerModel(values, seed=4, threads=1, engine=engine)
    state, followers = model.state, [i for i in range(120) if i not in model.state.creators.user]
    for user in followers:
        append_follow(state.follows.rows, user, 0, -1, 0.5)
    state.creators.followers[0] = len(followers)
    state.creators.partner[:] = [1, 0]
    model.step()
    views = state.creators.views
    assert views.sum() > 1000
    if shared in {0.0, 1.0}:
        assert views[1 if shared == 0.0 else 0] == 0
    else:
        assert stats.binomtest(int(views[1]), int(views.sum()), shared).pvalue > ERROR_RATE
