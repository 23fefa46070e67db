"""Posts as things: they live for some days, keep what they are, and collect views and likes of their own."""

from __future__ import annotations

import copy
import pickle
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from simulation import at_rest
from simulation.errors import ParameterError, ResultError
from simulation.interventions import Intervention
from simulation.model import FollowerModel
from simulation.people import no_posts
from simulation.posts import begin_post, lives_of, lives_on, newest, places_of, to_be_seen
from simulation.records import load_result, same_tables
from simulation.state import NO_DAY, Posts, State
from tests.engines.histories import Recorded, assert_same_history
from tests.told import raises
from tests.worlds import ENGINES, built

LIVES = 4
VALUES: dict[str, object] = {
    "population.users": 150,
    "population.creators": 30,
    "population.topics": 3,
    "population.initial_follows": 4.0,
    "creators.posting_rate_median": 0.6,
    "posting.post_life": LIVES,
    "posting.quality_tail": 0.2,
    "decision.like_threshold": 0.45,
    "decision.follow_threshold": 0.6,
    "feed.response": 1.0,
}
RENEWED: dict[str, object] = {"population.renewal": True, "population.departure_rate": 0.03}
SEGMENTED: dict[str, object] = {"users.segments": 4, "users.community_size": 5, "feed.by_segment": True}
BOUGHT = [Intervention(day, "bought_likes", 25, tuple(range(0, 30, 2))) for day in (3, 4, 9)]

Key = tuple[int, int]
"""A post by its creator and its day: a creator makes one a day at most."""


