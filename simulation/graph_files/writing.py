"""From a networkx graph to a file."""

from __future__ import annotations

import csv
import gzip
import io
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulation.errors import GraphError
from simulation.files import write_whole
from simulation.graph_files.text import XML_GRAPHS, format_of
from simulation.social_graph import python_value

if TYPE_CHECKING:
    import networkx as nx


def write_graph(graph: nx.Graph[Any], path: str | os.PathLike[str]) -> None:
    """Write a networkx graph as an edge list (.csv; .tsv .txt .edges by tabs), GraphML or GEXF; each may end in .gz.

    GraphML and GEXF hold the whole graph. An edge list holds the edges with their attributes as columns, but neither
    nodes without edges, nor attributes of nodes, nor whether it is directed. Attributes that are None are left out.
    The file is written whole or not at all.

    Raises ``GraphError`` for a name that says no format, ids that are alike as text, attributes that are no text,
    number or truth value; ``OutputError`` where the file cannot be written.
    """
    import networkx as nx

    path = Path(path)
    kind = format_of(path)
    if not isinstance(graph, nx.Graph):
        raise GraphError(
            f"{path}: only a networkx graph can be written, but this is of type {type(graph).__name__}", path=path
        )
    plain = _plain_graph(path, graph)
    if kind in XML_GRAPHS:
        buffer = io.BytesIO()
        (nx.write_graphml_xml if kind == ".graphml" else nx.write_gexf)(plain, buffer)
        data = buffer.getvalue()
    else:
        data = _edge_list_text(path, plain, "," if kind == ".csv" else "\t").encode()
    write_whole(path, gzip.compress(data, mtime=0) if path.suffix.lower() == ".gz" else data)


def _plain_graph(path: Path, graph: nx.Graph[Any]) -> nx.Graph[Any]:
    """Return a copy whose ids are text and whose attributes are Python's own types: the writers refuse NumPy's."""
    import networkx as nx

    def plain(values: dict[Any, Any], where: str) -> dict[str, Any]:
        kept = {str(key): python_value(value) for key, value in values.items() if value is not None}
        wrong = next((key for key, value in kept.items() if not isinstance(value, str | int | float)), None)
        if wrong is not None:
            kind = type(kept[wrong]).__name__
            raise GraphError(
                f"{path}: {wrong!r} of {where} is of type {kind}; files hold text, numbers and truth values", path=path
            )
        return kept

    names = {node: str(python_value(node)) for node in graph}
    if len(set(names.values())) < len(names) or not all(name.strip() for name in names.values()):
        raise GraphError(f"{path}: ids of nodes must differ as text, and none may be empty", path=path)
    kinds = {(False, False): nx.Graph, (True, False): nx.DiGraph, (False, True): nx.MultiGraph}
    copy: nx.Graph[Any] = kinds.get((graph.is_directed(), graph.is_multigraph()), nx.MultiDiGraph)()
    for node, values in graph.nodes(data=True):
        copy.add_node(names[node], **plain(values, f"node {node!r}"))
    for source, target, values in graph.edges(data=True):
        copy.add_edge(names[source], names[target], **plain(values, f"edge {source!r} - {target!r}"))
    return copy


def _edge_list_text(path: Path, graph: nx.Graph[Any], delimiter: str) -> str:
    columns = list(dict.fromkeys(key for _, _, values in graph.edges(data=True) for key in values))
    if not {"source", "target"}.isdisjoint(columns):
        raise GraphError(
            f"{path}: an attribute of edges is called source or target, as the columns of ids are", path=path
        )
    # A line that begins with # would be read as a comment, unless the id stands in quotes.
    commented = any(name.startswith("#") for name in graph)
    text = io.StringIO()
    writer = csv.writer(
        text, delimiter=delimiter, lineterminator="\n", quoting=csv.QUOTE_ALL if commented else csv.QUOTE_MINIMAL
    )
    writer.writerow(["source", "target", *columns])
    for source, target, values in graph.edges(data=True):
        writer.writerow([source, target, *(values.get(key, "") for key in columns)])
    return text.getvalue()
