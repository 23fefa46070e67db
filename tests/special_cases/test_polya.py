"""`polya`: an urn. After n arrivals follower counts are Dirichlet-multinomial; shares tend to Dirichlet(a, ..., a).

Fourteen comparisons: a right model fails with probability 1.4e-3 at most.
"""

import numpy as np
import pytest
from numpy.typing import NDArray

from simulation.model import FollowerModel
from tests.special_cases import fit, laws
from tests.special_cases.worlds import Engine, places_of_choices, world

RUNS: list[tuple[Engine, float]] = [
    ("compiled", 0.3), ("compiled", 1.0), ("compiled", 5.0), ("mesa", 0.3), ("mesa", 1.0)
]  # fmt: skip


def urn(seed: int, engine: Engine, creators: int, arrivals: int, a: float) -> FollowerModel:
    size = {
        "population.users": creators + arrivals,
        "population.creators": creators,
        "population.present_at_start": creators,
        "feed.prior": a,
    }
    model = world("polya", seed, engine, size)
    model.run_for(arrivals)
    return model


def places_in_urn(counts: NDArray[np.int64], a: float, luck: np.random.Generator) -> NDArray[np.float64]:
    """Where each count falls in its law, given the counts of the creators before it: the joint law, piece by piece."""
    places, left = [], int(counts.sum())
    for k, count in enumerate(counts[:-1]):
        law = laws.beta_binomial(left, a, (counts.size - 1 - k) * a)
        places.append(fit.place_in_law(count[None], law, luck))
        left -= int(count)
    return np.concatenate(places)


def test_the_preset_is_the_setting_of_theory() -> None:
    """All creators are there from the start and never follow; then one user a day arrives and follows one of them."""
    model = world("polya", 0)
    joined = model.state.users.joined
    assert (model.state.creators.joined == -1).all()
    assert (np.sort(joined[joined >= 0]) == np.arange(2000)).all()
    model.run_for(50)
    lengths = model.state.follows.rows.length
    assert (lengths == ((joined >= 0) & (joined < 50))).all()


@pytest.mark.parametrize(("engine", "a"), RUNS)
def test_counts_are_dirichlet_multinomial(engine: Engine, a: float) -> None:
    """The joint law of all counts, and the variance of a share: (1/K)(1 - 1/K)/(K a + 1) * (1 + K a/n)."""
    k, n = (10, 80) if engine == "compiled" else (5, 40)
    counts = np.stack([urn(seed, engine, k, n, a).state.creators.followers for seed in range(80)])
    assert (counts.sum(axis=1) == n).all()
    luck = np.random.default_rng(0)
    assert fit.uniform(np.concatenate([places_in_urn(row, a, luck) for row in counts])) > fit.ALPHA
    limit = (1.0 / k) * (1.0 - 1.0 / k) / (k * a + 1.0)
    squares = ((counts / n - 1.0 / k) ** 2).mean(axis=1)
    assert fit.student(squares, limit * (1.0 + k * a / n)) > fit.ALPHA


@pytest.mark.parametrize("engine", ["compiled", "mesa"])
def test_every_arrival_draws_from_the_urn(engine: Engine) -> None:
    """At the preset's own size with compiled loops: each choice by (followers + a), given all before it."""
    luck = np.random.default_rng(0)
    models = [urn(seed, engine, 10, 2000, 1.0) for seed in range(2)] if engine == "compiled" else []
    models = models or [urn(seed, engine, 5, 80, 1.0) for seed in range(25)]
    places = np.concatenate([places_of_choices(model, 1.0, 1.0, luck) for model in models])
    assert places.size >= 2000
    assert fit.uniform(places) > fit.ALPHA


@pytest.mark.validation
def test_shares_at_full_size() -> None:
    counts = np.stack([urn(seed, "compiled", 10, 2000, 1.0).state.creators.followers for seed in range(30)])
    luck = np.random.default_rng(0)
    assert fit.uniform(np.concatenate([places_in_urn(row, 1.0, luck) for row in counts])) > fit.ALPHA
    assert fit.student(((counts / 2000 - 0.1) ** 2).mean(axis=1), 0.09 / 11.0 * (1.0 + 10.0 / 2000)) > fit.ALPHA
