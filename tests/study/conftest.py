"""A place for traces, and small designs."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.study.evaluations import SCRATCH


@pytest.fixture
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where evaluations leave their traces."""
    folder = tmp_path / "scratch"
    folder.mkdir()
    monkeypatch.setenv(SCRATCH, str(folder))
    return folder
