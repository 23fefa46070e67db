"""The platform's daily ranking: a table of posts to draw from for every source, topic and segment that differ."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulation.compiling import rule
from simulation.declare import asked
from simulation.errors import ParameterError, PluginError
from simulation.platform.alias import build_alias, draw_alias
from simulation.platform.feed import GRAPH_SOURCES, SOURCES, FeedSource, MixParameters, PlatformView
from simulation.state import read_only
from simulation.vectors import total

FOLLOWING, FRIENDS = range(len(GRAPH_SOURCES))
"""Codes of the graph sources; weighted sources follow."""


class FeedTables(NamedTuple):
    """Everything a feed is drawn from on one day. S sources (graph sources first), T tables, A posts.

    Posts of one segment lie side by side. A table draws from a stretch of them: all, or those of a segment.
    """

    cumulative: NDArray[np.float64]  # (S,) cumulative shares of the sources, the last 1
    first: NDArray[np.int64]  # (S,) first table of each weighted source; -1 for graph sources
    tables: NDArray[np.int64]  # (S,) 1, or K for a source with one table per topic; 0 for graph sources
    segments: NDArray[np.int64]  # (S,) as many times a source has these, one after the other: once, or by segment
    usable: NDArray[np.bool_]  # (T,) whether a table has any post in it
    grouped: NDArray[np.int64]  # (S,) row of ``group`` for a source with a table per group of users; -1 for others
    group: NDArray[np.int64]  # (sources with groups, N) the table of each user, from the source's first
    post: NDArray[np.int64]  # (A,) place in simulation.state.Posts
    segment: NDArray[np.int64]  # (A,) of its creator
    low: NDArray[np.int64]  # (T,) first post of each table
    size: NDArray[np.int64]  # (T,) posts in it
    start: NDArray[np.int64]  # (T,) where its part of ``keep`` and ``other`` begins
    keep: NDArray[np.float64]  # alias tables, one after the other
    other: NDArray[np.int32]


def source_names(sources: Sequence[FeedSource]) -> tuple[str, ...]:
    """Names of all sources by code.

    Raises
    ------
    ParameterError
        If a name stands twice.
    """
    names = (*GRAPH_SOURCES, *(source.name for source in sources))
    if len(set(names)) < len(names):
        raise ParameterError(f"feed sources must have different names, not {names}")
    return names


def source_shares(sources: Sequence[FeedSource], mix: MixParameters) -> NDArray[np.float64]:
    """Shares of all sources by code, scaled to sum 1.

    Raises
    ------
    ParameterError
        If no source has a share, or one has none declared.
    """
    shares = [mix.following, mix.friends]
    for source in sources:
        declared = getattr(mix, source.name) if source.name in MixParameters.model_fields else None
        share = declared if source.share is None else source.share
        if share is None:
            raise ParameterError(f"feed source {source.name!r} has no share: give FeedSource(..., share=0.1)")
        shares.append(share)
    whole = total(shares)
    if not whole > 0:
        raise ParameterError("feed.mix: every share is 0; at least one source must have a share above 0")
    return np.array(shares) / whole


def rank(sources: Sequence[FeedSource], view: PlatformView) -> FeedTables:
    """Rank posts for every source and build the tables to draw from.

    Raises
    ------
    PluginError
        If a source raises, gives weights of the wrong shape, negative or not finite, or writes into what it is given.
    """
    shares, everything = source_shares(sources, view.parameters.mix), [(0, view.posts.place.size)]
    weights = [_checked(source, _asked(source, view), view) for source in sources]
    stretches = _stretches(view) if view.parameters.by_segment else everything
    parts = [stretches if source.groups is None else everything for source in sources]
    counts, segments = _of_all_sources(weights), _of_all_sources(parts)
    first = np.cumsum(counts * segments) - counts * segments
    first[: len(GRAPH_SOURCES)] = -1
    grouped, group = _grouping(sources, view, weights)
    cumulative = np.cumsum(shares)
    cumulative[np.flatnonzero(shares)[-1] :] = 1.0
    return FeedTables(
        cumulative=cumulative,
        first=first,
        tables=counts,
        segments=segments,
        grouped=grouped,
        group=group,
        post=view.posts.place,
        segment=view.posts.segment,
        **_alias_tables(sources, view, weights, parts),
    )


Stretches = list[tuple[int, int]]
"""Where stretches of posts begin and end."""


def _stretches(view: PlatformView) -> Stretches:
    """The posts of each segment."""
    ends = np.searchsorted(view.posts.segment, np.arange(view.segments), side="right").tolist()
    return list(zip([0, *ends[:-1]], ends, strict=True))


def _of_all_sources(blocks: Sequence[Any]) -> NDArray[np.int64]:
    """How many each weighted source has, and none for graph sources, (S,)."""
    return np.array([0] * len(GRAPH_SOURCES) + [len(block) for block in blocks], dtype=np.int64)


def _alias_tables(
    sources: Sequence[FeedSource], view: PlatformView, weights: Sequence[NDArray[np.float64]], parts: list[Stretches]
) -> dict[str, Any]:
    """Tables source by source, for each stretch of posts a table for each row of weights; fields of FeedTables."""
    cuts = [cut for block, own in zip(weights, parts, strict=True) for cut in own for _ in block]
    low, high = np.array(cuts, dtype=np.int64).reshape(-1, 2).T
    start = np.cumsum(high - low) - (high - low)
    keep, other = np.ones(int((high - low).sum())), np.zeros(int((high - low).sum()), dtype=np.int32)
    usable = np.zeros(low.size, dtype=np.bool_)
    table = 0
    for source, block, own in zip(sources, weights, parts, strict=True):
        shown = block * (view.posts.fresh if source.fresh else view.posts.visible)
        for begin, end in own:
            for row in shown[:, begin:end]:
                place = slice(start[table], start[table] + row.size)
                usable[table] = build_alias(np.ascontiguousarray(row), keep[place], other[place])
                table += 1
    return {"usable": usable, "low": low, "size": high - low, "start": start, "keep": keep, "other": other}


def _grouping(
    sources: Sequence[FeedSource], view: PlatformView, weights: Sequence[NDArray[np.float64]]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Which sources have a table for each group of users, (S,), and the groups of users by such a source."""
    split = [place for place, source in enumerate(sources) if source.groups is not None]
    grouped = np.full(len(GRAPH_SOURCES) + len(sources), -1, dtype=np.int64)
    grouped[[len(GRAPH_SOURCES) + place for place in split]] = np.arange(len(split))
    group = np.zeros((len(split), view.users), dtype=np.int64)
    for row, place in enumerate(split):
        group[row] = _groups(sources[place], view, len(weights[place]))
    return grouped, group


