"""Weighted draws: alias tables against the weights they stand for, exactly; choices of source and topic; ranking."""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import stats

from simulation.compiling import compiled
from simulation.engines.blocks import block_holds, prefetch
from simulation.errors import ParameterError
from simulation.platform.alias import build_alias, draw_alias
from simulation.platform.feed import (
    SOURCES,
    FeedParameters,
    FeedSource,
    MixParameters,
    PlatformView,
    PostsView,
    rank_interest,
    rank_random,
)
from simulation.platform.ranking import (
    FOLLOWING,
    FRIENDS,
    FeedTables,
    choose_source,
    choose_topic,
    draw_weighted,
    left_over,
    rank,
    source_names,
    source_shares,
)
from simulation.state import BLOCK
from tests.feeds import but, one_each, several_each
from tests.told import raises

ERROR_RATE = 1e-6
LAST = 1.0 - 2.0**-53

Weights = NDArray[np.float64]


def table_of(weights: Weights) -> tuple[bool, Weights, NDArray[np.int32]]:
    keep, other = np.full(weights.size, -7.0), np.full(weights.size, -7, dtype=np.int32)
    return build_alias(weights, keep, other), keep, other


def probabilities(keep: Weights, other: NDArray[np.int32]) -> Weights:
    """What a table draws, summed over its columns."""
    count = keep.size
    found = keep / count
    np.add.at(found, other, (1.0 - keep) / count)
    return found


WEIGHTS = st.lists(st.one_of(st.just(0.0), st.floats(1e-300, 1e300 / 200)), min_size=1, max_size=60)


# --- alias tables -------------------------------------------------------------------------------------------------


@settings(max_examples=300, deadline=None)
@given(WEIGHTS)
@example([1.0])
@example([0.0, 0.0, 3.0])
@example([1e-300, 1e300 / 200])
@example([0.1] * 10)
@example([1.0 / 3.0] * 3 + [0.0] * 3)
def test_a_table_stands_for_its_weights_exactly(listed: list[float]) -> None:
    weights = np.array(listed)
    usable, keep, other = table_of(weights)
    assert usable == (weights.sum() > 0.0)
    if usable:
        assert ((keep >= 0.0) & (keep <= 1.0)).all()
        np.testing.assert_allclose(probabilities(keep, other), weights / weights.sum(), rtol=0.0, atol=1e-12)


@settings(max_examples=200, deadline=None)
@given(WEIGHTS, st.lists(st.floats(0.0, LAST), min_size=1, max_size=20))
def test_a_weight_of_zero_is_never_drawn(listed: list[float], luck: list[float]) -> None:
    weights = np.array(listed)
    usable, keep, other = table_of(weights)
    if usable:
        never = weights == 0.0
        assert (keep[never] == 0.0).all()
        assert not never[other[keep < 1.0]].any()
        edges = [column / weights.size for column in range(weights.size)]
        for uniform in [*luck, *edges, *(max(0.0, math.nextafter(edge, 0.0)) for edge in edges), LAST]:
            drawn = draw_alias(keep, other, 0, keep.size, uniform)
            assert 0 <= drawn < weights.size
            assert weights[drawn] > 0.0


@pytest.mark.parametrize("count", [1, 5])
def test_a_table_without_weight_is_said_to_be_empty_and_left_alone(count: int) -> None:
    usable, keep, other = table_of(np.zeros(count))
    assert not usable
    assert set(keep.tolist()) == {-7.0}
    assert set(other.tolist()) == {-7}


def test_large_tables_stay_exact() -> None:
    weights = np.random.default_rng(1).pareto(0.7, 50_000)
    weights[::7] = 0.0
    _, keep, other = table_of(weights)
    np.testing.assert_allclose(probabilities(keep, other), weights / weights.sum(), rtol=0.0, atol=1e-12)


def test_draws_are_as_frequent_as_weights_say() -> None:
    weights = np.array([0.0, 1.0, 2.0, 3.0, 4.0, 0.0])
    _, keep, other = table_of(weights)
    draws = 20_000
    luck = np.random.default_rng(2).random(draws).tolist()
    counts = np.bincount([draw_alias(keep, other, 0, keep.size, u) for u in luck], minlength=6)
    assert counts[0] == counts[5] == 0
    assert stats.chisquare(counts[1:5], draws * weights[1:5] / 10.0).pvalue > ERROR_RATE


def test_a_draw_reads_the_table_it_is_told_to() -> None:
    keep, other = np.zeros(6), np.array([0, 0, 1, 1, 2, 0], dtype=np.int32)
    assert [draw_alias(keep, other, start, size, 0.9) for start, size in ((0, 2), (2, 2), (4, 1), (3, 3))] == [
        0,
        1,
        2,
        0,
    ]


