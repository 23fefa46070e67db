"""The same likes bring less and less: exactly so for one creator whose likes are constant, and where many get more."""

import numpy as np
import pytest

from benchmarks.validation.directions.likes import HABITUATION, VIEWERS, constant_likes
from simulation.parameters import Parameters
from tests.validation.verdicts import assert_holds, judged
from tests.worlds import ENGINES

pytestmark = pytest.mark.validation

ALPHA = Parameters().minds.habituation.rate


@pytest.mark.parametrize("engine", ENGINES)
def test_the_prediction_errors_of_constant_likes_fall_geometrically(engine: str) -> None:
    lived = constant_likes([VIEWERS] * 40, engine)
    assert (lived.likes == VIEWERS).all()
    assert lived.errors[0] > 1.0
    assert lived.errors == pytest.approx(lived.errors[0] * (1.0 - ALPHA) ** np.arange(40), rel=1e-9)


@pytest.mark.parametrize("engine", ENGINES)
def test_likes_that_stay_away_disappoint_by_what_was_expected(engine: str) -> None:
    """After n constant ones V = R (1 - (1 - alpha)^n), and omission gives -V."""
    lived = constant_likes([VIEWERS] * 20 + [0], engine)
    assert lived.errors[-1] == pytest.approx(-lived.errors[0] * (1.0 - (1.0 - ALPHA) ** 20), rel=1e-9)


def test_joy_in_constant_likes_rises_and_fades() -> None:
    mood = constant_likes([VIEWERS] * 120).mood
    top = int(mood.argmax())
    assert 0 < top < 40
    assert (np.diff(mood[top:]) < 0.0).all()
    assert mood[-1] < 0.01 * mood[top]


def test_where_everybody_gets_more_likes_for_good_the_joy_in_them_fades() -> None:
    assert_holds(HABITUATION)


def test_expectations_that_do_not_move_leave_the_joy() -> None:
    left = judged(HABITUATION, {"minds.habituation.moves": False}, seeds=4)["lift_left"]
    assert left.found.low > left.expectation.high
