"""Traffic pools: a post that is liked moves on, one that is not leaves, and each pool is ten times larger."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import stats

from simulation.interventions import Intervention
from simulation.model import FollowerModel
from simulation.platform.pools import PoolsParameters, stage_after, stage_today
from simulation.state import NEVER
from tests.engines.histories import assert_same_history, lived
from tests.worlds import ENGINES, SMALL

ERROR_RATE = 1e-6
P = PoolsParameters(growth=10.0, pools=4, bar=0.1, least_views=5)
ONLY_STAGED = {f"feed.mix.{name}": 0.0 for name in ("following", "friends", "popular", "interest", "random")} | {
    "feed.mix.staged": 1.0
}


# --- the rule -----------------------------------------------------------------------------------------------------


def test_a_new_post_starts_in_the_first_pool_and_a_feed_without_pools_has_none() -> None:
    assert [stage_today(stage, True, 0.3) for stage in (-1, 0, 2)] == [0, 0, 0]
    assert [stage_today(stage, False, 0.3) for stage in (-1, 0, 2)] == [-1, 0, 2]
    assert {stage_today(stage, posted, 0.0) for stage in (-1, 0, 2) for posted in (False, True)} == {-1}


def test_a_liked_post_climbs_pool_by_pool_and_leaves_after_the_last() -> None:
    stages = [0]
    while stages[-1] >= 0:
        stages.append(stage_after(stages[-1], 100, 30, P))
    assert stages == [0, 1, 2, 3, -1]


@pytest.mark.parametrize("stage", range(4))
def test_a_post_that_does_not_beat_the_bar_leaves(stage: int) -> None:
    assert stage_after(stage, 100, 10, P) == -1, "as many likes as the bar asks for do not beat it"
    assert stage_after(stage, 100, 0, P) == -1
    assert stage_after(stage, 100, 11, P) == (stage + 1 if stage < 3 else -1)


def test_a_post_that_too_few_have_seen_is_not_judged_yet() -> None:
    assert [stage_after(2, views, 0, P) for views in (0, 4, 5)] == [2, 2, -1]
    assert stage_after(2, 4, 4, P) == 2


def test_a_post_that_has_left_stays_out() -> None:
    for views, likes in ((0, 0), (3, 3), (1000, 1000)):
        assert stage_after(-1, views, likes, P) == -1


# --- in a run -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("engine", ENGINES)
def test_every_post_goes_the_way_that_its_numbers_say(engine: Any) -> None:
    values = {
        **SMALL,
        "feed.mix.staged": 1.0,
        "feed.pools.bar": 0.3,
        "feed.pools.least_views": 80,
        "decision.like_threshold": 0.55,
    }
    model = FollowerModel(values, seed=4, threads=1, engine=engine)
    creators, p = model.state.creators, model.parameters.feed.pools
    moves = {"climbed": 0, "left": 0, "waited": 0}
    for _ in range(25):
        before = creators.stage.copy()
        model.step()
        np.testing.assert_array_equal(creators.visible, creators.posted | (before >= 0))
        for j in np.flatnonzero(creators.visible).tolist():
            start = 0 if creators.posted[j] else int(before[j])
            after = stage_after(start, int(creators.views[j]), int(creators.likes[j]), p)
            assert creators.stage[j] == after
            moves["climbed" if after > start else "left" if after < 0 else "waited"] += 1
        assert (creators.stage[~creators.visible] == -1).all()
    assert min(moves.values()) > 10, moves


def test_a_higher_bar_lets_fewer_posts_move_on() -> None:
    shares = []
    for bar in (0.0, 0.3, 0.6, 1.0):
        values = {**SMALL, "feed.mix.staged": 1.0, "feed.pools.bar": bar, "decision.like_threshold": 0.55}
        model = FollowerModel(values, seed=4, threads=1)
        model.run_for(3)
        judged = model.state.creators.visible & (model.state.creators.views >= 3)
        shares.append(float((model.state.creators.stage[judged] > 0).mean()))
    assert shares == sorted(shares, reverse=True)
    assert shares[0] > 0.5
    assert shares[-1] == 0.0


def test_a_pool_shows_a_post_ten_times_as_often_as_the_one_before() -> None:
    """Posts put into pools by hand; a chi-square test of views against pool sizes."""
    model = FollowerModel(
        {"population.users": 1500, "population.creators": 60, "social_graph.family": "none", **ONLY_STAGED},
        seed=3,
        threads=1,
    )
    creators = model.state.creators
    creators.away_until[:] = NEVER
    creators.stage[:] = np.repeat([-1, 0, 1, 2], [6, 40, 10, 4])
    stages = creators.stage.copy()
    model.step()
    assert not creators.posted.any()
    assert not creators.views[stages < 0].any()
    expected = creators.views.sum() * 10.0 ** stages[stages >= 0] / (40 + 100 + 400)
    assert stats.chisquare(creators.views[stages >= 0], expected).pvalue > ERROR_RATE
    means = [creators.views[stages == stage].mean() for stage in range(3)]
    assert means[1] / means[0] == pytest.approx(10.0, rel=0.2)
    assert means[2] / means[1] == pytest.approx(10.0, rel=0.1)


def test_exposures_grow_tenfold_a_pool_over_a_run() -> None:
    """Posts climb by their own merits; views by pool against what the sizes of that day's pools promise."""
    values = {
        "population.users": 600,
        "population.creators": 60,
        "social_graph.family": "none",
        "feed.pools.bar": 0.0,
        "decision.like_threshold": 0.5,
        **ONLY_STAGED,
    }
    model = FollowerModel(values, seed=3, threads=1)
    creators = model.state.creators
    seen, promised = np.zeros(4), np.zeros(4)
    for _ in range(30):
        before = creators.stage.copy()
        model.step()
        stage = np.where(creators.posted, 0, before)[creators.visible]
        weights = 10.0**stage
        seen += np.bincount(stage, weights=creators.views[creators.visible], minlength=4)
        promised += np.bincount(stage, weights=creators.views.sum() * weights / weights.sum(), minlength=4)
    assert (seen > 1000.0).all()
    np.testing.assert_allclose(seen, promised, rtol=0.1)


def test_pools_that_are_shut_in_a_run_leave_no_post_behind() -> None:
    shut = [Intervention(5, "feed.mix.staged", 0.0)]
    model = FollowerModel({**SMALL, "feed.mix.staged": 1.0}, seed=4, threads=1, interventions=shut)
    model.run_for(5)
    assert (model.state.creators.stage >= 0).any()
    model.step()
    assert (model.state.creators.stage == -1).all()
    np.testing.assert_array_equal(model.state.creators.visible, model.state.creators.posted)


def test_without_the_staged_source_posts_are_seen_on_their_day_only() -> None:
    model = FollowerModel({**SMALL, "feed.mix.staged": 0.0}, seed=4, threads=1)
    for _ in range(8):
        model.step()
        assert (model.state.creators.stage == -1).all()
        np.testing.assert_array_equal(model.state.creators.visible, model.state.creators.posted)


def test_both_engines_have_one_history_with_posts_in_the_pools() -> None:
    values = {**SMALL, "feed.mix.staged": 0.5, "feed.pools.bar": 0.02, "feed.small_creator_boost": 2.0}
    assert_same_history(*(lived(10, values, seed=5, threads=1, engine=engine) for engine in ENGINES))
