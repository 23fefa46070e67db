"""The command as a process: signals, pipes, and what it imports before it is asked to do something."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from simulation import load_result
from tests.cli.saying import SMALL_OPTIONS
from tests.told import tells

COMMAND = [sys.executable, "-m", "simulation"]
ROOT = Path(__file__).parents[2]


def start(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    pipe = subprocess.PIPE
    return subprocess.Popen(
        [*COMMAND, *arguments], cwd=folder, env=environment, stdout=pipe, stderr=pipe, text=True, start_new_session=True
    )


def test_a_run_and_what_it_leaves(tmp_path: Path) -> None:
    process = start(tmp_path, "run", "--preset", "default", *SMALL_OPTIONS, "--days", "3", "--out", "out")
    out, _ = process.communicate(timeout=300)
    assert process.returncode == 0
    assert tells(out, "stored out")
    assert load_result(tmp_path / "out").days == 3
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


@pytest.mark.skipif(os.name != "posix", reason="signals are POSIX's")
def test_ctrl_c_in_the_middle_of_a_run(tmp_path: Path) -> None:
    long = ["run", "--preset", "default", *SMALL_OPTIONS, "--engine", "mesa", "--days", "10000000", "--out", "out"]
    script = (
        "import sys\n"
        "from simulation.cli import main\n"
        "from simulation.model import FollowerModel\n"
        "step = FollowerModel.step\n"
        "def told(model):\n"
        "    step(model)\n"
        "    if model.day == 5: print('day 5', flush=True)\n"
        "FollowerModel.step = told\n"
        f"sys.argv[1:] = {long!r}\n"
        "main()\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", script],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "day 5\n"
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert err.splitlines()[-1].startswith("interrupted: ")
    assert "Traceback" not in err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.name != "posix", reason="pipes are POSIX's")
def test_nobody_reads_the_output(tmp_path: Path) -> None:
    process = start(tmp_path, "parameters")
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    err = process.stderr.read()
    assert process.wait(timeout=60) == 141
    assert err == ""


@pytest.mark.parametrize("arguments", [["--help"], ["run", "--help"], ["--version"]], ids=str)
def test_help_imports_nothing_that_takes_long(arguments: list[str]) -> None:
    script = (
        "import sys\n"
        "from simulation.cli import app\n"
        f"try: app({arguments!r}, prog_name='follower-dynamics')\n"
        "except SystemExit: pass\n"
        "print(sorted({'mesa', 'numba', 'numpy', 'pandas', 'networkx', 'scipy', 'matplotlib'} & set(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
