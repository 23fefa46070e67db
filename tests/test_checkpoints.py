"""A run that goes on from a checkpoint is the run that never stopped, bit for bit."""

from __future__ import annotations

import gc
import shutil
import tracemalloc
import weakref
from datetime import date
from pathlib import Path
from typing import Any

import mesa
import networkx as nx
import numpy as np
import pytest

from simulation.engines.agents import User
from simulation.engines.creator import Creator
from simulation.errors import OutputError, ParameterError, ResultError
from simulation.factors import FACTORS, Encounter, Factor
from simulation.model import FollowerModel
from simulation.platform.feed import SOURCES, FeedSource, PlatformView
from simulation.records import load_result, same_tables
from tests.resumed import BUSY, assert_same_run, busy
from tests.told import raises
from tests.worlds import ENGINES

TINY = 20_000
"""Bytes of records in memory, so few that parts are spooled every few days."""


def gone_on(model: FollowerModel, path: Path, **options: Any) -> FollowerModel:
    """The model after it was written to a checkpoint and read back; the checkpoint is gone."""
    resumed = type(model).from_checkpoint(model.save_checkpoint(path), **options)
    shutil.rmtree(path)
    return resumed


@pytest.mark.parametrize("record", ["events", "daily", "posts"])
@pytest.mark.parametrize("before", ENGINES)
@pytest.mark.parametrize("after", ENGINES)
def test_on_either_engine(tmp_path: Path, before: Any, after: Any, record: Any) -> None:
    whole = busy(14, record=record)
    resumed = gone_on(busy(6, record=record, engine=before), tmp_path / "c", engine=after)
    assert (resumed.day, resumed.engine) == (6, after)
    resumed.run_for(8)
    assert_same_run(whole, resumed)
    assert ("events" in resumed.result().tables) == (record != "daily")
    assert ("posts" in resumed.result().tables) == (record == "posts")
    assert whole.result().daily["follows"].sum() > 50


def test_engine_and_threads_are_those_of_the_run_unless_others_are_given(tmp_path: Path) -> None:
    path = busy(1, engine="mesa", threads=1).save_checkpoint(tmp_path / "c")
    assert FollowerModel.from_checkpoint(path).engine == "mesa"
    assert FollowerModel.from_checkpoint(path)._threads == 1
    assert FollowerModel.from_checkpoint(path, threads=3)._threads == 3
    with raises(ParameterError, "threads 0"):
        FollowerModel.from_checkpoint(path, threads=0)
    many = busy(1, threads=16).save_checkpoint(tmp_path / "many")
    assert FollowerModel.from_checkpoint(many)._threads == FollowerModel(BUSY)._threads, "no more than there are cores"


def test_before_the_first_day(tmp_path: Path) -> None:
    resumed = gone_on(busy(0), tmp_path / "c")
    assert_same_run(busy(0), resumed)
    resumed.run_for(5)
    assert_same_run(busy(5), resumed)


def test_time_and_again_into_the_same_folder(tmp_path: Path) -> None:
    model = busy(0)
    for _ in range(6):
        model.run_for(2)
        model = FollowerModel.from_checkpoint(model.save_checkpoint(tmp_path / "c"))
    assert_same_run(busy(12), model)


def test_writing_a_checkpoint_changes_nothing(tmp_path: Path) -> None:
    model = busy(5)
    model.save_checkpoint(tmp_path / "c")
    assert_same_run(busy(5), model)
    model.run_for(4)
    assert_same_run(busy(9), model)


def test_a_result_is_stored_as_the_uninterrupted_run_stores_it(tmp_path: Path) -> None:
    model = busy(5)
    resumed = gone_on(model, tmp_path / "c")
    assert resumed.provenance()["wall_seconds"] == model.provenance()["wall_seconds"]
    resumed.run_for(4)
    stored = load_result(resumed.result().save(tmp_path / "out"))
    assert same_tables(stored, busy(9).result()) == []
    assert stored.provenance["days"] == 9
    assert stored.provenance["started"] == model.provenance()["started"]
    assert stored.provenance["wall_seconds"] > model.provenance()["wall_seconds"] > 0


def spooling(days: int = 0) -> FollowerModel:
    model = busy(record="posts")
    model._recorder._limit = TINY
    model.run_for(days)
    return model


