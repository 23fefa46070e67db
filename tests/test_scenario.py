"""One description of everything that decides a history: complete, frozen, and the same out of a file."""

from __future__ import annotations

import copy
import pickle
import re
import sys
from dataclasses import FrozenInstanceError
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import pytest

from simulation.engines.agents import User
from simulation.errors import ConfigError, FollowerDynamicsError, GraphError, ParameterError
from simulation.factors import FACTORS, Encounter, Factor
from simulation.interventions import Intervention
from simulation.model import FollowerModel
from simulation.naming import load_object, reference_of
from simulation.parameters import Parameters
from simulation.presets import PRESETS
from simulation.records import same_tables
from simulation.scenario import Scenario, scenario_from
from tests.told import raises

SMALL = {"population.users": 60, "population.creators": 8}
CLUB = nx.karate_club_graph()
PLAN = (Intervention(2, "feed.popularity_bias", 0.2), Intervention(3, "bought_followers", 5, (1, 4)))


def humour(encounter: Encounter, p: Any) -> float:
    return encounter.quality * p.weight / 100.0


HUMOUR = Factor("humour", humour)


class Loyal(User):
    """A user who never leaves a creator."""


class Noisy(FollowerModel):
    """A model of the user's own."""


def lived(scenario: Scenario, days: int = 5, **run: Any) -> Any:
    model = scenario.model(threads=1, **run)
    model.run_for(days)
    return model.result()


FULL = Scenario(
    {"feed.popularity_bias": 0.7},
    preset="tiktok",
    seed=4,
    luck=9,
    social_graph=CLUB,
    creators=[3, 5, 7, 20, 33],
    interventions=PLAN,
    days=6,
)


class TestOneDescription:
    def test_a_model_is_of_the_scenario_that_its_arguments_make(self) -> None:
        model = FollowerModel(
            {"feed.popularity_bias": 0.7},
            preset="tiktok",
            seed=4,
            luck=9,
            social_graph=CLUB,
            creators=[3, 5, 7, 20, 33],
            interventions=PLAN,
            threads=1,
        )
        assert model.scenario == FULL.replace(days=None)
        model.run_for(5)
        assert same_tables(model.result(), lived(FULL)) == []

    def test_it_is_frozen_and_stands_in_sets(self) -> None:
        with pytest.raises(FrozenInstanceError):
            FULL.seed = 5  # type: ignore[misc]
        with pytest.raises(TypeError):
            FULL.values["feed.popularity_bias"] = 1.0  # type: ignore[index]
        assert len({FULL, FULL.replace(seed=4), FULL.with_values({"feed.popularity_bias": 0.7})}) == 1
        assert FULL.with_interventions(Intervention(4, "purge", 0.5)) != FULL

    def test_what_gives_one_history_is_equal_however_it_is_said(self) -> None:
        named = Scenario(SMALL, preset="tiktok", seed=1)
        assert named == Scenario(named.parameters, seed=1, luck=1) == Scenario(dict(named.parameters.flat()), seed=1)
        assert named.digest() != named.replace(luck=2).digest() != named.replace(preset=None).digest()

    @pytest.mark.parametrize("how", [copy.deepcopy, copy.copy, lambda one: pickle.loads(pickle.dumps(one))])
    def test_copies_are_equal(self, how: Any) -> None:
        other = how(FULL)
        assert other == FULL
        assert other.days == FULL.days
        assert other.foreign == ()

    def test_what_is_foreign_is_told_with_its_text_and_version(self) -> None:
        scenario = Scenario(SMALL, factors=[*FACTORS, HUMOUR], user_type=Loyal, model_type=Noisy)
        assert scenario.foreign == ("factor 'humour'", "agent class 'Loyal'", "model class 'Noisy'")
        told = scenario.description()
        assert "encounter.quality * p.weight" in told["factors"][-1]["source"]
        assert "never leaves a creator" in told["user_type"]["source"]
        assert (told["creator_type"]["own"], told["creator_type"]["source"]) == (True, None)
        assert pickle.loads(pickle.dumps(scenario)) == scenario
        assert scenario.digest() != Scenario(SMALL, factors=[*FACTORS, HUMOUR]).digest()
        assert isinstance(scenario.model(engine="mesa"), Noisy)

    @pytest.mark.parametrize(
        ("given", "error"),
        [
            ({"values": {"feed.popularity_bais": 1}}, ParameterError),
            ({"values": Parameters(), "preset": "tiktok"}, ParameterError),
            ({"days": 0}, ParameterError),
            ({"days": 2, "interventions": PLAN}, ParameterError),
            ({"values": {"population.users": 5}, "social_graph": CLUB}, ParameterError),
            ({"social_graph": [(0, 1)]}, GraphError),
            ({"values": {"factors.talent.weight": 2.0}, "factors": [HUMOUR]}, ParameterError),
            ({"user_type": int}, ParameterError),
            ({"model_type": int}, ParameterError),
        ],
        ids=lambda part: "-".join(part) if isinstance(part, dict) else "",
    )
    def test_what_does_not_fit_is_refused(self, given: dict[str, Any], error: Any) -> None:
        with pytest.raises(error) as caught:
            Scenario(**given)
        assert isinstance(caught.value, FollowerDynamicsError)

    def test_a_description_gives_the_scenario_again(self) -> None:
        again = scenario_from(FULL.description(), social_graph=FULL.graph(), creators=FULL.creators)
        assert again.replace(days=6) == FULL

    def test_a_description_finds_code_of_ones_own_or_refuses(self) -> None:
        scenario = Scenario(SMALL, factors=[*FACTORS, HUMOUR], user_type=Loyal, model_type=Noisy)
        assert scenario_from(scenario.description(), social_graph=None, creators=None) == scenario

        class Hidden(User):
            """Found by no name."""

        told = Scenario(SMALL, user_type=Hidden).description()
        with pytest.raises(ParameterError) as caught:
            scenario_from(told, social_graph=None, creators=None)
        assert (caught.value.parameter, caught.value.value) == ("user_type", "Hidden")
        assert scenario_from(told, social_graph=None, creators=None, user_type=Hidden).user_type is Hidden
        told["user_type"] |= {"reference": "nowhere:Hidden"}
        with raises(ParameterError, "nowhere"):
            scenario_from(told, social_graph=None, creators=None)


