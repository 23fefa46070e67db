"""Every feed source keeps one contract: weights of the right shape, finite, not negative, pure; and no others pass."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
import pytest

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
)
from simulation.platform.ranking import rank

TOPICS = 3


def view(creators: int = 40, *, seed: int = 0, momentum: float | None = None, **parameters: Any) -> PlatformView:
    """Numbers of a platform on some day, drawn at random."""
    luck = np.random.default_rng(seed)
    topics = luck.random((creators, TOPICS))
    return PlatformView(
        day=seed,
        posted=luck.random(creators) < 0.6,
        momentum=luck.pareto(1.0, creators) if momentum is None else np.full(creators, momentum),
        followers=luck.integers(0, 1000, creators),
        topics=topics / np.linalg.norm(topics, axis=1, keepdims=True),
        quality=luck.random(creators),
        parameters=FeedParameters(**parameters),
    )


VIEWS = (
    view(),
    view(seed=1, popularity_bias=0.0),
    view(seed=2, popularity_bias=5.0, prior=1e9),
    view(seed=3, popularity_bias=5.0, prior=1e-9, momentum=0.0),
    view(seed=4, popularity_bias=5.0, momentum=1e8),
    view(1, seed=5),
)


class SourceContract:
    """A feed source under contract: ``class TestMine(SourceContract): source = MINE``."""

    source: ClassVar[FeedSource]

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
        """Newcomers too: nobody has a weight of zero in every row."""
        assert (np.atleast_2d(self.source.rank(shown)).sum(axis=0) > 0.0).all()

    def test_ranking_is_pure(self) -> None:
        shown = view(seed=7)
        before = [part.copy() for part in shown if isinstance(part, np.ndarray)]
        first, second = self.source.rank(shown), self.source.rank(shown)
        assert first.tobytes() == second.tobytes()
        assert not any(np.shares_memory(first, part) for part in shown if isinstance(part, np.ndarray))
        for part, as_it_was in zip((p for p in shown if isinstance(p, np.ndarray)), before, strict=True):
            np.testing.assert_array_equal(part, as_it_was)

    def test_tables_draw_only_those_who_posted(self) -> None:
        shown = view(seed=8)
        tables = rank([self.source], shown)
        drawn = np.where(tables.keep > 0.0, np.arange(shown.posted.size), tables.other)
        assert tables.usable.all()
        assert shown.posted[drawn].all()
        assert shown.posted[tables.other[tables.keep < 1.0]].all()


class TestPopular(SourceContract):
    source = SOURCES[0]


class TestInterest(SourceContract):
    source = SOURCES[1]


class TestRandom(SourceContract):
    source = SOURCES[2]


def test_every_source_is_under_contract() -> None:
    assert tuple(contract.source for contract in (TestPopular, TestInterest, TestRandom)) == SOURCES
    assert [source.name for source in SOURCES] == ["popular", "interest", "random"]


# --- what each source says ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("bias", [0.0, 0.5, 1.0, 2.0])
def test_popularity_counts_to_the_power_of_the_bias(bias: float) -> None:
    shown = view(popularity_bias=bias, prior=2.0)._replace(momentum=np.array([0.0, 2.0, 6.0] + [1.0] * 37))
    weights = rank_popular(shown)
    assert weights[1] / weights[0] == pytest.approx(2.0**bias)
    assert weights[2] / weights[0] == pytest.approx(4.0**bias)


def test_interest_ranks_by_relevance_and_the_root_of_popularity() -> None:
    shown = view(popularity_bias=1.0, prior=1.0)
    for topic in range(TOPICS):
        np.testing.assert_allclose(
            rank_interest(shown)[topic], shown.topics[:, topic] * np.sqrt(shown.momentum + 1.0), rtol=1e-14
        )


def test_random_ranks_nobody_above_another() -> None:
    assert set(rank_random(view()).tolist()) == {1.0}


# --- what is no source --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["", "two words", "1st", *GRAPH_SOURCES])
def test_names_that_are_no_identifier_or_taken_are_refused(name: str) -> None:
    with pytest.raises(ParameterError, match="a name must be an identifier other than"):
        FeedSource(name, rank_random)


@pytest.mark.parametrize("share", [-0.1, float("nan"), float("inf")])
def test_shares_that_are_no_shares_are_refused(share: float) -> None:
    with pytest.raises(ParameterError, match="must be a finite number >= 0"):
        FeedSource("mine", rank_random, share=share)


def test_a_share_that_is_no_number_is_refused() -> None:
    with pytest.raises(ParameterError, match="must be a finite number >= 0"):
        FeedSource("mine", rank_random, share="half")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        (np.ones(39), r"gave weights of shape \(39,\); expected \(40,\) or \(3, 40\)"),
        (np.ones((2, 40)), r"gave weights of shape \(2, 40\)"),
        (np.ones((40, 3)), r"gave weights of shape \(40, 3\)"),
        (np.float64(1.0), r"gave weights of shape \(\)"),
        (np.full(40, -1.0), "negative or not finite"),
        (np.full(40, np.nan), "negative or not finite"),
        (np.full(40, np.inf), "negative or not finite"),
    ],
)
def test_weights_that_are_no_weights_are_refused_by_the_source_s_name(weights: Any, message: str) -> None:
    with pytest.raises(ParameterError, match=f"feed source 'mine' {message}" if "shape" in message else message):
        rank([FeedSource("mine", lambda shown: weights, share=1.0)], view())