# --- sources and topics -------------------------------------------------------------------------------------------


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.one_of(st.just(0.0), st.floats(1e-6, 1e6)), min_size=6, max_size=6).filter(lambda x: sum(x) > 0.0),
    st.floats(0.0, LAST),
)
@example([1.0, 1.0, 1.0, 0.0, 0.0, 0.0], LAST)
@example([0.1, 0.2, 0.3, 0.4, 0.0, 0.0], LAST)
@example([0.0, 0.0, 0.0, 0.0, 0.0, 1.0], 0.0)
def test_a_source_without_a_share_never_fills_a_slot(shares: list[float], uniform: float) -> None:
    mix = MixParameters(**dict(zip(MixParameters.model_fields, shares, strict=True)))
    tables = rank(SOURCES, view(4, mix=mix))
    assert shares[choose_source(tables.cumulative, uniform)] > 0.0


def test_sources_are_as_frequent_as_their_shares() -> None:
    shares = np.array([0.1, 0.2, 0.0, 0.3, 0.25, 0.15])
    mix = MixParameters(**dict(zip(MixParameters.model_fields, shares.tolist(), strict=True)))
    cumulative = rank(SOURCES, view(4, mix=mix)).cumulative
    cells = 10_000
    counts = np.bincount([choose_source(cumulative, (k + 0.5) / cells) for k in range(cells)], minlength=6)
    np.testing.assert_allclose(counts / cells, shares, atol=2.0 / cells)


def test_topics_are_drawn_by_the_squares_of_interests() -> None:
    interests = np.array([[0.0, 1.0, 0.0], [0.6, 0.0, 0.8], [1.0, 0.0, 0.0]])
    cells = 10_000
    for user in range(3):
        counts = np.bincount([choose_topic(interests, user, (k + 0.5) / cells) for k in range(cells)], minlength=3)
        np.testing.assert_allclose(counts / cells, interests[user] ** 2, atol=2.0 / cells)


@given(st.lists(st.floats(0.0, 1.0), min_size=1, max_size=8).filter(lambda x: sum(v * v for v in x) > 1e-12))
def test_a_topic_is_always_one_of_the_topics(listed: list[float]) -> None:
    interests = np.array([listed]) / np.linalg.norm(listed)
    for uniform in (0.0, 0.5, LAST):
        assert 0 <= choose_topic(interests, 0, uniform) < len(listed)


# --- ranking ------------------------------------------------------------------------------------------------------


def view(creators: int, topics: int = 3, **parameters: Any) -> PlatformView:
    luck = np.random.default_rng(creators)
    rows = luck.random((creators, topics))
    posted = np.arange(creators) % 4 != 1
    stage = np.arange(creators) % 3 - 1
    return one_each(
        day=1,
        posted=posted,
        visible=posted | (stage >= 0),
        stage=stage,
        momentum=luck.random(creators),
        followers=luck.integers(0, 9, creators),
        users=500,
        topics=rows / np.linalg.norm(rows, axis=1, keepdims=True),
        quality=luck.random(creators),
        heat=np.ones(topics),
        parameters=FeedParameters(**parameters),
    )


def choosing(tables: FeedTables, source: int, within: float) -> float:
    """A number that chooses ``source`` and lies at ``within`` of its share."""
    low = tables.cumulative[source - 1]
    return float(low + within * (tables.cumulative[source] - low))


def drawn(
    tables: FeedTables, source: int, interests: Weights, within: float = 0.5, pick: float = 0.5, **rest: Any
) -> int:
    """The post that a user with these interests sees, of segment 0 if no other is told."""
    user = SimpleNamespace(interests=interests, segment=np.array([rest.get("segment", 0)]))
    return draw_weighted(tables, source, user, 0, choosing(tables, source, within), pick, rest.get("crossing", 0.0))


def drawn_by(tables: FeedTables, source: int, interests: Weights, draws: int) -> NDArray[np.int64]:
    luck = np.random.default_rng(5).random((draws, 2)).tolist()
    found = [drawn(tables, source, interests, u, v) for u, v in luck]
    return np.bincount(found, minlength=tables.post.max() + 1)


@pytest.mark.parametrize("source", range(6))
def test_what_a_choice_leaves_over_is_uniform_again(source: int) -> None:
    tables = rank(SOURCES, view(8, mix=MixParameters(staged=0.2)))
    numbers = np.random.default_rng(6).random(100_000)
    numbers = numbers[[choose_source(tables.cumulative, u) == source for u in numbers.tolist()]]
    left = np.array([left_over(tables.cumulative, source, u) for u in numbers.tolist()])
    assert left.min() >= 0.0 and left.max() < 1.0
    assert stats.kstest(left, "uniform").pvalue > ERROR_RATE


