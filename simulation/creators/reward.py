"""What a post's numbers are worth to the creator who reads them."""

from simulation.arithmetic import log
from simulation.compiling import rule
from simulation.declare import Section, parameter


class RewardParameters(Section):
    """What a post is worth to its creator."""

    joy: float = parameter(
        4.0,
        about="What a wholly authentic post in the creator's own voice is worth to creative joy, beside the logarithms "
        "of counts that validation and influence are fed by",
        bounds=(0.0, 100.0),
    )


@rule
def net_by_people(gained: int, bought: int, lost: int, purged: int) -> int:
    """Net followers of a day as a creator takes them to heart: followers bought, and purged ones, left out."""
    return gained - bought - lost + purged


@rule
def impression(count: int) -> float:
    """What a number looks like: sign(n) log(1 + |n|), gains and losses alike, the first ones weighing most."""
    return log(1.0 + count) if count >= 0 else -log(1.0 - count)


@rule
def impression_made(count: int, usual: float, hidden: int) -> float:
    """The impression of a number that is shown; one that is hidden is taken to be as usual, and so surprises nobody."""
    return usual if hidden else impression(count)


@rule
def metrics_reward(validation: float, influence: float, likes: float, net: float, views: float) -> float:
    """What the numbers give: validation (likes + net followers) + influence * views, each as its impression.

    Source: likes act as rewards, Lindstrom et al., Nature Communications 2021; that the impression is logarithmic is
    an assumption.
    """
    return validation * (likes + net) + influence * views


@rule
def joy_reward(joy: float, authenticity: float, fit: float, p: RewardParameters) -> float:
    """What making it gives: joy * authenticity * fit, fit being the cosine of own voice and post.

    Source: intrinsic motivation, Ryan and Deci, Am. Psychol. 2000.
    """
    return p.joy * joy * authenticity * fit
