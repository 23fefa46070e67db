"""The state of the world: every array with its shape, type and unit, in one place.

N users, M creators (who are users too), K topics, F factors, S strategies. Both engines read and write these arrays
and nothing else, so either can carry on from the other on any day.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from simulation.compiling import compiled, rule

BLOCK = 32
"""Follow rows have room in multiples of this: one cache line of 16-bit creator ids, compared at once."""

NARROWEST = 65535
"""With fewer creators than this, ids take 16 bits and the largest one marks an empty entry."""

NEVER = 2**62
"""The day on which what never happens would happen."""
NO_DAY = -(2**31)
"""The day of what never happened."""

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class Users(NamedTuple):
    """What each user is and feels. All shares and levels in [0, 1] unless said otherwise."""

    generation: Ints  # (N,) how many people have had this place before
    key: Ints  # (N,) what makes a person's tastes its own: a number below 2**30
    community: Ints  # (N,) number of the community
    segment: Ints  # (N,) number of the segment
    interests: Floats  # (N, K) over topics, non-negative, unit length
    identity: Floats  # (N, 2) position in value space
    taste: Floats  # (N, 4) over laughter, joy, empathy, nostalgia, non-negative, unit length
    factor_weights: Floats  # (N, F) sum 1
    activity: Floats  # (N,) probability of a session on a day
    escapism: Floats  # (N,) how much the user watches to get away from things
    conformity: Floats  # (N,) how much the user is influenced by others
    attention: Floats  # (N,) follows that can be cared for
    eagerness: Floats  # (N,) log-odds added to every follow: how readily the user follows; any number
    aspiration: Floats  # (N,) appeal expected of the feed
    best_followed: Floats  # (N,) greatest talent ever followed, -1 for none
    joined: Ints  # (N,) first day on the platform, -1 for before the start
    left: Ints  # (N,) day on which the user left it for good, NEVER for those still there
    creator: Ints  # (N,) own index among creators, -1 for none
    set_point: Floats  # (N,) mood to which the user returns when nothing happens
    fomo_trait: Floats  # (N,) fear of missing out when nothing is missed
    mood: Floats  # (N,) well-being as it moves about the set point; any number
    fomo: Floats  # (N,) fear of missing out
    enjoyment: Floats  # (N,) mean appeal of the latest session's posts
    use: Floats  # (N,) posts/day, running mean of posts seen; begins with what activity and escapism make of a day
    usual_values: Floats  # (N, F or 0) running mean of each factor over followed creators' posts; NaN before the first
    usual_interests: Floats  # (N, K or 0) slow running mean of interests
    own: Floats  # (N, columns) columns of one's own, see simulation.columns


class Creators(NamedTuple):
    """What each creator is, and today's and all-time counts."""

    user: Ints  # (M,) the user this creator is, rising
    joined: Ints  # (M,) as for users
    key: Ints  # (M,) what makes a person's appeal its own: a number below 2**30
    segment: Ints  # (M,) as for users
    topics: Floats  # (M, K) own voice, unit length
    identity: Floats  # (M, 2) position in value space
    expression: Floats  # (M, 4) over the four emotions, non-negative, unit length
    intensity: Floats  # (M,) strength of expression
    talent: Floats  # (M,) mean quality of posts
    career: Floats  # (M,) what the present makes of talent: added to it; any number
    authenticity: Floats  # (M,) how genuine the creator comes across
    regularity: Floats  # (M,) how strictly the creator keeps to schedule and level
    posting_rate: Floats  # (M,) posts/day that come naturally, at most 1
    rate: Floats  # (M,) posts/day this week, by effort and burnout
    phase: Floats  # (M,) where in the schedule the creator stands
    away_until: Ints  # (M,) no post before this day; NEVER for those who quit
    consistency: Floats  # (M,) running share of days delivered as expected
    posted: NDArray[np.bool_]  # (M,) whether there is a post today
    visible: NDArray[np.bool_]  # (M,) whether the newest post can be seen: it lives, or is still in the pools
    stage: Ints  # (M,) traffic pool of the latest post, -1 where it makes its way no more
    sponsored: Floats  # (M,) share of the next post that is off-voice because somebody paid for it
    engagement: Floats  # (M,) how much the creator engages with followers this week
    partner: Ints  # (M,) creator collaborated with this week, -1 for none
    listening: NDArray[np.bool_]  # (M,) whether the creator reads analytics this week
    momentum: Floats  # (M,) recent follows gained, decaying
    known_for: Floats  # (M, K) mean topics of the posts until now; (M, 0) where feed.reputation is 0
    crowd: Floats  # (M,) log(1 + shown followers) / log(1 + N), as the day began
    followers: Ints  # (M,) as the platform counts them: follow edges and bought followers
    bought: Ints  # (M,) bought followers, who are nobody
    bought_today: Ints  # (M,) bought followers added today
    purged_today: Ints  # (M,) bought followers removed by the platform
    bought_likes: Ints  # (M,) today
    gained: Ints  # (M,) followers gained today, bought ones too
    lost: Ints  # (M,) followers lost today, purged ones too
    views: Ints  # (M,) exposures today
    likes: Ints  # (M,) likes today
    shares: Ints  # (M,) shares today
    total_gained: Ints  # (M,) since the start
    total_lost: Ints  # (M,) since the start
    total_views: Ints  # (M,) since the start
    total_likes: Ints  # (M,) since the start
    total_shares: Ints  # (M,) since the start
    own: Floats  # (M, columns) columns of one's own


