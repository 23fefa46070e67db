"""What every experiment must do: run small, leave tables, figures and a summary, and reuse what is there."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from experiments.__main__ import EXPERIMENTS
from experiments.arms import ArmsExperiment
from experiments.arms_runs import CONTENTS, EFFECTS, RUNS, SAMPLES
from experiments.common import Options, Runnable

PNG, PDF = b"\x89PNG", b"%PDF"
VERDICT = re.compile(r"\*\*(holds|holds in part|fails|is undecided|is contradicted|is not shown)\*\*")


@pytest.fixture(scope="module", params=list(EXPERIMENTS.values()), ids=list(EXPERIMENTS))
def done(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Runnable, Options]:
    """Every experiment, run once with --quick in this process."""
    experiment: Runnable = request.param
    out = tmp_path_factory.mktemp(experiment.name) / "out"
    options = Options(out, quick=True, workers=1, progress=False, say=lambda _: None)
    assert experiment.run(options)
    return experiment, options


def test_it_says_what_it_asks_and_which_claim_it_tests(done: tuple[Runnable, Options]) -> None:
    experiment, _ = done
    assert EXPERIMENTS[experiment.name] is experiment
    assert experiment.question[0].isupper() and experiment.question.endswith("?")
    assert re.match(r"\d+(, \d+)*( and \d+)?\. ", experiment.claim) and not experiment.claim.endswith(".")


def test_the_summary_answers_the_question(done: tuple[Runnable, Options]) -> None:
    experiment, options = done
    text = (options.out / "summary.md").read_text()
    title, answer = text.split("\n\n")[:2]
    assert experiment.question[1:] in title and title.startswith("# ")
    assert experiment.claim in answer and VERDICT.search(answer)
    assert not re.search(r"\b(nan|none|inf)\b", text.replace("none beyond chance", ""), re.IGNORECASE)
    assert str(options.out) not in text


def test_tables_open(done: tuple[Runnable, Options]) -> None:
    experiment, options = done
    tables = {path.name: pd.read_parquet(path) for path in options.out.glob("*.parquet")}
    assert len(tables[RUNS]) >= 4
    if not isinstance(experiment, ArmsExperiment):
        return
    assert len(tables[RUNS]) == len(experiment.arms) * experiment.quick.replicates
    assert (tables[RUNS].groupby("replicate")["luck"].nunique() == 1).all(), "arms of a replicate share their luck"
    assert tables[RUNS]["luck"].nunique() == experiment.quick.replicates
    assert tables[EFFECTS]["says"].tolist() == [expected.says for expected in experiment.expectations]
    assert tables[SAMPLES]["sample"].nunique() == experiment.quick.samples
    assert {path.name for path in options.out.iterdir()} <= {*CONTENTS, "experiment.json", "studies"}


def test_figures_are_drawn(done: tuple[Runnable, Options]) -> None:
    _, options = done
    figures = sorted(path.stem for path in (options.out / "figures").glob("*.png"))
    assert figures and figures == sorted(path.stem for path in (options.out / "figures").glob("*.pdf"))
    for name in figures:
        assert (options.out / "figures" / f"{name}.png").read_bytes().startswith(PNG)
        assert (options.out / "figures" / f"{name}.pdf").read_bytes().startswith(PDF)


def test_a_second_call_runs_nothing_and_says_the_same(done: tuple[Runnable, Options]) -> None:
    experiment, options = done

    def stored() -> dict[Path, int]:
        return {path: path.stat().st_mtime_ns for path in (options.out / "studies").rglob("runs/*.parquet")}

    before, text = stored(), (options.out / "summary.md").read_bytes()
    assert before and experiment.run(replace(options, quick=True))
    assert stored() == before
    assert (options.out / "summary.md").read_bytes() == text
