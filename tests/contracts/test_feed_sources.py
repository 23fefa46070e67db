"""Every feed source keeps one contract: weights of the right shape, finite, not negative, pure; and no others pass."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
import pytest
from numpy.typing import NDArray

from simulation.errors import ParameterError, PluginError
from simulation.platform.feed import (
    GRAPH_SOURCES,
    SOURCES,
    FeedParameters,
    FeedSource,
    PlatformView,
    freshness,
    rank_interest,
    rank_popular,
    rank_random,
    rank_staged,
    reception,
)
from simulation.platform.pools import PoolsParameters
from simulation.platform.ranking import rank
from tests.feeds import arrays_of, but, one_each, several_each
from tests.told import raises

TOPICS = 3


def view(creators: int = 40, *, seed: int = 0, momentum: float | None = None, **parameters: Any) -> PlatformView:
    """Numbers of a platform on some day, drawn at random."""
    luck = np.random.default_rng(seed)
    topics = luck.random((creators, TOPICS))
    posted = luck.random(creators) < 0.6
    stage = np.where(luck.random(creators) < 0.5, luck.integers(0, 12, creators), -1)
    return one_each(
        day=seed,
        posted=posted,
        visible=posted | (stage >= 0),
        stage=stage,
        momentum=luck.pareto(1.0, creators) if momentum is None else np.full(creators, momentum),
        followers=luck.integers(0, 1000, creators),
        users=50_000,
        topics=topics / np.linalg.norm(topics, axis=1, keepdims=True),
        quality=luck.random(creators),
        heat=np.exp(luck.normal(0.0, 2.0, TOPICS)),
        parameters=FeedParameters(**parameters),
    )


VIEWS = (
    view(),
    view(seed=1, popularity_bias=0.0),
    view(seed=2, popularity_bias=5.0, prior=1e9),
    view(seed=3, popularity_bias=5.0, prior=1e-9, momentum=0.0),
    view(seed=4, popularity_bias=5.0, momentum=1e8),
    view(1, seed=5),
    view(seed=6, trend_effect=5.0, small_creator_boost=1000.0, pools=PoolsParameters(growth=1000.0)),
    view(seed=7, position_bias=1.5),
    view(seed=8, position_bias=5.0, popularity_bias=0.0, momentum=2.0),
    view(seed=9, trend_effect=0.0, small_creator_below=0.0, pools=PoolsParameters(growth=1.0)),
    several_each(view(seed=10), np.random.default_rng(10)),
    several_each(
        view(seed=11, half_life=0.1, response=5.0, response_views=0.1, usual_response=1e-6, by_segment=True),
        np.random.default_rng(11),
        lives=6,
        segments=5,
    ),
    several_each(view(seed=12, half_life=1000.0, response=1.0, position_bias=1.0), np.random.default_rng(12)),
)


class SourceContract:
    """A feed source under contract: ``class TestMine(SourceContract): source = MINE``."""

    source: ClassVar[FeedSource]

    def can_be_shown(self, shown: PlatformView) -> NDArray[np.bool_]:
        """Posts that this source may draw, (A,)."""
        return np.ones(shown.posts.place.size, dtype=np.bool_)

    @pytest.mark.parametrize("shown", VIEWS)
    def test_weights_have_a_row_for_all_or_one_for_each_topic(self, shown: PlatformView) -> None:
        posts = shown.posts.place.size
        assert self.source.rank(shown).shape in {(posts,), (TOPICS, posts)}

    @pytest.mark.parametrize("shown", VIEWS)
    def test_weights_are_finite_and_not_negative(self, shown: PlatformView) -> None:
        weights = self.source.rank(shown)
        assert np.isfinite(weights).all()
        assert (weights >= 0.0).all()
        assert np.isfinite(weights.sum())

    @pytest.mark.parametrize("shown", VIEWS)
    def test_everybody_can_be_found(self, shown: PlatformView) -> None:
        """Newcomers too: nobody who may be shown has a weight of zero in every row, and nobody else has any weight."""
        found = np.atleast_2d(self.source.rank(shown)).sum(axis=0) > 0.0
        np.testing.assert_array_equal(found, self.can_be_shown(shown))

    def test_ranking_is_pure(self) -> None:
        shown = view(seed=7)
        before = {name: part.copy() for name, part in arrays_of(shown).items()}
        first, second = self.source.rank(shown), self.source.rank(shown)
        assert first.tobytes() == second.tobytes()
        assert not any(np.shares_memory(first, part) for part in arrays_of(shown).values())
        for name, part in arrays_of(shown).items():
            np.testing.assert_array_equal(part, before[name])

    @pytest.mark.parametrize("lives", [1, 4])
    @pytest.mark.parametrize("by_segment", [False, True])
    def test_tables_draw_what_can_be_seen_and_of_one_segment_if_asked(self, lives: int, by_segment: bool) -> None:
        shown = view(seed=8, by_segment=by_segment)
        shown = several_each(shown, np.random.default_rng(8), lives, segments=3) if by_segment or lives > 1 else shown
        tables = rank([self.source], shown)
        posts, found = shown.posts, set()
        allowed = self.can_be_shown(shown) & (posts.fresh if self.source.fresh else posts.visible)
        assert tables.usable.all()
        for table, (low, size, start) in enumerate(zip(tables.low, tables.size, tables.start, strict=True)):
            part = slice(start, start + size)
            drawn = np.append(np.flatnonzero(tables.keep[part] > 0.0), tables.other[part][tables.keep[part] < 1.0])
            assert allowed[low + drawn].all()
            segments = set(posts.segment[low + drawn].tolist())
            assert segments == ({table // tables.tables[-1]} if by_segment else set(posts.segment[allowed].tolist()))
            found |= set((low + drawn).tolist())
        assert found == set(np.flatnonzero(allowed).tolist())


class TestPopular(SourceContract):
    source = SOURCES[0]


class TestInterest(SourceContract):
    source = SOURCES[1]


class TestRandom(SourceContract):
    source = SOURCES[2]


class TestStaged(SourceContract):
    source = SOURCES[3]

    def can_be_shown(self, shown: PlatformView) -> NDArray[np.bool_]:
        """Posts in the traffic pools."""
        return np.asarray(shown.posts.newest & (shown.stage[shown.posts.creator] >= 0))


def test_every_source_is_under_contract() -> None:
    assert tuple(contract.source for contract in (TestPopular, TestInterest, TestRandom, TestStaged)) == SOURCES
    assert [source.name for source in SOURCES] == ["popular", "interest", "random", "staged"]
    assert [source.fresh for source in SOURCES] == [True, True, True, False]


# --- what each source says ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("bias", [0.0, 0.5, 1.0, 2.0])
def test_popularity_counts_to_the_power_of_the_bias(bias: float) -> None:
    momentum = np.array([0.0, 2.0, 6.0] + [1.0] * 37)
    weights = rank_popular(view(popularity_bias=bias, prior=2.0, trend_effect=0.0)._replace(momentum=momentum))
    assert weights[1] / weights[0] == pytest.approx(2.0**bias)
    assert weights[2] / weights[0] == pytest.approx(4.0**bias)


def test_interest_ranks_by_relevance_and_the_root_of_popularity() -> None:
    shown = view(popularity_bias=1.0, prior=1.0, trend_effect=0.0)
    for topic in range(TOPICS):
        np.testing.assert_allclose(
            rank_interest(shown)[topic], shown.topics[:, topic] * np.sqrt(shown.momentum + 1.0), rtol=1e-14
        )


@pytest.mark.parametrize("effect", [0.0, 0.5, 2.0])
def test_heat_counts_by_the_topics_of_a_post_to_the_power_of_the_effect(effect: float) -> None:
    shown = view(3, popularity_bias=0.0, trend_effect=effect)
    shown = but(shown, topics=np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.6, 0.0, 0.8]]))
    hot = shown._replace(heat=np.array([4.0, 1.0, 0.25]))
    expected = np.array([4.0, 1.0, 0.36 * 4.0 + 0.64 * 0.25]) ** effect
    np.testing.assert_allclose(rank_popular(hot), expected, rtol=1e-14)
    np.testing.assert_allclose(rank_interest(hot), shown.topics.T * expected, rtol=1e-14)
    np.testing.assert_array_equal(rank_popular(shown._replace(heat=np.ones(3))), np.ones(3))


def test_small_creators_are_boosted_where_the_platform_recommends() -> None:
    shown = view(popularity_bias=0.0, trend_effect=0.0, small_creator_boost=3.0, small_creator_below=0.01)
    small = shown.followers < 0.01 * shown.users
    assert 0 < small.sum() < small.size
    times = np.where(small, 4.0, 1.0)
    plain = shown._replace(parameters=FeedParameters(popularity_bias=0.0, trend_effect=0.0))
    for source in (rank_popular, rank_interest, rank_staged):
        np.testing.assert_allclose(source(shown), source(plain) * times, rtol=1e-14)
    np.testing.assert_array_equal(rank_random(shown), rank_random(plain))


def test_each_traffic_pool_is_larger_than_the_one_before() -> None:
    shown = view(4, pools=PoolsParameters(growth=10.0))._replace(stage=np.array([-1, 0, 1, 3]))
    np.testing.assert_allclose(rank_staged(shown), [0.0, 1.0, 10.0, 1000.0], rtol=1e-14)


def test_what_is_of_posts_is_weighed_by_post_and_what_is_of_creators_by_who_made_it() -> None:
    """Freshness, reception and heat are of the post; popularity and the boost of small creators are of its creator."""
    luck = np.random.default_rng(3)
    values = {"half_life": 2.0, "response": 1.5, "response_views": 10.0, "usual_response": 0.1}
    shown = several_each(view(seed=3, prior=2.0, small_creator_boost=1.0, trend_effect=1.0, **values), luck)
    posts, p = shown.posts, shown.parameters
    fresh = 0.5 ** (posts.age / 2.0)
    received = ((posts.likes + 0.1 * 10.0) / (posts.views + 10.0) / 0.1) ** 1.5
    hot = (posts.topics**2) @ shown.heat
    small = 1.0 + (shown.followers < p.small_creator_below * shown.users)[posts.creator]
    momentum = shown.momentum[posts.creator] + 2.0
    of_post = fresh * received * hot * small
    np.testing.assert_allclose(rank_popular(shown), momentum * of_post, rtol=1e-12)
    np.testing.assert_allclose(rank_interest(shown), posts.topics.T * np.sqrt(momentum) * of_post, rtol=1e-12)
    assert np.unique(fresh).size >= 4 and received.min() < 0.7 and received.max() > 1.5


@pytest.mark.parametrize("half_life", [0.5, 1.5, 20.0])
def test_a_post_loses_half_its_weight_in_a_half_life(half_life: float) -> None:
    shown = several_each(view(seed=4, half_life=half_life), np.random.default_rng(4), lives=30)
    later = shown._replace(posts=shown.posts._replace(age=shown.posts.age + 3))
    np.testing.assert_allclose(freshness(later), freshness(shown) * 0.5 ** (3 / half_life), rtol=1e-13)
    assert (freshness(shown)[shown.posts.age == 0] == 1.0).all()


def test_a_post_that_few_have_seen_counts_as_received_as_usual() -> None:
    shown = several_each(view(seed=4, response=2.0), np.random.default_rng(4))
    count = shown.posts.place.size
    for views, likes, least, most in (
        (0, 0, 1.0, 1.0),
        (1, 1, 1.5, 6.0),
        (10**6, 10**5, 3.99, 4.0),
        (10**6, 0, 0.0, 1e-8),
    ):
        posts = shown.posts._replace(views=np.full(count, views), likes=np.full(count, likes))
        found = reception(shown._replace(posts=posts))
        assert ((found >= least) & (found <= most)).all()
    ignored = shown._replace(parameters=FeedParameters())
    assert set(reception(ignored).tolist()) == {1.0}


def test_random_ranks_nobody_above_another() -> None:
    assert set(rank_random(view()).tolist()) == {1.0}


# --- what is no source --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["", "two words", "1st", *GRAPH_SOURCES])
def test_names_that_are_no_identifier_or_taken_are_refused(name: str) -> None:
    with raises(ParameterError, "identifier"):
        FeedSource(name, rank_random)


@pytest.mark.parametrize("share", [-0.1, float("nan"), float("inf")])
def test_shares_that_are_no_shares_are_refused(share: float) -> None:
    with raises(ParameterError, f"'mine' {share!r}"):
        FeedSource("mine", rank_random, share=share)


def test_a_share_that_is_no_number_is_refused() -> None:
    with raises(ParameterError, "'mine' 'half'"):
        FeedSource("mine", rank_random, share="half")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("weights", "key"),
    [
        (np.ones(39), "(39,) (40,) (3, 40) creators"),
        (np.ones((2, 40)), "(2, 40)"),
        (np.ones((40, 3)), "(40, 3)"),
        (np.float64(1.0), "()"),
        (np.full(40, -1.0), "negative finite"),
        (np.full(40, np.nan), "negative finite"),
        (np.full(40, np.inf), "negative finite"),
    ],
)
def test_weights_that_are_no_weights_are_refused_by_the_source_s_name(weights: Any, key: str) -> None:
    with raises(PluginError, f"'mine' {key}", plugin="mine"):
        rank([FeedSource("mine", lambda shown: weights, share=1.0)], view())


@pytest.mark.parametrize("name", arrays_of(view()))
def test_a_source_that_writes_into_the_platform_is_refused_and_nothing_has_changed(name: str) -> None:
    def writes(shown: PlatformView) -> NDArray[np.float64]:
        arrays_of(shown)[name][...] = 0
        return np.ones(shown.posted.size)

    shown = view(seed=3)
    before = arrays_of(shown)[name].copy()
    with raises(PluginError, "'scribble' ValueError read-only copy day 3", plugin="scribble"):
        rank([FeedSource("scribble", writes, share=1.0)], shown)
    np.testing.assert_array_equal(arrays_of(shown)[name], before)


def test_a_source_may_write_into_a_copy() -> None:
    def divides(shown: PlatformView) -> NDArray[np.float64]:
        quality = shown.quality.copy()
        quality /= 1 + shown.followers
        return quality

    assert rank([FeedSource("gems", divides, share=1.0)], view()).usable.all()


# --- weights of creators, and of posts ----------------------------------------------------------------------------


def shares_of(source: FeedSource, shown: PlatformView) -> NDArray[np.float64]:
    """The probability of each post to be drawn from a source's one table, (A,)."""
    tables = rank([source], shown)
    size = int(tables.size[-1])
    found = tables.keep[-size:] / size
    np.add.at(found, tables.other[-size:], (1.0 - tables.keep[-size:]) / size)
    return np.asarray(found)


