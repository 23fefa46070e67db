"""When a creator posts, how good the post is, and the consistency that earns."""

import math
from typing import Any, Literal

from simulation.arithmetic import exp, running_mean
from simulation.compiling import rule
from simulation.declare import Section, parameter

DAYS, POSTS = range(2)
"""Values of ``consistency_by``."""


class PostingParameters(Section):
    """Posting, the life of posts, and the consistency that posting earns."""

    post_life: int = parameter(
        1,
        about="Days for which the feed may show a post, the day it comes out among them",
        unit="days",
        bounds=(1, 60),
        kind="constant",
    )
    quality_tail: float = parameter(
        0.0,
        about="Weight h of the tails of a post's quality: 0 is normal; the larger, the likelier are hits and flops",
        bounds=(0.0, 1.0),
        source="form: the h-distribution, Tukey 1977; the value is an assumption",
    )

    quality_noise: float = parameter(
        0.25, about="Standard deviation of quality for a wholly irregular creator", bounds=(0.0, 2.0)
    )
    career_sd: float = parameter(
        0.0,
        about="Standard deviation of what a career adds to talent at a time; 0: creators stay as good as they are",
        bounds=(0.0, 1.0),
    )
    career_time: float = parameter(
        700.0, about="Time in which a career forgets where it stood", unit="days", bounds=(1.0, 1e6)
    )
    quality_tolerance: float = parameter(
        0.1, about="How far below the creator's own level a post may fall and still be as expected", bounds=(0.0, 1.0)
    )
    consistency_by: Literal["days", "posts"] = parameter(
        "days",
        about="days: every day shows how consistent a creator is, one without a post as well; posts: only days on "
        "which a post is due or comes out, so that who hardly ever posts does not seem the more consistent",
        kind="constant",
    )
    consistency_rate: float = parameter(
        0.05, about="Weight in consistency of the newest day that counts", unit="1/day", bounds=(0.0, 1.0)
    )


@rule
def can_post(joined: int, away_until: int, day: int) -> bool:
    """Whether a creator is at work: from the day after joining on, but for breaks."""
    return joined < day and away_until <= day


@rule
def due_today(rate: float, phase: float, day: int) -> bool:
    """Whether an even schedule of ``rate`` posts a day, shifted by ``phase`` in [0, 1), has a post due today."""
    return math.floor(rate * (day + 1) + phase) > math.floor(rate * day + phase)


@rule
def phase_after(phase: float, rate: float, new_rate: float, day: int) -> float:
    """Phase with which the schedule of a new rate begins where that of the old one stands; in [0, 1)."""
    if new_rate == rate:
        return phase
    place = (rate - new_rate) * day + phase
    return min(place - math.floor(place), 1.0 - 2.0**-53)  # the difference may round up to 1


@rule
def posts_today(due: bool, rate: float, regularity: float, uniform_1: float, uniform_2: float) -> bool:
    """With probability ``regularity`` the creator keeps to the schedule; else chance posts at the same rate."""
    if uniform_1 < regularity:
        return due
    return uniform_2 < rate


@rule
def realised_quality(talent: float, regularity: float, normal: float, p: PostingParameters) -> float:
    """Quality of today's post: clip(talent + (1 - regularity) sd z exp(h z^2 / 2)) to [0, 1].

    ``normal``, z, is standard normal; h is the weight of the tails. Source of the form: J. W. Tukey, Exploratory Data
    Analysis, 1977.
    """
    noise = normal * exp(0.5 * p.quality_tail * normal * normal) if p.quality_tail > 0.0 else normal
    return min(1.0, max(0.0, talent + (1.0 - regularity) * p.quality_noise * noise))


@rule
def career_after(career: float, normal: float, p: PostingParameters) -> float:
    """A day of a career, which wanders about 0: c + (-c + sd sqrt(2 tau) z) / tau, z being standard ``normal``.

    The process of Ornstein and Uhlenbeck (1930) in steps of a day; its standard deviation is sd / sqrt(1 - 1 / 2 tau).
    """
    return career + (p.career_sd * math.sqrt(2.0 * p.career_time) * normal - career) / p.career_time


@rule
def delivered(due: bool, posted: bool, quality: float, talent: float, p: PostingParameters) -> bool:
    """Whether the day went as followers expect: posted exactly when due, and not much below the creator's own level."""
    if posted != due:
        return False
    return not posted or quality >= talent - p.quality_tolerance


@rule
def counts_for_consistency(due: bool, posted: bool, p: Any) -> bool:
    """Whether a day tells followers how consistent a creator is: any, or by posts one with a post due or made."""
    return bool(p.consistency_by == DAYS or due or posted)


@rule
def consistency_after(consistency: float, as_expected: bool, p: PostingParameters) -> float:
    """Running share of days that went as expected, of those that count."""
    return running_mean(consistency, 1.0 if as_expected else 0.0, p.consistency_rate)
