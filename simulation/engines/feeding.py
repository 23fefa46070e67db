"""The first passes of a compiled session: draw whom the feed shows, and look all of them up."""

from simulation.compiling import rule
from simulation.engines.blocks import block_holds, prefetch
from simulation.engines.chunk import Chunk
from simulation.platform.feed import MAX_ATTEMPTS
from simulation.platform.ranking import FOLLOWING, FRIENDS, choose_source, draw_weighted, left_over, or_partner
from simulation.randomness import Stream, below, uniforms_within
from simulation.state import BLOCK, Rows, find_follow
from simulation.users.checking import falls_silent, is_news, next_checked
from simulation.users.sharing import shared_by, shared_post

ROWS_AHEAD, ENTRIES_AHEAD = 6, 3
"""How many users ahead the loop asks for memory; measured."""

_FEED, _CHECKS = int(Stream.FEED), int(Stream.CHECKS)


@rule
def draw_post(i: int, source: int, which: float, pick: float, w: Chunk) -> int:
    """A post from one source, or -1 where it has none to show; ``which`` chose the source, ``pick`` is fresh.

    Of a creator whom a peer shared, it is the post that was shared; of one who is followed, by the user or by a peer,
    the newest.
    """
    if source == FOLLOWING:
        held = w.rows.length[i]
        if held == 0:
            return -1
        creator = int(w.rows.creator[w.rows.start[i] + below(pick, held)])
        u_partner = left_over(w.tables.cumulative, source, which)
        return or_partner(creator, w.creators.partner, w.creators.visible, u_partner, w.p.shared) * w.p.lives
    if source == FRIENDS:
        degree = w.peers.start[i + 1] - w.peers.start[i]
        if degree == 0:
            return -1
        peer = w.peers.peer[w.peers.start[i] + below(left_over(w.tables.cumulative, source, which), degree)]
        place = shared_by(w.memory, peer, w.creators.visible, w.day, w.p.decision.share_life, pick)
        held = w.rows.length[peer]
        if place >= 0:
            return shared_post(w.memory, peer, place, w.posts.day, w.p.lives, w.day)
        if held == 0:
            return -1
        creator = int(w.rows.creator[w.rows.start[peer] + below(pick, held)])
        return creator * w.p.lives if w.creators.visible[creator] else -1
    return draw_weighted(w.tables, source, w.users, i, which, pick, w.p.crossing)


@rule
def check_followed(i: int, slots: int, w: Chunk) -> int:
    """Look at some of the creators followed, for news or a long silence, until the slots are full; return how many."""
    s, held = w.scratch, w.rows.length[i]
    most = min(w.p.session.checks, held)
    count = 0
    luck = (0.0, 0.0, 0.0, 0.0)
    for k in range(most):
        if count == slots:
            break
        if k % 4 == 0:
            luck = uniforms_within(w.luck, _CHECKS, i, k // 4, w.day, 0)
        s.checked[k] = next_checked(s.checked, k, held, most, luck[k % 4])
        entry = w.rows.start[i] + s.checked[k]
        creator, seen = int(w.rows.creator[entry]), w.rows.seen[entry, 0]
        visible = w.creators.visible[creator]
        news = is_news(visible, w.posts.day[creator * w.p.lives], seen)
        if news or falls_silent(visible, w.day, seen, w.p.session):
            s.place[creator] = count
            s.shown[count] = creator
            s.posts[count] = creator * w.p.lives
            s.sources[count] = FOLLOWING
            s.times[count] = 1
            count += 1
    return count


@rule
def fill_feed(i: int, slots: int, w: Chunk) -> int:
    """Fill the slots; write down the distinct creators, with a post, a source and the slots of each; return how many.

    Once a session has shown a creator, further posts of the same stand for that one seen again.
    """
    s = w.scratch
    cumulative = w.tables.cumulative
    count = check_followed(i, slots, w)
    first = (0.0, 0.0, 0.0, 0.0)
    for slot in range(slots - count):
        odd = slot % 2 == 1  # a block of four numbers serves two slots
        if not odd:
            first = uniforms_within(w.luck, _FEED, i, slot // 2, w.day, 0)
        for attempt in range(MAX_ATTEMPTS):
            luck = first
            if attempt > 0:
                luck = uniforms_within(w.luck, _FEED, i, slot // 2, w.day, attempt)
            which, pick = (luck[2], luck[3]) if odd else (luck[0], luck[1])
            source = choose_source(cumulative, which)
            post = draw_post(i, source, which, pick, w)
            if post < 0 or post // w.p.lives == w.users.creator[i]:
                continue
            creator = post // w.p.lives
            place = s.place[creator]
            if place < 0:
                s.place[creator] = count
                s.shown[count] = creator
                s.posts[count] = post
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
def post_of(creator: int, count: int, w: Chunk) -> int:
    """The post that today's session showed of a creator, or else the newest."""
    post = creator * w.p.lives
    for place in range(count):
        if w.scratch.shown[place] == creator:
            post = w.scratch.posts[place]
    return post


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
