"""The social graph: its rows against networkx, and what it keeps of a networkx graph."""

from __future__ import annotations

import math
from typing import Any

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulation.errors import GraphError
from simulation.social_graph import SocialGraph, attribute_column
from tests.told import raises


@st.composite
def edge_lists(draw: st.DrawFn) -> tuple[int, list[tuple[int, int, float]]]:
    users = draw(st.integers(1, 12))
    ids = st.integers(0, users - 1)
    return users, draw(st.lists(st.tuples(ids, ids, st.integers(0, 8).map(float)), max_size=40))


# --- rows ---------------------------------------------------------------------------------------------------------


@settings(max_examples=150, deadline=None)
@given(edge_lists(), st.booleans(), st.booleans())
def test_rows_from_edges_are_those_of_networkx(
    edges: tuple[int, list[tuple[int, int, float]]], directed: bool, weighted: bool
) -> None:
    users, listed = edges
    expected: nx.Graph[int] = nx.DiGraph() if directed else nx.Graph()
    expected.add_nodes_from(range(users))
    for u, v, weight in listed:
        if u != v:
            before = expected.edges[u, v]["weight"] if expected.has_edge(u, v) else 0.0
            expected.add_edge(u, v, weight=before + weight)
    sources, targets, weights = (np.array([edge[i] for edge in listed]) for i in range(3))
    graph = SocialGraph.from_edges(sources, targets, users, directed=directed, weights=weights if weighted else None)
    for i in range(users):
        peers = graph.peers[graph.start[i] : graph.start[i + 1]]
        assert peers.tolist() == sorted(expected[i])
        if graph.weights is not None:
            found = graph.weights[graph.start[i] : graph.start[i + 1]].tolist()
            assert found == [expected[i][j]["weight"] for j in sorted(expected[i])]
    loops = sum(u == v for u, v, _ in listed)
    assert graph.edges == expected.number_of_edges()
    assert graph.dropped_self_loops == loops
    assert graph.dropped_duplicates == len(listed) - loops - expected.number_of_edges()
    assert (graph.weights is not None) == weighted


@pytest.mark.parametrize("dtype", [np.uint8, np.uint64, np.int32, np.int64])
def test_ids_of_any_integer_type_give_the_same_rows(dtype: type[np.integer[Any]]) -> None:
    graph = SocialGraph.from_edges(np.array([0, 2], dtype), np.array([1, 0], dtype), 3, directed=False)
    assert graph.peers.tolist() == [1, 2, 0, 0]
    assert graph.start.tolist() == [0, 2, 3, 4]
    assert [graph.start.dtype.name, graph.peers.dtype.name] == ["int64", "int32"]


@pytest.mark.parametrize(
    ("sources", "targets", "users", "weights", "message"),
    [
        ([0], [1], 0, None, "users=0"),
        ([0], [1], True, None, "users=True"),
        ([0], [1], 2.0, None, "users=2.0"),
        ([0], [2], 2, None, "targets[0] 2 0 1"),
        ([0, -1], [1, 0], 2, None, "sources[1] -1"),
        ([0.5], [1], 2, None, "sources 1-d float64"),
        ([[0]], [1], 2, None, "sources 2-d"),
        ([0, 1], [1], 2, None, "2 sources and 1 targets"),
        ([0], [1], 2, [math.nan], "weights[0] nan"),
        ([0], [1], 2, [-1.0], "weights[0] -1.0"),
        ([0], [1], 2, [math.inf], "weights[0] inf"),
        ([0], [1], 2, [1.0, 2.0], "weights (2,) 1 edges"),
    ],
)
def test_edges_that_make_no_graph_are_refused(
    sources: Any, targets: Any, users: Any, weights: Any, message: str
) -> None:
    with raises(GraphError, message):
        SocialGraph.from_edges(sources, targets, users, directed=False, weights=weights)


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ({"start": np.array([0, 1])}, "start"),
        ({"labels": ("a",)}, "labels 1 2 users"),
        ({"labels": ("a", "a")}, "labels"),
        ({"node_attributes": {"age": np.zeros(3)}}, "age has 3 entries"),
        ({"weights": np.ones(1)}, "weights 1 2 peers"),
    ],
)
def test_parts_that_do_not_fit_together_are_refused(parts: dict[str, Any], message: str) -> None:
    right: dict[str, Any] = {"start": np.array([0, 1, 2]), "peers": np.array([1, 0], np.int32), "directed": False}
    assert SocialGraph(**right).edges == 1
    with raises(GraphError, message):
        SocialGraph(**{**right, **parts})


# --- networkx -----------------------------------------------------------------------------------------------------


def test_the_karate_club_comes_back_whole() -> None:
    club = nx.karate_club_graph()
    graph = SocialGraph.from_networkx(club)
    assert (graph.users, graph.edges, graph.labels, graph.directed) == (34, 78, None, False)
    assert nx.utils.graphs_equal(graph.to_networkx(), _bare(club))


