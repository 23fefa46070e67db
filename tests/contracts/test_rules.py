"""Every rule of users and creators keeps the contract of rules."""

from __future__ import annotations

from typing import Any

from simulation.compiling import rule
from simulation.creators.posting import (
    PostingParameters,
    consistency_after,
    counts_for_consistency,
    delivered,
    due_today,
    posts_today,
    realised_quality,
)
from simulation.factors.similarity import emotional_resonance, identity_similarity
from simulation.users.change import (
    ChangeParameters,
    aspiration_after,
)
from simulation.users.decisions import DecisionParameters, follow_probability, like_probability, logistic
from simulation.users.leaving import (
    LeavingParameters,
    satisfaction_after_absence,
    satisfaction_after_seeing,
    unfollow_hazard,
)
from simulation.users.session import SessionParameters, session_slots, watches_today
from tests.contracts.contract import UNIT, RuleContract, ranges, sections

DAYS = (0.0, 36_500.0)
LAST = 1.0 - 2.0**-53
"""The largest number that a draw gives."""
NORMAL = (-8.6, 8.6)
"""Range of what two 53-bit uniforms can give as a standard normal number."""


class TestLogistic(RuleContract):
    call = staticmethod(rule(lambda x, k, p: logistic(x[k, 0])))
    columns = ranges(x=(-1e4, 1e4))
    rises_with = ("x",)


class TestLikeProbability(RuleContract):
    call = staticmethod(rule(lambda x, k, p: like_probability(x[k, 0], int(x[k, 1]), int(x[k, 2]), x[k, 3], p)))
    columns = ranges(appeal=UNIT, following=UNIT, hidden=UNIT, applause=UNIT)
    whole = frozenset({"following", "hidden"})
    settings = sections(DecisionParameters())
    rises_with = ("appeal", "following", "applause")
    falls_with = ("hidden",)


@rule
def call_follow(x: Any, k: int, p: Any) -> Any:
    return follow_probability(x[k, 0], x[k, 1], x[k, 2], x[k, 3], p)


class FollowContract(RuleContract):
    call = staticmethod(call_follow)
    columns = ranges(appeal=UNIT, talent=UNIT, best_followed=(-1.0, 1.0), eagerness=(-20.0, 20.0))


class TestFollowByAppeal(FollowContract):
    settings = sections(DecisionParameters(follow_rule="logit"))
    rises_with = ("appeal", "eagerness")


class TestFollowAlways(FollowContract):
    settings = sections(DecisionParameters(follow_rule="always"))


class TestFollowByConstant(FollowContract):
    settings = sections(DecisionParameters(follow_rule="constant"))


class TestFollowBestSoFar(FollowContract):
    settings = sections(DecisionParameters(follow_rule="best_so_far"))
    rises_with = ("talent",)
    falls_with = ("best_followed",)


@rule
def call_hazard(x: Any, k: int, p: Any) -> Any:
    return unfollow_hazard(x[k, 0], x[k, 1], int(x[k, 2]), x[k, 3], int(x[k, 4]), p)


class HazardContract(RuleContract):
    call = staticmethod(call_hazard)
    columns = ranges(satisfaction=UNIT, aspiration=UNIT, age=DAYS, load=(0.0, 1e7), mutual=UNIT)
    whole = frozenset({"age", "mutual"})


class TestHazardBySatisfaction(HazardContract):
    settings = sections(LeavingParameters(unfollow_rule="satisfaction"))
    rises_with = ("aspiration", "load")
    falls_with = ("satisfaction", "age", "mutual")


class TestHazardByConstant(HazardContract):
    settings = sections(LeavingParameters(unfollow_rule="constant"))


class TestHazardNever(HazardContract):
    settings = sections(LeavingParameters(unfollow_rule="never"))
    bounds = (0.0, 0.0)


class TestSatisfactionAfterSeeing(RuleContract):
    call = staticmethod(rule(lambda x, k, p: satisfaction_after_seeing(x[k, 0], x[k, 1], p)))
    columns = ranges(satisfaction=UNIT, appeal=UNIT)
    settings = sections(LeavingParameters())
    rises_with = ("satisfaction", "appeal")


class TestSatisfactionAfterAbsence(RuleContract):
    call = staticmethod(rule(lambda x, k, p: satisfaction_after_absence(x[k, 0], p)))
    columns = ranges(satisfaction=UNIT)
    settings = sections(LeavingParameters())
    rises_with = ("satisfaction",)


class TestAspirationAfter(RuleContract):
    call = staticmethod(rule(lambda x, k, p: aspiration_after(x[k, 0], x[k, 1], p)))
    columns = ranges(aspiration=UNIT, enjoyment=UNIT)
    settings = sections(ChangeParameters())
    rises_with = ("aspiration", "enjoyment")