def _asked(source: FeedSource, view: PlatformView) -> Any:
    """What a source gives. Arrays are the model's own: a source that is not the package's may only read them."""
    return asked(source, source.rank, (view if source in SOURCES else _to_read(view),), f"on day {view.day}")


def _to_read(view: PlatformView) -> PlatformView:
    return read_only(view._replace(posts=read_only(view.posts)))


def _groups(source: FeedSource, view: PlatformView, rows: int) -> NDArray[np.int64]:
    """The row of a source's weights that each user draws from, (N,)."""
    where = f"on day {view.day}"
    found = np.asarray(asked(source, source.groups, (_to_read(view),), f"(groups) {where}") if source.groups else None)
    whole = found.shape == (view.users,) and np.issubdtype(found.dtype, np.integer)
    if not whole or found.min() < 0 or found.max() >= rows:
        raise PluginError(
            f"{source.told}: groups must give whole numbers from 0 to {rows - 1} of shape ({view.users},) {where}",
            plugin=source.name,
        )
    return found.astype(np.int64)


def _checked(source: FeedSource, weights: Any, view: PlatformView) -> NDArray[np.float64]:
    """Weights of a source for every post: (1, A), or as many rows as it has tables."""
    where = f"on day {view.day}"
    array = np.atleast_2d(asked(source, lambda: np.asarray(weights, dtype=np.float64), (), where))
    topics, posts = view.heat.size, view.posts
    count = posts.place.size if source.of == "posts" else view.momentum.size
    allowed = {(1, count), (topics, count)} if source.groups is None else {(len(array), count)}
    if array.shape not in allowed:
        either = f"({count},) or ({topics}, {count})" if source.groups is None else f"(groups, {count})"
        raise PluginError(
            f"{source.told} gave weights of shape {np.shape(weights)} {where}; expected {either}, a number for each of "
            f"the {source.of}",
            plugin=source.name,
        )
    if not (np.isfinite(array).all() and (array >= 0).all()):
        raise PluginError(f"{source.told} gave a weight that is negative or not finite {where}", plugin=source.name)
    if source.of == "posts":
        return array
    shown = posts.fresh if source.fresh else posts.visible
    several = np.maximum(np.bincount(posts.creator[shown], minlength=count), 1)
    return np.asarray((array / several)[:, posts.creator])


