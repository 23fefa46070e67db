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
    with pytest.raises(GraphError, match=r"g\.graphml: node 'a' is missing from .*m\.csv \(1 in all\)"):
        read_graph(tmp_path / "g.graphml", nodes=written(tmp_path, "m.csv", "node,age\nb,2\n"))


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("n.csv", "node,age\n0,1\n", r"n\.csv: node 1 of .*a\.csv is missing \(1 in all\); every node must be there"),
        ("n.csv", "node,age\n0,1\nx,1\n", r"node '1' of .*a\.csv is missing"),
        ("n.csv", "node,age\n0,1\n1\n", r"n\.csv, line 3: found 1 column\(s\) where the header has 2"),
        ("n.csv", "node,age\n0,1\n1,2\n0,3\n", r"line 4: node '0' is there already, in line 2; each node"),
        ("n.csv", "node,age\n0,1\n,2\n", r"line 3: the id of the node is empty"),
        ("n.csv", "0,5\n1,6\n", r"line 1: a header is needed"),
        ("n.csv", "node,age,age\n0,5,6\n", r"line 1: a header is needed, with a different name for each column"),
        ("n.csv", "node,age\n", "has a header and no nodes"),
        ("n.csv", "", "is empty"),
        ("n.csv", "# nothing\n", "holds comments only"),
        ("n.csv", b"\x89PNG\0", "line 1: this is not text in UTF-8"),
        ("n.graphml", "<graphml/>", r"n\.graphml: attributes of nodes are read from tables"),
    ],
)
def test_node_tables_that_do_not_fit_are_refused(tmp_path: Path, name: str, text: str | bytes, message: str) -> None:
    edges = written(tmp_path, "a.csv", "0,1\n")
    with pytest.raises(GraphError, match=message):
        read_graph(edges, nodes=written(tmp_path, name, text))


# --- refusals -----------------------------------------------------------------------------------------------------

KNOWN = r"known are source/target, from/to, src/dst, u/v, user/friend and weight"


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("a.csv", "", r"a\.csv is empty; a graph needs at least one edge or node"),
        ("a.csv", " \n\n", "is empty"),
        ("a.csv.gz", "", "is empty"),
        ("a.graphml", "", "is empty"),
        ("a.csv", "# only\n# words\n", "holds comments only"),
        ("a.csv", "source,target\n", "has a header and no edges; a graph needs at least one"),
        ("a.csv", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "line 3: this is not text in UTF-8"),
        ("a.csv", "ann,bo\nzoë,bo\n".encode("latin-1"), "line 2: this is not text in UTF-8"),
        ("a.csv", "a,b\n".encode("utf-16"), "line 1: this is not text in UTF-8"),
        ("a.csv", "one\ntwo\n", "line 1: found one column; an edge needs two"),
        ("a.csv", "1,2\n3\n", r"line 2: found 1 column\(s\) where the first line has 2"),
        ("a.csv", "# c\n1,2\n\n3,4,5\n", r"line 4: found 3 column\(s\) where the first line has 2"),
        ("a.csv", 'a,b\n"c,d\n', r"line 2: found 1 column\(s\)"),
        ("a.csv", "a,b\n" + "c" * 140_000 + ",d\n", "line 2: field larger than field limit"),
        ("a.csv", "1,2,3,4\n", "line 1: found 4 columns; without a header there may be two, or a weight besides"),
        ("a.csv", "1,2\n3,\n", "line 2: an id is empty; both ends of an edge need one"),
        ("a.csv", "source,target\n,b\n", "line 2: an id is empty"),
        ("a.csv", "source,target,weight\n1,2,1\n1,3,nan\n", "line 3: weight 'nan' will not do; weights must be finite"),
        ("a.csv", "1,2,inf\n", "line 1: weight 'inf'"),
        ("a.csv", "1,2,-1\n", "line 1: weight '-1'"),
        ("a.csv", "a,b,\n", "line 1: weight ''"),
        ("a.csv", "1;2;0,5\n", "line 1: weight '0,5'"),
        ("a.csv", "source,target,age\n1,2,3\n", f"line 1: column 'age' is unknown; {KNOWN}"),
        ("a.csv", "follower,followee\n1,2\n", f"line 1: no pair of known columns among follower, followee; {KNOWN}"),
        ("a.csv", "from,person\nann,bo\n", f"no pair of known columns among from, person; {KNOWN}"),
        ("a.csv", "source,target,Source\n1,2,3\n", "line 1: column 'Source' is there twice"),
        ("a.graphml", "<graphml><graph>", r"a\.graphml, line 1: this is not well-formed XML"),
        ("a.gexf", "words\n", "line 1: this is not well-formed XML"),
        ("a.graphml", "<svg/>", r"a\.graphml holds no graph that can be read as \.graphml"),
        ("a.gexf", "<gexf/>", r"a\.gexf holds no graph that can be read as \.gexf"),
        ("a.xlsx", "1,2\n", r"a\.xlsx: the name says no format of graphs; it must end in one of \.csv"),
        ("a.gz", "1,2\n", "the name says no format"),
        ("graph", "1,2\n", "the name says no format"),
    ],
)
def test_files_that_hold_no_graph_are_refused_in_one_sentence(
    tmp_path: Path, name: str, text: str | bytes, message: str
) -> None:
    with pytest.raises(GraphError, match=message) as caught:
        read_graph(written(tmp_path, name, text))
    assert str(tmp_path / name) in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (gzip.compress(b"1,2\n" * 100, mtime=0)[:-9], "is not a whole gzip file: Compressed file ended"),
        (b"1,2\n", "is not a whole gzip file: Not a gzipped file"),
        (gzip.compress(b"1,2\n" * 100, mtime=0)[:12] + b"\xff" * 20, "is not a whole gzip file"),
    ],
)
def test_damaged_gzip_is_refused(tmp_path: Path, data: bytes, message: str) -> None:
    (tmp_path / "a.csv.gz").write_bytes(data)
    with pytest.raises(GraphError, match=message):
        read_graph(tmp_path / "a.csv.gz")


def test_what_cannot_be_opened_is_refused(tmp_path: Path) -> None:
    with pytest.raises(GraphError, match=r"no\.csv does not exist; a file that holds a graph is needed"):
        read_graph(tmp_path / "no.csv")
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(GraphError, match=r"folder\.csv is a folder"):
        read_graph(tmp_path / "folder.csv")
    with pytest.raises(GraphError, match="cannot be read: Not a directory"):
        read_graph(written(tmp_path, "a.csv", "0,1\n") / "b.csv")


@pytest.mark.parametrize(
    ("names", "message"),
    [
        ({"source": "x", "target": "to"}, "line 1: there is no column 'x'; the columns are from, to, age"),
        ({"source": "from"}, "source and target must be named together"),
        ({"weight": "load"}, "there is no column 'load'"),
    ],
)
def test_columns_that_are_not_there_are_refused(tmp_path: Path, names: dict[str, str], message: str) -> None:
    path = written(tmp_path, "a.csv", "from,to,age\n0,1,2\n")
    with pytest.raises(GraphError, match=message):
        read_graph(path, **names)  # type: ignore[arg-type]
    write_graph(nx.path_graph(2), tmp_path / "a.gexf")
    with pytest.raises(GraphError, match=r"name columns of an edge list; \.gexf has no columns"):
        read_graph(tmp_path / "a.gexf", **names)  # type: ignore[arg-type]
