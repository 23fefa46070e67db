"""`two_state`: the preset is the setting of theory, and rates off by a tenth would be noticed."""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from benchmarks.validation.gof import uniform
from benchmarks.validation.special import Size, world
from benchmarks.validation.two_state import H, P, fits, paths, steps
from tests.special_cases import FITS, refused
from tests.told import tells

SIZE = Size("compiled", 300, range(50))


@cache
def found() -> NDArray[np.int64]:
    return paths(SIZE, 20)


def test_the_preset_is_the_setting_of_theory() -> None:
    model = world("two_state", 0)
    p = model.parameters
    assert (p.decision.follow_probability, p.leaving.unfollow_probability) == (P, H)
    assert (model.state.users.activity.size - 1, model.state.creators.user.size) == (1000, 1)


def test_rates_off_by_a_tenth_are_noticed() -> None:
    assert refused(fits(SIZE, found())) == []
    assert any("mean path" in fit.name for fit in refused(fits(SIZE, found(), p=1.1 * P)))
    assert any("day 20" in fit.name for fit in refused(fits(SIZE, found(), p=1.1 * P)))
    assert refused(fits(SIZE, found(), h=1.2 * H)) != []
    assert uniform(steps(SIZE, found(), p=1.1 * P)) < 0.01 / FITS


def test_followers_that_cling_together_are_noticed_although_their_mean_is_right() -> None:
    """Whole distributions are tested, not means: five times the deviations, at the same mean, are refused."""
    wide = np.clip(np.rint(found().mean(axis=0) + 5.0 * (found() - found().mean(axis=0))), 0, 300).astype(np.int64)
    assert any(tells(fit.name, "followers day") for fit in refused(fits(SIZE, wide)))
