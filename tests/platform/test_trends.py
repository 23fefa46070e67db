"""Trends: the moments of the background, births of memes, their rise and fall, and heat that nobody can move."""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np
import pytest
from scipy import stats

from simulation.model import FollowerModel
from simulation.platform.trends import (
    TrendsParameters,
    background_after,
    fuel_after,
    heat,
    hottest,
    meme_after,
    memes_born,
    move_trends,
)
from simulation.state import Trends
from tests.engines.histories import bits, lived
from tests.worlds import ENGINES, SMALL

ERROR_RATE = 1e-6
LUCK = np.uint64(11)


def cold(topics: int) -> Trends:
    """Topics before the first day."""
    return Trends(np.zeros(topics), np.zeros(topics), np.zeros(topics), np.ones(topics))


# --- the background -----------------------------------------------------------------------------------------------


def test_the_background_is_an_autoregression_with_its_moments() -> None:
    """Over topics, on three days: mean 0, variance s^2 (1 - f^2t) / (1 - f^2), and correlation f^lag, all exact."""
    p = TrendsParameters(persistence=0.8, volatility=0.3, births=0.0)
    topics, kept = 1500, {}
    trends = cold(topics)
    for day in range(21):
        move_trends(trends, LUCK, day, p)
        if day in {0, 18, 20}:
            kept[day] = trends.background.copy()
    for day, found in kept.items():
        variance = 0.3**2 * (1.0 - 0.8 ** (2 * (day + 1))) / (1.0 - 0.8**2)
        assert abs(found.mean()) < stats.norm.isf(ERROR_RATE / 2) * math.sqrt(variance / topics)
        low, high = stats.chi2.ppf([ERROR_RATE / 2, 1.0 - ERROR_RATE / 2], topics)
        assert low < (found**2).sum() / variance < high
        assert stats.kstest(found / math.sqrt(variance), "norm").pvalue > ERROR_RATE
    shocks = (kept[20] - 0.8**2 * kept[18]) / (0.3 * math.sqrt(1.0 + 0.8**2))
    assert stats.kstest(shocks, "norm").pvalue > ERROR_RATE
    assert abs(np.corrcoef(shocks, kept[18])[0, 1]) < stats.norm.isf(ERROR_RATE / 2) / math.sqrt(topics)


def test_the_background_keeps_its_share_and_takes_the_shock() -> None:
    p = TrendsParameters(persistence=0.9, volatility=0.2)
    assert background_after(0.5, -1.5, p) == pytest.approx(0.45 - 0.3, abs=1e-15)


# --- memes --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("births", [0.0, 0.01, 0.7, 10.0])
def test_births_invert_the_poisson_law(births: float) -> None:
    p = TrendsParameters(births=births)
    assert memes_born(0.0, p) == 0
    for uniform in (0.001, 0.2, 0.5, 0.9, 0.98, 0.9999, 1.0 - 2.0**-40):
        expected = int(stats.poisson.ppf(uniform, births)) if births > 0.0 else 0
        assert memes_born(uniform, p) == expected
    assert memes_born(1.0 - 2.0**-53, p) <= 100


def test_memes_are_born_by_poisson_s_law_on_every_topic_and_day() -> None:
    """Nothing draws attention where the rise is 0, so fuel counts births."""
    p = TrendsParameters(births=0.4, rise=0.0, meme_size=2.0, volatility=0.0)
    trends, before, births = cold(300), np.zeros(300), []
    for day in range(20):
        move_trends(trends, LUCK, day, p)
        births.append((trends.fuel - before) / 2.0)
        before = trends.fuel.copy()
    counts = np.bincount(np.concatenate(births).astype(int), minlength=4)
    observed = np.array([*counts[:3], counts[3:].sum()])
    shares = stats.poisson.pmf([0, 1, 2], 0.4)
    expected = 6000 * np.array([*shares, 1.0 - shares.sum()])
    assert stats.chisquare(observed, expected).pvalue > ERROR_RATE
    by_topic = np.sum(births, axis=0)
    assert stats.chisquare(by_topic, np.full(300, by_topic.mean())).pvalue > ERROR_RATE, "topics differ by chance only"
    assert (trends.heat == 1.0).all()


@pytest.mark.parametrize(("rise", "decay"), [(0.3, 0.1), (0.5, 0.05), (0.1, 0.4)])
def test_a_meme_rises_peaks_and_fades_by_its_closed_form(rise: float, decay: float) -> None:
    p = TrendsParameters(rise=rise, decay=decay, meme_size=2.0)
    meme, fuel, found = 0.0, fuel_after(0.0, 1, p), []
    for _ in range(150):
        meme, fuel = meme_after(meme, fuel, p), fuel_after(fuel, 0, p)
        found.append(meme)
    days = np.arange(1, 151)
    expected = 2.0 * rise * ((1.0 - decay) ** days - (1.0 - rise) ** days) / (rise - decay)
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-12)
    peak = int(np.argmax(found))
    assert peak == round(math.log(math.log1p(-decay) / math.log1p(-rise)) / math.log((1 - rise) / (1 - decay))) - 1
    assert (np.diff(found[: peak + 1]) > 0.0).all()
    assert (np.diff(found[peak:]) < 0.0).all()
    assert found[-1] < 0.01 * found[peak]


def test_a_meme_draws_all_its_attention_and_no_more() -> None:
    p = TrendsParameters(rise=0.3, decay=0.0, meme_size=2.0)
    meme, fuel = 0.0, fuel_after(0.0, 3, p)
    for _ in range(120):
        meme, fuel = meme_after(meme, fuel, p), fuel_after(fuel, 0, p)
    assert meme == pytest.approx(6.0, rel=1e-12)


