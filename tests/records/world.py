"""A small world simulated by hand: states and events as an engine hands them over, without one."""

from __future__ import annotations

from typing import Any

import networkx as nx
import numpy as np

from simulation.creators.acts import buy_followers, open_books, purge
from simulation.engines.base import DayTotals
from simulation.events import Events
from simulation.factors import FACTORS
from simulation.ledger import DEPARTURE, cause_names
from simulation.parameters import Parameters
from simulation.posts import begin_post, lives_of, newest
from simulation.recall import empty_memory
from simulation.records import Recorder, Result
from simulation.records.provenance import build
from simulation.scenario import Scenario
from simulation.social_graph import SocialGraph
from simulation.state import (
    NEVER,
    NO_DAY,
    Creators,
    Follows,
    Memory,
    Minds,
    Peers,
    Posts,
    State,
    Trends,
    Users,
    append_follow,
    find_follow,
    remove_follow,
)

FACTOR_NAMES = tuple(factor.name for factor in FACTORS)
SOURCE_NAMES = ("following", "friends", "popular", "interest", "random")
CAUSES = cause_names(FACTOR_NAMES)
FOLLOW, UNFOLLOW = 1, -1
TOPICS, STRATEGIES = 3, 5
COMING = (*FACTOR_NAMES, "rule", "reciprocity")
"""Causes of follows by users."""
LEAVING = (*FACTOR_NAMES, "absence", "overload", "aspiration", "rule")
"""Causes of unfollows by users who stay on the platform."""

Happening = dict[str, Any]


def happening(user: int, creator: int, kind: int, **told: Any) -> Happening:
    """An event in words; what is not told is filled in."""
    return {
        "user": user,
        "creator": creator,
        "kind": kind,
        "source": "popular" if kind == FOLLOW else None,
        "cause": "talent",
        "reference": 0.5,
        "probability": 0.25,
        "satisfaction": 0.625,
        "contributions": (0.0,) * len(FACTOR_NAMES),
    } | told


def as_events(happenings: list[Happening]) -> Events:
    """Events as columns; appeal is reference plus contributions."""
    column = {name: [h[name] for h in happenings] for name in happening(0, 0, FOLLOW)}
    contributions = np.array(column["contributions"], dtype=np.float64).reshape(-1, len(FACTOR_NAMES))
    reference = np.array(column["reference"], dtype=np.float64)
    return Events(
        user=np.array(column["user"], dtype=np.int32),
        creator=np.array(column["creator"], dtype=np.int32),
        kind=np.array(column["kind"], dtype=np.int8),
        source=np.array([-1 if s is None else SOURCE_NAMES.index(s) for s in column["source"]], dtype=np.int8),
        cause=np.array([CAUSES.index(c) for c in column["cause"]], dtype=np.int16),
        appeal=reference + contributions.sum(axis=1),
        reference=reference,
        probability=np.array(column["probability"], dtype=np.float64),
        satisfaction=np.array(column["satisfaction"], dtype=np.float64),
        contributions=contributions,
        began=np.zeros((len(contributions), 0), dtype=np.uint8),
        reasons=np.zeros((len(contributions), 0)),
    )


def make_state(
    graph: SocialGraph, creator_users: tuple[int, ...], initial: tuple[tuple[int, int], ...], lives: int = 1
) -> State:
    """A state before day 0 in which some users follow some creators already."""
    rng = np.random.default_rng(8)
    n, m = graph.users, len(creator_users)
    own = np.full(n, -1, dtype=np.int64)
    own[list(creator_users)] = np.arange(m)
    users = Users(
        interests=rng.random((n, 2)),
        identity=rng.random((n, 2)),
        taste=rng.random((n, 4)),
        factor_weights=rng.random((n, len(FACTOR_NAMES))),
        activity=rng.random(n),
        escapism=rng.random(n),
        conformity=rng.random(n),
        attention=rng.random(n) * 100,
        eagerness=np.zeros(n),
        aspiration=rng.random(n),
        best_followed=np.full(n, -1.0),
        joined=np.where(np.arange(n) == n - 1, 2, -1),  # the last user comes on day 2
        left=np.full(n, NEVER),
        creator=own,
        usual_values=np.zeros((n, 0)),
        usual_interests=np.zeros((n, 0)),
        own=np.zeros((n, 0)),
        **{name: np.zeros(n, dtype=np.int64) for name in ("generation", "key", "community", "segment")},
        **{name: rng.random(n) for name in ("set_point", "fomo_trait", "mood", "fomo", "enjoyment", "use")},
    )
    # By name: most of a creator's arrays play no part here and are zero.
    columns: dict[str, Any] = {name: np.zeros(m, dtype=np.int64) for name in Creators._fields}
    columns |= {name: rng.random(m) for name in ("talent", "authenticity", "regularity", "posting_rate", "consistency")}
    columns |= {
        "user": np.array(creator_users),
        "topics": rng.random((m, TOPICS)),
        "posted": np.ones(m, dtype=np.bool_),
    }
    creators = Creators(**columns | {"own": np.zeros((m, 0)), "known_for": np.zeros((m, 0))})
    posts = make_posts(rng, m, lives)
    minds = make_minds(rng, m)
    trends = Trends(*(rng.random(TOPICS) for _ in Trends._fields))
    peers = Peers(graph.start, graph.peers)
    reference = np.full(len(FACTOR_NAMES), 0.5)
    state = State(users, creators, posts, minds, trends, peers, Follows(n, m), Memory(**empty_memory(n, 0)), reference)
    for user, creator in initial:
        append_follow(state.follows.rows, user, creator, -1, 0.5)
        creators.followers[creator] += 1
    return state