def parts_of(path: Path) -> dict[str, Any]:
    """Files of records that were spooled, with what would be another if one had been written anew."""
    found = (file for pattern in ("events-0*", "creator_days-0*", "posts-0*") for file in path.glob(pattern))
    return {file.name: (file.stat().st_ino, file.stat().st_mtime_ns) for file in found}


@pytest.mark.parametrize("links", [True, False])
def test_with_parts_on_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, links: bool) -> None:
    if not links:

        def another_disk(*_: object) -> None:
            raise OSError(18, "Invalid cross-device link")

        monkeypatch.setattr("os.link", another_disk)
    model, path = spooling(12), tmp_path / "c"
    model.save_checkpoint(path)
    first = parts_of(path)
    assert len(first) >= 4
    model.run_for(6)
    model.save_checkpoint(path)
    second = parts_of(path)
    assert len(second) > len(first)
    assert {name: second[name] for name in first} == first, "what was written stays as it is"
    del model
    gc.collect()
    resumed = FollowerModel.from_checkpoint(path)
    resumed._recorder._limit = TINY
    resumed.run_for(3)
    resumed.save_checkpoint(path)
    third = parts_of(path)
    assert {name: third[name] for name in second} == second, "nor does a run that goes on write it again"
    shutil.rmtree(path)
    resumed.run_for(3)
    assert_same_run(busy(24, record="posts"), resumed)


def test_parts_lie_as_in_the_uninterrupted_run(tmp_path: Path) -> None:
    whole = spooling(20)
    resumed = FollowerModel.from_checkpoint(spooling(9).save_checkpoint(tmp_path / "c"))
    resumed._recorder._limit = TINY
    resumed.run_for(11)
    rows = [[piece.num_rows for piece in model.result().tables["events"].pieces()] for model in (whole, resumed)]
    assert rows[0] == rows[1]
    assert len(rows[0]) > 2


def test_two_runs_in_one_folder_are_never_mixed(tmp_path: Path) -> None:
    """Names of nodes are no part of the graph's structure, and two runs may spool parts of one number."""
    runs = []
    for names in ("ABCD", "abcd"):
        graph = nx.relabel_nodes(nx.cycle_graph(4), dict(enumerate(names)))
        model = FollowerModel({"population.creators": 2}, social_graph=graph, seed=len(runs))
        model._recorder._limit = 100
        model.run_for(5)
        runs.append(model)
        model.save_checkpoint(tmp_path / "c")
    resumed = FollowerModel.from_checkpoint(tmp_path / "c")
    assert_same_run(runs[1], resumed)
    assert resumed.result().users["label"].tolist() == list("abcd")


INTERVENTIONS = [
    {"day": 2, "lever": "feed.popularity_bias", "value": 3.0},
    {"day": 2, "lever": "bought_followers", "value": 40, "creators": [3, 5]},
    {"day": 4, "lever": "feed.hide_follower_counts", "value": True},
    {"day": 6, "lever": "purge", "value": 0.5},
    {"day": 8, "lever": "feed.hide_follower_counts", "value": False},
]


@pytest.mark.parametrize("halt", [2, 3, 4, 5, 8, 9])
def test_interventions_done_and_to_come(tmp_path: Path, halt: int) -> None:
    whole = busy(12, interventions=INTERVENTIONS)
    resumed = gone_on(busy(halt, interventions=INTERVENTIONS), tmp_path / "c", engine=ENGINES[halt % 2])
    assert resumed.parameters["feed.popularity_bias"] == (3.0 if halt > 2 else 1.0)
    assert resumed.parameters["feed.hide_follower_counts"] == (4 < halt <= 8)
    resumed.run_for(12 - halt)
    assert_same_run(whole, resumed)
    assert resumed.result().provenance["interventions"] == whole.result().provenance["interventions"]
    assert resumed.result().parameters["feed.popularity_bias"] == 1.0


def labelled_graph() -> nx.DiGraph[Any]:
    graph: nx.DiGraph[Any] = nx.DiGraph()
    graph.add_nodes_from([("Ann", {"age": 30, "home": None}), (2, {"age": 31.5}), (("x", 1), {"vip": True})])
    graph.add_edges_from([("Ann", 2), (2, "Ann"), (2, ("x", 1)), ("Ann", "Ann")], weight=0.1)
    graph.add_edges_from(nx.gn_graph(40, seed=1).edges, weight=2)
    graph.add_edge(date(2024, 2, 29), "Ann")  # which no file holds as it is
    return graph


