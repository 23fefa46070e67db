"""What a compiled loop over a chunk of users reads and writes, gathered into one named tuple."""

from typing import Any, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from simulation.compiling import rule
from simulation.engines.base import RuleParameters
from simulation.engines.ties import RECALLED
from simulation.events import Events
from simulation.platform.ranking import FeedTables
from simulation.plugins import Decisions
from simulation.state import Creators, Memory, Peers, Posts, Rows, Users
from simulation.users.reasons import CHANNELS

Group = TypeVar("Group", bound=tuple[Any, ...])

SESSIONS, SAMPLES, WRITTEN, FOLLOWED, COUNTERS = range(5)
"""Places of the counters of a chunk (sessions held, posts sampled, events written, posts of followed creators in the
session at hand), and how many there are."""


class Scratch(NamedTuple):
    """Room for one session: the distinct creators shown, in order, and what is found out about each."""

    shown: NDArray[np.int64]
    posts: NDArray[np.int64]  # place of the post shown of each of them
    sources: NDArray[np.int64]  # source of the first slot
    times: NDArray[np.int64]  # slots
    entries: NDArray[np.int64]  # entry in the own follow row, -1 for none
    following: NDArray[np.int64]  # peers who follow
    liked: NDArray[np.bool_]
    values: NDArray[np.float64]  # (F,) factor values of the post at hand
    against: NDArray[np.float64]  # (F,) those of what it is compared with
    followed: NDArray[np.float64]  # (F,) summed over the session's posts of followed creators
    recalled: NDArray[np.float64]  # (RECALLED,) appeal of a post, as in engines.ties
    parts: NDArray[np.float64]  # (channels,) of the log hazard of leaving
    checked: NDArray[np.int64]  # ties looked at as the session begins
    place: NDArray[np.int64]  # (M,) where a creator stands in the session, -1 for nowhere
    broken: NDArray[
        np.float64
    ]  # (4,) of the first rule or factor out of bounds: its number, what it gave, user, creator or -1
    asked: NDArray[np.float64]  # (3,) the rule asked last, by number, or 0 for the factors; user, creator or -1


class Sight(NamedTuple):
    """What users meet of creators: arrays of ``state.Creators``, of the same names.

    A loop gets no more than it reads: every array that is handed from rule to rule costs time to compile.
    """

    user: NDArray[np.int64]
    key: NDArray[np.int64]
    segment: NDArray[np.int64]
    joined: NDArray[np.int64]
    identity: NDArray[np.float64]
    expression: NDArray[np.float64]
    intensity: NDArray[np.float64]
    engagement: NDArray[np.float64]
    talent: NDArray[np.float64]
    authenticity: NDArray[np.float64]
    consistency: NDArray[np.float64]
    crowd: NDArray[np.float64]
    followers: NDArray[np.int64]
    posted: NDArray[np.bool_]
    visible: NDArray[np.bool_]
    partner: NDArray[np.int64]
    listening: NDArray[np.bool_]
    away_until: NDArray[np.int64]
    own: NDArray[np.float64]


class PostSight(NamedTuple):
    """What users meet of posts: arrays of ``state.Posts``, of the same names."""

    topics: NDArray[np.float64]
    day: NDArray[np.int64]
    quality: NDArray[np.float64]
    sponsored: NDArray[np.float64]
    applause: NDArray[np.float64]


class ViewerParameters(NamedTuple):
    """What users go by: sections, and single parameters, of ``engines.base.RuleParameters``."""

    session: Any
    decision: Any
    leaving: Any
    change: Any
    wellbeing: Any
    factors: tuple[Any, ...]
    rules: Decisions
    identity_scale: float
    departure_rate: float
    distinct: int
    crossing: float
    lives: int  # of posts, in days
    hide_like_counts: int
    shared: float  # by collaborating creators
    courtesy: float


