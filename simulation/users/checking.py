"""Looking at creators one follows: news of theirs that no recommender has to bring."""

from typing import Any

from simulation.compiling import rule
from simulation.randomness import below
from simulation.users.session import SessionParameters


@rule
def next_checked(checked: Any, count: int, held: int, most: int, uniform: float) -> int:
    """One more of ``most`` different ties to look at, out of ``held``: each set of them is equally likely.

    ``checked`` (at least count) holds the ``count`` drawn before; gives a number in 0..held - 1 that is not among them.
    Source: R. W. Floyd's sampling without replacement, in Bentley, Commun. ACM 1987.
    """
    last = held - most + count
    drawn = below(uniform, last + 1)
    for place in range(count):
        if checked[place] == drawn:
            return last
    return int(drawn)


@rule
def is_news(visible: bool, newest: int, seen: int) -> bool:
    """Whether a post can be seen, and is newer than what was last seen of its creator, on day ``seen``."""
    return visible and newest > seen


@rule
def is_usual(followed_path: bool, p: SessionParameters) -> bool:
    """Whether a post counts among those that follows are compared with: not where followers look for it themselves.

    ``followed_path``: it came as one of a creator whom the user follows. All count where nobody looks (``checks`` = 0).
    """
    return not followed_path or p.checks == 0


@rule
def falls_silent(visible: bool, day: int, seen: int, p: SessionParameters) -> bool:
    """Whether a creator is noticed missing: no post can be seen, and the last one was seen ``patience`` days ago."""
    return not visible and day - seen >= p.patience
