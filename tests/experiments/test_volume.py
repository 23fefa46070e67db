"""The threshold that holds the volume: found on curves of which it is known."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest

from simulation.errors import ParameterError
from simulation.experiment.volume import CLOSE, PRECISION, SHARPNESS, USUAL_THRESHOLD, VOLUME, Held, hold
from tests.told import raises


def held_by(follows: Callable[[float], float]) -> Held[float]:
    """Held on a curve: what is simulated is the number of follows itself."""
    held = hold(follows, lambda found: found)
    assert held.found == held.follows
    return held


@pytest.mark.parametrize("shift", [-1.2, -0.3, 0.0, 0.2, 1.0])
@pytest.mark.parametrize("sharpness", [SHARPNESS / 2, SHARPNESS, 3 * SHARPNESS])
def test_it_is_found_wherever_it_lies(shift: float, sharpness: float) -> None:
    held = held_by(lambda threshold: VOLUME * math.exp(-sharpness * (threshold - USUAL_THRESHOLD - shift)))
    assert held.follows == pytest.approx(VOLUME, rel=1.05 * CLOSE)
    assert next(iter(held.tried)) == USUAL_THRESHOLD
    assert len(held.tried) < 12


def test_a_curve_in_steps_is_met_as_nearly_as_it_can_be() -> None:
    """As in small worlds, where one follow more or less is a step that may jump over what is wanted."""
    held = held_by(lambda threshold: 0.1 if threshold > 0.9 else 0.3)
    assert held.follows == 0.1
    assert min(abs(at - 0.9) for at in held.tried) < PRECISION


def test_nobody_follows_at_first() -> None:
    held = held_by(lambda threshold: max(0.0, 0.8 - threshold))
    assert held.tried[USUAL_THRESHOLD] == 0 and held.follows == pytest.approx(VOLUME, rel=1.05 * CLOSE)


@pytest.mark.parametrize("level", [0.0, 0.05, 1.0])
def test_what_no_threshold_gives_is_refused(level: float) -> None:
    with raises(ParameterError, f"{VOLUME} follows"):
        held_by(lambda _: level)
