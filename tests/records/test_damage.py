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

from simulation.errors import ResultError
from simulation.records import Result, load_result
from simulation.records.schema import HEADER_KEY, PROVENANCE_KEY, TABLES
from tests.records.world import World


def change_head(file: Path, key: bytes, change: Callable[[dict[str, Any]], Any]) -> None:
    """Write a file anew with one part of its metadata changed."""
    table = pq.read_table(file)
    metadata = dict(table.schema.metadata)
    metadata[key] = json.dumps(change(json.loads(metadata[key]))).encode()
    pq.write_table(table.replace_schema_metadata(metadata), file)


@pytest.fixture
def out(result: Result, tmp_path: Path) -> Path:
    return result.save(tmp_path / "out")


def test_no_folder(tmp_path: Path) -> None:
    with pytest.raises(ResultError, match="nowhere does not exist; give the folder that a run was saved to"):
        load_result(tmp_path / "nowhere")


def test_a_file(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("")
    with pytest.raises(ResultError, match="x is a file; a result is a folder"):
        load_result(tmp_path / "x")


def test_not_a_result(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("a,b")
    with pytest.raises(ResultError, match=r"is not a result: it holds none of its files, such as daily\.parquet"):
        load_result(tmp_path)


def test_a_folder_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(self: Path) -> bool:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "exists", denied)
    with pytest.raises(ResultError, match="out cannot be read: Permission denied"):
        load_result(tmp_path / "out")


def test_a_file_that_may_not_be_read(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(*arguments: Any, **options: Any) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(pq, "ParquetFile", denied)
    with pytest.raises(ResultError, match=r"daily\.parquet cannot be read: permission denied"):
        load_result(out)


@pytest.mark.parametrize("name", TABLES)
def test_a_missing_file(out: Path, name: str) -> None:
    (out / f"{name}.parquet").unlink()
    with pytest.raises(ResultError, match=f"{name}.parquet is missing: the result is incomplete"):
        load_result(out)


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize("share", [0.0, 0.5, 0.99])
def test_a_truncated_file(out: Path, name: str, share: float) -> None:
    file = out / f"{name}.parquet"
    data = file.read_bytes()
    file.write_bytes(data[: int(len(data) * share)])
    with pytest.raises(ResultError, match=f"{name}.parquet is damaged or cut short, so it cannot be read"):
        load_result(out)


def test_a_flipped_bit_in_the_data(out: Path) -> None:
    file = out / "creator_days.parquet"
    chunk = pq.ParquetFile(file).metadata.row_group(0).column(8)
    assert chunk.path_in_schema == "quality"
    data = bytearray(file.read_bytes())
    data[chunk.data_page_offset + chunk.total_compressed_size - 9] ^= 1
    file.write_bytes(data)
    loaded = load_result(out)
    for read in (lambda: loaded.creator_days, lambda: loaded.save(out.parent / "copy")):
        with pytest.raises(ResultError, match=r"creator_days\.parquet is damaged or cut short"):
            read()
    assert loaded.ledger(0)["net"].tolist()  # other columns are as good as ever


def test_files_of_two_runs(out: Path, world: World) -> None:
    world.live_randomly(1)
    other = world.result().save(out.parent / "other")
    shutil.copy(other / "events.parquet", out / "events.parquet")
    with pytest.raises(ResultError, match=r"events\.parquet is of another run \(\w{8}\) than daily\.parquet .* mixed"):
        load_result(out)


def test_a_result_replaced_while_open(out: Path, world: World) -> None:
    loaded = load_result(out)
    world.live_randomly(1)
    world.result().save(out, overwrite=True)
    with pytest.raises(ResultError, match=r"daily\.parquet was replaced since the result was loaded: load it again"):
        loaded.daily.size  # noqa: B018


@pytest.mark.parametrize("name", ["daily", "follows"])
def test_another_schema_version(out: Path, name: str) -> None:
    change_head(out / f"{name}.parquet", HEADER_KEY, lambda h: h | {"schema_version": 99, "package_version": "7.0"})
    sentence = (
        rf"{name}\.parquet was written in schema version 99 by package version 7\.0; this package, version .*, "
        "reads schema version 2: run it again"
    )
    with pytest.raises(ResultError, match=sentence):
        load_result(out)


def test_a_stranger_among_the_files(out: Path) -> None:
    pq.write_table(pa.table({"x": [1]}), out / "users.parquet")
    with pytest.raises(ResultError, match=r"users\.parquet was not written by this package"):
        load_result(out)


def test_a_head_that_is_no_json(out: Path) -> None:
    table = pq.read_table(out / "daily.parquet")
    broken = {**table.schema.metadata, HEADER_KEY: b"{"}
    pq.write_table(table.replace_schema_metadata(broken), out / "daily.parquet")
    with pytest.raises(ResultError, match=r"daily\.parquet is damaged: its provenance cannot be read"):
        load_result(out)


def test_a_head_that_lacks_something(out: Path) -> None:
    change_head(out / "daily.parquet", HEADER_KEY, lambda h: {k: v for k, v in h.items() if k != "graph"})
    with pytest.raises(ResultError, match=r"out is damaged: the head of daily\.parquet lacks 'graph'"):
        load_result(out)


@pytest.mark.parametrize("parameters", [{"decision.gone": 1}, None])
def test_parameters_of_another_version(out: Path, parameters: dict[str, Any] | None) -> None:
    def change(provenance: dict[str, Any]) -> dict[str, Any]:
        rest = {k: v for k, v in provenance.items() if k != "parameters"}
        return rest if parameters is None else rest | {"parameters": parameters}

    change_head(out / "daily.parquet", PROVENANCE_KEY, change)
    loaded = load_result(out)
    assert loaded.days == 8
    with pytest.raises(ResultError, match="parameters do not fit this version of the package"):
        _ = loaded.parameters
