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

from simulation.compiling import compiled, is_ours
from simulation.creators.posting import consistency_after, delivered, due_today, posts_today, realised_quality
from simulation.engines.base import DayTotals, World, rule_parameters
from simulation.engines.chunk import COUNTERS, SAMPLES, SESSIONS, WRITTEN, Chunk, make_scratch
from simulation.engines.foreign import check_compiles
from simulation.engines.watching import make_watch
from simulation.errors import ParameterError
from simulation.events import Events, empty_events, first_events, join_events
from simulation.factors.base import FactorRule, sample_encounters
from simulation.ledger import FOLLOW
from simulation.platform.ranking import FeedTables
from simulation.randomness import Stream, standard_normal, uniforms_within
from simulation.state import Creators, Rows, Users, append_follow, find_follow, remove_follow

SMALLEST_CHUNK = 256
CHUNKS_PER_THREAD = 2
EVENT_ROOM = 2048
_POST = int(Stream.POST)


@lru_cache(maxsize=8)
def watch_loop(rules: tuple[FactorRule, ...]) -> Any:
    """The loop over users for one list of factors, compiled when first called."""
    return make_watch(rules)


@compiled
def _post_all(seed: np.uint64, day: int, creators: Creators, p: Any) -> None:
    for j in range(creators.user.size):
        u0, u1, u2, u3 = uniforms_within(seed, _POST, j, 0, day, 0)
        due = due_today(creators.posting_rate[j], creators.phase[j], day)
        posted = posts_today(due, creators.posting_rate[j], creators.regularity[j], u0, u1)
        creators.posted[j] = posted and creators.joined[j] < day
        if creators.posted[j]:
            noise = standard_normal(u2, u3)
            creators.quality[j] = realised_quality(creators.talent[j], creators.regularity[j], noise, p.posting)
            for topic in range(creators.topics.shape[1]):
                creators.post_topics[j, topic] = creators.topics[j, topic]


@compiled
def _settle_all(day: int, users: Users, creators: Creators, rows: Rows, empty: int, events: Events) -> None:
    for e in range(events.user.size):
        i = events.user[e]
        j = events.creator[e]
        if events.kind[e] == FOLLOW:
            append_follow(rows, i, j, day, events.satisfaction[e])
            creators.gained[j] += 1
            creators.followers[j] += 1
            users.best_followed[i] = max(users.best_followed[i], creators.talent[j])
        else:
            remove_follow(rows, i, find_follow(rows, i, j), empty)
            creators.lost[j] += 1
            creators.followers[j] -= 1


@compiled
def _take_in_all(day: int, creators: Creators, p: Any) -> None:
    for j in range(creators.user.size):
        due = due_today(creators.posting_rate[j], creators.phase[j], day)
        as_expected = delivered(due, creators.posted[j], creators.quality[j], creators.talent[j], p.posting)
        if creators.joined[j] < day:
            creators.consistency[j] = consistency_after(creators.consistency[j], as_expected, p.posting)
        news = creators.gained[j] + p.feed.like_weight * creators.likes[j]
        creators.momentum[j] = p.feed.momentum_memory * creators.momentum[j] + news
        creators.total_gained[j] += creators.gained[j]
        creators.total_lost[j] += creators.lost[j]
        creators.total_views[j] += creators.views[j]
        creators.total_likes[j] += creators.likes[j]


def check_threads(threads: int | None) -> int:
    """Threads to use; None takes all cores, at most 16.

    Raises
    ------
    ParameterError
        If it is not a positive whole number.
    """
    if threads is None:
        return min(16, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1)
    if isinstance(threads, bool) or not isinstance(threads, int) or threads < 1:
        raise ParameterError(f"threads = {threads!r} must be a whole number of at least 1")
    return threads


