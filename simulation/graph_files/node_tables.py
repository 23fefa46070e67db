"""Node tables: one line for each node, its id and its attributes."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from simulation.errors import GraphError
from simulation.graph_files.text import (
    EDGE_LISTS,
    Ids,
    as_ids,
    at_line,
    decoded,
    delimiter_of,
    format_of,
    is_integer,
    read_bytes,
    rows_of,
)
from simulation.social_graph import attribute_column

NODE_COLUMNS = ("node", "id")
"""Column names taken for the ids; without one of them the first column holds the ids."""


@dataclass(frozen=True)
class NodeTable:
    """Ids (R,) and attributes, each (R,), in the order of the file."""

    path: Path
    ids: Ids
    columns: dict[str, NDArray[Any]]


def read_node_table(path: Path) -> NodeTable:
    """Read a table whose header names the columns; raise ``GraphError`` with the line that is wrong."""
    if format_of(path) not in EDGE_LISTS:
        raise GraphError(
            f"{path}: attributes of nodes are read from tables, {' '.join(EDGE_LISTS)}, with or without .gz", path=path
        )
    text = decoded(path, read_bytes(path))
    rows = rows_of(path, text, delimiter_of(path, text))
    line, header = next(rows)
    names = [name.lower() for name in header]
    if is_integer(header[0]) or "" in names or len(set(names)) < len(names):
        raise at_line(path, line, "a header is needed, with a different name for each column")
    place = next((names.index(name) for name in NODE_COLUMNS if name in names), 0)
    records = _records(path, rows, len(header), place)
    if not records:
        raise GraphError(f"{path} has a header and no nodes; every node of the graph must be there", path=path)
    (ids,) = as_ids(list(records))
    texts = {name: [fields[i] for fields in records.values()] for i, name in enumerate(header) if i != place}
    return NodeTable(path, ids, {name: _attribute(column) for name, column in texts.items()})


def _records(path: Path, rows: Iterator[tuple[int, list[str]]], width: int, place: int) -> dict[str, list[str]]:
    """Return the fields of each node by its id, which stands at ``place``."""
    records: dict[str, list[str]] = {}
    lines: dict[str, int] = {}
    for line, fields in rows:
        if len(fields) != width:
            raise at_line(path, line, f"found {len(fields)} column(s) where the header has {width}")
        name = fields[place]
        if not name or name in records:
            fault = f"node {name!r} is there already, in line {lines[name]}" if name else "the id of the node is empty"
            raise at_line(path, line, f"{fault}; each node needs one line of its own")
        records[name], lines[name] = fields, line
    return records


def _attribute(texts: list[str]) -> NDArray[Any]:
    """Return a column as truth values, integers, numbers (empty: NaN) or strings (empty: None)."""
    truth = {"true": True, "false": False}
    if all(text.lower() in truth for text in texts):
        return attribute_column(truth[text.lower()] for text in texts)
    if all(map(is_integer, texts)):
        return attribute_column(int(text) for text in texts)
    try:
        return attribute_column(float(text or "nan") for text in texts)
    except ValueError:
        return attribute_column(text or None for text in texts)
