"""Exact results in special cases: all of them, in the order of the page."""

from __future__ import annotations

from simulation.validation.meritocratic import MERITOCRATIC
from simulation.validation.modules import EFFORT_MODULE, REWARD_MODULE
from simulation.validation.null import NULL
from simulation.validation.polya import POLYA
from simulation.validation.popularity_exponent import POPULARITY_EXPONENT
from simulation.validation.price import PRICE
from simulation.validation.target import Target
from simulation.validation.two_state import TWO_STATE

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
