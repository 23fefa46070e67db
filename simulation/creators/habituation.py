"""Getting used to it: what a post has come to promise, and what it takes to surprise."""

from simulation.arithmetic import running_mean
from simulation.compiling import rule
from simulation.declare import Section, parameter


class HabituationParameters(Section):
    """Expected reward, and the levels that effort and strategies are measured against.

    A trial is a day on which a post is out and its numbers come in.
    """

    moves: bool = parameter(True, about="Whether expectations move; false freezes them as they start")
    rate: float = parameter(
        0.1,
        about="Learning rate alpha: weight of the newest trial in the expected reward",
        unit="1/trial",
        bounds=(0.0, 1.0),
        source="form from Rescorla and Wagner 1972; learning from likes: Lindstrom et al., Nature Communications "
        "2021; the value is an assumption",
    )
    average_rate: float = parameter(
        0.15, about="Weight of the newest trial in the average reward", unit="1/trial", bounds=(0.0, 1.0)
    )
    accustomed_rate: float = parameter(
        0.02, about="Weight of the newest trial in the accustomed reward", unit="1/trial", bounds=(0.0, 1.0)
    )


@rule
def prediction_error(reward: float, expected: float) -> float:
    """Surprise d = r - V. Constant rewards R from V = 0 surprise by R (1 - alpha)^n; an omitted one by -V."""
    return reward - expected


@rule
def expected_after(expected: float, error: float, p: HabituationParameters) -> float:
    """V <- V + alpha d. Source: R. A. Rescorla and A. R. Wagner 1972."""
    return expected + p.rate * error if p.moves else expected


@rule
def usual_after(usual: float, seen: float, p: HabituationParameters) -> float:
    """What a number usually looks like: a running mean of its impressions."""
    return running_mean(usual, seen, p.rate) if p.moves else usual


@rule
def average_after(average: float, reward: float, p: HabituationParameters) -> float:
    """Running mean of what trials were judged to earn, by which effort is set."""
    return running_mean(average, reward, p.average_rate) if p.moves else average


@rule
def accustomed_after(accustomed: float, reward: float, p: HabituationParameters) -> float:
    """Adaptation level: a slow running mean of the same. Source: H. Helson 1964; Brickman and Campbell 1971."""
    return running_mean(accustomed, reward, p.accustomed_rate) if p.moves else accustomed
