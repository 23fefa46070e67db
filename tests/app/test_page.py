"""Controls, player, layout and the page itself, without a browser."""

import asyncio
import math
from types import SimpleNamespace
from typing import Any

import numpy as np
import param
import pytest

from simulation.app.beginnings import USERS, beginning
from simulation.app.drawing import DOT, SIDE, ground
from simulation.app.layout import MOST_NODES, layout
from simulation.app.page import Page
from simulation.app.player import GIVE_UP, Player, Speed
from simulation.app.session import Session
from simulation.app.sliders import FIRST, groups, reach, title
from simulation.columns import Column
from simulation.creators.acts import Act
from simulation.creators.strategies import Strategy, week
from simulation.declare import Section, parameter
from simulation.engines.agents import User
from simulation.parameters import KNOWN
from simulation.plugins import FollowRule
from simulation.presets import PRESETS, Preset
from tests.told import tells

SMALL = beginning(
    "instagram", {"population.users": 80, "decision.follow_threshold": 0.6, "leaving.base_hazard": 0.3}, seed=4
)


@pytest.fixture
def page() -> Page:
    return Page(SMALL, threads=1)


def said(page: Page, place: str) -> str:
    data: dict[str, Any] = page._texts.data
    return str(data["html"][data["place"].index(place)])


def control(page: Page, name: str, place: str = "first") -> Any:
    return next(one for one in page.controls.shown[place] if one.name == name)


def drag(page: Page, name: str, value: float) -> None:
    """Let go of a slider at a value."""
    widget = control(page, name).widget
    with param.edit_constant(widget):
        widget.param.update(value=value, value_throttled=value)


# Sliders --------------------------------------------------------------------------------------------------------


def test_a_slider_reaches_over_its_default_and_stays_within_bounds() -> None:
    for name, declared in KNOWN.items():
        if declared.low is None or declared.high is None:
            continue
        low, high, step = reach(declared)
        assert declared.low <= low <= declared.default <= high <= declared.high, name
        assert low < high, name
        assert 0 < step <= (high - low) / 2, name
        if isinstance(declared.default, int):
            assert all(float(number).is_integer() for number in (low, high, step)), name


@pytest.mark.parametrize("preset", PRESETS)
def test_every_preset_can_be_shown(preset: str) -> None:
    made = Page(beginning(preset), threads=1)
    users = PRESETS[preset].values.get("population.users", USERS)
    assert control(made, "population.users").widget.value == made.session.a.users == users
    made._stepped()
    assert said(made, "day") == "1"


def test_every_control_follows_to_every_preset(page: Page) -> None:
    """Also one with a value beyond the reach of a slider, or at its very end."""
    for part in page.controls.root:
        if hasattr(part, "collapsed"):
            part.collapsed = False
    for preset in PRESETS:
        page.toolbar.preset.value = preset
        for controls in page.controls.shown.values():
            for one in controls:
                assert one.widget.value == page.session.value_of(one.name)
    assert page.session.a.scenario.preset == list(PRESETS)[-1]


def test_every_parameter_stands_in_one_group_and_the_first_are_known() -> None:
    listed = [declared.name for group in groups(KNOWN.values()).values() for declared in group]
    assert sorted(listed) == sorted(KNOWN)
    assert set(FIRST) <= set(KNOWN)
    assert title("minds.mood.loss_aversion") == "mood: loss aversion"


def test_groups_are_made_when_opened_and_any_parameter_is_found(page: Page) -> None:
    card = next(part for part in page.controls.root if getattr(part, "title", "").startswith("minds · mood"))
    assert list(card.objects) == []
    card.collapsed = False
    assert len(card.objects) == len(groups(KNOWN.values())["minds · mood"])
    page.controls.search.value = "trends.births"
    assert control(page, "trends.births", "found").widget.value == KNOWN["trends.births"].default


def test_units_help_and_bounds_are_told(page: Page) -> None:
    slider = control(page, "leaving.base_hazard")
    assert slider.widget.label == "base hazard (1/reconsideration)"
    about = slider.root[1].object
    assert tells(about, "hazard unfollowing Allowed: 0 .. 1")
    assert tells(about, "start")
    assert "any day" in control(page, "feed.popularity_bias").root[1].object


# The page -------------------------------------------------------------------------------------------------------


def test_a_lever_moves_a_parameter_waits_and_the_message_says_so(page: Page) -> None:
    page._stepped()
    drag(page, "feed.popularity_bias", 2.0)
    assert said(page, "message") == "<span class='right'>From day 1 on, run A has feed.popularity_bias = 2.0.</span>"
    assert "feed.popularity_bias=2.0 (next day)" in said(page, "interventions")
    drag(page, "leaving.base_hazard", 0.1)
    assert tells(said(page, "message"), "Reset")
    assert page.toolbar.reset.label == "Reset (1 change pending)"
    page.toolbar.reset.clicks += 1
    assert page.session.a.model.parameters["leaving.base_hazard"] == 0.1
    assert page.toolbar.reset.label == "Reset"
    assert said(page, "interventions") == "<p class='empty'>None yet.</p>"
    assert control(page, "feed.popularity_bias").widget.value == 1.0


