"""Results in files: what is saved is what is loaded, whole or not at all, and every damage is told."""

from __future__ import annotations

import errno
import json
import os
import pickle
import resource
import stat
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from simulation import files
from simulation.errors import OutputError, ResultError
from simulation.parameters import Parameters
from simulation.records import Result, load_result, same_tables, storage
from simulation.records.schema import HEADER_KEY, PROVENANCE_KEY, TABLES
from simulation.records.tables import FileTable
from simulation.scenario import Scenario
from simulation.social_graph import SocialGraph
from tests.records.world import World
from tests.told import raises


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


class TestRoundTrip:
    """What comes back is what was saved."""

    @pytest.mark.parametrize("buffer", [0, 2**20])
    def test_everything_comes_back(self, tmp_path: Path, buffer: int) -> None:
        world = World(buffer=buffer, parameters=Parameters(decision={"follow_threshold": 0.6}))
        world.live_randomly(6)
        saved = world.result()
        assert saved.save(tmp_path / "out") == tmp_path / "out"
        loaded = load_result(tmp_path / "out")
        assert same_tables(saved, loaded) == []
        for name in ("daily", "creator_days", "topic_days", "events", "posts", "users", "creators", "follows"):
            pd.testing.assert_frame_equal(getattr(saved, name), getattr(loaded, name))
        assert loaded.parameters == world.parameters
        assert loaded.provenance == saved.provenance
        assert loaded.info == saved.info
        assert loaded.social_graph.digest() == world.graph.digest()
        assert loaded.explain(0, 0) == saved.explain(0, 0)
        assert loaded.summary() == saved.summary()
        assert repr(loaded) == repr(saved)
        pd.testing.assert_frame_equal(loaded.causes(), saved.causes())
        for day in (None, 2, -1):
            assert nx.utils.graphs_equal(loaded.follow_graph(day), saved.follow_graph(day))

    def test_loaded_results_can_be_saved_and_pickled_again(self, result: Result, tmp_path: Path) -> None:
        result.save(tmp_path / "a")
        loaded = load_result(tmp_path / "a")
        loaded.save(tmp_path / "b")
        loaded.save(tmp_path / "a", overwrite=True)  # its own source
        again = load_result(tmp_path / "a")
        for other in (load_result(tmp_path / "b"), again, loaded, pickle.loads(pickle.dumps(loaded))):
            assert same_tables(result, other) == []

    def test_a_run_of_no_days_twice_over(self, tmp_path: Path) -> None:
        result = World().result()
        result.save(tmp_path / "a")
        load_result(tmp_path / "a").save(tmp_path / "b")
        loaded = load_result(tmp_path / "b")
        assert same_tables(result, loaded) == []
        assert list(loaded.events) == list(result.events)

    def test_without_an_event_log(self, tmp_path: Path) -> None:
        world = World(record="daily")
        world.live_randomly(3)
        world.result().save(tmp_path / "out")
        assert not {"events.parquet", "posts.parquet"} & set(contents(tmp_path / "out"))
        assert same_tables(load_result(tmp_path / "out"), world.result()) == []

    def test_files_for_people(self, result: Result, tmp_path: Path) -> None:
        result.save(tmp_path / "out")
        assert sorted(contents(tmp_path / "out")) == sorted(storage.RESULT_FILES)
        assert Scenario.from_toml(tmp_path / "out" / "scenario.toml").parameters == result.parameters
        assert json.loads((tmp_path / "out" / "provenance.json").read_text()) == result.provenance

    def test_every_table_carries_its_provenance(self, result: Result, tmp_path: Path) -> None:
        result.save(tmp_path / "out")
        for name in TABLES:
            metadata = pq.read_schema(tmp_path / "out" / f"{name}.parquet").metadata
            assert json.loads(metadata[PROVENANCE_KEY]) == result.provenance
            header = json.loads(metadata[HEADER_KEY])
            assert (header["schema_version"], header["table"]) == (2, name)

    def test_other_programs_can_read_the_tables(self, result: Result, tmp_path: Path) -> None:
        result.save(tmp_path / "seed=3" / "out")
        events = pd.read_parquet(tmp_path / "seed=3" / "out" / "events.parquet", partitioning=None)
        assert events["kind"].astype(str).tolist() == result.events["kind"].astype(str).tolist()
        loaded = load_result(tmp_path / "seed=3" / "out")
        assert list(loaded.events) == list(result.events)  # the name of the folder is no column
        assert loaded.explain(0, 0) == result.explain(0, 0)

    def test_a_path_may_be_text_and_relative(
        self, result: Result, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(tmp_path)
        assert result.save("deep/er/out") == Path("deep/er/out")
        assert load_result("deep/er/out").days == 8


def test_a_file_without_rows_still_has_columns(tmp_path: Path) -> None:
    pq.ParquetWriter(tmp_path / "x.parquet", pa.schema([("day", pa.int32())])).close()
    (piece,) = FileTable(tmp_path / "x.parquet").pieces(["day"])
    assert (piece.num_rows, piece.column_names) == (0, ["day"])


class TestSocialGraph:
    """Labels, attributes and weights come back with the types they had."""

    @pytest.mark.parametrize(
        "labels",
        [
            ["a", "b", "c", "d", "e", "f"],
            [10, 20, 30, 40, 50, 2**70],
            [(0, 0), (0, 1), (1, 0), (1, (1, "x")), 7, "seven"],
            [np.int64(3), 1, 4, 15, 9, 2],
        ],
    )
    def test_labels(self, labels: list[Any], tmp_path: Path) -> None:
        graph = nx.relabel_nodes(nx.cycle_graph(6), dict(enumerate(labels)))
        world = World(graph=SocialGraph.from_networkx(graph))
        world.live_randomly(1)
        world.result().save(tmp_path / "out")
        loaded = load_result(tmp_path / "out")
        assert loaded.social_graph.labels == tuple(labels)
        assert nx.utils.graphs_equal(loaded.social_graph.to_networkx(), graph)
        assert loaded.users["label"].tolist() == [str(label) for label in labels]

    def test_attributes_and_weights(self, tmp_path: Path) -> None:
        graph: nx.DiGraph[int] = nx.DiGraph()
        graph.add_weighted_edges_from([(0, 1, 0.5), (1, 0, 2.0), (4, 5, 1.25), (2, 2, 1.0)])
        graph.add_nodes_from(range(6))
        for node in range(6):
            whole = {"team": node % 2, "score": node / 3, "active": node > 2, "home": f"town {node}"}
            nx.set_node_attributes(graph, {node: whole | {"mixed": node if node % 2 else "odd", "tags": ["x", node]}})
        graph.nodes[1]["note"] = "only here"
        graph.nodes[2]["score"] = float("inf")
        world = World(graph=SocialGraph.from_networkx(graph))
        world.live_randomly(2)
        result = world.result()
        result.save(tmp_path / "out")
        loaded = load_result(tmp_path / "out").social_graph
        given = world.graph
        assert (loaded.directed, loaded.dropped_self_loops, loaded.dropped_duplicates) == (True, 1, 0)
        assert loaded.weights is not None and given.weights is not None
        np.testing.assert_array_equal(loaded.weights, given.weights)
        assert loaded.start.dtype == given.start.dtype and loaded.peers.dtype == given.peers.dtype
        assert list(loaded.node_attributes) == list(given.node_attributes)
        for name, column in given.node_attributes.items():
            assert loaded.node_attributes[name].dtype == column.dtype, name
        there, back = given.to_networkx(), loaded.to_networkx()
        assert list(there.edges(data=True)) == list(back.edges(data=True))
        for node in there:
            told = {
                name: tuple(value) if isinstance(value, list) else value for name, value in there.nodes[node].items()
            }
            assert back.nodes[node] == told

    def test_nodes_of_any_other_kind_are_told_by_their_text(self, tmp_path: Path) -> None:
        graph = nx.relabel_nodes(nx.path_graph(6), {node: frozenset({node}) for node in range(6)})
        world = World(graph=SocialGraph.from_networkx(graph))
        world.result().save(tmp_path / "out")
        labels = load_result(tmp_path / "out").social_graph.labels
        assert labels is not None
        assert labels[2] == "frozenset({2})"


class TestTakenPlaces:
    """What is not a result is never touched; a result only when told so."""

    def test_a_result_stays_unless_it_may_go(self, world: World, tmp_path: Path) -> None:
        out = tmp_path / "out"
        world.result().save(out)
        before = contents(out)
        world.live_randomly(1)
        with raises(OutputError, "already") as caught:
            world.result().save(out)
        assert caught.value.path == out
        assert contents(out) == before
        world.result().save(out, overwrite=True)
        assert load_result(out).days == 9
        assert [path.name for path in tmp_path.iterdir()] == ["out"]

    @pytest.mark.parametrize("overwrite", [False, True])
    def test_other_files_stay(self, result: Result, tmp_path: Path, overwrite: bool) -> None:
        (tmp_path / "thesis.txt").write_text("years of work")
        with raises(OutputError, "'thesis.txt'") as caught:
            result.save(tmp_path, overwrite=overwrite)
        assert caught.value.path == tmp_path
        assert contents(tmp_path) == {"thesis.txt": b"years of work"}

    def test_other_files_in_a_result_stay(self, result: Result, tmp_path: Path) -> None:
        result.save(tmp_path / "out")
        (tmp_path / "out" / "notes.md").write_text("mine")
        with raises(OutputError, "'notes.md'"):
            result.save(tmp_path / "out", overwrite=True)
        assert (tmp_path / "out" / "notes.md").read_text() == "mine"

    def test_a_file_stays(self, result: Result, tmp_path: Path) -> None:
        (tmp_path / "out").write_text("mine")
        with raises(OutputError, "file") as caught:
            result.save(tmp_path / "out", overwrite=True)
        assert caught.value.path == tmp_path / "out"
        assert (tmp_path / "out").read_text() == "mine"

    def test_an_empty_folder_may_be_filled(self, result: Result, tmp_path: Path) -> None:
        (tmp_path / "out").mkdir()
        result.save(tmp_path / "out")
        assert load_result(tmp_path / "out").days == 8


class TestWholeOrNotAtAll:
    """Whatever goes wrong while saving, nothing half-written is left and what was there stays."""

    @pytest.fixture(params=["nothing", "a result"])
    def place(self, request: pytest.FixtureRequest, tmp_path: Path) -> Path:
        if request.param == "a result":
            other = World()
            other.live_randomly(2, seed=9)
            other.result().save(tmp_path / "out")
        return tmp_path / "out"

    def save_fails(self, result: Result, place: Path, error: type[BaseException], facts: str = "") -> None:
        before = contents(place.parent)
        with raises(error, facts) as caught:
            result.save(place, overwrite=True)
        if isinstance(caught.value, OutputError):
            assert caught.value.path == place
        assert contents(place.parent) == before
        assert sorted(path.name for path in place.parent.iterdir()) == (["out"] if before else [])

    @pytest.mark.parametrize("after", range(0, 11, 2))
    def test_interrupt(self, result: Result, place: Path, monkeypatch: pytest.MonkeyPatch, after: int) -> None:
        calls = iter(range(100))

        def interrupted(*arguments: Any) -> None:
            if next(calls) == after:
                raise KeyboardInterrupt
            os_fsync(*arguments)

        os_fsync = os.fsync
        monkeypatch.setattr("os.fsync", interrupted)
        self.save_fails(result, place, KeyboardInterrupt)

    @pytest.mark.parametrize("after", range(8))
    def test_interrupt_in_a_table(
        self, result: Result, place: Path, monkeypatch: pytest.MonkeyPatch, after: int
    ) -> None:
        calls = iter(range(100))

        def interrupted(self: Any, table: Any, row_group_size: int) -> None:
            if next(calls) == after:
                raise KeyboardInterrupt
            write(self, table, row_group_size)

        write = pq.ParquetWriter.write_table
        monkeypatch.setattr(pq.ParquetWriter, "write_table", interrupted)
        self.save_fails(result, place, KeyboardInterrupt)

    @pytest.mark.parametrize("nth", [0, 1])
    def test_a_folder_that_cannot_be_renamed(
        self, result: Result, place: Path, monkeypatch: pytest.MonkeyPatch, nth: int
    ) -> None:
        calls = iter(range(100))
        fails = nth if place.exists() else 0  # onto nothing there is but one renaming

        def refused(source: Path, target: Path) -> None:
            if next(calls) == fails:
                raise OSError(errno.EBUSY, "Device or resource busy")
            rename(source, target)

        rename = os.rename
        monkeypatch.setattr("os.rename", refused)
        self.save_fails(result, place, OutputError, "busy nothing")

    def test_a_full_disk(self, result: Result, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def full(self: Any, *arguments: Any, **options: Any) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

        monkeypatch.setattr(pq.ParquetWriter, "write_table", full)
        self.save_fails(result, place, OutputError, "space nothing")

    def test_a_real_limit_on_file_sizes(self, result: Result, place: Path) -> None:
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        try:
            resource.setrlimit(resource.RLIMIT_FSIZE, (2000, hard))
            with raises(OutputError, "nothing"):
                result.save(place, overwrite=True)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        assert sorted(path.name for path in place.parent.iterdir()) in ([], ["out"])

    def test_where_folders_cannot_be_opened_files_are_still_forced_to_disk(
        self, result: Result, place: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def synced(descriptor: int) -> None:
            kinds.append(stat.S_ISDIR(os.fstat(descriptor).st_mode))
            os_fsync(descriptor)

        os_fsync, kinds = os.fsync, list[bool]()
        monkeypatch.setattr("os.fsync", synced)
        result.save(place, overwrite=True)
        assert sorted(kinds) == [False] * len(storage.RESULT_FILES) + [True, True]  # the folder and the one above
        kinds.clear()
        monkeypatch.setattr(files, "FOLDERS_OPEN", False)
        result.save(place, overwrite=True)
        assert kinds == [False] * len(storage.RESULT_FILES)

    def test_a_place_below_a_file(self, result: Result, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("")
        with raises(OutputError, "file") as caught:
            result.save(tmp_path / "file" / "out")
        assert caught.value.path == tmp_path / "file" / "out"

    def test_a_source_that_was_damaged_meanwhile(self, result: Result, tmp_path: Path) -> None:
        result.save(tmp_path / "source")
        loaded = load_result(tmp_path / "source")
        (tmp_path / "source" / "follows.parquet").unlink()
        with raises(ResultError, "missing") as caught:
            loaded.save(tmp_path / "out")
        assert caught.value.path == tmp_path / "source" / "follows.parquet"
        assert [path.name for path in tmp_path.iterdir()] == ["source"]
