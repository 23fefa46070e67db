"""The social graph as tables: a row for each user and peer, a row for each node, and the little that is neither."""

import json
from collections.abc import Hashable
from pathlib import Path
from typing import Any

import numpy as np

from simulation.errors import GraphError
from simulation.files import whole_folder
from simulation.records.schema import GRAPH, GRAPH_NODES, HEADER_KEY
from simulation.records.tables import FileTable, HeldTable, StoredTable
from simulation.social_graph import SocialGraph, attribute_column, python_value

PLAIN, ENCODED = "plain", "json"
"""How a column of nodes is written: as itself, or each value as JSON text where types are mixed or nested."""

ATTRIBUTE = "attribute_"
"""Begins the name of every column that is an attribute of the nodes."""


def graph_tables(graph: SocialGraph) -> tuple[dict[str, HeldTable], dict[str, Any]]:
    """The tables ``social_graph`` (an undirected tie stands in it twice) and ``social_graph_nodes``, and the rest."""
    encodings = {ATTRIBUTE + name: _encoding(column.tolist()) for name, column in graph.node_attributes.items()}
    if graph.labels is not None:
        encodings["label"] = _encoding(list(graph.labels))
    rest = {
        "directed": bool(graph.directed),
        "dropped_self_loops": int(graph.dropped_self_loops),
        "dropped_duplicates": int(graph.dropped_duplicates),
        "encodings": encodings,
    }
    tables = {
        GRAPH: HeldTable(lambda: _edges(graph)),
        GRAPH_NODES: HeldTable(lambda: _nodes(graph, encodings)),
    }
    return tables, rest


def graph_from_tables(edges: StoredTable, nodes: StoredTable, users: int, rest: dict[str, Any]) -> SocialGraph:
    """The social graph that :func:`graph_tables` took apart."""
    table = edges.read()
    start = np.zeros(users + 1, dtype=np.int64)
    np.cumsum(np.bincount(table["user"].to_numpy(), minlength=users), out=start[1:])
    columns = {name: _decoded(nodes.read([name])[name], encoding) for name, encoding in rest["encodings"].items()}
    label = columns.pop("label", None)
    return SocialGraph(
        start=start,
        # Arrow's memory is read-only, which compiled loops would take for another type.
        peers=table["peer"].to_numpy().copy(),
        directed=rest["directed"],
        labels=None if label is None else tuple(label),
        node_attributes={name.removeprefix(ATTRIBUTE): attribute_column(column) for name, column in columns.items()},
        weights=table["weight"].to_numpy() if "weight" in table.column_names else None,
        dropped_self_loops=rest["dropped_self_loops"],
        dropped_duplicates=rest["dropped_duplicates"],
    )


def write_graph_folder(graph: SocialGraph, folder: Path) -> None:
    """Write a graph as the two tables that a stored result has of it; :func:`read_graph_folder` reads them back.

    Raises
    ------
    OSError
        If the folder cannot be written; what was there stays.
    """
    import pyarrow.parquet as pq

    tables, rest = graph_tables(graph)
    head = {HEADER_KEY: json.dumps({"users": graph.users, "graph": rest}).encode()}
    with whole_folder(folder.resolve()) as staging:
        for name, table in tables.items():
            pq.write_table(table.read().replace_schema_metadata(head), staging / f"{name}.parquet", compression="zstd")


def read_graph_folder(folder: Path) -> SocialGraph:
    """The social graph of a stored result, or of :func:`write_graph_folder`.

    Raises
    ------
    GraphError
        If the folder holds no such graph.
    """
    edges, nodes = (folder / f"{name}.parquet" for name in (GRAPH, GRAPH_NODES))
    if not edges.is_file() or not nodes.is_file():
        raise GraphError(f"{folder} holds no social graph: neither a stored result nor {edges.name} and {nodes.name}")
    with FileTable(edges).open() as opened:
        metadata = opened.schema_arrow.metadata or {}
    try:
        head = json.loads(metadata[HEADER_KEY])
        return graph_from_tables(FileTable(edges), FileTable(nodes), head["users"], head["graph"])
    except (KeyError, ValueError) as error:
        raise GraphError(f"{edges} was not written by this package: its head lacks {error}") from None


def _edges(graph: SocialGraph) -> Any:
    import pyarrow as pa

    columns = {
        "user": pa.array(np.repeat(np.arange(graph.users, dtype=np.int32), graph.degree())),
        "peer": pa.array(graph.peers.astype(np.int32)),
    }
    if graph.weights is not None:
        columns["weight"] = pa.array(graph.weights)
    return pa.table(columns)


def _nodes(graph: SocialGraph, encodings: dict[str, str]) -> Any:
    import pyarrow as pa

    columns = {"user": pa.array(np.arange(graph.users, dtype=np.int32))}
    values: dict[str, list[Any]] = {ATTRIBUTE + name: column.tolist() for name, column in graph.node_attributes.items()}
    if graph.labels is not None:
        values["label"] = list(graph.labels)
    for name, encoding in encodings.items():
        column = [_storable(value) for value in values[name]]
        columns[name] = pa.array([json.dumps(value) for value in column] if encoding == ENCODED else column)
    return pa.table(columns)


def _encoding(values: list[Any]) -> str:
    kinds = {type(_storable(value)) for value in values}
    plain = kinds <= {str, type(None)} or (len(kinds) == 1 and kinds <= {bool, float})
    if kinds == {int}:
        plain = all(-(2**63) <= value < 2**63 for value in values)
    return PLAIN if plain else ENCODED


def _storable(value: Any) -> Any:
    """A value that JSON can hold; a graph that is read back is stored as the first one was."""
    value = python_value(value)
    if type(value) in {str, int, float, bool, type(None)}:
        return value
    try:
        json.dumps(value)
    except TypeError:
        # Whatever else a node may be (a date, an object of the user's own): its text tells it from the others.
        return str(value)
    return value


def _decoded(column: Any, encoding: str) -> list[Any]:
    values: list[Any] = column.to_pylist()
    return [_hashable(json.loads(value)) for value in values] if encoding == ENCODED else values


def _hashable(value: Any) -> Hashable:
    """JSON knows no tuples, and lists cannot be nodes."""
    return tuple(_hashable(item) for item in value) if isinstance(value, list) else value
