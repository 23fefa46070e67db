"""Viewers' well-being: fear of missing out, what it does to use, and what a session does to mood."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest

from simulation.users.wellbeing import (
    WellbeingParameters,
    comparison_dose,
    fomo_after,
    longing,
    mood_after,
    mood_by_watching,
    opening_probability,
    use_after,
)
from tests.engines.histories import Recorded, bits, lived
from tests.worlds import ENGINES, SMALL

P = WellbeingParameters()


# --- what the equations say ---------------------------------------------------------------------------------------


def test_at_the_usual_fear_activity_and_escapism_alone_decide() -> None:
    for activity in (0.0, 0.37, 1.0):
        assert opening_probability(activity, P.usual_fomo, P) == activity
    assert longing(P.usual_fomo, P) == 0.0


def test_the_fearful_open_more_often_and_stay_longer() -> None:
    p = WellbeingParameters(usual_fomo=0.4, checking=0.5, staying=0.8)
    assert opening_probability(0.6, 0.9, p) == pytest.approx(0.6 * 1.25, rel=1e-15)
    assert opening_probability(0.6, 0.1, p) == pytest.approx(0.6 * 0.85, rel=1e-15)
    assert longing(0.9, p) == pytest.approx(0.4, rel=1e-15)
    assert longing(0.15, p) == pytest.approx(-0.2, rel=1e-15)


def test_a_session_is_never_more_than_certain_nor_less_than_impossible() -> None:
    p = WellbeingParameters(checking=10.0, usual_fomo=0.5)
    assert opening_probability(0.8, 1.0, p) == 1.0
    assert opening_probability(0.8, 0.0, p) == 0.0


def test_fear_moves_to_the_trait_and_what_was_missed() -> None:
    p = WellbeingParameters(fomo_rate=0.1, missing_out=0.5)
    assert fomo_after(0.2, 0.4, 0.6, p) == pytest.approx(0.9 * 0.2 + 0.1 * (0.4 + 0.5 * 0.6), rel=1e-15)
    for trait, missed, end in ((0.4, 0.0, 0.4), (0.4, 0.5, 0.65), (0.9, 1.0, 1.0)):
        fomo = 0.2
        for _ in range(300):
            fomo = fomo_after(fomo, trait, missed, p)
        assert fomo == pytest.approx(end, abs=1e-9)


def test_comparison_is_counted_in_sessions_of_usual_length_and_by_fear() -> None:
    assert comparison_dose(20 * 0.5, 0.8, 20.0) == pytest.approx(0.4, rel=1e-15)
    assert comparison_dose(0.0, 0.8, 20.0) == comparison_dose(10.0, 0.0, 20.0) == 0.0
    assert comparison_dose(3.0, 0.8, 0.0) == 0.0


def test_the_mood_of_a_session_is_its_equation() -> None:
    p = WellbeingParameters(joy=0.3, relief=0.2, half_session=10.0, envy=0.1, displacement=0.05)
    found = mood_by_watching(0.6, 0.5, 30, 20.0, 0.4, p)
    assert found == pytest.approx(0.75 * (0.3 * 0.6 + 0.2 * 0.5) - 0.1 * 0.4 - 0.05 * 1.5**2, abs=1e-15)
    assert mood_by_watching(0.6, 0.5, 0, 20.0, 0.0, p) == 0.0
    assert mood_by_watching(0.6, 0.5, 30, 0.0, 0.0, p) == pytest.approx(0.75 * 0.28, rel=1e-14)


def test_some_use_is_good_and_too_much_is_not() -> None:
    """Gains saturate and costs grow: mood rises to a length of session and falls beyond it."""
    effects = [mood_by_watching(0.7, 0.3, posts, 20.0, 0.0, P) for posts in range(121)]
    best = int(np.argmax(effects))
    assert 0 < best < 60
    assert (np.diff(effects[: best + 1]) > 0.0).all()
    assert (np.diff(effects[best:]) < 0.0).all()
    assert effects[120] < effects[0]


def test_getting_away_relieves_the_escapist_only() -> None:
    gains = [mood_by_watching(0.5, escapism, 20, 20.0, 0.0, P) for escapism in (0.0, 0.5, 1.0)]
    assert np.diff(gains) == pytest.approx([0.5 * P.relief * 20 / (20 + P.half_session)] * 2, rel=1e-12)


def test_mood_returns_to_its_set_point_and_stays_away_by_as_much_as_days_do() -> None:
    p = WellbeingParameters(mood_rate=0.1)
    mood = 1.0
    for day in range(1, 40):
        mood = mood_after(mood, -0.5, 0.0, p)
        assert mood == pytest.approx(-0.5 + 1.5 * 0.9**day, rel=1e-12)
    for _ in range(400):
        mood = mood_after(mood, -0.5, 0.2, p)
    assert mood == pytest.approx(-0.3, abs=1e-12)


def test_use_is_a_running_mean_of_posts_a_day() -> None:
    p = WellbeingParameters(use_memory=0.9)
    assert use_after(10.0, 30, p) == pytest.approx(12.0, rel=1e-15)
    assert use_after(10.0, 0, p) == pytest.approx(9.0, rel=1e-15)


def test_what_does_not_move_stays_exactly_and_does_not_act() -> None:
    p = WellbeingParameters(moves=False)
    for level, other in itertools.product((0.0, 0.1 + 0.2, 1.0), (0.0, 1.0)):
        assert opening_probability(level, other, p) == level
        assert longing(level, p) == 0.0
        assert fomo_after(level, other, other, p) == level
        assert mood_after(level, other, other, p) == level
        assert use_after(level, 50, p) == level


# --- in a run -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("engine", ENGINES)
def test_who_knows_nobody_misses_nothing_and_who_does_comes_to_fear_it(engine: Any) -> None:
    alone, among_peers = (
        lived(6, {**SMALL, "social_graph.family": family}, seed=4, threads=1, engine=engine).state.users
        for family in ("none", "holme_kim")
    )
    np.testing.assert_allclose(alone.fomo, alone.fomo_trait, rtol=1e-12)
    assert (among_peers.fomo >= among_peers.fomo_trait - 1e-12).all()
    assert (among_peers.fomo > among_peers.fomo_trait + 0.01).sum() > 30


@pytest.mark.parametrize("engine", ENGINES)
def test_a_day_without_the_app_brings_mood_back_and_use_down(engine: Any) -> None:
    model = Recorded({**SMALL, "users.activity_mean": 0.0}, seed=4, threads=1, engine=engine)
    users = model.state.users
    users.mood[:] = users.set_point + 1.0
    users.use[:] = 20.0
    model.run_for(3)
    np.testing.assert_allclose(users.mood - users.set_point, (1.0 - P.mood_rate) ** 3, rtol=1e-12)
    np.testing.assert_allclose(users.use, 20.0 * P.use_memory**3, rtol=1e-12)


def test_the_fearful_watch_more() -> None:
    """The first day of paired worlds in which everybody's fear differs and nothing else does."""
    watched = [lived(1, {**SMALL, "users.fomo_mean": mean}, seed=4, threads=1).counts[0] for mean in (0.0, 0.45, 1.0)]
    for counts in ([totals.sessions for totals in watched], [totals.views / totals.sessions for totals in watched]):
        assert counts == sorted(set(counts))


def test_moods_follow_from_what_was_seen_and_are_read_by_nobody_else() -> None:
    """Set points and joy move moods only: what happens on the platform stays the same, bit for bit."""
    plain = lived(8, SMALL, seed=4, threads=1)
    gloomy = lived(8, {**SMALL, "users.set_point_sigma": 3.0, "wellbeing.joy": 0.0}, seed=4, threads=1)
    for left, right in zip(plain.days, gloomy.days, strict=True):
        for x, y in zip(left, right, strict=True):
            assert bits(x) == bits(y)
    assert bits(plain.state.users.mood) != bits(gloomy.state.users.mood)
