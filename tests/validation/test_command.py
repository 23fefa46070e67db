"""The command `validate` and its page, on targets small enough to know what must come out."""

import hashlib
import os
import signal
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from matplotlib.figure import Figure
from typer.testing import CliRunner

from benchmarks.validation import Band, Effort, Evidence, Fit, Target, failures, run, targets
from benchmarks.validation.__main__ import app
from benchmarks.validation.data import FOLDER, DataFile, data_file, data_folder, manifest
from benchmarks.validation.report import checks, render, summary, write_report
from benchmarks.validation.run import Outcome, missed, refused, validate
from docs import validation as docs_page
from simulation.analysis.intervals import Interval
from simulation.errors import ConfigError, ParameterError, ResultError
from simulation.plots.style import new_figure
from tests.told import raises, tells

SHARE = Band("share", unit="%", low=1.0, high=3.0, seeds=5, given=2.1)
INSIDE = replace(SHARE, found=Interval(2.0, 1.5, 2.5, 0.95))
OUTSIDE = Band(
    "tail", low=1.0, high=3.0, found=Interval(4.0, 2.5, 5.5, 0.95), seeds=5, missed="Nothing makes tails here"
)
HOLDS = Fit("counts, 100 users", "Poisson", "chi-square", 0.4, 100)
REFUSED = Fit("counts, 900 users", "Poisson", "chi-square", 1e-9, 900)


def figure(found: Evidence) -> Figure:
    drawn = new_figure(2, 2)
    drawn.add_subplot().plot(found.tables["line"]["y"])
    return drawn


def good(effort: Effort) -> Evidence:
    """What is run, with {FOLDER}."""
    return Evidence((INSIDE, HOLDS), {"line": pd.DataFrame({"y": [0.1, 0.2 + 0.1, 3.0]})}, ("A note.",))


def bad(effort: Effort) -> Evidence:
    """What is run, with {FOLDER}."""
    return Evidence((OUTSIDE, REFUSED), {"line": pd.DataFrame({"y": [1.0]})})


def broken(effort: Effort) -> Evidence:
    raise ValueError("no luck today")


def deadly(effort: Effort) -> Evidence:
    os.kill(os.getpid(), signal.SIGKILL)
    return good(effort)


GOOD = Target("good", "A good one", "field", "Somebody 1999", good, figure)
BAD = Target("bad", "A bad one", "exact", "Somebody 1999", bad, figure)
BROKEN = Target("broken", "A broken one", "field", "Somebody 1999", broken, figure)
NEEDY = Target("needy", "A needy one", "field", "Somebody 1999", good, figure, needs=("a/file.csv",))


def test_one_law_of_many_is_refused_only_beyond_what_luck_gives() -> None:
    lucky = [Fit(f"{k}", "law", "test", p, 10) for k, p in enumerate([0.005, *[0.5] * 20])]
    assert failures(lucky[:1]) == lucky[:1]
    assert failures(lucky) == []
    assert failures([*lucky, REFUSED]) == [REFUSED]
    assert failures([]) == []


@pytest.mark.parametrize(
    ("found", "met", "clear"),
    [
        (Interval(2.0, 1.5, 2.5, 0.95), True, True),
        (Interval(2.0, 0.5, 3.5, 0.95), True, False),
        (Interval(4.0, 3.5, 4.5, 0.95), False, True),
        (Interval(4.0, 2.5, 5.5, 0.95), False, False),
        (Interval(float("nan"), 1.0, 2.0, 0.95), False, False),
    ],
)
def test_a_number_is_in_its_band_by_its_estimate(found: Interval, met: bool, clear: bool) -> None:
    band = replace(SHARE, found=found)
    assert (band.met, band.clear) == (met, clear)


def test_what_is_said_against_chance_needs_its_whole_interval_in_the_band() -> None:
    inside, across = Interval(2.0, 1.5, 2.5, 0.95), Interval(2.0, 0.5, 3.5, 0.95)
    assert [replace(SHARE, found=found, whole=True).met for found in (inside, across)] == [True, False]