def test_heat_is_exponential_and_the_hottest_topic_is_the_one_that_trends() -> None:
    assert heat(0.0, 0.0) == 1.0
    assert heat(-0.5, 0.7) == pytest.approx(math.exp(0.2), rel=1e-15)
    trends = cold(4)
    assert hottest(trends) == -1
    trends.heat[:] = [1.0, 2.0, 0.5, 2.0]
    assert hottest(trends) == 1


# --- in a run -----------------------------------------------------------------------------------------------------


def heats(days: int, **changes: Any) -> np.ndarray:
    """Heat by day and topic of a run with memes in plenty, (days, K)."""
    values = {**SMALL, "trends.births": 0.2, **{name.replace("__", "."): value for name, value in changes.items()}}
    frame = lived(days, values, seed=4, threads=1).result().topic_days
    return np.asarray(frame.pivot(index="day", columns="topic", values="heat"))


def test_nothing_that_users_or_creators_do_moves_heat() -> None:
    plain = heats(12)
    assert np.ptp(plain) > 1.0
    others: list[dict[str, Any]] = [
        {"creators__minds": "off", "trends__moves": True},
        {"feed__trend_effect": 5.0, "minds__strategy__own_voice_lead": -50.0},
        {"population__creators": 70, "population__departure_rate": 0.1},
        {"feed__mix__staged": 1.0, "decision__follow_threshold": 3.0},
    ]
    for changes in others:
        assert bits(heats(12, **changes)) == bits(plain), changes


def test_more_topics_leave_the_heat_of_the_first_as_it_was() -> None:
    assert bits(heats(9, population__topics=12)[:, :8].copy()) == bits(heats(9))


def test_trends_go_by_luck_and_not_by_who_is_there() -> None:
    one, other, another = (lived(6, SMALL, seed=s, luck=k, threads=1).state.trends for s, k in ((1, 7), (2, 7), (1, 8)))
    assert bits(one.heat) == bits(other.heat)
    assert bits(one.heat) != bits(another.heat)


def test_where_trends_do_not_move_no_topic_is_hotter_and_the_effect_is_nothing() -> None:
    still = {**SMALL, "trends.moves": False}
    model = lived(6, still, seed=4, threads=1)
    assert (model.state.trends.heat == 1.0).all()
    assert not model.state.trends.background.any()
    strong = lived(6, {**still, "feed.trend_effect": 5.0}, seed=4, threads=1)
    assert bits(model.state.creators.total_views) == bits(strong.state.creators.total_views)


@pytest.mark.parametrize("engine", ENGINES)
def test_trend_chasers_post_on_the_hottest_topic_and_the_feed_shows_what_is_hot(engine: Any) -> None:
    shares = []
    for effect in (0.0, 2.0):
        values = {**SMALL, "trends.moves": False, "feed.trend_effect": effect}
        model = FollowerModel(values, seed=4, threads=1, engine=engine)
        model.state.trends.heat[3] = 6.0
        model.state.minds.strategy[::2] = 1
        model.state.minds.trend_share[::2] = 0.5
        model.step()
        creators, posts = model.state.creators, model.state.posts
        off_voice = np.linalg.norm(posts.topics - creators.topics, axis=1) > 1e-9
        chasing = creators.posted & (model.state.minds.strategy == 1)
        np.testing.assert_array_equal(off_voice & creators.posted, chasing & (creators.topics[:, 3] < 1.0 - 1e-9))
        assert (posts.topics[chasing, 3] >= creators.topics[chasing, 3]).all()
        weight = posts.topics[:, 3] ** 2
        shares.append(float(creators.views @ weight / creators.views.sum()))
    assert shares[1] > shares[0] + 0.1


def test_the_effect_of_heat_is_what_the_ranking_says() -> None:
    """Views by creator against the weights, in a feed of popular posts where popularity counts nothing."""
    values = {
        "population.users": 1000,
        "population.creators": 30,
        "population.topics": 3,
        "creators.posting_rate_median": 1.0,
        "creators.posting_rate_sigma": 0.0,
        "creators.regularity_mean": 1.0,
        "creators.minds": "off",
        "feed.popularity_bias": 0.0,
        "feed.trend_effect": 1.5,
        "social_graph.family": "none",
        **{f"feed.mix.{name}": float(name == "popular") for name in ("following", "friends", "popular", "interest")},
        "feed.mix.random": 0.0,
    }
    model = FollowerModel(values, seed=2, threads=1)
    model.state.trends.heat[:] = [5.0, 1.0, 0.3]
    model.step()
    creators = model.state.creators
    weights = (model.state.posts.topics**2 @ model.state.trends.heat) ** 1.5
    assert creators.posted.all()
    assert weights.max() / weights.min() > 5.0
    expected = creators.views.sum() * weights / weights.sum()
    assert stats.chisquare(creators.views, expected).pvalue > ERROR_RATE


def test_both_engines_have_one_history_while_memes_rise_and_fall() -> None:
    values = {**SMALL, "trends.births": 0.5, "feed.trend_effect": 2.0}
    one, other = (lived(8, values, seed=5, threads=1, engine=engine) for engine in ENGINES)
    for left, right in itertools.zip_longest(one.state.trends, other.state.trends):
        assert bits(left) == bits(right)
    assert bits(one.state.creators.total_views) == bits(other.state.creators.total_views)
