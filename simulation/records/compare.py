"""Whether two results are the same, bit for bit."""

from typing import TYPE_CHECKING, Any

import numpy as np

from simulation.records.schema import TABLES

if TYPE_CHECKING:
    from simulation.records.result import Result


def same_tables(a: "Result", b: "Result") -> list[str]:
    """What differs between two results: names of tables and, as ``table.column``, of columns; empty where nothing does.

    Floats must agree in every bit (0.0 and -0.0 do not), except that any NaN equals any other. A table that only one
    result has differs; so does one with another number of rows, and its columns are not compared.
    """
    different = []
    for name in TABLES:
        if name in a.tables and name in b.tables:
            different += _differences(name, a, b)
        elif name in a.tables or name in b.tables:
            different.append(name)
    if a.info.graph != b.info.graph and "social_graph" not in different:
        different.append("social_graph")
    return different


def _differences(name: str, a: "Result", b: "Result") -> list[str]:
    left, right = a.tables[name], b.tables[name]
    heads = [next(iter(table.pieces()), None) for table in (left, right)]
    columns = [() if head is None else tuple(head.column_names) for head in heads]
    found = [
        column
        for column in dict.fromkeys((*columns[0], *columns[1]))
        if not (column in columns[0] and column in columns[1])
    ]
    for column in columns[0]:
        if column in found:
            continue
        pair = [table.read([column])[column] for table in (left, right)]
        if len(pair[0]) != len(pair[1]):
            return [name]
        if not _equal(*pair):
            found.append(column)
    return [f"{name}.{column}" for column in found]


def _equal(a: Any, b: Any) -> bool:
    import pyarrow as pa

    if a.type != b.type:
        return False
    if pa.types.is_dictionary(a.type):
        # The same words may be numbered differently in a file.
        return bool(a.cast(pa.string()).equals(b.cast(pa.string())))
    if not pa.types.is_floating(a.type) or a.null_count or b.null_count:
        return bool(a.equals(b))
    x, y = a.to_numpy(), b.to_numpy()
    whole = np.dtype(f"i{x.dtype.itemsize}")
    return bool(((x.view(whole) == y.view(whole)) | (np.isnan(x) & np.isnan(y))).all())