class TestFile:
    def test_one_file_runs_on_its_own(self, tmp_path: Path) -> None:
        path = FULL.save(tmp_path / "club.toml")
        again = Scenario.from_toml(path)
        assert again == FULL
        assert same_tables(lived(FULL, 6), lived(again, 6)) == []

    def test_all_parameters_are_in_it_or_only_those_that_were_set(self) -> None:
        scenario = Scenario({"feed.popularity_bias": 0.7}, preset="tiktok")
        assert "\npreset" not in scenario.to_toml()
        assert "stage_growth" in scenario.to_toml() or scenario.to_toml().count("\n") > 150
        short = scenario.to_toml(short=True, engine="mesa")
        assert ('preset = "tiktok"' in short, 'engine = "mesa"' in short, short.count("\n") < 12) == (True, True, True)

    @pytest.mark.parametrize("short", [True, False])
    def test_a_generated_graph_needs_no_file(self, tmp_path: Path, short: bool) -> None:
        scenario = Scenario(SMALL, preset="instagram", seed=3, interventions=PLAN, days=9)
        path = tmp_path / "one.toml"
        path.write_text(scenario.to_toml(short=short))
        assert Scenario.from_toml(path) == scenario
        assert Scenario.from_toml(path, seed=8).seed == 8

    def test_the_preset_is_noted_and_sets_nothing(self, tmp_path: Path) -> None:
        path = tmp_path / "one.toml"
        for name in PRESETS:
            scenario = Scenario({"feed.popularity_bias": 0.7}, preset=name, factors=FACTORS[:2])
            path.write_text(scenario.to_toml())
            assert Scenario.from_toml(path).preset == name
            assert Scenario.from_toml(path) == scenario
        path.write_text('[run]\norigin = "polya"\n')
        assert Scenario.from_toml(path).preset == "polya"
        assert Scenario.from_toml(path) == Scenario()
        path.write_text('[run]\norigin = "forgotten"\n')
        assert Scenario.from_toml(path).preset is None

    def test_a_graph_that_was_given_needs_a_place(self) -> None:
        with raises(ConfigError, "social graph"):
            FULL.to_toml()

    def test_labels_and_attributes_of_a_graph_come_back(self, tmp_path: Path) -> None:
        graph = nx.relabel_nodes(CLUB, {place: f"member {place}" for place in CLUB})
        again = Scenario.from_toml(Scenario(social_graph=graph).save(tmp_path / "club.toml"))
        given = again.graph()
        assert given.labels is not None
        assert set(given.labels) == set(graph)
        assert list(given.node_attributes) == ["club"]

    def test_a_stored_result_holds_it(self, tmp_path: Path) -> None:
        result = lived(FULL, 6)
        result.save(tmp_path / "out")
        again = Scenario.from_toml(tmp_path / "out" / "scenario.toml")
        assert again == FULL
        assert same_tables(lived(again, 6), result) == []

    def test_rules_of_a_file_beside_it(self, tmp_path: Path) -> None:
        (tmp_path / "mine.py").write_text(
            "from simulation import FACTORS, Factor\nfrom simulation.engines.agents import User\n"
            "def fun(encounter, p):\n    return encounter.quality\n"
            "novelty = Factor('novelty', fun)\nclass Calm(User):\n    pass\n"
        )
        (tmp_path / "run.toml").write_text(
            '[run]\nfactors = ["talent", "mine.py:novelty"]\nuser_type = "mine.py:Calm"\n'
            "[population]\nusers = 60\ncreators = 8\n"
        )
        scenario = Scenario.from_toml(tmp_path / "run.toml")
        assert scenario.foreign == ("factor 'novelty'", "agent class 'Calm'")
        (tmp_path / "again.toml").write_text(scenario.to_toml())
        assert Scenario.from_toml(tmp_path / "again.toml") == scenario
        assert f"{tmp_path / 'mine.py'}:novelty" in (tmp_path / "again.toml").read_text(), "another process finds it"

    def test_what_no_file_defines_is_named_and_then_refused(self, tmp_path: Path) -> None:
        scope: dict[str, Any] = {}
        exec("def typed(encounter, p):\n    return encounter.quality", scope)
        path = tmp_path / "run.toml"
        scenario = Scenario(SMALL, factors=[Factor("typed", scope["typed"])])
        path.write_text(scenario.to_toml())
        with raises(ParameterError, "source text"):
            scenario.digest()
        with raises(ConfigError, "notebook"):
            Scenario.from_toml(path)

    @pytest.mark.parametrize(
        ("text", "near"),
        [
            ("[run]\nsed = 1\n", "seed"),
            ("[fed]\npopularity_bias = 1\n", "[feed]"),
            ("[feed]\npopularity_bais = 1\n", "feed.popularity_bias"),
            ('[run]\nfactors = ["talnt"]\n', "talent"),
            ('[run]\nuser_type = "nowhere.py:Calm"\n', "nowhere.py"),
            ('[[interventions]]\nday = 1\nlever = "purge"\nvalu = 1\n', "value"),
            ("[run]\ndays = 0\n", "days 1"),
            ("[run]\ncreators = 3\n", "creators list users"),
            ('[run]\nsocial_graph = "friends.csv"\n', "graph"),
            ('social_graph = "friends.csv"\n', "graph [run]"),
            ("[sweep]\ndays = 3\n", "follower-dynamics sweep run"),
        ],
    )
    def test_a_typo_names_the_nearest_key(self, tmp_path: Path, text: str, near: str) -> None:
        path = tmp_path / "run.toml"
        path.write_text(text)
        with raises(ConfigError, path, near):
            Scenario.from_toml(path)

    def test_a_graph_that_is_not_there_is_blamed_on_the_file_that_names_it(self, tmp_path: Path) -> None:
        path = tmp_path / "run.toml"
        path.write_text('[run]\ngraph = "missing.csv"\n')
        with pytest.raises(GraphError) as caught:
            Scenario.from_toml(path)
        assert str(path) in str(caught.value) and str(tmp_path / "missing.csv") in str(caught.value)
        with pytest.raises(GraphError) as caught:
            Scenario.from_toml(path, graph=tmp_path / "other.csv")
        assert str(path) not in str(caught.value), "the file is innocent"