class TestWatchesToday(RuleContract):
    call = staticmethod(
        rule(lambda x, k, p: 1.0 if watches_today(x[k, 0], int(x[k, 1]), int(x[k, 2]), x[k, 3], p) else 0.0)
    )
    columns = ranges(opening=UNIT, joined=(-1.0, 400.0), day=(0.0, 400.0), uniform=UNIT)
    whole = frozenset({"joined", "day"})
    settings = (*sections(SessionParameters()), *sections(SessionParameters(schedule="on_arrival")))


class TestWatchesDaily(TestWatchesToday):
    settings = sections(SessionParameters(schedule="daily"))
    rises_with = ("opening", "day")
    falls_with = ("joined", "uniform")


class TestSessionSlots(RuleContract):
    call = staticmethod(rule(lambda x, k, p: float(session_slots(x[k, 0], x[k, 1], x[k, 2], x[k, 3], p))))
    columns = ranges(escapism=UNIT, longing=(-10.0, 10.0), uniform=(0.0, LAST), u_nudge=(0.0, LAST))
    settings = sections(SessionParameters())
    bounds = (0.0, 1000.0)
    rises_with = ("escapism", "longing", "uniform", "u_nudge")


class TestDueToday(RuleContract):
    call = staticmethod(rule(lambda x, k, p: 1.0 if due_today(x[k, 0], x[k, 1], int(x[k, 2])) else 0.0))
    columns = ranges(rate=UNIT, phase=(0.0, LAST), day=DAYS)
    whole = frozenset({"day"})


class TestPostsToday(RuleContract):
    call = staticmethod(
        rule(lambda x, k, p: 1.0 if posts_today(x[k, 0] > 0.5, x[k, 1], x[k, 2], x[k, 3], x[k, 4]) else 0.0)
    )
    columns = ranges(due=UNIT, rate=UNIT, regularity=UNIT, uniform_1=UNIT, uniform_2=UNIT)
    whole = frozenset({"due"})
    rises_with = ("due", "rate")
    falls_with = ("uniform_2",)


class TestRealisedQuality(RuleContract):
    call = staticmethod(rule(lambda x, k, p: realised_quality(x[k, 0], x[k, 1], x[k, 2], p)))
    columns = ranges(level=(-3.0, 4.0), regularity=UNIT, normal=NORMAL)
    settings = sections(PostingParameters())
    rises_with = ("level", "normal")


class TestDelivered(RuleContract):
    call = staticmethod(
        rule(lambda x, k, p: 1.0 if delivered(x[k, 0] > 0.5, x[k, 1] > 0.5, x[k, 2], x[k, 3], p) else 0.0)
    )
    columns = ranges(due=UNIT, posted=UNIT, quality=UNIT, talent=UNIT)
    whole = frozenset({"due", "posted"})
    settings = sections(PostingParameters())
    rises_with = ("quality",)
    falls_with = ("talent",)


class TestCountsForConsistency(RuleContract):
    call = staticmethod(rule(lambda x, k, p: 1.0 if counts_for_consistency(x[k, 0] > 0.5, x[k, 1] > 0.5, p) else 0.0))
    columns = ranges(due=UNIT, posted=UNIT)
    whole = frozenset({"due", "posted"})
    settings = tuple(PostingParameters(consistency_by=by).values() for by in ("days", "posts"))
    rises_with = ("due", "posted")


class TestConsistencyAfter(RuleContract):
    call = staticmethod(rule(lambda x, k, p: consistency_after(x[k, 0], x[k, 1] > 0.5, p)))
    columns = ranges(consistency=UNIT, as_expected=UNIT)
    whole = frozenset({"as_expected"})
    settings = sections(PostingParameters())
    rises_with = ("consistency", "as_expected")


@rule
def call_identity_similarity(x: Any, k: int, p: Any) -> Any:
    return identity_similarity(x[:, 0:2], k, x[:, 2:4], k, x[k, 4])


class TestIdentitySimilarity(RuleContract):
    call = staticmethod(call_identity_similarity)
    columns = ranges(x=(-40.0, 40.0), y=(-40.0, 40.0), to_x=(-40.0, 40.0), to_y=(-40.0, 40.0), s=(0.01, 100.0))
    rises_with = ("s",)


class TestEmotionalResonance(RuleContract):
    call = staticmethod(rule(lambda x, k, p: emotional_resonance(x[:, 0:4], k, x[:, 4:8], k)))
    columns = ranges(**{f"{who}_{emotion}": UNIT for who in ("taste", "expression") for emotion in range(4)})
