"""The command ``follower-dynamics experiment``: what it says, and that bad input gets one sentence and an exit code."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from simulation.cli import app
from simulation.experiment.library import load, shipped
from tests.told import tells

ROOT = Path(__file__).parents[2]
SMALL = ("--quick", "--users", "60", "--days", "6", "--replicates", "2", "--samples", "2", "--workers", "1")


def call(*arguments: str) -> Result:
    """Run the command in this process."""
    return CliRunner().invoke(app, ["experiment", *arguments])


def refused(result: Result, *facts: str) -> None:
    """One sentence on standard error, exit code 2, no traceback."""
    assert result.exit_code == 2, result.output
    assert result.stderr.count("\n") == 1 and result.stderr.startswith("error: ")
    assert all(tells(result.stderr, some) for some in facts), result.stderr


def test_list_names_every_experiment_with_its_question_and_claim() -> None:
    result = call("--list")
    assert result.exit_code == 0 and len(shipped()) == 13
    for path in shipped().values():
        experiment = load(path)
        assert experiment.name in result.stdout and experiment.question in result.stdout
        assert experiment.claim in result.stdout


def test_help_shows_every_option_and_examples() -> None:
    result = call("--help")
    assert result.exit_code == 0
    for name in [
        "list",
        "copy",
        "quick",
        "replicates",
        "samples",
        "users",
        "days",
        "graph",
        "out",
        "workers",
        "seed",
        "fresh",
        "retry",
    ]:
        assert f"--{name}" in result.stdout
    assert tells(result.stdout, "follower-dynamics experiment bandwagon --quick")


def test_unknown_experiment_names_the_nearest() -> None:
    refused(call("bandwaggon"), "'bandwaggon'", "bandwagon")
    refused(call("zzz"), "algorithm")
    refused(call(), "experiment")
    refused(call("nothing.py"), "nothing.py")


def test_a_file_that_declares_nothing_or_cannot_be_imported_is_refused(tmp_path: Path) -> None:
    for text, says in (("x = 1", "EXPERIMENT"), ("import nowhere_at_all", "imported")):
        (tmp_path / "mine.py").write_text(text)
        refused(call(str(tmp_path / "mine.py")), "mine.py", says)


def test_a_copy_is_the_file_itself_and_overwrites_nothing(tmp_path: Path) -> None:
    out = tmp_path / "mine.py"
    assert call("--copy", "trends", "--out", str(out)).exit_code == 0
    assert out.read_bytes() == shipped()["trends"].read_bytes()
    refused(call("--copy", "trends", "--out", str(out)), "mine.py", "exists")
    refused(call("--copy", "trend"), "trends")


def test_graph_file_that_is_none(tmp_path: Path) -> None:
    picture = tmp_path / "picture.csv"
    picture.write_bytes(bytes(range(256)))
    refused(call("bandwagon", "--graph", str(picture), "--out", str(tmp_path / "out")), "picture.csv")
    assert not (tmp_path / "out").exists()


def test_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    refused(call("bandwagon", "--out", str(tmp_path / "file")), str(tmp_path / "file"), "written")


def test_folder_of_something_else_is_refused_even_to_start_over(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    for extra in ((), ("--fresh",)):
        refused(call("algorithm", *SMALL, "--out", str(tmp_path), *extra), "empty folder")
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_another_design_is_refused_until_told_to_start_over(tmp_path: Path) -> None:
    out = str(tmp_path / "out")
    assert call("algorithm", *SMALL, "--out", out).exit_code == 0
    refused(call("algorithm", *SMALL, "--seed", "2", "--out", out), "seed 1 2", "--fresh")
    first = (tmp_path / "out" / "summary.md").read_text()
    again = call("algorithm", *SMALL, "--seed", "2", "--out", out, "--fresh")
    assert again.exit_code == 0
    assert (tmp_path / "out" / "summary.md").read_text() != first


def test_wrong_option_is_refused() -> None:
    result = call("bandwagon", "--user", "60")
    assert result.exit_code == 2 and "--user" in result.stderr and "Traceback" not in result.stderr


@pytest.mark.skipif(os.name != "posix", reason="sends signals to a process group")
def test_ctrl_c_ends_with_130_and_the_same_command_goes_on(tmp_path: Path) -> None:
    arguments = ["algorithm", "--quick", "--out", str(tmp_path / "out"), "--workers", "2", "--replicates", "400"]
    command = [sys.executable, "-m", "simulation", "experiment"]
    process = subprocess.Popen([*command, *arguments], cwd=ROOT, start_new_session=True, stderr=subprocess.PIPE)
    with process:
        runs = tmp_path / "out" / "studies" / "effects" / "runs"
        deadline = time.monotonic() + 240
        while not runs.exists() or len(list(runs.glob("*.parquet"))) < 3:
            assert process.poll() is None and time.monotonic() < deadline, "the experiment did not get going"
            time.sleep(0.02)
        os.killpg(process.pid, signal.SIGINT)
        _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert b"what was finished is kept" in said and b"Traceback" not in said
    kept = {path.name for path in runs.glob("*.parquet")}
    assert len(kept) >= 3
    again = [*command, *arguments[:4], "--replicates", "2", "--samples", "2", "--workers", "1"]
    assert subprocess.run(again, cwd=ROOT, check=False, capture_output=True).returncode == 0
    assert kept <= {path.name for path in runs.glob("*.parquet")}
