"""Exact results in special cases: all of them, in the order of the page."""

from __future__ import annotations

from benchmarks.validation.meritocratic import MERITOCRATIC
from benchmarks.validation.modules import EFFORT_MODULE, REWARD_MODULE
from benchmarks.validation.null import NULL
from benchmarks.validation.polya import POLYA
from benchmarks.validation.popularity_exponent import POPULARITY_EXPONENT
from benchmarks.validation.price import PRICE
from benchmarks.validation.target import Target
from benchmarks.validation.two_state import TWO_STATE

EXACT: tuple[Target, ...] = (
    TWO_STATE,
    MERITOCRATIC,
    POLYA,
    PRICE,
    NULL,
    POPULARITY_EXPONENT,
    REWARD_MODULE,
    EFFORT_MODULE,
)