@pytest.mark.parametrize(
    "options",
    [
        {"social_graph": labelled_graph(), "creators": [7, 0, 3]},
        {"social_graph": nx.empty_graph(30)},
        {"preset": "tiktok", "luck": 9, "seed": 2**64 - 1},
        {"parameters": {**BUSY, "social_graph.family": "lfr"}},
        {"parameters": {**BUSY, "decision.follow_rule": "always", "population.creators": 150}},
        {"parameters": {**BUSY, "session.schedule": "on_arrival"}},
    ],
    ids=["labelled graph", "nobody knows anybody", "preset and luck", "communities", "rows outgrow", "on arrival"],
)
def test_whatever_the_run_was_given(tmp_path: Path, options: dict[str, Any]) -> None:
    options = {"parameters": {} if "social_graph" in options else BUSY, "threads": 1, **options}
    whole, halted = FollowerModel(**options), FollowerModel(**options)
    whole.run_for(9)
    halted.run_for(4)
    resumed = gone_on(halted, tmp_path / "c")
    resumed.run_for(5)
    assert_same_run(whole, resumed)


def test_wide_creator_ids(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("simulation.state.NARROWEST", 1)
    whole = busy(6, engine="mesa")
    assert whole.state.follows.dtype == np.int32
    resumed = gone_on(busy(3, engine="mesa"), tmp_path / "c")
    resumed.run_for(3)
    assert_same_run(whole, resumed)


def rank_alike(view: PlatformView) -> np.ndarray[Any, Any]:
    return np.ones(view.posted.size)


def humour(met: Encounter, p: Any) -> float:
    return 0.5 * met.intensity


def other_humour(met: Encounter, p: Any) -> float:
    return 0.25 * met.intensity


HUMOUR = Factor("humour", humour)
OWN: dict[str, Any] = {
    "factors": [*FACTORS, HUMOUR],
    "sources": [*SOURCES, FeedSource("mine", rank_alike, 0.2)],
}


def test_factors_and_sources_of_ones_own(tmp_path: Path) -> None:
    # Agents: loops for factors of one's own would have to be compiled first.
    resumed = gone_on(busy(3, engine="mesa", **OWN), tmp_path / "c", **OWN)
    resumed.run_for(3)
    assert_same_run(busy(6, engine="mesa", **OWN), resumed)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"factors": FACTORS}, "humour factors="),
        ({"sources": SOURCES}, "mine sources= mine"),
        ({"factors": [OWN["factors"][-1], *FACTORS]}, "factors"),
        ({"factors": [*FACTORS, Factor("humour", other_humour)]}, "factors humour"),
        (
            {"sources": [*SOURCES, FeedSource("mine", rank_alike, 0.3)]},
            "sources mine",
        ),
    ],
    ids=["factor missing", "source missing", "another order", "another rule", "another share"],
)
def test_other_factors_and_sources_are_refused(tmp_path: Path, given: dict[str, Any], words: str) -> None:
    path = busy(1, engine="mesa", **OWN).save_checkpoint(tmp_path / "c")
    with raises(ResultError, words):
        FollowerModel.from_checkpoint(path, **{**OWN, **given})


class Fan(User):
    """Counts its sessions, and draws Mesa's random numbers."""

    def __init__(self, model: FollowerModel, index: int) -> None:
        super().__init__(model, index)
        self.sessions = 0
        self.moods: list[float] = []

    def watch(self) -> None:
        self.sessions += 1
        self.moods.append(self.random.random())
        super().watch()


class Grumpy(Creator):
    """Has nothing of its own."""


def test_agents_of_ones_own_keep_their_attributes(tmp_path: Path) -> None:
    options: dict[str, Any] = {"user_type": Fan, "creator_type": Grumpy}
    whole = busy(6, engine="mesa", **options)
    resumed = gone_on(busy(3, engine="mesa", **options), tmp_path / "c", **options)
    resumed.run_for(3)
    assert_same_run(whole, resumed)
    kept = [[vars(agent) | {"model": None} for agent in model.agents] for model in (whole, resumed)]
    assert kept[0] == kept[1]
    assert max(len(agent.moods) for agent in resumed.agents_by_type[Fan]) == 6
    assert whole.random.random() == resumed.random.random()
    assert whole.rng.random() == resumed.rng.random()


