"""How alike a user and a creator are: the three measures that factors share."""

from typing import Any

from simulation.arithmetic import exp
from simulation.compiling import rule


@rule
def cosine(interests: Any, user: int, topics: Any, creator: int) -> float:
    """Cosine of two non-negative unit vectors, rows of (N, K) ``interests`` and (M, K) ``topics``; in [0, 1]."""
    total = 0.0
    for topic in range(interests.shape[1]):
        total += interests[user, topic] * topics[creator, topic]
    return min(total, 1.0)


@rule
def identity_similarity(users: Any, user: int, creators: Any, creator: int, scale: float) -> float:
    """exp(-|v_i - v_j|^2 / (2 s^2)) of two positions in the 2-d value space, rows of (N, 2) and (M, 2); in (0, 1]."""
    dx = users[user, 0] - creators[creator, 0]
    dy = users[user, 1] - creators[creator, 1]
    return exp(-(dx * dx + dy * dy) / (2.0 * scale * scale))


@rule
def emotional_resonance(taste: Any, user: int, expression: Any, creator: int) -> float:
    """Overlap of emotional taste and expression (cosine), unit-length rows of (N, 4) and (M, 4); in [0, 1]."""
    total = 0.0
    for emotion in range(4):
        total += taste[user, emotion] * expression[creator, emotion]
    return min(total, 1.0)