def test_codes_of_the_graph_sources_come_first() -> None:
    assert (FOLLOWING, FRIENDS) == (0, 1)
    assert source_names(SOURCES) == ("following", "friends", "popular", "interest", "random", "staged")
    tables = rank(SOURCES, view(8))
    assert tables.first.tolist() == [-1, -1, 0, 1, 4, 5]
    assert tables.tables.tolist() == [0, 0, 1, 3, 1, 1]
    assert tables.segments.tolist() == [0, 0, 1, 1, 1, 1]
    assert tables.keep.shape == tables.other.shape == (6 * 8,)
    assert tables.start.tolist() == list(range(0, 48, 8))
    assert tables.cumulative[-1] == 1.0


def test_a_feed_may_go_by_what_creators_are_known_for() -> None:
    shown = view(8)
    known = np.roll(shown.topics, 1, axis=1)
    half, wholly = (
        rank_interest(shown._replace(known_for=known, parameters=FeedParameters(reputation=share)))
        for share in (0.5, 1.0)
    )
    np.testing.assert_allclose(wholly, rank_interest(but(shown, topics=known)))
    np.testing.assert_allclose(half, (rank_interest(shown) + wholly) / 2.0)


def test_weighted_sources_draw_those_with_something_to_show_by_their_weights() -> None:
    shown = view(8, mix=MixParameters(staged=0.2))
    interests = np.array([[0.6, 0.0, 0.8]])
    tables = rank(SOURCES, shown)
    draws = 20_000
    expected = {
        2: (shown.momentum + 1.0) * shown.posted,
        3: sum(
            share * w / w.sum()
            for share, w in zip(
                (0.36, 0.0, 0.64), shown.topics.T * np.sqrt(shown.momentum + 1.0) * shown.posted, strict=True
            )
        ),
        4: shown.posted.astype(float),
        5: 10.0**shown.stage * (shown.stage >= 0),
    }
    for source, weights in expected.items():
        counts = drawn_by(tables, source, interests, draws)
        there = np.flatnonzero(shown.posted if source < 5 else shown.stage >= 0)
        assert counts.sum() == counts[there].sum()
        share = np.asarray(weights)[there] / np.asarray(weights).sum()
        assert stats.chisquare(counts[there], draws * share).pvalue > ERROR_RATE


@pytest.mark.parametrize("crossing", [0.0, 0.25, 1.0])
@pytest.mark.parametrize("source", [2, 3, 4])
def test_by_segment_a_share_of_draws_crosses_to_segments_by_their_posts(source: int, crossing: float) -> None:
    """And within a segment, own or not, posts are drawn by their weights."""
    shown = several_each(view(30, by_segment=True, mix=MixParameters(staged=0.2)), np.random.default_rng(2), segments=3)
    interests, tables, posts = np.array([[0.6, 0.0, 0.8]]), rank(SOURCES, shown), shown.posts
    weights = np.atleast_2d(SOURCES[source - 2].rank(shown)) * posts.fresh
    shares, own = (np.array([0.36, 0.0, 0.64]) if len(weights) > 1 else np.ones(1)), 1
    expected = np.zeros(posts.place.size)
    for segment, count in enumerate(np.bincount(posts.segment, minlength=3)):
        inside = posts.segment == segment
        here = crossing * count / posts.place.size + (1.0 - crossing) * (segment == own)
        within = weights * inside / (weights * inside).sum(axis=1, keepdims=True)
        expected += here * shares @ within
    assert expected.sum() == pytest.approx(1.0)
    draws, luck = 20_000, np.random.default_rng(7)
    found = [
        drawn(tables, source, interests, u, v, segment=own, crossing=crossing)
        for u, v in luck.random((draws, 2)).tolist()
    ]
    counts = np.bincount(found, minlength=posts.place.max() + 1)[posts.place]
    assert counts.sum() == draws
    assert not counts[expected == 0.0].any()
    there = expected > 0.0
    assert stats.chisquare(counts[there], draws * expected[there]).pvalue > ERROR_RATE


def test_a_segment_without_posts_has_nobody_and_neither_has_a_feed_without_any() -> None:
    shown = several_each(view(30, by_segment=True), np.random.default_rng(2), segments=3)
    alone, nothing = (
        shown._replace(posts=PostsView(*(part[keep] for part in shown.posts)))
        for keep in (shown.posts.segment != 1, np.zeros(shown.posts.place.size, dtype=np.bool_))
    )
    interests = np.array([[0.6, 0.0, 0.8]])
    assert {drawn(rank(SOURCES, alone), source, interests, segment=1) for source in (2, 3, 4)} == {-1}
    assert drawn(rank(SOURCES, alone), 2, interests, segment=1, crossing=1.0) >= 0
    for crossing in (0.0, 0.7, 1.0):
        assert {drawn(rank(SOURCES, nothing), source, interests, crossing=crossing) for source in (2, 3, 4)} == {-1}


