"""Histories of a model from which facts are measured: a world, the same population with other random draws, and without
recommender.

One call simulates three worlds of one seed and keeps of them what the facts need; every model is simulated alike.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from simulation.analysis.churn import TieSpells, tie_spells
from simulation.analysis.growth import by_creator
from simulation.analysis.tables import FloatArray, IntArray, Tables
from simulation.model import FollowerModel
from simulation.presets import PRESETS, preset
from simulation.social_graph import SocialGraph

OTHER_LUCK = 1_000_003
"""Added to the seed for the random draws of the second world: the same population, and nothing else in common."""


@dataclass(frozen=True)
class Span:
    """Days that are simulated, and at which something is looked at.

    Attributes
    ----------
    days
        Length of the main world.
    early
        Days after which worlds of one seed are compared.
    landmark
        Last day on which ties, and who is established, are noted; what becomes of them after it is counted.
    """

    days: int
    early: int
    landmark: int


@dataclass(frozen=True)
class Lived:
    """What is kept of the worlds of one seed. N users, M creators.

    Attributes
    ----------
    result
        The main world, simulated to the end, with its event log.
    span
        Its days.
    spells
        Every stretch of following in it.
    friends
        Pairs of users who know each other, (pairs, 2), each pair once.
    interests, voices
        Of users (N, K) and creators (M, K) before the first day, rows of unit length.
    followers, gained, posted
        By creator and day, (M, days).
    early, elsewhere
        Followers after ``span.early`` days, (M,): in the main world, and in one of the same population with other
        random draws.
    unranked
        The same where every slot of the feed shows a creator drawn uniformly.
    """

    result: Tables
    span: Span
    spells: TieSpells
    friends: IntArray
    interests: FloatArray
    voices: FloatArray
    followers: FloatArray
    gained: FloatArray
    posted: FloatArray
    early: IntArray
    elsewhere: IntArray
    unranked: IntArray

    @property
    def held(self) -> tuple[IntArray, IntArray]:
        """Follows at the end: users and creators, (ties,) each."""
        follows = self.result.follows
        return follows["user"].to_numpy(np.int64), follows["creator"].to_numpy(np.int64)


def lived(name: str, span: Span, seed: int, setting: Mapping[str, object]) -> Lived:
    """The worlds of one seed under a preset, with a setting on top."""
    model = FollowerModel(dict(setting), preset=name, seed=seed, threads=1)
    interests, voices = model.state.users.interests.copy(), model.state.creators.topics.copy()
    model.run_for(span.days)
    result = model.result()
    table = result.creator_days
    followers = by_creator(table, "followers")
    early = followers[:, span.early - 1].astype(np.int64)
    random = model.parameters.feed.mix == preset("random").feed.mix  # then a world without recommender is this one
    unranked = early if random else _followers(name, span.early, seed, {**setting, **PRESETS["random"].values})
    return Lived(
        result=result,
        span=span,
        spells=tie_spells(result.events, result.follows, result.days),
        friends=_pairs(result.social_graph),
        interests=interests,
        voices=voices,
        followers=followers,
        gained=by_creator(table, "gained"),
        posted=by_creator(table, "posted"),
        early=early,
        elsewhere=_followers(name, span.early, seed, setting, luck=seed + OTHER_LUCK),
        unranked=unranked,
    )


def _followers(name: str, days: int, seed: int, setting: Mapping[str, object], luck: int | None = None) -> IntArray:
    """Followers after some days, (M,)."""
    model = FollowerModel(dict(setting), preset=name, seed=seed, luck=luck, threads=1, record="daily")
    model.run_for(days)
    return np.asarray(model.state.creators.followers.copy(), dtype=np.int64)


def _pairs(graph: SocialGraph) -> IntArray:
    """Users who know each other, (pairs, 2), each pair once."""
    pairs = np.column_stack([np.repeat(np.arange(graph.users), graph.degree()), graph.peers]).astype(np.int64)
    return np.asarray(pairs[pairs[:, 0] < pairs[:, 1]])
