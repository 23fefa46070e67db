"""Popularity to a power: an exponent off by .3 would be noticed in whole laws, by .2 in the choices."""

import numpy as np

from benchmarks.validation import gof
from benchmarks.validation.popularity_exponent import ABOVE, BELOW, finite, in_degree_fit, largest_fit
from benchmarks.validation.price import Growth, lived
from benchmarks.validation.special import places_of_choices
from tests.special_cases import FITS, refused


def test_below_one_another_exponent_is_noticed() -> None:
    growth = Growth("compiled", 1, 100, 1, 1.0, range(30), BELOW)
    models = [lived(growth, seed) for seed in growth.seeds]
    followers = np.stack([model.state.creators.followers for model in models])
    assert refused([in_degree_fit(growth, followers, finite(growth), "")]) == []
    assert refused([in_degree_fit(growth, followers, finite(growth, gamma=0.8), "")]) != []
    assert refused([in_degree_fit(growth, followers, finite(growth, gamma=0.2), "")]) != []
    luck = np.random.default_rng(0)
    wrong = np.concatenate([places_of_choices(model, 1.0, 0.7, luck) for model in models])
    assert gof.uniform(wrong) < 0.01 / FITS


def test_above_one_another_exponent_is_noticed() -> None:
    growth = Growth("compiled", 1, 20, 1, 1.0, range(120), ABOVE)
    followers = np.stack([lived(growth, seed).state.creators.followers for seed in growth.seeds])
    assert refused([largest_fit(growth, followers)]) == []
    assert refused([largest_fit(growth, followers, gamma=1.0)]) != []
    assert refused([largest_fit(growth, followers, gamma=2.5)]) != []
