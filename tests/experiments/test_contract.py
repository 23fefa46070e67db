"""What every shipped experiment must do: run small, leave tables, figures and a summary, and reuse what is there."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pandas as pd
import pytest

from simulation.analysis.expectation import TOO_SMALL
from simulation.experiment import Options
from simulation.experiment.judge import Findings
from simulation.experiment.library import load, shipped
from simulation.experiment.report import summary
from simulation.experiment.run import CONTENTS, EFFECTS, RUNS, SAMPLES

PNG, PDF = b"\x89PNG", b"%PDF"
TINY = {"users": 50, "days": 5, "replicates": 2, "samples": 2}


@pytest.fixture(params=shipped(), scope="session")
def ran(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Options]:
    """One experiment, run once in a tiny design for all tests."""
    out = tmp_path_factory.mktemp(request.param) / "out"
    options = Options(out, quick=True, workers=1, progress=False, say=lambda _: None, **TINY)
    assert load(shipped()[request.param]).run(options)
    return request.param, options


def test_it_says_what_it_asks(ran: tuple[str, Options]) -> None:
    """A question, and a claim with its number; the file is one, and is named after it."""
    name, _ = ran
    experiment = load(shipped()[name])
    assert experiment.name == name
    assert experiment.question[0].isupper() and experiment.question.endswith("?")
    assert re.match(r"\d+(, \d+)*( and \d+)?\. ", experiment.claim) and not experiment.claim.endswith(".")
    imported = {
        node.module.split(".")[0]
        for node in ast.walk(ast.parse(shipped()[name].read_text()))
        if isinstance(node, ast.ImportFrom) and node.module
    }
    assert "experiments" not in imported and "benchmarks" not in imported, "it runs anywhere"


def test_the_summary_answers_and_gives_no_verdict(ran: tuple[str, Options]) -> None:
    name, options = ran
    experiment, text = load(shipped()[name]), (options.out / "summary.md").read_text()
    title, answer, verdicts, *_ = text.split("\n\n")
    assert title.startswith("# ") and experiment.question[1:] in title
    assert answer.startswith("Quick run: too small to decide whether ") and experiment.claims in verdicts
    assert not re.search(r"\b(supported|contradicted|undecided):?\*\*", text.split("## Caveats")[0], re.IGNORECASE)
    assert not re.search(r"\b(nan|inf)\b|\bNone\b", text)
    assert str(options.out) not in text


def test_tables_open(ran: tuple[str, Options]) -> None:
    """All are Parquet, one row per run and per expectation; arms of a replicate share their draws."""
    name, options = ran
    experiment = load(shipped()[name])
    tables = {path.name: pd.read_parquet(path) for path in options.out.glob("*.parquet")}
    assert len(tables[RUNS]) == len(experiment.every_arm) * 2
    assert (tables[RUNS].groupby("replicate")["luck"].nunique() == 1).all() and tables[RUNS]["luck"].nunique() == 2
    assert tables[EFFECTS]["says"].tolist() == [expected.says for expected in experiment.expectations]
    assert set(tables[EFFECTS]["verdict"]) == {TOO_SMALL}
    assert tables[SAMPLES]["sample"].nunique() == 2
    assert set(experiment.outcomes) <= set(tables[RUNS])
    assert {path.name for path in options.out.iterdir()} <= {*CONTENTS, "experiment.json", "studies"}


def test_figures_are_drawn(ran: tuple[str, Options]) -> None:
    """Each as PNG and as PDF."""
    figures = ran[1].out / "figures"
    names = sorted(path.stem for path in figures.glob("*.png"))
    assert names and names == sorted(path.stem for path in figures.glob("*.pdf"))
    for name in names:
        assert (figures / f"{name}.png").read_bytes().startswith(PNG)
        assert (figures / f"{name}.pdf").read_bytes().startswith(PDF)


def test_a_second_call_runs_nothing_and_says_the_same(
    ran: tuple[str, Options], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same figures are not drawn again."""
    name, options = ran
    found: list[Findings] = []
    monkeypatch.setattr("simulation.experiment.report.report", found.append)
    before, text = stored(options.out), (options.out / "summary.md").read_text()
    assert before and load(shipped()[name]).run(options)
    assert stored(options.out) == before
    figures = re.findall(r"`(\w+)`", next(line for line in text.splitlines() if line.startswith("- `figures/`")))
    assert set(figures) == {path.stem for path in (options.out / "figures").glob("*.png")}
    assert summary(found[0], figures) == text


def stored(out: Path) -> dict[Path, int]:
    """Every run on disk, and when it was written."""
    return {path: path.stat().st_mtime_ns for path in (out / "studies").rglob("runs/*.parquet")}
