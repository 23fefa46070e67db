"""Platforms by hand, for what ranks posts and draws them."""

from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from simulation.platform.feed import PlatformView, PostsView

OF_POSTS = {"visible": "visible", "posted": "fresh", "topics": "topics", "quality": "quality"}
"""Numbers of creators, and what they are called of posts where each creator has one."""


def one_each(**numbers: Any) -> PlatformView:
    """A platform whose creators have one post each, of which these are known; the others are as yet unseen."""
    m = numbers["posted"].size
    posts = PostsView(
        place=np.arange(m),
        creator=np.arange(m),
        age=np.zeros(m, dtype=np.int64),
        newest=np.ones(m, dtype=np.bool_),
        views=np.zeros(m, dtype=np.int64),
        likes=np.zeros(m, dtype=np.int64),
        shares=np.zeros(m, dtype=np.int64),
        segment=np.zeros(m, dtype=np.int64),
        **{name: numbers[of].copy() for of, name in OF_POSTS.items()},
    )
    return PlatformView(**{"segments": 1, **numbers}, posts=posts)


def but(shown: PlatformView, **changes: Any) -> PlatformView:
    """The same platform, changed in some numbers of creators and so in those of their posts, of which each has one."""
    posts = {OF_POSTS[name]: value for name, value in changes.items() if name in OF_POSTS}
    return shown._replace(posts=shown.posts._replace(**posts), **changes)


def several_each(shown: PlatformView, luck: Generator, lives: int = 4, segments: int = 1) -> PlatformView:
    """The same creators with up to ``lives`` posts each, which live that long, and stand segment by segment."""
    m, topics = shown.topics.shape
    segment = luck.integers(0, segments, m)
    out = luck.random((m, lives)) < 0.6
    out[:, 0] = shown.posted | (shown.stage >= 0)
    place = np.flatnonzero(out)
    place = place[np.argsort(segment[place // lives], kind="stable")]
    creator, newest = place // lives, place % lives == 0
    age = np.where(newest, np.where(shown.posted[creator], 0, lives + 3), place % lives)
    rows = luck.random((place.size, topics))
    views = luck.integers(0, 1000, place.size)
    likes = np.asarray(luck.random(place.size) * views * 0.3, dtype=np.int64)
    posts = PostsView(
        place=place,
        creator=creator,
        age=age,
        fresh=age < lives,
        visible=np.ones(place.size, dtype=np.bool_),
        newest=newest,
        topics=rows / np.linalg.norm(rows, axis=1, keepdims=True),
        quality=luck.random(place.size),
        views=views,
        likes=likes,
        shares=likes // 3,
        segment=segment[creator],
    )
    return shown._replace(posts=posts, segments=segments)


def arrays_of(shown: PlatformView) -> dict[str, NDArray[Any]]:
    """Every array of a platform by name, those of posts as ``posts.views``."""
    groups = {"": shown, "posts.": shown.posts}
    return {
        f"{prefix}{name}": value
        for prefix, group in groups.items()
        for name, value in group._asdict().items()
        if isinstance(value, np.ndarray)
    }
