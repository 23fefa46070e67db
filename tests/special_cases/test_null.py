"""`null`: the preset is the setting of theory, and a follow probability off by a tenth would be noticed."""

import numpy as np
import pytest
from scipy import stats

from benchmarks.validation import gof, laws
from benchmarks.validation.null import DAYS, EXACT, Crowd, P, degrees, follow_fit, follower_fit, follower_law, poisson
from benchmarks.validation.special import ENGINES, Engine, world
from tests.special_cases import refused


def test_the_preset_is_the_setting_of_theory() -> None:
    p = world("null", 0).parameters
    assert (p.population.users, p.population.creators, p.decision.follow_probability) == (5000, 500, P)


def test_a_follow_probability_off_by_a_tenth_is_noticed() -> None:
    crowd = Crowd("compiled", 1000, 100, range(30))
    found = degrees(crowd)
    right = [follower_fit(crowd, found.followers, follower_law(crowd), EXACT), follow_fit(crowd, found)]
    assert refused(right) == []
    wrong = [
        follower_fit(crowd, found.followers, follower_law(crowd, 1.1 * P), EXACT),
        follow_fit(crowd, found, 1.1 * P),
    ]
    assert len(refused(wrong)) == 2


@pytest.mark.parametrize("users", [200, 1000, 5000])
def test_the_law_is_as_good_as_poisson(users: int) -> None:
    """Total variation at most the largest of the probabilities that are added up (Le Cam 1960)."""
    crowd = Crowd("compiled", users, users // 10, range(1))
    law = follower_law(crowd)
    assert 0.5 * np.abs(law - poisson(law)).sum() < 1.0 - (1.0 - P / (crowd.creators - 1)) ** DAYS


@pytest.mark.parametrize("engine", ENGINES)
def test_with_few_creators_whoever_is_followed_is_met_in_vain(engine: Engine) -> None:
    """Eight creators, and one meeting in two ends in a follow: meeting the same again is what shapes the law."""
    found = degrees(Crowd(engine, 200, 8, range(4)), days=10, p=0.5)
    assert gof.goodness_of_fit(found.watchers.ravel(), laws.distinct_met(8, 0.5, 10)) > 1e-4
    assert gof.goodness_of_fit(found.watchers.ravel(), stats.binom.pmf(np.arange(11), 10, 0.5)) < 1e-4
    places = gof.place_in_law(found.creators.ravel(), laws.distinct_met(7, 0.5, 10), np.random.default_rng(0))
    assert gof.uniform(places) > 1e-4
