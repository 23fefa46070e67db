"""`price`: the preset is the setting of theory, and another prior or exponent would be noticed."""

import numpy as np

from benchmarks.validation import gof
from benchmarks.validation.price import FINITE, Growth, finite, fit, lived
from benchmarks.validation.special import arrivals_and_choices, places_of_choices, world
from tests.special_cases import FITS, refused


def test_the_preset_is_the_setting_of_theory() -> None:
    model = world("price", 0)
    p = model.parameters
    assert (p.session.slots, p.feed.prior, p.feed.popularity_bias, p.feed.distinct) == (3.0, 1.0, 1.0, True)
    assert np.array_equal(np.sort(model.state.creators.joined)[10:], np.arange(2990))
    model.run_for(60)
    chosen = [choices for _, choices in arrivals_and_choices(model) if choices]
    assert len(chosen) == 60
    assert all(len(set(choices)) == 3 for choices in chosen)
    assert (model.state.follows.rows.length[:10] == 0).all()


def test_another_prior_or_exponent_is_noticed() -> None:
    growth = Growth("compiled", 1, 149, 1, 1.0, range(24))
    models = [lived(growth, seed) for seed in growth.seeds]
    followers = np.stack([model.state.creators.followers for model in models])
    assert refused([fit(growth, followers, finite(growth), FINITE)]) == []
    assert refused([fit(growth, followers, finite(growth, a=2.0), FINITE)]) != []
    luck = np.random.default_rng(0)
    wrong = np.concatenate([places_of_choices(model, 1.0, 1.2, luck) for model in models])
    assert gof.uniform(wrong) < 0.01 / FITS