def test_the_page_on_scenarios_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    page = (Path(__file__).parents[1] / "docs" / "scenarios.md").read_text(encoding="utf-8")
    cells: dict[str, Any] = {}
    for block in re.findall(r"^```python\n(.*?)^```$", page, re.DOTALL | re.MULTILINE):
        exec(compile(block, "docs/scenarios.md", "exec"), cells)
    assert cells["result"].days == 40
    (tmp_path / "by_hand.toml").write_text(re.findall(r"^```toml\n(.*?)^```$", page, re.DOTALL | re.MULTILINE)[0])
    (tmp_path / "friends.csv").write_text("0,1\n1,2\n2,0\n")
    (tmp_path / "mine.py").write_text(
        "from simulation import Factor\n\nnovelty = Factor('novelty', lambda encounter, p: 0.5)\n"
    )
    assert Scenario.from_toml("by_hand.toml").foreign == ("factor 'novelty'",)


class TestNames:
    def test_objects_are_found_again(self) -> None:
        for thing in (humour, HUMOUR, Loyal, FACTORS[0]):
            reference = reference_of(thing)
            assert reference is not None
            assert load_object(reference) is thing

    @pytest.mark.parametrize("name", ["", "mine", "mine.py:", ":f", "no.such.module:f", "math:no_such", "?:f"])
    def test_others_are_refused(self, name: str) -> None:
        with pytest.raises(ConfigError):
            load_object(name)

    def test_a_lambda_has_no_name(self) -> None:
        assert reference_of(lambda result: 1.0) is None


