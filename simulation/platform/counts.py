"""Numbers that the platform shows beside a post: the followers of its creator, and the likes it has."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.arithmetic import log1p
from simulation.state import Creators
from simulation.vectors import log1p_of, mean


def crowd(followers: NDArray[np.int64], users: int) -> NDArray[np.float64]:
    """How large a following looks: log(1 + followers) / log(1 + users), at most 1; one for each creator."""
    shown: NDArray[np.float64] = np.minimum(log1p_of(followers) / log1p(users), 1.0)
    return shown


def applause(likes: NDArray[np.int64]) -> NDArray[np.float64]:
    """How much the likes of a post count in its favour: L / (1 + L), in [0, 1); one for each creator."""
    return likes / (1.0 + likes)


def show_counts(creators: Creators, users: int, feed: Any) -> None:
    """Set what viewers go by as the day begins.

    A post that came out today begins without likes; those that were bought today show from now on. A following that is
    hidden impresses nobody; likes that are hidden are taken to be as many as usual: the mean over posts to be seen.
    """
    creators.post_likes[creators.posted] = 0
    creators.post_likes[creators.visible] += creators.bought_likes[creators.visible]
    creators.crowd[:] = 0.0 if feed.hide_follower_counts else crowd(creators.followers, users)
    creators.applause[:] = applause(creators.post_likes)
    if feed.hide_like_counts and creators.visible.any():
        creators.applause[:] = mean(creators.applause[creators.visible])


def count_likes(creators: Creators) -> None:
    """Put today's likes to those of the posts they were given to."""
    creators.post_likes[:] += creators.likes
