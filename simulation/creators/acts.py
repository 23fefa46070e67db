"""What is done to creators: followers and likes bought, purges, sponsored posts, a strategy to keep to."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.creators.strategy import FREE, STRATEGIES
from simulation.errors import ParameterError
from simulation.state import Creators, Minds


def act(creators: Creators, minds: Minds, lever: str, value: Any, named: Sequence[int]) -> None:
    """Do one act of an intervention to the creators it names, or to all where it names none."""
    who = np.array(named, dtype=np.int64) if len(named) else np.arange(creators.user.size)
    if lever == "bought_followers":
        buy_followers(creators, who, int(value))
    elif lever == "bought_likes":
        buy_likes(creators, who, int(value))
    elif lever == "purge":
        purge(creators, who, value)
    elif lever == "sponsored_post":
        sponsor(creators, who, value)
    elif lever == "keep_strategy":
        keep_strategy(minds, who, value)
    else:
        raise ParameterError(f"there is no act {lever!r} on creators")


def open_books(creators: Creators) -> None:
    """A new day: nothing gained, lost, bought or purged yet."""
    for today in (creators.gained, creators.lost, creators.bought_today, creators.purged_today, creators.bought_likes):
        today[:] = 0


def buy_followers(creators: Creators, who: NDArray[np.int64], count: int) -> None:
    """Each of ``who`` buys ``count`` followers: the count that is shown rises, and nobody watches or likes."""
    for tally in (creators.followers, creators.bought, creators.bought_today, creators.gained):
        tally[who] += count


def buy_likes(creators: Creators, who: NDArray[np.int64], count: int) -> None:
    """Each of ``who`` buys ``count`` likes for today's numbers."""
    creators.bought_likes[who] += count


def purge(creators: Creators, who: NDArray[np.int64], share: float) -> None:
    """The platform removes a share of the bought followers of each of ``who``, rounded to whole ones."""
    removed = np.rint(share * creators.bought[who]).astype(np.int64)
    creators.followers[who] -= removed
    creators.bought[who] -= removed
    creators.purged_today[who] += removed
    creators.lost[who] += removed


def sponsor(creators: Creators, who: NDArray[np.int64], share: float) -> None:
    """A share of the next post of each of ``who`` is about something else than its voice, for money."""
    creators.sponsored[who] = share


def keep_strategy(minds: Minds, who: NDArray[np.int64], strategy: str) -> None:
    """Each of ``who`` keeps to a strategy from the next weekly plan on, or chooses again where it is "free"."""
    minds.kept[who] = -1 if strategy == FREE else STRATEGIES.index(strategy)
