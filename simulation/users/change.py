"""How a day of watching changes a user: what is expected of the feed, and what is of interest."""

import math
from typing import Any

from simulation.arithmetic import running_mean
from simulation.compiling import rule
from simulation.declare import Section, parameter
from simulation.randomness import below


class ChangeParameters(Section):
    """Aspiration and the drift of interests."""

    aspiration_start: float = parameter(
        0.5, about="Aspiration and satisfaction before anything was seen", bounds=(0.0, 1.0)
    )
    aspiration_rate: float = parameter(
        0.05, about="Weight of the newest session in aspiration", unit="1/session", bounds=(0.0, 1.0)
    )
    interest_drift: float = parameter(
        0.005, about="How far a liked post draws interests toward its topics", unit="1/like", bounds=(0.0, 1.0)
    )
    curiosity: float = parameter(
        0.005, about="Probability that a session ends with a new interest", unit="1/session", bounds=(0.0, 1.0)
    )
    curiosity_step: float = parameter(
        0.2, about="Weight given to the new interest, before interests are scaled to unit length", bounds=(0.0, 10.0)
    )


@rule
def aspiration_after(aspiration: float, enjoyment: float, p: ChangeParameters) -> float:
    """Running mean of the appeal the feed offers, which better curation raises: aspiration level (Simon 1955)."""
    return running_mean(aspiration, enjoyment, p.aspiration_rate)


@rule
def drift_toward(interests: Any, user: int, topics: Any, creator: int, p: ChangeParameters) -> None:
    """Move row ``user`` of (N, K) interests toward the topics of a liked post, without scaling back to unit length."""
    for topic in range(interests.shape[1]):
        interests[user, topic] = running_mean(interests[user, topic], topics[creator, topic], p.interest_drift)


@rule
def grow_curious(interests: Any, user: int, uniform_1: float, uniform_2: float, p: ChangeParameters) -> None:
    """With probability ``curiosity``, add a step toward one topic chosen uniformly."""
    if uniform_1 < p.curiosity:
        interests[user, below(uniform_2, interests.shape[1])] += p.curiosity_step


@rule
def scale_to_unit_length(interests: Any, user: int) -> None:
    """Scale row ``user`` of (N, K) non-negative interests to unit length."""
    square = 0.0
    for topic in range(interests.shape[1]):
        square += interests[user, topic] * interests[user, topic]
    length = math.sqrt(square)
    for topic in range(interests.shape[1]):
        interests[user, topic] /= length
