"""Measures of the experiment ``factors``: slopes of a hazard, factors of ties, shares, on cases worked by hand."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from experiments.factors import (
    EXPERIMENT,
    LEVEL,
    MOTIVES,
    SHARES,
    causes,
    factor_values,
    followed,
    hazard_slopes,
    leaving,
    outcomes,
    weights_sweep,
)
from simulation import FollowerModel
from simulation.experiment.options import Options, Scale, Setting
from simulation.factors import FACTORS


@pytest.fixture(scope="module")
def model() -> FollowerModel:
    """A small world, lived; sizes are such that some unfollow."""
    made = FollowerModel(
        {"population.users": 150, "population.creators": 30, "decision.follow_threshold": 0.7},
        seed=4,
        threads=1,
        record="events",
    )
    made.run_for(30)
    return made


def test_slopes_of_a_hazard_are_found() -> None:
    """Ties that last geometrically with a known hazard; 40,000 of them leave the slope known to about .05."""
    draw = np.random.default_rng(1)
    values = draw.random((40_000, 2))
    hazard = 0.02 * np.exp(values @ [-2.0, 1.0])
    ends = draw.exponential(1 / hazard)
    days = np.ceil(np.minimum(ends, 60)).astype(np.int64)
    slopes = hazard_slopes(values, ends < 60, days)
    assert slopes == pytest.approx([-2.0, 1.0], abs=0.1)


def test_slope_between_two_groups_is_the_logarithm_of_the_ratio_of_their_rates() -> None:
    values = np.repeat([[0.0], [1.0]], 50, axis=0)
    left = np.r_[np.arange(50) < 10, np.arange(50) < 30]
    days = np.repeat([8, 12], 50)
    assert hazard_slopes(values, left, days) == pytest.approx([np.log((30 / 600) / (10 / 400))])


def test_too_few_unfollows_give_no_slopes() -> None:
    values = np.random.default_rng(2).random((100, 6))
    assert np.isnan(hazard_slopes(values, np.arange(100) < 29, np.full(100, 9))).all()


def test_factors_of_ties_are_those_of_the_rules(model: FollowerModel) -> None:
    """One pair worked out from the state by hand, and all within bounds."""
    follows = model.result().follows
    users, creators = follows["user"].to_numpy(), follows["creator"].to_numpy()
    values = factor_values(model, users, creators)
    assert values.shape == (len(follows), len(FACTORS)) and values.min() >= 0 and values.max() <= 1 + 1e-9
    state, user, creator = model.state, users[7], creators[7]
    names = [factor.name for factor in FACTORS]
    assert values[7, names.index("talent")] == state.creators.talent[creator]
    assert values[7, names.index("consistency")] == state.creators.consistency[creator]
    peers = state.peers.peer[state.peers.start[user] : state.peers.start[user + 1]]
    held = set(zip(users.tolist(), creators.tolist(), strict=True))
    n = sum((int(peer), int(creator)) in held for peer in peers)
    crowd = np.log1p(state.creators.followers[creator]) / np.log1p(150)
    expected = state.users.conformity[user] * (0.6 * n / (n + 2) + 0.4 * crowd)
    assert values[7, names.index("peer_influence")] == pytest.approx(expected)


def test_what_is_followed_is_taken_from_the_log(model: FollowerModel) -> None:
    events = model.result().events
    rows = events[(events["kind"] == "follow") & (events["cause"] != "reciprocity")]
    weights = model.state.users.factor_weights[rows["user"].to_numpy(), 1]
    assert followed(model)["talent"] == pytest.approx((rows["contribution_talent"] / weights).mean())
    assert followed(model)["talent"] > 0
    assert leaving(model)["talent"] < 100


def test_shares_of_causes_sum_to_one(model: FollowerModel) -> None:
    table = pd.DataFrame(causes(model.result()))
    assert table[["share_follows", "share_unfollows"]].sum().tolist() == pytest.approx([1, 1])
    assert table["contribution_follows"].notna().sum() == len(FACTORS)
    found = outcomes(model.result())
    for kind in ("follows", "unfollows"):
        assert sum(found[f"{kind}_by_{factor}"] for factor in MOTIVES) == pytest.approx(1)
    assert {*LEVEL, *SHARES} == {"threshold", *found}


def test_all_motives_are_factors_and_have_an_arm() -> None:
    assert list(MOTIVES) == [factor.name for factor in FACTORS if factor.name in MOTIVES]
    assert [arm.name for arm in EXPERIMENT.arms] == ["usual", *(arm for arm, _ in MOTIVES.values())]


@pytest.mark.parametrize(("users", "expected"), [(1000, 250), (100, 100)])
def test_the_study_of_weights_is_no_larger_than_asked_for(users: int, expected: int) -> None:
    size = Scale(users=users, days=20, replicates=2, samples=2)
    sweep = weights_sweep(Setting(size, None, ""), Options(SimpleNamespace(), quick=False))  # type: ignore[arg-type]
    assert sweep.constants["population.users"] == expected and sweep.days == 20
    assert len(sweep.design.points) == sweep.samples * (len(MOTIVES) + 2)
