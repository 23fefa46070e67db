"""Random small worlds: any parameters within their bounds, and anything that may be done to them on any day."""

from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

from simulation.creators.acts import ACTS, Act
from simulation.declare import Declaration
from simulation.interventions import LEVERS, Intervention
from simulation.parameters import KNOWN

DRAWN_APART = {
    "population.users",
    "population.creators",
    "population.topics",
    "population.arrivals_per_day",
    "population.present_at_start",
    "population.initial_follows",
    "population.renewal",
    "population.burn_in",
    "users.segments",
    "users.community_size",
    "feed.mix.random",
    "feed.by_segment",
    "feed.crossing",
    "creators.minds",
    "creators.validation_mean",
    "creators.influence_mean",
}
"""Sizes, and what must fit together."""

FREE = tuple(name for name in KNOWN if name not in DRAWN_APART and not name.startswith("social_graph."))
OF_MINDS = tuple(
    name
    for name in FREE
    if name.startswith(("minds.", "wellbeing.", "follow_back.", "trends.", "feed.pools."))
    or name in {"feed.mix.staged", "feed.trend_effect", "population.departure_rate", "population.creators_from"}
)

LIVELY: tuple[dict[str, object], ...] = (
    {"minds.burnout.strain": 1.0, "minds.burnout.breaking_point": 0.05, "minds.burnout.hiatus": 3},
    {"minds.mood.envy": 1.0, "minds.burnout.quitting": 0.5},
    {"feed.mix.staged": 0.5, "feed.pools.bar": 0.02, "feed.pools.least_views": 1},
    {"minds.strategy.own_voice_lead": -2.0, "minds.strategy.temperature": 2.0},
    {"decision.follow_threshold": 0.4, "follow_back.courtesy": 1.0},
    {"population.departure_rate": 0.05, "population.initial_follows": 6.0},
    {"population.arrivals_per_day": 3, "population.creators_from": "anyone"},
    {"trends.births": 0.5},
    {"users.eagerness_sigma": 1.6, "decision.follow_threshold": 0.7},
    {"decision.like_herding": 0.3, "decision.like_threshold": 0.7, "feed.mix.staged": 0.5},
    {"leaving.reconsider": "all", "leaving.base_hazard": 0.3},
    {"leaving.unfollow_rule": "reasons", "leaving.reasons.base": 0.2},
    {"session.checks": 3, "session.patience": 2, "population.initial_follows": 6.0},
    {"population.acquaintance": 0.5},
    {"decision.share_probability": 0.5, "decision.like_threshold": 0.5, "feed.mix.friends": 0.5},
    {"decision.grudges": 3, "leaving.base_hazard": 0.3, "decision.follow_threshold": 0.5},
    {"factors.peer_influence.share_exponent": 0.5},
    {"posting.post_life": 3, "posting.quality_tail": 0.5, "feed.response": 1.0},
    {"posting.post_life": 2, "feed.mix.staged": 0.5, "feed.pools.bar": 0.02, "feed.pools.least_views": 1},
    {"posting.career_sd": 0.3, "posting.career_time": 5.0, "posting.consistency_by": "posts"},
    {"creators.never_post": 0.5, "population.acquaintance": 0.5},
    {"users.attention_users": 2000, "decision.overload": 1.0, "decision.follow_threshold": 0.5},
    {"factors.taste.weight": 3.0, "factors.common_ground.weight": 2.0},
    {"feed.reputation": 0.7, "feed.reputation_posts": 3.0, "feed.mix.interest": 0.6},
)
"""What makes rare things happen within a few days."""


@dataclass(frozen=True)
class Configuration:
    """A world to live in for some days."""

    values: dict[str, object]
    days: int
    interventions: list[Intervention] = field(default_factory=list)