class TestChangesByHand:
    def test_a_look_is_no_change(self) -> None:
        model = Scenario(SMALL).model(threads=1)
        for _ in range(3):
            assert model.state.creators.followers.sum() >= 0
            model.run_for(1)
        assert model.provenance()["changed_by_hand"] == []

    @pytest.mark.parametrize("engine", ["compiled", "mesa"])
    def test_changes_are_said_with_their_days(self, engine: Any) -> None:
        model = Scenario(SMALL).model(engine=engine, threads=1)
        model.run_for(2)
        model.state.users.mood[:] = 0.0
        model.run_for(2)
        model.state.creators.talent[0] += 0.1
        assert model.provenance()["changed_by_hand"] == [2, 4]
        model.run_for(1)
        assert model.provenance()["changed_by_hand"] == [2, 4]

    @pytest.mark.parametrize("engine", ["compiled", "mesa"])
    def test_arrays_that_were_kept_over_days_are_watched(self, engine: Any) -> None:
        model = Scenario(SMALL).model(engine=engine, threads=1)
        users, today = model.state.users, model.today
        model.run_for(2)
        users.mood[:] = -1.0
        model.run_for(2)
        today.state.creators.talent[0] += 0.1
        assert model.provenance()["changed_by_hand"] == [2, 4]

    def test_code_of_ones_own_between_the_days_of_a_run_is_watched(self) -> None:
        class Sad(FollowerModel):
            def step(self) -> None:
                super().step()
                kept[type(self)].mood[:] = -1.0

        kept: dict[type, Any] = {}
        for kind in (FollowerModel, Sad):
            model = kind(SMALL, threads=1)
            kept[kind] = users = model.state.users
            if kind is Sad:
                model.run_for(3)
            else:
                model.run_for(3, progress=lambda _, users=users: users.mood.fill(-1.0))  # type: ignore[misc]
            assert model.provenance()["changed_by_hand"] == [1, 2, 3]

    def test_days_in_a_row_are_checked_once_and_other_models_not_at_all(self, monkeypatch: pytest.MonkeyPatch) -> None:
        taken: list[int] = []
        monkeypatch.setattr("simulation.records.by_hand.state_checksum", lambda state: taken.append(state.day))
        model = Scenario(SMALL).model(threads=1)
        model.run_for(3)
        assert taken == []
        assert model.state.day == 3
        model.run_for(5)
        Scenario(SMALL).model(threads=1).run_for(2)
        assert taken == [3, 3, 8]

    def test_a_change_by_way_of_an_agent_is_said_as_well(self) -> None:
        model = Scenario(SMALL).model(engine="mesa")
        user = model.agents[0]
        user.model.state.users.mood[user.index] = -1.0
        model.run_for(1)
        assert model.result().provenance["changed_by_hand"] == [0]

    def test_the_file_of_such_a_run_is_not_run_as_if_it_gave_it_again(self, tmp_path: Path) -> None:
        model = Scenario(SMALL).model(threads=1)
        model.run_for(2)
        model.state.users.mood[:] = 0.0
        model.result().save(tmp_path / "out")
        path = tmp_path / "out" / "scenario.toml"
        with raises(ConfigError, "changed_by_hand") as caught:
            Scenario.from_toml(path)
        assert caught.value.path == path and "day 2" in str(caught.value)
        path.write_text(path.read_text().replace("changed_by_hand = [\n    2,\n]\n", ""))
        assert Scenario.from_toml(path, days=None) == Scenario(SMALL)

    def test_a_checkpoint_remembers(self, tmp_path: Path) -> None:
        model = Scenario(SMALL).model(threads=1)
        model.run_for(2)
        model.state.users.mood[:] = 0.0
        model.save_checkpoint(tmp_path / "kept")
        again = FollowerModel.from_checkpoint(tmp_path / "kept", threads=1)
        assert again.provenance()["changed_by_hand"] == [2]

    @pytest.mark.parametrize(
        "name", ["scenario", "parameters", "seed", "luck", "factors", "sources", "interventions", "state"]
    )
    def test_what_the_scenario_decides_cannot_be_set(self, name: str) -> None:
        model = Scenario(SMALL).model(threads=1)
        with pytest.raises(AttributeError):
            setattr(model, name, None)


