"""Results in files: a folder of Parquet tables, each with its provenance inside, written whole or not at all."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from simulation.errors import OutputError, ResultError
from simulation.files import names_in, whole_folder, writing
from simulation.records.provenance import package_version
from simulation.records.result import Result
from simulation.records.schema import DAILY, HEADER_KEY, PROVENANCE_KEY, SCHEMA_VERSION, TABLES, RunInfo
from simulation.records.tables import ROW_GROUP, FileTable, StoredTable
from simulation.scenario_file import scenario_toml

SCENARIO_FILE, PROVENANCE_FILE = "scenario.toml", "provenance.json"
"""Files for people: nothing is read from them, though ``follower-dynamics run`` runs the first again."""

RESULT_FILES = frozenset({*(f"{name}.parquet" for name in TABLES), SCENARIO_FILE, PROVENANCE_FILE})
"""Everything that a result's folder holds."""
FORMER_FILES = frozenset({"parameters.toml"})
"""What earlier versions wrote besides."""


def save_result(result: Result, path: str | Path, *, overwrite: bool = False) -> Path:
    """Write a result to a folder.

    The folder is written beside ``path`` under another name, forced to disk, and then renamed; on any error, Ctrl-C
    included, nothing of it is left and what was at ``path`` stays.

    Parameters
    ----------
    result
        To be written; tables that lie in parts are copied piece by piece.
    path
        A folder that does not exist or is empty, or with ``overwrite`` one that holds a result and nothing else.
    overwrite
        Whether a result at ``path`` may be replaced.

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    OutputError
        If the place is taken, or cannot be written, or the disk is full.
    """
    shown = Path(path)
    with writing(shown, "; nothing there was changed"):
        refuse_taken(shown, overwrite)
        with whole_folder(shown.resolve()) as staging:
            _write_all(result, staging)
    return shown


def refuse_taken(folder: Path, overwrite: bool, how: str = "say that it may be overwritten") -> None:
    """Refuse a folder that cannot take a result.

    Raises
    ------
    OutputError
        If it holds anything else, or a result that may not be overwritten; ``how`` says how it may.
    """
    if names_in(folder, (RESULT_FILES | FORMER_FILES).__contains__, "result") and not overwrite:
        raise OutputError(f"{folder} holds a result already; choose another folder, or {how}", path=folder)


def _write_all(result: Result, folder: Path) -> None:
    provenance = result.provenance
    for name, table in result.tables.items():
        metadata = result.info.metadata(name, provenance, package_version())
        _write_table(table, folder / f"{name}.parquet", metadata)
    graph = "." if provenance["social_graph"]["origin"] == "given" else None
    scenario = scenario_toml(provenance, graph=graph, days=result.days or None, engine=provenance["engine"])
    (folder / SCENARIO_FILE).write_text(scenario, encoding="utf-8")
    text = json.dumps(provenance, indent=2, ensure_ascii=False)
    (folder / PROVENANCE_FILE).write_text(text + "\n", encoding="utf-8")


def _write_table(table: StoredTable, path: Path, metadata: Mapping[bytes, bytes]) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    writer: Any = None
    try:
        for piece in table.pieces():
            if writer is None:
                schema = piece.schema.with_metadata(metadata)
                # Floats are as good as random: looking for repeats among them costs time and saves nothing.
                repeating = [field.name for field in schema if not pa.types.is_floating(field.type)]
                writer = pq.ParquetWriter(
                    path, schema, compression="zstd", use_dictionary=repeating, write_page_checksum=True
                )
            writer.write_table(piece.replace_schema_metadata(metadata), row_group_size=ROW_GROUP)
    finally:
        if writer is not None:
            writer.close()


def load_result(path: str | Path) -> Result:
    """Open the result in a folder; its tables are read when asked for.

    Raises
    ------
    ResultError
        If there is no such folder, it is no result, a file is missing or damaged or of another run, or it was written
        in another schema version.
    """
    folder = Path(path)
    try:
        _refuse_strange(folder)
    except OSError as error:
        raise ResultError(f"{folder} cannot be read: {error.strerror or error}", path=folder) from error
    header, provenance = _parsed(folder / f"{DAILY}.parquet", _head(folder / f"{DAILY}.parquet"))
    try:
        info = RunInfo.from_header(header)
    except (KeyError, TypeError) as error:
        raise ResultError(f"{folder} is damaged: the head of {DAILY}.parquet lacks {error}", path=folder) from None
    tables: dict[str, StoredTable] = {}
    for name in info.tables:
        file = folder / f"{name}.parquet"
        head = _head(file)
        run_id = _parsed(file, head)[0].get("run_id")
        if run_id != info.run_id:
            raise ResultError(
                f"{file} is of another run ({str(run_id)[:8]}) than {DAILY}.parquet ({info.run_id[:8]}): "
                "the files of two results were mixed",
                path=file,
            )
        tables[name] = FileTable(file, {HEADER_KEY: head[HEADER_KEY]})
    return Result(info, provenance, tables)


def _refuse_strange(folder: Path) -> None:
    if not folder.exists():
        raise ResultError(f"{folder} does not exist; give the folder that a run was saved to", path=folder)
    if not folder.is_dir():
        raise ResultError(
            f"{folder} is a file; a result is a folder, written by `follower-dynamics run --out`", path=folder
        )
    if not any((folder / f"{name}.parquet").exists() for name in TABLES):
        raise ResultError(
            f"{folder} is not a result: it holds none of its files, such as {DAILY}.parquet; "
            "a result is a folder written by `follower-dynamics run --out`",
            path=folder,
        )


def _head(file: Path) -> dict[bytes, bytes]:
    """Metadata of a file that this package wrote."""
    with FileTable(file).open() as opened:
        found: dict[bytes, bytes] = opened.schema_arrow.metadata or {}
    if HEADER_KEY not in found or PROVENANCE_KEY not in found:
        raise ResultError(f"{file} was not written by this package: its provenance is missing", path=file)
    return found


def _parsed(file: Path, head: dict[bytes, bytes]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Header and provenance of a file, which must be of this schema version."""
    try:
        header, provenance = (json.loads(head[key]) for key in (HEADER_KEY, PROVENANCE_KEY))
    except ValueError:
        raise ResultError(f"{file} is damaged: its provenance cannot be read", path=file) from None
    version = header.get("schema_version")
    if version != SCHEMA_VERSION:
        raise ResultError(
            f"{file} was written in schema version {version} by package version {header.get('package_version')}; "
            f"this package, version {package_version()}, reads schema version {SCHEMA_VERSION}: run it again, or read "
            "it with the version that wrote it",
            path=file,
        )
    return header, provenance
