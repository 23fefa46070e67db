"""What all agents share on one day, and what they decide on it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from simulation.engines.base import RuleParameters
from simulation.factors.appeal import Appeal
from simulation.factors.base import Encounter
from simulation.platform.ranking import FeedTables
from simulation.plugins import Behaviour, DecisionRule
from simulation.randomness import Stream, uniforms
from simulation.state import State


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
    follow_sets: dict[int, frozenset[int]] = field(default_factory=dict)  # whom a user follows, looked up once a day

    def has_rules(self, kind: str) -> bool:
        """Whether there are rules of one's own that decide something."""
        return bool(getattr(self.p.rules, kind))

    def rules(self, kind: str) -> Iterator[tuple[DecisionRule, Any]]:
        """Rules of one's own that decide something, with their parameters."""
        found = getattr(self.behaviour.decisions(lambda rule: rule), kind)
        yield from zip(found, getattr(self.p.rules, kind), strict=True)

    def uniforms(self, stream: Stream | int, actor: int, item: int, attempt: int) -> tuple[float, float, float, float]:
        """Four numbers in [0, 1) that belong to today, to who acts, and to what about."""
        return uniforms(self.luck, int(stream), actor, item, self.day, attempt)

    def follows(self, user: int, creator: int) -> bool:
        """Whether a user follows a creator, as the day began."""
        if user not in self.follow_sets:
            self.follow_sets[user] = frozenset(self.state.follows.of(user).tolist())
        return creator in self.follow_sets[user]
