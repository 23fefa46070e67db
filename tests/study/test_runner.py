"""The runner: every run once, whatever is killed, raised or interrupted."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pandas as pd
import pytest

from simulation.errors import FollowerDynamicsError, ParameterError
from simulation.social_graph import SocialGraph
from simulation.study import Design, full_grid, run_study, spawn_replicates
from tests.study import evaluations as these
from tests.study.evaluations import SCRATCH, evaluations
from tests.told import raises, tells

BIAS = "feed.popularity_bias"
DESIGN = Design("small", tuple(full_grid({BIAS: [0, 1, 2]})), spawn_replicates(5, 2, 2), 7)
ROOT = Path(__file__).parents[2]


def test_processes_give_the_numbers_this_process_gives(tmp_path: Path, scratch: Path) -> None:
    graph = SocialGraph.from_edges([0, 1], [1, 2], 3, directed=False)
    alone, crew = (
        run_study(DESIGN, these.measure, tmp_path / f"{workers}", social_graph=graph, workers=workers, progress=False)
        for workers in (1, 2)
    )
    pd.testing.assert_frame_equal(
        alone.store.table().drop(columns="seconds"), crew.store.table().drop(columns="seconds")
    )
    assert (alone.store.table()["users"] == 3).all()
    assert (alone.new, alone.reused, alone.complete) == (crew.new, crew.reused, crew.complete) == (12, 0, True)


def test_workers_stay_alive_from_run_to_run(tmp_path: Path, scratch: Path) -> None:
    run_study(DESIGN, these.slow, tmp_path / "study", workers=2, progress=False)
    processes = {path.read_text() for path in scratch.iterdir()}
    assert len(processes) == 2


@pytest.mark.parametrize("workers", [1, 2])
def test_failures_are_kept_and_the_others_go_on(tmp_path: Path, scratch: Path, workers: int) -> None:
    def again(*, retry: bool = False) -> tuple[int, int, int]:
        study = run_study(
            DESIGN, these.fails_above_one, tmp_path / "study", workers=workers, progress=False, retry=retry
        )
        assert not study.complete
        return study.new, study.reused, len(study.failures)

    assert again() == (8, 0, 4)
    note = json.loads(next((tmp_path / "study" / "failed").iterdir()).read_text())
    assert note["point"] == {BIAS: 2.0}
    assert note["parameters"][BIAS] == 2.0 and note["parameters"]["population.users"] == 5000
    assert note["traceback"][-1] == "ArithmeticError: a bias above one is too much"
    assert again() == (0, 8, 4)
    assert set(evaluations(scratch).values()) == {1}
    assert again(retry=True) == (0, 8, 4)
    assert sorted(evaluations(scratch).values()) == [1] * 8 + [2] * 4


def test_an_outcome_no_file_can_hold_is_a_failure(tmp_path: Path, scratch: Path) -> None:
    study = run_study(DESIGN, these.not_storable, tmp_path / "study", workers=1, progress=False)
    assert len(study.failures) == 12
    assert tells(study.failures[0].read_text(), "number text")


def test_a_killed_worker_costs_its_run_one_retry_and_nothing_else(tmp_path: Path, scratch: Path) -> None:
    """Two runs end their process once, and no other run is done twice, also not those waiting in the same hands."""
    study = run_study(DESIGN, these.dies_once, tmp_path / "study", workers=2, progress=False)
    assert study.complete and len(study.store.table()) == 12
    counted = evaluations(scratch)
    assert {name for name, times in counted.items() if times > 1} == {"1.0-0-1", "1.0-1-1"}
    assert sorted(counted.values()) == [1] * 10 + [2] * 2


def test_a_worker_killed_from_outside_costs_what_it_was_doing(tmp_path: Path, scratch: Path) -> None:
    killed: list[int] = []

    def kill() -> None:
        while not (pids := [text for path in scratch.iterdir() if (text := path.read_text())]):
            time.sleep(0.005)
        killed.append(int(pids[0]))
        os.kill(killed[0], signal.SIGKILL)

    killer = threading.Thread(target=kill, daemon=True)
    killer.start()
    study = run_study(DESIGN, these.slow, tmp_path / "study", workers=2, progress=False)
    killer.join(10)
    assert killed and study.complete and study.new == 12
    assert sorted(evaluations(scratch).values())[:-1] == [1] * 11
    lines = [int(line) for path in scratch.iterdir() for line in path.read_text().split()]
    assert len(set(lines)) == 3, "one worker was started in place of the one that was killed"


def test_a_run_that_always_kills_its_worker_fails_alone(tmp_path: Path, scratch: Path) -> None:
    said: list[str] = []
    study = run_study(DESIGN, these.always_dies, tmp_path / "study", workers=2, progress=False, say=said.append)
    assert study.new == 10
    notes = [json.loads(path.read_text()) for path in study.failures]
    assert {(note["point"][BIAS], note["world"]) for note in notes} == {(1.0, 1)}
    assert len(notes) == len(said) == 2
    assert all("died" in note["traceback"][0] for note in notes)


def test_workers_that_never_finish_anything_are_reported(tmp_path: Path, scratch: Path) -> None:
    with raises(FollowerDynamicsError, "died before run"):
        run_study(DESIGN, these.ends_worker, tmp_path / "study", workers=2, progress=False)


@pytest.mark.parametrize("workers", [0, -1, 1.5, True])
def test_number_of_workers_must_be_whole_and_positive(tmp_path: Path, workers: int) -> None:
    with raises(ParameterError, 1, parameter="workers", value=workers):
        run_study(DESIGN, these.measure, tmp_path / "study", workers=workers)


def test_bar_shows_the_count(tmp_path: Path, scratch: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run_study(DESIGN, these.measure, tmp_path / "study", workers=1)
    shown = capsys.readouterr()
    assert "12/12" in shown.err and "small" in shown.err and shown.out == ""


SCRIPT = """
import signal
import sys
from pathlib import Path
from simulation.study import run_study
from tests.study import evaluations
from tests.study.test_runner import DESIGN
if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell has it ignored by what it runs in the background
    try:
        run_study(DESIGN, evaluations.slow, Path(sys.argv[1]), workers=2, progress=False)
    except KeyboardInterrupt:
        sys.exit(130)
