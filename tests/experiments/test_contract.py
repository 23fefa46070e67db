"""What every experiment must do: run small, leave tables, figures and a summary, and reuse what is there."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest

from experiments.__main__ import EXPERIMENTS
from simulation.experiment.declare import ArmsExperiment
from simulation.experiment.options import Options, Runnable
from simulation.experiment.run import CONTENTS, EFFECTS, RUNS, SAMPLES

PNG, PDF = b"\x89PNG", b"%PDF"
VERDICT = re.compile(r"\*\*(holds|holds in part|fails|is undecided|is contradicted|is not shown)\*\*")


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_contract(name: str, tmp_path: Path) -> None:
    """One test an experiment, so that each is run once, whoever shares the tests out."""
    experiment, out = EXPERIMENTS[name], tmp_path / "out"
    options = Options(out, quick=True, workers=1, progress=False, say=lambda _: None)
    assert experiment.run(options)
    it_says_what_it_asks(experiment)
    the_summary_answers(experiment, out)
    tables_open(experiment, out)
    figures_are_drawn(out)
    before, text = stored(out), (out / "summary.md").read_bytes()
    assert before and experiment.run(options)
    assert stored(out) == before, "a second call runs nothing"
    assert (out / "summary.md").read_bytes() == text, "and says the same"


def it_says_what_it_asks(experiment: Runnable) -> None:
    """A question, and a claim with its number."""
    assert experiment.question[0].isupper() and experiment.question.endswith("?")
    assert re.match(r"\d+(, \d+)*( and \d+)?\. ", experiment.claim) and not experiment.claim.endswith(".")


def the_summary_answers(experiment: Runnable, out: Path) -> None:
    """The question stands in the title, claim and verdict in the first paragraph, and no number is missing."""
    text = (out / "summary.md").read_text()
    title, answer = text.split("\n\n")[:2]
    assert experiment.question[1:] in title and title.startswith("# ")
    assert experiment.claim in answer and VERDICT.search(answer)
    assert not re.search(r"\b(nan|inf)\b|\bNone\b", text)
    assert str(out) not in text


def tables_open(experiment: Runnable, out: Path) -> None:
    """All are Parquet, one row a run and an expectation; arms of a replicate share their luck."""
    tables = {path.name: pd.read_parquet(path) for path in out.glob("*.parquet")}
    assert len(tables[RUNS]) >= 4
    if not isinstance(experiment, ArmsExperiment):
        return
    assert len(tables[RUNS]) == len(experiment.arms) * experiment.quick.replicates
    assert (tables[RUNS].groupby("replicate")["luck"].nunique() == 1).all()
    assert tables[RUNS]["luck"].nunique() == experiment.quick.replicates
    assert tables[EFFECTS]["says"].tolist() == [expected.says for expected in experiment.expectations]
    assert tables[SAMPLES]["sample"].nunique() == experiment.quick.samples
    assert {path.name for path in out.iterdir()} <= {*CONTENTS, "experiment.json", "studies"}


def figures_are_drawn(out: Path) -> None:
    """Each as PNG and as PDF."""
    figures = sorted(path.stem for path in (out / "figures").glob("*.png"))
    assert figures and figures == sorted(path.stem for path in (out / "figures").glob("*.pdf"))
    for name in figures:
        assert (out / "figures" / f"{name}.png").read_bytes().startswith(PNG)
        assert (out / "figures" / f"{name}.pdf").read_bytes().startswith(PDF)


def stored(out: Path) -> dict[Path, int]:
    """Every run on disk, and when it was written."""
    return {path: path.stat().st_mtime_ns for path in (out / "studies").rglob("runs/*.parquet")}
