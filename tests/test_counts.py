"""What the platform shows beside a post: followers of its creator, and the likes it has."""

from types import SimpleNamespace

import numpy as np
import pytest

from simulation.model import FollowerModel
from simulation.platform.counts import applause, count_likes, crowd, show_counts
from simulation.state import Creators

USERS = 40


@pytest.fixture
def creators() -> Creators:
    """Three creators: a post of today, an older one that is still seen, and one that is seen no more."""
    made = FollowerModel({"population.users": USERS, "population.creators": 3}, seed=1).state.creators
    made.posted[:] = [True, False, False]
    made.visible[:] = [True, True, False]
    made.post_likes[:] = [9, 3, 5]
    made.followers[:] = [0, 6, USERS]
    return made


def shown(likes_hidden: bool = False, followers_hidden: bool = False) -> SimpleNamespace:
    return SimpleNamespace(hide_like_counts=likes_hidden, hide_follower_counts=followers_hidden)


def test_a_new_post_begins_without_likes_and_an_older_one_keeps_its_own(creators: Creators) -> None:
    show_counts(creators, USERS, shown())
    assert creators.post_likes.tolist() == [0, 3, 5]
    assert creators.applause.tolist() == [0.0, 0.75, 5 / 6]
    assert creators.crowd.tolist() == pytest.approx([0.0, np.log(7) / np.log(41), 1.0])


def test_bought_likes_show_on_the_day_where_there_is_a_post_to_see(creators: Creators) -> None:
    creators.bought_likes[:] = 2
    show_counts(creators, USERS, shown())
    assert creators.post_likes.tolist() == [2, 5, 5]
    assert creators.applause[0] == 2 / 3


def test_likes_of_the_day_show_from_the_next_on(creators: Creators) -> None:
    show_counts(creators, USERS, shown())
    creators.likes[:] = [4, 1, 0]
    count_likes(creators)
    assert creators.applause[0] == 0.0
    creators.posted[:] = False
    show_counts(creators, USERS, shown())
    assert creators.applause[:2].tolist() == [0.8, 0.8]


def test_what_is_hidden_is_as_usual_or_impresses_nobody(creators: Creators) -> None:
    show_counts(creators, USERS, shown(likes_hidden=True, followers_hidden=True))
    assert creators.applause.tolist() == [0.375] * 3, "the mean of posts to be seen: 0 and 3 / 4"
    assert creators.crowd.tolist() == [0.0] * 3
    creators.visible[:] = False
    show_counts(creators, USERS, shown(likes_hidden=True))
    assert np.isfinite(creators.applause).all()


def test_both_stay_within_bounds() -> None:
    many = np.array([0, 1, 10**9])
    assert applause(many).tolist() == pytest.approx([0.0, 0.5, 1.0])
    assert crowd(many, 10).tolist() == pytest.approx([0.0, np.log(2) / np.log(11), 1.0])
