"""`price`: each arrival follows m earlier ones by (followers + a), and in-degrees follow Price's law.

Exact at any size: every choice, given all before it; and with one link an arrival, the expected number of nodes of
each in-degree. Price's law itself is the limit of many nodes. It supposes that the m links of an arrival are drawn
apart from each other; here they go to different nodes, which holds back the most followed, and the law at finite size
allows for it. Cells of one network depend on each other, so their spread is taken between seeds.

Nine comparisons: a right model fails with probability 9e-4 at most.
"""

from functools import cache

import numpy as np
import pytest
from numpy.typing import NDArray

from simulation.model import FollowerModel
from tests.special_cases import fit, laws
from tests.special_cases.worlds import Engine, arrivals_and_choices, places_of_choices, world

STARTS = np.array([0, 1, 2, 3, 4, 6, 10])
"""Cells of in-degrees: 0, 1, 2, 3, 4-5, 6-9, 10 and more."""


def network(seed: int, engine: Engine, present: int, arrivals: int, links: int, a: float) -> FollowerModel:
    size = {
        "population.users": present + arrivals,
        "population.creators": present + arrivals,
        "population.present_at_start": present,
        "session.slots": float(links),
        "feed.prior": a,
    }
    model = world("price", seed, engine, size)
    model.run_for(arrivals)
    return model


@cache
def preset_networks() -> tuple[FollowerModel]:
    """The preset as it is, to the end."""
    model = world("price", 0)
    model.run_for(2990)
    return (model,)


def in_cells(expected: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.add.reduceat(expected, STARTS)


def shares(models: list[FollowerModel]) -> NDArray[np.float64]:
    """Share of nodes in each cell, shape (models, cells)."""
    followers = np.stack([model.state.creators.followers for model in models])
    return np.stack([in_cells(np.bincount(row, minlength=STARTS[-1] + 1) / row.size) for row in followers])


def test_the_preset_is_the_setting_of_theory() -> None:
    p = world("price", 0).parameters
    assert (p.session.slots, p.feed.prior, p.feed.popularity_bias, p.feed.distinct) == (3.0, 1.0, 1.0, True)
    for model in preset_networks():
        chosen = [choices for _, choices in arrivals_and_choices(model)]
        assert len(chosen) == 2990
        assert all(len(set(choices)) == 3 for choices in chosen)
        assert (model.state.follows.rows.length[:10] == 0).all()


@pytest.mark.parametrize("engine", ["compiled", "mesa"])
def test_every_arrival_chooses_by_followers(engine: Engine) -> None:
    luck = np.random.default_rng(0)
    models = list(
        preset_networks() if engine == "compiled" else [network(s, "mesa", 10, 100, 3, 1.0) for s in range(8)]
    )
    places = np.concatenate([places_of_choices(model, 1.0, 1.0, luck) for model in models])
    assert places.size == 3 * sum(model.day for model in models)
    assert fit.uniform(places) > fit.ALPHA


def test_the_preset_comes_near_prices_law() -> None:
    """Within .035 in every cell: .005 for finite size, the rest four standard deviations, .007 each, of one network."""
    expected = in_cells(laws.price(np.arange(10**6), 3, 1.0))
    finite = in_cells(laws.price_finite(10, 2990, 3, 1.0)) / 3000
    assert np.abs(finite - expected).max() < 0.005
    assert np.abs(shares(list(preset_networks())).mean(axis=0) - expected).max() < 0.035


@pytest.mark.parametrize(
    ("engine", "a"), [("compiled", 1.0), pytest.param("compiled", 0.5, marks=pytest.mark.validation), ("mesa", 0.5)]
)
def test_one_link_an_arrival(engine: Engine, a: float) -> None:
    """Price's law, and what it is at finite size, exactly: the two differ by less than two nodes."""
    arrivals, seeds = (399, 30) if engine == "compiled" else (100, 24)
    models = [network(seed, engine, 1, arrivals, 1, a) for seed in range(seeds)]
    finite = in_cells(laws.price_finite(1, arrivals, 1, a)) / (arrivals + 1)
    assert np.abs(finite - in_cells(laws.price(np.arange(10**6), 1, a))).max() < 2.0 / arrivals
    assert fit.hotelling(shares(models)[:, 1:], finite[1:]) > fit.ALPHA


@pytest.mark.parametrize(
    ("engine", "a"), [("compiled", 1.0), pytest.param("compiled", 6.0, marks=pytest.mark.validation), ("mesa", 6.0)]
)
def test_three_links_an_arrival(engine: Engine, a: float) -> None:
    """Price's law at finite size, which tends to the law itself."""
    arrivals, seeds = (390, 30) if engine == "compiled" else (90, 24)
    models = [network(seed, engine, 10, arrivals, 3, a) for seed in range(seeds)]
    finite = in_cells(laws.price_finite(10, arrivals, 3, a)) / (10 + arrivals)
    assert fit.hotelling(shares(models)[:, 1:], finite[1:]) > fit.ALPHA


@pytest.mark.validation
def test_one_link_an_arrival_in_a_larger_network() -> None:
    models = [network(seed, "compiled", 1, 1499, 1, 1.0) for seed in range(12)]
    expected = in_cells(laws.price(np.arange(10**6), 1, 1.0))
    assert fit.hotelling(shares(models)[:, 1:], expected[1:]) > fit.ALPHA
