"""The recorder: takes in a day at a time, keeps the books by cause, and checks that they balance."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.columns import Column, recorded
from simulation.creators.strategies import STRATEGIES
from simulation.engines.base import DayTotals
from simulation.events import Events
from simulation.ledger import BOUGHT, FOLLOW, PURGE, cause_names
from simulation.posts import lives_of, newest, places_of
from simulation.records.days import DailyRow, creator_rows, daily_row, main_topics, topic_rows
from simulation.records.posts import post_rows
from simulation.records.schema import (
    CREATOR_DAYS,
    EVENTS,
    POSTS,
    POSTS_LAYOUT,
    TOPIC_DAYS,
    TOPIC_DAYS_LAYOUT,
    Record,
    creator_days_layout,
    daily_layout,
    events_layout,
)
from simulation.records.spool import Spool, SpooledTable, TemporaryFolder
from simulation.state import Creators, State

BUFFER = 64 * 2**20
"""Bytes of records kept in memory before they are written to the temporary folder."""


@dataclass(frozen=True)
class Snapshot:
    """What was recorded up to some day; what is recorded later does not show in it."""

    factor_names: tuple[str, ...]
    source_names: tuple[str, ...]
    own: dict[str, list[str]]  # recorded columns of one's own, by what they are of
    reasons: bool  # whether users leave for reasons
    daily: dict[str, NDArray[Any]]  # by column of its layout, (days,) each
    creator_days: SpooledTable
    topic_days: SpooledTable
    events: SpooledTable | None  # None where no event log is kept
    posts: SpooledTable | None  # likewise

    @property
    def days(self) -> int:
        """Days recorded."""
        return len(self.daily["day"])


class Recorder:
    """Accumulates daily totals, a row a day for each creator and topic, and the event log, in bounded memory.

    Parameters
    ----------
    factor_names, source_names
        Of the model, in the order of their codes.
    creators
        Number of creators M.
    record
        What to record beside the tables by day: see :data:`~simulation.records.schema.RECORDS`.
    buffer
        Bytes kept in memory; what is more goes to a temporary folder that vanishes with the recorder and the results
        that read it.
    columns
        Columns of one's own.
    strategies
        Names of strategies by number.
    reasons
        Whether users leave for reasons, which the event log then has.
    """

    def __init__(
        self,
        factor_names: tuple[str, ...],
        source_names: tuple[str, ...],
        *,
        record: Record = "events",
        buffer: int = BUFFER,
        columns: Sequence[Column] = (),
        strategies: tuple[str, ...] = STRATEGIES,
        reasons: bool = False,
    ) -> None:
        self.factor_names = tuple(factor_names)
        self.source_names = tuple(source_names)
        self._causes = cause_names(self.factor_names, reasons)
        self.reasons = reasons
        self._limit = buffer
        self.columns, self.strategies = recorded(columns), strategies
        self._own = {of: list(names) for of, names in self.columns.items()}
        self._layout = daily_layout(self._own)
        self._daily: list[DailyRow] = []
        self._before: tuple[NDArray[np.int64], NDArray[np.int64]] | None = None  # followers and bought, each (M,)
        folder = TemporaryFolder()
        self._creator_days = Spool(CREATOR_DAYS, creator_days_layout(self._causes, self._own, strategies), folder)
        self._topic_days = Spool(TOPIC_DAYS, TOPIC_DAYS_LAYOUT, folder)
        layout = events_layout(self.factor_names, self.source_names, reasons)
        self._events = None if record == "daily" else Spool(EVENTS, layout, folder)
        self._posts = Spool(POSTS, POSTS_LAYOUT, folder) if record == "posts" else None
        self._oldest: dict[str, NDArray[Any]] = {}

    @property
    def days(self) -> int:
        """Days recorded so far."""
        return len(self._daily)

    def record_day(self, state: State, events: Events, totals: DayTotals) -> None:
        """Take in the day just simulated, whose number is ``state.day``, with the counts as they are at its end.

        Raises
        ------
        AssertionError
            If the day's books do not balance: a fault of the program, never of its input.
        OutputError
            If records have to go to the temporary folder and it is full or cannot be written.
        """
        gained_by, lost_by = by_cause(state, events, len(self.factor_names), len(self._causes))
        self._balance(state, gained_by, lost_by)
        topics = main_topics(state.posts.topics[newest(state.posts, state.creators)])
        self._daily.append(daily_row(state, events, totals, len(self.factor_names), self.columns))
        self._creator_days.append(creator_rows(state, topics, gained_by, lost_by, self.columns["creators"]))
        self._topic_days.append(topic_rows(state, topics))
        if self._events is not None:
            self._events.append(self._event_rows(state.day, events))
        if sum(spool.nbytes for spool in self.spools()) > self._limit:
            for spool in self.spools():
                spool.flush()

    def before_posting(self, state: State) -> None:
        """Take note of posts that new ones may push out."""
        if self._posts is not None:
            lives = lives_of(state.posts, state.creators)
            self._oldest = post_rows(state, np.arange(lives - 1, state.posts.day.size, lives))

    def after_posting(self, state: State) -> None:
        """Keep the posts that were pushed out."""
        if self._posts is not None:
            gone = state.creators.posted[self._oldest["creator"]]
            self._posts.append({name: column[gone] for name, column in self._oldest.items()})

    def before_closing(self, state: State, creators: NDArray[np.int64]) -> None:
        """Keep the posts of creators whose accounts are closed."""
        if self._posts is not None:
            self._posts.append(post_rows(state, places_of(state.posts, state.creators, creators)))

    def _balance(self, state: State, gained_by: NDArray[np.int32], lost_by: NDArray[np.int32]) -> None:
        """Check gained - lost = change of followers for every creator, and that the causes sum to the totals."""
        creators = state.creators
        _agree(
            state.day, "followers gained, by cause and in all,", gained_by.sum(axis=1, dtype=np.int64), creators.gained
        )
        _agree(state.day, "followers lost, by cause and in all,", lost_by.sum(axis=1, dtype=np.int64), creators.lost)
        self._balance_changes(state.day, creators)
        held, bought = int(state.follows.rows.length.sum()), int(creators.bought.sum())
        counted = int(creators.followers.sum()) - bought
        if held != counted:
            raise AssertionError(
                f"day {state.day}: users hold {held} follows and creators have {counted} followers besides {bought} "
                "bought ones"
            )

    def _balance_changes(self, day: int, creators: Creators) -> None:
        """Check that followers, and the bought ones among them, changed by what the day's books say."""
        if self._before is not None:
            followers, bought = self._before
            net = creators.gained - creators.lost
            _agree(day, "net followers and the change of the follower count", net, creators.followers - followers)
            net = creators.bought_today - creators.purged_today
            _agree(day, "net followers bought and the change of bought ones", net, creators.bought - bought)
        self._before = creators.followers.copy(), creators.bought.copy()

    def _event_rows(self, day: int, events: Events) -> dict[str, NDArray[Any]]:
        reasons = {"reasons": events.reasons.copy()} if self.reasons else {}
        return reasons | {
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

    def spools(self) -> list[Spool]:
        """The tables that grow by chunks."""
        spools = (self._creator_days, self._topic_days, self._events, self._posts)
        return [spool for spool in spools if spool is not None]

    def books(self) -> tuple[list[DailyRow], tuple[NDArray[np.int64], ...]]:
        """What is held beside those tables: the daily rows, and counts that the next day's are compared with."""
        return list(self._daily), self._before or ()

    def take_over(self, daily: Iterable[Sequence[int | float]], before: Sequence[NDArray[np.int64]]) -> None:
        """Go on from the :meth:`books` of another recorder; its tables are taken over one by one."""
        self._daily = [tuple(row) for row in daily]
        self._before = (before[0], before[1]) if before else None

    def snapshot(self, state: State) -> Snapshot:
        """Everything recorded so far, and posts as they stand; the run may go on afterwards without changing it."""
        posts = None
        if self._posts is not None:
            posts = self._posts.snapshot(post_rows(state, np.arange(state.posts.day.size)))
        return Snapshot(
            factor_names=self.factor_names,
            source_names=self.source_names,
            own=self._own,
            reasons=self.reasons,
            daily={
                column.name: np.array([row[k] for row in self._daily], dtype=column.dtype)
                for k, column in enumerate(self._layout)
            },
            creator_days=self._creator_days.snapshot(),
            topic_days=self._topic_days.snapshot(),
            events=None if self._events is None else self._events.snapshot(),
            posts=posts,
        )


def by_cause(state: State, events: Events, factors: int, causes: int) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Followers gained and lost by each creator by cause, bought and purged ones too, shape (M, causes) each.

    Raises
    ------
    AssertionError
        If an event has a creator or a cause that there is not: a fault of the program.
    """
    creators = state.creators.user.size
    for name, numbers, end in (("creator", events.creator, creators), ("cause", events.cause, causes)):
        if numbers.size and not (numbers.min() >= 0 and numbers.max() < end):
            raise AssertionError(f"day {state.day}: an event has a {name} outside 0..{end - 1}")
    cell = events.creator.astype(np.int64) * causes + events.cause
    follows = events.kind == FOLLOW
    gained, lost = (
        np.bincount(cell[rows], minlength=creators * causes).reshape(creators, causes).astype(np.int32)
        for rows in (follows, ~follows)
    )
    gained[:, factors + BOUGHT] += state.creators.bought_today.astype(np.int32)
    lost[:, factors + PURGE] += state.creators.purged_today.astype(np.int32)
    return gained, lost


def _agree(day: int, what: str, left: NDArray[Any], right: NDArray[Any]) -> None:
    wrong = np.flatnonzero(left != right)
    if wrong.size:
        creator = int(wrong[0])
        raise AssertionError(f"day {day}, creator {creator}: {what} are {left[creator]} and {right[creator]}")
