"""What the platform keeps in mind of creators: momentum, which it takes for popularity, and what they post about."""

from typing import Any

from simulation.arithmetic import running_mean
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


@rule
def become_known(known_for: Any, creator: int, topics: Any, post: int, p: FeedParameters) -> None:
    """Take a new post, row ``post`` of (P, K) topics, into what its creator is known for, row ``creator`` of (M, K)."""
    for k in range(known_for.shape[1]):
        known_for[creator, k] = running_mean(known_for[creator, k], topics[post, k], 1.0 / p.reputation_posts)
