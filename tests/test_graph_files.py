"""Reading graph files: what is read, and what is refused with which words."""

from __future__ import annotations

import gzip
import os
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulation.errors import GraphError
from simulation.graph_files import read_graph, write_graph
from simulation.graph_files.edge_lists import ColumnNames, find_layout, read_integers, read_lines
from simulation.social_graph import SocialGraph
from tests.told import raises

TWITCH = Path(os.environ.get("FOLLOWER_DATA", Path(__file__).parents[2] / "shared" / "data")) / "twitch"
needs_twitch = pytest.mark.skipif(
    not TWITCH.is_dir(), reason=f"the Twitch graphs are not in {TWITCH}; FOLLOWER_DATA names the folder that has them"
)


def written(folder: Path, name: str, text: str | bytes) -> Path:
    data = text.encode() if isinstance(text, str) else text
    path = folder / name
    path.write_bytes(gzip.compress(data) if name.lower().endswith(".gz") else data)
    return path


def ties(graph: SocialGraph) -> set[tuple[Any, Any]]:
    return set(graph.to_networkx().edges)


# --- real graphs --------------------------------------------------------------------------------------------------


@needs_twitch
@pytest.mark.parametrize(
    ("country", "users", "edges"), [("ENGB", 7126, 35324), ("PTBR", 1912, 31299), ("DE", 9498, 153138)]
)
def test_the_twitch_graphs_have_their_published_sizes(country: str, users: int, edges: int) -> None:
    graph = read_graph(TWITCH / f"{country}_edges.csv")
    assert (graph.users, graph.edges, graph.labels, graph.directed) == (users, edges, None, False)
    assert (graph.dropped_self_loops, graph.dropped_duplicates) == (0, 0)


@needs_twitch
def test_twitch_attributes_stand_at_their_users() -> None:
    graph = read_graph(TWITCH / "ENGB_edges.csv", nodes=TWITCH / "ENGB_target.csv")
    assert (graph.users, graph.edges) == (7126, 35324)
    assert {name: column.dtype.name for name, column in graph.node_attributes.items()} == {
        "days": "int64",
        "mature": "bool",
        "views": "int64",
        "partner": "bool",
    }
    first, second = (TWITCH / "ENGB_target.csv").read_text().splitlines()[1:3]
    for line in (first, second):
        node, days, mature, views, partner = line.split(",")
        found = [column[int(node)] for column in graph.node_attributes.values()]
        assert found == [int(days), mature == "True", int(views), partner == "True"]


@needs_twitch
@pytest.mark.parametrize("name", ["ptbr.csv.gz", "ptbr.graphml", "ptbr.gexf"])
def test_a_twitch_graph_comes_back_from_every_format(tmp_path: Path, name: str) -> None:
    graph = read_graph(TWITCH / "PTBR_edges.csv", nodes=TWITCH / "PTBR_target.csv")
    write_graph(graph.to_networkx(), tmp_path / name)
    back = read_graph(tmp_path / name)
    assert back.digest() == graph.digest()
    if "csv" not in name:
        assert all(
            np.array_equal(back.node_attributes[key], graph.node_attributes[key]) for key in graph.node_attributes
        )


