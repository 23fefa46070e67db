"""Real data that others made: which files are wanted, where they come from, and whether those that are there are they.

``data.toml`` is the manifest. The files are no part of this repository.
"""

from __future__ import annotations

import hashlib
import os
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from simulation.errors import ConfigError, ResultError

FOLDER = "FOLLOWER_DATA"
"""Environment variable with the folder of real data."""
BESIDE = Path(__file__).parents[3] / "shared" / "data"
"""Where it is looked for without the variable: beside the repository."""


@dataclass(frozen=True)
class DataFile:
    """One file of the manifest: path below the folder of data, digest, number of rows, what each column counts."""

    path: str
    sha256: str
    rows: int
    columns: Mapping[str, str]
    header: bool = True

    def fault(self, folder: Path | None) -> str:
        """What is wrong with the file in a folder; empty where it is the one of the manifest."""
        if folder is None or not (folder / self.path).is_file():
            return "missing"
        content = (folder / self.path).read_bytes()
        digest = hashlib.sha256(content).hexdigest()
        if digest == self.sha256:
            return ""
        lines = content.decode(errors="replace").splitlines()
        first = lines[0].split(",") if lines else []
        if (first != list(self.columns)) if self.header else (len(first) != len(self.columns)):
            return f"altered: columns {', '.join(first) or 'none'}; wanted are {', '.join(self.columns)}"
        rows = len(lines) - self.header
        return f"altered: {rows:,} rows with SHA-256 {digest}; wanted are {self.rows:,} with {self.sha256}"


@dataclass(frozen=True)
class Dataset:
    """Files of one source: what they are, who made them, where to get them, and how they were prepared."""

    name: str
    about: str
    source: str
    url: str
    licence: str
    prepared: str
    files: tuple[DataFile, ...]


@cache
def manifest() -> tuple[Dataset, ...]:
    """All data that validation reads."""
    listed = tomllib.loads(Path(__file__).with_name("data.toml").read_text(encoding="utf-8"))["dataset"]
    return tuple(Dataset(files=tuple(DataFile(**file) for file in one.pop("file")), **one) for one in listed)


def data_folder(given: Path | None = None) -> Path | None:
    """Folder of real data: the one given, else that of ``FOLLOWER_DATA``, else the one beside the repository.

    None where the last is not there.

    Raises
    ------
    ConfigError
        If a folder was named that does not exist.
    """
    named = given or (Path(os.environ[FOLDER]) if os.environ.get(FOLDER) else None)
    if named is None:
        return BESIDE if BESIDE.is_dir() else None
    if not named.is_dir():
        whose = "the folder of real data" if given else f"the folder of real data that {FOLDER} names"
        raise ConfigError(
            f"{whose}, {named}, does not exist; `python -m benchmarks.validation data` lists what it holds"
        )
    return named


def data_file(folder: Path | None, path: str) -> Path | None:
    """A file of the manifest; None where it is not there.

    Raises
    ------
    ResultError
        If it is there and not the one of the manifest.
    """
    dataset, file = next((one, file) for one in manifest() for file in one.files if file.path == path)
    fault = file.fault(folder)
    if folder is None or fault == "missing":
        return None
    if fault:
        raise ResultError(f"{folder / path} is {fault} (source: {dataset.source}, {dataset.url})")
    return folder / path


def described(folder: Path | None) -> Iterator[str]:
    """Lines for a person: every dataset, where to get it, and what is wrong with its files in a folder."""
    for one in manifest():
        yield f"{one.name}: {one.about}"
        yield f"  source    {one.source}; {one.url}"
        yield f"  licence   {one.licence}"
        yield f"  prepared  {one.prepared}"
        for file in one.files:
            yield f"  {file.path}: {file.fault(folder) or 'ok'}"
            yield f"    {file.rows:,} rows; SHA-256 {file.sha256}"
            yield f"    columns: {', '.join(f'{name} ({unit})' for name, unit in file.columns.items())}"
