"""Every feed source keeps one contract: weights of the right shape, finite, not negative, pure; and no others pass."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
import pytest
from numpy.typing import NDArray

from simulation.errors import ParameterError
from simulation.platform.feed import (
    GRAPH_SOURCES,
    SOURCES,
    FeedParameters,
    FeedSource,
    PlatformView,
    rank_interest,
    rank_popular,
    rank_random,
    rank_staged,
)
from simulation.platform.pools import PoolsParameters
from simulation.platform.ranking import rank
from tests.told import raises

TOPICS = 3


def view(creators: int = 40, *, seed: int = 0, momentum: float | None = None, **parameters: Any) -> PlatformView:
    """Numbers of a platform on some day, drawn at random."""
    luck = np.random.default_rng(seed)
    topics = luck.random((creators, TOPICS))
    posted = luck.random(creators) < 0.6
    stage = np.where(luck.random(creators) < 0.5, luck.integers(0, 12, creators), -1)
    return PlatformView(
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
)


class SourceContract:
    """A feed source under contract: ``class TestMine(SourceContract): source = MINE``."""

    source: ClassVar[FeedSource]

    def can_be_shown(self, shown: PlatformView) -> NDArray[np.bool_]:
        """Creators whom this source may draw, (M,)."""
        return np.ones(shown.posted.size, dtype=np.bool_)

    @pytest.mark.parametrize("shown", VIEWS)
    def test_weights_have_a_row_for_all_or_one_for_each_topic(self, shown: PlatformView) -> None:
        creators = shown.posted.size
        assert self.source.rank(shown).shape in {(creators,), (TOPICS, creators)}

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
        before = [part.copy() for part in shown if isinstance(part, np.ndarray)]
        first, second = self.source.rank(shown), self.source.rank(shown)
        assert first.tobytes() == second.tobytes()
        assert not any(np.shares_memory(first, part) for part in shown if isinstance(part, np.ndarray))
        for part, as_it_was in zip((p for p in shown if isinstance(p, np.ndarray)), before, strict=True):
            np.testing.assert_array_equal(part, as_it_was)

    def test_tables_draw_only_those_with_something_to_show(self) -> None:
        shown = view(seed=8)
        tables = rank([self.source], shown)
        drawn = np.where(tables.keep > 0.0, np.arange(shown.posted.size), tables.other)
        allowed = self.can_be_shown(shown) & (shown.posted if self.source.fresh else shown.visible)
        assert tables.usable.all()
        assert allowed[drawn].all()
        assert allowed[tables.other[tables.keep < 1.0]].all()
        assert set(drawn.ravel().tolist()) | set(tables.other.ravel().tolist()) >= set(np.flatnonzero(allowed).tolist())


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
        return shown.stage >= 0


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
    shown = shown._replace(topics=np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.6, 0.0, 0.8]]))
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
        (np.ones(39), "(39,) (40,) (3, 40)"),
        (np.ones((2, 40)), "(2, 40)"),
        (np.ones((40, 3)), "(40, 3)"),
        (np.float64(1.0), "()"),
        (np.full(40, -1.0), "negative finite"),
        (np.full(40, np.nan), "negative finite"),
        (np.full(40, np.inf), "negative finite"),
    ],
)
def test_weights_that_are_no_weights_are_refused_by_the_source_s_name(weights: Any, key: str) -> None:
    with raises(ParameterError, f"'mine' {key}"):
        rank([FeedSource("mine", lambda shown: weights, share=1.0)], view())


@pytest.mark.parametrize("name", [name for name, value in view()._asdict().items() if isinstance(value, np.ndarray)])
def test_a_source_that_writes_into_the_platform_is_refused_and_nothing_has_changed(name: str) -> None:
    def writes(shown: PlatformView) -> NDArray[np.float64]:
        getattr(shown, name)[...] = 0
        return np.ones(shown.posted.size)

    shown = view(seed=3)
    before = getattr(shown, name).copy()
    with raises(ParameterError, "'scribble' writes array"):
        rank([FeedSource("scribble", writes, share=1.0)], shown)
    np.testing.assert_array_equal(getattr(shown, name), before)


def test_a_source_may_write_into_a_copy() -> None:
    def divides(shown: PlatformView) -> NDArray[np.float64]:
        quality = shown.quality.copy()
        quality /= 1 + shown.followers
        return quality

    assert rank([FeedSource("gems", divides, share=1.0)], view()).usable.all()