# --- edge lists ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.csv", "0,1\n1,2\n"),
        ("a.csv", "source,target\n1,2\n0,1\n"),
        ("a.csv", "Target,Source\n1,0\n2,1"),
        ("a.csv", "from,to\r\n0,1\r\n1,2\r\n"),
        ("a.csv", "src;dst\n0;1\n1;2\n"),
        ("a.csv", "\ufeffu,v\n0,1\n1,2\n"),
        ("a.csv", "0, 1\n1, 2\n"),
        ("a.csv", '"0","1"\n"1","2"\n'),
        ("a.csv", "0,1\r1,2\r"),
        ("a.tsv", "user\tfriend\n0\t1\n1\t2\n"),
        ("a.txt", "# from a crawl, 2009\n# a\tb\n\n0\t1\n1\t2\n# the end\n"),
        ("a.txt", "  # indented\nfrom to\n0 1\n1   2\n"),
        ("a.edges", "0 1\n\n1\t2"),
        ("a.CSV.GZ", "0,1\n1,2\n"),
        ("my.net.2009.txt.gz", "0 1\n1 2\n"),
    ],
)
def test_every_way_to_write_an_edge_list_gives_the_same_graph(tmp_path: Path, name: str, text: str) -> None:
    graph = read_graph(written(tmp_path, name, text))
    assert (graph.labels, graph.users, ties(graph)) == (None, 3, {(0, 1), (1, 2)})
    assert graph.weights is None


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("10,9\n9,100\n", (9, 10, 100)),
        ("1,2\n2,3\n", (1, 2, 3)),
        ("-1,0\n0,5\n", (-1, 0, 5)),
        ("5,9000000000000000000\n5,0\n", (0, 5, 9000000000000000000)),
        ("bob,ann\nann,cy\n", ("ann", "bob", "cy")),
        ("10,9\n9,x\n", ("10", "9", "x")),
        ("007,7\n7,8\n", ("007", "7", "8")),
        ("+7,7\n7,8\n", ("+7", "7", "8")),
        ("1.0,1\n1,2\n", ("1", "1.0", "2")),
        ("1,inf\ninf,2\n", ("1", "2", "inf")),
        ("1,NA\nNA,2\n", ("1", "2", "NA")),
        ("1,99999999999999999999\n1,2\n", ("1", "2", "99999999999999999999")),
        ('"Lee, Jo",ann\nann,"say ""hi"""\n', ("Lee, Jo", "ann", 'say "hi"')),
        ("zoë,ann\nann,Ωmega\n", ("ann", "zoë", "Ωmega")),
    ],
)
def test_ids_are_kept_integers_by_number_and_strings_by_letter(
    tmp_path: Path, text: str, labels: tuple[Any, ...]
) -> None:
    graph = read_graph(written(tmp_path, "a.csv", text))
    assert graph.labels == labels
    assert graph.edges == 2


def test_edge_lists_are_undirected_unless_told_and_count_what_they_drop(tmp_path: Path) -> None:
    path = written(tmp_path, "a.csv", "0,1\n1,0\n0,1\n2,2\n")
    graph, directed = read_graph(path), read_graph(path, directed=True)
    assert (graph.users, graph.edges, graph.dropped_self_loops, graph.dropped_duplicates) == (3, 1, 1, 2)
    assert (directed.directed, ties(directed), directed.dropped_duplicates) == (True, {(0, 1), (1, 0)}, 1)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("0,1,2.5\n1,2,1e+1\n", {}),
        ("weight,from,to\n2.5,0,1\n10,1,2\n", {}),
        ("source,target,load\n0,1,2.5\n1,2,10\n", {"weight": "load"}),
        ("a,when,b,load\n0,mon,1,2.5\n1,tue,2,10\n", {"source": "a", "target": "b", "weight": "load"}),
        ("A,when,B,weight\n0,,1,2.5\n1,,2,10\n", {"source": "A", "target": "B"}),
    ],
)
def test_weights_are_read_by_place_by_name_or_as_told(tmp_path: Path, text: str, names: dict[str, str]) -> None:
    graph = read_graph(written(tmp_path, "a.csv", text), **names)  # type: ignore[arg-type]
    assert graph.weights is not None
    assert graph.weights.tolist() == [2.5, 2.5, 10.0, 10.0]
    assert ties(graph) == {(0, 1), (1, 2)}


ids = st.integers(-3, 30) | st.just(2**40)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(ids, ids, st.floats(0, 1e6)), min_size=1),
    st.sampled_from([",", "\t", ";", " "]),
    st.booleans(),
    st.booleans(),
)
def test_the_fast_way_and_the_careful_way_read_the_same(
    edges: list[tuple[int, int, float]], delimiter: str, header: bool, weighted: bool
) -> None:
    lines = [("to", "from", "weight")] * header + edges
    text = "\n".join(delimiter.join(str(field) for field in line[: 2 + weighted]) for line in lines) + "\n# end\n"
    path = Path("list.csv")
    layout = find_layout(path, text, ColumnNames())
    fast, careful = read_integers(text.encode(), layout), read_lines(path, text, layout)
    assert fast is not None
    for one, other in zip(vars(fast).values(), vars(careful).values(), strict=True):
        assert (one is None) == (other is None)
        assert one is None or np.array_equal(one, other)


# --- node tables --------------------------------------------------------------------------------------------------


