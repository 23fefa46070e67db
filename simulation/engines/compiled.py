"""The compiled engine: parallel loops over arrays.

Users are split into chunks of about equal work, and threads take chunks; the loops release Python's lock. A chunk
writes only to its own users, its own counters and its own events, so threads never meet.
"""

import os
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.arguments import whole_number
from simulation.by_reference import by_reference
from simulation.compiling import compiled
from simulation.creators.audience import audience_after
from simulation.creators.comparison import usual_following
from simulation.creators.partners import match_partners
from simulation.creators.strategies import check_weeks
from simulation.engines.base import DayTotals, World, rule_parameters, trials
from simulation.engines.chunk import (
    COUNTERS,
    SAMPLES,
    SESSIONS,
    WRITTEN,
    Chunk,
    PostSight,
    Sight,
    make_scratch,
    post_sight_of,
    sight_of,
    viewer_parameters,
)
from simulation.engines.creating import CreatorParameters, post_all, take_in_all
from simulation.engines.foreign import check_compiles, naming, refuse_broken
from simulation.engines.planning import ask_again, make_planning
from simulation.engines.settling import make_room, settle
from simulation.engines.watching import make_loops
from simulation.events import Events, first_events, join_events
from simulation.ledger import FOLLOW, room_for_events
from simulation.parameters import Parameters
from simulation.platform.ranking import FeedTables
from simulation.platform.trends import hottest
from simulation.plugins import Rules
from simulation.state import Creators, Memory, Rows, Users

SMALLEST_CHUNK = 256
CHUNKS_PER_THREAD = 2
EVENT_ROOM = 2048


@lru_cache(maxsize=8)
def meeting_loops(rules: Rules) -> tuple[Any, Any]:
    """The loops in which users meet creators, for what a model has of its own; compiled when first called."""
    return make_loops(rules)


@compiled
def _settle_all(
    day: int, users: Users, creators: Creators, memory: Memory, rows: Rows, empty: int, events: Events
) -> None:
    users, creators, memory = by_reference(users), by_reference(creators), by_reference(memory)
    rows, events = by_reference(rows), by_reference(events)
    for e in range(events.user.size):
        settle(e, day, users, creators, memory, rows, empty, events)


def check_threads(threads: int | None) -> int:
    """Threads to use; None takes all cores, at most 16.

    Raises
    ------
    ParameterError
        If it is not a positive whole number.
    """
    if threads is None:
        return min(16, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1)
    return whole_number("threads", threads)


