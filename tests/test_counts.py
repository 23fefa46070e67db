"""What the platform shows beside a post: followers of its creator, and the likes it has."""

from types import SimpleNamespace

import numpy as np
import pytest

from simulation.model import FollowerModel
from simulation.platform.counts import applause, crowd, show_counts
from simulation.posts import begin_post
from simulation.state import State

USERS = 40


DAY = 5


@pytest.fixture
def state() -> State:
    """Three creators, whose posts live for two days.

    One has posts of today and yesterday, one a post from before that is still in the traffic pools, and one a post
    that is seen no more.
    """
    values = {"population.users": USERS, "population.creators": 3, "posting.post_life": 2}
    made = FollowerModel(values, seed=1).state
    for creator, days in enumerate(((DAY - 1, DAY), (DAY - 3,), (DAY - 2,))):
        for day in days:
            begin_post(made.posts, creator, 2, day)
    made.creators.visible[:] = [True, True, False]
    made.creators.stage[:] = [0, 1, -1]
    made.posts.likes[:] = [0, 9, 3, 0, 5, 0]
    made.creators.followers[:] = [0, 6, USERS]
    return made


def show(state: State, likes_hidden: bool = False, followers_hidden: bool = False) -> None:
    shown = SimpleNamespace(hide_like_counts=likes_hidden, hide_follower_counts=followers_hidden)
    show_counts(state.creators, state.posts, USERS, DAY, shown)


def test_every_post_shows_the_likes_it_has(state: State) -> None:
    show(state)
    assert state.posts.likes.tolist() == [0, 9, 3, 0, 5, 0]
    assert state.posts.applause.tolist() == [0.0, 0.9, 0.75, 0.0, 5 / 6, 0.0]
    assert state.creators.crowd.tolist() == pytest.approx([0.0, np.log(7) / np.log(41), 1.0])


def test_bought_likes_show_on_the_newest_post_where_there_is_one_to_see(state: State) -> None:
    state.creators.bought_likes[:] = 2
    show(state)
    assert state.posts.likes.tolist() == [2, 9, 5, 0, 5, 0]
    assert state.posts.applause[0] == 2 / 3


def test_what_is_hidden_is_as_usual_or_impresses_nobody(state: State) -> None:
    show(state, likes_hidden=True, followers_hidden=True)
    assert state.posts.applause.tolist() == pytest.approx([0.55] * 6), "the mean of posts to be seen: 0, .9 and .75"
    assert state.creators.crowd.tolist() == [0.0] * 3
    state.creators.stage[:] = -1
    state.posts.day[:] = DAY - 2
    show(state, likes_hidden=True)
    assert state.posts.applause.tolist() == [0.0, 0.9, 0.75, 0.0, 5 / 6, 0.0], "no post to be seen"


def test_both_stay_within_bounds() -> None:
    many = np.array([0, 1, 10**9])
    assert applause(many).tolist() == pytest.approx([0.0, 0.5, 1.0])
    assert crowd(many, 10).tolist() == pytest.approx([0.0, np.log(2) / np.log(11), 1.0])