class Posts(NamedTuple):
    """The latest posts of each creator, as many as days a post lives (L): those of j in places j L to j L + L - 1.

    The newest stands first. A place without a post stands for one that shows the creator as usual, of no day.
    """

    day: Ints  # (P,) on which it came out, NO_DAY for none
    quality: Floats  # (P,) realised quality, in [0, 1]
    topics: Floats  # (P, K) unit length
    sponsored: Floats  # (P,) share of it that somebody paid for
    views: Ints  # (P,) since it came out
    likes: Ints  # (P,) since it came out, bought ones too
    shares: Ints  # (P,) since it came out
    applause: Floats  # (P,) l / (1 + l) for l likes shown on it, as the day began


class Minds(NamedTuple):
    """What each creator wants and feels, and what was learnt. Levels in [0, 1] unless said otherwise."""

    motives: Floats  # (M, 3) validation, influence, creative joy; sum 1
    baseline: Floats  # (M,) authenticity to which the creator returns
    usual_likes: Floats  # (M,) running mean of log(1 + likes) that were shown
    usual_net: Floats  # (M,) running mean of signed log(1 + net followers) that were shown; any number
    reward: Floats  # (M,) of the latest post whose numbers came in; any number
    expected_reward: Floats  # (M,) V, what a post has come to promise
    accustomed: Floats  # (M,) slow running mean of judged rewards, which effort is measured against; any number
    average_reward: Floats  # (M,) running mean of judged rewards; any number
    comparison: Floats  # (M,) how far below similar creators
    mood: Floats  # (M,) from -1 to 1
    obsession: Floats  # (M,) craving for numbers
    burnout: Floats  # (M,) exhaustion
    effort: Floats  # (M,) posting rate as a multiple of what comes naturally
    strategy: Ints  # (M,) of this week
    pace: Floats  # (M,) what the week's strategy makes of posting, see creators.strategies.Week: multiple of the rate
    polish: Floats  # (M,) added to the quality of posts; from -1 to 1
    trend_share: Floats  # (M,) share of a post that is about the hottest topic
    audience_share: Floats  # (M,) share of a post that is about the audience's interests
    drift: Floats  # (M,) how far a post draws the creator's own voice to the audience
    strain: Floats  # (M,) effort as a multiple of what posting takes
    collaborates: Floats  # (M,) 1 for those who look for a partner, else 0
    kept: Ints  # (M,) strategy that an intervention makes the creator keep to, -1 for a free choice
    values: Floats  # (M, S) what a post under each strategy earned beyond the accustomed; any number
    earned: Floats  # (M,) judged rewards summed over this week's trials
    trials: Ints  # (M,) days of this week on which a post was out and its numbers came in
    net_since: Ints  # (M,) net followers since numbers were last taken in, bought ones left out
    audience: Floats  # (M, K) running mean of interests of followers who like, unit length or zero


