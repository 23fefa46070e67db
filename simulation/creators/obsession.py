"""Obsession: the craving for numbers that surprises feed."""

from simulation.compiling import rule
from simulation.declare import Section, parameter


class ObsessionParameters(Section):
    """Craving for numbers."""

    moves: bool = parameter(True, about="Whether obsession moves; false freezes it as it starts")
    start: float = parameter(0.1, about="Obsession before the first day", bounds=(0.0, 1.0))
    craving: float = parameter(
        0.15,
        about="Most that a pleasant surprise adds, for a creator driven by validation",
        unit="1/trial",
        bounds=(0.0, 2.0),
    )
    worry: float = parameter(
        0.15, about="What a day that takes 1 from mood adds, for a creator driven by validation", bounds=(0.0, 5.0)
    )
    fade: float = parameter(0.02, about="Share of obsession that fades in a day", unit="1/day", bounds=(0.0, 1.0))


@rule
def obsession_after(obsession: float, validation: float, surprise: float, fall: float, p: ObsessionParameters) -> float:
    """Fed and fading: o <- (1 - fade) o + validation (craving max(f, 0) + worry max(fall, 0)) (1 - o), in [0, 1].

    f is the felt prediction error; fall is what the day took from mood beyond its fading. Reward feeds the
    craving, and worry feeds it too. Source: reinforcement by
    unpredictable rewards, Schultz, Dayan and Montague, Science 1997; problematic use, Andreassen 2015 (directions).
    """
    if not p.moves:
        return obsession
    fed = validation * (p.craving * max(surprise, 0.0) + p.worry * max(fall, 0.0))
    return min(1.0, max(0.0, (1.0 - p.fade) * obsession + fed * (1.0 - obsession)))
