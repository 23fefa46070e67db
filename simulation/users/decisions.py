"""Liking and following: two logistic choices on appeal, and the alternatives that special cases need."""

from typing import Any, Literal

from simulation.arithmetic import exp
from simulation.compiling import rule
from simulation.declare import Section, parameter

LOGIT, ALWAYS, CONSTANT, BEST_SO_FAR = range(4)
"""Values of ``follow_rule``."""
SAFELY_ABOVE_ONE = 1.0 + 1e-9
"""Bounds are held with a margin far wider than rounding."""


class DecisionParameters(Section):
    """Liking and following."""

    follow_rule: Literal["logit", "always", "constant", "best_so_far"] = parameter(
        "logit",
        about="logit: logistic in appeal; always; constant: a fixed probability; best_so_far: follow only what beats "
        "the most talented creator followed so far (Pagan et al., Nature Communications 2021)",
        kind="constant",
    )
    follow_threshold: float = parameter(
        0.875, about="Appeal at which a user follows with probability one half", bounds=(-2.0, 3.0)
    )
    follow_sharpness: float = parameter(14.0, about="Steepness k of the follow decision in appeal", bounds=(0.0, 200.0))
    share_probability: float = parameter(
        0.0,
        about="Probability that a user who likes a post shares it with peers, whose feeds show it among what friends "
        "pass on; 0: nobody shares",
        unit="1/like",
        bounds=(0.0, 1.0),
        kind="constant",
        source="that reshares bring follows: Antoniades and Dovrolis 2015; the form and the value are assumptions",
    )
    share_life: int = parameter(
        3, about="Days for which what a peer shared is shown", unit="days", bounds=(1, 1000), kind="constant"
    )
    grudges: int = parameter(
        0,
        about="How many creators a user remembers to have left for what they posted, the latest ones, until their "
        "accounts are closed; 0: none",
        unit="creators",
        bounds=(0, 1000),
        kind="constant",
    )
    grudge: float = parameter(
        3.0,
        about="Log-odds that having left a creator takes off following again, as long as that is remembered; for "
        "follow_rule = logit, and for follow-backs",
        bounds=(0.0, 50.0),
    )
    follow_probability: float = parameter(
        0.1,
        about="Probability to follow when shown, for follow_rule = constant",
        unit="1/exposure",
        bounds=(0.0, 1.0),
    )
    overload: float = parameter(
        0.0,
        about="Log-odds that a follow loses for every multiple of attention that a user follows beyond it",
        bounds=(0.0, 100.0),
    )
    like_threshold: float = parameter(
        0.8, about="Appeal at which a user likes with probability one half", bounds=(-2.0, 3.0)
    )
    like_sharpness: float = parameter(9.0, about="Steepness of the like decision in appeal", bounds=(0.0, 200.0))
    follower_bonus: float = parameter(
        0.04, about="Appeal added, for liking only, where the user follows the creator already", bounds=(0.0, 1.0)
    )
    like_prompt: float = parameter(
        0.006,
        about="Appeal that the sight of others' likes adds, for liking only: lost where like counts are hidden",
        bounds=(0.0, 1.0),
        source="fitted to likes x .956 without like counts: field study of 2019; direction from Muchnik, Aral and "
        "Taylor, Science 2013",
    )
    like_herding: float = parameter(
        0.077,
        about="Appeal that the likes a post shows add at most, for liking only: half of it for the first like, two "
        "thirds for two, L / (1 + L) for L; 0: nobody minds how many",
        bounds=(0.0, 1.0),
        source="fitted to one early like, which makes the next 1.32 times as likely: Muchnik, Aral and Taylor, Science "
        "2013; that more likes add less and less, as L / (1 + L), is an assumption",
    )


@rule
def logistic(x: float) -> float:
    """1 / (1 + exp(-x)), without overflow: in (0, 1), 0 or 1 only where the number underflows."""
    smaller = exp(-abs(x))
    return (1.0 if x >= 0.0 else smaller) / (1.0 + smaller)


@rule
def cannot_happen(uniform: float, tendency: float) -> bool:
    """Whether ``uniform`` is certainly not below logistic(tendency), found out without an exponential.

    1 / logistic(-y) = 1 + exp(y) exceeds 2 + y + y^2/2 + y^3/6 + y^4/24 for y > 0. False decides nothing. Most posts
    are neither liked nor followed, so this settles most decisions at a fraction of the work.
    """
    y = -tendency
    at_least = 2.0 + y * (1.0 + y * (1.0 / 2.0 + y * (1.0 / 6.0 + y * (1.0 / 24.0))))
    return y > 0.0 and uniform * at_least > SAFELY_ABOVE_ONE


@rule
def like_tendency(appeal: float, following: int, hidden: int, applause: float, p: DecisionParameters) -> float:
    """Log-odds of a like: k (U + bonus if followed - prompt if like counts are hidden + herding A - theta_like).

    ``applause``: A = L / (1 + L) for the L likes that the post shows, zero where like counts are hidden.
    """
    swayed = appeal + p.follower_bonus * following - p.like_prompt * hidden + p.like_herding * applause
    return p.like_sharpness * (swayed - p.like_threshold)


@rule
def follow_tendency(appeal: float, eagerness: float, p: DecisionParameters) -> float:
    """Log-odds of a follow under the rule ``logit``: k (U - theta_follow) + eagerness of the user."""
    return p.follow_sharpness * (appeal - p.follow_threshold) + eagerness


@rule
def readiness(eagerness: float, load: float, p: DecisionParameters) -> float:
    """Log-odds that a user adds to every follow: eagerness - overload max(0, load - 1).

    ``load`` = follows held / attention: who follows more than can be cared for follows less readily.
    """
    return eagerness - p.overload * max(0.0, load - 1.0)


@rule
def like_probability(appeal: float, following: int, hidden: int, applause: float, p: DecisionParameters) -> float:
    """Probability to like a post: logistic of :func:`like_tendency`."""
    return logistic(like_tendency(appeal, following, hidden, applause, p))


@rule
def follow_probability(appeal: float, talent: float, best_followed: float, eagerness: float, p: Any) -> float:
    """Probability that a user who sees a post and does not follow its creator does so now.

    ``best_followed`` is the greatest talent this user ever followed, below zero where nobody was; ``eagerness``, the
    log-odds this user adds to every follow under the rule ``logit``, less those of a grudge.
    """
    if p.follow_rule == LOGIT:
        return logistic(follow_tendency(appeal, eagerness, p))
    if p.follow_rule == ALWAYS:
        return 1.0
    if p.follow_rule == CONSTANT:
        return float(p.follow_probability)
    return 1.0 if talent > best_followed else 0.0
