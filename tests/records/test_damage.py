"""Results that are missing, cut, mixed, foreign or of another version: each damage is told for what it is."""

from __future__ import annotations

import errno
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from simulation import __version__
from simulation.errors import ResultError
from simulation.records import Result, load_result
from simulation.records.schema import HEADER_KEY, PROVENANCE_KEY, SCHEMA_VERSION, TABLES
from tests.records.world import World
from tests.told import raises, tells


def change_head(file: Path, key: bytes, change: Callable[[dict[str, Any]], Any]) -> None:
    """Write a file anew with one part of its metadata changed."""
    table = pq.read_table(file)
    metadata = dict(table.schema.metadata)
    metadata[key] = json.dumps(change(json.loads(metadata[key]))).encode()
    pq.write_table(table.replace_schema_metadata(metadata), file)


@pytest.fixture
def out(result: Result, tmp_path: Path) -> Path:
    return result.save(tmp_path / "out")


def refused(read: Callable[[], object], path: Path, *facts: object) -> None:
    """Reading ends in an error about this path, which tells some facts."""
    with raises(ResultError, path=path) as caught:
        read()
    assert tells(str(caught.value), *facts) and str(path) in str(caught.value)


def test_no_folder(tmp_path: Path) -> None:
    refused(lambda: load_result(tmp_path / "nowhere"), tmp_path / "nowhere", "exist")


def test_a_file(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("")
    refused(lambda: load_result(tmp_path / "x"), tmp_path / "x", "file")


def test_not_a_result(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("a,b")
    refused(lambda: load_result(tmp_path), tmp_path, "daily.parquet")


def test_a_folder_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(self: Path) -> bool:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "exists", denied)
    refused(lambda: load_result(tmp_path / "out"), tmp_path / "out", "denied")


def test_a_file_that_may_not_be_read(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(*arguments: Any, **options: Any) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(pq, "ParquetFile", denied)
    refused(lambda: load_result(out), out / "daily.parquet", "denied")


@pytest.mark.parametrize("name", TABLES)
def test_a_missing_file(out: Path, name: str) -> None:
    (out / f"{name}.parquet").unlink()
    refused(lambda: load_result(out), out / f"{name}.parquet", "missing")


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize("share", [0.0, 0.5, 0.99])
def test_a_truncated_file(out: Path, name: str, share: float) -> None:
    file = out / f"{name}.parquet"
    data = file.read_bytes()
    file.write_bytes(data[: int(len(data) * share)])
    refused(lambda: load_result(out), file, "damaged")


def test_a_flipped_bit_in_the_data(out: Path) -> None:
    file = out / "creator_days.parquet"
    chunk = pq.ParquetFile(file).metadata.row_group(0).column(9)
    assert chunk.path_in_schema == "quality"
    data = bytearray(file.read_bytes())
    data[chunk.data_page_offset + chunk.total_compressed_size - 9] ^= 1
    file.write_bytes(data)
    loaded = load_result(out)
    for read in (lambda: loaded.creator_days, lambda: loaded.save(out.parent / "copy")):
        refused(read, file, "damaged")
    assert loaded.ledger(0)["net"].tolist()  # other columns are as good as ever


def test_files_of_two_runs(out: Path, world: World) -> None:
    world.live_randomly(1)
    other = world.result().save(out.parent / "other")
    shutil.copy(other / "events.parquet", out / "events.parquet")
    refused(lambda: load_result(out), out / "events.parquet", "daily.parquet mixed")


def test_a_result_replaced_while_open(out: Path, world: World) -> None:
    loaded = load_result(out)
    world.live_randomly(1)
    world.result().save(out, overwrite=True)
    refused(lambda: loaded.daily.size, out / "daily.parquet", "replaced")


@pytest.mark.parametrize("name", ["daily", "follows"])
def test_another_schema_version(out: Path, name: str) -> None:
    change_head(out / f"{name}.parquet", HEADER_KEY, lambda h: h | {"schema_version": 99, "package_version": "7.0"})
    facts = "version 99 version 7.0", __version__, "version", SCHEMA_VERSION
    refused(lambda: load_result(out), out / f"{name}.parquet", *facts)


def test_a_stranger_among_the_files(out: Path) -> None:
    pq.write_table(pa.table({"x": [1]}), out / "users.parquet")
    refused(lambda: load_result(out), out / "users.parquet", "written")


def test_a_head_that_is_no_json(out: Path) -> None:
    table = pq.read_table(out / "daily.parquet")
    broken = {**table.schema.metadata, HEADER_KEY: b"{"}
    pq.write_table(table.replace_schema_metadata(broken), out / "daily.parquet")
    refused(lambda: load_result(out), out / "daily.parquet", "damaged")


def test_a_head_that_lacks_something(out: Path) -> None:
    change_head(out / "daily.parquet", HEADER_KEY, lambda h: {k: v for k, v in h.items() if k != "graph"})
    refused(lambda: load_result(out), out, "damaged daily.parquet 'graph'")


@pytest.mark.parametrize("parameters", [{"decision.gone": 1}, None])
def test_parameters_of_another_version(out: Path, parameters: dict[str, Any] | None) -> None:
    def change(provenance: dict[str, Any]) -> dict[str, Any]:
        rest = {k: v for k, v in provenance.items() if k != "parameters"}
        return rest if parameters is None else rest | {"parameters": parameters}

    change_head(out / "daily.parquet", PROVENANCE_KEY, change)
    loaded = load_result(out)
    assert loaded.days == 8
    with raises(ResultError, "parameters version"):
        _ = loaded.parameters
