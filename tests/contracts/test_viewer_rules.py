"""Rules of viewers' well-being, follow-backs, tendencies and short cuts, and rules that write, keep the contract."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from simulation.compiling import rule
from simulation.users.change import ChangeParameters, drift_toward, grow_curious, scale_to_unit_length
from simulation.users.decisions import DecisionParameters, cannot_happen, follow_tendency, like_tendency, readiness
from simulation.users.follow_back import follow_back_probability
from simulation.users.grudges import bear_grudge, grudge_against
from simulation.users.leaving import LeavingParameters, hazard_bound, load_of, tidies_up
from simulation.users.session import is_here
from simulation.users.sharing import publish, share, shared_by, shared_post
from simulation.users.wellbeing import (
    WellbeingParameters,
    comparison_dose,
    fomo_after,
    longing,
    misses_out,
    mood_after,
    mood_by_watching,
    opening_probability,
    share_missed,
    use_after,
)
from tests.contracts.contract import UNIT, Ranges, RuleContract, ranges, sections

LAST = 1.0 - 2.0**-53
"""The largest number that a draw gives."""
POSTS = (0.0, 1000.0)
SLOTS = (0.0, 200.0)
WELLBEING = sections(WellbeingParameters())
ROOM = np.zeros((2000, 4))
"""Where rules that write may write: a row for each row of inputs."""


class TestOpeningProbability(RuleContract):
    call = staticmethod(rule(lambda x, k, p: opening_probability(x[k, 0], x[k, 1], p)))
    columns = ranges(activity=UNIT, fomo=UNIT)
    settings = WELLBEING
    rises_with = ("activity", "fomo")


class TestLonging(RuleContract):
    call = staticmethod(rule(lambda x, k, p: longing(x[k, 0], p)))
    columns = ranges(fomo=UNIT)
    settings = WELLBEING
    bounds = (-10.0, 10.0)
    rises_with = ("fomo",)


class TestMissesOut(RuleContract):
    call = staticmethod(rule(lambda x, k, p: 1.0 if misses_out(int(x[k, 0]), x[k, 1] > 0.5) else 0.0))
    columns = ranges(peers_following=(0.0, 5.0), following=UNIT)
    whole = frozenset(columns)
    rises_with = ("peers_following",)
    falls_with = ("following",)


class TestShareMissed(RuleContract):
    call = staticmethod(rule(lambda x, k, p: share_missed(int(min(x[k, 0], x[k, 1])), int(x[k, 1]))))
    columns = ranges(missed=POSTS, seen=POSTS)
    whole = frozenset(columns)
    rises_with = ("missed",)


class TestIsHere(RuleContract):
    call = staticmethod(rule(lambda x, k, p: 1.0 if is_here(int(x[k, 0]), int(x[k, 1]), int(x[k, 2])) else 0.0))
    columns = ranges(joined=(-1.0, 400.0), left=(0.0, 400.0), day=(0.0, 400.0))
    whole = frozenset(columns)
    rises_with = ("left",)
    falls_with = ("joined",)


class TestLoadOf(RuleContract):
    call = staticmethod(rule(lambda x, k, p: load_of(int(x[k, 0]), x[k, 1])))
    columns = ranges(follows=(0.0, 1e6), attention=(1.0, 1e4))
    whole = frozenset({"follows"})
    bounds = (0.0, 1e6)
    rises_with = ("follows",)
    falls_with = ("attention",)


class TestTidiesUp(RuleContract):
    call = staticmethod(rule(lambda x, k, p: 1.0 if tidies_up(int(x[k, 0]), x[k, 1], x[k, 2], p) else 0.0))
    columns = ranges(follows=(0.0, 200.0), attention=(1.0, 200.0), uniform=(0.0, LAST))
    whole = frozenset({"follows"})
    settings = sections(LeavingParameters())
    rises_with = ("follows",)
    falls_with = ("attention", "uniform")


class TestFomoAfter(RuleContract):
    call = staticmethod(rule(lambda x, k, p: fomo_after(x[k, 0], x[k, 1], x[k, 2], p)))
    columns = ranges(fomo=UNIT, trait=UNIT, missed=UNIT)
    settings = WELLBEING
    rises_with = ("fomo", "trait", "missed")


class TestComparisonDose(RuleContract):
    call = staticmethod(rule(lambda x, k, p: comparison_dose(x[k, 0], x[k, 1], x[k, 2])))
    columns = ranges(crowd=POSTS, fomo=UNIT, usual_posts=(1.0, 200.0))
    bounds = (0.0, 1000.0)
    rises_with = ("crowd", "fomo")
    falls_with = ("usual_posts",)


class TestComparisonDoseWithoutSlots(TestComparisonDose):
    columns = ranges(crowd=POSTS, fomo=UNIT, usual_posts=(0.0, 0.0))
    bounds = (0.0, 0.0)
    rises_with = ()
    falls_with = ()


@rule
def call_mood_by_watching(x: Any, k: int, p: Any) -> Any:
    return mood_by_watching(x[k, 0], x[k, 1], int(x[k, 2]), x[k, 3], x[k, 4], p)


class TestMoodByWatching(RuleContract):
    call = staticmethod(call_mood_by_watching)
    columns = ranges(enjoyment=UNIT, escapism=UNIT, posts=POSTS, usual_posts=(1.0, 200.0), comparison=POSTS)
    whole = frozenset({"posts"})
    settings = WELLBEING
    bounds = (-5e3 - 5e6, 10.0)
    rises_with = ("enjoyment", "escapism", "usual_posts")
    falls_with = ("comparison",)


class TestMoodByWatchingWithoutSlots(TestMoodByWatching):
    columns = ranges(enjoyment=UNIT, escapism=UNIT, posts=POSTS, usual_posts=(0.0, 0.0), comparison=UNIT)
    bounds = (-5.0, 10.0)
    rises_with = ("enjoyment", "escapism", "posts")


class TestMoodAfter(RuleContract):
    call = staticmethod(rule(lambda x, k, p: mood_after(x[k, 0], x[k, 1], x[k, 2], p)))
    columns = ranges(mood=(-100.0, 100.0), set_point=(-50.0, 50.0), effect=(-50.0, 50.0))
    settings = WELLBEING
    bounds = (-100.0, 100.0)
    rounding = 2.0**-45
    rises_with = ("mood", "set_point", "effect")


class TestUseAfter(RuleContract):
    call = staticmethod(rule(lambda x, k, p: use_after(x[k, 0], int(x[k, 1]), p)))
    columns = ranges(use=POSTS, posts=POSTS)
    whole = frozenset({"posts"})
    settings = WELLBEING
    bounds = POSTS
    rises_with = ("use", "posts")


class TestFollowBackProbability(RuleContract):
    call = staticmethod(
        rule(lambda x, k, p: follow_back_probability(x[k, 0], x[k, 1], x[k, 2], x[k, 3], x[k, 4], x[k, 5]))
    )
    columns = ranges(
        appeal=UNIT,
        load=(0.0, 3.0),
        sharpness=(0.0, 200.0),
        threshold=(-2.0, 3.0),
        courtesy=(0.0, 2.0),
        grudge=(0.0, 50.0),
    )
    rises_with = ("appeal", "courtesy")
    falls_with = ("load", "threshold", "grudge")


class Left(NamedTuple):
    """Of a memory, whom users left."""

    left: Any


LEFT = Left(np.full((2000, 3), -1, dtype=np.int32))
"""Users with room for three grudges, a row for each row of inputs."""


@rule
def remembering(x: Any, k: int, memory: Any) -> None:
    """Put the first three inputs of a row in place of whom user k left."""
    for place in range(3):
        memory.left[k, place] = int(x[k, place])


@rule
def call_grudge(x: Any, k: int, memory: Any) -> Any:
    remembering(x, k, memory)
    return grudge_against(memory, k, int(x[k, 3]), x[k, 4])


class TestGrudgeAgainst(RuleContract):
    call = staticmethod(call_grudge)
    columns = ranges(**{f"left_{place}": (-1.0, 4.0) for place in range(3)}, creator=(0.0, 4.0), grudge=(0.0, 50.0))
    whole = frozenset({"left_0", "left_1", "left_2", "creator"})
    settings = (LEFT,)
    bounds = (0.0, 50.0)
    rises_with = ("grudge",)


@rule
def call_bear_grudge(x: Any, k: int, memory: Any) -> Any:
    remembering(x, k, memory)
    bear_grudge(memory, k, int(x[k, 3]))
    return memory.left[k, 0] + 10.0 * memory.left[k, 1] + 100.0 * memory.left[k, 2]


class TestBearGrudge(RuleContract):
    call = staticmethod(call_bear_grudge)
    columns = ranges(**{f"left_{place}": (-1.0, 4.0) for place in range(3)}, creator=(0.0, 4.0))
    whole = frozenset(columns)
    settings = (LEFT,)
    bounds = (-111.0, 444.0)


class Shared(NamedTuple):
    """Of a memory, what users shared."""

    shared: Any
    shared_made: Any
    shared_on: Any
    sharing: Any


SHARED = Shared(*(np.full((2000, 2), -1, dtype=np.int32) for _ in Shared._fields))
"""Users with room for two shares, a row for each row of inputs."""
CREATORS: Ranges = {name: (-1.0, 4.0) for name in ("shared_0", "shared_1")}
VISIBLE, MADE = np.array([True, False, True, True, False]), np.array([6, 5, 6, 2, 5, 3, 4, 1, 6, 5])
"""Of five creators, and of the two latest posts of each."""


@rule
def sharing(x: Any, k: int, memory: Any) -> None:
    """Put the first two inputs of a row in place of what user k shared on days 5 and 3."""
    for place in range(2):
        memory.shared[k, place] = int(x[k, place])
        memory.shared_made[k, place] = 5 - 2 * place
        memory.shared_on[k, place] = 5 - 2 * place


@rule
def call_share(x: Any, k: int, memory: Any) -> Any:
    memory.sharing[k, 0] = int(x[k, 0])
    share(memory, k, int(x[k, 2]))
    return memory.sharing[k, 0] + 10.0 * memory.sharing[k, 1]


class TestShare(RuleContract):
    call = staticmethod(call_share)
    columns = ranges(**CREATORS, creator=(0.0, 4.0))
    whole = frozenset(columns)
    settings = (SHARED,)
    bounds = (-10.0, 44.0)
    rises_with = ("shared_0", "creator")


@rule
def call_publish(x: Any, k: int, memory: Any) -> Any:
    sharing(x, k, memory)
    memory.sharing[k, 0], memory.sharing[k, 1] = 2 * int(x[k, 2]), max(-1, 2 * int(x[k, 3]))
    publish(memory, k, MADE, 2, 6)
    return memory.shared[k, 0] + 10.0 * memory.shared[k, 1]


class TestPublish(RuleContract):
    call = staticmethod(call_publish)
    columns = ranges(**CREATORS, today_0=(0.0, 4.0), today_1=(-1.0, 4.0))
    whole = frozenset(columns)
    settings = (SHARED,)
    bounds = (-11.0, 44.0)


@rule
def call_shared_by(x: Any, k: int, p: Any) -> Any:
    sharing(x, k, p[0])
    return shared_by(p[0], k, p[1], 6, int(x[k, 2]), x[k, 3])


class TestSharedBy(RuleContract):
    call = staticmethod(call_shared_by)
    columns = ranges(**CREATORS, days=(0.0, 6.0), uniform=(0.0, LAST))
    whole = frozenset({"shared_0", "shared_1", "days"})
    settings = ((SHARED, VISIBLE),)
    bounds = (-1.0, 1.0)


@rule
def call_shared_post(x: Any, k: int, memory: Any) -> Any:
    sharing(x, k, memory)
    return shared_post(memory, k, int(x[k, 2]), MADE, 2, 6)


class TestSharedPost(RuleContract):
    call = staticmethod(call_shared_post)
    columns = ranges(shared_0=(0.0, 4.0), shared_1=(0.0, 4.0), place=(0.0, 1.0))
    whole = frozenset(columns)
    settings = (SHARED,)
    bounds = (0.0, 9.0)


# --- tendencies and short cuts ------------------------------------------------------------------------------------


class TestLikeTendency(RuleContract):
    call = staticmethod(rule(lambda x, k, p: like_tendency(x[k, 0], int(x[k, 1]), int(x[k, 2]), x[k, 3], p)))
    columns = ranges(appeal=UNIT, following=UNIT, hidden=UNIT, applause=UNIT)
    whole = frozenset({"following", "hidden"})
    settings = sections(DecisionParameters())
    bounds = (-800.0, 1000.0)
    rises_with = ("appeal", "following", "applause")
    falls_with = ("hidden",)


class TestFollowTendency(RuleContract):
    call = staticmethod(rule(lambda x, k, p: follow_tendency(x[k, 0], x[k, 1], p)))
    columns = ranges(appeal=UNIT, eagerness=(-20.0, 20.0))
    settings = sections(DecisionParameters())
    bounds = (-620.0, 620.0)
    rises_with = ("appeal", "eagerness")


class TestReadiness(RuleContract):
    call = staticmethod(rule(lambda x, k, p: readiness(x[k, 0], x[k, 1], p)))
    columns = ranges(eagerness=(-20.0, 20.0), load=(0.0, 1e7))
    settings = sections(DecisionParameters())
    bounds = (-2e9, 20.0)
    rises_with = ("eagerness",)
    falls_with = ("load",)


class TestCannotHappen(RuleContract):
    call = staticmethod(rule(lambda x, k, p: 1.0 if cannot_happen(x[k, 0], x[k, 1]) else 0.0))
    columns = ranges(uniform=(0.0, LAST), tendency=(-8.0, 8.0))
    rises_with = ("uniform",)
    falls_with = ("tendency",)


class TestHazardBound(RuleContract):
    call = staticmethod(rule(lambda x, k, p: hazard_bound(x[k, 0], p)))
    columns = ranges(load=(0.0, 1e7))
    settings = tuple(
        values
        for word in ("satisfaction", "constant", "never", "reasons")
        for values in sections(LeavingParameters(unfollow_rule=word))
    )
    bounds = (0.0, 2e11)
    rises_with = ("load",)


# --- rules that write ---------------------------------------------------------------------------------------------


@rule
def row_of(x: Any, k: int, room: Any) -> None:
    """The first four inputs, where they may be changed."""
    for topic in range(4):
        room[k, topic] = x[k, topic]


@rule
def all_of(room: Any, k: int) -> Any:
    """All that was written: parts are summed, each with a weight of its own."""
    return room[k, 0] + 2.0 * room[k, 1] + 3.0 * room[k, 2] + 4.0 * room[k, 3]


@rule
def call_drift(x: Any, k: int, p: Any) -> Any:
    row_of(x, k, p[1])
    drift_toward(p[1], k, x[:, 4:8], k, p[0])
    return all_of(p[1], k)


class TestDriftToward(RuleContract):
    call = staticmethod(call_drift)
    columns = ranges(**{f"{which}_{topic}": UNIT for which in ("interest", "post") for topic in range(4)})
    settings = tuple((values, ROOM) for values in sections(ChangeParameters()))
    bounds = (0.0, 10.0)
    rises_with = ("interest_0", "post_3")


@rule
def call_curious(x: Any, k: int, p: Any) -> Any:
    row_of(x, k, p[1])
    grow_curious(p[1], k, x[k, 4], x[k, 5], p[0])
    return all_of(p[1], k)


class TestGrowCurious(RuleContract):
    call = staticmethod(call_curious)
    columns = ranges(**{f"interest_{topic}": UNIT for topic in range(4)}, happens=(0.0, LAST), which=(0.0, LAST))
    settings = tuple((values, ROOM) for values in sections(ChangeParameters()))
    bounds = (0.0, 50.0)
    rises_with = ("interest_2", "which")
    falls_with = ("happens",)


@rule
def call_scale(x: Any, k: int, p: Any) -> Any:
    row_of(x, k, p)
    scale_to_unit_length(p, k)
    return p[k, 0] * p[k, 0] + p[k, 1] * p[k, 1] + p[k, 2] * p[k, 2] + p[k, 3] * p[k, 3]


class TestScaleToUnitLength(RuleContract):
    """The squared length is one, but for rounding."""

    call = staticmethod(call_scale)
    columns = ranges(**{f"interest_{topic}": (1e-3, 10.0) for topic in range(4)})
    settings = (ROOM,)
    bounds = (1.0 - 1e-14, 1.0 + 1e-14)