@pytest.mark.parametrize("fresh", [True, False])
def test_the_weight_of_a_creator_is_divided_among_the_posts_that_the_source_may_show(fresh: bool) -> None:
    shown = several_each(view(seed=5), np.random.default_rng(5))
    source = FeedSource("gems", lambda shown: 1.0 + shown.followers, share=1.0, fresh=fresh)
    posts, weight = shown.posts, 1.0 + shown.followers
    seen = posts.fresh if fresh else posts.visible
    several = np.bincount(posts.creator[seen], minlength=weight.size)
    expected = np.where(seen, (weight / np.maximum(several, 1))[posts.creator], 0.0)
    np.testing.assert_allclose(shares_of(source, shown), expected / expected.sum(), atol=1e-12)
    assert several.max() > 2


def test_a_source_may_weigh_posts() -> None:
    shown = several_each(view(seed=6), np.random.default_rng(6))
    source = FeedSource("gems", lambda shown: shown.posts.quality, share=1.0, of="posts")
    expected = shown.posts.quality * shown.posts.fresh
    np.testing.assert_allclose(shares_of(source, shown), expected / expected.sum(), atol=1e-12)
    wrong = FeedSource("gems", lambda shown: shown.quality, share=1.0, of="posts")
    with raises(PluginError, f"'gems' (40,) ({shown.posts.place.size},) posts"):
        rank([wrong], shown)


def test_a_source_of_what_is_neither_is_refused() -> None:
    with raises(ParameterError, "'gems' 'users' creators posts"):
        FeedSource("gems", rank_random, share=1.0, of="users")  # type: ignore[arg-type]
