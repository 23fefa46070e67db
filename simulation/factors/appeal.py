"""How factors make appeal: a weighted mean, and what each factor adds to it."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from simulation.compiling import rule
from simulation.factors.base import Encounter, FactorRule

Appeal = Callable[[Encounter, Any, Any, int, Any], float]
"""``evaluate(encounter, parameters, weights, user, values)``: the appeal, sum of w_f x_f; ``values`` get every x_f."""


@lru_cache(maxsize=8)
def compose(rules: tuple[FactorRule, ...]) -> Appeal:
    """One function that evaluates all factors in order, each with its own parameters; made once for a list of rules."""
    chain = _chain(rules, 0)

    @rule
    def evaluate(encounter: Encounter, parameters: Any, weights: Any, user: int, values: Any) -> float:
        return chain(encounter, parameters, weights, user, values, 0.0)

    return evaluate


def _chain(rules: tuple[FactorRule, ...], place: int) -> Callable[..., float]:
    """A chain, each link evaluating its factor and then the rest: compiled functions cannot walk through a list."""
    first = rules[place]
    if place == len(rules) - 1:

        @rule
        def link(encounter: Encounter, parameters: Any, weights: Any, user: int, values: Any, total: float) -> float:
            value = first(encounter, parameters[place])
            values[place] = value
            return float(total + weights[user, place] * value)
    else:
        rest = _chain(rules, place + 1)

        @rule
        def link(encounter: Encounter, parameters: Any, weights: Any, user: int, values: Any, total: float) -> float:
            value = first(encounter, parameters[place])
            values[place] = value
            return rest(encounter, parameters, weights, user, values, total + weights[user, place] * value)

    return link
