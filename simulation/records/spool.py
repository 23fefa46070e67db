"""Records of a run that grows: arrays in memory up to a limit, Parquet parts in a temporary folder beyond it."""

import os
import shutil
import tempfile
import uuid
import weakref
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.errors import OutputError
from simulation.records.schema import Layout
from simulation.records.tables import ROW_GROUP, Condition, FileTable, HeldTable, empty_arrays, to_arrow

Arrays = dict[str, NDArray[Any]]


class TemporaryFolder:
    """A folder made when first needed that vanishes with the last object that holds this one."""

    def __init__(self) -> None:
        self._path: Path | None = None

    def path(self) -> Path:
        """The folder.

        Raises
        ------
        OutputError
            If it cannot be made.
        """
        if self._path is None:
            try:
                self._path = Path(tempfile.mkdtemp(prefix="follower-dynamics-"))
            except OSError as error:
                raise OutputError(_no_room(tempfile.gettempdir(), error)) from error
            weakref.finalize(self, _remove, self._path, os.getpid())
        return self._path


def _remove(path: Path, process: int) -> None:
    # A forked child holds a copy of the object, but the folder is its parent's.
    if os.getpid() == process:
        shutil.rmtree(path, ignore_errors=True)


def _no_room(folder: str | Path, error: OSError) -> str:
    return (
        f"the temporary folder {folder} cannot take the records of the run ({error.strerror or error}); "
        "set TMPDIR to a folder with room"
    )


class Spool:
    """A table that grows by chunks of rows.

    Parameters
    ----------
    name
        Of the table; begins the names of its parts.
    layout
        Its columns.
    folder
        Where its parts go.
    """

    def __init__(self, name: str, layout: Layout, folder: TemporaryFolder) -> None:
        self.name = name
        self.layout = layout
        self.nbytes = 0
        self._folder = folder
        self._parts: list[Path] = []
        self._chunks: list[Arrays] = []

    def append(self, chunk: Arrays) -> None:
        """Add rows; the arrays must not change afterwards (shapes and names as for ``to_arrow``)."""
        self._chunks.append(chunk)
        self.nbytes += sum(array.nbytes for array in chunk.values())

    def flush(self) -> None:
        """Write the rows in memory as a Parquet part. Where that fails nothing is lost: they stay in memory.

        Raises
        ------
        OutputError
            If the temporary folder is full or cannot be written.
        """
        if not self._chunks:
            return
        # No two parts of any runs share a name, so that a part is known by its name wherever it is copied to.
        part = self._folder.path() / f"{self.name}-{len(self._parts):06d}-{uuid.uuid4().hex[:12]}.parquet"
        try:
            _write_part(part, _joined(self.layout, self._chunks), self.layout)
        except OSError as error:
            part.unlink(missing_ok=True)
            raise OutputError(_no_room(part.parent, error)) from error
        self._parts.append(part)
        self._chunks = []
        self.nbytes = 0

    def parts(self) -> tuple[Path, ...]:
        """The files written so far, in order; none of them ever changes."""
        return tuple(self._parts)

    def tail(self) -> Arrays:
        """The rows in memory as one chunk; empty where there are none."""
        return _concatenated(self._chunks) if self._chunks else {}

    def take_over(self, parts: Sequence[Path], tail: Arrays) -> None:
        """Begin with what another spool of this table held; its ``parts`` may go afterwards.

        Raises
        ------
        OutputError
            If the temporary folder is full or cannot be written.
        """
        folder = self._folder.path() if parts else None
        try:
            self._parts = [link_or_copy(part, folder / part.name) for part in parts] if folder else []
        except OSError as error:
            raise OutputError(_no_room(self._folder.path(), error)) from error
        self._chunks = [tail] if tail else []
        self.nbytes = sum(array.nbytes for array in tail.values())

    def snapshot(self, *more: Arrays) -> "SpooledTable":
        """The table as it is now, with ``more`` rows at its end; later ones do not show in it."""
        return SpooledTable(self.layout, tuple(self._parts), (*self._chunks, *more), self._folder)


class SpooledTable:
    """A table recorded so far: parts in files, the rest in memory; a ``StoredTable``."""

    def __init__(
        self, layout: Layout, parts: Sequence[Path], chunks: Sequence[Mapping[str, Any]], folder: TemporaryFolder
    ) -> None:
        self._parts = [FileTable(part) for part in parts]
        self._tail = HeldTable(lambda: _joined(layout, chunks))
        self._folder = folder  # held so that the parts stay

    def read(self, columns: Sequence[str] | None = None, where: Condition | None = None) -> Any:
        """See :class:`~simulation.records.tables.StoredTable`."""
        import pyarrow as pa

        tables = [part.read(columns, where) for part in self._parts]
        return pa.concat_tables([*tables, self._tail.read(columns, where)])

    def pieces(self, columns: Sequence[str] | None = None) -> Iterator[Any]:
        """See :class:`~simulation.records.tables.StoredTable`."""
        for part in self._parts:
            yield from part.pieces(columns)
        yield self._tail.read(columns)

    def __reduce__(self) -> tuple[Any, ...]:
        """A pickle keeps the rows: the files belong to this process."""
        return _held, (self.read(),)


def _held(table: Any) -> HeldTable:
    return HeldTable(lambda: table)


def _joined(layout: Layout, chunks: Sequence[Mapping[str, Any]]) -> Any:
    if not chunks:
        return to_arrow(layout, empty_arrays(layout))
    return to_arrow(layout, _concatenated(chunks))


def _concatenated(chunks: Sequence[Mapping[str, Any]]) -> Arrays:
    return {name: np.concatenate([chunk[name] for chunk in chunks]) for name in chunks[0]}


def link_or_copy(source: Path, target: Path) -> Path:
    """Let ``target`` be the same file as ``source`` where the file system can do that, else a copy of it."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)
    return target


def _write_part(path: Path, table: Any, layout: Layout) -> None:
    import pyarrow.parquet as pq

    # Parts are read once or twice and thrown away: looking for repeated numbers would cost more than it saves.
    words = [column.name for column in layout if column.categories]
    pq.write_table(table, path, row_group_size=ROW_GROUP, compression="lz4", use_dictionary=words)
