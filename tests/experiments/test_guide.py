"""The guide: its example runs as it stands, from any folder, in processes that cannot import it."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pandas as pd

ROOT = Path(__file__).parents[2]
GUIDE = ROOT / "docs" / "writing-an-experiment.md"
BLOCKS = re.findall(r"```python\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)
SMALL = ("--quick", "--users", "60", "--days", "6", "--replicates", "2", "--samples", "2", "--workers", "2")


def test_the_example_runs_itself(tmp_path: Path) -> None:
    (tmp_path / "hidden_counts.py").write_text(BLOCKS[0], encoding="utf-8")
    ran = subprocess.run(
        [sys.executable, "hidden_counts.py", *SMALL],
        cwd=tmp_path,
        env={**__import__("os").environ, "PYTHONPATH": str(ROOT)},
        check=False,
        capture_output=True,
        text=True,
    )
    assert ran.returncode == 0, ran.stderr
    out = tmp_path / "out" / "hidden_counts"
    assert (out / "summary.md").read_text().count("too small to decide") >= 1
    runs = pd.read_parquet(out / "runs.parquet")
    assert runs["arm"].unique().tolist() == ["shown", "hidden"] and runs["inequality"].between(0, 1).all()


def test_the_other_examples_are_arms_of_an_experiment() -> None:
    made: dict[str, object] = {}
    exec(BLOCKS[1], made)
