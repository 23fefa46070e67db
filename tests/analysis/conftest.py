"""Fixtures of the analysis tests: consistent tables of a toy run, and real data where it is there."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.tables import RunTables, run_tables


@pytest.fixture(scope="session")
def run() -> RunTables:
    return run_tables()


@pytest.fixture(scope="session")
def data_folder() -> Path:
    return Path(os.environ.get("FOLLOWER_DATA", Path(__file__).parents[2] / ".." / "shared" / "data"))


def real_file(folder: Path, name: str) -> Path:
    path = folder / name
    if not path.is_file():
        pytest.skip(f"real data {name} is not there; point FOLLOWER_DATA at the folder that holds it")
    return path


@pytest.fixture(scope="session")
def kuairand_file(data_folder: Path) -> Path:
    return real_file(data_folder, "kuairand/user_counts.csv")


@pytest.fixture(scope="session")
def musiclab_files(data_folder: Path) -> dict[int, Path]:
    return {k: real_file(data_folder, f"musiclab/downloads_v{k}_lexorder.txt") for k in (1, 2)}