class TestPlan:
    def test_days_to_come_are_planned_anew_and_those_gone_by_stay(self) -> None:
        model = Scenario(SMALL, interventions=PLAN).model(threads=1)
        model.run_for(3)
        model.plan([Intervention(4, "session.session_cap", 5)])
        model.run_for(3)
        assert [item.day for item in model.interventions] == [2, 4]
        again = Scenario(SMALL, interventions=model.interventions)
        assert same_tables(model.result(), lived(again, 6)) == []

    def test_a_day_that_is_over_is_refused(self) -> None:
        model = Scenario(SMALL).model(threads=1)
        model.run_for(3)
        with raises(ParameterError, "day 1"):
            model.plan([Intervention(1, "session.session_cap", 5)])
        assert model.interventions == ()

    def test_a_branch_is_the_world_that_had_it_all_along(self) -> None:
        trunk = Scenario(SMALL, seed=2).model(threads=1)
        trunk.run_for(3)
        before = copy.deepcopy(trunk.state.creators.followers)
        branch = trunk.branch([Intervention(3, "session.session_cap", 2)])
        branch.run_for(3)
        whole = lived(Scenario(SMALL, seed=2, interventions=branch.interventions), 6)
        assert same_tables(branch.result(), whole) == []
        assert np.array_equal(trunk.state.creators.followers, before)
        assert trunk.interventions == ()


def test_an_object_made_of_anothers_functions_is_found_where_it_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "theirs.py").write_text("def power(x, k): return x**k\n")
    (tmp_path / "ours.py").write_text(
        "from functools import partial\nfrom theirs import power\nsquare = partial(power, k=2)\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    for module in ("theirs", "ours"):
        monkeypatch.delitem(sys.modules, module, raising=False)
    square = load_object("ours:square")
    assert reference_of(square) == "ours:square"
    assert reference_of(square.func) == "theirs:power"
    assert reference_of(lambda: 0) is None
