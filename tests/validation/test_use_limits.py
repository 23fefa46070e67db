"""Use limits help well-being by 0 to .3 standard deviations, and none does dramatically more (or harm)."""

import pytest

from benchmarks.validation.directions.viewers import LIMITED
from tests.validation.verdicts import assert_holds, judged

pytestmark = pytest.mark.validation


def test_limits_help_a_little() -> None:
    assert_holds(LIMITED)


def test_where_use_displaces_nothing_severe_limits_only_take_joy_away() -> None:
    least = judged(LIMITED, {"wellbeing.displacement": 0.0}, seeds=4)["least"]
    assert least.found.high < 0.0
