"""Effort: how often to post, by what posting has brought."""

import math

from simulation.compiling import rule
from simulation.declare import Section, parameter

NEGLIGIBLE = 1e-9
"""Posts a day, or reward, that is as good as none: below it squares and quotients would leave the range of numbers."""


class EffortParameters(Section):
    """Vigour of posting."""

    moves: bool = parameter(True, about="Whether effort follows rewards; false leaves the natural posting rate")
    least: float = parameter(0.8, about="Least effort, as a multiple of the natural posting rate", bounds=(0.0, 1.0))
    most: float = parameter(1.2, about="Most effort, as a multiple of the natural posting rate", bounds=(1.0, 10.0))


@rule
def latency(reward_rate: float, cost: float) -> float:
    """Time between posts that pays best: sqrt(C / R), for a cost C / time of hurrying and rewards R per unit time.

    Source: Niv, Daw, Joel and Dayan, Psychopharmacology 2007; posting latency falls as the reward rate rises,
    Lindstrom et al., Nature Communications 2021.
    """
    return math.sqrt(cost / reward_rate)


@rule
def cost_of_posting(natural_rate: float, accustomed: float) -> float:
    """The cost C at which the natural posting rate is what pays best under the accustomed reward: R / rate^2."""
    return accustomed / (natural_rate * natural_rate)


@rule
def effort(natural_rate: float, average: float, accustomed: float, p: EffortParameters) -> float:
    """Posting rate that pays best, as a multiple of the natural one: 1 / (latency * rate), within its bounds.

    With C from the accustomed reward this is sqrt(average reward / accustomed reward): more of the same brings no
    more effort. Where either is not positive there is nothing to work for, or everything is better than before.
    """
    if not p.moves or natural_rate < NEGLIGIBLE:
        return 1.0
    if average <= 0.0:
        return p.least
    if accustomed < NEGLIGIBLE:
        return p.most
    wanted = 1.0 / (latency(average, cost_of_posting(natural_rate, accustomed)) * natural_rate)
    return min(p.most, max(p.least, wanted))
