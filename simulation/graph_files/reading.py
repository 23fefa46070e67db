"""From a file to a social graph: users get their numbers, XML its order."""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias
from xml.etree.ElementTree import ParseError

import numpy as np
from numpy.typing import NDArray

from simulation.errors import GraphError
from simulation.graph_files.edge_lists import ColumnNames, Edges, read_edge_list
from simulation.graph_files.node_tables import NodeTable, read_node_table
from simulation.graph_files.text import XML_GRAPHS, Ids, as_ids, at_line, format_of, read_bytes
from simulation.social_graph import SocialGraph

if TYPE_CHECKING:
    import networkx as nx

_Numbered: TypeAlias = tuple[tuple[int | str, ...] | None, int, list[NDArray[np.integer[Any]]]]
"""Labels of the users (None: their own numbers), how many there are, and the number of every id of every part."""


def read_graph(
    path: str | os.PathLike[str],
    *,
    directed: bool | None = None,
    source: str | None = None,
    target: str | None = None,
    weight: str | None = None,
    nodes: str | os.PathLike[str] | None = None,
) -> SocialGraph:
    """Read a social graph from an edge list (.csv .tsv .txt .edges), GraphML or GEXF; each may end in .gz.

    Edge lists: two columns, or a weight besides, separated by tab, semicolon, comma or white space, with a header or
    none; empty lines and lines that begin with ``#`` are passed over. A header names one of ``COLUMN_PAIRS`` and, where
    there is one, ``weight``, in any order; ``source`` with ``target``, and ``weight``, name other columns, and what is
    left over is then not read. Undirected unless ``directed``. GraphML and GEXF say themselves which they are;
    ``directed`` then turns one into the other (every tie both ways; or the direction forgotten).

    ``nodes``: a table with a header, whose column ``node`` or ``id`` (else the first) holds the ids; the others become
    node attributes. Nodes found only there have no peers; every node of the graph must be there.

    Raises ``GraphError``, with the line where there is one, for whatever cannot be read as a graph.
    """
    path = Path(path)
    kind = format_of(path)
    data = read_bytes(path)
    wanted = ColumnNames(source, target, weight)
    if kind in XML_GRAPHS and wanted.given:
        raise GraphError(
            f"{path}: source, target and weight name columns of an edge list; {kind} has no columns", path=path
        )
    table = None if nodes is None else read_node_table(Path(nodes))
    if kind in XML_GRAPHS:
        return _read_xml(path, kind, data, directed, table)
    return _number_users(path, read_edge_list(path, data, wanted), bool(directed), table)


def _number_users(path: Path, edges: Edges, directed: bool, table: NodeTable | None) -> SocialGraph:
    """Give users their ids and build the graph."""
    parts: list[Ids] = [edges.sources, edges.targets] + ([] if table is None else [table.ids])
    if all(isinstance(part, np.ndarray) for part in parts):
        labels, users, numbers = _number_integers([np.asarray(part) for part in parts])
    else:
        labels, users, numbers = _number_strings([[str(name) for name in part] for part in parts])
    attributes: dict[str, NDArray[Any]] = {}
    if table is not None:
        absent = np.setdiff1d(np.concatenate(numbers[:2]), numbers[2])
        if len(absent):
            name = int(absent[0]) if labels is None else labels[absent[0]]
            raise GraphError(
                f"{table.path}: node {name!r} of {path} is missing ({len(absent)} in all); every node must be there",
                path=table.path,
            )
        for name, column in table.columns.items():
            attributes[name] = np.empty_like(column)
            attributes[name][numbers[2]] = column
    return SocialGraph.from_edges(
        numbers[0],
        numbers[1],
        users,
        directed=directed,
        labels=labels,
        node_attributes=attributes,
        weights=edges.weights,
    )


def _number_integers(parts: list[NDArray[np.int64]]) -> _Numbered:
    lowest, highest = min(int(part.min()) for part in parts), max(int(part.max()) for part in parts)
    numbers: list[NDArray[np.integer[Any]]]
    if lowest >= 0 and highest <= 8 * sum(len(part) for part in parts):
        seen = np.zeros(highest + 1, dtype=np.bool_)
        for part in parts:
            seen[part] = True
        rank = np.cumsum(seen, dtype=np.int32) - np.int32(1)
        labels, numbers = np.flatnonzero(seen), [rank[part] for part in parts]
    else:
        labels = np.unique(np.concatenate(parts))
        numbers = [np.searchsorted(labels, part) for part in parts]
    own = lowest == 0 and highest == len(labels) - 1
    return None if own else tuple(labels.tolist()), len(labels), numbers


def _number_strings(parts: list[list[str]]) -> _Numbered:
    labels = sorted(set().union(*parts))
    index = {label: i for i, label in enumerate(labels)}
    numbers = [np.fromiter((index[label] for label in part), np.int32, len(part)) for part in parts]
    return tuple(labels), len(labels), list(numbers)


def _read_xml(path: Path, kind: str, data: bytes, directed: bool | None, table: NodeTable | None) -> SocialGraph:
    import networkx as nx

    try:
        graph: nx.Graph[Any] = (nx.read_graphml if kind == ".graphml" else nx.read_gexf)(io.BytesIO(data))
    except ParseError as error:
        raise at_line(path, error.position[0], f"this is not well-formed XML, as {kind} must be") from error
    except (nx.NetworkXException, LookupError, ValueError, TypeError, AttributeError, StopIteration) as error:
        raise GraphError(f"{path} holds no graph that can be read as {kind}: {error}", path=path) from error
    if directed is not None and directed != graph.is_directed():
        graph = graph.to_directed() if directed else graph.to_undirected()
    if kind == ".gexf":
        for name, values in graph.nodes(data=True):
            # networkx labels nodes by their ids where nothing else does.
            if values.get("label") == name:
                del values["label"]
    try:
        return SocialGraph.from_networkx(_in_order(graph, table))
    except GraphError as error:
        raise GraphError(f"{path}: {error}", path=path) from error


def _in_order(graph: nx.Graph[Any], table: NodeTable | None) -> nx.Graph[Any]:
    """Return the graph with ids and their order as in edge lists, and with the attributes of the table."""
    rows = {} if table is None else {str(name): i for i, name in enumerate(table.ids)}
    absent = [name for name in graph if name not in rows]
    if table is not None and absent:
        raise GraphError(
            f"node {absent[0]!r} is missing from {table.path} ({len(absent)} in all); every node must be there"
        )
    names = list(dict.fromkeys([*graph, *rows]))
    (ids,) = as_ids(names)
    labels: dict[str, Any] = dict(zip(names, ids if isinstance(ids, list) else ids.tolist(), strict=True))
    ordered: nx.Graph[Any] = type(graph)()
    ordered.add_nodes_from(sorted(labels.values()))
    for name, values in graph.nodes(data=True):
        ordered.nodes[labels[name]].update(values)
    if table is not None:
        for name, i in rows.items():
            ordered.nodes[labels[name]].update({key: column[i] for key, column in table.columns.items()})
    ordered.add_edges_from((labels[u], labels[v], values) for u, v, values in graph.edges(data=True))
    return ordered