def held(state: State) -> dict[Key, int]:
    """Where each post stands."""
    places = np.flatnonzero(state.posts.day > NO_DAY).tolist()
    lives = lives_of(state.posts, state.creators)
    found = {(place // lives, int(state.posts.day[place])): place for place in places}
    assert len(found) == len(places), "no two posts of a creator on a day"
    return found


# --- where posts stand --------------------------------------------------------------------------------------------


@settings(deadline=None)
@given(st.integers(1, 5), st.lists(st.tuples(st.integers(0, 2), st.booleans()), max_size=25))
def test_the_latest_posts_of_each_creator_stand_in_order_the_newest_first(
    lives: int, days: list[tuple[int, bool]]
) -> None:
    state = built(20, 3, posting__post_life=lives)
    posts, made = state.posts, [list[float]() for _ in range(3)]
    for day, (creator, liked) in enumerate(days):
        place = begin_post(posts, creator, lives, day)
        assert place == creator * lives
        assert (posts.views[place], posts.likes[place], posts.sponsored[place]) == (0, 0, 0.0)
        posts.quality[place] = 100.0 + day
        posts.topics[place] = day
        posts.views[place] += 10 * day
        posts.likes[place] += int(liked)
        made[creator].append(day)
    for creator, theirs in enumerate(made):
        stand = posts.day[creator * lives : (creator + 1) * lives]
        latest = theirs[::-1][:lives]
        assert stand.tolist() == latest + [NO_DAY] * (lives - len(latest))
    there = posts.day > NO_DAY
    assert (posts.quality[there] == 100.0 + posts.day[there]).all()
    assert (posts.topics[there] == posts.day[there][:, None]).all()
    assert (posts.views[there] == 10 * posts.day[there]).all()
    assert (posts.likes[there] == [days[day][1] for day in posts.day[there]]).all()


@given(st.integers(-5, 50), st.integers(1, 60))
def test_a_post_lives_as_many_days_as_it_is_told_to(made: int, lives: int) -> None:
    assert [lives_on(made, made + age, lives) for age in (0, lives - 1, lives)] == [True, True, False]
    assert not lives_on(NO_DAY, made, lives), "a post of no day never lives"


def test_places_are_those_of_the_creators_asked_for() -> None:
    state = built(20, 5, posting__post_life=3)
    assert lives_of(state.posts, state.creators) == 3
    assert np.arange(15)[newest(state.posts, state.creators)].tolist() == [0, 3, 6, 9, 12]
    assert places_of(state.posts, state.creators, np.array([1, 4])).tolist() == [3, 4, 5, 12, 13, 14]
    assert places_of(state.posts, state.creators, np.array([], dtype=np.int64)).size == 0


def test_a_post_can_be_seen_while_it_lives_and_the_newest_while_it_is_in_the_pools() -> None:
    state = built(20, 3, posting__post_life=2)
    state.posts.day[:] = [5, 4, 3, 2, 3, NO_DAY]
    state.creators.stage[:] = [-1, 1, -1]
    assert to_be_seen(state.posts, state.creators, 5).tolist() == [True, True, True, False, False, False]


def test_who_has_not_posted_is_shown_as_usual() -> None:
    state = built(20, 3)
    posts = no_posts(state.creators, 2)
    assert isinstance(posts, Posts)
    assert set(posts.day.tolist()) == {NO_DAY}
    np.testing.assert_array_equal(posts.quality[1::2], state.creators.talent)
    np.testing.assert_array_equal(posts.topics[::2], state.creators.topics)


# --- in a run -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"posting.post_life": 1},
        RENEWED,
        {"feed.mix.staged": 0.4, "feed.pools.least_views": 500, "creators.posting_rate_median": 0.15},
    ],
    ids=["several days", "one day", "renewal", "pools"],
)
def test_a_post_keeps_what_it_is_and_is_seen_while_it_lives(values: dict[str, object]) -> None:
    """And the views and likes that posts collect are, day by day, those of their creators."""
    model = FollowerModel(VALUES | values, seed=3, threads=1, interventions=BOUGHT)
    state, creators = model.state, model.state.creators
    lives, staged = lives_of(state.posts, creators), "feed.mix.staged" in values
    before: dict[Key, tuple[Any, ...]] = {}
    ages, last = set(), 0
    for day in range(20):
        in_pools = creators.stage >= 0
        model.step()
        now, views, likes = {}, np.zeros(30, np.int64), np.zeros(30, np.int64)
        for (creator, made), place in held(state).items():
            posts = state.posts
            what = (posts.quality[place], tuple(posts.topics[place]), posts.sponsored[place])
            now[creator, made] = (*what, posts.views[place], posts.likes[place])
            *same, seen, liked = before.get((creator, made), (*what, 0, 0))
            assert tuple(same) == what
            gained = posts.views[place] - seen, posts.likes[place] - liked
            views[creator], likes[creator] = views[creator] + gained[0], likes[creator] + gained[1]
            if gained[0] > 0:
                in_pool = in_pools[creator] and place % lives == 0
                assert day - made < lives or in_pool
                ages.add(day - made)
                last += day - made == lives - 1
            assert (made == day) == (place % lives == 0 and bool(creators.posted[creator]))
        np.testing.assert_array_equal(views, creators.views)
        np.testing.assert_array_equal(likes, creators.likes + np.where(creators.visible, creators.bought_likes, 0))
        before = now
    assert last > 20, "posts are seen on the last day of their lives"
    assert (max(ages) >= lives) == staged


def test_on_days_without_bought_likes_applause_is_of_each_post() -> None:
    model = FollowerModel(VALUES, seed=4, threads=1)
    model.run_for(8)
    shown = model.state.posts.likes / (1.0 + model.state.posts.likes)
    model.step()
    stayed = ~model.state.creators.posted.repeat(LIVES)
    np.testing.assert_array_equal(model.state.posts.applause[stayed], shown[stayed])
    assert np.unique(shown[stayed]).size > 10


def test_tails_make_hits_and_flops_and_a_normal_post_stays_one() -> None:
    """Of the middle of its creator's talent, by share of posts more than two standard deviations off."""
    shares = []
    for tail in (0.0, 0.3):
        values = {**VALUES, "posting.quality_tail": tail, "posting.quality_noise": 0.05}
        alike = {"creators.talent_mean": 0.5, "creators.regularity_mean": 0.0001, "creators.minds": "off"}
        model = FollowerModel(values | alike, seed=5, threads=1, record="posts")
        model.run_for(60)
        posts = model.result().posts
        off = posts["quality"].to_numpy() - model.state.creators.talent[posts["creator"]]
        inside = (posts["quality"] > 0.0) & (posts["quality"] < 1.0)
        shares.append(float((np.abs(off[inside]) > 0.1).mean()))
    assert 0.03 < shares[0] < 0.06
    assert shares[1] > shares[0] + 0.03