@pytest.mark.parametrize(
    "value",
    [{3}, (1, 2), np.float64(1.0), {1: 2}, [[object()]]],
    ids=["set", "tuple", "NumPy number", "numbered", "deep"],
)
def test_attributes_that_would_not_come_back_are_refused(tmp_path: Path, value: object) -> None:
    model = busy(1, engine="mesa", user_type=Fan)
    model.save_checkpoint(tmp_path / "c")
    next(iter(model.agents_by_type[Fan])).memory = value
    with raises(OutputError, "Fan.memory attributes"):
        model.save_checkpoint(tmp_path / "c")
    assert FollowerModel.from_checkpoint(tmp_path / "c", user_type=Fan).day == 1


def another_fan() -> type[User]:
    class Fan(User):
        """Another class of the same name."""

    return Fan


def test_other_agent_classes_are_refused(tmp_path: Path) -> None:
    path = busy(1, engine="mesa", user_type=Fan).save_checkpoint(tmp_path / "c")
    with raises(ResultError, "user_type Fan User user_type="):
        FollowerModel.from_checkpoint(path, user_type=User)
    with raises(ResultError, "not the same user_type"):
        FollowerModel.from_checkpoint(path, user_type=another_fan())
    hidden = busy(1, engine="mesa", user_type=another_fan()).save_checkpoint(tmp_path / "hidden")
    with raises(ResultError, "'Fan' user_type="):
        FollowerModel.from_checkpoint(hidden)


class Noisy(FollowerModel):
    """A model of the user's own."""


class Quiet(FollowerModel):
    """Another one."""


def test_a_class_of_models_is_found_or_must_be_the_same(tmp_path: Path) -> None:
    path = Noisy(BUSY, threads=1).save_checkpoint(tmp_path / "c")
    assert type(FollowerModel.from_checkpoint(path)) is Noisy
    assert type(Noisy.from_checkpoint(path)) is Noisy
    with raises(ResultError, "Noisy.from_checkpoint"):
        Quiet.from_checkpoint(path)
    with raises(ResultError, "FollowerModel.from_checkpoint"):
        Quiet.from_checkpoint(FollowerModel(BUSY, threads=1).save_checkpoint(tmp_path / "plain"))


def test_code_of_ones_own_is_found_by_its_reference(tmp_path: Path) -> None:
    for name, options in (("classes", {"user_type": Fan, "creator_type": Grumpy}), ("humour", {"factors": [HUMOUR]})):
        resumed = gone_on(busy(2, engine="mesa", **options), tmp_path / name)
        resumed.run_for(2)
        assert_same_run(busy(4, engine="mesa", **options), resumed)


def test_rows_of_a_data_collector_of_ones_own_are_not_kept(tmp_path: Path) -> None:
    model = busy()
    model.datacollector = mesa.DataCollector(
        model_reporters={"graph": lambda m: m.follow_graph(), "day": lambda m: m.day}
    )
    model.run_for(2)
    resumed = gone_on(model, tmp_path / "c")
    assert list(resumed.datacollector.model_vars["views"]) == [0]
    resumed.run_for(1)
    assert same_tables(busy(3).result(), resumed.result()) == []


def test_peers_that_somebody_rewired_are_kept(tmp_path: Path) -> None:
    whole, halted = busy(), busy()
    for model in (whole, halted):
        model.state.peers = model.state.peers._replace(peer=model.state.peers.peer[::-1].copy())
        model.engine = "compiled"
    whole.run_for(6)
    halted.run_for(3)
    resumed = gone_on(halted, tmp_path / "c")
    resumed.run_for(3)
    assert_same_run(whole, resumed)


def test_memory_does_not_grow_with_what_was_recorded(tmp_path: Path) -> None:
    def peak_and_size(days: int) -> tuple[int, int]:
        path = tmp_path / str(days)
        model = spooling(days)
        model.save_checkpoint(path)
        tracemalloc.start()
        model.save_checkpoint(path)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return peak, sum((path / name).stat().st_size for name in parts_of(path))

    short, long = peak_and_size(10), peak_and_size(50)
    recorded = long[1] - short[1]
    assert recorded > 1_000_000
    assert long[0] - short[0] < recorded / 10


def test_a_model_that_went_on_is_freed(tmp_path: Path) -> None:
    path = busy(2).save_checkpoint(tmp_path / "c")
    resumed = FollowerModel.from_checkpoint(path)
    resumed.run_for(1)
    gone = weakref.ref(resumed)
    del resumed
    gc.collect()
    assert gone() is None