def value_of(declared: Declaration) -> st.SearchStrategy[Any]:
    """Any value of a parameter that leaves something to happen."""
    if declared.choices:
        return st.sampled_from(declared.choices)
    if isinstance(declared.default, bool):
        return st.booleans()
    assert declared.low is not None and declared.high is not None
    if isinstance(declared.default, int):
        return st.integers(int(declared.low), int(min(declared.high, max(4 * int(declared.default), 4))))
    assert isinstance(declared.default, float)
    return st.floats(declared.low, min(declared.high, 4.0 * max(declared.default, 0.25)))


def amount_of(act: Act) -> st.SearchStrategy[Any]:
    """How much of an act."""
    if act.choices:
        return st.sampled_from(act.choices)
    return st.integers(int(act.low), 500) if act.whole else st.floats(act.low, act.high)


@st.composite
def plans(draw: st.DrawFn, days: int, creators: int, segmented: bool = False) -> list[Intervention]:
    """Levers moved and acts done on some days, none against another."""
    # The random source keeps its share, so that the feed always has a source.
    fixed = {"feed.mix.random"} if segmented else {"feed.mix.random", "feed.by_segment", "feed.crossing"}
    changes = st.sampled_from([*(lever for lever in LEVERS if lever not in fixed), *ACTS, *ACTS])
    found = []
    for day, lever in draw(st.lists(st.tuples(st.integers(0, days - 1), changes), max_size=8, unique=True)):
        if lever in LEVERS:
            found.append(Intervention(day, lever, draw(value_of(LEVERS[lever]))))
            continue
        whom = draw(st.sets(st.integers(0, creators - 1), min_size=1, max_size=6))
        everybody = ACTS[lever].everybody and draw(st.booleans())
        found.append(Intervention(day, lever, draw(amount_of(ACTS[lever])), () if everybody else tuple(whom)))
    return found


@st.composite
def configurations(draw: st.DrawFn) -> Configuration:
    """A random model: some parameters anywhere within their bounds, sizes small."""
    # Hypothesis likes small numbers, and little happens in small worlds: count from above.
    users = 70 - draw(st.integers(0, 69))
    creators, days = users - draw(st.integers(0, users - 1)), 14 - draw(st.integers(0, 13))
    values: dict[str, object] = {
        "population.users": users,
        "population.creators": creators,
        "population.topics": draw(st.integers(1, 5)),
        "population.arrivals_per_day": draw(st.integers(0, 5)),
        "population.present_at_start": draw(st.integers(0, users)),
        "population.initial_follows": draw(st.floats(0.0, 10.0)),
        "social_graph.family": draw(st.sampled_from(["none", "erdos_renyi"])),
        "social_graph.mean_degree": draw(st.floats(0.0, 1.0)) * min(users - 1, 6),
        "session.slots": 15.0 - draw(st.floats(0.0, 15.0)),
        "feed.mix.random": draw(st.floats(0.01, 1.0)),  # some source must have a share
        "creators.minds": draw(st.sampled_from(["on", "on", "on", "off"])),
        "creators.validation_mean": draw(st.sampled_from([0.0, 0.25, 0.5])),
        "creators.influence_mean": draw(st.sampled_from([0.0, 0.25, 0.5])),
    }
    for lively in draw(st.lists(st.sampled_from(LIVELY), min_size=1, max_size=6)):
        values |= lively
    for names in (FREE, OF_MINDS):
        for name in draw(st.lists(st.sampled_from(names), max_size=8, unique=True)):
            values[name] = draw(value_of(KNOWN[name]))
    if draw(st.booleans()):
        # A world that can come to rest, in segments none of which is empty.
        values |= {"population.renewal": True, "population.burn_in": draw(st.integers(0, 6))}
        values |= {"population.departure_rate": draw(st.floats(0.01, 0.3)), "population.arrivals_per_day": 0}
        values |= {"users.community_size": 1, "users.segments": draw(st.integers(1, users))}
    segmented = users > 1 and draw(st.booleans())
    if segmented:
        values |= {"users.community_size": 1, "users.segments": draw(st.integers(2, users))}
        values |= {"feed.by_segment": True, "feed.crossing": draw(st.floats(0.0, 1.0))}
    return Configuration(values, days, draw(plans(days, creators, segmented)))
