"""Files as bytes and lines: which format the name says, the text, its rows, and what counts as an integer."""

import codecs
import csv
import gzip
import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from simulation.errors import GraphError

EDGE_LISTS = (".csv", ".tsv", ".txt", ".edges")
XML_GRAPHS = (".graphml", ".gexf")

_INTEGER = re.compile(r"0|-?[1-9][0-9]*")
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|\Z)")

Ids: TypeAlias = NDArray[np.int64] | list[str]
"""Ids of nodes as a file has them: integers where all are."""


def format_of(path: Path) -> str:
    """Return the ending that says the format, without .gz; raise ``GraphError`` for any other."""
    suffixes = [suffix.lower() for suffix in path.suffixes]
    kind = "".join(suffixes[-2:-1] if suffixes[-1:] == [".gz"] else suffixes[-1:])
    if kind not in (*EDGE_LISTS, *XML_GRAPHS):
        known = " ".join((*EDGE_LISTS, *XML_GRAPHS))
        raise GraphError(
            f"{path}: the name says no format of graphs; it must end in one of {known}, with or without .gz", path=path
        )
    return kind


def read_bytes(path: Path) -> bytes:
    """Return what the file holds, unpacked; raise ``GraphError`` where that is nothing or cannot be read."""
    if path.is_dir():
        raise GraphError(f"{path} is a folder; a file that holds a graph is needed", path=path)
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise GraphError(f"{path} does not exist; a file that holds a graph is needed", path=path) from None
    except OSError as error:
        raise GraphError(f"{path} cannot be read: {error.strerror}", path=path) from error
    if path.suffix.lower() == ".gz" and data:
        try:
            data = gzip.decompress(data)
        except (OSError, EOFError, zlib.error) as error:
            raise GraphError(f"{path} is not a whole gzip file: {error}", path=path) from error
    if not data.strip():
        raise GraphError(f"{path} is empty; a graph needs at least one edge or node", path=path)
    return data.removeprefix(codecs.BOM_UTF8)


def decoded(path: Path, data: bytes) -> str:
    """Return UTF-8 as text; raise ``GraphError`` with the line of what is none."""
    wrong = data.find(b"\0")
    if wrong < 0:
        try:
            return data.decode()
        except UnicodeDecodeError as error:
            wrong = error.start
    line = data[:wrong].count(b"\n") + 1
    raise at_line(path, line, "this is not text in UTF-8, as edge lists and tables must be")


def delimiter_of(path: Path, text: str) -> str | None:
    """Return the first of tab, semicolon and comma that the first line has; None: white space."""
    for match in _LINE.finditer(text):
        line = match.group().strip()
        if line and not line.startswith("#"):
            return next((mark for mark in "\t;," if mark in line), None)
    raise GraphError(f"{path} holds comments only; a graph needs at least one edge or node", path=path)


def rows_of(path: Path, text: str, delimiter: str | None) -> Iterator[tuple[int, list[str]]]:
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
        raise at_line(path, number, f"{error}") from error


def at_line(path: Path, line: int, why: str) -> GraphError:
    """The error of one line of a file."""
    return GraphError(f"{path}, line {line}: {why}", path=path, line=line)


def is_integer(text: str) -> bool:
    """Whether an integer stands there as a computer writes it."""
    return _INTEGER.fullmatch(text) is not None


def as_ids(*parts: list[str]) -> list[Ids]:
    """Return all parts as integers where every id in every part is one, else as they are."""
    if all(is_integer(text) for part in parts for text in part):
        try:
            return [np.array([int(text) for text in part], dtype=np.int64) for part in parts]
        except OverflowError:
            pass
    return list(parts)
