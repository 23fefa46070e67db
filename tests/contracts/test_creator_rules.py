"""Every rule of creators keeps the contract of rules."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from simulation.compiling import rule
from simulation.creators.burnout import BurnoutParameters, back_on, burnout_after, days_away, rate_under
from simulation.creators.comparison import comparison
from simulation.creators.effort import EffortParameters, cost_of_posting, effort, latency
from simulation.creators.habituation import (
    HabituationParameters,
    accustomed_after,
    average_after,
    expected_after,
    prediction_error,
    usual_after,
)
from simulation.creators.mood import MoodParameters, felt, mood_after, taken
from simulation.creators.obsession import ObsessionParameters, obsession_after
from simulation.creators.posting import PostingParameters, can_post, career_after, phase_after
from simulation.creators.reward import (
    RewardParameters,
    impression,
    impression_made,
    joy_reward,
    metrics_reward,
    net_by_people,
)
from simulation.creators.strategies import Week, always, week
from simulation.creators.strategy import (
    StrategyParameters,
    blend,
    choose_strategy,
    furthest_topic,
    judged,
    plans_today,
    value_after,
    value_learnt,
)
from simulation.creators.voice import (
    VoiceParameters,
    authenticity_after,
    authenticity_exposed,
    authenticity_sold,
    off_voice,
    pursuit,
)
from tests.contracts.contract import UNIT, RuleContract, ranges, sections

LAST = 1.0 - 2.0**-53
"""The largest number that a draw gives."""
MANY = 1e8
SIGNED = (-1.0, 1.0)
LOGARITHM = (0.0, 20.0)
"""Impressions of what can be counted."""
REWARD = (-20.0, 200.0)
"""Rewards: logarithms of counts, and joy with its weight at its most."""
COARSE = 2.0**-44
"""Rounding of numbers of some hundreds."""
VOICES = ranges(**{f"{which}_{topic}": UNIT for which in ("own", "other") for topic in range(4)})
ROOM = np.zeros((2000, 4))
"""Where rules that write may write: a row for each row of inputs."""


# --- reward and habituation ---------------------------------------------------------------------------------------


class TestImpression(RuleContract):
    call = staticmethod(rule(lambda x, k, p: impression(int(x[k, 0]))))
    columns = ranges(count=(-MANY, MANY))
    whole = frozenset({"count"})
    bounds = (-20.0, 20.0)
    rises_with = ("count",)


class TestImpressionMade(RuleContract):
    call = staticmethod(rule(lambda x, k, p: impression_made(int(x[k, 0]), x[k, 1], int(x[k, 2]))))
    columns = ranges(count=(-MANY, MANY), usual=LOGARITHM, hidden=UNIT)
    whole = frozenset({"count", "hidden"})
    bounds = (-20.0, 20.0)
    rises_with = ("count", "usual")


class TestMetricsReward(RuleContract):
    call = staticmethod(rule(lambda x, k, p: metrics_reward(x[k, 0], x[k, 1], x[k, 2], x[k, 3], x[k, 4])))
    columns = ranges(validation=UNIT, influence=UNIT, likes=LOGARITHM, net=(-20.0, 20.0), views=LOGARITHM)
    bounds = (-20.0, 60.0)
    rises_with = ("influence", "likes", "net", "views")


class TestJoyReward(RuleContract):
    call = staticmethod(rule(lambda x, k, p: joy_reward(x[k, 0], x[k, 1], x[k, 2], p)))
    columns = ranges(joy=UNIT, authenticity=UNIT, fit=UNIT)
    settings = sections(RewardParameters())
    bounds = (0.0, 100.0)
    rises_with = ("joy", "authenticity", "fit")


class TestPredictionError(RuleContract):
    call = staticmethod(rule(lambda x, k, p: prediction_error(x[k, 0], x[k, 1])))
    columns = ranges(reward=REWARD, expected=REWARD)
    bounds = (-220.0, 220.0)
    rises_with = ("reward",)
    falls_with = ("expected",)


class TestExpectedAfter(RuleContract):
    """Of an error that is one: the reward comes between."""

    call = staticmethod(rule(lambda x, k, p: expected_after(x[k, 0], prediction_error(x[k, 1], x[k, 0]), p)))
    columns = ranges(expected=REWARD, reward=REWARD)
    settings = sections(HabituationParameters())
    bounds = REWARD
    rounding = COARSE
    rises_with = ("reward", "expected")


class TestAverageAfter(RuleContract):
    call = staticmethod(rule(lambda x, k, p: average_after(x[k, 0], x[k, 1], p)))
    columns = ranges(average=REWARD, reward=REWARD)
    settings = sections(HabituationParameters())
    bounds = REWARD
    rounding = COARSE
    rises_with = ("average", "reward")


class TestAccustomedAfter(RuleContract):
    call = staticmethod(rule(lambda x, k, p: accustomed_after(x[k, 0], x[k, 1], p)))
    columns = ranges(accustomed=REWARD, reward=REWARD)
    settings = sections(HabituationParameters())
    bounds = REWARD
    rounding = COARSE
    rises_with = ("accustomed", "reward")


class TestUsualAfter(RuleContract):
    call = staticmethod(rule(lambda x, k, p: usual_after(x[k, 0], x[k, 1], p)))
    columns = ranges(usual=(-20.0, 20.0), seen=(-20.0, 20.0))
    settings = sections(HabituationParameters())
    bounds = (-20.0, 20.0)
    rounding = COARSE
    rises_with = ("usual", "seen")


# --- mood, comparison, obsession ----------------------------------------------------------------------------------


class TestFelt(RuleContract):
    call = staticmethod(rule(lambda x, k, p: felt(x[k, 0], p)))
    columns = ranges(error=(-220.0, 220.0))
    settings = sections(MoodParameters())
    bounds = SIGNED
    rises_with = ("error",)


class TestTaken(RuleContract):
    call = staticmethod(rule(lambda x, k, p: taken(x[k, 0], x[k, 1], p)))
    columns = ranges(before=SIGNED, after=SIGNED)
    settings = sections(MoodParameters())
    bounds = (-2.0, 2.0)
    rises_with = ("before",)
    falls_with = ("after",)


class TestMoodAfter(RuleContract):
    call = staticmethod(rule(lambda x, k, p: mood_after(x[k, 0], x[k, 1], x[k, 2], p)))
    columns = ranges(mood=SIGNED, error=(-220.0, 220.0), comparison=UNIT)
    settings = sections(MoodParameters())
    bounds = SIGNED
    rises_with = ("mood", "error")
    falls_with = ("comparison",)


class TestComparison(RuleContract):
    call = staticmethod(rule(lambda x, k, p: comparison(int(x[k, 0]), x[k, 1], int(x[k, 2]))))
    columns = ranges(followers=(0.0, MANY), usual=LOGARITHM, users=(1.0, MANY))
    whole = frozenset({"followers", "users"})
    rises_with = ("usual",)
    falls_with = ("followers", "users")


class TestObsessionAfter(RuleContract):
    call = staticmethod(rule(lambda x, k, p: obsession_after(x[k, 0], x[k, 1], x[k, 2], x[k, 3], p)))
    columns = ranges(obsession=UNIT, validation=UNIT, surprise=SIGNED, fall=(-2.0, 2.0))
    settings = sections(ObsessionParameters())
    rises_with = ("validation", "surprise", "fall")


# --- effort and burnout -------------------------------------------------------------------------------------------


class TestLatency(RuleContract):
    call = staticmethod(rule(lambda x, k, p: latency(x[k, 0], x[k, 1])))
    columns = ranges(reward_rate=(1e-3, 200.0), cost=(0.0, MANY))
    bounds = (0.0, 1e6)
    rises_with = ("cost",)
    falls_with = ("reward_rate",)


class TestCostOfPosting(RuleContract):
    call = staticmethod(rule(lambda x, k, p: cost_of_posting(x[k, 0], x[k, 1])))
    columns = ranges(natural_rate=(1e-4, 1.0), accustomed=(0.0, 200.0))
    bounds = (0.0, 1e12)
    rises_with = ("accustomed",)
    falls_with = ("natural_rate",)


class TestEffort(RuleContract):
    call = staticmethod(rule(lambda x, k, p: effort(x[k, 0], x[k, 1], x[k, 2], p)))
    columns = ranges(natural_rate=UNIT, average=REWARD, accustomed=REWARD)
    settings = sections(EffortParameters())
    bounds = (0.0, 10.0)
    rises_with = ("average",)
    falls_with = ("accustomed",)


class TestBurnoutAfter(RuleContract):
    call = staticmethod(rule(lambda x, k, p: burnout_after(x[k, 0], x[k, 1], x[k, 2], x[k, 3] > 0.5, p)))
    columns = ranges(burnout=UNIT, mood=SIGNED, effort=(0.0, 100.0), away=UNIT)
    whole = frozenset({"away"})
    settings = sections(BurnoutParameters())
    rises_with = ("effort",)
    falls_with = ("mood",)


class TestRateUnder(RuleContract):
    call = staticmethod(rule(lambda x, k, p: rate_under(x[k, 0], x[k, 1], x[k, 2], p)))
    columns = ranges(natural_rate=UNIT, effort=(0.0, 10.0), burnout=UNIT)
    settings = sections(BurnoutParameters())
    rises_with = ("natural_rate", "effort")
    falls_with = ("burnout",)


class TestDaysAway(RuleContract):
    call = staticmethod(rule(lambda x, k, p: float(days_away(x[k, 0], x[k, 1], int(x[k, 2]), p))))
    columns = ranges(burnout=UNIT, uniform=(0.0, LAST), forever=(1e5, 1e6))
    whole = frozenset({"forever"})
    settings = sections(BurnoutParameters())
    bounds = (0.0, 1e6)
    rises_with = ("burnout", "forever")
    falls_with = ("uniform",)


class TestBackOn(RuleContract):
    call = staticmethod(rule(lambda x, k, p: float(back_on(int(x[k, 0]), int(x[k, 1]), int(x[k, 2])))))
    columns = ranges(day=(0.0, 36_500.0), away=(1.0, 10_000.0), forever=(1e5, 1e6))
    whole = frozenset({"day", "away", "forever"})
    bounds = (1.0, 1e6)
    rises_with = ("day", "away")


class TestCanPost(RuleContract):
    call = staticmethod(rule(lambda x, k, p: 1.0 if can_post(int(x[k, 0]), int(x[k, 1]), int(x[k, 2])) else 0.0))
    columns = ranges(joined=(-1.0, 400.0), away_until=(0.0, 400.0), day=(0.0, 400.0))
    whole = frozenset({"joined", "away_until", "day"})
    rises_with = ("day",)
    falls_with = ("joined", "away_until")


class TestNetByPeople(RuleContract):
    call = staticmethod(
        rule(lambda x, k, p: float(net_by_people(int(x[k, 0]), int(x[k, 1]), int(x[k, 2]), int(x[k, 3]))))
    )
    columns = ranges(gained=(0.0, MANY), bought=(0.0, MANY), lost=(0.0, MANY), purged=(0.0, MANY))
    whole = frozenset(columns)
    bounds = (-2.0 * MANY, 2.0 * MANY)
    rises_with = ("gained", "purged")
    falls_with = ("bought", "lost")


class TestCareerAfter(RuleContract):
    call = staticmethod(rule(lambda x, k, p: career_after(x[k, 0], x[k, 1], p)))
    columns = ranges(career=(-10.0, 10.0), normal=(-9.0, 9.0))
    settings = sections(PostingParameters())
    bounds = (-23.0, 23.0)
    rounding = COARSE
    rises_with = ("career", "normal")


class TestPhaseAfter(RuleContract):
    call = staticmethod(rule(lambda x, k, p: phase_after(x[k, 0], x[k, 1], x[k, 2], int(x[k, 3]))))
    columns = ranges(phase=(0.0, LAST), rate=UNIT, new_rate=UNIT, day=(0.0, 36_500.0))
    whole = frozenset({"day"})


# --- strategies and voice -----------------------------------------------------------------------------------------


class TestPlansToday(RuleContract):
    call = staticmethod(rule(lambda x, k, p: 1.0 if plans_today(int(x[k, 0]), int(x[k, 1])) else 0.0))
    columns = ranges(creator=(0.0, MANY), day=(0.0, 36_500.0))
    whole = frozenset({"creator", "day"})


class TestJudged(RuleContract):
    call = staticmethod(rule(lambda x, k, p: judged(x[k, 0], x[k, 1], x[k, 2], p)))
    columns = ranges(reward=REWARD, metrics=REWARD, obsession=UNIT)
    settings = sections(StrategyParameters())
    bounds = REWARD
    rises_with = ("reward", "metrics")


class TestValueAfter(RuleContract):
    call = staticmethod(rule(lambda x, k, p: value_after(x[k, 0], x[k, 1], x[k, 2], p)))
    columns = ranges(value=(-220.0, 220.0), earned=REWARD, accustomed=REWARD)
    settings = sections(StrategyParameters())
    bounds = (-220.0, 220.0)
    rounding = COARSE
    rises_with = ("value", "earned")
    falls_with = ("accustomed",)


class TestValueLearnt(RuleContract):
    call = staticmethod(rule(lambda x, k, p: value_learnt(x[k, 0], x[k, 1], int(x[k, 2]), x[k, 3], p)))
    columns = ranges(value=(-220.0, 220.0), earned=REWARD, trials=(0.0, 7.0), accustomed=REWARD)
    whole = frozenset({"trials"})
    settings = sections(StrategyParameters())
    bounds = (-220.0, 220.0)
    rounding = COARSE
    rises_with = ("value", "earned")
    falls_with = ("accustomed",)


class TestFurthestTopic(RuleContract):
    call = staticmethod(rule(lambda x, k, p: float(furthest_topic(x, k))))
    columns = ranges(**{f"own_{topic}": UNIT for topic in range(4)})
    bounds = (0.0, 3.0)
    rises_with = ("own_0",)
    falls_with = ("own_3",)


OPEN = sections(StrategyParameters())


CHOICES = {f"open_{s}": UNIT for s in range(5)}


class TestChooseStrategy(RuleContract):
    call = staticmethod(rule(lambda x, k, p: float(choose_strategy(x[:, 0:5], k, x[k, 7:12], x[k, 5], x[k, 6], p))))
    columns = ranges(
        **{f"value_{s}": (-220.0, 220.0) for s in range(5)}, obsession=UNIT, uniform=(0.0, LAST), **CHOICES
    )
    whole = frozenset(CHOICES)
    settings = (*OPEN, StrategyParameters(temperature=100.0).values())
    bounds = (0.0, 4.0)
    rises_with = ("uniform",)


@rule
def summed(plan: Week) -> float:
    return (
        plan.pace
        + plan.polish
        + plan.trend
        + plan.audience
        + plan.drift
        + plan.warmth
        + plan.strain
        + plan.collaborates
    )


class TestWeek(RuleContract):
    """All that is said counts, each part by itself."""

    call = staticmethod(
        rule(lambda x, k, p: summed(week(x[k, 0], x[k, 1], x[k, 2], x[k, 3], x[k, 4], x[k, 5], x[k, 6], x[k, 7] > 0.5)))
    )
    columns = ranges(
        pace=(0.0, 10.0),
        polish=(-1.0, 1.0),
        trend=UNIT,
        audience=UNIT,
        drift=UNIT,
        warmth=UNIT,
        strain=(0.0, 10.0),
        collaborates=UNIT,
    )
    whole = frozenset({"collaborates"})
    bounds = (-1.0, 26.0)
    rises_with = ("pace", "polish", "trend", "audience", "drift", "warmth", "strain", "collaborates")


class TestAlways(RuleContract):
    call = staticmethod(rule(lambda x, k, p: 1.0 if always(x[k, 0], p) else 0.0))
    columns = ranges(anything=UNIT)
    bounds = (1.0, 1.0)


@rule
def call_blend(x: Any, k: int, p: Any) -> Any:
    blend(x[:, 0:4], k, x[:, 4:8], k, x[k, 8], p, k)
    return p[k, 0] + 2.0 * p[k, 1] + 3.0 * p[k, 2] + 4.0 * p[k, 3]


class TestBlend(RuleContract):
    """All that is written counts: parts are summed, each with a weight of its own."""

    call = staticmethod(call_blend)
    columns = ranges(**VOICES, share=UNIT)
    settings = (ROOM,)
    bounds = (0.0, 10.0)


class TestOffVoice(RuleContract):
    call = staticmethod(rule(lambda x, k, p: off_voice(x[:, 0:4], k, x[:, 4:8], k)))
    columns = VOICES
    bounds = (0.0, 2.0)


class TestPursuit(RuleContract):
    call = staticmethod(rule(lambda x, k, p: pursuit(x[k, 0], p)))
    columns = ranges(obsession=UNIT)
    settings = sections(VoiceParameters())
    rises_with = ("obsession",)


class TestAuthenticityAfter(RuleContract):
    call = staticmethod(rule(lambda x, k, p: authenticity_after(x[k, 0], x[k, 1], x[k, 2], x[k, 3], p)))
    columns = ranges(authenticity=UNIT, baseline=UNIT, distance=(0.0, math.sqrt(2.0)), pursued=UNIT)
    settings = sections(VoiceParameters())
    rises_with = ("authenticity", "baseline")
    falls_with = ("pursued",)


class TestAuthenticitySold(RuleContract):
    call = staticmethod(rule(lambda x, k, p: authenticity_sold(x[k, 0], x[k, 1], x[k, 2], p)))
    columns = ranges(authenticity=UNIT, sponsored=UNIT, followed_by=(0.0, 100.0))
    settings = sections(VoiceParameters())
    rises_with = ("authenticity",)
    falls_with = ("sponsored", "followed_by")


class TestAuthenticityExposed(RuleContract):
    call = staticmethod(rule(lambda x, k, p: authenticity_exposed(x[k, 0], int(x[k, 1]), int(x[k, 2]), p)))
    columns = ranges(authenticity=UNIT, purged=(0.0, MANY), followers=(0.0, MANY))
    whole = frozenset({"purged", "followers"})
    settings = sections(VoiceParameters())
    rises_with = ("authenticity", "followers")
    falls_with = ("purged",)
