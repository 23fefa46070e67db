"""The first passes of a compiled session: draw whom the feed shows, and look all of them up."""

from simulation.compiling import rule
from simulation.engines.blocks import block_holds, prefetch
from simulation.engines.chunk import Chunk
from simulation.platform.feed import MAX_ATTEMPTS
from simulation.platform.ranking import FOLLOWING, FRIENDS, choose_source, draw_weighted, left_over, or_partner
from simulation.randomness import Stream, below, uniforms_within
from simulation.state import BLOCK, Rows, find_follow
from simulation.users.sharing import shared_by

ROWS_AHEAD, ENTRIES_AHEAD = 6, 3
"""How many users ahead the loop asks for memory; measured."""

_FEED = int(Stream.FEED)


@rule
def draw_creator(i: int, source: int, which: float, pick: float, w: Chunk) -> int:
    """A creator from one source, or -1 where it has nobody to show; ``which`` chose the source, ``pick`` is fresh."""
    if source == FOLLOWING:
        held = w.rows.length[i]
        if held == 0:
            return -1
        creator = int(w.rows.creator[w.rows.start[i] + below(pick, held)])
        u_partner = left_over(w.tables.cumulative, source, which)
        return or_partner(creator, w.creators.partner, w.creators.visible, u_partner, w.p.shared)
    if source == FRIENDS:
        degree = w.peers.start[i + 1] - w.peers.start[i]
        if degree == 0:
            return -1
        peer = w.peers.peer[w.peers.start[i] + below(left_over(w.tables.cumulative, source, which), degree)]
        creator = shared_by(w.memory, peer, w.creators.visible, w.day, w.p.decision.share_life, pick)
        held = w.rows.length[peer]
        if creator >= 0 or held == 0:
            return creator
        creator = int(w.rows.creator[w.rows.start[peer] + below(pick, held)])
        return creator if w.creators.visible[creator] else -1
    return int(draw_weighted(w.tables, source, w.users.interests, i, which, pick))


@rule
def fill_feed(i: int, slots: int, w: Chunk) -> int:
    """Fill the slots; write down the distinct creators, the first source and the slots of each; return how many."""
    s = w.scratch
    cumulative = w.tables.cumulative
    count = 0
    first = (0.0, 0.0, 0.0, 0.0)
    for slot in range(slots):
        odd = slot % 2 == 1  # a block of four numbers serves two slots
        if not odd:
            first = uniforms_within(w.luck, _FEED, i, slot // 2, w.day, 0)
        for attempt in range(MAX_ATTEMPTS):
            luck = first
            if attempt > 0:
                luck = uniforms_within(w.luck, _FEED, i, slot // 2, w.day, attempt)
            which, pick = (luck[2], luck[3]) if odd else (luck[0], luck[1])
            source = choose_source(cumulative, which)
            creator = draw_creator(i, source, which, pick, w)
            if creator < 0 or creator == w.users.creator[i]:
                continue
            place = s.place[creator]
            if place < 0:
                s.place[creator] = count
                s.shown[count] = creator
                s.sources[count] = source
                s.times[count] = 1
                count += 1
                break
            if not w.p.distinct:
                s.times[place] += 1
                break
    for place in range(count):
        s.place[s.shown[place]] = -1
    return count


@rule
def row_holds(rows: Rows, user: int, creator: int) -> bool:
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
def count_peers(i: int, creator: int, w: Chunk) -> int:
    """How many peers of user i follow a creator."""
    total = 0
    for k in range(w.peers.start[i], w.peers.start[i + 1]):
        total += int(row_holds(w.rows, w.peers.peer[k], creator))
    return total


@rule
def look_up(i: int, count: int, w: Chunk) -> None:
    """For every creator shown: its entry in the own row, or -1, and how many peers follow it.

    A creator stands in a row at most once, so hits can be added up over blocks, without a branch to guess wrongly.
    """
    s, rows = w.scratch, w.rows
    for place in range(count):
        s.entries[place] = find_follow(rows, i, s.shown[place]) if row_holds(rows, i, s.shown[place]) else -1
        s.following[place] = 0
    for k in range(w.peers.start[i], w.peers.start[i + 1]):
        begin = rows.start[w.peers.peer[k]]
        for block in range(begin, begin + rows.length[w.peers.peer[k]], BLOCK):
            for place in range(count):
                s.following[place] += block_holds(rows.creator, block, rows.creator.dtype.type(s.shown[place]))


@rule
def is_shown(creator: int, count: int, w: Chunk) -> bool:
    """Whether today's session showed a creator."""
    found = False
    for place in range(count):
        found = found or w.scratch.shown[place] == creator
    return found


@rule
def is_mutual(i: int, creator: int, w: Chunk) -> int:
    """1 where user i creates too and the creator follows back."""
    own = w.users.creator[i]
    return int(row_holds(w.rows, w.creators.user[creator], own)) if own >= 0 else 0


@rule
def least_satisfying(i: int, rows: Rows) -> int:
    """Entry of the follow with the lowest satisfaction; of equals, the creator with the lowest number."""
    best = rows.start[i]
    for entry in range(best + 1, rows.start[i] + rows.length[i]):
        less = rows.satisfaction[entry] < rows.satisfaction[best]
        equal = rows.satisfaction[entry] == rows.satisfaction[best]
        if less or (equal and rows.creator[entry] < rows.creator[best]):
            best = entry
    return int(best)


@rule
def fetch_ahead(i: int, last: int, w: Chunk) -> None:
    """Ask for rows of the users to come, which lie anywhere: where the peers' rows begin, and then the rows."""
    if i + ROWS_AHEAD < last:
        for k in range(w.peers.start[i + ROWS_AHEAD], w.peers.start[i + ROWS_AHEAD + 1]):
            prefetch(w.rows.start, w.peers.peer[k])
            prefetch(w.rows.length, w.peers.peer[k])
    if i + ENTRIES_AHEAD < last:
        own = w.rows.start[i + ENTRIES_AHEAD]
        prefetch(w.rows.creator, own)
        for entry in range(own, own + min(w.rows.length[i + ENTRIES_AHEAD], 4 * BLOCK), BLOCK // 2):
            prefetch(w.rows.satisfaction, entry)
        for k in range(w.peers.start[i + ENTRIES_AHEAD], w.peers.start[i + ENTRIES_AHEAD + 1]):
            begin = w.rows.start[w.peers.peer[k]]
            prefetch(w.rows.creator, begin)
            prefetch(w.rows.creator, begin + BLOCK)
