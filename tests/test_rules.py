"""What the rules of users and creators say: each against its equation, its limits and its long run."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from simulation.creators.posting import (
    PostingParameters,
    consistency_after,
    delivered,
    due_today,
    posts_today,
    realised_quality,
)
from simulation.factors.similarity import cosine, emotional_resonance, identity_similarity
from simulation.platform.counts import applause
from simulation.users.change import (
    ChangeParameters,
    aspiration_after,
    drift_toward,
    grow_curious,
    scale_to_unit_length,
)
from simulation.users.decisions import DecisionParameters, follow_probability, like_probability, logistic
from simulation.users.leaving import (
    LeavingParameters,
    satisfaction_after_absence,
    satisfaction_after_seeing,
    unfollow_hazard,
)
from simulation.users.session import SessionParameters, session_slots, watches_today

ERROR_RATE = 1e-6


# --- what the equations say ---------------------------------------------------------------------------------------


@given(st.floats(-1e300, 1e300))
def test_logistic_is_symmetric_and_never_overflows(x: float) -> None:
    assert logistic(x) + logistic(-x) == pytest.approx(1.0, abs=3e-16)
    assert 0.0 <= logistic(x) <= 1.0


def test_logistic_is_that_of_scipy() -> None:
    from scipy.special import expit

    x = np.linspace(-800.0, 800.0, 4001)
    np.testing.assert_allclose([logistic(v) for v in x.tolist()], expit(x), rtol=1e-13, atol=1e-300)
    assert logistic(0.0) == 0.5
    assert logistic(-math.inf) == 0.0
    assert logistic(math.inf) == 1.0


def test_half_of_all_like_and_follow_at_the_threshold() -> None:
    p = DecisionParameters(follow_threshold=0.7, like_threshold=0.6, follower_bonus=0.1)
    assert follow_probability(0.7, 0.0, 0.0, 0.0, p.values()) == 0.5
    assert like_probability(0.6, 0, 0, 0.0, p) == 0.5
    assert like_probability(0.5, 1, 0, 0.0, p) == 0.5


def test_hidden_like_counts_take_the_prompt_of_other_likes_away() -> None:
    p = DecisionParameters(like_threshold=0.6, follower_bonus=0.1, like_prompt=0.05)
    assert like_probability(0.65, 0, 1, 0.0, p) == pytest.approx(0.5, abs=1e-15)
    for appeal, followed in itertools.product((0.2, 0.6, 0.9), (0, 1)):
        assert like_probability(appeal, followed, 1, 0.0, p) < like_probability(appeal, followed, 0, 0.0, p)


def test_the_first_like_adds_half_of_what_many_would_add() -> None:
    p = DecisionParameters(like_threshold=0.6, like_herding=0.1)
    first, many = applause(np.array([1, 10**9]))
    assert applause(np.zeros(1, dtype=np.int64))[0] == 0.0
    assert like_probability(0.55, 0, 0, first, p) == pytest.approx(0.5, abs=1e-15)
    assert like_probability(0.5, 0, 0, many, p) == pytest.approx(0.5, abs=1e-8)
    assert like_probability(0.5, 0, 0, many, DecisionParameters(like_threshold=0.6, like_herding=0.0)) < 0.4


def test_steepness_zero_makes_a_coin_of_the_decision() -> None:
    p = DecisionParameters(follow_sharpness=0.0, like_sharpness=0.0).values()
    for appeal in (0.0, 1.0):
        assert follow_probability(appeal, 0.0, 0.0, 0.0, p) == 0.5
        assert like_probability(appeal, 0, 0, 0.5, p) == 0.5
        assert like_probability(appeal, 1, 1, 0.5, p) == 0.5


def test_the_other_ways_to_follow() -> None:
    always, constant, best = (
        DecisionParameters(follow_rule=name, follow_probability=0.3).values()
        for name in ("always", "constant", "best_so_far")
    )
    for appeal, talent, held in itertools.product((0.0, 1.0), (0.0, 0.5, 1.0), (-1.0, 0.5, 1.0)):
        assert follow_probability(appeal, talent, held, 1.0, always) == 1.0
        assert follow_probability(appeal, talent, held, 1.0, constant) == 0.3
        assert follow_probability(appeal, talent, held, 1.0, best) == float(talent > held)


def test_the_hazard_is_its_equation() -> None:
    p = LeavingParameters(
        base_hazard=0.1, new_tie_fragility=2.0, settling_time=30.0, margin=0.05, sharpness=20.0, overload=0.5
    )
    found = unfollow_hazard(0.4, 0.5, 60, 1.5, 1, p.values())
    expected = 0.1 * (1 + 2 * math.exp(-2)) / (1 + math.exp(-20 * (0.5 - 0.05 - 0.4))) * 1.25 * 0.5
    assert found == pytest.approx(expected, rel=1e-14)
    assert unfollow_hazard(0.4, 0.5, 60, 0.5, 1, p.values()) == pytest.approx(expected / 1.25, rel=1e-14)
    assert unfollow_hazard(0.4, 0.5, 60, 1.5, 0, p.values()) == pytest.approx(expected / 0.5, rel=1e-14)


def test_the_hazard_is_never_more_than_certain() -> None:
    p = LeavingParameters(base_hazard=1.0, overload=100.0).values()
    assert unfollow_hazard(0.0, 1.0, 0, 1e6, 0, p) == 1.0


def test_ties_that_are_kept_satisfied_grow_old() -> None:
    p = LeavingParameters().values()
    ages = [unfollow_hazard(0.5, 0.5, age, 0.5, 0, p) for age in range(200)]
    assert ages == sorted(ages, reverse=True)
    assert ages[0] == pytest.approx(3.0 * ages[199], rel=0.01)


@pytest.mark.parametrize("uniform", [0.0, 0.3, 1.0 - 2.0**-53])
def test_nobody_watches_before_joining_and_newcomers_on_arrival_only(uniform: float) -> None:
    daily, on_arrival = SessionParameters().values(), SessionParameters(schedule="on_arrival").values()
    assert not watches_today(1.0, 5, 4, uniform, daily)
    assert watches_today(1.0, 5, 5, uniform, daily)
    assert not watches_today(0.0, 5, 5, uniform, daily)
    assert [watches_today(0.0, 5, day, uniform, on_arrival) for day in (4, 5, 6)] == [False, True, False]
    assert not watches_today(1.0, -1, 0, uniform, on_arrival)


@pytest.mark.parametrize("longing", [0.0, 0.4, -0.3, -9.0])
@pytest.mark.parametrize(("slots", "escapism"), [(20.0, 0.3), (1.0, 0.0), (0.4, 1.0), (0.0, 1.0), (7.25, 0.9)])
def test_sessions_have_the_length_they_should_on_average(slots: float, escapism: float, longing: float) -> None:
    p = SessionParameters(slots=slots).values()
    cells = 1000
    lengths = [session_slots(escapism, longing, (k + 0.5) / cells, 0.0, p) for k in range(cells)]
    expected = max(0.0, slots * (1.0 + 0.5 * escapism + longing))
    assert np.mean(lengths) == pytest.approx(expected, abs=1.0 / cells)
    assert max(lengths) - min(lengths) <= 1


def test_sessions_are_capped() -> None:
    p = SessionParameters(slots=20.0, session_cap=5).values()
    assert session_slots(1.0, 0.0, 0.999, 0.0, p) == 5
    assert session_slots(1.0, 5.0, 0.999, 0.0, p) == 5
    assert session_slots(1.0, 0.0, 0.999, 0.0, SessionParameters(session_cap=0).values()) == 0


def test_a_nudge_that_is_heeded_ends_a_session_and_lengthens_none() -> None:
    p = SessionParameters(slots=20.0, break_nudge=0.3, nudge_after=8).values()
    assert [session_slots(0.0, 0.0, 0.5, u_nudge, p) for u_nudge in (0.0, 0.299, 0.3, 0.9)] == [8, 8, 20, 20]
    short = SessionParameters(slots=5.0, break_nudge=1.0, nudge_after=8).values()
    assert session_slots(0.0, 0.0, 0.5, 0.0, short) == 5
    never = SessionParameters(slots=20.0, break_nudge=0.0, nudge_after=0).values()
    assert session_slots(0.0, 0.0, 0.5, 0.0, never) == 20


@settings(max_examples=200, deadline=None)
@given(st.floats(0.0, 1.0), st.floats(0.0, 1.0, exclude_max=True), st.integers(0, 20_000))
def test_a_schedule_keeps_its_rate_over_any_stretch_of_days(rate: float, phase: float, start: int) -> None:
    days = 200
    due = sum(due_today(rate, phase, start + day) for day in range(days))
    assert abs(due - rate * days) <= 1.0 + 1e-9


def test_who_is_due_every_day_or_never() -> None:
    assert all(due_today(1.0, 0.3, day) for day in range(1000))
    assert not any(due_today(0.0, 0.999, day) for day in range(1000))


@pytest.mark.parametrize("regularity", [0.0, 0.6, 1.0])
def test_the_irregular_post_at_the_same_rate(regularity: float) -> None:
    luck, days, rate = np.random.default_rng(4), 20_000, 0.3
    uniforms = luck.random((days, 2)).tolist()
    posts = sum(posts_today(due_today(rate, 0.2, day), rate, regularity, u, v) for day, (u, v) in enumerate(uniforms))
    half = stats.norm.isf(ERROR_RATE / 2) * math.sqrt(days * rate * (1.0 - rate))
    assert abs(posts - rate * days) < half + 1.0
    if regularity == 1.0:
        assert abs(posts - rate * days) <= 1.0


def test_quality_is_talent_for_the_regular_and_stays_within_bounds() -> None:
    p = PostingParameters(quality_noise=0.25).values()
    assert realised_quality(0.7, 1.0, 5.0, p) == 0.7
    assert realised_quality(0.5, 0.6, 1.0, p) == pytest.approx(0.6, abs=1e-15)
    assert realised_quality(0.9, 0.0, 8.0, p) == 1.0
    assert realised_quality(0.1, 0.0, -8.0, p) == 0.0


def test_delivered_means_on_schedule_and_at_ones_own_level() -> None:
    p = PostingParameters(quality_tolerance=0.1).values()
    assert delivered(False, False, 0.0, 1.0, p)
    assert not delivered(True, False, 1.0, 0.5, p)
    assert not delivered(False, True, 1.0, 0.5, p)
    assert delivered(True, True, 0.41, 0.5, p)
    assert not delivered(True, True, 0.39, 0.5, p)


@pytest.mark.parametrize("start", [0.0, 0.4, 1.0])
def test_running_means_go_to_what_is_felt_and_by_the_stated_share(start: float) -> None:
    leaving, change, posting = LeavingParameters().values(), ChangeParameters().values(), PostingParameters().values()
    assert satisfaction_after_seeing(start, 0.9, leaving) == pytest.approx(0.8 * start + 0.2 * 0.9, abs=1e-15)
    assert satisfaction_after_absence(start, leaving) == pytest.approx(0.98 * start, abs=1e-15)
    assert aspiration_after(start, 0.9, change) == pytest.approx(0.95 * start + 0.05 * 0.9, abs=1e-15)
    assert consistency_after(start, True, posting) == pytest.approx(0.95 * start + 0.05, abs=1e-15)
    assert consistency_after(start, False, posting) == pytest.approx(0.95 * start, abs=1e-15)


# --- interests and likeness ---------------------------------------------------------------------------------------


def unit_rows(seed: int, rows: int = 5, topics: int = 4) -> np.ndarray:
    made = np.random.default_rng(seed).random((rows, topics))
    scaled: np.ndarray = made / np.linalg.norm(made, axis=1, keepdims=True)
    return scaled


def test_interests_drift_toward_what_was_liked_and_no_other_row_moves() -> None:
    interests, topics = unit_rows(1), unit_rows(2)
    before = interests.copy()
    p = ChangeParameters(interest_drift=0.25).values()
    drift_toward(interests, 2, topics, 3, p)
    scale_to_unit_length(interests, 2)
    assert cosine(interests, 2, topics, 3) > cosine(before, 2, topics, 3)
    expected = 0.75 * before[2] + 0.25 * topics[3]
    np.testing.assert_allclose(interests[2], expected / np.linalg.norm(expected), rtol=1e-14)
    np.testing.assert_array_equal(np.delete(interests, 2, axis=0), np.delete(before, 2, axis=0))


@pytest.mark.parametrize(("uniform", "grown"), [(0.0, True), (0.0099, True), (0.01, False), (0.9, False)])
def test_curiosity_adds_one_topic_with_its_probability(uniform: float, grown: bool) -> None:
    interests = unit_rows(1)
    before = interests.copy()
    grow_curious(interests, 1, uniform, 0.6, ChangeParameters(curiosity=0.01, curiosity_step=0.2).values())
    before[1, 2] += 0.2 if grown else 0.0
    np.testing.assert_array_equal(interests, before)


def test_cosine_and_resonance_are_those_of_numpy() -> None:
    left, right = unit_rows(3), unit_rows(4)
    for i, j in itertools.product(range(5), range(5)):
        expected = float(left[i] @ right[j])
        assert cosine(left, i, right, j) == pytest.approx(expected, abs=1e-15)
        assert emotional_resonance(left, i, right, j) == pytest.approx(expected, abs=1e-15)
    for likeness in (cosine, emotional_resonance):
        assert likeness(left, 1, left, 1) == pytest.approx(1.0, abs=1e-15)
        assert likeness(1.0001 * left, 1, left, 1) == 1.0


def test_identity_similarity_is_one_for_the_same_and_fades_with_distance() -> None:
    places = np.array([[0.0, 0.0], [3.0, 4.0]])
    assert identity_similarity(places, 0, places, 0, 1.0) == 1.0
    assert identity_similarity(places, 0, places, 1, 2.0) == pytest.approx(math.exp(-25.0 / 8.0), rel=1e-15)
