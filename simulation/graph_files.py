"""Social graphs in files: edge lists, GraphML, GEXF.

Ids that all are integers (as written by a computer: no leading zeros, no plus) are numbered in numerical order, and are
the user ids themselves where they are exactly 0..N-1; otherwise all are strings, numbered in alphabetical order. So the
order of the lines changes nothing.
"""

from __future__ import annotations

import codecs
import contextlib
import csv
import gzip
import io
import itertools
import math
import os
import re
import secrets
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias
from xml.etree.ElementTree import ParseError

import numpy as np
from numpy.typing import NDArray

from simulation.errors import GraphError, OutputError
from simulation.social_graph import SocialGraph, attribute_column, python_value

if TYPE_CHECKING:
    import networkx as nx

EDGE_LISTS = (".csv", ".tsv", ".txt", ".edges")
XML_GRAPHS = (".graphml", ".gexf")
COLUMN_PAIRS = (("source", "target"), ("from", "to"), ("src", "dst"), ("u", "v"), ("user", "friend"))
"""Column names taken for the two ends of an edge, in upper or lower case; ``weight`` is known besides."""
NODE_COLUMNS = ("node", "id")

_KNOWN = f"{', '.join(f'{tail}/{head}' for tail, head in COLUMN_PAIRS)} and weight"
_INTEGER = re.compile(r"0|-?[1-9][0-9]*")
# Integers that pandas would read although another file might mean something else by them: 007, +7, -0.
_ODD_INTEGER = re.compile(rb"(?<![0-9.eE+-])(?:-?0[0-9]|\+|-0)")
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|\Z)")

_Ids: TypeAlias = NDArray[np.int64] | list[str]


@dataclass(frozen=True)
class _Edges:
    """Both ends of every edge as the file has them, and the weights, (E,) each."""

    sources: _Ids
    targets: _Ids
    weights: NDArray[np.float64] | None


@dataclass(frozen=True)
class _NodeTable:
    """Ids (R,) and attributes, each (R,), in the order of the file."""

    path: Path
    ids: _Ids
    columns: dict[str, NDArray[Any]] = field(default_factory=dict)


