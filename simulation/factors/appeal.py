"""How factors make appeal: a weighted mean, and what each factor adds to it."""

from collections.abc import Callable, Sequence
from typing import Any

from simulation.compiling import rule
from simulation.factors.base import Encounter, FactorRule

Appeal = Callable[[Encounter, Any, Any], None]
"""``evaluate(encounter, parameters, values)`` writes every factor's value into ``values``."""


def compose(rules: Sequence[FactorRule], place: int = 0) -> Appeal:
    """One function that evaluates all factors in order, each with its own parameters.

    Written as a chain, each link evaluating its factor and then the rest, because a compiled function may call
    other functions but not walk through a list of them.
    """
    first = rules[place]
    if place == len(rules) - 1:

        @rule
        def evaluate(encounter: Encounter, parameters: Any, values: Any) -> None:
            values[place] = first(encounter, parameters[place])
    else:
        rest = compose(rules, place + 1)

        @rule
        def evaluate(encounter: Encounter, parameters: Any, values: Any) -> None:
            values[place] = first(encounter, parameters[place])
            rest(encounter, parameters, values)

    return evaluate
