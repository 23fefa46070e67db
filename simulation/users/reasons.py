"""Reasons to leave: what the hazard of ending a tie is made of, for ``unfollow_rule = reasons``.

Each channel gives a part of the log of the hazard; a channel whose weight is 0 gives 0. Where a channel compares
appeals, their difference is taken times ``leaving.sharpness``, that is on the scale of log-odds.
"""

from typing import Any

from simulation.arithmetic import exp, log1p, running_mean
from simulation.compiling import rule
from simulation.declare import Section, parameter
from simulation.users.decisions import SAFELY_ABOVE_ONE

CHANGE, ALTERNATIVES, SATIATION, SMALLNESS, SPONSORED, DRIFT, OVERLOADED = range(7)
CHANNELS = ("change", "alternatives", "satiation", "smallness", "sponsored", "drift", "overload")
"""Channels by number: parts of the log of the hazard."""


class ReasonsParameters(Section):
    """Channels of leaving, and what users keep in mind for them."""

    base: float = parameter(
        0.0006,
        about="Hazard of leaving a settled tie for which no channel speaks",
        unit="1/post seen",
        bounds=(0.0, 1.0),
        source="fitted by hand to .0013-.0026 a tie-day: Kwak, Chun and Moon, CHI 2011",
    )
    change: float = parameter(
        0.8,
        about="Weight of how far satisfaction has fallen below what the tie usually gave",
        unit="1/log-odds",
        bounds=(0.0, 10.0),
    )
    alternatives: float = parameter(
        0.3,
        about="Weight of how far satisfaction lies below what the user's other followed creators give",
        unit="1/log-odds",
        bounds=(0.0, 10.0),
    )
    satiation: float = parameter(
        0.15,
        about="Weight of each post of one creator beyond those tolerated",
        unit="1/post",
        bounds=(0.0, 10.0),
        source="direction from Kwak, Chun and Moon, CHI 2011 (bursts), and Liang and Fu 2017 (redundancy); the value "
        "is an assumption",
    )
    smallness: float = parameter(
        0.5,
        about="Weight of being made to feel small: the creator's success times the user's fear of missing out",
        bounds=(0.0, 10.0),
        source="direction from Vogel et al. 2014; made to feel bad, 47% of those asked: Cosmopolitan 2021; the value "
        "is an assumption",
    )
    sponsored: float = parameter(
        1.0,
        about="Weight of the share of a post that is paid for, where its topics do not interest the user at all",
        bounds=(0.0, 10.0),
        source="form from Cheng and Zhang, Manage. Sci. 2025: more for large creators, less where it fits; the value "
        "is an assumption",
    )
    drift: float = parameter(
        2.0,
        about="Weight of how much nearer a post lies to the user's former interests than to those of today",
        unit="1/cosine",
        bounds=(0.0, 100.0),
        source="lost interest, 41% of those asked: Rakuten 2019; the value is an assumption",
    )
    usual_rate: float = parameter(
        0.01, about="Weight of the newest post in what a tie usually gives", unit="1/post seen", bounds=(0.0, 1.0)
    )
    reference_rate: float = parameter(
        0.1,
        about="Weight of the newest session in what followed creators give a user",
        unit="1/session",
        bounds=(0.0, 1.0),
    )
    interest_memory: float = parameter(
        180.0, about="Sessions over which former interests are averaged", unit="sessions", bounds=(1.0, 1e5)
    )
    satiation_time: float = parameter(
        7.0, about="Time in which the posts seen of one creator fade", unit="days", bounds=(0.1, 1000.0)
    )
    tolerated: float = parameter(
        3.0, about="Posts of one creator, those of the past fading, that nobody minds", unit="posts", bounds=(0.0, 1e4)
    )
    lowest: float = parameter(-3.0, about="Least that all channels can add to the log hazard", bounds=(-20.0, 0.0))
    highest: float = parameter(4.5, about="Most that all channels can add to the log hazard", bounds=(0.0, 20.0))


@rule
def weight_of_newest(rate: float, posts: float) -> float:
    """Weight of the newest of some ``posts`` since the follow in a running mean: 1 / (posts + 1), or ``rate``.

    So the first ones count alike, and the one that the follow began with is no more than one of them: it was better
    than most, and a mean that clung to it would fall whatever the creator does.
    """
    return max(rate, 1.0 / (posts + 1.0))


