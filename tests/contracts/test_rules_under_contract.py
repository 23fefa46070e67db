"""No rule of creators, users or the platform escapes the contract: each is listed with its contracts."""

from __future__ import annotations

import importlib
import pkgutil
from types import ModuleType
from typing import Any

import simulation.creators
import simulation.platform
import simulation.posts
import simulation.users
from simulation.creators import (
    burnout,
    comparison,
    effort,
    habituation,
    mood,
    obsession,
    posting,
    reward,
    strategies,
    strategy,
    voice,
)
from simulation.platform import alias, momentum, pools, ranking, trends
from simulation.users import (
    change,
    checking,
    decisions,
    follow_back,
    grudges,
    leaving,
    reasons,
    session,
    sharing,
    wellbeing,
)
from tests.contracts import test_creator_rules as of_creators
from tests.contracts import test_leaving_rules as of_leaving
from tests.contracts import test_platform_rules as of_the_platform
from tests.contracts import test_rules as first
from tests.contracts import test_viewer_rules as of_viewers
from tests.contracts.contract import RuleContract

CREATORS: dict[Any, tuple[type[RuleContract], ...]] = {
    reward.net_by_people: (of_creators.TestNetByPeople,),
    reward.impression: (of_creators.TestImpression,),
    reward.impression_made: (of_creators.TestImpressionMade,),
    reward.metrics_reward: (of_creators.TestMetricsReward,),
    reward.joy_reward: (of_creators.TestJoyReward,),
    habituation.prediction_error: (of_creators.TestPredictionError,),
    habituation.expected_after: (of_creators.TestExpectedAfter,),
    habituation.usual_after: (of_creators.TestUsualAfter,),
    habituation.average_after: (of_creators.TestAverageAfter,),
    habituation.accustomed_after: (of_creators.TestAccustomedAfter,),
    mood.felt: (of_creators.TestFelt,),
    mood.taken: (of_creators.TestTaken,),
    mood.mood_after: (of_creators.TestMoodAfter,),
    comparison.comparison: (of_creators.TestComparison,),
    obsession.obsession_after: (of_creators.TestObsessionAfter,),
    effort.latency: (of_creators.TestLatency,),
    effort.cost_of_posting: (of_creators.TestCostOfPosting,),
    effort.effort: (of_creators.TestEffort,),
    burnout.burnout_after: (of_creators.TestBurnoutAfter,),
    burnout.rate_under: (of_creators.TestRateUnder,),
    burnout.days_away: (of_creators.TestDaysAway,),
    burnout.back_on: (of_creators.TestBackOn,),
    posting.can_post: (of_creators.TestCanPost,),
    posting.due_today: (first.TestDueToday,),
    posting.phase_after: (of_creators.TestPhaseAfter,),
    posting.posts_today: (first.TestPostsToday,),
    posting.career_after: (of_creators.TestCareerAfter,),
    posting.realised_quality: (first.TestRealisedQuality,),
    posting.delivered: (first.TestDelivered,),
    posting.counts_for_consistency: (first.TestCountsForConsistency,),
    posting.consistency_after: (first.TestConsistencyAfter,),
    strategy.plans_today: (of_creators.TestPlansToday,),
    strategy.judged: (of_creators.TestJudged,),
    strategy.value_after: (of_creators.TestValueAfter,),
    strategies.week: (of_creators.TestWeek,),
    strategies.always: (of_creators.TestAlways,),
    strategy.value_learnt: (of_creators.TestValueLearnt,),
    strategy.furthest_topic: (of_creators.TestFurthestTopic,),
    strategy.choose_strategy: (of_creators.TestChooseStrategy,),
    strategy.blend: (of_creators.TestBlend,),
    voice.off_voice: (of_creators.TestOffVoice,),
    voice.pursuit: (of_creators.TestPursuit,),
    voice.authenticity_after: (of_creators.TestAuthenticityAfter,),
    voice.authenticity_sold: (of_creators.TestAuthenticitySold,),
    voice.authenticity_exposed: (of_creators.TestAuthenticityExposed,),
}
USERS: dict[Any, tuple[type[RuleContract], ...]] = {
    session.is_here: (of_viewers.TestIsHere,),
    session.watches_today: (first.TestWatchesToday, first.TestWatchesDaily),
    session.session_slots: (first.TestSessionSlots,),
    decisions.logistic: (first.TestLogistic,),
    decisions.cannot_happen: (of_viewers.TestCannotHappen,),
    decisions.like_tendency: (of_viewers.TestLikeTendency,),
    decisions.follow_tendency: (of_viewers.TestFollowTendency,),
    decisions.readiness: (of_viewers.TestReadiness,),
    decisions.like_probability: (first.TestLikeProbability,),
    decisions.follow_probability: (
        first.TestFollowByAppeal,
        first.TestFollowAlways,
        first.TestFollowByConstant,
        first.TestFollowBestSoFar,
    ),
    follow_back.follow_back_probability: (of_viewers.TestFollowBackProbability,),
    grudges.grudge_against: (of_viewers.TestGrudgeAgainst,),
    grudges.bear_grudge: (of_viewers.TestBearGrudge,),
    sharing.share: (of_viewers.TestShare,),
    sharing.publish: (of_viewers.TestPublish,),
    sharing.shared_by: (of_viewers.TestSharedBy,),
    sharing.shared_post: (of_viewers.TestSharedPost,),
    leaving.satisfaction_after_seeing: (first.TestSatisfactionAfterSeeing,),
    leaving.satisfaction_after_absence: (first.TestSatisfactionAfterAbsence,),
    leaving.load_of: (of_viewers.TestLoadOf,),
    leaving.tidies_up: (of_viewers.TestTidiesUp,),
    leaving.unfollow_hazard: (
        first.TestHazardBySatisfaction,
        first.TestHazardByConstant,
        first.TestHazardNever,
    ),
    leaving.hazard_bound: (of_viewers.TestHazardBound,),
    reasons.usual_satisfaction_after: (of_leaving.TestUsualSatisfactionAfter,),
    reasons.satisfaction_by_posts: (of_leaving.TestSatisfactionByPosts,),
    reasons.weight_of_newest: (of_leaving.TestWeightOfNewest,),
    reasons.dose_after: (of_leaving.TestDoseAfter,),
    reasons.change_part: (of_leaving.TestChangePart,),
    reasons.alternatives_part: (of_leaving.TestAlternativesPart,),
    reasons.satiation_part: (of_leaving.TestSatiationPart,),
    reasons.smallness_part: (of_leaving.TestSmallnessPart,),
    reasons.sponsored_part: (of_leaving.TestSponsoredPart,),
    reasons.drift_part: (of_leaving.TestDriftPart,),
    reasons.overload_part: (of_leaving.TestOverloadPart,),
    reasons.log_ratio: (of_leaving.TestLogRatio,),
    reasons.hazard_for_reasons: (of_leaving.TestHazardForReasons,),
    reasons.reasons_bound: (of_leaving.TestReasonsBound,),
    checking.next_checked: (of_leaving.TestNextChecked,),
    checking.is_news: (of_leaving.TestIsNews,),
    checking.falls_silent: (of_leaving.TestFallsSilent,),
    checking.is_usual: (of_leaving.TestIsUsual,),
    change.aspiration_after: (first.TestAspirationAfter,),
    change.drift_toward: (of_viewers.TestDriftToward,),
    change.grow_curious: (of_viewers.TestGrowCurious,),
    change.scale_to_unit_length: (of_viewers.TestScaleToUnitLength,),
    wellbeing.opening_probability: (of_viewers.TestOpeningProbability,),
    wellbeing.longing: (of_viewers.TestLonging,),
    wellbeing.misses_out: (of_viewers.TestMissesOut,),
    wellbeing.share_missed: (of_viewers.TestShareMissed,),
    wellbeing.fomo_after: (of_viewers.TestFomoAfter,),
    wellbeing.comparison_dose: (of_viewers.TestComparisonDose, of_viewers.TestComparisonDoseWithoutSlots),
    wellbeing.mood_by_watching: (of_viewers.TestMoodByWatching, of_viewers.TestMoodByWatchingWithoutSlots),
    wellbeing.mood_after: (of_viewers.TestMoodAfter,),
    wellbeing.use_after: (of_viewers.TestUseAfter,),
}
PLATFORM: dict[Any, tuple[type[RuleContract], ...]] = {
    alias.draw_alias: (of_the_platform.TestDrawAlias,),
    ranking.choose_source: (of_the_platform.TestChooseSource,),
    ranking.left_over: (of_the_platform.TestLeftOver,),
    ranking.or_partner: (of_the_platform.TestOrPartner,),
    ranking.choose_topic: (of_the_platform.TestChooseTopic,),
    ranking.draw_weighted: (of_the_platform.TestDrawWeighted,),
    ranking.crossed: (of_the_platform.TestCrossed, of_the_platform.TestLeftByCrossing),
    momentum.likes_counted: (of_the_platform.TestLikesCounted,),
    momentum.become_known: (of_the_platform.TestBecomeKnown,),
    momentum.momentum_after: (of_the_platform.TestMomentumAfter,),
    pools.stage_today: (of_the_platform.TestStageToday,),
    pools.stage_after: (of_the_platform.TestStageAfter,),
    trends.background_after: (of_the_platform.TestBackgroundAfter,),
    trends.memes_born: (of_the_platform.TestMemesBorn,),
    trends.meme_after: (of_the_platform.TestMemeAfter,),
    trends.fuel_after: (of_the_platform.TestFuelAfter,),
    trends.heat: (of_the_platform.TestHeat,),
}


