"""Every rule of the platform keeps the contract of rules."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from simulation.compiling import rule
from simulation.platform.alias import build_alias, draw_alias
from simulation.platform.feed import FeedParameters
from simulation.platform.momentum import become_known, likes_counted, momentum_after
from simulation.platform.pools import PoolsParameters, stage_after, stage_today
from simulation.platform.ranking import (
    FeedTables,
    choose_source,
    choose_topic,
    crossed,
    draw_weighted,
    left_over,
    or_partner,
)
from simulation.platform.trends import (
    TrendsParameters,
    background_after,
    fuel_after,
    heat,
    meme_after,
    memes_born,
)
from simulation.posts import begin_post, lives_on
from simulation.state import NO_DAY, Posts
from tests.contracts.contract import UNIT, RuleContract, ranges, sections

LAST = 1.0 - 2.0**-53
"""The largest number that a draw gives."""
DRAW = (0.0, LAST)
NORMAL = (-8.6, 8.6)
"""Range of what two 53-bit uniforms can give as a standard normal number."""
TRENDS = sections(TrendsParameters())
CREATORS = 30


SEGMENTS = 3


def tables(by_segment: bool) -> FeedTables:
    """A feed of every kind: two graph sources, a source with one table, one with a table per topic, one of nobody.

    By segment, the first two have as many tables for each; the second segment has no posts.
    """
    parts = [(0, 10), (10, 10), (10, CREATORS)] if by_segment else [(0, CREATORS)]
    cuts = np.array([*parts, *(part for part in parts for _ in range(4)), (0, CREATORS)])
    size = cuts[:, 1] - cuts[:, 0]
    start = np.cumsum(size) - size
    luck, keep, other = np.random.default_rng(3), np.ones(size.sum()), np.zeros(size.sum(), dtype=np.int32)
    usable = np.zeros(size.size, dtype=np.bool_)
    for table, place in enumerate(slice(low, low + count) for low, count in zip(start, size, strict=True)):
        weights = luck.pareto(1.0, size[table]) * (np.arange(size[table]) % 7 > 0) * (table < size.size - 1)
        usable[table] = build_alias(weights, keep[place], other[place])
    return FeedTables(
        cumulative=np.array([0.1, 0.15, 0.5, 0.9, 1.0]),
        first=np.array([-1, -1, 0, len(parts), 5 * len(parts)]),
        tables=np.array([0, 0, 1, 4, 1]),
        segments=np.array([0, 0, len(parts), len(parts), 1]),
        usable=usable,
        grouped=np.full(5, -1),
        group=np.zeros((0, 1), dtype=np.int64),
        post=np.arange(CREATORS) * 2,
        segment=np.where(np.arange(CREATORS) < 10, 0, 2),
        low=cuts[:, 0].copy(),
        size=size,
        start=start,
        keep=keep,
        other=other,
    )


class Viewers(NamedTuple):
    """What a feed asks of users."""

    interests: Any
    segment: Any


FEED, BY_SEGMENT = tables(by_segment=False), tables(by_segment=True)
ROOM = np.zeros(2000, dtype=np.int64)
NOTHING = BY_SEGMENT._replace(post=np.zeros(0, dtype=np.int64), segment=np.zeros(0, dtype=np.int64))


# --- what the feed draws ------------------------------------------------------------------------------------------


class TestDrawAlias(RuleContract):
    call = staticmethod(rule(lambda x, k, p: float(draw_alias(p.keep, p.other, int(x[k, 0]) * 30, 30, x[k, 1]))))
    columns = ranges(table=(0.0, 4.0), uniform=DRAW)
    whole = frozenset({"table"})
    settings = (FEED,)
    bounds = (0.0, CREATORS - 1.0)


class TestChooseSource(RuleContract):
    call = staticmethod(rule(lambda x, k, p: float(choose_source(p, x[k, 0]))))
    columns = ranges(uniform=DRAW)
    settings = (FEED.cumulative, np.array([0.0, 0.0, 1.0, 1.0]), np.array([1.0]))
    bounds = (0.0, 4.0)
    rises_with = ("uniform",)


class TestLeftOver(RuleContract):
    """Of a number and the source that it chose."""

    call = staticmethod(rule(lambda x, k, p: left_over(p, choose_source(p, x[k, 0]), x[k, 0])))
    columns = ranges(uniform=DRAW)
    settings = (FEED.cumulative, np.array([0.0, 0.0, 1.0, 1.0]), np.array([1.0]))
    bounds = (0.0, LAST)


class TestChooseTopic(RuleContract):
    call = staticmethod(rule(lambda x, k, p: float(choose_topic(x[:, 0:4], k, x[k, 4]))))
    columns = ranges(**{f"interest_{topic}": UNIT for topic in range(4)}, uniform=DRAW)
    bounds = (0.0, 3.0)
    rises_with = ("uniform",)
    falls_with = ("interest_0",)


@rule
def call_draw_weighted(x: Any, k: int, p: Any) -> Any:
    feed, segment = p
    source = max(choose_source(feed.cumulative, x[k, 4]), 2)  # graph sources draw from follow rows
    which = x[k, 4] if x[k, 4] >= feed.cumulative[1] else feed.cumulative[1]
    segment[k] = int(x[k, 6])
    return float(draw_weighted(feed, source, Viewers(x[:, 0:4], segment), k, which, x[k, 5], x[k, 7]))


class TestDrawWeighted(RuleContract):
    call = staticmethod(call_draw_weighted)
    columns = ranges(
        **{f"interest_{topic}": UNIT for topic in range(4)},
        which=DRAW,
        pick=DRAW,
        segment=(0.0, SEGMENTS - 1.0),
        crossing=UNIT,
    )
    whole = frozenset({"segment"})
    settings = ((FEED, ROOM), (BY_SEGMENT, ROOM))
    bounds = (-1.0, 2.0 * CREATORS - 2.0)


class TestCrossed(RuleContract):
    """The segment, and what is left to choose a post by."""

    call = staticmethod(rule(lambda x, k, p: float(crossed(p, 3, int(x[k, 0]), x[k, 1], x[k, 2])[0])))
    columns = ranges(segment=(0.0, SEGMENTS - 1.0), pick=DRAW, crossing=UNIT)
    whole = frozenset({"segment"})
    settings = (FEED, BY_SEGMENT, NOTHING)
    bounds = (0.0, SEGMENTS - 1.0)


class TestLeftByCrossing(RuleContract):
    call = staticmethod(rule(lambda x, k, p: crossed(p, 3, int(x[k, 0]), x[k, 1], x[k, 2])[1]))
    columns = TestCrossed.columns
    whole = TestCrossed.whole
    settings = TestCrossed.settings
    bounds = (0.0, LAST)


# --- posts --------------------------------------------------------------------------------------------------------


LIVES = 3


def posts() -> Posts:
    """Room for posts of some creators."""
    count = CREATORS * LIVES
    whole = {name: np.zeros(count, dtype=np.int64) for name in ("day", "views", "likes", "shares")}
    real = {name: np.zeros(count) for name in ("quality", "sponsored", "applause")}
    return Posts(topics=np.zeros((count, 2)), **whole, **real)


@rule
def call_begin_post(x: Any, k: int, p: Any) -> Any:
    place = begin_post(p, int(x[k, 0]), 3, int(x[k, 1]))
    return float(place + p.day[place]) + p.sponsored[place] + p.views[place] + p.likes[place] + p.shares[place]


class TestBeginPost(RuleContract):
    """Where it stands, its day, and that nobody has paid for, seen, liked or shared it yet, summed."""

    call = staticmethod(call_begin_post)
    columns = ranges(creator=(0.0, CREATORS - 1.0), day=(-100.0, 1e4))
    whole = frozenset(columns)
    settings = (posts(),)
    bounds = (-100.0, 1e4 + LIVES * CREATORS)
    rises_with = ("creator", "day")


class TestLivesOn(RuleContract):
    call = staticmethod(rule(lambda x, k, p: 1.0 if lives_on(int(x[k, 0]), int(x[k, 1]), int(x[k, 2])) else 0.0))
    columns = ranges(made=(float(NO_DAY), 1e4), day=(-100.0, 1e4), lives=(1.0, 60.0))
    whole = frozenset(columns)
    rises_with = ("made", "lives")
    falls_with = ("day",)


@rule
def call_or_partner(x: Any, k: int, p: Any) -> Any:
    creator = int(x[k, 0])
    return 1.0 if or_partner(creator, p[0], p[1], x[k, 1], x[k, 2]) != creator else 0.0


class TestOrPartner(RuleContract):
    """Whether a partner is shown."""

    call = staticmethod(call_or_partner)
    columns = ranges(creator=(0.0, CREATORS - 1.0), uniform=DRAW, shared=UNIT)
    whole = frozenset({"creator"})
    settings = ((np.array([*range(1, CREATORS), -1]), np.arange(CREATORS) % 3 > 0),)
    rises_with = ("shared",)
    falls_with = ("uniform",)


class TestLikesCounted(RuleContract):
    call = staticmethod(rule(lambda x, k, p: float(likes_counted(int(x[k, 0]), int(x[k, 1]), x[k, 2] > 0.5))))
    columns = ranges(likes=(0.0, 1e8), bought=(0.0, 1e8), visible=UNIT)
    whole = frozenset(columns)
    bounds = (0.0, 2e8)
    rises_with = ("likes", "bought", "visible")


KNOWN, MADE = np.tile([0.2, 0.3], (2000, 1)), np.tile([0.6, 0.1], (2000, 1))
"""What creators are known for, and what they post about, a row for each row of inputs."""


@rule
def call_become_known(x: Any, k: int, p: Any) -> Any:
    p[1][k, 0], p[2][k, 0] = x[k, 0], x[k, 1]
    become_known(p[1], k, p[2], k, p[0])
    return p[1][k, 0]


class TestBecomeKnown(RuleContract):
    call = staticmethod(call_become_known)
    columns = ranges(known=UNIT, topic=UNIT)
    settings = tuple((FeedParameters(reputation_posts=posts).values(), KNOWN, MADE) for posts in (1.0, 50.0, 1e6))
    bounds = (0.0, 1.0)
    rises_with = ("known", "topic")


class TestMomentumAfter(RuleContract):
    call = staticmethod(
        rule(lambda x, k, p: momentum_after(x[k, 0], int(x[k, 1] + x[k, 2]), int(x[k, 2]), int(x[k, 3]), p))
    )
    columns = ranges(momentum=(0.0, 1e10), by_people=(0.0, 1e8), bought=(0.0, 1e8), likes=(0.0, 1e8))
    whole = frozenset({"by_people", "bought", "likes"})
    settings = tuple(
        FeedParameters(momentum_memory=memory, like_weight=weight).values()
        for memory, weight in ((0.97, 0.0), (0.0, 100.0), (1.0, 0.5))
    )
    bounds = (0.0, 3e10)
    rises_with = ("momentum", "by_people", "likes")


class TestStageToday(RuleContract):
    call = staticmethod(rule(lambda x, k, p: float(stage_today(int(x[k, 0]), x[k, 1] > 0.5, x[k, 2]))))
    columns = ranges(stage=(-1.0, 11.0), posted=UNIT, share=UNIT)
    whole = frozenset({"stage", "posted"})
    bounds = (-1.0, 11.0)
    rises_with = ("stage",)


class TestStageAfter(RuleContract):
    call = staticmethod(rule(lambda x, k, p: float(stage_after(int(x[k, 0]), int(x[k, 1]), int(x[k, 2]), p))))
    columns = ranges(stage=(-1.0, 11.0), views=(0.0, 1e7), likes=(0.0, 1e7))
    whole = frozenset({"stage", "views", "likes"})
    settings = (*sections(PoolsParameters()), PoolsParameters(pools=12).values())
    bounds = (-1.0, 11.0)
    rises_with = ("likes",)


# --- trends -------------------------------------------------------------------------------------------------------


class TestBackgroundAfter(RuleContract):
    call = staticmethod(rule(lambda x, k, p: background_after(x[k, 0], x[k, 1], p)))
    columns = ranges(background=(-50.0, 50.0), normal=NORMAL)
    settings = TRENDS
    bounds = (-93.0, 93.0)
    rises_with = ("background", "normal")


class TestMemesBorn(RuleContract):
    call = staticmethod(rule(lambda x, k, p: float(memes_born(x[k, 0], p))))
    columns = ranges(uniform=DRAW)
    settings = TRENDS
    bounds = (0.0, 100.0)
    rises_with = ("uniform",)


class TestMemeAfter(RuleContract):
    call = staticmethod(rule(lambda x, k, p: meme_after(x[k, 0], x[k, 1], p)))
    columns = ranges(meme=(0.0, 100.0), fuel=(0.0, 100.0))
    settings = TRENDS
    bounds = (0.0, 200.0)
    rises_with = ("meme", "fuel")


class TestFuelAfter(RuleContract):
    call = staticmethod(rule(lambda x, k, p: fuel_after(x[k, 0], int(x[k, 1]), p)))
    columns = ranges(fuel=(0.0, 100.0), born=(0.0, 100.0))
    whole = frozenset({"born"})
    settings = TRENDS
    bounds = (0.0, 2100.0)
    rises_with = ("fuel", "born")


class TestHeat(RuleContract):
    call = staticmethod(rule(lambda x, k, p: heat(x[k, 0], x[k, 1])))
    columns = ranges(background=(-93.0, 93.0), meme=(0.0, 200.0))
    bounds = (0.0, 1e128)
    rises_with = ("background", "meme")
