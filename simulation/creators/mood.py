"""A creator's mood: euphoria, loss-averse anxiety, and what comparison takes away."""

from simulation.arithmetic import tanh
from simulation.compiling import rule
from simulation.declare import Section, parameter


class MoodParameters(Section):
    """Mood of creators."""

    moves: bool = parameter(True, about="Whether mood moves; false freezes it as it starts")
    euphoria: float = parameter(
        0.1, about="Most that a pleasant surprise lifts mood", unit="1/trial", bounds=(0.0, 2.0)
    )
    loss_aversion: float = parameter(
        2.25,
        about="How many times more a bad surprise weighs than a good one of the same size",
        bounds=(0.0, 20.0),
        source="Tversky and Kahneman, J. Risk Uncertainty 1992",
    )
    surprise_scale: float = parameter(
        1.5, about="Prediction error at which a surprise comes near its full effect", bounds=(0.01, 100.0)
    )
    envy: float = parameter(
        0.05,
        about="How much mood a day of standing wholly below similar creators takes away",
        unit="1/day",
        bounds=(0.0, 2.0),
        source="direction from Festinger 1954 and Vogel et al. 2014 (upward comparison); the value is an assumption",
    )
    fade: float = parameter(0.1, about="Share of mood that fades in a day", unit="1/day", bounds=(0.0, 1.0))


@rule
def felt(error: float, p: MoodParameters) -> float:
    """What a surprise d is felt as: tanh(d / s), bounded whatever the numbers are; in (-1, 1)."""
    return tanh(error / p.surprise_scale)


@rule
def taken(before: float, after: float, p: MoodParameters) -> float:
    """What a day took from mood beyond its fading, (1 - fade) before - after; below zero for what it gave."""
    return (1.0 - p.fade) * before - after if p.moves else 0.0


@rule
def mood_after(mood: float, error: float, comparison: float, p: MoodParameters) -> float:
    """After a day: (1 - fade) m + e (max(f, 0) - lambda max(-f, 0)) - envy * comparison, held within [-1, 1].

    f is the felt prediction error, e euphoria, lambda loss aversion. Source: mood follows prediction errors rather
    than rewards, Rutledge et al., PNAS 2014; Eldar et al., Trends Cogn. Sci. 2016.
    """
    if not p.moves:
        return mood
    surprise = felt(error, p)
    lifted = p.euphoria * (max(surprise, 0.0) - p.loss_aversion * max(-surprise, 0.0))
    return min(1.0, max(-1.0, (1.0 - p.fade) * mood + lifted - p.envy * comparison))