# --- by segment ---------------------------------------------------------------------------------------------------


def exposures(crossing: float, **values: Any) -> NDArray[np.int64]:
    """Views by segment of the user and of the creator, as sessions of the Mesa engine count them."""
    alone = {f"feed.mix.{name}": 0.0 for name in ("following", "friends", "popular", "interest")}
    world = {**VALUES, **SEGMENTED, **alone, "population.initial_follows": 0.0, "feed.crossing": crossing, **values}
    model = FollowerModel(world, seed=6, engine="mesa")
    state = model.state
    found = np.zeros((4, 4), np.int64)
    for user in model.agents:
        watch(user, found, state)
    model.run_for(8)
    return found


def watch(user: Any, found: NDArray[np.int64], state: State) -> None:
    see = user.see

    def counted(creator: int, showing: Any) -> Any:
        assert to_be_seen(state.posts, state.creators, state.day)[showing.post]
        found[state.users.segment[user.index], state.creators.segment[creator]] += showing.times
        return see(creator, showing)

    user.see = counted


@pytest.mark.parametrize("source", ["popular", "interest", "random"])
def test_without_crossing_users_see_their_own_segment_alone(source: str) -> None:
    found = exposures(0.0, **{"feed.mix.random": 0.0, f"feed.mix.{source}": 1.0})
    assert found.sum() > 1000
    assert (found == np.diag(found.diagonal())).all()
    assert (found.diagonal() > 0).all()


def test_with_crossing_others_are_seen_too() -> None:
    found = exposures(0.5)
    assert (found > 0).all()
    assert 0.3 < (found.sum() - np.trace(found)) / found.sum() < 0.5


# --- one history, one table ---------------------------------------------------------------------------------------


LIVELY: dict[str, dict[str, object]] = {
    "several days": {},
    "pools": {"feed.mix.staged": 0.5, "feed.pools.bar": 0.02, "feed.pools.least_views": 2},
    "segments": {**SEGMENTED, "feed.crossing": 0.2},
    "renewal": {**RENEWED, "population.burn_in": 6},
    "likes hidden": {"feed.hide_like_counts": True},
    "everything": {
        **SEGMENTED,
        **RENEWED,
        "feed.crossing": 0.3,
        "feed.mix.staged": 0.3,
        "feed.pools.bar": 0.02,
        "feed.pools.least_views": 2,
        "feed.hide_like_counts": True,
        "feed.half_life": 0.7,
        "leaving.reconsider": "all",
    },
}


@pytest.mark.parametrize("values", LIVELY.values(), ids=LIVELY)
def test_both_engines_have_one_history_and_record_the_same_posts(values: dict[str, object]) -> None:
    compiled, mesa = (
        Recorded(VALUES | values, seed=7, engine=engine, interventions=BOUGHT, record="posts") for engine in ENGINES
    )
    for model in (compiled, mesa):
        model.run_for(14)
    assert_same_history(compiled, mesa)
    assert len(compiled.result().posts) > 100


@pytest.mark.parametrize(
    ("values", "error"),
    [
        ({"feed.by_segment": True}, "feed.by_segment users.segments 1"),
        ({"feed.crossing": 0.2}, "feed.crossing 0.2 feed.by_segment"),
        ({"users.segments": 3, "feed.crossing": 0.2}, "feed.crossing 0.2 feed.by_segment"),
        ({"posting.post_life": 0}, "posting.post_life 0 1 60"),
        ({"posting.post_life": 1.5}, "posting.post_life 1.5 1 60"),
    ],
)
def test_what_has_no_effect_is_refused(values: dict[str, object], error: str) -> None:
    with raises(ParameterError, error):
        FollowerModel(VALUES | values, seed=1, threads=1)


