"""`null`: a random creator a day, followed by chance: nobody has an advantage, so followers are as good as Poisson.

A user follows one given other within T days with probability 1 - (1 - p / others)^T, where others = M, or M - 1 for
who creates too. Users are independent, so followers are a sum of two binomial numbers, exactly.

Ten comparisons: a right model fails with probability 1e-3 at most.
"""

from functools import cache

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from tests.special_cases import fit, laws
from tests.special_cases.worlds import Engine, follow_matrix, world

P = 0.05
USERS = {"compiled": 5000, "mesa": 300}
CREATORS = {"compiled": 500, "mesa": 30}
DAYS = 20
SEEDS = {"compiled": range(40), "mesa": range(16)}
ENGINES: tuple[Engine, ...] = ("compiled", "mesa")


@cache
def degrees(engine: Engine) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Followers (seeds, M); follows of those who only watch (seeds, N - M) and of those who create too (seeds, M)."""
    followers, watchers, creators = [], [], []
    for seed in SEEDS[engine]:
        size = {"population.users": USERS[engine], "population.creators": CREATORS[engine]}
        model = world("null", seed, engine, size)
        model.run_for(DAYS)
        matrix = follow_matrix(model)
        assert (matrix.sum(axis=0) == model.state.creators.followers).all()
        creates = model.state.users.creator >= 0
        followers.append(matrix.sum(axis=0))
        watchers.append(matrix.sum(axis=1)[~creates])
        creators.append(matrix.sum(axis=1)[creates])
    return np.stack(followers), np.stack(watchers), np.stack(creators)


def follower_law(engine: Engine) -> NDArray[np.float64]:
    n, m = USERS[engine], CREATORS[engine]
    only_watches, creates = (1.0 - (1.0 - P / others) ** DAYS for others in (m, m - 1))
    return laws.sum_of_binomials(n - m, only_watches, m - 1, creates)


def test_the_preset_is_the_setting_of_theory() -> None:
    p = world("null", 0).parameters
    sizes = (p.population.users, p.population.creators)
    assert (*sizes, p.decision.follow_probability) == (USERS["compiled"], CREATORS["compiled"], P)


@pytest.mark.parametrize("engine", ENGINES)
def test_followers_follow_their_law(engine: Engine) -> None:
    """Shares of creators in cells of follower numbers; creators share users, so the spread is taken between seeds."""
    followers, law = degrees(engine)[0], follower_law(engine)
    starts = fit.cells(law, {"compiled": 0.1, "mesa": 0.18}[engine])
    shares = np.stack([np.add.reduceat(np.bincount(row, minlength=law.size), starts) for row in followers])
    expected = np.add.reduceat(law, starts)
    assert fit.hotelling(shares[:, 1:] / CREATORS[engine], expected[1:]) > fit.ALPHA


@pytest.mark.parametrize("engine", ENGINES)
def test_the_law_is_as_good_as_poisson(engine: Engine) -> None:
    """Total variation at most the largest of the probabilities that are added up (Le Cam 1960)."""
    law = follower_law(engine)
    count = np.arange(law.size)
    poisson = stats.poisson.pmf(count, law @ count)
    assert 0.5 * np.abs(law - poisson).sum() < 1.0 - (1.0 - P / (CREATORS[engine] - 1)) ** DAYS


@pytest.mark.parametrize("engine", ENGINES)
def test_follows_of_users_are_distinct_creators_met_at_random(engine: Engine) -> None:
    m = CREATORS[engine]
    _, watchers, creators = degrees(engine)
    assert fit.goodness_of_fit(watchers.ravel(), laws.distinct_met(m, P, DAYS)) > fit.ALPHA
    assert fit.goodness_of_fit(creators.ravel(), laws.distinct_met(m - 1, P, DAYS)) > fit.ALPHA


@pytest.mark.parametrize("engine", ENGINES)
def test_with_few_creators_whoever_is_followed_is_met_in_vain(engine: Engine) -> None:
    """Eight creators, and one meeting in two ends in a follow: meeting the same again is what shapes the law."""
    n, m, days = 250, 8, 10
    size = {"population.users": n, "population.creators": m, "decision.follow_probability": 0.5}
    watchers, creators = [], []
    for seed in range(8):
        model = world("null", seed, engine, size)
        model.run_for(days)
        follows = follow_matrix(model).sum(axis=1)
        creates = model.state.users.creator >= 0
        watchers.append(follows[~creates])
        creators.append(follows[creates])
    assert fit.goodness_of_fit(np.concatenate(watchers), laws.distinct_met(m, 0.5, days)) > fit.ALPHA
    assert fit.goodness_of_fit(np.concatenate(creators), laws.distinct_met(m - 1, 0.5, days), least=8.0) > fit.ALPHA
