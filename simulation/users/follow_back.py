"""Following back: what a creator does about another creator who has just followed."""

from simulation.compiling import rule
from simulation.declare import Section, parameter
from simulation.users.decisions import logistic


class FollowBackParameters(Section):
    """Follow-backs between creators."""

    moves: bool = parameter(True, about="Whether creators follow back at all; where not set, as creators.minds")
    courtesy: float = parameter(
        0.27,
        about="Appeal that having been followed adds, where attention is free",
        bounds=(0.0, 2.0),
        source="fitted to reciprocity .2-.6: KuaiRand; Kwak et al., WWW 2010",
    )


@rule
def follow_back_probability(
    appeal: float, load: float, sharpness: float, threshold: float, courtesy: float, grudge: float
) -> float:
    """Probability to follow back: logistic(k (U + courtesy (1 - min(1, load)) - theta_follow) - grudge).

    ``load`` = follows held / attention: courtesy is for those who have attention left, so the overloaded rarely
    return a follow. ``grudge``: log-odds taken off where the creator had left the other before. Source: A. W. Gouldner,
    Am. Sociol. Rev. 1960 (the norm of reciprocity); the form is an assumption.
    """
    return logistic(sharpness * (appeal + courtesy * (1.0 - min(1.0, load)) - threshold) - grudge)
