"""`two_state`: every user is a chain of two states, apart from all others, so followers are binomial on every day.

Six comparisons: a right model fails with probability 6e-4 at most; the three days of TARGETS within 3 standard errors
in each engine add 6 * .0027 at most.
"""

from functools import cache

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from tests.special_cases import fit, laws
from tests.special_cases.worlds import Engine, follower_path, world

P, H = 0.06, 0.04
AUDIENCE = {"compiled": 1000, "mesa": 40}
DAYS = {"compiled": 100, "mesa": 60}
SEEDS = {"compiled": range(80), "mesa": range(40)}
ENGINES: tuple[Engine, ...] = ("compiled", "mesa")


@cache
def paths(engine: Engine) -> NDArray[np.int64]:
    """Followers of the one creator, shape (seeds, days)."""
    size = {"population.users": AUDIENCE[engine] + 1}
    worlds = (world("two_state", seed, engine, size) for seed in SEEDS[engine])
    return np.stack([follower_path(model, DAYS[engine])[:, 0] for model in worlds])


def test_the_preset_is_the_setting_of_theory() -> None:
    model = world("two_state", 0)
    p = model.parameters
    assert (p.decision.follow_probability, p.leaving.unfollow_probability) == (P, H)
    assert (model.state.users.activity.size - 1, model.state.creators.user.size) == (AUDIENCE["compiled"], 1)


@pytest.mark.parametrize("engine", ENGINES)
def test_followers_are_binomial_in_the_end(engine: Engine) -> None:
    n, days = AUDIENCE[engine], DAYS[engine]
    share = laws.two_state_mean(1, P, H, np.array([days]))[0]
    assert share == pytest.approx(P / (P + H), abs=2e-3)
    law = stats.binom.pmf(np.arange(n + 1), n, share)
    assert fit.goodness_of_fit(paths(engine)[:, -1], law, least=8.0) > fit.ALPHA


@pytest.mark.parametrize("engine", ENGINES)
def test_the_mean_path_from_empty(engine: Engine) -> None:
    n, found = AUDIENCE[engine], paths(engine)
    days = np.unique(np.geomspace(1, DAYS[engine], 12).astype(np.int64))
    expected, covariance = laws.two_state_mean(n, P, H, days), laws.two_state_covariance(n, P, H, days)
    mean: NDArray[np.float64] = np.asarray(found[:, days - 1].mean(axis=0), dtype=np.float64)
    assert fit.known_covariance(mean, expected, covariance / len(found)) > fit.ALPHA
    errors = np.asarray(np.abs(mean - expected) / np.sqrt(np.diag(covariance) / len(found)))
    assert errors.take([0, 6, -1]).max() < 3.0


@pytest.mark.parametrize("engine", ENGINES)
def test_every_day_is_a_step_of_the_chain(engine: Engine) -> None:
    """Given yesterday, today is Binomial(others, p) + Binomial(followers, 1 - h), whatever came before."""
    n, luck = AUDIENCE[engine], np.random.default_rng(0)
    before = np.pad(paths(engine), ((0, 0), (1, 0)))[:, :-1]
    places = [
        fit.place_in_law(np.array([now]), laws.sum_of_binomials(n - was, P, was, 1.0 - H), luck)
        for was, now in zip(before.ravel().tolist(), paths(engine).ravel(), strict=True)
    ]
    assert fit.uniform(np.concatenate(places)) > fit.ALPHA