def test_segments_may_be_turned_to_later_and_be_those_of_a_graph() -> None:
    graph = nx.karate_club_graph()
    later = [Intervention(5, "feed.by_segment", True)]
    with raises(ParameterError, "users.segments"):
        FollowerModel(social_graph=graph, interventions=later)
    nx.set_node_attributes(graph, {node: node % 2 for node in graph}, "segment")
    FollowerModel({"feed.crossing": 0.1}, social_graph=graph, interventions=later, threads=1).run_for(7)


# --- the table of posts -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("values", LIVELY.values(), ids=LIVELY)
def test_the_table_has_every_post_once_as_an_observer_counts_them(values: dict[str, object]) -> None:
    model = FollowerModel(VALUES | values, seed=8, threads=1, interventions=BOUGHT, record="posts")
    state, observed = model.state, dict[Key, tuple[Any, ...]]()
    for _ in range(15):
        model.step()
        for key, place in held(state).items():
            p = state.posts
            topic = int(p.topics[place].argmax())
            seen = (column[place] for column in (p.sponsored, p.views, p.likes, p.shares))
            observed[key] = (p.quality[place], topic, *seen)
    observed = {key: row for key, row in observed.items() if key[1] >= 0}
    result = model.result()
    rows = {(row.creator, row.day): tuple(row)[2:] for row in result.posts.itertuples(index=False)}
    assert len(rows) == len(result.posts)
    assert rows == observed
    daily = result.daily
    assert len(rows) == daily["posts"].sum()
    if "population.burn_in" not in values:
        assert result.posts["views"].sum() == daily["views"].sum()
    assert list(result.posts) == ["day", "creator", "quality", "topic", "sponsored", "views", "likes", "shares"]
    model.run_for(3)
    assert len(result.posts) == len(rows), "a result stays as it is while the run goes on"


def test_they_go_on_from_checkpoints_and_copies_and_come_back_from_disk_and_pickles(tmp_path: Path) -> None:
    whole, part = (
        FollowerModel(VALUES | LIVELY["everything"], seed=9, threads=1, interventions=BOUGHT, record="posts")
        for _ in range(2)
    )
    whole.run_for(14)
    part._recorder._limit = 20_000  # so that rows are on disk already
    part.run_for(7)
    saved = FollowerModel.from_checkpoint(part.save_checkpoint(tmp_path / "c"))
    for model in (saved, copy.deepcopy(part), part):
        model.run_for(7)
        assert same_tables(whole.result(), model.result()) == []
    loaded = load_result(whole.result().save(tmp_path / "out"))
    for result in (loaded, pickle.loads(pickle.dumps(part.result()))):
        assert same_tables(whole.result(), result) == []
    assert loaded.posts.equals(whole.result().posts)


def test_posts_from_before_day_zero_are_kept_with_the_world_they_live_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(at_rest, "cache_folder", lambda: str(tmp_path / "compiled"))
    results = []
    for _ in range(2):
        waited: list[int] = []
        values = VALUES | LIVELY["renewal"]
        model = FollowerModel(values, seed=10, threads=1, record="posts", progress=waited.append)
        assert (model.state.posts.day[model.state.posts.views > 0] < 0).any()
        model.run_for(5)
        results.append((model.result(), sum(waited)))
    (first, days), (again, none) = results
    assert (days, none) == (6, 0)
    assert same_tables(first, again) == []
    assert first.posts["day"].min() == 0


def test_the_table_of_posts_needs_no_memory_that_grows_with_the_run() -> None:
    model = FollowerModel(VALUES, seed=11, threads=1, record="posts")
    model._recorder._limit = 20_000
    for _ in range(6):
        model.run_for(10)
        assert sum(spool.nbytes for spool in model._recorder.spools()) <= 20_000
    assert len(model.result().posts) == model.result().daily["posts"].sum() > 500


def test_a_run_that_records_no_posts_says_how_to_have_them() -> None:
    for record in ("daily", "events"):
        model = FollowerModel(VALUES, seed=11, threads=1, record=record)  # type: ignore[arg-type]
        model.step()
        with raises(ResultError, "posts record='posts'"):
            _ = model.result().posts
