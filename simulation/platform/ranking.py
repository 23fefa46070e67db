"""The platform's daily ranking: one table to draw from for every source, and for every topic where tastes differ."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulation.compiling import rule
from simulation.errors import ParameterError
from simulation.platform.alias import build_alias, draw_alias
from simulation.platform.feed import GRAPH_SOURCES, SOURCES, FeedSource, MixParameters, PlatformView
from simulation.state import read_only
from simulation.vectors import total

FOLLOWING, FRIENDS = range(len(GRAPH_SOURCES))
"""Codes of the graph sources; weighted sources follow."""


class FeedTables(NamedTuple):
    """Everything a feed is drawn from on one day. S sources (graph sources first), T tables, M creators."""

    cumulative: NDArray[np.float64]  # (S,) cumulative shares of the sources, the last 1
    first: NDArray[np.int64]  # (S,) first table of each weighted source; -1 for graph sources
    tables: NDArray[np.int64]  # (S,) 1, or K for a source with one table per topic; 0 for graph sources
    usable: NDArray[np.bool_]  # (T,) whether a table has anybody in it
    grouped: NDArray[np.int64]  # (S,) row of ``group`` for a source with a table per group of users; -1 for others
    group: NDArray[np.int64]  # (sources with groups, N) the table of each user, from the source's first
    keep: NDArray[np.float64]  # (T, M)
    other: NDArray[np.int32]  # (T, M)


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
    """Rank creators for every source and build the tables to draw from.

    Raises
    ------
    ParameterError
        If a source gives weights of the wrong shape, negative or not finite, or writes into what it is given.
    """
    shares = source_shares(sources, view.parameters.mix)
    creators, topics = view.topics.shape
    weights = [_checked(source, _asked(source, view), creators, topics) for source in sources]
    counts = np.array([0] * len(GRAPH_SOURCES) + [len(w) for w in weights], dtype=np.int64)
    first = np.cumsum(counts) - counts
    first[: len(GRAPH_SOURCES)] = -1
    tables = int(counts.sum())
    keep = np.ones((tables, creators))
    other = np.zeros((tables, creators), dtype=np.int32)
    usable = np.zeros(tables, dtype=np.bool_)
    shown = [view.posted if source.fresh else view.visible for source in sources]
    rows = ((row, mask) for block, mask in zip(weights, shown, strict=True) for row in block)
    for table, (row, mask) in enumerate(rows):
        usable[table] = build_alias(np.ascontiguousarray(row * mask), keep[table], other[table])
    split = [place for place, source in enumerate(sources) if source.groups is not None]
    grouped = np.full(counts.size, -1, dtype=np.int64)
    grouped[[len(GRAPH_SOURCES) + place for place in split]] = np.arange(len(split))
    group = np.zeros((len(split), view.users), dtype=np.int64)
    for row, place in enumerate(split):
        group[row] = _groups(sources[place], view, len(weights[place]))
    cumulative = np.cumsum(shares)
    cumulative[np.flatnonzero(shares)[-1] :] = 1.0
    return FeedTables(cumulative, first, counts, usable, grouped, group, keep, other)


def _asked(source: FeedSource, view: PlatformView) -> Any:
    """What a source gives. Arrays are the model's own: a source that is not the package's may only read them."""
    if source in SOURCES:
        return source.rank(view)
    try:
        return source.rank(read_only(view))
    except ValueError as error:
        if "read-only" not in str(error):
            raise
        raise ParameterError(
            f"feed source {source.name!r} writes into an array of the platform: {error}; let it write into a copy, "
            "such as view.quality.copy()"
        ) from error


def _groups(source: FeedSource, view: PlatformView, rows: int) -> NDArray[np.int64]:
    """The row of a source's weights that each user draws from, (N,)."""
    given: Any = source.groups(read_only(view)) if source.groups else None
    found = np.asarray(given)
    whole = found.shape == (view.users,) and np.issubdtype(found.dtype, np.integer)
    if not whole or found.min() < 0 or found.max() >= rows:
        raise ParameterError(
            f"feed source {source.name!r}: groups must give whole numbers from 0 to {rows - 1} of shape ({view.users},)"
        )
    return found.astype(np.int64)


def _checked(source: FeedSource, weights: Any, creators: int, topics: int) -> NDArray[np.float64]:
    array = np.atleast_2d(np.asarray(weights, dtype=np.float64))
    allowed = {(1, creators), (topics, creators)} if source.groups is None else {(len(array), creators)}
    if array.shape not in allowed:
        either = f"({creators},) or ({topics}, {creators})" if source.groups is None else f"(groups, {creators})"
        raise ParameterError(
            f"feed source {source.name!r} gave weights of shape {np.shape(weights)}; expected {either}"
        )
    if not (np.isfinite(array).all() and (array >= 0).all()):
        raise ParameterError(f"feed source {source.name!r} gave a weight that is negative or not finite")
    return array


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
def draw_weighted(tables: FeedTables, source: int, interests: Any, user: int, which: float, pick: float) -> int:
    """A creator from a weighted source, or -1 where its table is empty.

    ``which`` is the number in [0, 1) that chose the source, and what it left undecided chooses the topic; ``pick``
    chooses the creator.
    """
    table = tables.first[source]
    if tables.grouped[source] >= 0:
        table += tables.group[tables.grouped[source], user]
    elif tables.tables[source] > 1:
        table += choose_topic(interests, user, left_over(tables.cumulative, source, which))
    if not tables.usable[table]:
        return -1
    return draw_alias(tables.keep, tables.other, table, pick)