def _bare(graph: nx.Graph[Any]) -> nx.Graph[Any]:
    """Return the graph without attributes of its own, which a social graph does not hold."""
    copy = graph.copy()
    copy.graph.clear()
    return copy


@pytest.mark.parametrize("kind", [nx.Graph, nx.DiGraph, nx.MultiGraph, nx.MultiDiGraph])
def test_any_graph_with_any_labels_is_taken_over_in_the_order_of_its_nodes(kind: Any) -> None:
    given_graph = kind([("b", (1, 2)), ("b", (1, 2)), ((1, 2), "b"), ("b", "b"), (7, "b")])
    graph = SocialGraph.from_networkx(given_graph)
    assert graph.labels == ("b", (1, 2), 7)
    assert graph.dropped_self_loops == 1
    assert graph.dropped_duplicates == given_graph.number_of_edges() - 1 - graph.edges
    expected: nx.Graph[Any] = (nx.DiGraph if given_graph.is_directed() else nx.Graph)(given_graph)
    expected.remove_edge("b", "b")
    assert set(graph.to_networkx().edges) == set(expected.edges)
    assert list(graph.to_networkx()) == ["b", (1, 2), 7]


def test_nodes_that_are_numpys_own_integers_are_user_ids_only_in_order() -> None:
    assert (
        SocialGraph.from_networkx(nx.relabel_nodes(nx.path_graph(3), {i: np.int64(i) for i in range(3)})).labels is None
    )
    assert SocialGraph.from_networkx(nx.Graph([(1, 0)])).labels == (1, 0)
    assert SocialGraph.from_networkx(nx.Graph([(False, True)])).labels == (False, True)


def test_attributes_come_back_as_python_types_and_missing_ones_stay_missing() -> None:
    source: nx.Graph[str] = nx.Graph()
    source.add_node("a", age=np.int64(3), ok=np.bool_(True), score=1.5, name="x", some=1)
    source.add_node("b", age=4, ok=False, score=2.5, name="y")
    graph = SocialGraph.from_networkx(source)
    assert {name: column.dtype.kind for name, column in graph.node_attributes.items()} == {
        "age": "i",
        "ok": "b",
        "score": "f",
        "name": "O",
        "some": "O",
    }
    nodes = dict(graph.to_networkx().nodes(data=True))
    assert nodes == {
        "a": {"age": 3, "ok": True, "score": 1.5, "name": "x", "some": 1},
        "b": {"age": 4, "ok": False, "score": 2.5, "name": "y"},
    }
    assert {type(value) for value in nodes["a"].values()} == {int, bool, float, str}


def test_attributes_that_fit_no_array_are_kept_as_objects() -> None:
    assert attribute_column([2**70, 1]).tolist() == [2**70, 1]
    assert attribute_column([[1, 2], [3, 4]]).shape == (2,)
    assert attribute_column([True, 1]).tolist() == [True, 1]


def test_edges_without_a_weight_count_one_where_others_have_one() -> None:
    graph = SocialGraph.from_networkx(nx.Graph([(0, 1, {"weight": 2.5}), (1, 2, {})]))
    assert graph.weights is not None
    assert graph.weights.tolist() == [2.5, 2.5, 1.0, 1.0]
    assert dict(graph.to_networkx().edges) == {(0, 1): {"weight": 2.5}, (1, 2): {"weight": 1.0}}
    assert SocialGraph.from_networkx(nx.path_graph(3)).weights is None


@pytest.mark.parametrize("weight", [math.nan, math.inf, -0.5, "heavy"])
def test_a_weight_that_is_no_load_is_refused_by_the_name_of_its_edge(weight: Any) -> None:
    with raises(GraphError, f"edge 'a' 'b' weight {weight!r}"):
        SocialGraph.from_networkx(nx.Graph([("a", "b", {"weight": weight})]))


def test_what_is_no_graph_or_empty_is_refused() -> None:
    with raises(GraphError, "networkx list"):
        SocialGraph.from_networkx([(0, 1)])  # type: ignore[arg-type]
    with raises(GraphError, "empty"):
        SocialGraph.from_networkx(nx.Graph())


def test_the_digest_tells_structures_apart_and_nothing_else() -> None:
    path = SocialGraph.from_networkx(nx.path_graph(4))
    named = SocialGraph.from_networkx(nx.relabel_nodes(nx.path_graph(4), dict(enumerate("dcba"))))
    assert path.digest() == named.digest()
    crossed = nx.empty_graph(4)
    crossed.add_edges_from([(0, 2), (2, 1), (1, 3)])
    others = [nx.cycle_graph(4), nx.path_graph(5), crossed]
    both_ways = SocialGraph.from_networkx(nx.path_graph(4).to_directed())
    assert both_ways.peers.tolist() == path.peers.tolist()
    digests = {path.digest(), both_ways.digest(), *(SocialGraph.from_networkx(other).digest() for other in others)}
    assert len(digests) == 5
    assert len(path.digest()) == 64
