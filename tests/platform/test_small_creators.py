"""The boost for small creators, in a run: who is small is what the platform counts."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from simulation.interventions import Intervention
from simulation.model import FollowerModel

ERROR_RATE = 1e-6
VALUES: dict[str, object] = {
    "population.users": 1000,
    "population.creators": 40,
    "population.initial_follows": 4.0,
    "creators.posting_rate_median": 1.0,
    "creators.posting_rate_sigma": 0.0,
    "creators.regularity_mean": 1.0,
    "creators.minds": "off",
    "social_graph.family": "none",
    "feed.popularity_bias": 0.0,
    "feed.mix.following": 0.0,
    "feed.mix.friends": 0.0,
    "feed.mix.interest": 0.0,
    "feed.mix.popular": 1.0,
    "feed.mix.random": 0.0,
    "feed.small_creator_below": 0.05,
}


@pytest.mark.parametrize("boost", [0.0, 1.0, 4.0])
def test_small_creators_are_shown_more_often_by_the_boost(boost: float) -> None:
    model = FollowerModel({**VALUES, "feed.small_creator_boost": boost}, seed=3, threads=1)
    small = model.state.creators.followers < 50
    assert 5 < small.sum() < 35
    model.step()
    views = model.state.creators.views
    weights = np.where(small, 1.0 + boost, 1.0)
    assert stats.chisquare(views, views.sum() * weights / weights.sum()).pvalue > ERROR_RATE


def test_bought_followers_cost_the_boost() -> None:
    deal = [Intervention(1, "bought_followers", 200, (0,))]
    model = FollowerModel(
        {**VALUES, "population.initial_follows": 0.0, "feed.small_creator_boost": 9.0},
        seed=3,
        threads=1,
        interventions=deal,
    )
    model.step()
    before = model.state.creators.views.copy()
    model.step()
    after = model.state.creators.views
    assert before[0] > 0.5 * before.mean()
    assert after[0] < 0.2 * after.mean()


def test_chance_does_not_boost() -> None:
    values = {**VALUES, "feed.mix.popular": 0.0, "feed.mix.random": 1.0, "feed.small_creator_boost": 100.0}
    model = FollowerModel(values, seed=3, threads=1)
    model.step()
    assert stats.chisquare(model.state.creators.views).pvalue > ERROR_RATE
