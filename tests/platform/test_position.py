"""A list by popularity: how much each place is looked at, exactly, in a run, and in both engines."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from simulation.model import FollowerModel
from simulation.platform.feed import rank_popular, visibility
from tests.contracts.test_feed_sources import view
from tests.feeds import but

ERROR_RATE = 1e-6


def test_a_place_counts_to_the_power_of_minus_the_bias_and_ties_share_their_places() -> None:
    shown = but(
        view(5, position_bias=1.0),
        momentum=np.array([2.0, 7.0, 2.0, 0.0, 9.0]),
        posted=np.array([True, True, True, True, False]),
    )
    shared = (1 / 2 + 1 / 3) / 2
    np.testing.assert_allclose(visibility(shown), [shared, 1.0, shared, 1 / 4, 1 / 5], rtol=1e-15)


@pytest.mark.parametrize("bias", [0.5, 1.4, 5.0])
def test_places_are_shared_out_whatever_ties_there_are(bias: float) -> None:
    momentum = np.random.default_rng(0).integers(0, 6, 40).astype(float)
    shown = but(view(position_bias=bias), momentum=momentum, posted=np.ones(40, dtype=np.bool_))
    assert visibility(shown).sum() == pytest.approx((np.arange(1, 41.0) ** -bias).sum(), rel=1e-12)
    assert (np.diff(visibility(shown)[np.argsort(-momentum)]) <= 0).all()


def test_without_a_list_popularity_is_as_it_was_bit_for_bit() -> None:
    shown = view(position_bias=0.0, trend_effect=0.0)
    assert set(visibility(shown).tolist()) == {1.0}
    assert rank_popular(shown).tobytes() == (shown.momentum + 1.0).tobytes()


def test_place_multiplies_what_popularity_gives() -> None:
    plain, listed = view(trend_effect=0.0), view(trend_effect=0.0, position_bias=0.7)
    np.testing.assert_allclose(rank_popular(listed), rank_popular(plain) * visibility(listed), rtol=1e-15)


def test_in_a_run_views_fall_with_place() -> None:
    values: dict[str, object] = {"population.initial_follows": 4.0, "feed.position_bias": 1.0, "population.users": 1000}
    alike = {"population.creators": 40, "feed.mix.popular": 1.0, "feed.trend_effect": 0.0, "session.slots": 5.0}
    model = FollowerModel({**values, **alike, "feed.mix.random": 0.0}, preset="null", seed=3, threads=1)
    shown = view(40, popularity_bias=0.0, trend_effect=0.0, position_bias=1.0)
    momentum = model.state.creators.momentum.copy()
    weights = visibility(but(shown, momentum=momentum, posted=np.ones(40, dtype=np.bool_))) * (momentum + 1.0)
    model.step()
    views = model.state.creators.views
    assert np.ptp(momentum) > 0
    assert stats.chisquare(views, views.sum() * weights / weights.sum()).pvalue > ERROR_RATE
