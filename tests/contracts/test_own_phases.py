"""Columns and phases of one's own: written every day, read by factors, recorded, and the same in both engines."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import pytest

from simulation.columns import Column
from simulation.creators.acts import Act
from simulation.declare import Section, parameter
from simulation.errors import ParameterError, PluginError
from simulation.interventions import Intervention
from simulation.records import load_result
from simulation.worlds import Phase, WorldView
from tests.contracts.own import ENGINES, EVERYTHING, LONELINESS, LUCK, REASONS, SHOWN
from tests.engines.histories import Recorded, assert_same_history, lived
from tests.told import raises

VALUES = {"population.creators": 6, "decision.follow_threshold": 0.6, "decision.follow_sharpness": 6.0}


class Lonely(Section):
    pace: float = parameter(0.2, about="Share of loneliness that a day renews", unit="1/day", bounds=(0.0, 1.0))


def grow_lonely(world: WorldView, p: Any) -> None:
    alone = 1.0 / (1.0 + world.follows.length)
    world.columns.loneliness[:] += p.pace * (alone - world.columns.loneliness)
    world.columns.shown[:, 1] = world.creators.views
    world.columns.luck[:] = world.draw(world.columns.luck.size)


GROWTH = Phase("growth", after="settle", do=grow_lonely, parameters=Lonely())
BADGE = Act(
    "verified_badge",
    about="Whether each creator named carries a badge",
    unit="1",
    do=lambda world, who, value: world.columns.verified.__setitem__(who, value),
)
PLUGINS: list[Any] = [*EVERYTHING, GROWTH, BADGE]
OWN: dict[str, Any] = {"factors": REASONS, "plugins": PLUGINS}


def club(days: int, **options: Any) -> Recorded:
    return lived(days, VALUES, seed=2, threads=1, social_graph=nx.karate_club_graph(), **options)


@pytest.fixture(scope="module")
def both() -> list[Recorded]:
    """The same days on either engine."""
    return [club(8, engine=engine, **OWN) for engine in ENGINES]


def test_both_engines_live_one_history(both: list[Recorded]) -> None:
    assert_same_history(*both)
    for of in ("users", "creators"):
        assert np.array_equal(*(getattr(model.state, of).own for model in both))


def test_what_is_recorded_can_be_read_from_a_saved_result(both: list[Recorded], tmp_path: Path) -> None:
    model = both[0]
    found = load_result(model.result().save(tmp_path / "run"))
    users = found.users
    np.testing.assert_array_equal(users["loneliness"], model.state.users.own[:, 0])
    assert "luck" not in users
    daily = found.daily
    assert daily["loneliness"].iloc[-1] == pytest.approx(users["loneliness"].mean())
    assert daily["loneliness"].diff().iloc[1:].abs().min() > 0.0
    last = found.creator_days[found.creator_days["day"] == 7]
    np.testing.assert_array_equal(last["shown_1"], last["views"])


def test_draws_belong_to_the_plugin_and_the_day(both: list[Recorded]) -> None:
    luck = both[0].state.users.own[:, 1]
    alone = club(8, engine="mesa", plugins=[LUCK, SHOWN, LONELINESS, GROWTH]).state.users.own[:, 0]
    assert np.array_equal(luck, alone)
    assert not np.array_equal(luck, club(7, engine="mesa", plugins=PLUGINS).state.users.own[:, 1])


def test_arrays_of_the_model_are_written_where_that_is_said_only() -> None:
    def cheer(world: WorldView, p: Any) -> None:
        world.users.mood[:] = 1.0

    with pytest.raises(PluginError) as error:
        club(1, engine="mesa", plugins=[Phase("cheer", after="take_in", do=cheer)])
    assert error.value.plugin == "cheer"
    assert "writes=('users.mood',)" in str(error.value)
    model = club(1, engine="mesa", plugins=[Phase("cheer", after="take_in", do=cheer, writes=("users.mood",))])
    assert (model.state.users.mood == 1.0).all()


def broken(world: WorldView, p: Any) -> None:
    world.columns.loneliness[3] = 1.0 / world.day if world.day else np.nan


@pytest.mark.parametrize(
    ("phase", "facts"),
    [
        (Phase("broken", after="watch", do=broken), ("loneliness", "day 0", "finite")),
        (Phase("broken", after="watch", do=lambda world, p: {}[world.day]), ("KeyError", "day 0")),
        (Phase("broken", after="watch", do=lambda world, p: world.columns.loneliness.fill("x")), ("ValueError",)),
    ],
)
def test_a_phase_that_fails_is_named_with_the_day(phase: Phase, facts: tuple[str, ...]) -> None:
    with pytest.raises(PluginError) as error:
        club(1, engine="mesa", plugins=[LONELINESS, phase])
    assert error.value.plugin == "broken"
    assert all(fact in str(error.value) for fact in facts)


def test_bad_declarations_are_refused() -> None:
    with pytest.raises(PluginError) as error:
        Phase("late", after="dinner", do=broken)
    assert all(word in str(error.value) for word in ("late", "dinner", "settle"))
    with pytest.raises(PluginError) as error:
        Phase("writer", after="watch", do=broken, writes=("users.moods",))
    assert all(word in str(error.value) for word in ("writer", "users.moods"))
    for wrong in ({"of": "posts"}, {"width": 0}, {"start": float("nan")}, {"of": "ties", "width": 2}, {"name": "a b"}):
        with pytest.raises(PluginError) as error:
            Column(**{"name": "trust", "of": "users", **wrong})  # type: ignore[arg-type]
        assert str(error.value).startswith("column ")
    with pytest.raises(PluginError) as error:
        club(0, engine="mesa", plugins=[Column("trust", of="users", start=lambda count, draw: np.zeros(3))])
    assert all(word in str(error.value) for word in ("trust", "(3,)", "(34,)"))


@pytest.mark.parametrize("engine", ENGINES)
def test_an_act_of_ones_own_is_done_on_its_day(engine: Any) -> None:
    plan = [Intervention(2, "verified_badge", 1, (1, 4))]
    options = OWN | {"engine": engine}
    assert club(2, interventions=plan, **options).state.creators.own[:, 2].tolist() == [0.0] * 6
    model = club(8, interventions=plan, **options)
    assert model.state.creators.own[:, 2].tolist() == [0.0, 1.0, 0.0, 0.0, 1.0, 0.0]
    without = club(8, **options)
    gained = [m.state.creators.total_gained[[1, 4]].sum() for m in (model, without)]
    assert gained[0] > gained[1]


def test_an_act_that_is_not_there_is_refused() -> None:
    with raises(ParameterError, "verified_badge"):
        club(0, engine="mesa", interventions=[Intervention(2, "verified_badge", 1, (1,))])
    with raises(ParameterError, "verified_badge", "1.5"):
        Intervention(2, "verified_badge", 1.5, (1,))
