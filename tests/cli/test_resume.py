"""Runs that are stopped and gone on with: `run --checkpoint-every` and `resume`."""

import errno
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from simulation import load_result
from simulation.checkpoints import write_checkpoint
from simulation.model import FollowerModel
from simulation.records import checkpoint, same_tables
from tests.cli.saying import SMALL, SMALL_FILE, SMALL_OPTIONS, forget
from tests.cli.test_processes import ROOT
from tests.told import tells

EVERY = ["--checkpoint-every", 6]


def run(*more: object) -> list[object]:
    """A run of 20 days, the same as ``small_result``."""
    Path("study.toml").write_text(SMALL_FILE)
    return ["run", "study.toml", "--out", "a", *more]


@contextmanager
def stopping_after(days: int, how: BaseException | None = None) -> Iterator[None]:
    """Ctrl-C, or another end, as soon as some days are done."""
    honest = FollowerModel.step

    def step(model: FollowerModel) -> None:
        if model.day == days:
            raise how or KeyboardInterrupt
        honest(model)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(FollowerModel, "step", step)
        yield


@contextmanager
def instead(owner: object, name: str, replacement: object) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(owner, name, replacement)
        yield


@pytest.fixture
def stopped(say: Any) -> Any:
    """A run that was stopped by Ctrl-C after 15 of 20. days"""
    with stopping_after(15):
        said = say(*run(*EVERY))
    assert said.code == 130
    return said


def names() -> list[str]:
    return sorted(path.name for path in Path().iterdir())


