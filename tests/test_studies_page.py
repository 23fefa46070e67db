"""docs/studies.md: its Python runs, block after block, at sizes at which it says little but runs at once."""

from __future__ import annotations

import re
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from simulation.study.design.sweep_file import read_sweep
from tests.batches import SEEDS_BY_RNG
from tests.told import tells

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "studies.md").read_text()
SMALLER = {
    r"days=\d+": "days=12",
    r"max_steps=\d+": "max_steps=3",
    r'"population.users": 300': '"population.users": 60',
    r"budget=\d+": "budget=40, workers=1",
    r'(run_sweep\(.*"out/\w+")\)': r"\1, workers=1)",
}
"""How large worlds are, how many simulations, and that no processes are started where all cores would be taken."""
EXTRAS = {"import duckdb": "duckdb", "import polars": "polars", "import Observation": "pyabc"}
"""What a block needs that is not installed with the package."""


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)


def smaller(block: str) -> str:
    for pattern, small in SMALLER.items():
        block = re.sub(pattern, small, block)
    return block


def test_its_python_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """All but what needs a cluster, which tests/study/test_cluster.py has."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "mine", raising=False)
    cells: dict[str, Any] = {"__name__": "__main__"}
    ran = 0
    for block in blocks("python"):
        lacking = [name for sign, name in EXTRAS.items() if sign in block and find_spec(name) is None]
        if "rng=range" in block and not SEEDS_BY_RNG:
            lacking.append("Mesa 3.4")
        if block.startswith("# mine.py"):
            (tmp_path / "mine.py").write_text(block)
        elif "tcp://" not in block and not lacking:
            exec(compile(smaller(block), f"docs/studies.md: {block}", "exec"), cells)
            ran += 1
    monkeypatch.delitem(sys.modules, "mine")
    assert ran >= 10
    out = capsys.readouterr().out
    assert "72 runs\n" in out
    assert tells(out, "72 runs there 24")
    assert "True" in out.splitlines(), "another executor gave other numbers"


def test_its_file_declares_the_same_sweep_as_its_python(tmp_path: Path) -> None:
    (file,) = (block for block in blocks("toml") if block.startswith("# bias.toml"))
    (tmp_path / "bias.toml").write_text(file)
    read, graph = read_sweep(tmp_path / "bias.toml")
    cells: dict[str, Any] = {}
    exec(next(block for block in blocks("python") if "sweep = Sweep(" in block).partition("print(")[0], cells)
    assert graph is None
    assert (read.name, read.design, read.outcomes) == ("bias", cells["sweep"].design, cells["sweep"].outcomes)


def test_its_links_lead_somewhere() -> None:
    text = re.sub(r"```.*?```", "", PAGE, flags=re.DOTALL)
    for target in re.findall(r"\]\(([^)#:]+)\)", text):
        assert (ROOT / "docs" / target).exists(), target
