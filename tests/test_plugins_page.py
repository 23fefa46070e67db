"""docs/plugins.md: its Python runs, block after block, in both engines."""

from __future__ import annotations

import linecache
import re
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from simulation.model import FollowerModel
from simulation.study.design.sweep_file import read_sweep

PAGE = (Path(__file__).parent.parent / "docs" / "plugins.md").read_text()
LONGEST = 25
"""Lines that one example may have."""


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where a reader of the page works: with the plug-in in a file."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "contagion", raising=False)
    for block in blocks("python"):
        if block.startswith("# contagion.py"):
            (tmp_path / "contagion.py").write_text(block)
    return tmp_path


def test_its_python_runs_alike_in_both_engines(folder: Path) -> None:
    found: list[list[Any]] = []
    for engine in ("compiled", "mesa"):
        cells: dict[str, Any] = {"__name__": "__main__"}
        models = []
        for block in blocks("python"):
            smaller = block.replace('users": 300', 'users": 60').replace("seed=1", f"seed=1, engine={engine!r}")
            name = f"<plugins.md {len(linecache.cache)}>"  # as in a notebook, the source of each cell is known
            linecache.cache[name] = (len(smaller), None, smaller.splitlines(keepends=True), name)
            exec(compile(smaller, name, "exec"), cells)
            if isinstance(cells.get("model"), FollowerModel):
                models.append(cells.pop("model").result())
        found.append(models)
    assert len(found[0]) == 6
    for compiled, mesa in zip(*found, strict=True):
        assert compiled.events.equals(mesa.events)
        assert compiled.daily.equals(mesa.daily)
    *_, posts, _ = found[0]
    assert (posts.events["source"] == "talked_about").any() and posts.posts["likes"].sum() > 0
    contagious, crafty, lonely, *_ = found[0]
    assert contagious.parameters["contagion.times"] == 2
    assert crafty.parameters["craft.polish"] == 0.2
    assert "craft" in set(crafty.creator_days["strategy"])
    assert np.ptp(lonely.daily["loneliness"]) > 0.0


def test_its_file_is_a_sweep(folder: Path) -> None:
    (folder / "sweep.toml").write_text(blocks("toml")[0])
    sweep, _ = read_sweep(folder / "sweep.toml")
    assert list(sweep.levers["contagion.times"]) == [1, 2, 3, 4]


def test_examples_are_short() -> None:
    assert max(len(block.splitlines()) for block in blocks("python")) <= LONGEST
