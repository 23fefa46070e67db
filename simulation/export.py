"""Results for other programs: the follow graph as GraphML, GEXF or CSV, and the tables as CSV."""

from pathlib import Path
from typing import Any

from simulation.arguments import one_of
from simulation.errors import OutputError
from simulation.files import make_folder, whole_file
from simulation.records.result import Result
from simulation.records.tables import StoredTable

FORMATS = ("csv", "csv.gz")
"""Formats of :func:`export_tables`, which are also how its files end."""


def export_graph(result: Result, path: str | Path, day: int | None = None) -> Path:
    """Write the follow graph at the end of a day (None: the last) to a file, in the format that its name says.

    Nodes are user ids; see :meth:`Result.follow_graph` for their attributes and those of the edges. A CSV file holds
    the edges only.

    Raises
    ------
    GraphError
        If the name of the file says no format.
    OutputError
        If the file cannot be written.
    ParameterError, ResultError
        If the graph of that day cannot be had.
    """
    from simulation.graph_files import write_graph

    write_graph(result.follow_graph(day), path)
    return Path(path)


def export_tables(result: Result, folder: str | Path, format: str = "csv", *, overwrite: bool = False) -> list[Path]:
    """Write every table of a result to a folder as text, piece by piece.

    Numbers are written in full, so they read back as they were. Each file is written whole or not at all.

    Parameters
    ----------
    result
        Of a run.
    folder
        Made where it does not exist.
    format
        One of :data:`FORMATS`.
    overwrite
        Whether files that exist may be replaced.

    Returns
    -------
    list of Path
        The files.

    Raises
    ------
    ParameterError
        If the format is not known.
    OutputError
        If a file exists and may not be replaced, or cannot be written.
    """
    one_of("format", format, FORMATS)
    folder = Path(folder)
    files = {name: folder / f"{name}.{format}" for name in result.tables}
    taken = [] if overwrite else [file for file in files.values() if file.exists()]
    if taken:
        raise OutputError(f"{taken[0]} exists already; choose another folder, or say that it may be overwritten")
    make_folder(folder)
    for name, file in files.items():
        with whole_file(file) as draft:
            _write_text(result.tables[name], draft, compressed=file.suffix == ".gz")
    return list(files.values())


def _write_text(table: StoredTable, file: Path, *, compressed: bool) -> None:
    import pyarrow as pa
    import pyarrow.csv as pc

    writer: Any = None
    with pa.output_stream(str(file), compression="gzip" if compressed else None) as stream:
        try:
            for piece in table.pieces():
                plain = _without_categories(piece)
                writer = writer or pc.CSVWriter(stream, plain.schema)
                writer.write_table(plain)
        finally:
            if writer is not None:
                writer.close()


def _without_categories(table: Any) -> Any:
    import pyarrow as pa

    fields = [
        pa.field(field.name, pa.string()) if pa.types.is_dictionary(field.type) else field for field in table.schema
    ]
    return table.cast(pa.schema(fields))
