"""Any executor: the same numbers from all of them, and what is said when one breaks."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from simulation.errors import FollowerDynamicsError, ParameterError
from simulation.social_graph import SocialGraph
from simulation.study import Design, full_grid, run_study, spawn_replicates
from simulation.study.run import executors as module
from simulation.study.run.executors import slots_of, work_on_executor
from tests.study import evaluations as these
from tests.study.evaluations import evaluations

DESIGN = Design("small", tuple(full_grid({"feed.popularity_bias": [0, 1, 2]})), spawn_replicates(5, 2, 2), 7)


@pytest.fixture(params=["threads", "processes"])
def executor(request: pytest.FixtureRequest) -> Iterator[Executor]:
    """Executors of the standard library."""
    with (
        ThreadPoolExecutor(2)
        if request.param == "threads"
        else ProcessPoolExecutor(2, multiprocessing.get_context("spawn"))
    ) as found:
        yield found


def test_an_executor_gives_the_numbers_this_process_gives(tmp_path: Path, scratch: Path, executor: Executor) -> None:
    graph = SocialGraph.from_edges([0, 1], [1, 2], 3, directed=False)
    alone = run_study(DESIGN, these.measure, tmp_path / "a", social_graph=graph, workers=1, progress=False)
    other = run_study(DESIGN, these.measure, tmp_path / "b", social_graph=graph, executor=executor, progress=False)
    pd.testing.assert_frame_equal(
        alone.store.table().drop(columns="seconds"), other.store.table().drop(columns="seconds")
    )
    assert executor.submit(int).result() == 0, "the executor stays the caller's"


def test_failures_on_an_executor_are_kept_and_the_others_go_on(
    tmp_path: Path, scratch: Path, executor: Executor
) -> None:
    study = run_study(DESIGN, these.fails_above_one, tmp_path / "study", executor=executor, progress=False)
    assert (study.new, len(study.failures)) == (8, 4)
    assert "a bias above one is too much" in study.failures[0].read_text()


def test_an_executor_that_breaks_is_reported_and_the_study_goes_on_with_another(tmp_path: Path, scratch: Path) -> None:
    with (
        ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as executor,
        pytest.raises(FollowerDynamicsError, match="the executor does no more runs"),
    ):
        run_study(DESIGN, these.dies_once, tmp_path / "study", executor=executor, progress=False)
    again = run_study(DESIGN, these.dies_once, tmp_path / "study", workers=2, progress=False)
    assert again.complete and again.reused > 0 and again.new + again.reused == 12
    assert evaluations(scratch)["1.0-0-1"] == 2


class Slow(Executor):
    """Does a run only when it is asked for, and counts how many it was ever given at a time."""

    def __init__(self) -> None:
        self.waiting: list[tuple[Future[Any], Any]] = []
        self.most = 0

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        self.waiting.append((future, lambda: fn(*args, **kwargs)))
        self.most = max(self.most, len(self.waiting))
        return future


def test_runs_in_hand_are_few_whatever_their_number(scratch: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    slow = Slow()

    def wait(futures: Any, *_: object, **__: object) -> tuple[set[Future[Any]], set[Future[Any]]]:
        future, call = slow.waiting.pop(0)
        future.set_result(call())
        return {future}, set(futures) - {future}

    monkeypatch.setattr(module, "wait", wait)
    runs = [(f"{place}", run) for place, run in enumerate(DESIGN.runs())]
    answers = list(work_on_executor(iter(runs), these.measure, None, slow, lambda: 2, print))
    assert [answer.key for answer in answers] == [key for key, _ in runs]
    assert slow.most == 4


class Fragile(Slow):
    """Does all it has in hand together, and loses all of it where one of these runs is deadly."""

    def __init__(self, deadly: str) -> None:
        super().__init__()
        self.deadly = deadly
        self.keys: list[str] = []
        self.together: list[list[str]] = []

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        self.keys.append(args[0])
        return super().submit(fn, *args, **kwargs)

    def work(self, futures: Any, *_: object, **__: object) -> tuple[set[Future[Any]], set[Future[Any]]]:
        keys, self.keys, waiting, self.waiting = self.keys, [], self.waiting, []
        self.together.append(keys)
        for future, call in waiting:
            if self.deadly in keys:
                future.set_exception(MemoryError("the worker is gone"))
            else:
                future.set_result(call())
        return {future for future, _ in waiting}, set()


def test_a_run_that_kills_its_worker_fails_alone(scratch: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a Dask cluster, which loses several runs with one worker and cannot tell which of them was to blame."""
    fragile = Fragile(deadly="5")
    monkeypatch.setattr(module, "wait", fragile.work)
    runs = [(f"{place}", run) for place, run in enumerate(DESIGN.runs())]
    answers = {
        answer.key: answer.done
        for answer in work_on_executor(iter(runs), these.measure, None, fragile, lambda: 2, print)
    }
    assert set(answers) == {key for key, _ in runs}
    assert {key for key, done in answers.items() if done.data is None} == {"5"}
    assert "MemoryError: the worker is gone" in answers["5"].failure
    assert sorted(fragile.together[-4:]) == [["4"], ["5"], ["6"], ["7"]], (
        "those lost with it were tried again, each alone"
    )


def test_nobody_there_is_said(scratch: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    slow, said, free = Slow(), list[str](), iter([0, 0, 1, 1, 1, 1])
    monkeypatch.setattr(module, "PATIENCE", 0.01)

    def say(text: str) -> None:
        said.append(text)
        future, call = slow.waiting.pop(0)
        future.set_result(call())

    (run, *_) = DESIGN.runs()
    answers = list(work_on_executor(iter([("0", run)]), these.measure, None, slow, lambda: next(free), say))
    assert len(answers) == 1 and "until a worker joins" in said[0]


def test_runs_not_done_are_cancelled_when_the_caller_has_enough(scratch: Path) -> None:
    slow = Slow()
    runs = [(f"{place}", run) for place, run in enumerate(DESIGN.runs())]
    with ThreadPoolExecutor(1) as threads:
        answers = work_on_executor(iter(runs), these.measure, None, slow, lambda: 3, print)
        first = threads.submit(next, answers)
        while not slow.waiting:
            pass
        future, call = slow.waiting[0]
        future.set_result(call())
        first.result()
    answers.close()
    assert all(future.cancelled() for future, _ in slow.waiting[1:])


def test_other_code_on_a_worker_is_told_with_every_run(scratch: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    runs = [("0", next(iter(DESIGN.runs())))]
    with ThreadPoolExecutor(1) as threads:
        answers = work_on_executor(iter(runs), these.slow, None, threads, lambda: 1, print)
        monkeypatch.setattr(module, "code_version", iter(["here", "there", "there"]).__next__)
        (answer,) = answers
    assert answer.done.data is None and "the worker has version there of the code, and the study here" in (
        answer.done.failure
    )


def test_slots_of_an_executor_are_its_workers() -> None:
    with ThreadPoolExecutor(3) as threads:
        assert slots_of(threads)() == 3
    assert slots_of(Slow())() >= 1


@pytest.mark.parametrize("bad", [3, "threads", ThreadPoolExecutor])
def test_what_is_no_executor_is_refused(tmp_path: Path, bad: object) -> None:
    with pytest.raises(ParameterError, match=r"must be a concurrent.futures.Executor"):
        run_study(DESIGN, these.measure, tmp_path / "study", executor=bad)  # type: ignore[arg-type]
    assert not (tmp_path / "study").exists()