def make_posts(rng: np.random.Generator, creators: int, lives: int) -> Posts:
    """Posts of which no two are alike, none of them out yet."""
    count = creators * lives
    columns: dict[str, Any] = {name: np.zeros(count, dtype=np.int64) for name in ("views", "likes", "shares")}
    columns |= {name: rng.random(count) for name in ("quality", "sponsored", "applause")}
    return Posts(day=np.full(count, NO_DAY, dtype=np.int64), topics=rng.random((count, TOPICS)), **columns)


def make_minds(rng: np.random.Generator, creators: int) -> Minds:
    """Minds of which no two are alike."""
    columns: dict[str, Any] = {name: rng.random(creators) for name in Minds._fields}
    columns |= {"motives": rng.dirichlet((1, 1, 1), creators), "values": rng.random((creators, STRATEGIES))}
    columns |= {"audience": rng.random((creators, TOPICS)), "strategy": np.arange(creators) % STRATEGIES}
    columns |= {name: np.zeros(creators, dtype=np.int64) for name in ("trials", "net_since")}
    return Minds(**columns)


class World:
    """A run of six users, of whom users 1, 3 and 4 create, or of any other size."""

    def __init__(
        self,
        *,
        graph: SocialGraph | None = None,
        creator_users: tuple[int, ...] = (1, 3, 4),
        initial: tuple[tuple[int, int], ...] = ((0, 0), (2, 1)),
        parameters: Parameters | None = None,
        lives: int = 2,
        **recorder: Any,
    ) -> None:
        self.graph = graph or SocialGraph.from_networkx(nx.path_graph(6))
        self.state = make_state(self.graph, creator_users, initial, lives)
        self.scenario = Scenario(parameters or {}, seed=5, luck=6, social_graph=self.graph)
        self.parameters = self.scenario.parameters
        self.recorder = Recorder(FACTOR_NAMES, SOURCE_NAMES, **{"record": "posts", **recorder})

    def apply(self, happenings: list[Happening]) -> tuple[Events, DayTotals]:
        """Let a day take effect on the state, without recording it."""
        events, creators = as_events(happenings), self.state.creators
        self.state.users.left[events.user[events.cause == len(FACTOR_NAMES) + DEPARTURE]] = self.state.day
        creators.views[:] = 7
        creators.likes[:] = self.state.day
        latest = newest(self.state.posts, creators)
        self.state.posts.views[latest] += creators.views
        self.state.posts.likes[latest] += creators.likes
        for user, creator, kind in zip(events.user, events.creator, events.kind, strict=True):
            rows = self.state.follows.rows
            if kind == FOLLOW:
                append_follow(rows, user, creator, self.state.day, 0.75)
            else:
                remove_follow(rows, user, find_follow(rows, user, creator), self.state.follows.empty)
            (creators.gained if kind == FOLLOW else creators.lost)[creator] += 1
            creators.followers[creator] += kind
        creators.total_gained[:] += creators.gained
        creators.total_lost[:] += creators.lost
        views, likes = int(creators.views.sum()), int(creators.likes.sum())
        return events, DayTotals(4, views, likes, 4, np.zeros(len(FACTOR_NAMES), dtype=np.int64))

    def live(
        self, *happenings: Happening, bought: dict[int, int] | None = None, purged: dict[int, float] | None = None
    ) -> None:
        """One day in which some things happen, and creators buy followers or have a share of them purged."""
        open_books(self.state.creators)
        self.post()
        for creator, count in (bought or {}).items():
            buy_followers(self.state.creators, np.array([creator]), count)
        for creator, share in (purged or {}).items():
            purge(self.state.creators, np.array([creator]), share)
        events, totals = self.apply(list(happenings))
        self.recorder.record_day(self.state, events, totals)
        self.state.day += 1

    def post(self) -> None:
        """Those who have a post today make it."""
        posts, creators = self.state.posts, self.state.creators
        self.recorder.before_posting(self.state)
        for creator in np.flatnonzero(creators.posted).tolist():
            begin_post(posts, creator, lives_of(posts, creators), self.state.day)
        self.recorder.after_posting(self.state)

    def live_randomly(self, days: int, seed: int = 1) -> None:
        """Some days of random follows and unfollows."""
        rng = np.random.default_rng(seed)
        n, m = self.graph.users, self.state.creators.user.size
        for _ in range(days):
            happenings = []
            for user in range(n):
                for creator in rng.choice(m, size=min(m, 2), replace=False).tolist():
                    if self.state.creators.user[creator] == user or rng.random() < 0.5:
                        continue
                    held = find_follow(self.state.follows.rows, user, creator) >= 0
                    causes = LEAVING if held else COMING
                    happenings.append(
                        happening(
                            user,
                            creator,
                            UNFOLLOW if held else FOLLOW,
                            source=rng.choice(SOURCE_NAMES),
                            cause=rng.choice(causes),
                            reference=rng.random(),
                            probability=rng.random(),
                            satisfaction=rng.random(),
                            contributions=rng.normal(0, 0.1, len(FACTOR_NAMES)),
                        )
                    )
            self.live(*happenings)

    def result(self) -> Result:
        """The result so far."""
        return Result.from_run(self.recorder, self.state, self.graph, self.parameters, self.provenance())

    def provenance(self) -> dict[str, Any]:
        """Provenance as a model gives it."""
        description = self.scenario.description(self.graph, self.state.creators.user)
        return build(description, engine="compiled", threads=2, days=self.state.day, seconds=0.5)

    def pairs(self) -> set[tuple[int, int]]:
        """Who follows whom now."""
        users, entries = self.state.follows.entries()
        return set(zip(users.tolist(), self.state.follows.rows.creator[entries].tolist(), strict=True))
