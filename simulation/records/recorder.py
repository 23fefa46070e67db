"""The recorder: takes in a day at a time, keeps the books by cause, and checks that they balance."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.engines.base import DayTotals
from simulation.events import Events
from simulation.ledger import FOLLOW, cause_names
from simulation.records.schema import (
    CREATOR_DAYS,
    DAILY_LAYOUT,
    EVENTS,
    creator_days_layout,
    events_layout,
)
from simulation.records.spool import Spool, SpooledTable, TemporaryFolder
from simulation.state import State

BUFFER = 64 * 2**20
"""Bytes of records kept in memory before they are written to the temporary folder."""


@dataclass(frozen=True)
class Snapshot:
    """What was recorded up to some day; what is recorded later does not show in it."""

    factor_names: tuple[str, ...]
    source_names: tuple[str, ...]
    daily: NDArray[np.int64]  # (days, 8) in the order of DAILY_LAYOUT
    creator_days: SpooledTable
    events: SpooledTable | None  # None where no event log is kept

    @property
    def days(self) -> int:
        """Days recorded."""
        return len(self.daily)


class Recorder:
    """Accumulates daily totals, a row a creator and day, and the event log, in bounded memory.

    Parameters
    ----------
    factor_names, source_names
        Of the model, in the order of their codes.
    creators
        Number of creators M.
    events
        Whether to keep the event log.
    buffer
        Bytes kept in memory; what is more goes to a temporary folder that vanishes with the recorder and the results
        that read it.
    """

    def __init__(
        self,
        factor_names: tuple[str, ...],
        source_names: tuple[str, ...],
        creators: int,
        *,
        events: bool = True,
        buffer: int = BUFFER,
    ) -> None:
        self.factor_names = tuple(factor_names)
        self.source_names = tuple(source_names)
        self._causes = cause_names(self.factor_names)
        self._creators = creators
        self._limit = buffer
        self._daily: list[tuple[int, ...]] = []
        self._followers: NDArray[np.int64] | None = None
        self._ids = np.arange(creators, dtype=np.int32)
        folder = TemporaryFolder()
        self._creator_days = Spool(CREATOR_DAYS, creator_days_layout(self._causes), folder)
        self._events = Spool(EVENTS, events_layout(self.factor_names, self.source_names), folder) if events else None

    @property
    def days(self) -> int:
        """Days recorded so far."""
        return len(self._daily)

    def record_day(self, state: State, events: Events, totals: DayTotals) -> None:
        """Take in the day just lived, whose number is ``state.day``, with the counts as they are at its end.

        Raises
        ------
        AssertionError
            If the day's books do not balance: a fault of the program, never of its input.
        OutputError
            If records have to go to the temporary folder and it is full or cannot be written.
        """
        gained_by, lost_by = self._by_cause(state.day, events)
        self._balance(state, gained_by, lost_by)
        self._daily.append(_daily_row(state, totals))
        self._creator_days.append(self._creator_rows(state, gained_by, lost_by))
        held = self._creator_days.nbytes
        if self._events is not None:
            self._events.append(self._event_rows(state.day, events))
            held += self._events.nbytes
        if held > self._limit:
            self._creator_days.flush()
            if self._events is not None:
                self._events.flush()

    def _by_cause(self, day: int, events: Events) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """Follows and unfollows of each creator by cause, shape (M, causes) each."""
        creators, causes = self._creators, len(self._causes)
        for name, numbers, end in (("creator", events.creator, creators), ("cause", events.cause, causes)):
            if numbers.size and not (numbers.min() >= 0 and numbers.max() < end):
                raise AssertionError(f"day {day}: an event has a {name} outside 0..{end - 1}")
        cell = events.creator.astype(np.int64) * causes + events.cause
        follows = events.kind == FOLLOW
        gained, lost = (
            np.bincount(cell[rows], minlength=creators * causes).reshape(creators, causes).astype(np.int32)
            for rows in (follows, ~follows)
        )
        return gained, lost

    def _balance(self, state: State, gained_by: NDArray[np.int32], lost_by: NDArray[np.int32]) -> None:
        """Check gained - lost = change of followers for every creator, and that the causes sum to the totals."""
        creators = state.creators
        _agree(state.day, "follows gained, by cause and in all,", gained_by.sum(axis=1), creators.gained)
        _agree(state.day, "followers lost, by cause and in all,", lost_by.sum(axis=1), creators.lost)
        net = creators.gained - creators.lost
        if self._followers is not None:
            change = creators.followers - self._followers
            _agree(state.day, "net followers and the change of the follower count", net, change)
        held, counted = int(state.follows.rows.length.sum()), int(creators.followers.sum())
        if held != counted:
            raise AssertionError(f"day {state.day}: users hold {held} follows and creators have {counted} followers")
        self._followers = creators.followers.copy()

    def _creator_rows(self, state: State, gained_by: Any, lost_by: Any) -> dict[str, NDArray[Any]]:
        creators = state.creators
        return {
            "day": np.full(self._creators, state.day, np.int32),
            "creator": self._ids,
            "followers": creators.followers.copy(),
            "gained": creators.gained.astype(np.int32),
            "lost": creators.lost.astype(np.int32),
            "views": creators.views.copy(),
            "likes": creators.likes.copy(),
            "posted": creators.posted.copy(),
            "quality": creators.quality.copy(),
            "gained_by": gained_by,
            "lost_by": lost_by,
        }

    def _event_rows(self, day: int, events: Events) -> dict[str, NDArray[Any]]:
        return {
            "day": np.full(events.user.size, day, np.int32),
            "user": events.user.copy(),
            "creator": events.creator.copy(),
            "kind": (events.kind != FOLLOW).astype(np.int8),
            # The last category stands for no source.
            "source": np.where(events.source < 0, len(self.source_names), events.source).astype(np.int8),
            "cause": events.cause.astype(np.int16),
            "appeal": events.appeal.copy(),
            "reference": events.reference.copy(),
            "probability": events.probability.copy(),
            "satisfaction": events.satisfaction.copy(),
            "contributions": events.contributions.copy(),
        }

    def snapshot(self) -> Snapshot:
        """Everything recorded so far; the run may go on afterwards without changing it."""
        return Snapshot(
            factor_names=self.factor_names,
            source_names=self.source_names,
            daily=np.array(self._daily, dtype=np.int64).reshape(-1, len(DAILY_LAYOUT)),
            creator_days=self._creator_days.snapshot(),
            events=None if self._events is None else self._events.snapshot(),
        )


def _daily_row(state: State, totals: DayTotals) -> tuple[int, ...]:
    creators = state.creators
    return (
        state.day,
        int(np.count_nonzero(state.users.joined <= state.day)),
        totals.sessions,
        totals.views,
        totals.likes,
        int(creators.gained.sum()),
        int(creators.lost.sum()),
        int(creators.followers.sum()),
    )


def _agree(day: int, what: str, left: NDArray[Any], right: NDArray[Any]) -> None:
    wrong = np.flatnonzero(left != right)
    if wrong.size:
        creator = int(wrong[0])
        raise AssertionError(f"day {day}, creator {creator}: {what} are {left[creator]} and {right[creator]}")
