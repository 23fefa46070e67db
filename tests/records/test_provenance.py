"""Provenance: complete, plain, and true."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import networkx as nx
import numpy as np
import pytest

from simulation.compiling import code_version
from simulation.errors import ResultError
from simulation.factors import FACTORS, Encounter, Factor
from simulation.interventions import Intervention
from simulation.parameters import KNOWN, Parameters
from simulation.platform.feed import SOURCES, FeedSource, PlatformView
from simulation.records import provenance
from simulation.same_bits import SINCE
from simulation.scenario import Scenario
from simulation.social_graph import SocialGraph
from simulation.versions import history_version
from tests.records.world import World
from tests.told import raises


def humour(encounter: Encounter, p: Any) -> float:
    return float(encounter.quality * p.weight)


def rank_new(view: PlatformView) -> Any:
    return 1.0 / (1.0 + view.followers)


CLUB = SocialGraph.from_networkx(nx.karate_club_graph())


def built(creators: Any = range(5), started: datetime | None = None, **given: Any) -> dict[str, Any]:
    values = given.pop("values", {})
    scenario = Scenario(values, seed=2**64 - 1, luck=3, **{"social_graph": CLUB, "creators": creators} | given)
    graph = CLUB if scenario.social_graph is not None else None
    told = scenario.description(graph, np.array(creators))
    return provenance.build(told, engine="mesa", threads=2, days=30, seconds=1.25, started=started)


def test_it_is_plain_json_and_has_every_input() -> None:
    found = built()
    assert json.loads(json.dumps(found)) == found
    assert (found["seed"], found["luck"], found["engine"], found["threads"]) == (2**64 - 1, 3, "mesa", 2)
    assert (found["days"], found["preset"], found["wall_seconds"]) == (30, None, 1.25)
    assert set(found["parameters"]) == set(KNOWN)
    assert found["parameters"] == Scenario(social_graph=CLUB, creators=range(5)).parameters.flat()
    assert found["code_version"] == code_version()
    assert found["history_version"] == history_version()
    assert found["same_bits"] == {"since": SINCE, "this_machine": "kept", "outside": []}
    assert found["libraries"]["numpy"] == np.__version__
    assert set(found["libraries"]) >= {"numpy", "numba", "mesa", "networkx", "pandas", "pyarrow"}
    assert found["creators"]["count"] == 5
    assert found["creators"]["digest"] != built(creators=range(1, 6))["creators"]["digest"]


def test_interventions_are_told_as_plain_data() -> None:
    assert built()["interventions"] == []
    plan = (Intervention(3, "feed.distinct", True), Intervention(9, "bought_likes", 5, (2, 4)))
    found = built(interventions=plan)["interventions"]
    assert json.loads(json.dumps(found)) == found
    assert found == [
        {"day": 3, "lever": "feed.distinct", "value": True},
        {"day": 9, "lever": "bought_likes", "value": 5, "creators": [2, 4]},
    ]


def test_where_the_graph_comes_from() -> None:
    given = built()["social_graph"]
    assert given["origin"] == "given"
    assert given["digest"] == SocialGraph.from_networkx(nx.karate_club_graph()).digest()
    assert (given["users"], given["edges"], given["directed"]) == (34, 78, False)
    assert built(social_graph=None)["social_graph"]["origin"] == Parameters().social_graph.family


def test_times_are_in_utc() -> None:
    noon = datetime(2024, 5, 1, 12, tzinfo=timezone(timedelta(hours=2)))
    assert built(started=noon)["started"] == "2024-05-01T10:00:00+00:00"
    assert built()["started"] is None
    described = datetime.fromisoformat(built()["described"])
    assert abs(described - datetime.now(UTC)) < timedelta(minutes=1)


def test_plugged_in_code_is_told_with_its_text() -> None:
    found = built(
        factors=[*FACTORS, Factor("humour", humour)],
        sources=[*SOURCES, FeedSource("new", rank_new, share=0.1)],
        values={"factors.talent.weight": 2.0},
    )
    assert [item["own"] for item in found["factors"]] == [True] * len(FACTORS) + [False]
    assert found["factors"][1]["parameters"]["weight"] == 2.0  # from the tree
    assert found["factors"][0]["source"] is None
    mine = found["factors"][-1]
    assert (mine["name"], mine["parameters"]) == ("humour", {"weight": 1.0})
    assert "return float(encounter.quality * p.weight)" in mine["source"]
    assert [item["own"] for item in found["sources"]] == [True] * len(SOURCES) + [False]
    assert found["sources"][-1]["share"] == 0.1
    assert "1.0 / (1.0 + view.followers)" in found["sources"][-1]["source"]


def test_code_without_a_text_has_none() -> None:
    scope: dict[str, Any] = {}
    exec("def rank(view):\n    return view.momentum + 1.0", scope)
    assert built(sources=[FeedSource("typed", scope["rank"], share=1.0)])["sources"][0]["source"] == ""


def test_a_changed_factor_is_not_the_packages_own() -> None:
    other = replace(FACTORS[1], rule=humour)
    assert built(factors=[other])["factors"][0]["own"] is False


def test_a_package_that_is_not_installed_says_so() -> None:
    assert provenance.version_of("no-such-distribution-at-all") == "not installed"


def test_provenance_must_be_plain() -> None:
    world = World()
    with pytest.raises(TypeError):
        type(world.result()).from_run(world.recorder, world.state, world.graph, world.parameters, {"x": object()})


def test_interventions_are_read_back_and_those_of_another_version_refused() -> None:
    world = World()

    def told(**provenance: Any) -> Any:
        return type(world.result()).from_run(world.recorder, world.state, world.graph, world.parameters, provenance)

    plan = (Intervention(3, "feed.distinct", True), Intervention(9, "bought_likes", 5, (2,)))
    assert told(**built(interventions=plan)).interventions == plan
    assert told().interventions == ()
    of_another = told(interventions=[{"day": 1, "lever": "feed.gone", "value": 1}])
    with raises(ResultError, "intervention 1 'feed.gone'"):
        _ = of_another.interventions
