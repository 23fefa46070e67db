"""How numbers, words and tables are written."""

from __future__ import annotations

import math

import numpy as np
import pytest

from simulation.analysis import Interval
from simulation.analysis.wording import (
    aligned,
    bounds,
    counted,
    decimals,
    interval,
    listed,
    markdown_table,
    number,
    p_value,
    percent,
    sentence,
    span,
    times,
    value_text,
)
from simulation.experiment.options import claims

MINUS = "\N{MINUS SIGN}"


@pytest.mark.parametrize(
    ("low", "high", "digits"), [(0, 0.0246, 3), (0, 2.46, 1), (0, 46, 0), (0, 4600, 0), (1, 1, 3), (math.nan, 1, 3)]
)
def test_decimals_give_the_half_width_two_digits(low: float, high: float, digits: int) -> None:
    assert decimals(low, high) == digits


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (123456.0, "123,456"),
        (999.6, "1,000"),
        (150, "150"),
        (0.5, "0.5"),
        (0.49999, "0.5"),
        (-0.012345, f"{MINUS}0.0123"),
        (0.0, "0"),
        (-0.0, "0"),
        (math.inf, "-"),
        (math.nan, "-"),
    ],
)
def test_three_significant_digits_without_trailing_zeros(value: float, text: str) -> None:
    assert number(value) == text


def test_digits_and_signs() -> None:
    assert number(-1234.567, 1) == f"{MINUS}1,234.6" and number(0.5, 2, signed=True) == "+0.50"
    assert number(150.4, digits=2) == "150" and number(1.23456, digits=4) == "1.235"
    assert number(-0.001, 2) == "0.00" and number(0.001, 2, signed=True) == "0.00"
    assert percent(0.256) == "26%" and percent(-0.0123, 2, signed=True) == f"{MINUS}1.23%" and percent(math.nan) == "-"
    assert [times(factor) for factor in (1.44, 23.4, math.inf, math.nan)] == ["1.4 x", "23 x", "all", "-"]
    assert [p_value(p) for p in (0.0004, 0.0123, 1.0, math.nan)] == ["< .001", ".012", "1", "-"]


def test_intervals() -> None:
    assert (
        interval(Interval(-0.1234, -0.2, -0.05, 0.95), "K", signed=True)
        == f"{MINUS}0.123 [{MINUS}0.200, {MINUS}0.050] K"
    )
    assert interval(Interval(5.0, 4.0, 6.0, 0.95), "1") == "5.0 [4.0, 6.0]"
    assert interval(Interval(0.25, math.nan, math.nan, 0.95), "posts") == "0.25 posts"
    assert bounds(0, math.inf) == "above 0" and bounds(-math.inf, 2, "%") == "below 2 %"
    assert bounds(-1, 1) == f"from {MINUS}1 to 1" and span(-1, 1, signed=True) == f"{MINUS}1 .. +1"


def test_words() -> None:
    assert listed([]) == "none" and listed(["a"]) == "a" and listed(["a", "b", "c"]) == "a, b and c"
    assert sentence("it is so") == "It is so." and sentence("Is it?") == "Is it?"
    assert counted(1, "process") == "1 process" and counted(2000, "process") == "2,000 processes"
    assert counted(0, "uncertainty") == "0 uncertainties" and counted(20, "day") == "20 days"
    assert [value_text(given) for given in (True, np.False_, 1e-3, 2_000_000, "own_voice", None)] == [
        "yes", "no", "0.001", "2,000,000", "own voice", "None",
    ]  # fmt: skip


def test_tables_put_numbers_to_the_right() -> None:
    head, rows = ("name", "n", "what"), [("a|b", "1", "x"), ("c", f"{MINUS}20", "1"), ("d", "-", "")]
    assert aligned(head, rows).splitlines() == [
        "name    n  what",
        "---------------",
        "a|b     1  x",
        f"c     {MINUS}20  1",
        "d       -",
    ]
    assert markdown_table(head, rows[:1]) == "| name | n | what |\n| --- | ---: | --- |\n| a\\|b | 1 | x |"
    assert aligned(head, []).splitlines()[0] == "name  n  what"


def test_several_claims_are_claims() -> None:
    assert claims("8. So it is") == "Claim 8. So it is"
    assert claims("3 and 11. So and so") == "Claims 3 and 11. So and so"