class Trends(NamedTuple):
    """How hot each topic is."""

    background: Floats  # (K,) slow part of log heat
    fuel: Floats  # (K,) attention that memes have yet to draw, in log heat
    meme: Floats  # (K,) attention that memes draw now, in log heat
    heat: Floats  # (K,) exp(background + meme); 1 for a topic neither hot nor cold


class Peers(NamedTuple):
    """The social graph as compressed sparse rows: peers of i are ``peer[start[i]:start[i + 1]]``."""

    start: Ints  # (N + 1,)
    peer: NDArray[np.int32]  # (E,)


class Memory(NamedTuple):
    """What each user remembers: whose posts were seen lately, in S places; who was left, in G; what was shared, in R.

    S is 0 where no rule asks for it; G is ``decision.grudges``; R is 0 where nobody shares.
    """

    creator: NDArray[np.int32]  # (N, S) -1 for a free place
    last: NDArray[np.int32]  # (N, S) the last day on which a post of that creator was seen
    days: Ints  # (N, S) bit b: one was seen b days before that, too
    left: NDArray[np.int32]  # (N, G) creators left for what they posted, the latest first; -1 for a free place
    shared: NDArray[np.int32]  # (N, R) creators shared on earlier days, the latest first; -1 for a free place
    shared_made: NDArray[np.int32]  # (N, R) the days on which the posts came out
    shared_on: NDArray[np.int32]  # (N, R) the days on which they were shared
    sharing: Ints  # (N, R) posts shared today, where they stand, the latest first; -1 for a free place


class Rows(NamedTuple):
    """Who follows whom: for each user a row of entries, in no order, inside shared pools of equal length."""

    start: Ints  # (N,) first entry of the row
    length: Ints  # (N,) follows held
    room: Ints  # (N,) entries the row can hold, a multiple of BLOCK
    creator: NDArray[np.uint16] | NDArray[np.int32]  # pool; the empty marker where no follow stands
    day: NDArray[np.int32]  # pool; day followed, -1 for before the start
    satisfaction: NDArray[np.float32]  # pool; running mean of felt appeal
    seen: NDArray[np.int32]  # (pool, 0 or 1) last day on which a post was seen; no column where nothing asks for it
    felt: NDArray[np.float32]  # (pool, 0 or 3) what the tie usually gives, posts seen lately, and posts seen in all
    began: NDArray[np.uint8]  # (pool, 0 or F + 1) factor values as the tie began, and peers who followed then
    own: Floats  # (pool, columns) columns of one's own
    own_start: Floats  # (columns,) what those of a new follow begin with


USUAL, DOSE, POSTS_SEEN = range(3)
"""Columns of ``felt``."""
WHOLE = 255
"""What stands for 1 in ``began``; in its last column, for a beginning that is not known."""


@rule
def write_beginning(began: Any, row: int, values: Any, peers_following: int) -> None:
    """Write factor values in [0, 1] as whole multiples of 1 / WHOLE, and the peers who follow, where there is room."""
    factors = began.shape[1] - 1
    for f in range(factors):
        began[row, f] = int(min(1.0, max(0.0, values[f])) * WHOLE + 0.5)
    if factors >= 0:
        began[row, factors] = min(WHOLE - 1, peers_following)


@rule
def find_follow(rows: Rows, user: int, creator: int) -> int:
    """Entry (index into the pools) at which ``user`` follows ``creator``, or -1."""
    start = rows.start[user]
    for entry in range(start, start + rows.length[user]):
        if rows.creator[entry] == creator:
            return int(entry)
    return -1