def test_an_invalid_value_is_said_and_the_slider_goes_back(page: Page) -> None:
    page._stepped()
    lane = page.session.a
    drag(page, "feed.popularity_bias", 9.0)
    assert tells(said(page, "message"), "class='wrong' feed.popularity_bias 9.0")
    assert "0 to 5" in said(page, "message")
    assert control(page, "feed.popularity_bias").widget.value == 1.0
    assert (page.session.a, lane.scenario.interventions) == (lane, ())


def test_boxes_and_words_are_set_too(page: Page) -> None:
    control(page, "feed.hide_like_counts").widget.value = True
    assert page.session.a.model.parameters["feed.hide_like_counts"] is True
    page.controls.search.value = "social_graph.family"
    control(page, "social_graph.family", "found").widget.value = "none"
    assert page.session.a.model.parameters["social_graph.family"] == "none"
    drag(page, "session.session_cap", 30)
    assert page.session.a.model.parameters["session.session_cap"] == 30


def test_acts_are_done_and_refused_in_words(page: Page) -> None:
    page.act("bought_followers", "50", "1, 3")
    assert tells(said(page, "message"), "0 A bought_followers=50 @ 1,3")
    page.act("bought_followers", "50", "")
    assert tells(said(page, "message"), "creators which")
    page.act("bought_followers", "many", "1")
    assert "whole number" in said(page, "message")
    page.acts.act.value = "keep_strategy"
    assert "chase_trends" in page.acts._help.object
    page._stepped()
    assert page.session.a.model.state.creators.bought[[1, 3]].tolist() == [50, 50]


def test_two_runs_are_compared(page: Page) -> None:
    page._stepped()
    assert "Turn on <b>Compare</b>" in said(page, "versus")
    page.toolbar.compare.value = True
    assert page.lane == "B"
    assert tells(said(page, "versus"), "same")
    control(page, "feed.hide_follower_counts").widget.value = True
    for _ in range(3):
        page._stepped()
    assert "run B, day 1: feed.hide_follower_counts = true" in said(page, "versus")
    assert "Run A" in said(page, "held") and "Run B" in said(page, "held")
    page.toolbar.lane.value = "A"
    assert control(page, "feed.hide_follower_counts").widget.value is False
    page.toolbar.compare.value = False
    assert page.session.b is None
    assert "Run B" not in said(page, "held")


def test_preset_seed_and_engine(page: Page) -> None:
    page._stepped()
    page.toolbar.preset.value = "two_state"
    assert (page.session.day, page.session.a.creators) == (0, 1)
    page.toolbar.seed.value = 9
    assert page.session.seed == 9
    page.toolbar.seed.value = -1
    assert (page.session.seed, page.toolbar.seed.value) == (9, 9)
    assert "seed" in said(page, "message")
    page.toolbar.engine.value = "mesa"
    assert page.session.a.model.engine == "mesa"


def test_a_user_and_a_creator_are_picked(page: Page) -> None:
    for _ in range(8):
        page._stepped()
    user = int(page.session.a.model.state.creators.user[7])
    page.pick(user)
    assert (page.user.user, page.creator.creator, page.graph.chosen) == (user, 7, 7)
    assert tells(said(page, "user"), f"User {user} creator 7")
    assert f"User {user}, rank" in said(page, "creator")
    page.pick_user.value = 80
    assert tells(said(page, "message"), "user 80 0 79")
    assert page.pick_user.value == user
    page.pick_creator.value = 99
    assert tells(said(page, "message"), "creator 99 0")
    page.colour.value = "authenticity"
    assert "authenticity" in said(page, "graph")


def test_a_click_finds_the_nearest_node(page: Page) -> None:
    drawn = layout(page.session.a.model.state)
    x, y = drawn.at[33]
    page.graph._tap(SimpleNamespace(x=x + 1e-6, y=y))
    assert page.user.user == 33
    page.graph._tap(SimpleNamespace(x=None, y=None))  # beside the drawing
    assert page.user.user == 33


