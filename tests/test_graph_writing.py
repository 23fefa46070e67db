"""Writing graph files: a graph comes back as it was written, or is refused and leaves nothing behind."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import pytest

from simulation.errors import GraphError, OutputError
from simulation.graph_files import read_graph, write_graph
from simulation.social_graph import SocialGraph
from tests.told import raises


def ties(graph: SocialGraph) -> set[tuple[Any, Any]]:
    return set(graph.to_networkx().edges)


EVERY_FORMAT = ["g.csv", "g.tsv", "g.txt.gz", "g.edges", "g.graphml", "g.graphml.gz", "g.gexf", "g.gexf.gz"]


@pytest.mark.parametrize("name", EVERY_FORMAT)
@pytest.mark.parametrize("directed", [False, True])
def test_a_graph_comes_back_as_it_was_written(tmp_path: Path, name: str, directed: bool) -> None:
    graph: nx.Graph[Any] = nx.DiGraph() if directed else nx.Graph()
    graph.add_weighted_edges_from([("#ann", "b o", 1.5), ("b o", 'ümit, "j"', 2.0), ("c", "#ann", 0.25)])
    write_graph(graph, tmp_path / name)
    back = read_graph(tmp_path / name, directed=directed)
    assert back.directed == directed
    assert back.labels == tuple(sorted(graph))
    assert nx.utils.graphs_equal(back.to_networkx(), graph)


@pytest.mark.parametrize("name", ["g.graphml", "g.gexf"])
def test_numpy_scalars_become_what_the_formats_hold_and_integer_ids_come_back_as_integers(
    tmp_path: Path, name: str
) -> None:
    graph: nx.Graph[Any] = nx.Graph()
    for i, label in enumerate((12, 7, 100)):
        graph.add_node(
            np.int64(label), ok=np.bool_(i > 0), count=np.int64(2**40 + i), score=np.float64(i / 2), note="é"
        )
    graph.add_edge(np.int64(12), np.int64(7), weight=np.float32(0.5), new=np.bool_(True), none=None)
    write_graph(graph, tmp_path / name)
    back = read_graph(tmp_path / name)
    assert back.labels == (7, 12, 100)
    assert back.node_attributes["ok"].tolist() == [True, False, True]
    assert back.node_attributes["count"].tolist() == [2**40 + 1, 2**40, 2**40 + 2]
    assert back.node_attributes["score"].tolist() == [0.5, 0.0, 1.0]
    assert back.node_attributes["note"].tolist() == ["é"] * 3
    assert set(back.node_attributes) == {"ok", "count", "score", "note"}
    assert dict(back.to_networkx().edges) == {(7, 12): {"weight": 0.5}}


@pytest.mark.parametrize("name", ["g.graphml", "g.gexf"])
def test_told_otherwise_directed_files_lose_or_gain_direction(tmp_path: Path, name: str) -> None:
    write_graph(nx.DiGraph([(0, 1), (1, 2)]), tmp_path / name)
    assert ties(read_graph(tmp_path / name)) == {(0, 1), (1, 2)}
    assert not read_graph(tmp_path / name, directed=False).directed
    write_graph(nx.path_graph(3), tmp_path / name)
    assert ties(read_graph(tmp_path / name, directed=True)) == {(0, 1), (1, 0), (1, 2), (2, 1)}


def test_multigraphs_are_written_and_merged_when_read(tmp_path: Path) -> None:
    for kind in (nx.MultiGraph, nx.MultiDiGraph):
        for name in ("g.csv", "g.graphml", "g.gexf"):
            write_graph(kind([(0, 1), (0, 1), (1, 2)]), tmp_path / name)
            back = read_graph(tmp_path / name)
            assert (back.users, back.edges, back.dropped_duplicates) == (3, 2, 1)


def test_an_edge_list_holds_the_attributes_of_edges_as_columns(tmp_path: Path) -> None:
    graph: nx.Graph[Any] = nx.DiGraph([(0, 1, {"day": np.int64(3)}), (2, 1, {"why": "peers"})])
    write_graph(graph, tmp_path / "g.csv")
    assert (tmp_path / "g.csv").read_text() == "source,target,day,why\n0,1,3,\n2,1,,peers\n"
    assert ties(read_graph(tmp_path / "g.csv", source="source", target="target", directed=True)) == {(0, 1), (2, 1)}


def test_the_same_graph_gives_the_same_compressed_bytes(tmp_path: Path) -> None:
    for name in ("one.csv.gz", "two.csv.gz"):
        write_graph(nx.karate_club_graph(), tmp_path / name)
    one, two = ((tmp_path / name).read_bytes() for name in ("one.csv.gz", "two.csv.gz"))
    assert one == two
    # The time of compression, which gzip would put there.
    assert one[4:8] == bytes(4)


@pytest.mark.parametrize(
    ("graph", "key"),
    [
        ([(0, 1)], "list"),
        (nx.Graph([(1, "1")]), "differ"),
        (nx.Graph([("", "a")]), "empty"),
        (nx.Graph([(0, 1, {"tags": {1}})]), "'tags' edge 0 1 set"),
        (nx.Graph([(0, 1, {"source": 1})]), "source target"),
    ],
)
def test_graphs_that_no_file_can_hold_are_refused(tmp_path: Path, graph: Any, key: str) -> None:
    with raises(GraphError, key) as caught:
        write_graph(graph, tmp_path / "g.csv")
    assert caught.value.path == tmp_path / "g.csv"
    with raises(GraphError, "format") as caught:
        write_graph(nx.path_graph(2), tmp_path / "g.png")
    assert caught.value.path == tmp_path / "g.png"
    assert not list(tmp_path.iterdir())


def test_what_cannot_be_written_is_said_and_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "folder.csv").mkdir()
    for path, key in ((tmp_path / "no" / "g.csv", "file directory"), (tmp_path / "folder.csv", "no file")):
        with raises(OutputError, key) as caught:
            write_graph(nx.path_graph(2), path)
        assert caught.value.path == path
    write_graph(nx.path_graph(2), tmp_path / "g.csv")

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with raises(OutputError, "space") as caught:
        write_graph(nx.path_graph(9), tmp_path / "g.csv")
    assert caught.value.path == tmp_path / "g.csv"
    assert read_graph(tmp_path / "g.csv").users == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == ["folder.csv", "g.csv"]


def test_a_link_is_followed_and_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "link.csv").symlink_to(tmp_path / "real.csv")
    write_graph(nx.path_graph(3), tmp_path / "link.csv")
    assert (tmp_path / "link.csv").is_symlink()
    assert read_graph(tmp_path / "real.csv").users == 3
