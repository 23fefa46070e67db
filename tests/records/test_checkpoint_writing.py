"""Checkpoints while the disk fills up, or while the process is interrupted or killed: one whole checkpoint stays."""

from __future__ import annotations

import errno
import os
import shutil
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pyarrow import parquet

from simulation.errors import OutputError
from simulation.model import FollowerModel
from simulation.records import checkpoint
from simulation.records.checkpoint import is_checkpoint
from simulation.records.state_arrays import state_arrays
from tests.engines.histories import bits
from tests.resumed import assert_same_run, busy
from tests.told import tells

resource: Any = pytest.importorskip("resource", reason="forks and limits are POSIX's")

TINY = 60_000
"""Bytes of records in memory, so few that parts are spooled every few days."""

STEPS: list[tuple[Any, str]] = [
    (np, "savez"),
    (parquet, "write_table"),
    (checkpoint, "sync"),
    (checkpoint, "link_or_copy"),
    (Path, "write_text"),
    (os, "replace"),
]
"""Everything that a checkpoint does to the disk."""


class Happens:
    """Calls of the steps, and what happens instead of the one whose turn it is."""

    def __init__(self, turn: int, what: Callable[[], None]) -> None:
        self.turn, self.what, self.calls = turn, what, 0

    @contextmanager
    def watching(self) -> Iterator[None]:
        with pytest.MonkeyPatch.context() as patch:
            for owner, name in STEPS:
                patch.setattr(owner, name, self._instead_of(getattr(owner, name)))
            yield

    def _instead_of(self, honest: Callable[..., Any]) -> Callable[..., Any]:
        def called(*arguments: Any, **options: Any) -> Any:
            self.calls += 1
            if self.calls == self.turn:
                self.what()
            return honest(*arguments, **options)

        return called


def full_disk() -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def spooling(days: int) -> FollowerModel:
    model = busy()
    model._recorder._limit = TINY
    model.run_for(days)
    return model


def fingerprint(model: FollowerModel) -> dict[str, Any]:
    """Every number of a state and of its result's tables; quicker to compare, time and again, than the results are."""
    tables = model.result().tables
    return {name: bits(array) for name, array in state_arrays(model.state).items()} | {
        name: table.read().to_pandas().to_csv() for name, table in tables.items()
    }


def test_the_disk_is_full_at_any_step(tmp_path: Path) -> None:
    model, turn = spooling(4), 0
    model.save_checkpoint(tmp_path / "c")
    expected, before = {4: fingerprint(model)}, contents(tmp_path / "c")
    model.run_for(4)
    expected[8] = fingerprint(model)
    while True:
        turn += 1
        with Happens(turn, full_disk).watching():
            try:
                model.save_checkpoint(tmp_path / "c")
                break
            except OutputError as error:
                assert tells(str(error), "space latest")
        resumed = FollowerModel.from_checkpoint(tmp_path / "c")
        if resumed.day == 4:
            assert contents(tmp_path / "c") == before
        # Otherwise it is complete, and only the last forcing to disk failed.
        assert fingerprint(resumed) == expected[resumed.day]
    assert turn > 12
    assert_same_run(model, FollowerModel.from_checkpoint(tmp_path / "c"))


def test_the_disk_is_full_at_the_first_checkpoint(tmp_path: Path) -> None:
    model, turn = spooling(4), 0
    while not is_checkpoint(tmp_path / "c"):
        turn += 1
        with Happens(turn, full_disk).watching():
            try:
                model.save_checkpoint(tmp_path / "c")
            except OutputError as error:
                if not is_checkpoint(tmp_path / "c"):
                    assert tells(str(error), "nothing")
                    assert list(tmp_path.iterdir()) == []
    assert turn > 15
    assert_same_run(model, FollowerModel.from_checkpoint(tmp_path / "c"))


def test_ctrl_c_while_a_checkpoint_is_written(tmp_path: Path) -> None:
    def interrupt() -> None:
        raise KeyboardInterrupt

    model = spooling(4)
    model.save_checkpoint(tmp_path / "c")
    before = contents(tmp_path / "c")
    model.run_for(1)
    for turn in (1, 2, 5):
        with Happens(turn, interrupt).watching(), pytest.raises(KeyboardInterrupt):
            model.save_checkpoint(tmp_path / "c")
        assert contents(tmp_path / "c") == before


def child(work: Callable[[], None]) -> int:
    """Status of a forked process that did some work, as ``os.waitpid`` tells it."""
    process = os.fork()
    if process == 0:
        try:
            work()
            os._exit(0)
        except OutputError:
            os._exit(7)
        except BaseException:
            os._exit(8)
    return os.waitpid(process, 0)[1]


def test_killed_at_any_step(tmp_path: Path) -> None:
    """Each time another step is where the process dies at once, with nothing tidied up; then the next one goes on."""
    early, late, turn = spooling(4), spooling(8), 0
    early.save_checkpoint(tmp_path / "early")

    def killed() -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    def save() -> None:
        with Happens(turn, killed).watching():
            late.save_checkpoint(path)

    path, found = tmp_path / "c", set()
    shutil.copytree(tmp_path / "early", path)
    # The graph of another run would be written by threads, which a fork leaves behind: let it be there already.
    late._started = early._started
    expected = {model.day: fingerprint(model) for model in (early, late)}
    while True:
        turn += 1
        status = child(save)
        resumed = FollowerModel.from_checkpoint(path)
        assert fingerprint(resumed) == expected[resumed.day]
        found.add(resumed.day)
        if status == 0:
            break
        assert os.WTERMSIG(status) == signal.SIGKILL
    assert found == {4, 8}
    assert turn > 12


def test_a_real_limit_on_the_size_of_files(tmp_path: Path) -> None:
    model = spooling(3)
    model.save_checkpoint(tmp_path / "c")
    before = contents(tmp_path / "c")
    model.run_for(1)

    def save() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))
        model.save_checkpoint(tmp_path / "c")

    assert os.waitstatus_to_exitcode(child(save)) == 7, "an OutputError"
    assert contents(tmp_path / "c") == before
