"""Momentum: what the platform takes to be popular."""

from typing import Any

from simulation.compiling import rule


@rule
def likes_counted(likes: int, bought: int, visible: bool) -> int:
    """Likes of today as the platform counts them: bought ones too, where there is a post to give them to."""
    return likes + (bought if visible else 0)


@rule
def momentum_after(momentum: float, gained: int, bought: int, likes: int, p: Any) -> float:
    """After a day: memory * momentum + followers gained, bought ones left out, + like weight * likes.

    ``p`` is :class:`~simulation.platform.feed.FeedParameters`.
    """
    return float(p.momentum_memory * momentum + (gained - bought + p.like_weight * likes))