def test_what_cannot_be_meant_is_refused() -> None:
    with raises(ParameterError, "p-value"):
        Fit("x", "law", "test", 1.5, 10)
    with raises(ParameterError, "bound"):
        Band("x")
    with raises(ParameterError, "check"):
        Evidence(())
    with raises(ParameterError, "own"):
        Evidence((INSIDE, INSIDE))


def test_evidence_is_the_same_from_its_file(tmp_path: Path) -> None:
    path = tmp_path / "good.json"
    good(Effort()).write(path, "v1")
    again = Evidence.read(path, "v1")
    assert again is not None
    assert (again.checks, again.notes) == ((INSIDE, HOLDS), ("A note.",))
    pd.testing.assert_frame_equal(again.tables["line"], good(Effort()).tables["line"], check_exact=True)
    assert Evidence.read(path, "v2") is None
    assert Evidence.read(tmp_path / "none.json", "v1") is None
    path.write_text("{}")
    with raises(ResultError, "damaged"):
        Evidence.read(path, "v1")


def test_a_target_that_fails_or_kills_its_process_stops_no_other(tmp_path: Path) -> None:
    killed = Target("killed", "A killed one", "field", "Somebody 1999", deadly, figure)
    told: list[str] = []
    outcomes = validate(
        [BROKEN, killed, GOOD, NEEDY], Effort(), tmp_path, workers=2, tell=lambda o: told.append(o.target.name)
    )
    assert sorted(told) == ["broken", "good", "killed", "needy"]
    assert tells(outcomes[0].error, "no luck today")
    assert "killed" in outcomes[1].error
    assert outcomes[2].evidence is not None
    assert outcomes[3].lacks == ("a/file.csv",)
    assert missed(outcomes)
    assert not missed(outcomes[2:])


