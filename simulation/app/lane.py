"""One run of the dashboard: a model, its inputs, and its past as figures need it."""

import threading
from collections import deque
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from simulation.app.beginnings import checked
from simulation.app.history import History
from simulation.arguments import whole_number
from simulation.events import Events
from simulation.interventions import Intervention, is_act
from simulation.ledger import FOLLOW, cause_names
from simulation.model import EngineName
from simulation.records.recorder import by_cause
from simulation.scenario import Scenario

ONE_AT_A_TIME = threading.Lock()
"""Compiled loops run threads of their own, which must not be started from two threads at once."""

RECENT_EVENTS = 50_000
"""Follows and unfollows kept to describe one user or creator; at least those of the latest day."""


class Lane:
    """A run that can be looked at while it goes on.

    Parameters
    ----------
    scenario
        What it is of.
    engine, threads
        As for :class:`~simulation.model.FollowerModel`.

    Raises
    ------
    ParameterError
        If there are too many users to be shown.
    """

    def __init__(self, scenario: Scenario, *, engine: EngineName, threads: int | None = None) -> None:
        with ONE_AT_A_TIME:
            self.model = checked(scenario).model(engine=engine, threads=threads)
        reasons = self.model.parameters.leaving.unfollow_rule == "reasons"
        self.cause_names = cause_names(tuple(factor.name for factor in self.model.factors), reasons)
        self.history = History(self.creators)
        self._recent: deque[tuple[int, Events]] = deque()
        self._sums = dict.fromkeys(("gained", "lost", "likes", "views"), 0.0)
        self._keep()

    @property
    def scenario(self) -> Scenario:
        """What it is of, with the interventions up to now."""
        return self.model.scenario

    @property
    def day(self) -> int:
        """Days simulated."""
        return self.model.day

    @property
    def users(self) -> int:
        """Number of users N."""
        return int(self.model.state.users.activity.size)

    @property
    def creators(self) -> int:
        """Number of creators M."""
        return int(self.model.state.creators.user.size)

    def step(self, days: int) -> None:
        """Simulate some days."""
        for _ in range(days):
            with ONE_AT_A_TIME:
                self.model.run_for(1)
            self._take_in()

    def _take_in(self) -> None:
        events, totals, creators = self.model.events, self.model.totals, self.model.state.creators
        self._recent.append((self.day - 1, events))
        while len(self._recent) > 1 and sum(found.user.size for _, found in self._recent) > RECENT_EVENTS:
            self._recent.popleft()
        today = {
            "gained": creators.gained.sum(),
            "lost": creators.lost.sum(),
            "likes": totals.likes,
            "views": totals.views,
        }
        for name, count in today.items():
            self._sums[name] += int(count)
        self._keep()

    def _keep(self) -> None:
        state = self.model.state
        totals = {
            **self._sums,
            "follows": float(state.creators.followers.sum()),
            "user_mood": float(state.users.mood.mean()),
        }
        mind = state.minds
        of_creators = {
            "followers": state.creators.followers,
            "mood": mind.mood,
            "authenticity": state.creators.authenticity,
            "obsession": mind.obsession,
            "burnout": mind.burnout,
        }
        self.history.append(self.day, totals, of_creators)

    # What is changed --------------------------------------------------------------------------------------------

    def intervene(self, lever: str, value: object, creators: Iterable[int] = ()) -> Intervention:
        """Move a lever, or do something to creators, as the next day begins.

        A lever that was moved already for that day is moved anew.

        Raises
        ------
        ParameterError
            If that is not allowed; the run stays as it is.
        """
        new = Intervention(self.day, lever, value, tuple(creators))  # type: ignore[arg-type]
        planned = self.scenario.interventions
        self.model.plan([item for item in planned if item.day >= self.day and not _replaced(item, new)] + [new])
        return new

    def value_of(self, name: str) -> object:
        """A parameter as it will hold on the next day: as it is, or as a lever was moved for that day."""
        for item in self.scenario.interventions:
            if item.day == self.day and item.lever == name:
                return item.value
        value: object = self.model.parameters[name]
        return value

    def to_toml(self) -> str:
        """A file that gives this run again."""
        happened = [item for item in self.scenario.interventions if item.day < self.day]
        lived = self.scenario.replace(interventions=happened, days=self.day or None)
        return lived.to_toml(short=True, engine=self.model.engine)

    # What is seen -----------------------------------------------------------------------------------------------

    def today_by_cause(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Followers gained and lost on the latest day, by cause in the order of ``cause_names``; (causes,) each."""
        model = self.model
        gained, lost = by_cause(model.state, model.events, len(model.factors), len(self.cause_names))
        return gained.sum(axis=0), lost.sum(axis=0)

    def recent(
        self, *, user: int | None = None, creator: int | None = None, most: int = 6
    ) -> list[tuple[int, bool, int, int, str]]:
        """The latest follows and unfollows of a user, or of a creator, newest first.

        Returns
        -------
        list
            Of (day, whether it is a follow, user, creator, cause).
        """
        found: list[tuple[int, bool, int, int, str]] = []
        for day, events in reversed(self._recent):
            rows = np.ones(events.user.size, bool)
            if user is not None:
                rows &= events.user == user
            if creator is not None:
                rows &= events.creator == creator
            for row in np.flatnonzero(rows)[::-1]:
                cause = self.cause_names[events.cause[row]]
                found.append(
                    (day, bool(events.kind[row] == FOLLOW), int(events.user[row]), int(events.creator[row]), cause)
                )
                if len(found) == most:
                    return found
        return found

    def check_user(self, user: int) -> int:
        """The user, if there is such a one."""
        return whole_number("user", user, 0, self.users - 1)

    def check_creator(self, creator: int) -> int:
        """The creator, if there is such a one."""
        return whole_number("creator", creator, 0, self.creators - 1)


def _replaced(item: Intervention, new: Intervention) -> bool:
    return not is_act(item.lever) and (item.day, item.lever) == (new.day, new.lever)
