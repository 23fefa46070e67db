"""What all agents share on one day, and what they decide on it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, NamedTuple, cast

import numpy as np

from simulation.engines.base import RuleParameters
from simulation.factors.appeal import Appeal
from simulation.factors.base import Encounter
from simulation.platform.ranking import FeedTables
from simulation.plugins import Behaviour, DecisionRule
from simulation.randomness import Stream, uniforms
from simulation.state import State, locked


class SessionLuck(NamedTuple):
    """Numbers in [0, 1) that decide on a user's day: on opening the app, and on leaving the platform."""

    u_open: float
    u_length: float
    u_nudge: float
    u_depart: float


class ClosingLuck(NamedTuple):
    """Numbers in [0, 1) that decide on how a session ends."""

    u_tidy: float
    u_curious: float
    u_topic: float
    unused: float


class DecisionLuck(NamedTuple):
    """Numbers in [0, 1) that decide on what a user does about one creator."""

    u_like: float
    u_follow: float
    u_unfollow: float
    u_follow_back: float


class PlanLuck(NamedTuple):
    """Numbers in [0, 1) that decide on a creator's week."""

    u_strategy: float
    u_quit: float
    unused_1: float
    unused_2: float


class PostLuck(NamedTuple):
    """Numbers in [0, 1) that decide on a creator's post; the last two make its noise."""

    u_keep: float
    u_post: float
    u_noise_1: float
    u_noise_2: float


@dataclass(frozen=True)
class Decision:
    """A follow or an unfollow that a user has decided on; it takes effect when everybody has watched."""

    user: int
    creator: int
    kind: int
    source: int
    cause: int
    appeal: float
    reference: float
    probability: float
    satisfaction: float
    contributions: list[float]
    began: list[int]
    reasons: list[float]


@dataclass
class Today:
    """What all agents share on one day: the platform's tables, and what has been decided and counted so far."""

    day: int
    luck: np.uint64
    state: State
    p: RuleParameters
    evaluate: Appeal
    encounter_of: Callable[..., Encounter]
    behaviour: Behaviour
    tables: FeedTables | None = None
    decisions: dict[int, list[Decision]] = field(default_factory=dict)  # by user
    sessions: int = 0
    samples: int = 0
    factor_sums: list[int] = field(default_factory=list)
    heard: Any = None  # (M, K) interests of followers who liked, in units of 2**-32
    usual: Any = None  # (K,) mean of log(1 + followers) of creators by main topic
    shown: dict[tuple[int, int], int] = field(default_factory=dict)  # post by user and creator
    follow_sets: dict[int, frozenset[int]] = field(default_factory=dict)  # whom a user follows, looked up once a day

    @property
    def feed(self) -> FeedTables:
        """What the feed is drawn from, once it is ranked."""
        return cast("FeedTables", self.tables)

    @cached_property
    def read(self) -> State:
        """The state as rules see it: columns of one's own, whole where they are wide, cannot be written."""
        users, creators = self.state.users, self.state.creators
        return replace(
            self.state,
            users=users._replace(own=locked(users.own)),
            creators=creators._replace(own=locked(creators.own)),
        )

    def meet(self, user: int, creator: int, post: int, entry: int, peers_following: int) -> Encounter:
        """What a user meets in a creator's post, in plain numbers; see :func:`~simulation.factors.meeting`."""
        scale, lately = self.p.identity_scale, self.p.session.lately
        met = self.encounter_of(user, creator, post, self.day, entry, peers_following, self.read, scale, lately)
        return Encounter._make([value.item() if isinstance(value, np.generic) else value for value in met])

    def has_rules(self, kind: str) -> bool:
        """Whether there are rules of one's own that decide something."""
        return bool(getattr(self.p.rules, kind))

    def rules(self, kind: str) -> Iterator[tuple[DecisionRule, Any]]:
        """Rules of one's own that decide something, with their parameters."""
        found = (rule for rule in self.behaviour.rules if rule.decides == kind)
        yield from zip(found, getattr(self.p.rules, kind), strict=True)

    def uniforms(self, stream: Stream | int, actor: int, item: int, attempt: int) -> tuple[float, float, float, float]:
        """Four numbers in [0, 1) that belong to today, to who acts, and to what about."""
        return uniforms(self.luck, int(stream), actor, item, self.day, attempt)

    def follows(self, user: int, creator: int) -> bool:
        """Whether a user follows a creator, as the day began."""
        if user not in self.follow_sets:
            self.follow_sets[user] = frozenset(self.state.follows.of(user).tolist())
        return creator in self.follow_sets[user]