class CompiledEngine:
    """Compiled loops over the arrays of a world."""

    def __init__(self, world: World, threads: int | None = None) -> None:
        self._world = world
        self._threads = check_threads(threads)
        self._p = rule_parameters(world.parameters, world.factors)
        encounters = sample_encounters(world.state.users.activity.size, world.state.creators.user.size)
        for factor, values in zip(world.factors, self._p.factors, strict=True):
            if not is_ours(factor.rule):
                check_compiles(factor, values, encounters)
        self._loop = watch_loop(tuple(factor.rule for factor in world.factors))
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

    def post(self, day: int) -> None:
        """Creators decide whether to post, and how good it is."""
        _post_all(self._world.luck, day, self._world.state.creators, self._p)

    def watch(self, day: int, tables: FeedTables) -> tuple[Events, DayTotals]:
        """Users watch, like and decide."""
        chunks = list(zip(self._bounds[:-1], self._bounds[1:], strict=True))
        waiting = deque(range(len(chunks)))
        done: dict[int, tuple[list[Events], Chunk]] = {}

        def work() -> None:
            while waiting:
                try:
                    k = waiting.popleft()
                except IndexError:  # another thread was faster
                    return
                done[k] = self._watch_chunk(*chunks[k], day, tables)

        # The calling thread works too: waking another takes longer than some chunks do.
        helpers = [self._threads_pool().submit(work) for _ in range(min(self._threads, len(chunks)) - 1)]
        work()
        for helper in helpers:
            helper.result()
        return self._gather([done[k] for k in range(len(chunks))])

    def _threads_pool(self) -> ThreadPoolExecutor:
        if self._pool is None:
            self._pool = ThreadPoolExecutor(self._threads - 1, thread_name_prefix="follower-dynamics")
        return self._pool

    def _watch_chunk(self, first: int, last: int, day: int, tables: FeedTables) -> tuple[list[Events], Chunk]:
        state = self._world.state
        creators, factors = state.creators.user.size, state.reference.size
        # A full session can end every follow of a user; the loop stops before a user for whom room may not suffice.
        longest = int(state.follows.rows.length[first:last].max(initial=0)) + self._p.session.session_cap + 1
        chunk = Chunk(
            luck=self._world.luck,
            day=day,
            users=state.users,
            creators=state.creators,
            peers=state.peers,
            rows=state.follows.rows,
            tables=tables,
            reference=state.reference,
            p=self._p,
            scratch=make_scratch(self._p.session.session_cap, factors, creators),
            events=empty_events(max(EVENT_ROOM, longest), factors),
            counters=np.zeros(COUNTERS, dtype=np.int64),
            factor_sums=np.zeros(factors, dtype=np.int64),
            views=np.zeros(creators, dtype=np.int64),
            likes=np.zeros(creators, dtype=np.int64),
        )
        parts: list[Events] = []
        user = first
        while user < last:
            chunk.counters[WRITTEN] = 0
            user = self._loop(user, last, chunk)
            parts.append(first_events(chunk.events, int(chunk.counters[WRITTEN])))
        return parts, chunk

    def _gather(self, done: list[tuple[list[Events], Chunk]]) -> tuple[Events, DayTotals]:
        creators, chunks = self._world.state.creators, [chunk for _, chunk in done]
        creators.views[:] = sum(chunk.views for chunk in chunks)
        creators.likes[:] = sum(chunk.likes for chunk in chunks)
        counters = np.sum([chunk.counters for chunk in chunks], axis=0)
        sums = np.sum([chunk.factor_sums for chunk in chunks], axis=0)
        events = join_events([part for parts, _ in done for part in parts], sums.size)
        sessions, samples = int(counters[SESSIONS]), int(counters[SAMPLES])
        return events, DayTotals(sessions, int(creators.views.sum()), int(creators.likes.sum()), samples, sums)

    def settle(self, day: int, events: Events) -> None:
        """Decisions take effect."""
        state = self._world.state
        state.creators.gained[:] = 0
        state.creators.lost[:] = 0
        who, count = np.unique(events.user[events.kind == FOLLOW], return_counts=True)
        state.follows.reserve_many(who.astype(np.int64), count.astype(np.int64))
        _settle_all(day, state.users, state.creators, state.follows.rows, state.follows.empty, events)

    def take_in(self) -> None:
        """Creators take in the day's numbers."""
        _take_in_all(self._world.state.day, self._world.state.creators, self._p)