def sight_of(creators: Creators) -> Sight:
    """What users meet of creators, as it stands now: a copy."""
    return _side_by_side(Sight(*(getattr(creators, name) for name in Sight._fields)))


def post_sight_of(posts: Posts) -> PostSight:
    """What users meet of posts, as it stands now: a copy."""
    return _side_by_side(PostSight(*(getattr(posts, name) for name in PostSight._fields)))


def _side_by_side(group: Group) -> Group:
    """A copy in which the 8-byte numbers of a row lie side by side in memory; other arrays, and own ones, as they are.

    Users meet creators in no order, so what lies apart is fetched from memory bit by bit. There are two rows at least:
    of a single one the compiler would take the columns for arrays of another kind, and compile the loops anew.
    """
    arrays: dict[str, NDArray[Any]] = group._asdict()  # type: ignore[attr-defined]
    wide = {name: array for name, array in arrays.items() if array.dtype.itemsize == 8 and name != "own"}
    widths = [array[0].size for array in wide.values()]
    rows = np.zeros((max(2, len(next(iter(wide.values())))), int(sum(widths))))
    for (name, array), width, end in zip(wide.items(), widths, np.cumsum(widths).tolist(), strict=True):
        columns = rows.view(array.dtype)[:, end - width : end]
        arrays[name] = columns if array.ndim > 1 else columns[:, 0]
        arrays[name][: len(array)] = array
    return group._replace(**arrays)  # type: ignore[attr-defined]


def viewer_parameters(p: RuleParameters) -> ViewerParameters:
    """What users go by."""
    return ViewerParameters(
        session=p.session,
        decision=p.decision,
        leaving=p.leaving,
        change=p.change,
        wellbeing=p.wellbeing,
        factors=p.factors,
        rules=p.rules,
        identity_scale=p.identity_scale,
        departure_rate=p.departure_rate,
        distinct=p.feed.distinct,
        crossing=p.feed.crossing,
        lives=p.posting.post_life,
        hide_like_counts=p.feed.hide_like_counts,
        shared=p.minds.strategy.shared,
        courtesy=p.follow_back.courtesy,
    )


class Chunk(NamedTuple):
    """The world as the loop sees it on one day, and where it puts what it finds."""

    luck: np.uint64
    day: int
    users: Users
    creators: Sight
    posts: PostSight
    peers: Peers
    rows: Rows
    memory: Memory
    tables: FeedTables
    reference: NDArray[np.float64]  # (F,)
    p: ViewerParameters
    scratch: Scratch
    events: Events  # room for some, filled from the front
    counters: NDArray[np.int64]  # (COUNTERS,)
    factor_sums: NDArray[np.int64]  # (F,)
    views: NDArray[np.int64]  # (P,) of posts
    likes: NDArray[np.int64]  # (P,) of posts
    shares: NDArray[np.int64]  # (P,) of posts
    audience: NDArray[np.int64]  # (M, K) interests of followers who like, in units of 2**-32; (0, K) if nobody listens


@rule
def factor_number(place: int) -> int:
    """Number of a factor by its place, where those of rules are their streams."""
    return -1 - place


def make_scratch(session_cap: int, checks: int, factors: int, creators: int) -> Scratch:
    """Room for one session at a time."""

    def counts(size: int) -> Any:
        return np.full(size, -1, dtype=np.int64)

    return Scratch(
        shown=counts(session_cap),
        posts=counts(session_cap),
        sources=counts(session_cap),
        times=counts(session_cap),
        entries=counts(session_cap),
        following=counts(session_cap),
        liked=np.zeros(session_cap, dtype=np.bool_),
        values=np.zeros(factors),
        against=np.zeros(factors),
        followed=np.zeros(factors),
        recalled=np.zeros(RECALLED),
        parts=np.zeros(len(CHANNELS)),
        checked=counts(checks),
        place=counts(creators),
        broken=np.zeros(4),
        asked=np.zeros(3),
    )