def test_what_is_kept_is_not_measured_again_unless_damaged_or_wished(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    measured: list[str] = []

    def here(target: Target, effort: Effort) -> Outcome:
        measured.append(target.name)
        return Outcome(target, target.measure(effort), seconds=0.0)

    monkeypatch.setattr(run, "_in_a_process", here)
    validate([GOOD], Effort(), tmp_path)
    validate([GOOD, BAD], Effort(), tmp_path)
    assert measured == ["good", "bad"]
    (tmp_path / "evidence" / "bad.json").write_text("[")
    validate([GOOD, BAD], Effort(), tmp_path)
    assert measured == ["good", "bad", "bad"]
    with raises(ResultError, "quick false true"):
        validate([GOOD], Effort(quick=True), tmp_path)
    validate([GOOD], Effort(quick=True), tmp_path, fresh=True)
    assert measured[3:] == ["good"]


def test_the_page_says_first_what_is_missed_and_why(tmp_path: Path) -> None:
    outcomes = [Outcome(target, target.measure(Effort())) for target in (GOOD, BAD)]
    outcomes += [Outcome(NEEDY, lacks=("a/file.csv",)), Outcome(BROKEN, error="Traceback\nValueError: no luck today\n")]
    page = render(outcomes, command="python -m benchmarks.validation", figures="figures")
    first, rest = page.split("## All targets")
    assert tells(first, "4.0 [2.5, 5.5] 1 3")
    assert "Poisson is refused (p < .001)" in first
    assert tells(first, "no luck today")
    assert "a/file.csv" in first
    assert "A good one](#a-good-one), share" not in first
    assert "All 2 tests" in rest
    assert "![A good one](figures/good.png)" in rest
    assert "| share | 2.00 [1.50, 2.50] | 5 | from 1 to 3 | 2.1 | % | clearly within |" in rest
    assert "A note." in rest
    assert tells(rest, f"{FOLDER}")
    assert summary(outcomes[1], refused(outcomes)["bad"]) == "0 of 1 laws hold, 0 of 1 numbers in their band"
    table = checks(outcomes)
    assert table["met"].tolist() == [True, True, False, False]
    write_report(outcomes, tmp_path, "python -m benchmarks.validation")
    assert {path.name for path in (tmp_path / "figures").iterdir()} == {"good.png", "good.pdf", "bad.png", "bad.pdf"}
    assert (tmp_path / "tables" / "good-line.csv").read_text().split() == ["y", "0.1", "0.30000000000000004", "3.0"]


def test_the_command_measures_and_writes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(targets, "TARGETS", (GOOD, BAD))
    out = tmp_path / "page"
    result = CliRunner().invoke(app, ["good", "--out", str(out), "--workers", "1"])
    assert result.exit_code == 0, result.output
    assert tells(result.output, "good 1 1 laws 1 1 numbers")
    assert tells((out / "validation.md").read_text(), "`python -m benchmarks.validation good`")
    result = CliRunner().invoke(app, ["--out", str(out)])
    assert result.exit_code == 1
    assert tells(result.output, "missed")


def test_the_command_lists_targets_and_refuses_unknown_ones() -> None:
    result = CliRunner().invoke(app, ["--list"])
    assert result.exit_code == 0
    assert [line.split()[0] for line in result.output.splitlines()] == [target.name for target in targets.TARGETS]
    result = CliRunner().invoke(app, ["polia"])
    assert result.exit_code == 2
    assert tells(result.output, "'polia' polya")


def test_a_folder_of_data_that_was_named_must_be_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert data_folder(tmp_path) == tmp_path
    with raises(ConfigError, "exist"):
        data_folder(tmp_path / "none")
    monkeypatch.setenv(FOLDER, str(tmp_path / "none"))
    with raises(ConfigError, FOLDER):
        data_folder()
    monkeypatch.setenv(FOLDER, str(tmp_path))
    assert data_folder() == tmp_path


def test_every_target_says_what_is_run() -> None:
    assert all(len(target.description) > 100 and "{" not in target.description for target in targets.TARGETS)


def test_the_manifest_names_what_targets_need_and_each_file_once() -> None:
    files = [file.path for one in manifest() for file in one.files]
    assert len(set(files)) == len(files)
    assert {name for target in targets.TARGETS for name in target.needs} <= set(files)
    assert all(one.url.startswith("http") and one.licence and one.source for one in manifest())


CONTENT = b"a,b\n1,2\n3,4\n"
FILE = DataFile("x/y.csv", hashlib.sha256(CONTENT).hexdigest(), 2, {"a": "users", "b": "days"})


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "missing"),
        (CONTENT, ""),
        (CONTENT + b"5,6\n", "altered: 3 rows"),
        (b"a,c\n1,2\n", "altered: columns a, c"),
    ],
)
def test_a_file_is_there_as_it_should_be_or_what_is_wrong_is_said(
    tmp_path: Path, content: bytes | None, said: str
) -> None:
    (tmp_path / "x").mkdir()
    if content is not None:
        (tmp_path / "x" / "y.csv").write_bytes(content)
    fault = FILE.fault(tmp_path)
    assert fault.startswith(said) and bool(fault) == bool(said)
    assert FILE.fault(None) == "missing"


def test_an_altered_file_is_refused_with_its_source_and_digest(tmp_path: Path) -> None:
    name = "musiclab/downloads_v1_lexorder.txt"
    assert data_file(None, name) is data_file(tmp_path, name) is None
    (tmp_path / "musiclab").mkdir()
    (tmp_path / name).write_text("1,2,3,4,5,6,7,8,9,10\n")
    wanted = next(file.sha256 for one in manifest() for file in one.files if file.path == name)
    with raises(ResultError, f"{wanted} princeton"):
        data_file(tmp_path, name)
    result = CliRunner().invoke(app, ["data", "--data", str(tmp_path)])
    assert result.exit_code == 1
    assert (
        "altered" in result.output and wanted in result.output and "kuairand/user_counts.csv: missing" in result.output
    )


def test_the_page_of_the_docs_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "_in_a_process", lambda target, effort: Outcome(target, target.measure(effort)))
    monkeypatch.setattr(docs_page, "TARGETS", (GOOD, BAD))
    monkeypatch.setattr(docs_page, "HERE", tmp_path)
    monkeypatch.setattr(docs_page, "PAGE", tmp_path / "validation.md")
    assert docs_page.main(["--out", str(tmp_path / "evidence")]) == 0
    assert f"![A good one]({docs_page.FIGURES}/good.png)" in (tmp_path / "validation.md").read_text()
    assert {path.name for path in (tmp_path / docs_page.FIGURES).iterdir()} == {"good.png", "bad.png"}
