"""Whether two results are the same: exactly what differs is named."""

from __future__ import annotations

import copy
from typing import Any

import networkx as nx
import numpy as np
import pyarrow as pa
import pytest

from simulation.records import Result, same_tables
from simulation.records.tables import HeldTable
from simulation.social_graph import SocialGraph
from tests.records.world import World


def changed(result: Result, name: str, change: Any) -> Result:
    """A copy of a result with one table changed."""
    other = copy.deepcopy(result)
    table = change(result.tables[name].read())
    other.tables[name] = HeldTable(lambda: table)
    return other


def with_column(name: str, values: Any) -> Any:
    return lambda table: table.set_column(table.column_names.index(name), name, [pa.array(values)])


def test_the_same_run_twice_is_the_same(result: Result) -> None:
    again = World()
    again.live_randomly(8)
    assert same_tables(result, again.result()) == []
    assert same_tables(result, result) == []


def test_another_run_differs(result: Result) -> None:
    other = World()
    other.live_randomly(8, seed=2)
    found = same_tables(result, other.result())
    assert "events" in found or "events.user" in found
    assert "creator_days.followers" in found
    assert not [name for name in found if name.startswith("social_graph")]


def test_a_day_more_is_another_table(result: Result, world: World) -> None:
    world.live()
    assert {"daily", "creator_days"} <= set(same_tables(result, world.result()))


@pytest.mark.parametrize("bits", [1, 1 << 51])
def test_one_bit_is_enough(result: Result, bits: int) -> None:
    appeal = result.tables["events"].read()["appeal"].to_numpy().copy()
    appeal.view(np.int64)[3] ^= bits
    assert same_tables(result, changed(result, "events", with_column("appeal", appeal))) == ["events.appeal"]


def test_zero_has_a_sign_and_nan_has_no_bits(result: Result) -> None:
    rows = len(result.follows)
    quiet, loud = np.zeros(rows, np.float32), np.zeros(rows, np.float32)
    quiet[0], loud[0] = np.nan, -np.nan
    a, b = (changed(result, "follows", with_column("satisfaction", column)) for column in (quiet, loud))
    assert same_tables(a, b) == []
    loud[1] = -0.0
    b = changed(result, "follows", with_column("satisfaction", loud))
    assert same_tables(a, b) == ["follows.satisfaction"]


def test_types_words_and_missing_columns(result: Result) -> None:
    days = result.tables["daily"].read()["day"].to_numpy()
    assert same_tables(result, changed(result, "daily", with_column("day", days.astype(np.int32)))) == ["daily.day"]
    labels = ["x", "3", "4"]
    assert same_tables(result, changed(result, "creators", with_column("label", labels))) == ["creators.label"]
    shorter = changed(result, "users", lambda table: table.drop_columns(["attention"]))
    assert same_tables(result, shorter) == same_tables(shorter, result) == ["users.attention"]


def test_categories_count_by_their_words(result: Result) -> None:
    words = result.tables["events"].read()["cause"].cast(pa.string())
    renumbered = pa.chunked_array([words.combine_chunks().dictionary_encode()])
    assert str(renumbered.chunk(0).dictionary) != str(result.tables["events"].read()["cause"].chunk(0).dictionary)
    same = changed(result, "events", lambda table: table.set_column(5, "cause", renumbered))
    assert same_tables(result, same) == []
    other = pa.array(["absence", *words.to_pylist()[1:]]).dictionary_encode()
    assert words[0].as_py() != "absence"
    assert same_tables(result, changed(result, "events", lambda t: t.set_column(5, "cause", other))) == ["events.cause"]


def test_other_peers_and_other_labels() -> None:
    path, cycle = (World(graph=SocialGraph.from_networkx(make(6))).result() for make in (nx.path_graph, nx.cycle_graph))
    assert same_tables(path, cycle) == ["social_graph"]
    directed = World(graph=SocialGraph.from_networkx(nx.path_graph(6).to_directed())).result()
    assert same_tables(path, directed) == ["social_graph"]