@dataclass(frozen=True)
class _Layout:
    """How an edge list is written: its delimiter (None: white space), its columns by position."""

    delimiter: str | None
    header: bool
    width: int
    source: int
    target: int
    weight: int | None


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

    Edge lists: two columns, or a weight besides, parted by tab, semicolon, comma or white space, with a header or
    none; empty lines and lines that begin with ``#`` are passed over. A header names one of ``COLUMN_PAIRS`` and, where
    there is one, ``weight``, in any order; ``source`` with ``target``, and ``weight``, name other columns, and what is
    left over is then not read. Undirected unless ``directed``. GraphML and GEXF say themselves which they are;
    ``directed`` then turns one into the other (every tie both ways; or the direction forgotten).

    ``nodes``: a table with a header, whose column ``node`` or ``id`` (else the first) holds the ids; the others become
    node attributes. Nodes found only there have no peers; every node of the graph must be there.

    Raises ``GraphError``, with the line where there is one, for whatever cannot be read as a graph.
    """
    path = Path(path)
    kind = _kind(path)
    data = _read_bytes(path)
    mapping = (source, target, weight)
    if kind in XML_GRAPHS and any(name is not None for name in mapping):
        raise GraphError(f"{path}: source, target and weight name columns of an edge list; {kind} has no columns")
    table = None if nodes is None else _read_node_table(Path(nodes))
    if kind in XML_GRAPHS:
        return _read_xml(path, kind, data, directed, table)
    return _number(path, _read_edge_list(path, kind, data, mapping), bool(directed), table)


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
    kind = _kind(path)
    if not isinstance(graph, nx.Graph):
        raise GraphError(f"{path}: only a networkx graph can be written, but this is of type {type(graph).__name__}")
    plain = _plain_graph(path, graph)
    if kind in XML_GRAPHS:
        buffer = io.BytesIO()
        (nx.write_graphml_xml if kind == ".graphml" else nx.write_gexf)(plain, buffer)
        data = buffer.getvalue()
    else:
        data = _edge_list_text(path, plain, "," if kind == ".csv" else "\t").encode()
    _write_whole(path, gzip.compress(data, mtime=0) if path.suffix.lower() == ".gz" else data)


def _kind(path: Path) -> str:
    suffixes = [suffix.lower() for suffix in path.suffixes]
    kind = "".join(suffixes[-2:-1] if suffixes[-1:] == [".gz"] else suffixes[-1:])
    if kind not in (*EDGE_LISTS, *XML_GRAPHS):
        known = " ".join((*EDGE_LISTS, *XML_GRAPHS))
        raise GraphError(
            f"{path}: the name says no format of graphs; it must end in one of {known}, with or without .gz"
        )
    return kind


def _read_bytes(path: Path) -> bytes:
    if path.is_dir():
        raise GraphError(f"{path} is a folder; a file that holds a graph is needed")
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise GraphError(f"{path} does not exist; a file that holds a graph is needed") from None
    except OSError as error:
        raise GraphError(f"{path} cannot be read: {error.strerror}") from error
    if path.suffix.lower() == ".gz" and data:
        try:
            data = gzip.decompress(data)
        except (OSError, EOFError, zlib.error) as error:
            raise GraphError(f"{path} is not a whole gzip file: {error}") from error
    if not data.strip():
        raise GraphError(f"{path} is empty; a graph needs at least one edge or node")
    return data.removeprefix(codecs.BOM_UTF8)


def _text(path: Path, data: bytes) -> str:
    zero = data.find(b"\0")
    try:
        text = data.decode() if zero < 0 else ""
    except UnicodeDecodeError as error:
        zero = error.start
    if zero >= 0:
        line = data[:zero].count(b"\n") + 1
        raise GraphError(f"{path}, line {line}: this is not text in UTF-8, as edge lists and tables must be")
    return text


def _rows(path: Path, text: str, delimiter: str | None) -> Iterator[tuple[int, list[str]]]:
    """Yield the number of the line and the fields of every line that is neither empty nor a comment."""
    number = 0

    def lines() -> Iterator[str]:
        nonlocal number
        for match in _LINE.finditer(text):
            line = match.group()
            number += bool(line)
            if line.strip() and not line.lstrip().startswith("#"):
                yield line

    if delimiter is None:
        yield from ((number, line.split()) for line in lines())
        return
    try:
        for fields in csv.reader(lines(), delimiter=delimiter, skipinitialspace=True):
            yield number, [text.strip() for text in fields]
    except csv.Error as error:
        raise GraphError(f"{path}, line {number}: {error}") from error


def _delimiter(path: Path, text: str) -> str | None:
    for match in _LINE.finditer(text):
        line = match.group().strip()
        if line and not line.startswith("#"):
            return next((mark for mark in "\t;," if mark in line), None)
    raise GraphError(f"{path} holds comments only; a graph needs at least one edge or node")


def _read_edge_list(path: Path, kind: str, data: bytes, mapping: tuple[str | None, ...]) -> _Edges:
    text = _text(path, data)
    layout = _find_layout(path, text, mapping)
    return _read_integers(data, layout) or _read_lines(path, text, layout)


def _find_layout(path: Path, text: str, mapping: tuple[str | None, ...]) -> _Layout:
    delimiter = _delimiter(path, text)
    (line, first), *rest = itertools.islice(_rows(path, text, delimiter), 2)
    if len(first) < 2:
        raise GraphError(f"{path}, line {line}: found one column; an edge needs two, its source and its target")
    names = [name.lower() for name in first]
    known = {name for pair in COLUMN_PAIRS for name in pair}
    # Single letters may well be names of nodes: u and v say that this is a header only together.
    header = (
        any(name is not None for name in mapping)
        or any(name in known and len(name) > 1 for name in names)
        or {"u", "v"} <= set(names)
        or (bool(rest) and not _integers(first[:2], some=True) and _integers(rest[0][1][:2]))
    )
    if header:
        if not rest:
            raise GraphError(f"{path} has a header and no edges; a graph needs at least one")
        return _Layout(delimiter, True, len(first), *_find_columns(f"{path}, line {line}", first, mapping))
    if len(first) > 3:
        raise GraphError(
            f"{path}, line {line}: found {len(first)} columns; without a header there may be two, or a weight besides"
        )
    return _Layout(delimiter, False, len(first), 0, 1, 2 if len(first) == 3 else None)


def _integers(fields: Sequence[str], some: bool = False) -> bool:
    return (any if some else all)(_INTEGER.fullmatch(text) for text in fields)


def _find_columns(where: str, header: list[str], mapping: tuple[str | None, ...]) -> tuple[int, int, int | None]:
    names = [name.lower() for name in header]
    twice = next((name for i, name in enumerate(header) if names[i] in names[:i]), None)
    if twice is not None:
        raise GraphError(f"{where}: column {twice!r} is there twice; names of columns must differ")
    absent = next((name for name in mapping if name is not None and name.lower() not in names), None)
    if absent is not None:
        raise GraphError(f"{where}: there is no column {absent!r}; the columns are {', '.join(header)}")
    source, target, weight = (None if name is None else names.index(name.lower()) for name in mapping)
    if (source is None) != (target is None):
        raise GraphError(f"{where}: source and target must be named together; the columns are {', '.join(header)}")
    if weight is None and "weight" in names:
        weight = names.index("weight")
    if source is None or target is None:
        pair = next((pair for pair in COLUMN_PAIRS if set(pair) <= set(names)), None)
        if pair is None:
            raise GraphError(
                f"{where}: no pair of known columns among {', '.join(header)}; known are {_KNOWN}; "
                "name others with source= and target="
            )
        source, target = names.index(pair[0]), names.index(pair[1])
    extra = next((name for i, name in enumerate(header) if i not in (source, target, weight)), None)
    if extra is not None and all(name is None for name in mapping):
        raise GraphError(
            f"{where}: column {extra!r} is unknown; known are {_KNOWN}; name the columns to be read with source=, "
            "target= and weight= to pass over others"
        )
    return source, target, weight


def _read_integers(data: bytes, layout: _Layout) -> _Edges | None:
    """Read a list of integers at the speed of pandas; None where anything about it is otherwise."""
    import pandas as pd

    columns = {layout.source, layout.target, layout.weight} - {None}
    if len(columns) < layout.width or _ODD_INTEGER.search(data):
        return None
    stream = io.BytesIO(re.sub(rb"(?m)^[ \t]*#.*$", b"", data) if b"#" in data else data)
    while layout.header and not stream.readline().strip():
        pass
    floats = None if layout.weight is None else {layout.weight: np.float64}
    try:
        frame = pd.read_csv(stream, sep=layout.delimiter or r"\s+", header=None, dtype=floats, low_memory=False)
    except (ValueError, OverflowError):
        return None
    # The type pandas finds by itself is the check: told to read integers, it would make 1 of 1.0 and a number of inf.
    if frame.shape[1] != layout.width or any(frame[i].dtype != np.int64 for i in (layout.source, layout.target)):
        return None
    weights = None if layout.weight is None else frame[layout.weight].to_numpy(np.float64)
    if weights is not None and not (np.isfinite(weights) & (weights >= 0)).all():
        return None
    return _Edges(frame[layout.source].to_numpy(np.int64), frame[layout.target].to_numpy(np.int64), weights)


def _read_lines(path: Path, text: str, layout: _Layout) -> _Edges:
    """Read line by line: ids of any kind, and the line of whatever is wrong."""
    sources, targets, weights = [], [], []
    for line, fields in itertools.islice(_rows(path, text, layout.delimiter), int(layout.header), None):
        if len(fields) != layout.width:
            raise GraphError(
                f"{path}, line {line}: found {len(fields)} column(s) where the first line has {layout.width}"
            )
        if not fields[layout.source] or not fields[layout.target]:
            raise GraphError(f"{path}, line {line}: an id is empty; both ends of an edge need one")
        sources.append(fields[layout.source])
        targets.append(fields[layout.target])
        if layout.weight is not None:
            weights.append(_weight(f"{path}, line {line}", fields[layout.weight]))
    tails, heads = _ids(sources, targets)
    return _Edges(tails, heads, None if layout.weight is None else np.array(weights))


def _weight(where: str, text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 <= value < math.inf:
        raise GraphError(f"{where}: weight {text!r} will not do; weights must be finite numbers of at least 0")
    return value


def _ids(*parts: list[str]) -> list[_Ids]:
    """Return all parts as integers where every id in every part is one, else as they are."""
    if all(_integers(part) for part in parts):
        try:
            return [np.array([int(text) for text in part], dtype=np.int64) for part in parts]
        except OverflowError:
            pass
    return list(parts)


def _number(path: Path, edges: _Edges, directed: bool, table: _NodeTable | None) -> SocialGraph:
    """Give users their ids and build the graph."""
    parts: list[_Ids] = [edges.sources, edges.targets] + ([] if table is None else [table.ids])
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
                f"{table.path}: node {name!r} of {path} is missing ({len(absent)} in all); every node must be there"
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


_Numbered: TypeAlias = tuple[tuple[int | str, ...] | None, int, list[NDArray[np.integer[Any]]]]


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


def _read_node_table(path: Path) -> _NodeTable:
    if _kind(path) not in EDGE_LISTS:
        raise GraphError(
            f"{path}: attributes of nodes are read from tables, {' '.join(EDGE_LISTS)}, with or without .gz"
        )
    text = _text(path, _read_bytes(path))
    rows = _rows(path, text, _delimiter(path, text))
    line, header = next(rows)
    names = [name.lower() for name in header]
    if _integers(header[:1]) or "" in names or len(set(names)) < len(names):
        raise GraphError(f"{path}, line {line}: a header is needed, with a different name for each column")
    place = next((names.index(name) for name in NODE_COLUMNS if name in names), 0)
    lines: dict[str, int] = {}
    records: list[list[str]] = []
    for line, fields in rows:
        if len(fields) != len(header):
            raise GraphError(f"{path}, line {line}: found {len(fields)} column(s) where the header has {len(header)}")
        name = fields[place]
        if not name or name in lines:
            fault = f"node {name!r} is there already, in line {lines[name]}" if name else "the id of the node is empty"
            raise GraphError(f"{path}, line {line}: {fault}; each node needs one line of its own")
        lines[name] = line
        records.append(fields)
    if not records:
        raise GraphError(f"{path} has a header and no nodes; every node of the graph must be there")
    columns = {name: _attribute([fields[i] for fields in records]) for i, name in enumerate(header) if i != place}
    return _NodeTable(path, _ids(list(lines))[0], columns)


def _attribute(texts: list[str]) -> NDArray[Any]:
    """Return a column as truth values, integers, numbers (empty: NaN) or strings (empty: None)."""
    truth = {"true": True, "false": False}
    if all(text.lower() in truth for text in texts):
        return attribute_column(truth[text.lower()] for text in texts)
    if _integers(texts):
        return attribute_column(int(text) for text in texts)
    try:
        return attribute_column(float(text or "nan") for text in texts)
    except ValueError:
        return attribute_column(text or None for text in texts)


def _read_xml(path: Path, kind: str, data: bytes, directed: bool | None, table: _NodeTable | None) -> SocialGraph:
    import networkx as nx

    try:
        graph: nx.Graph[Any] = (nx.read_graphml if kind == ".graphml" else nx.read_gexf)(io.BytesIO(data))
    except ParseError as error:
        raise GraphError(f"{path}, line {error.position[0]}: this is not well-formed XML, as {kind} must be") from error
    except (nx.NetworkXException, LookupError, ValueError, TypeError, AttributeError, StopIteration) as error:
        raise GraphError(f"{path} holds no graph that can be read as {kind}: {error}") from error
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
        raise GraphError(f"{path}: {error}") from error


def _in_order(graph: nx.Graph[Any], table: _NodeTable | None) -> nx.Graph[Any]:
    """Return the graph with ids and their order as in edge lists, and with the attributes of the table."""
    rows = {} if table is None else {str(name): i for i, name in enumerate(table.ids)}
    absent = [name for name in graph if name not in rows]
    if table is not None and absent:
        raise GraphError(
            f"node {absent[0]!r} is missing from {table.path} ({len(absent)} in all); every node must be there"
        )
    names = list(dict.fromkeys([*graph, *rows]))
    (ids,) = _ids(names)
    labels: dict[str, int | str] = dict(zip(names, ids if isinstance(ids, list) else ids.tolist(), strict=True))
    ordered: nx.Graph[Any] = type(graph)()
    ordered.add_nodes_from(sorted(labels.values(), key=lambda label: (isinstance(label, str), label)))
    for name, values in graph.nodes(data=True):
        ordered.nodes[labels[name]].update(values)
    if table is not None:
        for name, i in rows.items():
            ordered.nodes[labels[name]].update({key: column[i] for key, column in table.columns.items()})
    ordered.add_edges_from((labels[u], labels[v], values) for u, v, values in graph.edges(data=True))
    return ordered


def _plain_graph(path: Path, graph: nx.Graph[Any]) -> nx.Graph[Any]:
    """Return a copy whose ids are text and whose attributes are Python's own types: the writers refuse NumPy's."""
    import networkx as nx

    def plain(values: dict[Any, Any], where: str) -> dict[str, Any]:
        kept = {str(key): python_value(value) for key, value in values.items() if value is not None}
        wrong = next((key for key, value in kept.items() if not isinstance(value, str | int | float)), None)
        if wrong is not None:
            kind = type(kept[wrong]).__name__
            raise GraphError(
                f"{path}: {wrong!r} of {where} is of type {kind}; files hold text, numbers and truth values"
            )
        return kept

    names = {node: str(python_value(node)) for node in graph}
    if len(set(names.values())) < len(names) or not all(name.strip() for name in names.values()):
        raise GraphError(f"{path}: ids of nodes must differ as text, and none may be empty")
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
        raise GraphError(f"{path}: an attribute of edges is called source or target, as the columns of ids are")
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


def _write_whole(path: Path, data: bytes) -> None:
    target = Path(os.path.realpath(path))
    if target.exists() and not target.is_file():
        raise OutputError(f"{path} cannot be written: it is there already and is no file")
    # Opened by name, not by tempfile, whose files only their owner may read.
    draft = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    try:
        with open(draft, "xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(draft, target)
    except OSError as error:
        raise OutputError(f"{path} cannot be written: {error.strerror or error}") from error
    finally:
        # Gone already where all went well; also on Ctrl-C nothing half-written stays.
        with contextlib.suppress(OSError):
            draft.unlink()
