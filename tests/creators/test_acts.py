"""Acts on creators: bought followers and likes do nothing but count; purges, sponsored posts, strategies to keep to."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from simulation.creators.acts import ACTS, buy_followers, keep_strategy, open_books, purge
from simulation.creators.strategies import STRATEGIES
from simulation.creators.strategy import FREE, OWN_VOICE, plans_today
from simulation.creators.voice import authenticity_exposed, authenticity_sold
from simulation.interventions import Intervention
from tests.engines.histories import Recorded, bits, lived
from tests.worlds import ENGINES, SMALL, built

BLIND = {**SMALL, "creators.minds": "off", "factors.peer_influence.crowd_weight": 0.0}
"""Nobody goes by the count that is shown: not viewers, and not creators, who have no minds."""
DEAL = (
    Intervention(2, "bought_followers", 300, (3, 17)),
    Intervention(5, "purge", 0.5, (3,)),
    Intervention(7, "purge", 1.0),
)


# --- acts ---------------------------------------------------------------------------------------------------------


def test_followers_are_bought_by_those_named_and_added_to_what_is_held() -> None:
    state = built(60, 8)
    creators = state.creators
    creators.followers[:] = np.arange(8)
    ACTS["bought_followers"].do(SimpleNamespace(state=state), np.array((2, 5)), 50)
    ACTS["bought_followers"].do(SimpleNamespace(state=state), np.array((5,)), 7)
    assert creators.bought.tolist() == [0, 0, 50, 0, 0, 57, 0, 0]
    for tally in (creators.bought_today, creators.gained, creators.followers - np.arange(8)):
        np.testing.assert_array_equal(tally, creators.bought)


@pytest.mark.parametrize(
    ("share", "left"),
    [(0.0, [5, 1, 0]), (0.2, [4, 1, 0]), (0.4, [3, 1, 0]), (0.6, [2, 0, 0]), (1.0, [0, 0, 0])],
)
def test_a_purge_takes_whole_bought_followers_and_no_real_ones(share: float, left: list[int]) -> None:
    creators = built(60, 3).creators
    creators.followers[:] = [100, 100, 100]
    buy_followers(creators, np.array([0]), 5)
    buy_followers(creators, np.array([1]), 1)
    open_books(creators)
    purge(creators, np.arange(3), share)
    assert creators.bought.tolist() == left
    np.testing.assert_array_equal(creators.followers - creators.bought, [100, 100, 100])
    np.testing.assert_array_equal(creators.purged_today, np.array([5, 1, 0]) - left)
    np.testing.assert_array_equal(creators.lost, creators.purged_today)


def test_books_are_opened_empty_every_day_and_what_is_held_stays() -> None:
    state = built(60, 3)
    creators = state.creators
    ACTS["bought_followers"].do(SimpleNamespace(state=state), np.array((0,)), 5)
    ACTS["bought_likes"].do(SimpleNamespace(state=state), np.array((1,)), 9)
    ACTS["purge"].do(SimpleNamespace(state=state), ACTS["purge"].on((), 3), 1.0)
    ACTS["bought_followers"].do(SimpleNamespace(state=state), np.array((2,)), 4)
    open_books(creators)
    for today in (creators.gained, creators.lost, creators.bought_today, creators.purged_today, creators.bought_likes):
        assert not today.any()
    assert creators.bought.tolist() == [0, 0, 4]


# --- in a run -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("engine", ENGINES)
def test_bought_followers_change_what_is_shown_and_nothing_else(engine: Any) -> None:
    """Where nobody goes by the count, the two histories are one: no view, like, event or momentum of theirs."""
    plain, bought = (lived(9, BLIND, seed=4, threads=1, engine=engine, interventions=deal) for deal in ((), DEAL))
    for day, (left, right) in enumerate(zip(plain.days, bought.days, strict=True)):
        for name, x, y in zip(left._fields, left, right, strict=True):
            assert bits(x) == bits(y), f"day {day}: {name}"
    assert sum(events.user.size for events in plain.days) > 20
    for name in ("momentum", "total_views", "total_likes", "consistency"):
        assert bits(getattr(plain.state.creators, name)) == bits(getattr(bought.state.creators, name)), name
    gained = bought.state.creators.total_gained - plain.state.creators.total_gained
    lost = bought.state.creators.total_lost - plain.state.creators.total_lost
    assert gained.tolist() == lost.tolist() == [300 * (j in (3, 17)) for j in range(20)]


@pytest.mark.parametrize("engine", ENGINES)
def test_the_books_balance_by_cause_on_every_day(engine: Any) -> None:
    model = lived(9, SMALL, seed=4, threads=1, engine=engine, interventions=DEAL)
    result = model.result()
    days = result.creator_days
    causes = [name for name in result.cause_names]
    gained, lost = (days[[f"{way}_{cause}" for cause in causes]].sum(axis=1) for way in ("gained", "lost"))
    np.testing.assert_array_equal(gained, days["gained"])
    np.testing.assert_array_equal(lost, days["lost"])
    followers = days.pivot(index="day", columns="creator", values="followers")
    net = days.pivot(index="day", columns="creator", values="gained") - days.pivot(
        index="day", columns="creator", values="lost"
    )
    np.testing.assert_array_equal(followers.diff().iloc[1:], net.iloc[1:])
    deals = days[(days["gained_bought"] > 0) | (days["lost_purge"] > 0)]
    assert deals[["day", "creator", "gained_bought", "lost_purge", "bought"]].to_numpy().tolist() == [
        [2, 3, 300, 0, 300],
        [2, 17, 300, 0, 300],
        [5, 3, 0, 150, 150],
        [7, 3, 0, 150, 0],
        [7, 17, 0, 300, 0],
    ]
    assert not set(result.events["cause"]) & {"bought", "purge"}
    held = result.follows_at(4).groupby("creator").size().reindex(range(20), fill_value=0)
    np.testing.assert_array_equal(followers.loc[4] - held, [300 * (j in (3, 17)) for j in range(20)])


def test_the_crowd_that_is_shown_rises_at_once_and_falls_with_the_purge() -> None:
    model = Recorded(SMALL, seed=4, threads=1, interventions=DEAL)
    creators = model.state.creators
    for day in range(9):
        before = creators.followers.copy()
        before[[3, 17]] += 300 * (day == 2)
        before[3] -= 150 * (day in (5, 7))
        before[17] -= 300 * (day == 7)
        model.step()
        np.testing.assert_allclose(creators.crowd, np.minimum(np.log1p(before) / np.log(121), 1.0), rtol=1e-14)
    assert creators.crowd[17] < 1.0


def test_a_bought_crowd_draws_real_followers() -> None:
    """The bandwagon: paired worlds, everything else alike."""
    values = {**SMALL, "factors.peer_influence.crowd_weight": 1.0, "factors.peer_influence.weight": 3.0}
    buyers = tuple(range(0, 20, 2))
    plain, bought = (
        lived(6, values, seed=4, threads=1, interventions=deal)
        for deal in ((), [Intervention(0, "bought_followers", 120, buyers)])
    )
    real = [
        np.bincount(np.concatenate([e.creator[e.kind == 1] for e in model.days]), minlength=20)[list(buyers)].sum()
        for model in (plain, bought)
    ]
    assert real[1] > 1.2 * real[0]


@pytest.mark.parametrize("engine", ENGINES)
def test_bought_likes_move_the_platform_and_not_the_creator_who_knows_of_them(engine: Any) -> None:
    values = {**SMALL, "feed.like_weight": 0.1, "feed.mix.staged": 0.5, "creators.posting_rate_median": 1.0}
    values |= {"decision.like_herding": 0.0}
    deal = [Intervention(0, "bought_likes", 400, tuple(range(10)))]
    plain, bought = (
        lived(1, values, seed=4, threads=1, engine=engine, interventions=deals).state for deals in ((), deal)
    )
    posted = bought.creators.posted
    assert posted[:10].sum() > 5
    extra = (bought.creators.momentum - plain.creators.momentum)[posted]
    np.testing.assert_allclose(extra, np.where(np.arange(20) < 10, 40.0, 0.0)[posted], atol=1e-12)
    for name in ("likes", "total_likes", "views", "gained"):
        assert bits(getattr(plain.creators, name)) == bits(getattr(bought.creators, name)), name
    for name in plain.minds._fields:
        assert bits(getattr(plain.minds, name)) == bits(getattr(bought.minds, name)), name
    judged = posted & (bought.creators.views >= 3)
    assert (bought.creators.stage[:10][judged[:10]] == 1).all()
    assert (plain.creators.stage[:10][judged[:10]] == -1).any()


@pytest.mark.parametrize("engine", ENGINES)
def test_bought_likes_bring_likes_from_the_day_on_which_they_are_bought(engine: Any) -> None:
    values = {**SMALL, "creators.posting_rate_median": 1.0, "decision.like_herding": 0.3}
    deal = [Intervention(0, "bought_likes", 400, tuple(range(10)))]
    plain, bought = (
        lived(1, values, seed=4, threads=1, engine=engine, interventions=deals).state.creators for deals in ((), deal)
    )
    assert bits(plain.views) == bits(bought.views)
    assert bits(plain.likes[10:]) == bits(bought.likes[10:]), "nobody likes less of others for it"
    assert bought.likes[:10].sum() > 1.5 * plain.likes[:10].sum() > 0


@pytest.mark.parametrize("engine", ENGINES)
def test_creators_do_not_rejoice_at_followers_they_bought(engine: Any) -> None:
    values = {**SMALL, "factors.peer_influence.crowd_weight": 0.0, "minds.mood.envy": 0.0}
    deal = [Intervention(1, "bought_followers", 500, (3, 17)), Intervention(4, "purge", 1.0)]
    plain, bought = (
        lived(4, values, seed=4, threads=1, engine=engine, interventions=deals).state.minds for deals in ((), deal)
    )
    for name in set(plain._fields) - {"comparison"}:
        assert bits(getattr(plain, name)) == bits(getattr(bought, name)), name


@pytest.mark.parametrize("engine", ENGINES)
def test_a_purge_exposes_who_had_bought(engine: Any) -> None:
    values = {**SMALL, "creators.posting_rate_median": 0.0}
    deal = [Intervention(0, "bought_followers", 90, (3, 17)), Intervention(1, "purge", 0.5, (3,))]
    model = lived(2, values, seed=4, threads=1, engine=engine, interventions=deal)
    creators, minds, p = model.state.creators, model.state.minds, model.parameters.minds.voice
    expected = minds.baseline.copy()
    expected[3] = authenticity_exposed(float(minds.baseline[3]), 45, int(creators.followers[3]), p)
    np.testing.assert_array_equal(creators.authenticity, expected)
    assert creators.authenticity[3] < minds.baseline[3]


@pytest.mark.parametrize("engine", ENGINES)
def test_a_sponsored_post_is_the_next_one_and_only_that(engine: Any) -> None:
    deal = [Intervention(1, "sponsored_post", 0.4, tuple(range(20)))]
    values = {**SMALL, "minds.strategy.moves": False, "minds.voice.erosion": 0.0, "minds.voice.recovery": 0.0}
    model = Recorded(values, seed=4, threads=1, engine=engine, interventions=deal)
    creators, p = model.state.creators, model.parameters.minds.voice
    owed = np.zeros(20, dtype=bool)
    authenticity, paid = creators.authenticity.copy(), 0
    for day in range(12):
        owed |= day == 1
        followed_by = creators.followers / 120
        model.step()
        now = owed & creators.posted
        for j in np.flatnonzero(now).tolist():
            foreign = int(creators.topics[j].argmin())
            bent = 0.6 * creators.topics[j] + 0.4 * np.eye(8)[foreign]
            np.testing.assert_allclose(model.state.posts.topics[j], bent / np.linalg.norm(bent), rtol=1e-13)
            authenticity[j] = authenticity_sold(float(authenticity[j]), 0.4, float(followed_by[j]), p)
        own = creators.posted & ~now
        np.testing.assert_array_equal(model.state.posts.topics[own], creators.topics[own])
        np.testing.assert_array_equal(creators.authenticity, authenticity)
        owed &= ~now
        np.testing.assert_array_equal(creators.sponsored > 0.0, owed)
        paid += int(now.sum())
    assert paid > 15


# --- a strategy to keep to ----------------------------------------------------------------------------------------


def test_a_strategy_is_kept_by_those_named_until_they_are_free() -> None:
    minds = built(60, 4).minds
    for strategy in STRATEGIES:
        keep_strategy(minds, np.array([1, 3]), strategy, STRATEGIES)
        assert minds.kept.tolist() == [-1, STRATEGIES.index(strategy), -1, STRATEGIES.index(strategy)]
    keep_strategy(minds, np.array([3]), FREE, STRATEGIES)
    assert minds.kept.tolist() == [-1, 4, -1, -1]


@pytest.mark.parametrize("engine", ENGINES)
def test_it_is_kept_from_the_next_weekly_plan_on_until_the_first_one_after(engine: Any) -> None:
    values = {**SMALL, "minds.strategy.moves": False, "minds.burnout.moves": False}
    deal = [Intervention(3, "keep_strategy", "engage", (2, 9)), Intervention(14, "keep_strategy", FREE, (9,))]
    model = Recorded(values, seed=4, threads=1, engine=engine, interventions=deal)
    minds, expected = model.state.minds, np.full(20, OWN_VOICE)
    for day in range(24):
        model.step()
        for j in (2, 9):
            if plans_today(j, day):
                expected[j] = STRATEGIES.index("engage") if day >= 3 and not (j == 9 and day >= 14) else OWN_VOICE
        np.testing.assert_array_equal(minds.strategy, expected)
        engaged = np.where(expected == STRATEGIES.index("engage"), model.parameters.minds.strategy.warmth, 0.0)
        np.testing.assert_array_equal(model.state.creators.engagement, engaged)
    assert expected[2] == STRATEGIES.index("engage")
    assert expected[9] == OWN_VOICE