@rule
def usual_satisfaction_after(usual: float, appeal: float, posts: float, p: ReasonsParameters) -> float:
    """What a tie usually gives after some ``posts`` seen: a slow running mean of felt appeal, s0 + weight (U - s0)."""
    return running_mean(usual, appeal, weight_of_newest(p.usual_rate, posts))


@rule
def satisfaction_by_posts(satisfaction: float, appeal: float, posts: float, p: Any) -> float:
    """What a tie gives after some ``posts`` seen: a running mean of felt appeal, s + weight (U - s)."""
    return running_mean(satisfaction, appeal, weight_of_newest(p.satisfaction_rate, posts))


@rule
def dose_after(dose: float, days: int, p: ReasonsParameters) -> float:
    """Posts of one creator seen lately, with one more after ``days``: d exp(-days / time) + 1."""
    return dose * exp(-days / p.satiation_time) + 1.0


@rule
def change_part(usual: float, satisfaction: float, p: Any) -> float:
    """The tie gives less than it did: k1 * sharpness (s0 - s)."""
    return float(p.reasons.change * p.sharpness * (usual - satisfaction))


@rule
def alternatives_part(reference: float, satisfaction: float, p: Any) -> float:
    """Other creators whom the user follows give more: k2 * sharpness (r - s)."""
    return float(p.reasons.alternatives * p.sharpness * (reference - satisfaction))


@rule
def satiation_part(dose: float, p: ReasonsParameters) -> float:
    """Too much of one creator: weight * max(0, dose - tolerated). Source: Liang and Fu 2017; Kwak et al. 2011."""
    return p.satiation * max(0.0, dose - p.tolerated)


@rule
def smallness_part(crowd: float, fomo: float, low: float, p: ReasonsParameters) -> float:
    """Made to feel small: weight * crowd_j * fomo_i (1 + low_i), more where mood is ``low`` below its set point.

    crowd = log(1 + shown followers) / log(1 + users): nothing where counts are hidden. ``low`` may be negative, and
    counts as 0 then.
    """
    return p.smallness * crowd * fomo * (1.0 + max(0.0, low))


@rule
def sponsored_part(paid: float, fit: float, crowd: float, p: ReasonsParameters) -> float:
    """A paid post: weight * share paid for (1 - fit) (1 + crowd_j), ``fit`` being interest similarity."""
    return p.sponsored * paid * (1.0 - fit) * (1.0 + crowd)


@rule
def drift_part(similarity_before: float, similarity: float, p: ReasonsParameters) -> float:
    """The user has moved on: weight * (similarity of the post to former interests - to those of today)."""
    return p.drift * (similarity_before - similarity)


@rule
def overload_part(load: float, p: Any) -> float:
    """More follows than can be cared for: log(1 + o max(0, load - 1)), o being ``leaving.overload``."""
    return log1p(p.overload * max(0.0, load - 1.0))


@rule
def log_ratio(total: float, p: ReasonsParameters) -> float:
    """What channels that sum to ``total`` add to the log hazard: no less than ``lowest``, no more than ``highest``."""
    return min(p.highest, max(p.lowest, total))


@rule
def hazard_for_reasons(ratio: float, age: int, mutual: int, p: Any) -> float:
    """Probability to end a tie on seeing a post: base (1 + a exp(-age / tau)) exp(ratio) (1 - bond if mutual).

    ``ratio`` is what :func:`log_ratio` gives; ``age`` in days; ``mutual`` = 1 where the creator follows back; at most
    1. Fragility, its time and the bond are those of ``leaving``.
    """
    fragile = 1.0 + p.new_tie_fragility * exp(-age / p.settling_time)
    hazard: float = p.reasons.base * fragile * exp(ratio) * (1.0 - p.reciprocity_bond * mutual)
    return min(1.0, hazard)


@rule
def reasons_bound(p: Any) -> float:
    """What :func:`hazard_for_reasons` cannot exceed, whatever the tie and the channels."""
    bound: float = p.reasons.base * (1.0 + p.new_tie_fragility) * exp(p.reasons.highest)
    return SAFELY_ABOVE_ONE * bound