def test_nodes_of_the_table_alone_have_no_peers_and_rows_may_stand_in_any_order(tmp_path: Path) -> None:
    edges = written(tmp_path, "a.csv", "0,1\n")
    table = written(tmp_path, "n.tsv.gz", "score\tid\tname\tok\n.5\t2\t\ttrue\n\t0\tann\tFalse\n1\t1\tbo\tTRUE\n")
    graph = read_graph(edges, nodes=table)
    assert (graph.users, graph.edges, graph.labels) == (3, 1, None)
    assert graph.degree().tolist() == [1, 1, 0]
    np.testing.assert_array_equal(graph.node_attributes["score"], [np.nan, 1, 0.5])
    assert graph.node_attributes["name"].tolist() == ["ann", "bo", None]
    assert graph.node_attributes["ok"].tolist() == [False, True, True]


def test_without_a_column_node_or_id_the_first_one_holds_the_ids(tmp_path: Path) -> None:
    edges = written(tmp_path, "a.csv", "1,2\n")
    graph = read_graph(edges, nodes=written(tmp_path, "n.csv", "who,age\nx,7\n2,8\n1,9\n"))
    assert graph.labels == ("1", "2", "x")
    assert graph.node_attributes["age"].tolist() == [9, 8, 7]
    alone = read_graph(edges, nodes=written(tmp_path, "m.csv", "node\n2\n1\n0\n"))
    assert (alone.users, alone.labels, alone.node_attributes) == (3, None, {})


def test_graphml_takes_a_node_table_too(tmp_path: Path) -> None:
    write_graph(nx.Graph([("a", "b")]), tmp_path / "g.graphml")
    table = written(tmp_path, "n.csv", "node,age\nc,1\nb,2\na,3\n")
    graph = read_graph(tmp_path / "g.graphml", nodes=table)
    assert (graph.labels, graph.node_attributes["age"].tolist(), graph.edges) == (("a", "b", "c"), [3, 2, 1], 1)
    with raises(GraphError, "node 'a' 1") as caught:
        read_graph(tmp_path / "g.graphml", nodes=written(tmp_path, "m.csv", "node,age\nb,2\n"))
    assert caught.value.path == tmp_path / "g.graphml"
    assert "m.csv" in str(caught.value)


@pytest.mark.parametrize(
    ("name", "text", "line", "key"),
    [
        ("n.csv", "node,age\n0,1\n", None, "node 1 a.csv 1"),
        ("n.csv", "node,age\n0,1\nx,1\n", None, "node '1' a.csv"),
        ("n.csv", "node,age\n0,1\n1\n", 3, "1 2"),
        ("n.csv", "node,age\n0,1\n1,2\n0,3\n", 4, "node '0' line 2"),
        ("n.csv", "node,age\n0,1\n,2\n", 3, "empty"),
        ("n.csv", "0,5\n1,6\n", 1, "header"),
        ("n.csv", "node,age,age\n0,5,6\n", 1, "header"),
        ("n.csv", "node,age\n", None, "no nodes"),
        ("n.csv", "", None, "empty"),
        ("n.csv", "# nothing\n", None, "comments only"),
        ("n.csv", b"\x89PNG\0", 1, "UTF-8"),
        ("n.graphml", "<graphml/>", None, "tables"),
    ],
)
def test_node_tables_that_do_not_fit_are_refused(
    tmp_path: Path, name: str, text: str | bytes, line: int | None, key: str
) -> None:
    edges = written(tmp_path, "a.csv", "0,1\n")
    with raises(GraphError, key) as caught:
        read_graph(edges, nodes=written(tmp_path, name, text))
    assert (caught.value.path, caught.value.line) == (tmp_path / name, line)


# --- refusals -----------------------------------------------------------------------------------------------------

KNOWN = r"source/target, from/to, src/dst, u/v, user/friend and weight"