@rule
def choose_source(cumulative: Any, uniform: float) -> int:
    """Code of the source that fills a slot: how many cumulative shares lie at or below a number in [0, 1)."""
    source = 0
    for share in range(cumulative.size - 1):
        source += int(uniform >= cumulative[share])
    return source


@rule
def left_over(cumulative: Any, source: int, uniform: float) -> float:
    """What the choice of a source left undecided of a number in [0, 1): where in the source's share it lies.

    Again uniform in [0, 1), so that one number chooses both the source and, say, a topic or a peer.
    """
    low = cumulative[source - 1] if source > 0 else 0.0
    place: float = (uniform - low) / (cumulative[source] - low)
    return min(place, 1.0 - 2.0**-53)


@rule
def or_partner(creator: int, partners: Any, visible: Any, uniform: float, shared: float) -> int:
    """Whom a feed shows for a followed creator: with probability ``shared``, a partner who has a post to be seen.

    ``partners``, (M,), has -1 for those who collaborate with nobody.
    """
    partner = partners[creator]
    return int(partner) if partner >= 0 and visible[partner] and uniform < shared else creator


@rule
def choose_topic(interests: Any, user: int, uniform: float) -> int:
    """A topic drawn from row ``user`` of (N, K) interests; with unit length, the squares are its probabilities."""
    topic = 0
    cumulative = 0.0
    for k in range(interests.shape[1] - 1):
        cumulative += interests[user, k] * interests[user, k]
        topic += int(uniform >= cumulative)
    return topic


@rule
def crossed(tables: FeedTables, source: int, segment: int, pick: float, crossing: float) -> tuple[int, float]:
    """The segment whose posts a slot shows, and what ``pick`` leaves undecided of a number in [0, 1).

    With probability ``crossing`` it is that of a post drawn from all, else the user's own ``segment``; 0 where a
    source does not go by segment, or there is no post.
    """
    if tables.segments[source] == 1 or tables.post.size == 0:
        return 0, pick
    if pick >= crossing:
        return segment, min((pick - crossing) / (1.0 - crossing), 1.0 - 2.0**-53)
    place = pick / crossing * tables.post.size
    anywhere = min(int(place), tables.post.size - 1)
    return int(tables.segment[anywhere]), min(place - anywhere, 1.0 - 2.0**-53)


@rule
def draw_weighted(
    tables: FeedTables, source: int, users: Any, user: int, which: float, pick: float, crossing: float
) -> int:
    """The place of a post from a weighted source, or -1 where its table is empty.

    ``users`` has ``interests``, (N, K), and ``segment``, (N,). ``which`` is the number in [0, 1) that chose the source,
    and what it left undecided chooses the topic; ``pick`` chooses the post.
    """
    segment, pick = crossed(tables, source, users.segment[user], pick, crossing)
    table = tables.first[source] + segment * tables.tables[source]
    if tables.grouped[source] >= 0:
        table += tables.group[tables.grouped[source], user]
    elif tables.tables[source] > 1:
        table += choose_topic(users.interests, user, left_over(tables.cumulative, source, which))
    if not tables.usable[table]:
        return -1
    column = draw_alias(tables.keep, tables.other, tables.start[table], tables.size[table], pick)
    return int(tables.post[tables.low[table] + column])