def test_a_preset_that_does_not_fit_is_refused(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(PRESETS, "tiktok", Preset("Too many creators.", {"population.creators": USERS + 1}))
    page.toolbar.preset.value = "tiktok"
    assert "Not changed" in said(page, "message")
    assert page.toolbar.preset.value == page.session.a.scenario.preset == "instagram"


def test_downloads(page: Page) -> None:
    page._stepped()
    assert page.toolbar.save.callback().getvalue()[:2] == b"PK"
    assert "seed = 4" in page.toolbar.toml.callback().getvalue()


# Playing --------------------------------------------------------------------------------------------------------


def test_no_day_is_lived_that_the_browser_cannot_follow(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr("simulation.app.player.time.monotonic", lambda: now[0])
    session = Session(SMALL, threads=1)
    player = Player(session, lambda: player.drew())
    asyncio.run(player.tick())
    assert session.day == 0  # paused
    player.playing = True
    for _ in range(5):
        asyncio.run(player.tick())
    assert session.day == player.drawn == 2  # one on screen to come, and one ahead
    player.seen(1)
    asyncio.run(player.tick())
    assert session.day == 3
    now[0] += GIVE_UP + 1
    asyncio.run(player.tick())
    assert session.day == 4
    player.seen(4)
    player.speed = Speed(7, 1.0)
    assert not player.due()
    now[0] += 1.0
    asyncio.run(player.tick())
    assert session.day == 11


# The graph ------------------------------------------------------------------------------------------------------


def test_the_layout_is_the_same_each_time_and_holds_every_tie() -> None:
    state = Session(SMALL, threads=1).a.model.state
    first, again = layout(state), layout(state)
    assert np.array_equal(first.at, again.at)
    assert first.users.tolist() == list(range(80))
    assert len(first.edges) == state.peers.peer.size // 2
    assert np.abs(first.at).max() <= 1.0
    assert len(np.unique(first.at, axis=0)) == 80


def test_of_many_users_creators_are_drawn_first() -> None:
    state = Session(beginning(values={"population.users": 4000, "population.creators": 30}), threads=1).a.model.state
    drawn = layout(state)
    assert drawn.users.size == MOST_NODES
    assert set(state.creators.user) <= set(drawn.users)


def test_nobody_knows_anybody() -> None:
    state = Session(SMALL.with_values({"social_graph.family": "none"}), threads=1).a.model.state
    drawn = layout(state)
    assert len(drawn.edges) == 0
    assert len(np.unique(drawn.at, axis=0)) == 80
    picture = ground(drawn, np.ones(80, bool))
    assert picture.shape == (SIDE, SIDE)
    assert (picture == DOT).sum() > 80 * 10
    assert math.isclose(float(np.hypot(*drawn.at.T).max()), 1.0, abs_tol=0.05)


# What is brought --------------------------------------------------------------------------------------------------


class Pushy(Section):
    push: float = parameter(0.5, about="Chance to follow whatever is seen", bounds=(0.0, 1.0), kind="lever")


VERIFIED = Column("verified", of="creators")
BADGE = Act("badge", about="A badge", unit="1", do=lambda world, who, value: world.columns.verified.fill(value))
OWN = beginning(
    values={"population.users": 40, "population.creators": 5, "pushy.push": 0.25},
    plugins=[
        FollowRule("pushy", lambda encounter, choice, p: p.push, Pushy()),
        Strategy("hermit", lambda me, p: week(pace=0.1)),
        VERIFIED,
        BADGE,
    ],
    user_type=type("Fan", (User,), {}),
)


def test_plugins_and_agent_classes_are_there_and_can_be_changed() -> None:
    page = Page(OWN, threads=1)
    assert page.session.engine == page.toolbar.engine.value == "mesa"
    page._engine(SimpleNamespace(new="compiled"))
    assert page.toolbar.engine.value == "mesa"
    assert "agent classes" in said(page, "message")
    assert "pushy.push" in page.controls.search.options
    widget = control(page, "pushy.push").widget
    assert (widget.value, widget.start, widget.end) == (0.25, 0.0, 1.0)
    drag(page, "pushy.push", 0.75)
    assert page.session.a.scenario.parameters["pushy.push"] == 0.75
    page._stepped()
    drag(page, "pushy.push", 1.0)
    assert "badge" in page.acts.act.options
    page.acts.act.value = "keep_strategy"
    assert "hermit" in page.acts._help.object
    page.act("keep_strategy", "hermit", "0")
    page.act("badge", "1", "0, 1")
    page._stepped()
    model = page.session.a.model
    assert model.parameters["pushy.push"] == 1.0
    assert (model.state.creators.own == 1.0).all()
    assert [item.value for item in model.interventions] == [1.0, "hermit", 1.0]
    page._compare(SimpleNamespace(new=True))
    assert page.session.b is not None
    assert page.session.b.scenario.user_type is OWN.user_type
    page._use_preset("chronological")
    assert page.session.a.scenario.plugins == OWN.plugins
    assert control(page, "pushy.push").widget.value == 0.5
