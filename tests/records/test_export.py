"""Exports: graphs and tables for other programs."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import networkx as nx
import pandas as pd
import pytest

from simulation.errors import GraphError, OutputError, ParameterError
from simulation.export import export_graph, export_tables
from simulation.records import Result
from simulation.social_graph import SocialGraph
from tests.records.world import FOLLOW, World, happening
from tests.told import raises


@pytest.mark.parametrize(("name", "read"), [("f.graphml", nx.read_graphml), ("f.gexf", nx.read_gexf)])
@pytest.mark.parametrize("day", [None, 2])
def test_graphs(result: Result, tmp_path: Path, name: str, read: Any, day: int | None) -> None:
    assert export_graph(result, tmp_path / name, day) == tmp_path / name
    found = read(tmp_path / name, node_type=int)
    graph = result.follow_graph(day)
    assert sorted(found.edges) == sorted(graph.edges)
    assert sorted(found) == sorted(graph)
    for source, target, data in graph.edges(data=True):
        assert {key: found.edges[source, target][key] for key in data} == data
    assert found.nodes[3]["creator"] == 1


def test_a_graph_with_labels(tmp_path: Path) -> None:
    world = World(graph=SocialGraph.from_networkx(nx.relabel_nodes(nx.path_graph(6), dict(enumerate("abcdef")))))
    world.live(happening(5, 0, FOLLOW))
    export_graph(world.result(), tmp_path / "f.graphml")
    assert nx.read_graphml(tmp_path / "f.graphml", node_type=int).nodes[5]["label"] == "f"


def test_an_edge_list(result: Result, tmp_path: Path) -> None:
    export_graph(result, tmp_path / "f.csv", 4)
    table = pd.read_csv(tmp_path / "f.csv")
    assert set(table.columns) >= {"creator", "day"}
    assert len(table) == result.follow_graph(4).number_of_edges()


def test_a_format_that_is_none(result: Result, tmp_path: Path) -> None:
    with raises(GraphError, "format"):
        export_graph(result, tmp_path / "f.pdf")


@pytest.mark.parametrize("format", ["csv", "csv.gz"])
@pytest.mark.parametrize("buffer", [0, 2**20])
def test_tables_read_back_as_they_were(tmp_path: Path, format: str, buffer: int) -> None:
    world = World(buffer=buffer)
    world.live_randomly(5)
    result = world.result()
    files = export_tables(result, tmp_path / "text", format)
    assert [file.name for file in files] == [f"{name}.{format}" for name in result.tables]
    assert sorted(path.name for path in (tmp_path / "text").iterdir()) == sorted(file.name for file in files)
    for name in ("daily", "creator_days", "topic_days", "events"):
        found = pd.read_csv(tmp_path / "text" / f"{name}.{format}", float_precision="round_trip")
        expected = getattr(result, name)
        words = expected.select_dtypes("category").columns
        expected = expected.astype({**dict.fromkeys(words, str)})
        found = found.astype(expected.dtypes)  # shorter floats are written in as few digits as tell them apart
        pd.testing.assert_frame_equal(found, expected, check_exact=True)


def test_an_unknown_format(result: Result, tmp_path: Path) -> None:
    with raises(ParameterError, "'xls' csv csv.gz"):
        export_tables(result, tmp_path, "xls")


def test_files_stay_unless_they_may_go(result: Result, tmp_path: Path) -> None:
    (tmp_path / "users.csv").write_text("mine")
    with raises(OutputError, "users.csv already"):
        export_tables(result, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["users.csv"]
    export_tables(result, tmp_path, overwrite=True)
    assert len(pd.read_csv(tmp_path / "users.csv")) == 6


def test_an_interrupt_leaves_no_half_file(result: Result, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*arguments: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        export_tables(result, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_made(result: Result, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with raises(OutputError, "directory") as caught:
        export_tables(result, tmp_path / "file" / "text")
    assert caught.value.path == tmp_path / "file" / "text"
