"""Edge lists: how one is laid out, and its edges, by pandas where all is plain and line by line where it is not."""

import io
import itertools
import re
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulation.errors import GraphError
from simulation.graph_files.text import Ids, as_ids, at_line, decoded, delimiter_of, is_integer, rows_of
from simulation.social_graph import edge_weight

COLUMN_PAIRS = (("source", "target"), ("from", "to"), ("src", "dst"), ("u", "v"), ("user", "friend"))
"""Column names taken for the two ends of an edge, in upper or lower case; ``weight`` is known besides."""

_KNOWN = f"{', '.join(f'{tail}/{head}' for tail, head in COLUMN_PAIRS)} and weight"
# Integers that pandas would read although another file might mean something else by them: 007, +7, -0.
_ODD_INTEGER = re.compile(rb"(?<![0-9.eE+-])(?:-?0[0-9]|\+|-0)")


class ColumnNames(NamedTuple):
    """Names of the columns to be read, where the caller gave them."""

    source: str | None = None
    target: str | None = None
    weight: str | None = None

    @property
    def given(self) -> bool:
        """Whether the caller named any."""
        return any(name is not None for name in self)


@dataclass(frozen=True)
class Edges:
    """Both ends of every edge as the file has them, and the weights, (E,) each."""

    sources: Ids
    targets: Ids
    weights: NDArray[np.float64] | None


@dataclass(frozen=True)
class Layout:
    """How an edge list is written: its delimiter (None: white space), its columns by position."""

    delimiter: str | None
    header: bool
    width: int
    source: int
    target: int
    weight: int | None


def read_edge_list(path: Path, data: bytes, wanted: ColumnNames) -> Edges:
    """Return the edges of the edge list ``data``; raise ``GraphError`` with the line that is wrong."""
    text = decoded(path, data)
    layout = find_layout(path, text, wanted)
    return read_integers(data, layout) or read_lines(path, text, layout)


def find_layout(path: Path, text: str, wanted: ColumnNames) -> Layout:
    """Tell from the first two lines how the list is written; raise ``GraphError`` where the first is none of it."""
    delimiter = delimiter_of(path, text)
    (line, first), *rest = itertools.islice(rows_of(path, text, delimiter), 2)
    if len(first) < 2:
        raise at_line(path, line, "found one column; an edge needs two, its source and its target")
    if wanted.given or _is_header(first, rest[0][1] if rest else []):
        if not rest:
            raise GraphError(f"{path} has a header and no edges; a graph needs at least one", path=path)
        return Layout(delimiter, True, len(first), *_find_columns(path, line, first, wanted))
    if len(first) > 3:
        raise at_line(path, line, f"found {len(first)} columns; without a header there may be two, or a weight besides")
    return Layout(delimiter, False, len(first), 0, 1, 2 if len(first) == 3 else None)


def _is_header(first: list[str], second: list[str]) -> bool:
    """Whether the first line names columns: by the names known, or by words that stand above integers."""
    names = {name.lower() for name in first}
    # Single letters may well be names of nodes: u and v say that this is a header only together.
    known = {name for pair in COLUMN_PAIRS for name in pair if len(name) > 1}
    if names & known or {"u", "v"} <= names:
        return True
    return bool(second) and not any(map(is_integer, first[:2])) and all(map(is_integer, second[:2]))


def _find_columns(path: Path, line: int, header: list[str], wanted: ColumnNames) -> tuple[int, int, int | None]:
    names = [name.lower() for name in header]
    twice = next((name for i, name in enumerate(header) if names[i] in names[:i]), None)
    if twice is not None:
        raise at_line(path, line, f"column {twice!r} is there twice; names of columns must differ")
    absent = next((name for name in wanted if name is not None and name.lower() not in names), None)
    if absent is not None:
        raise at_line(path, line, f"there is no column {absent!r}; the columns are {', '.join(header)}")
    source, target, weight = (None if name is None else names.index(name.lower()) for name in wanted)
    if (source is None) != (target is None):
        raise at_line(path, line, f"source and target must be named together; the columns are {', '.join(header)}")
    if weight is None and "weight" in names:
        weight = names.index("weight")
    if source is None or target is None:
        pair = next((pair for pair in COLUMN_PAIRS if set(pair) <= set(names)), None)
        if pair is None:
            raise at_line(
                path,
                line,
                f"no pair of known columns among {', '.join(header)}; known are {_KNOWN}; "
                "name others with source= and target=",
            )
        source, target = names.index(pair[0]), names.index(pair[1])
    extra = next((name for i, name in enumerate(header) if i not in (source, target, weight)), None)
    if extra is not None and not wanted.given:
        raise at_line(
            path,
            line,
            f"column {extra!r} is unknown; known are {_KNOWN}; name the columns to be read with source=, "
            "target= and weight= to pass over others",
        )
    return source, target, weight


def read_integers(data: bytes, layout: Layout) -> Edges | None:
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
        # Without round_trip, pandas before 3.1 may miss a weight by its last bit.
        frame = pd.read_csv(
            stream,
            sep=layout.delimiter or r"\s+",
            header=None,
            dtype=floats,
            low_memory=False,
            float_precision="round_trip",
        )
    except (ValueError, OverflowError):
        return None
    # The type pandas finds by itself is the check: told to read integers, it would make 1 of 1.0 and a number of inf.
    if frame.shape[1] != layout.width or any(frame[i].dtype != np.int64 for i in (layout.source, layout.target)):
        return None
    weights = None if layout.weight is None else frame[layout.weight].to_numpy(np.float64)
    if weights is not None and not (np.isfinite(weights) & (weights >= 0)).all():
        return None
    return Edges(frame[layout.source].to_numpy(np.int64), frame[layout.target].to_numpy(np.int64), weights)


def read_lines(path: Path, text: str, layout: Layout) -> Edges:
    """Read line by line: ids of any kind, and the line of whatever is wrong."""
    sources, targets, weights = [], [], []
    for line, fields in itertools.islice(rows_of(path, text, layout.delimiter), int(layout.header), None):
        if len(fields) != layout.width:
            raise at_line(path, line, f"found {len(fields)} column(s) where the first line has {layout.width}")
        if not fields[layout.source] or not fields[layout.target]:
            raise at_line(path, line, "an id is empty; both ends of an edge need one")
        sources.append(fields[layout.source])
        targets.append(fields[layout.target])
        if layout.weight is not None:
            weights.append(edge_weight(f"{path}, line {line}", fields[layout.weight], path=path, line=line))
    tails, heads = as_ids(sources, targets)
    return Edges(tails, heads, None if layout.weight is None else np.array(weights))