POSTS: dict[Any, tuple[type[RuleContract], ...]] = {
    simulation.posts.begin_post: (of_the_platform.TestBeginPost,),
    simulation.posts.lives_on: (of_the_platform.TestLivesOn,),
}


def rules_of(package: ModuleType) -> set[Any]:
    """Every public function of a package's modules, or of a module, that is marked as a rule."""
    within = pkgutil.iter_modules(package.__path__) if hasattr(package, "__path__") else ()
    modules = [package, *(importlib.import_module(f"{package.__name__}.{found.name}") for found in within)]
    return {
        function
        for module in modules
        for name, function in vars(module).items()
        if getattr(function, "is_rule", False) and function.__module__ == module.__name__ and not name.startswith("_")
    }


def test_every_rule_of_creators_is_under_contract() -> None:
    assert set(CREATORS) == rules_of(simulation.creators)


def test_every_rule_of_users_is_under_contract() -> None:
    assert set(USERS) == rules_of(simulation.users)


def test_every_rule_of_the_platform_is_under_contract() -> None:
    assert set(PLATFORM) == rules_of(simulation.platform)


def test_every_rule_of_posts_is_under_contract() -> None:
    assert set(POSTS) == rules_of(simulation.posts)


def calls(function: Any, wanted: Any) -> bool:
    """Whether a function's code, or that of a helper of its own module, names another."""
    code = function.__code__
    found = [function.__globals__.get(name) for name in code.co_names]
    return any(one is wanted for one in found) or any(
        calls(helper, wanted)
        for helper in found
        if getattr(helper, "__module__", None) == function.__module__ and hasattr(helper, "__code__")
    )


def test_every_contract_is_one_of_the_rule_that_it_is_listed_for() -> None:
    listed = {**CREATORS, **USERS, **PLATFORM, **POSTS}
    for rule, contracts in listed.items():
        for contract in contracts:
            assert calls(contract.call, rule), f"{contract.__name__} is not about {rule.__qualname__}"
            assert contract.__name__.startswith("Test")
