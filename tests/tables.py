"""Tables of a run made by a toy process, consistent with each other as those of a real run are.

Follows come by popularity, talent and one creator's fad; unfollows by a hazard that falls with the age of the tie. The
event log, the daily and per-creator tables and the final follows all record the same ties.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import networkx as nx
import numpy as np
import pandas as pd
from numpy.typing import NDArray

FACTORS = ("shared_interest", "talent", "authenticity", "emotional_connection", "consistency", "peer_influence")
CAUSES = (*FACTORS, "absence", "overload", "aspiration", "rule", "reciprocity", "departure", "bought", "purge")
FOLLOW_CAUSES = np.array([0.24, 0.15, 0.12, 0.13, 0.07, 0.19, 0.0, 0.0, 0.0, 0.05, 0.05, 0.0, 0.0, 0.0])
UNFOLLOW_CAUSES = np.array([0.16, 0.08, 0.09, 0.08, 0.11, 0.04, 0.12, 0.06, 0.18, 0.03, 0.0, 0.05, 0.0, 0.0])
FAD = 3
"""The creator who rises and falls, and buys followers on the way."""
BOUGHT = 30
STRATEGIES = ("own_voice", "chase_trends", "engage", "collaborate", "analytics")
TOPICS = 5


@dataclass(frozen=True)
class RandomGraph:
    """A social graph that can be had as networkx."""

    users: int
    seed: int

    def to_networkx(self) -> nx.Graph[int]:
        graph: nx.Graph[int] = nx.watts_strogatz_graph(self.users, 6, 0.1, seed=self.seed)
        return graph


@dataclass(frozen=True)
class RunTables:
    """Tables as a result holds them."""

    daily: pd.DataFrame
    creator_days: pd.DataFrame
    topic_days: pd.DataFrame
    events: pd.DataFrame
    users: pd.DataFrame
    creators: pd.DataFrame
    follows: pd.DataFrame
    factor_names: tuple[str, ...]
    cause_names: tuple[str, ...]
    social_graph: RandomGraph
    days: int
    initial: NDArray[np.bool_]

    def follow_graph(self, day: int | None = None) -> nx.DiGraph[int]:
        held = self.initial.copy()
        past = self.events[self.events["day"] <= (self.days if day is None else day)]
        for user, creator, kind in zip(past["user"], past["creator"], past["kind"], strict=True):
            held[user, creator] = kind == "follow"
        graph: nx.DiGraph[int] = nx.DiGraph()
        graph.add_nodes_from(range(len(self.users)))
        graph.add_edges_from((int(i), int(j)) for i, j in zip(*np.nonzero(held), strict=True))
        return graph


def run_tables(users: int = 300, creators: int = 40, days: int = 90, seed: int = 1, first: int = 3) -> RunTables:
    """A toy run: creators are the first users, each user follows about ``first`` creators before day 0."""
    rng = np.random.default_rng(seed)
    talent = rng.beta(2, 3, creators)
    draw = np.exp(3.5 * talent + rng.normal(0, 0.8, creators))
    held = np.zeros((users, creators), dtype=bool)
    own = np.arange(creators)
    for user in range(users):
        held[user, rng.choice(creators, min(first, creators), replace=False, p=draw / draw.sum())] = True
    held[own, own] = False
    began = np.where(held, -1, -2)
    initial, events, creator_days, daily = held.copy(), [], [], []
    total, market = np.zeros((4, creators), dtype=np.int64), np.zeros(creators, dtype=np.int64)
    for day in range(days):
        fad = np.exp(-(((day - days / 3) / (days / 9)) ** 2))
        weight = draw * (held.sum(axis=0) + 2.0) ** 0.8
        weight[FAD % creators] += 1.5 * fad * weight.sum()
        size = rng.poisson(0.2 * users)
        pairs = np.zeros_like(held)
        pairs[rng.integers(users, size=size), rng.choice(creators, size=size, p=weight / weight.sum())] = True
        pairs[own, own] = False
        gained = pairs & ~held
        hazard = np.where(held, 0.0012 * (1 + 3 * np.exp(-(day - began) / 15)), 0.0)
        hazard[:, FAD % creators] *= 1 + 14 * (day > days / 2.2) * np.exp(-(day - days / 2.2) / (days / 6))
        lost = rng.random(held.shape) < hazard
        held, began = (held | gained) & ~lost, np.where(gained, day, began)
        events += [_rows(rng, day, "follow", gained, FOLLOW_CAUSES), _rows(rng, day, "unfollow", lost, UNFOLLOW_CAUSES)]
        bought, purged = _market(day, days, creators)
        market += bought - purged
        rows = _creator_rows(rng, day, held, events[-2], events[-1], talent)
        rows = rows.assign(
            followers=rows["followers"] + market,
            gained=rows["gained"] + bought,
            lost=rows["lost"] + purged,
            gained_bought=bought,
            lost_purge=purged,
            bought=market.copy(),
        )
        creator_days.append(rows.assign(**_minds(day, creators)))
        total += creator_days[-1][["gained", "lost", "views", "likes"]].to_numpy().T
        daily.append(_daily_row(day, users, held, creator_days[-1], events[-1]))
    minds = pd.concat(creator_days, ignore_index=True)
    log = pd.concat(events, ignore_index=True)
    log["kind"] = pd.Categorical(log["kind"], categories=["follow", "unfollow"])
    follower, followed = np.nonzero(held)
    return RunTables(
        daily=pd.DataFrame(daily),
        creator_days=minds,
        topic_days=_topic_days(minds),
        events=log,
        users=_users(rng, users, creators, held),
        creators=_creators(talent, held.sum(axis=0) + market, total),
        follows=pd.DataFrame(
            {"user": follower, "creator": followed, "day": began[held], "satisfaction": rng.random(follower.size)}
        ),
        factor_names=FACTORS,
        cause_names=CAUSES,
        social_graph=RandomGraph(users, seed),
        days=days,
        initial=initial,
    )


def _rows(rng: Any, day: int, kind: str, pairs: NDArray[np.bool_], causes: NDArray[np.float64]) -> pd.DataFrame:
    user, creator = np.nonzero(pairs)
    n = user.size
    contributions = rng.normal(0.02, 0.05, (n, len(FACTORS)))
    columns = {f"contribution_{name}": contributions[:, k] for k, name in enumerate(FACTORS)}
    return pd.DataFrame(
        {
            "day": np.full(n, day),
            "user": user,
            "creator": creator,
            "kind": np.full(n, kind, dtype=object),
            "source": rng.choice(["following", "popular", "interest"], n),
            "cause": rng.choice(CAUSES, n, p=causes / causes.sum()),
            "appeal": 0.4 + contributions.sum(axis=1),
            "reference": np.full(n, 0.4),
            "probability": rng.random(n),
            "satisfaction": rng.random(n),
        }
        | columns
    )


def _creator_rows(
    rng: Any,
    day: int,
    held: NDArray[np.bool_],
    follows: pd.DataFrame,
    unfollows: pd.DataFrame,
    talent: NDArray[np.float64],
) -> pd.DataFrame:
    m = talent.size
    followers = held.sum(axis=0)
    views = rng.poisson(5 + 2 * followers)
    gained = np.bincount(follows["creator"], minlength=m)
    table = {
        "day": np.full(m, day),
        "creator": np.arange(m),
        "followers": followers,
        "gained": gained,
        "lost": np.bincount(unfollows["creator"], minlength=m),
        "views": views,
        "likes": np.minimum(views, rng.poisson(0.03 * views + 4 * gained)),
        "posted": rng.random(m) < 0.6,
        "quality": np.clip(talent + rng.normal(0, 0.1, m), 0, 1),
    }
    for word, events in (("gained", follows), ("lost", unfollows)):
        for cause in CAUSES:
            table[f"{word}_{cause}"] = np.bincount(events.loc[events["cause"] == cause, "creator"], minlength=m)
    return pd.DataFrame(table)


def _market(day: int, days: int, creators: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Followers bought and purged on a day, by creator."""
    bought, purged = np.zeros((2, creators), dtype=np.int64)
    bought[FAD % creators] = BOUGHT * (day == days // 4)
    purged[FAD % creators] = BOUGHT // 2 * (day == days // 4 + days // 3)
    return bought, purged


def _minds(day: int, creators: int) -> dict[str, Any]:
    """Minds that swing, each creator with a strategy a week; creators of one topic post about it."""
    own = np.arange(creators)
    swing = np.sin(day / 11 + own)
    strategy = (day // 7 + own) % len(STRATEGIES)
    return {
        "strategy": pd.Categorical.from_codes(strategy, categories=list(STRATEGIES)),
        "topic": own % TOPICS,
        "reward": 3 + swing,
        "mood": 0.4 * swing,
        "obsession": 0.3 + 0.2 * np.cos(day / 17 + own),
        "burnout": np.full(creators, day / (day + 60)),
        "authenticity": 0.6 - 0.1 * day / (day + 30) + 0.05 * swing,
        "away": (day // 9 + own) % 7 == 0,
    }


def _topic_days(rows: pd.DataFrame) -> pd.DataFrame:
    """What the creators of each topic gain and lose, and heat that peaks on each topic in turn."""
    rows = rows.assign(
        followers=rows["followers"] - rows["bought"],
        gained=rows["gained"] - rows["gained_bought"],
        lost=rows["lost"] - rows["lost_purge"],
        posts=rows["posted"],
    )
    table = rows.groupby(["day", "topic"])[["posts", "followers", "gained", "lost"]].sum().reset_index()
    phase = (table["day"] - 16 * (table["topic"] + 1)) / 4
    table.insert(2, "heat", np.exp(1.2 * np.exp(-(phase**2))))
    return table


def _daily_row(
    day: int, users: int, held: NDArray[np.bool_], rows: pd.DataFrame, unfollows: pd.DataFrame
) -> dict[str, float]:
    departed = int((unfollows["cause"] == "departure").sum())
    minds = {name: float(rows[name].mean()) for name in ("obsession", "burnout", "authenticity")}
    return {
        "day": day,
        "users": users,
        "sessions": int(0.7 * users),
        "views": int(rows["views"].sum()),
        "likes": int(rows["likes"].sum()),
        "follows": int((rows["gained"] - rows["gained_bought"]).sum()),
        "unfollows": int((rows["lost"] - rows["lost_purge"]).sum()),
        "unfollows_by_departure": departed,
        "follow_edges": int(held.sum()),
        "bought": int(rows["gained_bought"].sum()),
        "purged": int(rows["lost_purge"].sum()),
        "departures": int(departed > 0),
        "posts": int(rows["posted"].sum()),
        "away": int(rows["away"].sum()),
        "quit": 0,
        "mood": 0.02 * float(np.sin(day / 9)) - 0.01,
        "fomo": 0.4 + 0.1 * day / (day + 20),
        "use": 14.0 * day / (day + 6),
        "creator_mood": float(rows["mood"].mean()),
        **minds,
    }


def _users(rng: Any, users: int, creators: int, held: NDArray[np.bool_]) -> pd.DataFrame:
    own = np.where(np.arange(users) < creators, np.arange(users), -1)
    return pd.DataFrame(
        {
            "user": np.arange(users),
            "label": [str(i) for i in range(users)],
            "creator": own,
            "activity": rng.random(users),
            "attention": rng.integers(1, 500, users),
            "conformity": rng.random(users),
            "aspiration": rng.random(users),
            "follows": held.sum(axis=1),
            "joined": np.zeros(users, dtype=np.int64),
        }
    )


def _creators(talent: NDArray[np.float64], followers: NDArray[np.int64], total: NDArray[np.int64]) -> pd.DataFrame:
    m = talent.size
    constant = {name: np.full(m, 0.5) for name in ("authenticity", "regularity", "posting_rate", "consistency")}
    flows = dict(zip(("gained", "lost", "views", "likes"), total, strict=True))
    head = {"creator": np.arange(m), "user": np.arange(m), "label": [str(j) for j in range(m)], "talent": talent}
    return pd.DataFrame(head | constant | {"followers": followers} | flows)
