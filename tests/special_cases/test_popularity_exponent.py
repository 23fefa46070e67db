"""`price` with one link and weight (followers + 1)^gamma: below 1 a stretched exponential, above 1 a winner.

P. L. Krapivsky and S. Redner, Phys. Rev. E 63, 066123 (2001).

Nine comparisons: a right model fails with probability 9e-4 at most. That the winner takes all above 1 is checked by
the size of the largest share at a fixed number of arrivals, without an error rate.
"""

import numpy as np
import pytest
from numpy.typing import NDArray

from simulation.model import FollowerModel
from tests.special_cases import fit, laws
from tests.special_cases.worlds import Engine, places_of_choices, world


def network(seed: int, engine: Engine, arrivals: int, gamma: float, lived: int | None = None) -> FollowerModel:
    size = {
        "population.users": 1 + arrivals,
        "population.creators": 1 + arrivals,
        "population.present_at_start": 1,
        "session.slots": 1.0,
        "feed.popularity_bias": gamma,
    }
    model = world("price", seed, engine, size)
    model.run_for(arrivals if lived is None else lived)
    return model


def largest_shares(gamma: float, early: int, late: int) -> NDArray[np.float64]:
    """Largest share of all links after some arrivals and after more, each shape (seeds,)."""
    shares = []
    for seed in range(12):
        model = network(seed, "compiled", late, gamma, lived=early)
        shares.append([model.state.creators.followers.max() / early])
        model.run_for(late - early)
        shares[-1].append(model.state.creators.followers.max() / late)
    return np.array(shares).T


@pytest.mark.parametrize(("engine", "gamma"), [("compiled", 0.5), ("compiled", 1.5), ("mesa", 0.5), ("mesa", 1.5)])
def test_every_arrival_chooses_by_the_power(engine: Engine, gamma: float) -> None:
    arrivals, seeds = (800, 3) if engine == "compiled" else (80, 12)
    luck = np.random.default_rng(0)
    models = [network(seed, engine, arrivals, gamma) for seed in range(seeds)]
    assert fit.uniform(np.concatenate([places_of_choices(model, 1.0, gamma, luck) for model in models])) > fit.ALPHA


@pytest.mark.parametrize(("engine", "gamma"), [("compiled", 0.5), ("compiled", 1.5), ("compiled", 3.0), ("mesa", 1.5)])
def test_the_largest_in_degree_follows_its_law(engine: Engine, gamma: float) -> None:
    """After 24 arrivals; above 2 there is a fair chance that one node is followed by all others, for ever."""
    arrivals, seeds = 24, 150
    law = laws.largest_in_degree(arrivals, 1.0, gamma)
    assert law.sum() == pytest.approx(1.0)
    assert law[-1] == pytest.approx(laws.star(arrivals, 1.0, gamma))
    largest = [network(seed, engine, arrivals, gamma).state.creators.followers.max() for seed in range(seeds)]
    assert fit.goodness_of_fit(np.array(largest), law) > fit.ALPHA


def test_below_one_the_law_is_a_stretched_exponential() -> None:
    """P(q) = mu/A_q prod 1/(1 + mu/A_j) with A_q = sqrt(q + 1), and what the same rates give at finite size."""
    arrivals, seeds = 300, 30
    starts = np.array([0, 1, 2, 3, 4, 6])

    def weight(q: NDArray[np.int64]) -> NDArray[np.float64]:
        return np.asarray(np.sqrt(q + 1.0))

    limit = laws.attachment(weight, 2000)
    finite = np.add.reduceat(laws.attachment_finite(weight, arrivals), starts) / (arrivals + 1)
    assert limit.sum() == pytest.approx(1.0)
    assert np.abs(np.add.reduceat(limit, starts) - finite).max() < 1.0 / arrivals
    rows = np.stack([network(seed, "compiled", arrivals, 0.5).state.creators.followers for seed in range(seeds)])
    shares = np.stack([np.add.reduceat(np.bincount(row, minlength=7) / row.size, starts) for row in rows])
    assert fit.hotelling(shares[:, 1:], finite[1:]) > fit.ALPHA


def test_above_one_the_winner_takes_all() -> None:
    """From 100 to 400 arrivals the largest share grows at 1.5, to more than .7 in the mean, and shrinks at 1."""
    early, late = largest_shares(1.5, 100, 400)
    assert late.mean() > max(0.7, early.mean())
    early, late = largest_shares(1.0, 100, 400)
    assert late.mean() < min(0.3, early.mean())
