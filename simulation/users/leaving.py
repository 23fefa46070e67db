"""Unfollowing: satisfaction with a tie, the hazard of ending it, and tidying a feed that has grown too full."""

from typing import Any, Literal

from simulation.arithmetic import exp, running_mean
from simulation.compiling import rule
from simulation.declare import Section, parameter
from simulation.users.decisions import SAFELY_ABOVE_ONE, logistic
from simulation.users.reasons import ReasonsParameters, reasons_bound

SATISFACTION, CONSTANT, NEVER, REASONS = range(4)
"""Values of ``unfollow_rule``."""
SEEN, ALL = range(2)
"""Values of ``reconsider``."""


class LeavingParameters(Section):
    """Satisfaction, unfollowing and tidying."""

    unfollow_rule: Literal["satisfaction", "constant", "never", "reasons"] = parameter(
        "satisfaction",
        about="satisfaction: a hazard of what is expected of the feed; constant: a fixed probability; never; reasons: "
        "the hazard and the channels of leaving.reasons",
        kind="constant",
    )
    reconsider: Literal["seen", "all"] = parameter(
        "seen",
        about="seen: a follow is reconsidered when the creator is seen or noticed missing; all: every follow, each day",
        kind="constant",
    )
    unfollow_probability: float = parameter(
        0.01,
        about="Probability to unfollow when reconsidered, for unfollow_rule = constant",
        unit="1/reconsideration",
        bounds=(0.0, 1.0),
    )
    base_hazard: float = parameter(
        0.022, about="Scale of the hazard of unfollowing", unit="1/reconsideration", bounds=(0.0, 1.0)
    )
    new_tie_fragility: float = parameter(
        2.0,
        about="How much more fragile a tie is on its first day, as a multiple to add",
        bounds=(0.0, 100.0),
        source="direction from Kwak, Chun and Moon, CHI 2011; the value is an assumption",
    )
    settling_time: float = parameter(30.0, about="Time in which a new tie settles", unit="days", bounds=(0.1, 10_000.0))
    satisfaction_rate: float = parameter(
        0.2, about="Weight of the newest post in satisfaction with a creator", unit="1/exposure", bounds=(0.0, 1.0)
    )
    absence_rate: float = parameter(
        0.02,
        about="Share of satisfaction lost each time a followed creator is noticed missing",
        unit="1/reconsideration",
        bounds=(0.0, 1.0),
    )
    margin: float = parameter(
        0.0, about="How far satisfaction may fall below aspiration before leaving is even odds", bounds=(-1.0, 1.0)
    )
    sharpness: float = parameter(
        20.0,
        about="Steepness of the hazard in aspiration - margin - satisfaction; log-odds per unit of appeal, for "
        "unfollow_rule = reasons",
        unit="log-odds",
        bounds=(0.0, 200.0),
    )
    overload: float = parameter(
        0.5, about="Rise of the hazard per follow held beyond attention, as a share of attention", bounds=(0.0, 100.0)
    )
    reciprocity_bond: float = parameter(
        0.5,
        about="Share of the hazard that a follow in return takes away",
        bounds=(0.0, 1.0),
        source="direction from Kivran-Swaine, Govindan and Naaman, CHI 2011; the value is an assumption",
    )
    tidy_probability: float = parameter(
        0.05,
        about="Probability that a session ends with dropping the least satisfying follow, when more are held than "
        "attention allows",
        unit="1/session",
        bounds=(0.0, 1.0),
    )
    reasons: ReasonsParameters = ReasonsParameters()


@rule
def satisfaction_after_seeing(satisfaction: float, appeal: float, p: LeavingParameters) -> float:
    """Running mean of felt appeal: s + eta (U - s)."""
    return running_mean(satisfaction, appeal, p.satisfaction_rate)


@rule
def satisfaction_after_absence(satisfaction: float, p: LeavingParameters) -> float:
    """Out of sight, out of mind: s (1 - absence rate) when a followed creator is looked for and has not posted."""
    return satisfaction * (1.0 - p.absence_rate)


@rule
def load_of(follows: int, attention: float) -> float:
    """How full a feed is: creators followed, as a share of those the user can care for."""
    return follows / attention


@rule
def unfollow_hazard(satisfaction: float, aspiration: float, age: int, load: float, mutual: int, p: Any) -> float:
    """Probability to end a follow that is being reconsidered.

    base (1 + a exp(-age / tau)) logistic(k (aspiration - margin - s)) (1 + o max(0, load - 1)) (1 - bond if mutual),
    at most 1. ``age`` in days; ``load`` = follows held / attention; ``mutual`` = 1 where the creator follows back.
    Falls with age as in Kwak, Chun and Moon, CHI 2011. For unfollow_rule = reasons see
    :func:`~simulation.users.reasons.hazard_for_reasons`.
    """
    if p.unfollow_rule == NEVER:
        return 0.0
    if p.unfollow_rule == CONSTANT:
        return float(p.unfollow_probability)
    fragile = 1.0 + p.new_tie_fragility * exp(-age / p.settling_time)
    dissatisfied = logistic(p.sharpness * (aspiration - p.margin - satisfaction))
    overloaded = 1.0 + p.overload * max(0.0, load - 1.0)
    bond = 1.0 - p.reciprocity_bond * mutual
    hazard: float = p.base_hazard * fragile * dissatisfied * overloaded * bond
    return min(1.0, hazard)


@rule
def hazard_bound(load: float, p: Any) -> float:
    """What the hazard cannot exceed at this load, whatever the tie: found at little cost."""
    if p.unfollow_rule == NEVER:
        return 0.0
    if p.unfollow_rule == CONSTANT:
        return float(p.unfollow_probability)
    if p.unfollow_rule == REASONS:
        return reasons_bound(p)
    bound: float = p.base_hazard * (1.0 + p.new_tie_fragility) * (1.0 + p.overload * max(0.0, load - 1.0))
    return SAFELY_ABOVE_ONE * bound


@rule
def tidies_up(follows: int, attention: float, uniform: float, p: LeavingParameters) -> bool:
    """Whether a session ends with dropping a follow: with ``tidy_probability`` where more are held than attention."""
    return follows > attention and uniform < p.tidy_probability