def test_a_kill_between_the_result_and_the_end_of_the_checkpoint_loses_nothing(
    say: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = ["run", "--preset", "default", *SMALL_OPTIONS, "--days", 4, "--checkpoint-every", 2, "--out", "a"]
    with monkeypatch.context() as patch:
        calls = iter([checkpoint.remove_checkpoint])  # before the run; then comes the end
        patch.setattr(checkpoint, "remove_checkpoint", lambda place: next(calls)(place))
        say(*order)
    assert checkpoint.is_checkpoint(Path("a-checkpoint"))
    stored = load_result("a")
    say(*order).refused("a result already")
    again = say("resume", "a")
    assert again.code == 0
    assert "whole result" in again.out
    assert not Path("a-checkpoint").exists()
    assert same_tables(stored, load_result("a")) == []


def test_a_run_with_checkpoints_leaves_the_result_alone(say: Any, small_result: Path) -> None:
    written = []
    honest = checkpoint.Draft.commit

    def commit(draft: checkpoint.Draft, content: dict[str, Any], **options: Any) -> None:
        honest(draft, content, **options)
        written.append(content["provenance"]["days"])

    with instead(checkpoint.Draft, "commit", commit):
        said = say(*run(*EVERY))
    assert said.code == 0, said
    assert written == [6, 12, 18]
    assert names() == ["a", "study.toml"]
    assert same_tables(load_result("a"), load_result(small_result)) == []


def test_ctrl_c_says_how_to_go_on(stopped: Any) -> None:
    assert stopped.out == ""
    stop, interrupted = stopped.err.splitlines()[-2:]
    assert tells(stop, "15 of 20 days checkpoint 12 of 20 days `follower-dynamics resume a`")
    assert interrupted.startswith("interrupted")
    assert names() == ["a-checkpoint", "study.toml"]


@pytest.mark.parametrize("options", [[], ["--engine", "mesa"], ["--threads", "1"]], ids=str)
@pytest.mark.parametrize("folder", ["a", "a-checkpoint", "a/"])
def test_going_on_gives_what_the_whole_run_gives(
    say: Any, stopped: Any, small_result: Path, options: list[str], folder: str
) -> None:
    said = say("resume", folder, *options)
    assert said.code == 0, said
    assert tells(said.err, "12 20 days")
    assert tells(said.out, "60 users 12 creators 20 days instagram seed 4")
    assert names() == ["a", "study.toml"]
    assert same_tables(load_result("a"), load_result(small_result)) == []
    assert say("rerun", "a").code == 0


def test_stopped_time_and_again(say: Any, small_result: Path) -> None:
    command = run("--checkpoint-every", 4)
    for day, kept in ((5, 4), (6, 4), (9, 8), (12, 12), (19, 16)):
        with stopping_after(day):
            said = say(*command)
        assert said.code == 130
        assert tells(said.err, f"{day} 20 days checkpoint {kept} 20 days")
        command = ["resume", "a"]
    assert say(*command).code == 0
    assert same_tables(load_result("a"), load_result(small_result)) == []


def test_ctrl_c_before_the_first_checkpoint(say: Any) -> None:
    with stopping_after(3):
        said = say(*run(*EVERY))
    assert said.code == 130
    assert tells(said.err, "3 20 days checkpoint")
    assert names() == ["study.toml"]
    say("resume", "a").refused("a-checkpoint", "--checkpoint-every")


def test_ctrl_c_without_checkpoints_says_nothing_of_them(say: Any) -> None:
    with stopping_after(3):
        said = say(*run())
    assert said.code == 130
    assert "checkpoint" not in said.err


def test_a_name_that_the_shell_would_take_apart(say: Any) -> None:
    Path("study.toml").write_text(SMALL_FILE)
    with stopping_after(8):
        said = say("run", "study.toml", "--out", "my runs/a b", *EVERY)
    assert tells(said.err, "`follower-dynamics resume 'my runs/a b'`")


def test_another_end_says_how_to_go_on_too(say: Any) -> None:
    with stopping_after(8, MemoryError("no room")):
        said = say(*run(*EVERY))
    assert said.code == 2
    assert tells(said.err, "checkpoint 6 20 days")
    assert tells(said.err, "memory")


def test_a_run_that_finds_a_checkpoint(say: Any, stopped: Any, small_result: Path) -> None:
    before = {path: path.read_bytes() for path in Path("a-checkpoint").iterdir()}
    said = say(*run())
    said.refused("a-checkpoint 12 20 days", "follower-dynamics resume a", "--overwrite")
    assert {path: path.read_bytes() for path in Path("a-checkpoint").iterdir()} == before
    assert say(*run("--overwrite", "--seed", "9")).code == 0
    assert names() == ["a", "study.toml"]
    assert load_result("a").provenance["seed"] == 9


def test_starting_over_forgets_the_run_that_was_stopped(say: Any, stopped: Any) -> None:
    with stopping_after(3):
        said = say(*run("--overwrite", "--seed", "9", *EVERY))
    assert tells(said.err, "first checkpoint")
    assert names() == ["study.toml"]


def test_a_wrong_option_does_not_cost_the_checkpoint(say: Any, stopped: Any) -> None:
    say(*run("--overwrite", "--seed", -1)).refused("seed -1")
    assert names() == ["a-checkpoint", "study.toml"]


def test_a_result_that_is_replaced_stays_until_then(say: Any, small_result: Path) -> None:
    assert say(*run("--days", 2)).code == 0
    before = load_result("a")
    with stopping_after(15):
        assert say(*run("--overwrite", *EVERY)).code == 130
    assert same_tables(before, load_result("a")) == []
    assert say("resume", "a").code == 0
    assert same_tables(load_result("a"), load_result(small_result)) == []
    assert names() == ["a", "study.toml"]


def test_killed_after_the_result_was_stored(say: Any, stopped: Any, small_result: Path) -> None:
    load_result(small_result).save("a")
    say("resume", "a").refused("a result already")
    assert names() == ["a", "a-checkpoint", "study.toml"]


def full(*_: object, **__: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def test_the_disk_is_full_at_a_checkpoint(say: Any, small_result: Path) -> None:
    from simulation import checkpoints

    honest = checkpoints.state_arrays
    calls: list[Any] = []

    def second_time(*arguments: Any) -> Any:
        calls.append(arguments)
        return honest(*arguments) if len(calls) < 2 else full()

    with instead(checkpoints, "state_arrays", second_time):
        said = say(*run(*EVERY))
    said.refused(
        "12 20 days 6 20 days",
        "a-checkpoint space",
    )
    assert say("resume", "a").code == 0
    assert same_tables(load_result("a"), load_result(small_result)) == []


def test_the_disk_is_full_when_the_result_is_stored(say: Any) -> None:
    from simulation.records import storage

    with instead(storage, "_write_all", full):
        said = say(*run(*EVERY))
    said.refused("a space", "20 20 days", "18 20 days")
    assert say("resume", "a").code == 0
    assert load_result("a").days == 20


def test_nothing_to_go_on_with(say: Any, small_result: Path) -> None:
    say("resume", "nope").refused("nope-checkpoint", "--checkpoint-every")
    say("resume", small_result).refused("result finished")


def test_a_checkpoint_written_in_python(say: Any) -> None:
    model = FollowerModel(SMALL)
    for plan in (None, {"mine": 1}):
        write_checkpoint(model, "a-checkpoint", plan)
        say("resume", "a").refused("a-checkpoint Python", "FollowerModel.from_checkpoint")
        say(*run()).refused("a-checkpoint stopped")


def test_a_class_of_ones_own_is_imported_from_where_it_was_or_is(say: Any) -> None:
    Path("fans.py").write_text("from simulation import User\n\n\nclass Fan(User):\n    pass\n")
    keys = '[run]\nuser_type = "fans.py:Fan"\nengine = "mesa"\n'
    Path("fans.toml").write_text(SMALL_FILE.replace("[run]\n", keys))
    with stopping_after(5):
        assert say("run", "fans.toml", "--out", "a", "--checkpoint-every", 2).code == 130
    file = Path("fans.py").resolve()
    Path("away").mkdir()
    file.rename("away/fans.py")
    forget(file)
    say("resume", "a").refused("'Fan'", str(file), "--code FOLDER")
    assert say("resume", "a", "--code", "away").code == 0
    assert load_result("a").days == 20
    forget(Path("away/fans.py").resolve())


def test_damage_and_another_version(say: Any, stopped: Any) -> None:
    state = next(Path("a-checkpoint").glob("state-*"))
    data = state.read_bytes()
    state.write_bytes(data[:-100])
    say("resume", "a").refused(f"{state} damaged")
    state.write_bytes(data)
    card = Path("a-checkpoint/checkpoint.json")
    text = card.read_text()
    card.write_text(text[:-100])
    say("resume", "a").refused("checkpoint.json damaged")
    say(*run()).refused("a-checkpoint stopped")
    card.write_text(text)
    then = checkpoint.made_by(foreign=False)
    with instead(checkpoint, "made_by", lambda foreign: {**then, "history version": "0123"}):
        say("resume", "a").refused("another version", then["history version"], "0123", "start over")
    assert say("resume", "a").code == 0


def test_something_else_in_the_way_of_checkpoints(say: Any) -> None:
    Path("a-checkpoint").mkdir()
    Path("a-checkpoint/notes.txt").write_text("mine")
    say(*run(*EVERY)).refused("a-checkpoint 'notes.txt'")
    say(*run("--overwrite")).refused("'notes.txt'")
    assert Path("a-checkpoint/notes.txt").read_text() == "mine"


@pytest.mark.parametrize("every", [0, -3, "x"])
def test_every_so_many_days(say: Any, every: object) -> None:
    say(*run("--checkpoint-every", every)).refused("--checkpoint-every")


@pytest.mark.skipif(os.name != "posix", reason="signals are POSIX's")
def test_killed_in_the_middle(say: Any, small_result: Path) -> None:
    """No chance to tidy up: the process is killed while it writes its second checkpoint."""
    script = (
        "import os, sys\n"
        "from simulation.cli import main\n"
        "from simulation.records import checkpoint\n"
        "honest = os.replace\n"
        "def replace(source, target):\n"
        "    if str(target).endswith('checkpoint.json') and os.path.exists(target):\n"
        "        print('writing the second', flush=True)\n"
        "        sys.stdin.read()\n"
        "    honest(source, target)\n"
        "os.replace = replace\n"
        f"sys.argv[1:] = {[str(word) for word in run(*EVERY)]!r}\n"
        "main()\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", script],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "writing the second\n"
    process.send_signal(signal.SIGKILL)
    assert process.wait(timeout=60) == -signal.SIGKILL
    named = set(json.loads(Path("a-checkpoint/checkpoint.json").read_text())["files"])
    assert {path.name for path in Path("a-checkpoint").iterdir()} > named | {"checkpoint.json"}, "half of the second"
    said = say("resume", "a")
    assert said.code == 0, said
    assert tells(said.err, "6 20 days")
    assert same_tables(load_result("a"), load_result(small_result)) == []
    assert names() == ["a", "study.toml"]
