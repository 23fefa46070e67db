"""`meritocratic`: a third more people in the law than were there would be noticed, on the way and at equilibrium."""

import numpy as np

from benchmarks.validation.meritocratic import fits, lived
from benchmarks.validation.special import Size
from tests.special_cases import refused

SIZE = Size("compiled", 12, range(60))


def test_the_law_of_another_number_of_people_is_noticed() -> None:
    found = lived(SIZE)
    assert refused(fits(SIZE, found)) == []
    wrong = {fit.name.split(",")[0] for fit in refused(fits(SIZE, found, people=16))}
    assert {"followers by rank", "best followed on day 6"} <= wrong


def test_nobody_follows_oneself_and_a_day_brings_at_most_one_follow() -> None:
    found = lived(Size("mesa", 6, range(10)))
    assert not found.follows.diagonal(axis1=1, axis2=2).any()
    assert (found.so_far <= 3).all()
    assert (found.so_far >= 1).all()
    assert (found.last.min(axis=1) >= 1).all()
    assert found.follows[:, 0, 1].all(), "the best follows the second best"
    assert np.array_equal(found.follows[:, 1:, 0], np.ones((10, 5), dtype=np.bool_))
