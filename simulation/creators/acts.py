"""What is done to creators: followers and likes bought, purges, sponsored posts, a strategy to keep to."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.creators.strategies import STRATEGIES, STRATEGIES_KNOWN
from simulation.creators.strategy import FREE
from simulation.declare import Brought, PlugIn, place_of
from simulation.state import Creators, Minds


@dataclass(frozen=True)
class Act(PlugIn):
    """One thing that may be done to creators on a day: as an intervention, and so a lever of a sweep.

    Parameters
    ----------
    name, about, unit
        What the act is called, what it does, and what its value counts.
    do
        ``do(world, who, value)``: ``who`` are creators, an array of their numbers. An act of one's own sees the world
        as a phase does (see :class:`simulation.worlds.WorldView`), and writes its columns.
    low, high
        Smallest and largest value, both included.
    choices
        Words that the value may be, where it is no number.
    more
        What gives further words that the value may be, for those that come with plug-ins.
    whole
        Whether the value is a whole number.
    everybody
        Whether creators may be left out, which means all of them.
    adds_up
        Whether one creator may meet it twice on a day.
    writes
        Of an act of one's own, arrays of the model that it writes, such as ``("creators.authenticity",)``.
    """

    name: str
    about: str
    unit: str
    do: Callable[[Any, NDArray[np.int64], Any], None]
    low: float = 0.0
    high: float = 1.0
    choices: tuple[str, ...] = ()
    more: Callable[[], Iterable[str]] = tuple
    whole: bool = False
    everybody: bool = False
    adds_up: bool = False
    writes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.do.__module__.partition(".")[0] != __name__.partition(".")[0]:
            BROUGHT_ACTS.add(self.name, place_of(self.do), self)

    @property
    def words(self) -> tuple[str, ...]:
        """All words that the value may be, none where it is a number."""
        return (*self.choices, *self.more())

    @property
    def told(self) -> str:
        """What it is, in words."""
        return f"act {self.name!r}"

    def on(self, named: Sequence[int], creators: int) -> NDArray[np.int64]:
        """Creators whom it is done to, all where none are named; ``creators`` is how many there are."""
        return np.array(named, dtype=np.int64) if len(named) else np.arange(creators)


BROUGHT_ACTS: Brought[Act] = Brought()
"""Acts of one's own that this process knows, by name."""


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


def keep_strategy(minds: Minds, who: NDArray[np.int64], strategy: str, known: Sequence[str]) -> None:
    """Each of ``who`` keeps to a strategy from the next weekly plan on, or chooses again where it is "free".

    ``known`` are the names of strategies by number.
    """
    minds.kept[who] = -1 if strategy == FREE else known.index(strategy)


ACTS: dict[str, Act] = {
    act.name: act
    for act in (
        Act(
            "bought_followers",
            about="Followers that each creator named buys: they are counted, and do nothing",
            unit="followers/creator",
            do=lambda world, who, value: buy_followers(world.state.creators, who, int(value)),
            low=1,
            high=100_000_000,
            whole=True,
            adds_up=True,
        ),
        Act(
            "bought_likes",
            about="Likes that each creator named buys on that day's post",
            unit="likes/creator",
            do=lambda world, who, value: buy_likes(world.state.creators, who, int(value)),
            low=1,
            high=100_000_000,
            whole=True,
            adds_up=True,
        ),
        Act(
            "purge",
            about="Fraction of bought followers removed from the listed creators (all, if none are listed)",
            unit="1",
            do=lambda world, who, value: purge(world.state.creators, who, value),
            everybody=True,
        ),
        Act(
            "sponsored_post",
            about="Share of each listed creator's next post that is off-voice because of a sponsor",
            unit="1",
            do=lambda world, who, value: sponsor(world.state.creators, who, value),
        ),
        Act(
            "keep_strategy",
            about="Strategy that each creator named keeps to from the next weekly plan on; free lets them choose again",
            unit="word",
            do=lambda world, who, value: keep_strategy(world.state.minds, who, value, world.behaviour.strategy_names),
            choices=(*STRATEGIES, FREE),
            more=lambda: STRATEGIES_KNOWN,
            everybody=True,
        ),
    )
}
"""Every act of the model's own, by name."""
