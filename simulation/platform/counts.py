"""Numbers that the platform shows beside a post: the followers of its creator, and the likes it has."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.arithmetic import log1p
from simulation.posts import newest, to_be_seen
from simulation.state import Creators, Posts
from simulation.vectors import log1p_of, mean


def crowd(followers: NDArray[np.int64], users: int) -> NDArray[np.float64]:
    """How large a following looks: log(1 + followers) / log(1 + users), at most 1; one for each creator."""
    shown: NDArray[np.float64] = np.minimum(log1p_of(followers) / log1p(users), 1.0)
    return shown


def applause(likes: NDArray[np.int64]) -> NDArray[np.float64]:
    """How much the likes of a post count in its favour: L / (1 + L), in [0, 1); one for each creator."""
    return likes / (1.0 + likes)


def show_counts(creators: Creators, posts: Posts, users: int, day: int, feed: Any) -> None:
    """Set what viewers go by as the day begins.

    Likes bought today are given to the newest post, and show from now on. A following that is hidden impresses nobody;
    likes that are hidden are taken to be as many as usual: the mean over posts to be seen.
    """
    posts.likes[newest(posts, creators)] += np.where(creators.visible, creators.bought_likes, 0)
    creators.crowd[:] = 0.0 if feed.hide_follower_counts else crowd(creators.followers, users)
    posts.applause[:] = applause(posts.likes)
    seen = to_be_seen(posts, creators, day)
    if feed.hide_like_counts and seen.any():
        posts.applause[:] = mean(posts.applause[seen])