@pytest.mark.parametrize(
    ("name", "text", "line", "key"),
    [
        ("a.csv", "", None, "empty"),
        ("a.csv", " \n\n", None, "empty"),
        ("a.csv.gz", "", None, "empty"),
        ("a.graphml", "", None, "empty"),
        ("a.csv", "# only\n# words\n", None, "comments only"),
        ("a.csv", "source,target\n", None, "no edges"),
        ("a.csv", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", 3, "UTF-8"),
        ("a.csv", "ann,bo\nzoë,bo\n".encode("latin-1"), 2, "UTF-8"),
        ("a.csv", "a,b\n".encode("utf-16"), 1, "UTF-8"),
        ("a.csv", "one\ntwo\n", 1, "one column"),
        ("a.csv", "1,2\n3\n", 2, "1 2"),
        ("a.csv", "# c\n1,2\n\n3,4,5\n", 4, "3 2"),
        ("a.csv", 'a,b\n"c,d\n', 2, "1 2"),
        ("a.csv", "a,b\n" + "c" * 140_000 + ",d\n", 2, "field limit"),
        ("a.csv", "1,2,3,4\n", 1, "4 columns"),
        ("a.csv", "1,2\n3,\n", 2, "empty"),
        ("a.csv", "source,target\n,b\n", 2, "empty"),
        ("a.csv", "source,target,weight\n1,2,1\n1,3,nan\n", 3, "weight 'nan'"),
        ("a.csv", "1,2,inf\n", 1, "weight 'inf'"),
        ("a.csv", "1,2,-1\n", 1, "weight '-1'"),
        ("a.csv", "a,b,\n", 1, "weight ''"),
        ("a.csv", "1;2;0,5\n", 1, "weight '0,5'"),
        ("a.csv", "source,target,age\n1,2,3\n", 1, f"'age' {KNOWN}"),
        ("a.csv", "follower,followee\n1,2\n", 1, f"followee {KNOWN}"),
        ("a.csv", "from,person\nann,bo\n", 1, f"person {KNOWN}"),
        ("a.csv", "source,target,Source\n1,2,3\n", 1, "'Source'"),
        ("a.graphml", "<graphml><graph>", 1, "XML"),
        ("a.gexf", "words\n", 1, "XML"),
        ("a.graphml", "<svg/>", None, ".graphml"),
        ("a.gexf", "<gexf/>", None, ".gexf"),
        ("a.xlsx", "1,2\n", None, ".csv"),
        ("a.gz", "1,2\n", None, "format"),
        ("graph", "1,2\n", None, "format"),
    ],
)
def test_files_that_hold_no_graph_are_refused_in_one_sentence(
    tmp_path: Path, name: str, text: str | bytes, line: int | None, key: str
) -> None:
    with raises(GraphError, key) as caught:
        read_graph(written(tmp_path, name, text))
    assert (caught.value.path, caught.value.line) == (tmp_path / name, line)
    assert str(caught.value).startswith(str(tmp_path / name) + ("" if line is None else f", line {line}: "))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "data",
    [
        gzip.compress(b"1,2\n" * 100, mtime=0)[:-9],
        b"1,2\n",
        gzip.compress(b"1,2\n" * 100, mtime=0)[:12] + b"\xff" * 20,
    ],
)
def test_damaged_gzip_is_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "a.csv.gz"
    path.write_bytes(data)
    with raises(GraphError, "gzip") as caught:
        read_graph(path)
    assert caught.value.path == path


def test_what_cannot_be_opened_is_refused(tmp_path: Path) -> None:
    (tmp_path / "folder.csv").mkdir()
    file = written(tmp_path, "a.csv", "0,1\n")
    for path, key in ((tmp_path / "no.csv", "exist"), (tmp_path / "folder.csv", "folder"), (file / "b.csv", "Not a")):
        with raises(GraphError, key) as caught:
            read_graph(path)
        assert caught.value.path == path


@pytest.mark.parametrize(
    ("names", "key"),
    [
        ({"source": "x", "target": "to"}, "'x'"),
        ({"source": "from"}, "source target"),
        ({"weight": "load"}, "'load'"),
    ],
)
def test_columns_that_are_not_there_are_refused(tmp_path: Path, names: dict[str, str], key: str) -> None:
    path = written(tmp_path, "a.csv", "from,to,age\n0,1,2\n")
    with raises(GraphError, key) as caught:
        read_graph(path, **names)  # type: ignore[arg-type]
    assert (caught.value.path, caught.value.line) == (path, 1)
    write_graph(nx.path_graph(2), tmp_path / "a.gexf")
    with raises(GraphError, "columns") as caught:
        read_graph(tmp_path / "a.gexf", **names)  # type: ignore[arg-type]
    assert caught.value.path == tmp_path / "a.gexf"
