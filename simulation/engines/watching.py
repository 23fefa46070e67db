"""The compiled loop over users: a session each, in steps that a compiler can keep in registers and caches.

A session is worked off in passes over its distinct creators rather than slot by slot: draw them all, look all of
them up in the own row and in the peers' rows while those lie in the cache, then meet them one after the other.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulation.compiling import compiled, rule
from simulation.engines.blocks import block_holds, prefetch
from simulation.events import Events
from simulation.factors.appeal import compose
from simulation.factors.base import Encounter, FactorRule
from simulation.factors.similarity import cosine, emotional_resonance, identity_similarity
from simulation.ledger import (
    FIXED_POINT,
    FOLLOW,
    NO_SOURCE,
    OVERLOAD,
    UNFOLLOW,
    contribute,
    follow_cause,
    unfollow_cause,
    weighted_sum,
)
from simulation.platform.feed import MAX_ATTEMPTS
from simulation.platform.ranking import FOLLOWING, FRIENDS, FeedTables, choose_source, draw_weighted, left_over
from simulation.randomness import Stream, below, uniforms_within
from simulation.state import BLOCK, Creators, Peers, Rows, Users, find_follow
from simulation.users.change import aspiration_after, drift_toward, grow_curious, scale_to_unit_length
from simulation.users.decisions import follow_probability, like_probability
from simulation.users.leaving import ALL, satisfaction_after_absence, satisfaction_after_seeing, unfollow_hazard
from simulation.users.session import session_slots, watches_today

SESSIONS, SAMPLES, COUNTERS = range(3)
"""Places of the whole-number counters of a chunk, and how many there are."""

ROWS_AHEAD, ENTRIES_AHEAD = 6, 3
"""How many users ahead the loop asks for memory; measured."""

_FEED = int(Stream.FEED)
_SESSION = int(Stream.SESSION)
_DECISION = int(Stream.DECISION)


class Scratch(NamedTuple):
    """Room for one session: the distinct creators shown, in order, and what is found out about each."""

    shown: NDArray[np.int64]
    sources: NDArray[np.int64]  # source of the first slot
    times: NDArray[np.int64]  # slots
    entries: NDArray[np.int64]  # entry in the own follow row, -1 for none
    following: NDArray[np.int64]  # peers who follow
    liked: NDArray[np.bool_]
    values: NDArray[np.float64]  # factor values of the post at hand
    place: NDArray[np.int64]  # (M,) where a creator stands in the session, -1 for nowhere


@rule
def _draw_creator(
    source: int, i: int, u1: float, u2: float, users: Users, creators: Creators, peers: Peers, rows: Rows, tables: Any
) -> int:
    """A creator from one source, or -1."""
    if source == FOLLOWING:
        held = rows.length[i]
        return int(rows.creator[rows.start[i] + below(u2, held)]) if held > 0 else -1
    if source == FRIENDS:
        degree = peers.start[i + 1] - peers.start[i]
        if degree == 0:
            return -1
        peer = peers.peer[peers.start[i] + below(u1, degree)]
        held = rows.length[peer]
        if held == 0:
            return -1
        creator = int(rows.creator[rows.start[peer] + below(u2, held)])
        return creator if creators.posted[creator] else -1
    return int(draw_weighted(tables, source, users.interests, i, u1, u2))


@rule
def _draw_session(
    i: int, slots: int, seed: int, day: int, users: Users, creators: Creators, peers: Peers, rows: Rows,
    tables: FeedTables, distinct: int, scratch: Scratch,
) -> int:  # fmt: skip
    """Fill the slots; write the distinct creators, the source of their first slot and their number of slots."""
    count = 0
    for slot in range(slots):
        for attempt in range(MAX_ATTEMPTS):
            u0, u1, u2, u3 = uniforms_within(seed, _FEED, i, slot // 2, day, attempt)
            if slot % 2 == 1:  # a block of four numbers serves two slots
                u0, u1 = u2, u3
            source = choose_source(tables.cumulative, u0)
            u0 = left_over(tables.cumulative, source, u0)
            creator = _draw_creator(source, i, u0, u1, users, creators, peers, rows, tables)
            if creator < 0 or creator == users.creator[i]:
                continue
            place = scratch.place[creator]
            if place < 0:
                scratch.place[creator] = count
                scratch.shown[count] = creator
                scratch.sources[count] = source
                scratch.times[count] = 1
                count += 1
                break
            if not distinct:
                scratch.times[place] += 1
                break
    for place in range(count):
        scratch.place[scratch.shown[place]] = -1
    return count


@rule
def _row_holds(rows: Rows, user: int, creator: int) -> bool:
    """Whether ``user`` follows ``creator``, by comparing whole blocks: rows are padded with an empty marker."""
    wanted = rows.creator.dtype.type(creator)
    begin = rows.start[user]
    end = begin + rows.length[user]
    while begin < end:
        if block_holds(rows.creator, begin, wanted):
            return True
        begin += BLOCK
    return False


@rule
def _count_peers(i: int, creator: int, peers: Peers, rows: Rows) -> int:
    """How many peers of user i follow a creator."""
    total = 0
    for k in range(peers.start[i], peers.start[i + 1]):
        if _row_holds(rows, peers.peer[k], creator):
            total += 1
    return total


@rule
def _look_up(i: int, count: int, shown: Any, peers: Peers, rows: Rows, entries: Any, following: Any) -> None:
    """For every creator shown: its entry in the own row, or -1, and how many peers follow it.

    A creator stands in a row at most once, so hits can be added up over blocks, without a branch to guess wrongly.
    """
    for place in range(count):
        entries[place] = find_follow(rows, i, shown[place]) if _row_holds(rows, i, shown[place]) else -1
        following[place] = 0
    for k in range(peers.start[i], peers.start[i + 1]):
        begin = rows.start[peers.peer[k]]
        for block in range(begin, begin + rows.length[peers.peer[k]], BLOCK):
            for place in range(count):
                following[place] += block_holds(rows.creator, block, rows.creator.dtype.type(shown[place]))


@rule
def _fetch_ahead(i: int, last: int, peers: Peers, rows: Rows) -> None:
    """Ask for the peers' rows of the users to come, which lie anywhere: where rows begin, and then the rows."""
    if i + ROWS_AHEAD < last:
        for k in range(peers.start[i + ROWS_AHEAD], peers.start[i + ROWS_AHEAD + 1]):
            prefetch(rows.start, peers.peer[k])
            prefetch(rows.length, peers.peer[k])
    if i + ENTRIES_AHEAD < last:
        own = rows.start[i + ENTRIES_AHEAD]
        for entry in range(own, own + min(rows.length[i + ENTRIES_AHEAD], 4 * BLOCK), BLOCK // 2):
            prefetch(rows.satisfaction, entry)
        prefetch(rows.creator, own)
        for k in range(peers.start[i + ENTRIES_AHEAD], peers.start[i + ENTRIES_AHEAD + 1]):
            begin = rows.start[peers.peer[k]]
            prefetch(rows.creator, begin)
            prefetch(rows.creator, begin + BLOCK)


@rule
def _is_mutual(i: int, creator: int, users: Users, creators: Creators, rows: Rows) -> int:
    """1 where user i creates too and the creator follows back."""
    own = users.creator[i]
    return int(_row_holds(rows, creators.user[creator], own)) if own >= 0 else 0


@rule
def _is_shown(creator: int, shown: Any, count: int) -> bool:
    found = False
    for place in range(count):
        found = found or shown[place] == creator
    return found


@rule
def _write(
    events: Events, row: int, i: int, creator: int, kind: int, source: int, appeal: float, probability: float,
    satisfaction: float, users: Users, values: Any, reference: Any,
) -> None:  # fmt: skip
    """Write all of an event but its cause."""
    events.user[row] = i
    events.creator[row] = creator
    events.kind[row] = kind
    events.source[row] = source
    events.appeal[row] = appeal
    events.reference[row] = weighted_sum(users.factor_weights, i, reference, reference.size)
    events.probability[row] = probability
    events.satisfaction[row] = satisfaction
    contribute(users.factor_weights, i, values, reference, events.contributions, row)


@rule
def _least_satisfying(rows: Rows, i: int) -> int:
    """Entry of the follow with the lowest satisfaction; of equals, the creator with the lowest number."""
    best = rows.start[i]
    for entry in range(best + 1, rows.start[i] + rows.length[i]):
        less = rows.satisfaction[entry] < rows.satisfaction[best]
        equal = rows.satisfaction[entry] == rows.satisfaction[best]
        if less or (equal and rows.creator[entry] < rows.creator[best]):
            best = entry
    return int(best)


def make_scratch(session_cap: int, factors: int, creators: int) -> Scratch:
    """Room for one session at a time."""
    return Scratch(
        shown=np.empty(session_cap, np.int64),
        sources=np.empty(session_cap, np.int64),
        times=np.empty(session_cap, np.int64),
        entries=np.empty(session_cap, np.int64),
        following=np.empty(session_cap, np.int64),
        liked=np.empty(session_cap, np.bool_),
        values=np.empty(factors),
        place=np.full(creators, -1, np.int64),
    )


def make_watch(rules: Sequence[FactorRule]) -> Any:
    """Compile the loop over users for a list of factor rules.

    The result is ``watch(user, last, ...) -> (next user, events written)``: it works through users up to ``last``, or
    stops early when the room left for events might not do for the next one.
    """
    evaluate = compose(rules)
    factors = len(rules)

    @rule
    def meet(
        i: int, j: int, followed: bool, peers_following: int, day: int, users: Any, creators: Any, p: Any, values: Any
    ) -> float:
        """Appeal of creator j's latest post to user i; its factors go into ``values``."""
        u: Any = np.uint64(i)  # an index that cannot be negative saves a comparison at every access
        c: Any = np.uint64(j)
        encounter = Encounter(
            user=i,
            creator=j,
            day=day,
            interest_similarity=cosine(users.interests, u, creators.post_topics, c),
            identity_similarity=identity_similarity(users.identity, u, creators.identity, c, p.identity_scale),
            emotional_resonance=emotional_resonance(users.taste, u, creators.expression, c),
            intensity=creators.intensity[c],
            quality=creators.quality[c],
            talent=creators.talent[c],
            authenticity=creators.authenticity[c],
            consistency=creators.consistency[c],
            conformity=users.conformity[u],
            peers_following=peers_following,
            crowd=creators.crowd[c],
            followers=creators.followers[c],
            following=int(followed),
        )
        evaluate(encounter, p.factors, values)
        return weighted_sum(users.factor_weights, u, values, factors)

    @rule
    def reconsider(
        i: int, j: int, entry: int, source: int, missing: bool, uniform: float, day: int, written: int,
        users: Any, creators: Any, peers: Any, rows: Any, reference: Any, p: Any, values: Any, events: Any,
    ) -> int:  # fmt: skip
        """Stay or leave, satisfaction being up to date; returns how many events are written then."""
        satisfaction = np.float64(rows.satisfaction[entry])
        age = day - rows.day[entry]
        load = rows.length[i] / users.attention[i]
        mutual = _is_mutual(i, j, users, creators, rows)
        hazard = unfollow_hazard(satisfaction, users.aspiration[i], age, load, mutual, p.leaving)
        if not uniform < hazard:
            return written
        appeal = meet(i, j, True, _count_peers(i, j, peers, rows), day, users, creators, p, values)
        _write(events, written, i, j, UNFOLLOW, source, appeal, hazard, satisfaction, users, values, reference)
        events.cause[written] = unfollow_cause(events.contributions, written, missing, p.leaving.unfollow_rule)
        return written + 1

    @rule
    def reconsider_unseen(
        i: int, count: int, shown: Any, seed: int, day: int, written: int,
        users: Any, creators: Any, peers: Any, rows: Any, reference: Any, p: Any, values: Any, events: Any,
    ) -> int:  # fmt: skip
        """Reconsider every follow that the session did not show."""
        for entry in range(rows.start[i], rows.start[i] + rows.length[i]):
            j = int(rows.creator[entry])
            if _is_shown(j, shown, count):
                continue
            missing = not creators.posted[j]
            if missing:
                rows.satisfaction[entry] = satisfaction_after_absence(np.float64(rows.satisfaction[entry]), p.leaving)
            _, _, u2, _ = uniforms_within(seed, _DECISION, i, j, day, 0)
            written = reconsider(
                i, j, entry, NO_SOURCE, missing, u2, day, written,
                users, creators, peers, rows, reference, p, values, events,
            )  # fmt: skip
        return written

    @rule
    def tidy(
        i: int, day: int, written: int,
        users: Any, creators: Any, peers: Any, rows: Any, reference: Any, p: Any, values: Any, events: Any,
    ) -> int:  # fmt: skip
        """Drop the least satisfying follow."""
        entry = _least_satisfying(rows, i)
        j = int(rows.creator[entry])
        appeal = meet(i, j, True, _count_peers(i, j, peers, rows), day, users, creators, p, values)
        satisfaction = np.float64(rows.satisfaction[entry])
        _write(
            events, written, i, j, UNFOLLOW, NO_SOURCE, appeal, p.leaving.tidy_probability, satisfaction,
            users, values, reference,
        )  # fmt: skip
        events.cause[written] = reference.size + OVERLOAD
        return written + 1

    @compiled
    def watch(
        user: int, last: int, seed: int, day: int, users: Any, creators: Any, peers: Any, rows: Any, tables: Any,
        reference: Any, p: Any, scratch: Any, events: Any, counters: Any, factor_sums: Any, views: Any, likes: Any,
    ) -> tuple[int, int]:  # fmt: skip
        shown, sources, times, entries, following, liked, values, _ = scratch
        room = events.user.size
        cap = p.session.session_cap
        written = 0
        for i in range(user, last):
            if written + rows.length[i] + cap + 1 > room:
                return i, written
            _fetch_ahead(i, last, peers, rows)
            u0, u1, _, _ = uniforms_within(seed, _SESSION, i, 0, day, 0)
            if not watches_today(users.activity[i], users.joined[i], day, u0, p.session):
                continue
            counters[SESSIONS] += 1
            slots = session_slots(users.escapism[i], u1, p.session)
            count = _draw_session(i, slots, seed, day, users, creators, peers, rows, tables, p.feed.distinct, scratch)
            _look_up(i, count, shown, peers, rows, entries, following)
            before = written
            seen = 0
            enjoyed = 0.0
            any_liked = False
            for place in range(count):
                j = shown[place]
                entry = entries[place]
                u0, u1, u2, _ = uniforms_within(seed, _DECISION, i, j, day, 0)
                liked[place] = False
                if not creators.posted[j]:
                    satisfaction = satisfaction_after_absence(np.float64(rows.satisfaction[entry]), p.leaving)
                    rows.satisfaction[entry] = satisfaction
                    written = reconsider(
                        i, j, entry, sources[place], True, u2, day, written,
                        users, creators, peers, rows, reference, p, values, events,
                    )  # fmt: skip
                    continue
                views[j] += times[place]
                followed = entry >= 0
                appeal = meet(i, j, followed, following[place], day, users, creators, p, values)
                if seen == 0:
                    counters[SAMPLES] += 1
                    for f in range(reference.size):
                        factor_sums[f] += int(values[f] * FIXED_POINT)
                seen += 1
                enjoyed += appeal
                if u0 < like_probability(appeal, int(followed), p.decision):
                    liked[place] = True
                    any_liked = True
                    likes[j] += 1
                if followed:
                    satisfaction = satisfaction_after_seeing(np.float64(rows.satisfaction[entry]), appeal, p.leaving)
                    rows.satisfaction[entry] = satisfaction
                    written = reconsider(
                        i, j, entry, sources[place], False, u2, day, written,
                        users, creators, peers, rows, reference, p, values, events,
                    )  # fmt: skip
                else:
                    chance = follow_probability(appeal, creators.talent[j], users.best_followed[i], p.decision)
                    if u1 < chance:
                        _write(
                            events, written, i, j, FOLLOW, sources[place], appeal, chance, appeal,
                            users, values, reference,
                        )  # fmt: skip
                        events.cause[written] = follow_cause(events.contributions, written, p.decision.follow_rule)
                        written += 1
            if p.leaving.reconsider == ALL:
                written = reconsider_unseen(
                    i, count, shown, seed, day, written,
                    users, creators, peers, rows, reference, p, values, events,
                )  # fmt: skip
            u0, u1, u2, _ = uniforms_within(seed, _SESSION, i, 0, day, 1)
            stayed = True
            for row in range(before, written):
                stayed = stayed and events.kind[row] == FOLLOW
            if stayed and rows.length[i] > users.attention[i] and u0 < p.leaving.tidy_probability:
                written = tidy(i, day, written, users, creators, peers, rows, reference, p, values, events)
            if seen > 0:
                users.aspiration[i] = aspiration_after(users.aspiration[i], enjoyed / seen, p.change)
            for place in range(count):
                if liked[place]:
                    drift_toward(users.interests, i, creators.post_topics, shown[place], p.change)
            if any_liked or u1 < p.change.curiosity:
                grow_curious(users.interests, i, u1, u2, p.change)
                scale_to_unit_length(users.interests, i)
        return last, written

    return watch