class CompiledEngine:
    """Compiled loops over the arrays of a world."""

    def __init__(self, world: World, threads: int | None = None) -> None:
        self._world = world
        self._threads = check_threads(threads)
        self._p = rule_parameters(world.parameters, world.behaviour)
        check_compiles(trials(world.state, world.behaviour, self._p))
        self._watch, self._answer = meeting_loops(world.behaviour.loops)
        self._plan = make_planning(world.behaviour.strategies, world.behaviour.columns)
        self._pure = np.eye(world.state.trends.heat.size)
        self._tables: FeedTables
        self._creators: Sight
        self._posts: PostSight
        self._bounds = self._chunk_bounds()
        self._pool: ThreadPoolExecutor | None = None

    def _chunk_bounds(self) -> list[int]:
        """Chunks of about equal work, which grows with a user's number of peers."""
        start = self._world.state.peers.start
        users = start.size - 1
        chunks = 1 if self._threads == 1 else min(CHUNKS_PER_THREAD * self._threads, -(-users // SMALLEST_CHUNK))
        work = start + 10 * np.arange(users + 1)
        inner = np.searchsorted(work, work[-1] * np.arange(1, chunks) / chunks)
        return [0, *np.unique(inner).tolist(), users]

    @property
    def _for_creators(self) -> CreatorParameters:
        """What creators go by: not the factors, for other ones of which their loops would be compiled anew."""
        p = self._p
        return CreatorParameters(p.posting, p.minds, p.minds_move, p.feed, p.strategies)

    def adopt(self, parameters: Parameters) -> None:
        """Go by other parameters from now on."""
        self._p = rule_parameters(parameters, self._world.behaviour)

    def post(self, day: int) -> None:
        """Creators make their weekly plans, and decide whether to post, how good it is and on what."""
        state, luck, p = self._world.state, self._world.luck, self._for_creators
        if p.minds_move:
            opened = np.zeros(len(p.strategies), dtype=np.bool_)
            try:
                self._plan(luck, day, state.users, state.creators, state.minds, opened, p)
            except Exception:
                known = self._world.behaviour
                ask_again(luck, day, state.creators, state.minds, known.strategies, known.columns, p)
                raise
            if self._world.behaviour.own_strategies:
                check_weeks(day, state.creators, state.minds, self._world.behaviour.strategies)
            match_partners(state.creators, state.minds, day)
        post_all(luck, day, hottest(state.trends), self._pure, state.users, state.creators, state.posts, state.minds, p)

    def watch(self, day: int, tables: FeedTables) -> tuple[Events, DayTotals]:
        """Users watch, like and decide."""
        self._tables = tables
        self._look()
        chunks = list(zip(self._bounds[:-1], self._bounds[1:], strict=True))
        waiting = deque(range(len(chunks)))
        done: dict[int, tuple[list[Events], Chunk]] = {}

        def work() -> None:
            while waiting:
                try:
                    k = waiting.popleft()
                except IndexError:  # another thread was faster
                    return
                done[k] = self._watch_chunk(*chunks[k], day)

        # The calling thread works too: waking another takes longer than some chunks do.
        helpers = [self._threads_pool().submit(work) for _ in range(min(self._threads, len(chunks)) - 1)]
        work()
        for helper in helpers:
            helper.result()
        return self._gather([done[k] for k in range(len(chunks))])

    def _look(self) -> None:
        """Take note of creators and posts as users meet them from now on."""
        self._creators, self._posts = sight_of(self._world.state.creators), post_sight_of(self._world.state.posts)

    def _threads_pool(self) -> ThreadPoolExecutor:
        if self._pool is None:
            self._pool = ThreadPoolExecutor(self._threads - 1, thread_name_prefix="follower-dynamics")
        return self._pool

    def _watch_chunk(self, first: int, last: int, day: int) -> tuple[list[Events], Chunk]:
        # A full session can end every follow of a user; the loop stops before a user for whom room may not suffice.
        longest = int(self._world.state.follows.rows.length[first:last].max(initial=0))
        chunk = self._chunk(day, max(EVENT_ROOM, longest + self._p.session.session_cap + 1))
        parts: list[Events] = []
        user = first
        while user < last:
            chunk.counters[WRITTEN] = 0
            with naming(chunk, self._world.behaviour):
                user = self._watch(user, last, chunk)
            parts.append(first_events(chunk.events, int(chunk.counters[WRITTEN])))
        refuse_broken(chunk, self._world.behaviour)
        return parts, chunk

    def _chunk(self, day: int, room: int) -> Chunk:
        """The world as a loop sees it, with room for some events."""
        state = self._world.state
        creators, factors = state.creators.user.size, state.reference.size
        listened = creators if state.creators.listening.any() else 0
        return Chunk(
            luck=self._world.luck,
            day=day,
            users=state.users,
            creators=self._creators,
            posts=self._posts,
            peers=state.peers,
            rows=state.follows.rows,
            memory=state.memory,
            tables=self._tables,
            reference=state.reference,
            p=viewer_parameters(self._p),
            scratch=make_scratch(self._p.session.session_cap, self._p.session.checks, factors, creators),
            events=room_for_events(state, room),
            counters=np.zeros(COUNTERS, dtype=np.int64),
            factor_sums=np.zeros(factors, dtype=np.int64),
            views=np.zeros_like(state.posts.views),
            likes=np.zeros_like(state.posts.likes),
            shares=np.zeros_like(state.posts.shares),
            audience=np.zeros((listened, state.trends.heat.size), dtype=np.int64),
        )

    def _gather(self, done: list[tuple[list[Events], Chunk]]) -> tuple[Events, DayTotals]:
        creators, chunks = self._world.state.creators, [chunk for _, chunk in done]
        for name in ("views", "likes", "shares"):
            today = _summed([getattr(chunk, name) for chunk in chunks])
            getattr(self._world.state.posts, name)[:] += today
            getattr(creators, name)[:] = np.sum(today.reshape(creators.user.size, -1), axis=1, dtype=np.int64)
        if creators.listening.any():
            heard = _summed([chunk.audience for chunk in chunks])
            audience_after(self._world.state.minds.audience, heard, creators.listening, self._p.minds.strategy)
        counters = _summed([chunk.counters for chunk in chunks])
        sums = _summed([chunk.factor_sums for chunk in chunks])
        events = join_events([part for parts, _ in done for part in parts])
        sessions, samples = int(counters[SESSIONS]), int(counters[SAMPLES])
        return events, DayTotals(sessions, int(creators.views.sum()), int(creators.likes.sum()), samples, sums)

    def settle(self, day: int, events: Events) -> None:
        """Decisions take effect."""
        state = self._world.state
        make_room(state.follows, events)
        _settle_all(day, state.users, state.creators, state.memory, state.follows.rows, state.follows.empty, events)

    def follow_back(self, day: int, events: Events) -> Events:
        """Creators decide whether to follow back creators who followed them."""
        self._look()
        chunk = self._chunk(day, int(np.count_nonzero(events.kind == FOLLOW)))
        with naming(chunk, self._world.behaviour):
            self._answer(events, chunk)
        refuse_broken(chunk, self._world.behaviour)
        return first_events(chunk.events, int(chunk.counters[WRITTEN]))

    def take_in(self) -> None:
        """Creators take in the day's numbers."""
        state, p = self._world.state, self._for_creators
        topic = state.creators.topics.argmax(axis=1)
        usual = usual_following(
            state.creators.followers, topic, state.trends.heat.size, bool(p.feed.hide_follower_counts)
        )
        take_in_all(state.day, state.users.activity.size, state.creators, state.posts, state.minds, usual, topic, p)


def _summed(counts: list[NDArray[np.int64]]) -> NDArray[np.int64]:
    """Whole numbers summed over chunks of users, so that how users are divided does not matter."""
    return np.asarray(np.sum(counts, axis=0, dtype=np.int64))
