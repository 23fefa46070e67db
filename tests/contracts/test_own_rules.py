"""Rules of deciding of one's own: both engines live one history by them, and what breaks them is said."""

from __future__ import annotations

from typing import Any

import networkx as nx
import numpy as np
import pytest

from simulation.errors import FactorError, ParameterError, PluginError
from simulation.model import FollowerModel
from simulation.plugins import LikeRule
from tests.contracts.own import COLUMNS, CONTAGION, ENGINES, EVERYTHING, REASONS, liking
from tests.engines.histories import Recorded, assert_same_history, lived
from tests.told import raises

VALUES = {
    "population.creators": 6,
    "decision.follow_threshold": 0.5,
    "decision.follow_sharpness": 6.0,
    "leaving.base_hazard": 0.2,
    "users.attention_median": 2.0,
}


def club(days: int, **options: Any) -> Recorded:
    return lived(days, VALUES, seed=2, threads=1, social_graph=nx.karate_club_graph(), **options)


def test_both_engines_live_one_history_by_rules_and_columns_of_ones_own() -> None:
    compiled, mesa = (club(10, engine=engine, factors=REASONS, plugins=EVERYTHING) for engine in ENGINES)
    assert_same_history(compiled, mesa)
    for name in ("creator", "last", "days"):
        assert np.array_equal(getattr(compiled.state.memory, name), getattr(mesa.state.memory, name))
    without = club(10, engine="mesa", factors=REASONS, plugins=COLUMNS)
    assert [day.user.size for day in without.days] != [day.user.size for day in mesa.days]


def test_contagion_waits_for_the_third_day() -> None:
    model = club(2, engine="mesa", plugins=[CONTAGION])
    assert sum((day.kind == 1).sum() for day in model.days) == 0
    at_once = club(2, engine="mesa", plugins=[CONTAGION], **{"contagion.times": 1})
    assert sum((day.kind == 1).sum() for day in at_once.days) > 0


def test_a_parameter_of_a_plugin_is_one_like_all_others() -> None:
    model = FollowerModel({"contagion.times": 2, "population.users": 40}, plugins=[CONTAGION])
    assert model.parameters["contagion.times"] == 2
    with pytest.raises(ParameterError) as error:
        FollowerModel({"contagion.times": 9}, plugins=[CONTAGION])
    assert error.value.parameter == "contagion.times"
    with pytest.raises(ParameterError) as error:
        FollowerModel({"contagion.tims": 2}, plugins=[CONTAGION])
    assert error.value.near[0] == "contagion.times"
    with pytest.raises(ParameterError) as error:
        FollowerModel({"contagion.times": 2})
    assert error.value.parameter == "contagion.times"


def test_memory_is_kept_only_where_a_rule_reads_it() -> None:
    assert club(0, engine="mesa", plugins=[CONTAGION]).state.memory.creator.shape == (34, 64)
    assert club(0, engine="mesa", plugins=[LikeRule("warmth", lambda met, choice, p: 0.5)]).state.memory.days.size == 0


@pytest.mark.parametrize("engine", ENGINES)
def test_a_rule_that_gives_no_probability_is_refused_with_its_name_and_place(engine: Any) -> None:
    with pytest.raises(PluginError) as error:
        club(3, engine=engine, factors=REASONS, plugins=EVERYTHING, **{"warmth.outburst": 1.5})
    assert error.value.plugin == "warmth"
    assert all(word in str(error.value) for word in ("like rule", "1.5", "user 7", "day 1"))


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("name", ["contagion", "warmth", "parting", "boredom", "factors.known"])
def test_a_rule_that_raises_is_named_with_the_place_and_the_cause(engine: Any, name: str) -> None:
    with raises(PluginError, f"{name[8:] if '.' in name else name}' raised ZeroDivisionError user day 6") as error:
        club(8, engine=engine, factors=REASONS, plugins=EVERYTHING, **{f"{name}.fuse": 6})
    assert isinstance(error.value, PluginError) and error.value.plugin == name.rpartition(".")[2]
    assert isinstance(error.value.__cause__, ZeroDivisionError)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_factor_that_leaves_its_bounds_on_a_later_day_is_refused(engine: Any) -> None:
    with raises(FactorError, "'known' [0, 1] user creator day 5", plugin="known"):
        club(8, engine=engine, factors=REASONS, plugins=EVERYTHING, **{"factors.known.excess": 1.5})


def test_plugins_need_names_of_their_own() -> None:
    for plugins, name in (([CONTAGION, CONTAGION], "contagion"), ([LikeRule("feed", liking)], "feed")):
        with pytest.raises(PluginError) as error:
            FollowerModel(plugins=plugins)
        assert error.value.plugin == name


@pytest.mark.parametrize("engine", ENGINES)
def test_a_rule_cannot_write_into_a_column(engine: Any) -> None:
    def scribble(encounter: Any, choice: Any, p: Any) -> float:
        if encounter.day == 2:
            encounter.own.fame[0] = 7.0
        return choice.chance

    with raises(PluginError, "scribble", plugin="scribble") as error:
        club(4, engine=engine, plugins=[*COLUMNS, LikeRule("scribble", scribble)])
    assert "read" in str(error.value)


def test_what_cannot_be_compiled_is_told_with_its_line() -> None:
    def wordy(encounter: Any, choice: Any, p: Any) -> float:
        first = choice.chance
        return first if len(f"{encounter.user}") > 1 else sorted([first, 0.5])[0]

    with pytest.raises(PluginError) as error:
        club(1, plugins=[LikeRule("wordy", wordy)])
    assert error.value.plugin == "wordy"
    assert "line " in str(error.value) and "test_own_rules.py" in str(error.value)
