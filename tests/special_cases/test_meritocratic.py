"""`meritocratic`: the followed are the records among those met, so all at equilibrium is a matter of random orders.

Everybody meets the others in random order and follows whoever beats all met before; the r-th best of the others is
such a record with probability 1/r, and records are independent of each other (Renyi 1962). Pagan, Mei, Li and Doerfler,
Nature Communications 12, 6865 (2021).

Eleven comparisons: a right model fails with probability 1.1e-3 at most.
"""

from functools import cache

import numpy as np
import pytest
from numpy.typing import NDArray

from simulation.model import FollowerModel
from tests.special_cases import fit, laws
from tests.special_cases.worlds import Engine, follow_matrix, world

N = {"compiled": 100, "mesa": 12}
DAYS = {"compiled": 1700, "mesa": 200}
SEEDS = {"compiled": range(8), "mesa": range(20)}
ENGINES: tuple[Engine, ...] = ("compiled", "mesa")


@cache
def equilibria(engine: Engine) -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
    """Who follows whom in the end, (seeds, N, N), people in order of talent, and the day of each one's last follow.

    That the best is still unknown to anybody by then has probability 3e-5 (compiled) and 2e-6 (Mesa).
    """
    matrices, last = [], []
    for seed in SEEDS[engine]:
        size = {"population.users": N[engine], "population.creators": N[engine]}
        model = world("meritocratic", seed, engine, size)
        model.run_for(DAYS[engine])
        order = np.argsort(-model.state.creators.talent)
        matrices.append(follow_matrix(model)[np.ix_(order, order)])
        last.append(days_of_last_follow(model))
    return np.stack(matrices), np.stack(last)


def days_of_last_follow(model: FollowerModel) -> NDArray[np.int64]:
    """Days lived when each user followed for the last time."""
    follows = model.state.follows
    users, entries = follows.entries()
    last = np.zeros(follows.rows.length.size, dtype=np.int64)
    np.maximum.at(last, users, follows.rows.day[entries] + 1)
    return last


def best_known(model: FollowerModel) -> bool:
    """Whether everybody follows the best of the others."""
    state = model.state
    order = np.argsort(-state.creators.talent)
    best = np.full(order.size, state.creators.talent[order[0]])
    best[order[0]] = state.creators.talent[order[1]]
    return bool((state.users.best_followed == best).all())


@pytest.mark.parametrize("engine", ENGINES)
def test_everybody_follows_the_best(engine: Engine) -> None:
    matrices, _ = equilibria(engine)
    assert (matrices[:, :, 0].sum(axis=1) == N[engine] - 1).all()
    assert matrices[:, 0, 1].all(), "the best follows the second best"
    assert not matrices.diagonal(axis1=1, axis2=2).any()


@pytest.mark.parametrize("engine", ENGINES)
def test_expected_followers_of_the_rth_best_are_n_over_r(engine: Engine) -> None:
    n, (matrices, _) = N[engine], equilibria(engine)
    rank = np.arange(2, n + 1)
    better, worse = 1.0 / (rank - 1), 1.0 / rank  # probabilities that those above and below rank r follow r
    variance = (rank - 1) * better * (1.0 - better) + (n - rank) * worse * (1.0 - worse)
    mean = matrices.sum(axis=1).mean(axis=0)[1:]
    assert fit.known_covariance(mean, n / rank, np.diag(variance) / len(matrices)) > fit.ALPHA


@pytest.mark.parametrize("engine", ENGINES)
def test_followers_of_each_rank_follow_their_law(engine: Engine) -> None:
    """Binomial(r - 1, 1/(r - 1)) from those above, Binomial(N - r, 1/r) from those below."""
    n, luck = N[engine], np.random.default_rng(0)
    followers = equilibria(engine)[0].sum(axis=1)
    places = [
        fit.place_in_law(followers[:, r - 1], laws.sum_of_binomials(r - 1, 1.0 / (r - 1), n - r, 1.0 / r), luck)
        for r in range(2, n + 1)
    ]
    assert fit.uniform(np.concatenate(places)) > fit.ALPHA


@pytest.mark.parametrize("engine", ENGINES)
def test_out_degrees_are_numbers_of_records(engine: Engine) -> None:
    n, (matrices, _) = N[engine], equilibria(engine)
    law, degree = laws.records(n - 1), np.arange(n)
    mean = float(law @ degree)
    assert mean == pytest.approx(laws.harmonic(n - 1))
    assert law @ (degree - mean) ** 2 == pytest.approx(laws.harmonic(n - 1) - laws.harmonic(n - 1, 2))
    assert law[1] == pytest.approx(1.0 / (n - 1))
    assert fit.goodness_of_fit(matrices.sum(axis=2).ravel(), law) > fit.ALPHA


def test_mean_time_to_equilibrium_at_full_size() -> None:
    """About (N - 1) H(N) days: the mean of the last of N exponential waits for a meeting with the best.

    Meetings are one a day, so waits are geometric, and the mean is 511.4 days instead of 513.6.
    """
    n, (_, last) = N["compiled"], equilibria("compiled")
    law = laws.last_of_geometric(n, 1.0 / (n - 1), 20_000)
    day = np.arange(law.size)
    mean = float(law @ day)
    assert mean == pytest.approx((n - 1) * laws.harmonic(n), rel=0.005)
    total = np.cumsum(np.fft.irfft(np.fft.rfft(law, 2**18) ** len(last), 2**18))  # law of the sum over seeds
    below = total[last.max(axis=1).sum()]
    assert 2.0 * min(below, 1.0 - below) > fit.ALPHA
    waits = fit.place_in_law(last.ravel(), laws.last_of_geometric(1, 1.0 / (n - 1), 20_000), np.random.default_rng(0))
    assert fit.uniform(waits) > fit.ALPHA


@pytest.mark.parametrize(("engine", "people"), [("compiled", 3), ("compiled", 6), ("mesa", 3)])
def test_time_to_equilibrium_to_the_day(engine: Engine, people: int) -> None:
    """Among a few, the whole law of the day, where one day more or less, or meeting oneself, would show."""
    times = []
    for seed in range(250):
        model = world("meritocratic", seed, engine, {"population.users": people, "population.creators": people})
        while not best_known(model):
            model.step()
        times.append(model.day)
    law = laws.last_of_geometric(people, 1.0 / (people - 1), 200)
    assert fit.goodness_of_fit(np.array(times), law) > fit.ALPHA
