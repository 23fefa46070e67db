"""Posts as things: each has a quality and topics of its own, lives for some days, and collects views and likes.

Those of creator j stand in places j L to j L + L - 1 of :class:`~simulation.state.Posts`, the newest first, where L is
the number of days that a post lives: a creator makes at most one a day, so none is pushed out while it lives.
"""

import numpy as np
from numpy.typing import NDArray

from simulation.compiling import rule
from simulation.state import Creators, Posts


def lives_of(posts: Posts, creators: Creators) -> int:
    """Days that a post lives, L: as many places does each creator have."""
    return int(posts.day.size // creators.user.size)


def newest(posts: Posts, creators: Creators) -> slice:
    """Where the newest posts stand, creator by creator: ``posts.quality[newest(posts, creators)]`` has shape (M,)."""
    return slice(0, None, lives_of(posts, creators))


def places_of(posts: Posts, creators: Creators, some: NDArray[np.int64]) -> NDArray[np.int64]:
    """All places of ``some`` creators, creator by creator."""
    lives = lives_of(posts, creators)
    return np.asarray((some[:, None] * lives + np.arange(lives)).ravel())


def to_be_seen(posts: Posts, creators: Creators, day: int) -> NDArray[np.bool_]:
    """Which posts a feed may show, (P,): those that live, and the newest of who has one in the traffic pools."""
    seen = day - posts.day < lives_of(posts, creators)
    seen[newest(posts, creators)] |= creators.stage >= 0
    return seen


@rule
def lives_on(made: int, day: int, lives: int) -> bool:
    """Whether a post that was ``made`` on some day still lives on ``day``: it does for ``lives`` days."""
    return day - made < lives


@rule
def begin_post(posts: Posts, creator: int, lives: int, day: int) -> int:
    """Make the newest post of a creator, as yet without views or likes, and return its place; older ones move on."""
    newest = creator * lives
    for place in range(newest + lives - 1, newest, -1):
        _move(posts, place - 1, place)
    posts.day[newest] = day
    posts.sponsored[newest] = 0.0
    posts.views[newest] = 0
    posts.likes[newest] = 0
    posts.shares[newest] = 0
    return newest


@rule
def _move(posts: Posts, source: int, target: int) -> None:
    posts.day[target] = posts.day[source]
    posts.quality[target] = posts.quality[source]
    posts.sponsored[target] = posts.sponsored[source]
    posts.views[target] = posts.views[source]
    posts.likes[target] = posts.likes[source]
    posts.shares[target] = posts.shares[source]
    posts.applause[target] = posts.applause[source]
    for k in range(posts.topics.shape[1]):
        posts.topics[target, k] = posts.topics[source, k]