@rule
def copy_tie(old: Rows, source: int, new: Rows, target: int) -> None:
    """Copy an entry to another place, in the same pools or in others."""
    new.creator[target] = old.creator[source]
    new.day[target] = old.day[source]
    new.satisfaction[target] = old.satisfaction[source]
    for k in range(old.seen.shape[1]):
        new.seen[target, k] = old.seen[source, k]
    for k in range(old.felt.shape[1]):
        new.felt[target, k] = old.felt[source, k]
    for k in range(old.began.shape[1]):
        new.began[target, k] = old.began[source, k]
    for k in range(old.own_start.size):
        new.own[target, k] = old.own[source, k]


@rule
def append_follow(rows: Rows, user: int, creator: int, day: int, satisfaction: float) -> None:
    """Add a follow at the end of a row that has room."""
    entry = rows.start[user] + rows.length[user]
    rows.creator[entry] = creator
    rows.day[entry] = day
    rows.satisfaction[entry] = satisfaction
    if rows.seen.shape[1] > 0:
        rows.seen[entry, 0] = day
    if rows.felt.shape[1] > 0:
        rows.felt[entry, USUAL] = satisfaction
        rows.felt[entry, DOSE] = 1.0
        rows.felt[entry, POSTS_SEEN] = 0.0
        rows.began[entry, rows.began.shape[1] - 1] = WHOLE
    for k in range(rows.own_start.size):
        rows.own[entry, k] = rows.own_start[k]
    rows.length[user] += 1


@rule
def remove_follow(rows: Rows, user: int, entry: int, empty: int) -> None:
    """Take a follow out of a row; the last one moves into its place."""
    last = rows.start[user] + rows.length[user] - 1
    copy_tie(rows, last, rows, entry)
    rows.creator[last] = empty
    rows.length[user] -= 1


@compiled
def _copy_rows(old: Rows, new: Rows) -> None:
    for user in range(old.start.size):
        source = old.start[user]
        target = new.start[user]
        for k in range(old.length[user]):
            copy_tie(old, source + k, new, target + k)


@compiled
def _move_rows(rows: Rows, users: Ints, starts: Ints, room: Ints, empty: int) -> None:
    for k in range(users.size):
        user = users[k]
        source = rows.start[user]
        target = starts[k]
        length = rows.length[user]
        for entry in range(room[k]):
            if entry < length:
                copy_tie(rows, source + entry, rows, target + entry)
            else:
                rows.creator[target + entry] = empty
        rows.start[user] = target
        rows.room[user] = room[k]


class TieColumns(NamedTuple):
    """How many columns ties have beside those of every model; none where nothing asks for them."""

    seen: int = 0
    felt: int = 0
    began: int = 0


