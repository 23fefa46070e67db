"""`export`: the follow graph for other programs."""

import csv
import gzip
from pathlib import Path
from typing import Any

import networkx as nx
import pytest

from simulation import load_result


@pytest.mark.parametrize("day", [None, -1, 0, 7])
def test_graphml_holds_the_follow_graph_of_the_day(say: Any, small_result: Path, day: int | None) -> None:
    said = say("export", small_result, "follows.graphml", *([] if day is None else ["--day", day]))
    assert said.code == 0, said
    assert "wrote follows.graphml" in said.out
    read = nx.read_graphml("follows.graphml", node_type=int)
    expected = load_result(small_result).follow_graph(day)
    assert set(read.nodes) == set(expected.nodes)
    assert set(read.edges) == set(expected.edges)
    assert all(read.edges[edge]["creator"] == expected.edges[edge]["creator"] for edge in expected.edges)


def test_csv_and_gexf(say: Any, small_result: Path) -> None:
    expected = load_result(small_result).follow_graph()
    assert say("export", small_result, "follows.csv.gz").code == 0
    with gzip.open("follows.csv.gz", "rt") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == expected.number_of_edges()
    assert say("export", small_result, "follows.gexf").code == 0
    assert nx.read_gexf("follows.gexf", node_type=int).number_of_edges() == expected.number_of_edges()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["follows.xyz"], ("follows.xyz", ".graphml")),
        (["follows.csv", "--day", "99"], ("day = 99", "from -1 to 19")),
        (["follows.csv", "--day", "x"], ("--day",)),
        (["nowhere/follows.csv"], ("nowhere/follows.csv",)),
        ([], ("FILE",)),
    ],
)
def test_refusals_leave_nothing(say: Any, small_result: Path, arguments: list[str], words: tuple[str, ...]) -> None:
    say("export", small_result, *arguments).refused(*words)
    assert list(Path().iterdir()) == []
