"""Momentum: what the platform takes to be popular."""

from simulation.compiling import rule
from simulation.platform.feed import FeedParameters


@rule
def likes_counted(likes: int, bought: int, visible: bool) -> int:
    """Likes of today as the platform counts them: bought ones too, where there is a post to give them to."""
    return likes + (bought if visible else 0)


@rule
def momentum_after(momentum: float, gained: int, bought: int, likes: int, p: FeedParameters) -> float:
    """After a day: memory * momentum + followers gained, bought ones left out, + like weight * likes."""
    news = gained - bought + p.like_weight * likes
    return float(p.momentum_memory * momentum + news)
