"""How numbers are written."""

from __future__ import annotations

import math

import pytest

from simulation.analysis import Interval
from simulation.experiment.options import claims
from simulation.experiment.wording import bounds, brief, decimals, interval, listed, number, p_value, percent, sentence

MINUS = "\N{MINUS SIGN}"


@pytest.mark.parametrize(
    ("low", "high", "digits"), [(0, 0.0246, 3), (0, 2.46, 1), (0, 46, 0), (0, 4600, 0), (1, 1, 3), (math.nan, 1, 3)]
)
def test_decimals_give_the_half_width_two_digits(low: float, high: float, digits: int) -> None:
    assert decimals(low, high) == digits


def test_numbers() -> None:
    assert number(-1234.567, 1) == f"{MINUS}1,234.6" and number(0.5, 2, signed=True) == "+0.50"
    assert number(math.nan, 2) == "-" and brief(math.inf) == "-" and percent(math.nan) == "-"
    assert brief(123456.0) == "123,456" and brief(-0.012345) == f"{MINUS}0.0123"
    assert (
        interval(Interval(-0.1234, -0.2, -0.05, 0.95), "K", signed=True)
        == f"{MINUS}0.123 [{MINUS}0.200, {MINUS}0.050] K"
    )
    assert interval(Interval(5.0, 4.0, 6.0, 0.95), "1") == "5.0 [4.0, 6.0]"
    assert [p_value(p) for p in (0.0004, 0.0123, 1.0, math.nan)] == ["< .001", ".012", "1", "-"]


def test_words() -> None:
    assert listed([]) == "none" and listed(["a"]) == "a" and listed(["a", "b", "c"]) == "a, b and c"
    assert bounds(0, math.inf) == "above 0" and bounds(-math.inf, 2, "%") == "below 2 %"
    assert bounds(-1, 1) == f"from {MINUS}1 to 1"
    assert sentence("it is so") == "It is so." and sentence("Is it?") == "Is it?"


def test_several_claims_are_claims() -> None:
    assert claims("8. So it is") == "Claim 8. So it is"
    assert claims("3 and 11. So and so") == "Claims 3 and 11. So and so"
