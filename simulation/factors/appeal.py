"""How factors make appeal: a weighted mean, and what each factor adds to it."""

from collections.abc import Callable
from functools import cache
from typing import Any

from simulation.compiling import rule
from simulation.factors.base import Encounter, FactorRule

Appeal = Callable[[Encounter, Any, Any], None]
"""``evaluate(encounter, parameters, values)`` writes every factor's value into ``values``."""


@cache
def compose(rules: tuple[FactorRule, ...]) -> Appeal:
    """One function that evaluates all factors in order, each with its own parameters; made once for a list of rules."""
    return _chain(rules, 0)


def _chain(rules: tuple[FactorRule, ...], place: int) -> Appeal:
    """A chain, each link evaluating its factor and then the rest: compiled functions cannot walk through a list."""
    first = rules[place]
    if place == len(rules) - 1:

        @rule
        def evaluate(encounter: Encounter, parameters: Any, values: Any) -> None:
            values[place] = first(encounter, parameters[place])
    else:
        rest = _chain(rules, place + 1)

        @rule
        def evaluate(encounter: Encounter, parameters: Any, values: Any) -> None:
            values[place] = first(encounter, parameters[place])
            rest(encounter, parameters, values)

    return evaluate
