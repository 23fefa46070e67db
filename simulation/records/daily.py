"""What a day leaves in the daily table, each column declared once: a count, or a mean over those who are there."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.engines.base import DayTotals
from simulation.events import Events
from simulation.ledger import DEPARTURE, FOLLOW
from simulation.state import NEVER, State
from simulation.vectors import mean

Chosen = NDArray[np.bool_]


@dataclass(frozen=True)
class Evening:
    """A day as it ended."""

    state: State
    events: Events
    totals: DayTotals
    factors: int  # how many: structural causes are numbered after them

    @cached_property
    def present(self) -> Chosen:
        """Which users are there."""
        users, day = self.state.users, self.state.day
        return np.asarray((users.joined <= day) & (users.left > day))

    @cached_property
    def quit(self) -> Chosen:
        """Which creators post no more."""
        return np.asarray(self.state.creators.away_until >= NEVER)

    @cached_property
    def active(self) -> Chosen:
        """Which creators joined and have not quit."""
        return np.asarray((self.state.creators.joined <= self.state.day) & ~self.quit)

    @cached_property
    def follows(self) -> int:
        """How many of the events are follows."""
        return _number(self.events.kind == FOLLOW)


def _number(chosen: Any) -> int:
    return int(np.count_nonzero(chosen))


COUNTS: Mapping[str, Callable[[Evening], int]] = {
    "day": lambda at: at.state.day,
    "users": lambda at: _number(at.present),
    "sessions": lambda at: at.totals.sessions,
    "views": lambda at: at.totals.views,
    "likes": lambda at: at.totals.likes,
    "shares": lambda at: int(at.state.creators.shares.sum()),
    "follows": lambda at: at.follows,
    "unfollows": lambda at: at.events.kind.size - at.follows,
    "unfollows_by_departure": lambda at: _number(at.events.cause == at.factors + DEPARTURE),
    "follow_edges": lambda at: int(at.state.follows.rows.length.sum()),
    "bought": lambda at: int(at.state.creators.bought_today.sum()),
    "purged": lambda at: int(at.state.creators.purged_today.sum()),
    "departures": lambda at: _number(at.state.users.left == at.state.day),
    "posts": lambda at: _number(at.state.creators.posted),
    "away": lambda at: _number((at.state.creators.away_until > at.state.day) & ~at.quit),
    "quit": lambda at: _number(at.quit),
}
"""Counts of a day.

``users``: present that day, those who leave on it left out; ``views``: exposures; ``follows``, ``unfollows``: by users,
so bought followers are in neither; ``unfollows_by_departure``: those among the unfollows that happened because the user
left the platform; ``follow_edges``: follows held at the day's end, bought followers left out; ``bought``, ``purged``:
followers bought by creators and removed by the platform that day; ``departures``: users who left that day; ``posts``:
creators who posted; ``away``, ``quit``: creators on a hiatus, and those who post no more.
"""

MEANS: Mapping[str, Callable[[Evening], float]] = {
    "mood": lambda at: mean_over(at.state.users.mood, at.present),
    "fomo": lambda at: mean_over(at.state.users.fomo, at.present),
    "use": lambda at: mean_over(at.state.users.use, at.present),
    "creator_mood": lambda at: mean_over(at.state.minds.mood, at.active),
    "obsession": lambda at: mean_over(at.state.minds.obsession, at.active),
    "burnout": lambda at: mean_over(at.state.minds.burnout, at.active),
    "authenticity": lambda at: mean_over(at.state.creators.authenticity, at.active),
}
"""Means at the day's end, NaN where there is no one: ``mood``, ``fomo`` and ``use`` (posts/day) of users present;
``creator_mood``, ``obsession``, ``burnout`` and ``authenticity`` of creators who joined and have not quit."""


def mean_over(column: NDArray[np.float64], chosen: Chosen) -> float:
    """Mean over the rows chosen, NaN of none."""
    if not chosen.any():
        return float("nan")
    # Most days everybody counts, and ten million numbers need not be copied to leave nobody out.
    return mean(column if chosen.all() else column[chosen])
