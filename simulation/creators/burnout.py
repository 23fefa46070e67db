"""Burnout: what effort under low mood adds up to, the pause it forces, and quitting."""

from simulation.compiling import rule
from simulation.declare import Section, parameter


class BurnoutParameters(Section):
    """Burnout, hiatus and quitting."""

    moves: bool = parameter(True, about="Whether burnout moves; false freezes it as it starts")
    strain: float = parameter(
        0.07, about="What a day of natural effort under the lowest mood adds", unit="1/day", bounds=(0.0, 1.0)
    )
    recovery: float = parameter(0.02, about="Share that a day of work heals", unit="1/day", bounds=(0.0, 1.0))
    rest: float = parameter(0.06, about="Share that a day of hiatus heals", unit="1/day", bounds=(0.0, 1.0))
    slowdown: float = parameter(0.1, about="Share of the posting rate that full burnout takes away", bounds=(0.0, 1.0))
    breaking_point: float = parameter(0.5, about="Burnout at which a creator stops for a while", bounds=(0.0, 1.0))
    hiatus: int = parameter(21, about="Length of a hiatus", unit="days", bounds=(0, 10_000))
    quitting: float = parameter(0.1, about="Probability that a hiatus is for good", unit="1/hiatus", bounds=(0.0, 1.0))


@rule
def burnout_after(burnout: float, mood: float, effort: float, away: bool, p: BurnoutParameters) -> float:
    """Demands add up: b <- b + strain * effort * max(-mood, 0) (1 - b) - recovery b; in a hiatus rest heals.

    Source: demands without rewards exhaust, Bakker and Demerouti 2007 (form is an assumption).
    """
    if not p.moves:
        return burnout
    if away:
        return burnout * (1.0 - p.rest)
    strained = p.strain * effort * max(-mood, 0.0) * (1.0 - burnout)
    return min(1.0, max(0.0, burnout + strained - p.recovery * burnout))


@rule
def rate_under(natural_rate: float, effort: float, burnout: float, p: BurnoutParameters) -> float:
    """Posts a day: natural rate * effort * (1 - slowdown * burnout), at most 1."""
    return min(1.0, natural_rate * effort * (1.0 - p.slowdown * burnout))


@rule
def days_away(burnout: float, uniform: float, forever: int, p: BurnoutParameters) -> int:
    """Days of a break that begins now: none below the breaking point, a hiatus above it, sometimes for good."""
    if not p.moves or burnout < p.breaking_point:
        return 0
    return forever if uniform < p.quitting else int(p.hiatus)


@rule
def back_on(day: int, away: int, forever: int) -> int:
    """First day after a break of ``away`` days that begins today; ``forever`` where the break is for good."""
    return forever if away == forever else day + away