class Follows:
    """The follow graph, user to creator, with room to grow.

    A row that outgrows its room moves to the end of the pools with twice the room; the pools are packed again when
    they are full. Rows keep their order, so nothing that is drawn from them depends on where they lie.
    """

    def __init__(
        self, users: int, creators: int, own_start: Floats | None = None, kept: TieColumns | None = None
    ) -> None:
        self._kept = kept or TieColumns()
        self._own_start = np.zeros(0) if own_start is None else own_start
        self.dtype = np.dtype(np.uint16 if creators < NARROWEST else np.int32)
        self.empty = int(np.iinfo(np.uint16 if self.dtype == np.uint16 else np.int32).max)
        room = np.full(users, BLOCK, dtype=np.int64)
        self.rows = self._allocate(room, np.zeros(users, dtype=np.int64), int(room.sum()))
        self.used = int(room.sum())

    def _allocate(self, room: Ints, length: Ints, entries: int) -> Rows:
        return Rows(
            start=np.cumsum(room) - room,
            length=length,
            room=room,
            creator=np.full(entries, self.empty, dtype=self.dtype),
            day=np.zeros(entries, dtype=np.int32),
            satisfaction=np.zeros(entries, dtype=np.float32),
            seen=np.zeros((entries, self._kept.seen), dtype=np.int32),
            felt=np.zeros((entries, self._kept.felt), dtype=np.float32),
            began=np.zeros((entries, self._kept.began), dtype=np.uint8),
            own=np.zeros((entries, self._own_start.size)),
            own_start=self._own_start,
        )

    def reserve_many(self, users: Ints, more: Ints) -> None:
        """Make sure that each of some different ``users`` can follow ``more`` creators (arrays of equal shape)."""
        rows = self.rows
        needed = rows.length[users] + more
        tight = needed > rows.room[users]
        if not tight.any():
            return
        users, needed = users[tight], needed[tight]
        room = -(-np.maximum(needed, 2 * rows.room[users]) // BLOCK) * BLOCK
        if self.used + int(room.sum()) > rows.creator.size:
            self._pack(users, room)
            return
        _move_rows(rows, users, self.used + np.cumsum(room) - room, room, self.empty)
        self.used += int(room.sum())

    def _pack(self, users: Ints, room: Ints) -> None:
        """Lay all rows out anew without holes, with the new room for ``users`` and an eighth to spare."""
        rooms = self.rows.room.copy()
        rooms[users] = room
        total = int(rooms.sum())
        rows = self._allocate(rooms, self.rows.length, total + max(64 * BLOCK, total // 8))
        _copy_rows(self.rows, rows)
        self.rows = rows
        self.used = total

    def packed(self) -> Rows:
        """A copy of all rows without spare room, one after the other by user."""
        length = self.rows.length
        rows = self._allocate(length.copy(), length.copy(), int(length.sum()))
        _copy_rows(self.rows, rows)
        return rows

    def take_over(self, rows: Rows) -> None:
        """Hold what ``rows`` of as many users hold, in their order, in place of one's own."""
        room = np.maximum(-(-rows.length // BLOCK), 1) * BLOCK
        self.rows = self._allocate(room, rows.length.copy(), int(room.sum()))
        _copy_rows(rows, self.rows)
        self.used = int(room.sum())

    def of(self, user: int) -> NDArray[Any]:
        """Creators that ``user`` follows, in row order; a view, not to be written to."""
        start = int(self.rows.start[user])
        return self.rows.creator[start : start + int(self.rows.length[user])]

    def entries(self) -> tuple[Ints, Ints]:
        """Users and pool entries of all follows, ordered by user and then by row order; each of shape (follows,)."""
        lengths = self.rows.length
        users = np.repeat(np.arange(lengths.size), lengths)
        before = np.cumsum(lengths) - lengths
        return users, np.arange(users.size) - before[users] + self.rows.start[users]

    def nbytes(self) -> int:
        """Memory held, in bytes."""
        return sum(array.nbytes for array in self.rows)


Group = TypeVar("Group", bound=tuple[Any, ...])


def read_only(group: Group, writable: Collection[str] = ()) -> Group:
    """A group of arrays that can be read, not written to, but for those named; anything else in it as it is."""
    fields: dict[str, Any] = group._asdict()  # type: ignore[attr-defined]
    shown = {name: value if name in writable else locked(value) for name, value in fields.items()}
    return group._replace(**shown)  # type: ignore[attr-defined, no-any-return]


def locked(value: Any) -> Any:
    """An array that can be read, not written to; anything else as it is."""
    if isinstance(value, np.ndarray):
        value = value.view()
        value.flags.writeable = False
    return value


@dataclass
class State:
    """The whole world on one day."""

    users: Users
    creators: Creators
    posts: Posts
    minds: Minds
    trends: Trends
    peers: Peers
    follows: Follows
    memory: Memory
    reference: Floats  # (F,) yesterday's mean of each factor over exposures
    day: int = 0  # days done; also the number of the day about to be simulated

    @property
    def rows(self) -> Rows:
        """Who follows whom, as arrays."""
        return self.follows.rows

    def nbytes(self) -> int:
        """Memory of all arrays, in bytes."""
        groups = (self.users, self.creators, self.posts, self.minds, self.trends, self.peers, self.memory)
        return sum(a.nbytes for group in groups for a in group) + self.follows.nbytes() + self.reference.nbytes
