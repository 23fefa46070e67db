"""Likes: joy in the same of them fades, a loss hurts more than a surge pleases, and hiding them calms creators."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

import numpy as np

from benchmarks.validation.directions.branches import Direction, Setting, begun, branch, claim, lever, relative
from simulation.analysis.tables import FloatArray
from simulation.model import FollowerModel

# One creator whose likes are what the viewers who are awake make them -----------------------------------------------

VIEWERS = 15
EVERY_POST_IS_LIKED: dict[str, object] = {
    "population.users": VIEWERS + 1,
    "population.creators": 1,
    "social_graph.family": "none",
    "users.activity_mean": 1.0,
    "users.escapism_mean": 0.0,
    "creators.posting_rate_median": 1.0,
    "creators.posting_rate_sigma": 0.0,
    "creators.regularity_mean": 1.0,
    "session.slots": 1.0,
    "feed.mix.following": 0.0,
    "feed.mix.friends": 0.0,
    "feed.mix.popular": 0.0,
    "feed.mix.interest": 0.0,
    "feed.mix.random": 1.0,
    "decision.like_threshold": -2.0,
    "decision.like_sharpness": 200.0,
    "decision.follow_rule": "constant",
    "decision.follow_probability": 0.0,
    "wellbeing.moves": False,
    "trends.moves": False,
    "minds.strategy.moves": False,
    "minds.effort.moves": False,
    "minds.burnout.moves": False,
}
"""One creator posts every day, and whoever watches likes it and does not follow: likes and views are viewers awake."""


class Lived(NamedTuple):
    """Days of the one creator, (days,) each."""

    likes: FloatArray
    errors: FloatArray
    """Prediction errors: reward minus what was expected of it."""
    mood: FloatArray


def constant_likes(awake: Sequence[int], engine: Literal["compiled", "mesa"] = "compiled") -> Lived:
    """A creator whose post is liked by so many viewers on each day, at most :data:`VIEWERS`."""
    model = FollowerModel(EVERY_POST_IS_LIKED, seed=0, engine=engine, threads=1, record="daily")
    state = model.state
    viewers = np.flatnonzero(state.users.creator < 0)
    days: list[tuple[float, float, float]] = []
    for count in awake:
        state.users.activity[viewers] = np.arange(viewers.size) < count
        expected = float(state.minds.expected_reward[0])
        model.step()
        days.append((state.creators.likes[0], state.minds.reward[0] - expected, state.minds.mood[0]))
    return Lived(*np.array(days, dtype=np.float64).T)


# Worlds in which everybody suddenly sees more posts, or fewer -------------------------------------------------------

CAP, MORE, LESS = 16, 32, 8
"""Posts a session: at first, in a surge of likes, in a loss of them."""
SETTLED = 60
"""Days until creators have come to expect about what they get."""
EARLY, LATE = slice(0, 28), slice(56, 70)
"""Days after a rise in which its joy is at its height, and in which it has faded."""
NOW = slice(0, 14)


class Creators(NamedTuple):
    """Means over creators, and likes of all, by day, (days,) each."""

    mood: FloatArray
    reward: FloatArray
    likes: FloatArray


def _settled(seed: int, setting: Setting) -> FollowerModel:
    return begun({"session.session_cap": CAP, **setting}, seed, SETTLED)


def _followed(model: FollowerModel, days: int) -> Creators:
    rows = []
    for _ in range(days):
        model.step()
        rows.append((model.state.minds.mood.mean(), model.state.minds.reward.mean(), model.totals.likes))
    return Creators(*np.array(rows, dtype=np.float64).T)


def habituation(seed: int, setting: Setting) -> dict[str, float]:
    """Sessions are capped at {CAP} posts; after {SETTLED} days the cap rises to {MORE}, for good. Mood: mean over
    creators, minus that of the world without the rise; early is its first {EARLY.stop} days, late is days {LATE.start}
    up to {LATE.stop}.
    """
    model = _settled(seed, setting)
    base = _followed(branch(model), LATE.stop)
    more = _followed(branch(model, [lever(model, "session_cap", MORE)]), LATE.stop)
    lift = more.mood - base.mood
    return {
        "lift": float(lift[EARLY].mean()),
        "likes_still_up": relative(more.likes[LATE], base.likes[LATE]),
        "lift_left": float(lift[LATE].mean() / lift[EARLY].mean()),
    }


def surge_and_loss(seed: int, setting: Setting) -> dict[str, float]:
    """The cap on sessions goes from {CAP} to {MORE} posts (a surge of likes), or to {LESS} (a loss). Mood: mean over
    creators and {NOW.stop} days, minus that of the world without a change.
    """
    model = _settled(seed, setting)
    base, more, less = (
        _followed(branch(model, moved), NOW.stop)
        for moved in ([], [lever(model, "session_cap", MORE)], [lever(model, "session_cap", LESS)])
    )
    lift, drop = (float((world.mood - base.mood).mean()) for world in (more, less))
    gained, lost = (float((world.reward - base.reward).mean()) for world in (more, less))
    return {"lift": lift, "drop": drop, "loss_weighs": (drop / lost) / (lift / gained)}


# Hidden counts ------------------------------------------------------------------------------------------------------

HIDDEN_FROM, HIDDEN_DAYS = 30, 60


def hidden_counts(seed: int, setting: Setting) -> dict[str, float]:
    """Like counts are hidden from day {HIDDEN_FROM} on. Likes: of the {HIDDEN_DAYS} days after; obsession: mean over
    creators at their end.
    """
    model = begun(setting, seed, HIDDEN_FROM)
    likes, obsession = [], []
    for moved in ([], [lever(model, "hide_like_counts", True)]):
        world = branch(model, moved)
        likes.append(_followed(world, HIDDEN_DAYS).likes)
        obsession.append(world.state.minds.obsession)
    fewer, calmer = (relative(hidden, shown) for shown, hidden in (likes, obsession))
    return {"likes": fewer, "obsession": calmer, "calmer_than_quieter": calmer - fewer}


MOOD_SOURCE = "Rutledge et al. 2014"
HALF = "form: Rescorla and Wagner 1972; one half is a choice"
HABITUATION = Direction(
    "constant likes habituate",
    "more likes for good",
    habituation,
    (
        claim("lift", "At first more likes lift the mood of creators", "mood", 0.0),
        claim("likes_still_up", "Likes stay up", "% of likes, late", 0.0),
        claim("lift_left", "Less than half of the lift is left", "late as a share of early", high=0.5, source=HALF),
    ),
    users=1000,
    seeds=16,
)
SURGE_AND_LOSS = Direction(
    "a surge lifts mood, and a loss lowers it more",
    "surge and loss",
    surge_and_loss,
    (
        claim("lift", "A surge lifts mood", "mood", 0.0, source=MOOD_SOURCE),
        claim("drop", "A loss lowers mood", "mood", high=0.0, source=MOOD_SOURCE),
        claim(
            "loss_weighs",
            "A loss moves mood more than a surge, for each unit of reward",
            "times",
            1.0,
            source="Tversky and Kahneman 1992",
        ),
    ),
    users=1000,
    seeds=8,
)
HIDDEN_COUNTS = Direction(
    "hiding like counts lowers likes a little and obsession more",
    "like counts hidden",
    hidden_counts,
    (
        claim(
            "likes", "Likes fall a little", "% of likes", -7.0, -2.0, source="x .956: field study of 2019", given=-4.4
        ),
        claim("obsession", "Obsession falls", "% of obsession", high=0.0),
        claim("calmer_than_quieter", "Obsession falls by more than likes", "difference of both", high=0.0),
    ),
    users=1000,
    seeds=12,
)
