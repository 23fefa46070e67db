"""`polya`: the preset is the setting of theory, and another prior would be noticed."""

import numpy as np

from benchmarks.validation import gof
from benchmarks.validation.polya import Urn, fits, lived
from benchmarks.validation.special import places_of_choices, world
from tests.special_cases import FITS, refused


def test_the_preset_is_the_setting_of_theory() -> None:
    """All creators are there from the start and never follow; then one user a day arrives and follows one of them."""
    model = world("polya", 0)
    joined = model.state.users.joined
    assert (model.state.creators.joined == -1).all()
    assert (np.sort(joined[joined >= 0]) == np.arange(2000)).all()
    model.run_for(50)
    lengths = model.state.follows.rows.length
    assert (lengths == ((joined >= 0) & (joined < 50))).all()


def test_another_prior_is_noticed() -> None:
    urn = Urn("compiled", 10, 60, 1.0, range(40))
    models = [lived(urn, seed) for seed in urn.seeds]
    counts = np.stack([model.state.creators.followers for model in models])
    assert (counts.sum(axis=1) == 60).all()
    assert refused(fits(urn, counts)) == []
    for wrong in (0.5, 2.0):
        assert refused(fits(urn, counts, a=wrong)) != []
    luck = np.random.default_rng(0)
    no_urn = np.concatenate([places_of_choices(model, 1.0, 0.0, luck) for model in models])
    assert gof.uniform(no_urn) < 0.01 / FITS
