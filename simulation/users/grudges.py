"""Dislike that lasts: a user remembers the creators left last, and is slow to follow them again."""

from typing import Any

from simulation.compiling import rule


@rule
def grudge_against(memory: Any, user: int, creator: int, grudge: float) -> float:
    """Log-odds that a user takes off following a creator: ``grudge`` where it is remembered to have left them, else 0.

    ``memory`` has ``left``, (N, G): creators left by each user, the latest first, -1 for a free place.
    """
    for place in range(memory.left.shape[1]):
        if memory.left[user, place] == creator:
            return grudge
    return 0.0


@rule
def bear_grudge(memory: Any, user: int, creator: int) -> None:
    """Note that a user has just left a creator; where all places are taken, whoever was left longest ago is forgotten.

    A creator who stands there already, or a place that is free, makes room before that.
    """
    last = memory.left.shape[1] - 1
    for place in range(last):
        if memory.left[user, place] == creator or memory.left[user, place] == -1:
            last = place
            break
    for place in range(last, 0, -1):
        memory.left[user, place] = memory.left[user, place - 1]
    if last >= 0:
        memory.left[user, 0] = creator