"""


def start(tmp_path: Path, scratch: Path) -> subprocess.Popen[bytes]:
    """A study in a process group of its own, some runs of which are finished."""
    script = tmp_path / "script.py"
    script.write_text(SCRIPT)
    environment = os.environ | {SCRATCH: str(scratch), "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(
        [sys.executable, str(script), str(tmp_path / "study")],
        env=environment,
        start_new_session=True,
        stderr=subprocess.PIPE,
    )
    deadline = time.monotonic() + 60
    while len(list((tmp_path / "study" / "runs").glob("*.parquet"))) < 3:
        assert process.poll() is None and time.monotonic() < deadline, "the study did not get going"
        time.sleep(0.01)
    return process


def wait_until_gone(scratch: Path) -> None:
    """Wait until the worker processes have ended."""
    deadline = time.monotonic() + 20
    for pid in {int(line) for path in scratch.iterdir() for line in path.read_text().split()}:
        while _alive(pid):
            assert time.monotonic() < deadline, f"worker {pid} outlives its parent"
            time.sleep(0.02)


def _alive(pid: int) -> bool:
    """Whether a process runs; one that ended and waits to be collected does not."""
    try:
        os.kill(pid, 0)
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except (ProcessLookupError, FileNotFoundError):
        return False


def resume(tmp_path: Path, scratch: Path) -> None:
    """Go on, and see that finished runs were kept and everything comes out as without any trouble."""
    kept = len(list((tmp_path / "study" / "runs").glob("*.parquet")))
    assert 3 <= kept < 12
    study = run_study(DESIGN, these.slow, tmp_path / "study", workers=1, progress=False)
    assert study.reused == kept and study.new == 12 - kept and study.complete
    undisturbed = run_study(DESIGN, these.slow, tmp_path / "other", workers=1, progress=False)
    pd.testing.assert_frame_equal(
        study.store.table().drop(columns="seconds"), undisturbed.store.table().drop(columns="seconds")
    )


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks up processes in /proc")
def test_killed_parent_leaves_no_worker_and_its_study_goes_on(tmp_path: Path, scratch: Path) -> None:
    with start(tmp_path, scratch) as process:
        process.kill()
        process.wait()
        wait_until_gone(scratch)
    resume(tmp_path, scratch)


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks up processes in /proc")
def test_ctrl_c_keeps_what_is_finished_and_ends_the_workers_quietly(tmp_path: Path, scratch: Path) -> None:
    with start(tmp_path, scratch) as process:
        os.killpg(process.pid, signal.SIGINT)
        _, shown = process.communicate(timeout=30)
        assert process.returncode == 130
        assert b"Traceback" not in shown
        wait_until_gone(scratch)
    resume(tmp_path, scratch)
