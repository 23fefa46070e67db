"""Tables that can be read whole, by column, by condition, or piece by piece, wherever they lie."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from simulation.errors import ResultError
from simulation.records.schema import Column, Layout

ROW_GROUP = 131_072
"""Rows read or written at once: some 20 MB of events."""

Condition = list[tuple[str, str, Any]]
"""Conditions that must all hold, for example ``[("user", "==", 3), ("day", "<=", 10)]``."""


class StoredTable(Protocol):
    """One table of a result."""

    def read(self, columns: Sequence[str] | None = None, where: Condition | None = None) -> Any:
        """A pyarrow table of some columns (None: all) and the rows that meet all conditions."""
        ...

    def pieces(self, columns: Sequence[str] | None = None) -> Iterator[Any]:
        """The rows in order, as pyarrow tables of bounded size."""
        ...


def to_arrow(layout: Layout, arrays: dict[str, NDArray[Any]]) -> Any:
    """A pyarrow table from numpy arrays by column; categories as codes, blocks as (rows, columns) by block name."""
    import pyarrow as pa

    place: dict[str, int] = {}
    found = {}
    for column in layout:
        if column.block:
            at = place.get(column.block, 0)
            place[column.block] = at + 1
            found[column.name] = pa.array(np.ascontiguousarray(arrays[column.block][:, at]))
        elif column.categories:
            codes = pa.array(arrays[column.name].astype(np.int32))
            found[column.name] = pa.DictionaryArray.from_arrays(codes, pa.array(column.categories, pa.string()))
        else:
            found[column.name] = pa.array(arrays[column.name])
    return pa.table(found)


def empty_arrays(layout: Layout) -> dict[str, NDArray[Any]]:
    """Arrays of no rows for :func:`to_arrow`."""
    arrays: dict[str, NDArray[Any]] = {}
    for column in layout:
        if column.block:
            width = sum(other.block == column.block for other in layout)
            arrays[column.block] = np.empty((0, width), column.dtype)
        else:
            arrays[column.name] = np.empty(0, np.int8 if column.categories else column.dtype)
    return arrays


def to_pandas(table: Any, layout: Layout | None) -> Any:
    """A DataFrame; categorical columns have all their categories, in order, whatever occurs in the rows."""
    frame = table.to_pandas()
    for column in layout or ():
        if column.categories and column.name in frame:
            frame[column.name] = frame[column.name].cat.set_categories(list(column.categories))
    return frame


def codes_of(table: Any, column: Column) -> NDArray[np.int64]:
    """A categorical column of a pyarrow table as the numbers of its categories."""
    frame = to_pandas(table.select([column.name]), (column,))
    return np.asarray(frame[column.name].cat.codes, dtype=np.int64)


def select(table: Any, columns: Sequence[str] | None, where: Condition | None) -> Any:
    """Some columns of the rows of a pyarrow table that meet all conditions."""
    if where:
        import pyarrow.parquet as pq

        table = table.filter(pq.filters_to_expression(where))
    return table if columns is None else table.select(list(columns))


class HeldTable:
    """A table in memory, made when first read."""

    def __init__(self, make: Callable[[], Any]) -> None:
        self._make: Callable[[], Any] | None = make
        self._table: Any = None

    def _whole(self) -> Any:
        if self._make is not None:
            self._table, self._make = self._make(), None
        return self._table

    def read(self, columns: Sequence[str] | None = None, where: Condition | None = None) -> Any:
        """See :class:`StoredTable`."""
        return select(self._whole(), columns, where)

    def pieces(self, columns: Sequence[str] | None = None) -> Iterator[Any]:
        """See :class:`StoredTable`."""
        yield self.read(columns)

    def __getstate__(self) -> dict[str, Any]:
        """What a pickle keeps: the table itself."""
        return {"_make": None, "_table": self._whole()}


class FileTable:
    """A table in a Parquet file, read anew every time.

    Parameters
    ----------
    path
        The file.
    expected
        Metadata that the file must have under these keys whenever it is read; otherwise it was replaced meanwhile.
    """

    def __init__(self, path: Path, expected: dict[bytes, bytes] | None = None) -> None:
        self.path = path
        self._expected = expected or {}

    def open(self) -> Any:
        """The file as a ``pyarrow.parquet.ParquetFile`` with its pages' checksums verified.

        Raises
        ------
        ResultError
            If the file is missing, damaged, or not the one it was.
        """
        file = _reading(self.path, self._open)
        found = file.schema_arrow.metadata or {}
        if any(found.get(key) != value for key, value in self._expected.items()):
            raise ResultError(f"{self.path} was replaced since the result was loaded: load it again", path=self.path)
        return file

    def _open(self) -> Any:
        import pyarrow.parquet as pq

        return pq.ParquetFile(self.path, page_checksum_verification=True)

    def read(self, columns: Sequence[str] | None = None, where: Condition | None = None) -> Any:
        """See :class:`StoredTable`; reads only the pieces of the file that can hold such rows.

        Raises
        ------
        ResultError
            If the file is missing or damaged.
        """
        with self.open():
            pass
        names = None if columns is None else list(columns)
        return _reading(self.path, lambda: self._read(names, where))

    def _read(self, columns: list[str] | None, where: Condition | None) -> Any:
        import pyarrow.parquet as pq

        # Without partitioning=None a folder called seed=3 would become a column.
        return pq.read_table(
            self.path, columns=columns, filters=where, partitioning=None, page_checksum_verification=True
        )

    def pieces(self, columns: Sequence[str] | None = None) -> Iterator[Any]:
        """See :class:`StoredTable`.

        Raises
        ------
        ResultError
            If the file is missing or damaged.
        """
        names = None if columns is None else list(columns)
        with self.open() as file:
            if file.num_row_groups == 0:
                empty = file.schema_arrow.empty_table()  # older Arrows cannot read a file without rows
                yield empty if names is None else empty.select(names)
            for group in range(file.num_row_groups):
                yield _reading(self.path, lambda group=group: file.read_row_group(group, columns=names))  # type: ignore[misc]


def _reading(path: Path, read: Callable[[], Any]) -> Any:
    """Call ``read``, and tell its failures as those of a file of a result."""
    import pyarrow as pa

    try:
        return read()
    except FileNotFoundError:
        raise ResultError(f"{path} is missing: the result is incomplete", path=path) from None
    except PermissionError:
        raise ResultError(f"{path} cannot be read: permission denied", path=path) from None
    except (OSError, ValueError, pa.ArrowException) as error:
        reason = " ".join(str(error).split())[:200]
        raise ResultError(f"{path} is damaged or cut short, so it cannot be read ({reason})", path=path) from error