def test_when_nobody_posted_weighted_sources_have_nobody() -> None:
    shown = view(5, mix=MixParameters(staged=0.2))
    nobody, interests = np.zeros(5, dtype=np.bool_), np.array([[1.0, 0.0, 0.0]])
    tables = rank(SOURCES, but(shown, posted=nobody, visible=nobody))
    assert not tables.usable.any()
    for source in (2, 3, 4, 5):
        assert drawn(tables, source, interests) == -1
    tables = rank(SOURCES, but(shown, posted=nobody))
    assert tables.usable.tolist() == [False] * 5 + [True], "an older post may still be in the pools"
    assert drawn(tables, 5, interests) >= 0


def test_a_topic_that_nobody_posts_on_has_nobody() -> None:
    shown = view(5)
    shown.posts.topics[:, 1] = 0.0
    tables = rank(SOURCES, shown)
    assert drawn(tables, 3, np.array([[0.0, 1.0, 0.0]])) == -1
    assert drawn(tables, 3, np.array([[1.0, 0.0, 0.0]])) >= 0


def test_a_source_of_ones_own_takes_the_share_it_declares() -> None:
    mine = FeedSource("mine", rank_random, share=1.0)
    shares = source_shares([*SOURCES, mine], MixParameters())
    assert shares.sum() == pytest.approx(1.0, abs=1e-12)
    assert shares[-1] == pytest.approx(0.5)
    assert shares[5] == MixParameters().staged == 0.0
    assert source_shares([FeedSource("popular", rank_random, share=0.0)], MixParameters())[2] == 0.0


def test_a_source_without_a_share_is_refused() -> None:
    with raises(ParameterError, "'mine' share="):
        source_shares([FeedSource("mine", rank_random)], MixParameters())


@pytest.mark.parametrize("name", ["values", "copy", "model_fields"])
def test_a_source_may_have_any_name_even_that_of_a_method(name: str) -> None:
    with raises(ParameterError, f"'{name}' share="):
        source_shares([FeedSource(name, rank_random)], MixParameters())


def test_a_feed_without_any_share_is_refused() -> None:
    nothing = MixParameters(**dict.fromkeys(MixParameters.model_fields, 0.0))
    with raises(ParameterError, "feed.mix"):
        source_shares(SOURCES, nothing)


def test_two_sources_of_one_name_are_refused() -> None:
    with raises(ParameterError, "names"):
        source_names([*SOURCES, FeedSource("random", rank_random)])


# --- blocks -------------------------------------------------------------------------------------------------------


@compiled
def hold(entries: Any, firsts: Any, wanted: Any, out: Any) -> None:
    for k in range(firsts.size):
        prefetch(entries, firsts[k])
        out[k] = block_holds(entries, firsts[k], wanted[k])


@pytest.mark.parametrize("dtype", [np.uint16, np.int32])
def test_a_block_compared_at_once_holds_what_numpy_finds(dtype: Any) -> None:
    luck = np.random.default_rng(3)
    highest = np.iinfo(dtype).max
    entries = luck.integers(0, 200, 64 * BLOCK).astype(dtype)
    entries[luck.random(entries.size) < 0.2] = highest
    firsts = np.concatenate([np.arange(64) * BLOCK, luck.integers(0, entries.size - BLOCK, 500)])
    wanted = luck.integers(0, 220, firsts.size).astype(dtype)
    wanted[:8] = [0, highest, highest - 1, 256, 255, 1, 2, 3]
    out = np.zeros(firsts.size, dtype=np.bool_)
    hold(entries, firsts, wanted, out)
    expected = [bool((entries[f : f + BLOCK] == w).any()) for f, w in zip(firsts, wanted, strict=True)]
    assert out.tolist() == expected
    assert 0 < sum(expected) < len(expected)


@pytest.mark.parametrize("dtype", [np.uint16, np.int32])
def test_every_place_of_a_block_is_compared_and_none_beyond(dtype: Any) -> None:
    entries = np.zeros(3 * BLOCK, dtype=dtype)
    for place in range(3 * BLOCK):
        entries[:] = 0
        entries[place] = 300
        out = np.zeros(1, dtype=np.bool_)
        hold(entries, np.array([BLOCK]), np.array([300], dtype=dtype), out)
        assert out[0] == (BLOCK <= place < 2 * BLOCK)
