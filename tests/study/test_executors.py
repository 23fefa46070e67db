"""Any executor: the same numbers from all of them, and what is said when one breaks."""

from __future__ import annotations

import multiprocessing
import pickle
import threading
from collections.abc import Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from simulation.compiling import compiled, rule
from simulation.errors import FollowerDynamicsError, ParameterError
from simulation.social_graph import SocialGraph
from simulation.study import Design, full_grid, run_study, spawn_replicates
from simulation.study.run import shared
from simulation.study.run import work as module
from simulation.study.run.work import crew, in_order, slots_of, work
from tests.study import evaluations as these
from tests.study.evaluations import evaluations
from tests.told import raises, tells

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
    assert tells(study.failures[0].read_text(), "a bias above one is too much")


def test_an_executor_that_breaks_is_reported_and_the_study_goes_on_with_another(tmp_path: Path, scratch: Path) -> None:
    with (
        ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as executor,
        raises(FollowerDynamicsError, "executor"),
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


def test_tasks_in_hand_are_few_whatever_their_number(monkeypatch: pytest.MonkeyPatch) -> None:
    slow = Slow()

    def wait(futures: Any, *_: object, **__: object) -> tuple[set[Future[Any]], set[Future[Any]]]:
        future, call = slow.waiting.pop(0)
        future.set_result(call())
        return {future}, set(futures) - {future}

    monkeypatch.setattr(module, "wait", wait)
    answers = list(work(abs, iter(range(-20, 0)), slow, slots=lambda: 2))
    assert [(answer.task, answer.value) for answer in answers] == [(-n, n) for n in range(20, 0, -1)]
    assert slow.most == 6


def test_answers_in_order_are_at_most_so_many_ahead_of_the_one_that_is_due(monkeypatch: pytest.MonkeyPatch) -> None:
    slow, drawn = Slow(), list[int]()

    def newest_first(futures: Any, *_: object, **__: object) -> tuple[set[Future[Any]], set[Future[Any]]]:
        future, call = slow.waiting.pop()
        future.set_result(call())
        return {future}, set(futures) - {future}

    def tasks() -> Iterator[int]:
        for number in range(20):
            drawn.append(number)
            yield number

    monkeypatch.setattr(module, "wait", newest_first)
    slow._max_workers = 2  # type: ignore[attr-defined]
    answers = in_order(abs, tasks(), slow)
    assert next(answers) == 0 and drawn == list(range(6))
    assert list(answers) == list(range(1, 20))


class Fragile(Slow):
    """Does all it has in hand together, and loses all of it where one of these tasks is deadly."""

    def __init__(self, deadly: int) -> None:
        super().__init__()
        self.deadly = deadly
        self.tasks: list[int] = []
        self.together: list[list[int]] = []

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        self.tasks.append(pickle.loads(args[1]))
        return super().submit(fn, *args, **kwargs)

    def work(self, futures: Any, *_: object, **__: object) -> tuple[set[Future[Any]], set[Future[Any]]]:
        tasks, self.tasks, waiting, self.waiting = self.tasks, [], self.waiting, []
        self.together.append(tasks)
        for future, call in waiting:
            if self.deadly in tasks:
                future.set_exception(MemoryError("the worker is gone"))
            else:
                future.set_result(call())
        return {future for future, _ in waiting}, set()


@pytest.mark.parametrize("ordered", [False, True])
def test_a_task_that_kills_its_worker_fails_alone(monkeypatch: pytest.MonkeyPatch, ordered: bool) -> None:
    """As on a Dask cluster, which loses several tasks with one worker and cannot tell which of them was to blame."""
    fragile = Fragile(deadly=5)
    monkeypatch.setattr(module, "wait", fragile.work)
    answers = {answer.task: answer for answer in work(abs, iter(range(12)), fragile, slots=lambda: 2, ordered=ordered)}
    assert list(answers) == list(range(12)) or not ordered
    assert {task for task, answer in answers.items() if answer.error is not None} == {5}
    assert isinstance(answers[5].error, MemoryError)
    assert all([task] in fragile.together for task in range(6)), "those lost with it were tried again, each alone"


def test_no_worker_there_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    slow, said, free = Slow(), list[str](), iter([0, 0, 1, 1, 1, 1])
    monkeypatch.setattr(module, "PATIENCE", 0.01)

    def say(text: str) -> None:
        said.append(text)
        future, call = slow.waiting.pop(0)
        future.set_result(call())

    answers = list(work(abs, iter([-1]), slow, slots=lambda: next(free), say=say))
    assert len(answers) == 1 and tells(said[0], "workers waiting")


def test_tasks_not_done_are_cancelled_when_the_caller_has_enough() -> None:
    slow = Slow()
    with ThreadPoolExecutor(1) as threads:
        answers = work(abs, iter(range(12)), slow, slots=lambda: 3)
        first = threads.submit(next, answers)
        while not slow.waiting:
            pass
        future, call = slow.waiting[0]
        future.set_result(call())
        first.result()
    answers.close()
    assert all(future.cancelled() for future, _ in slow.waiting[1:])


def test_other_code_on_a_worker_is_told_with_every_run(monkeypatch: pytest.MonkeyPatch) -> None:
    with ThreadPoolExecutor(1) as threads:
        monkeypatch.setattr(shared, "code_version", iter(["here", "there", "there"]).__next__)
        (answer,) = work(abs, iter([-1]), threads, slots=lambda: 1)
    assert answer.error is not None and {"here", "there"} <= set(str(answer.error).replace(":", "").split())


def test_later_tasks_that_come_without_the_function_get_the_same_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    given = shared.Shared(partial(abs))
    monkeypatch.setattr(shared, "code_version", lambda: "there")
    for task in (given, given.name_only(), given.name_only()):
        with raises(FollowerDynamicsError, "version there"):
            task.function()


FACTOR = 3


class Scaled:
    """A callable object."""

    def __init__(self, factor: int) -> None:
        self.factor = factor

    def __call__(self, number: int) -> int:
        return number * self.factor


def test_lambdas_closures_partials_and_objects_travel(executor: Executor) -> None:
    triple = FACTOR
    functions = (lambda n: n * FACTOR, lambda n: n * triple, partial(int.__mul__, 3), Scaled(3))
    with crew(2) as own:
        for function in functions:
            for hands in (None, own, executor):
                assert list(in_order(function, range(9), hands)) == list(range(0, 27, 3))


def test_a_rule_that_travels_by_value_is_a_rule_where_it_arrives() -> None:
    @rule
    def doubled(number: float) -> float:
        return 2.0 * number

    arrived = pickle.loads(shared.packed(doubled))
    loop = compiled(lambda number: arrived(number) + 1.0, made_of=None)
    assert arrived is not doubled and loop(3.0) == 7.0


def test_what_cannot_travel_is_refused(executor: Executor) -> None:
    lock = threading.Lock()
    with raises(FollowerDynamicsError, "processes"):
        list(in_order(lambda n: lock.acquire(), [1], executor))


def _raises(number: int) -> int:
    raise ArithmeticError(f"no {number}")


def test_an_exception_comes_back_with_its_traceback(executor: Executor) -> None:
    with crew(2) as own:
        for hands in (own, executor):
            with raises(ArithmeticError, "1") as caught:
                list(in_order(_raises, [1], hands))
            assert "in _raises" in "".join(caught.value.__notes__)


def test_slots_of_an_executor_are_its_workers() -> None:
    with ThreadPoolExecutor(3) as threads:
        assert slots_of(threads)() == 3
    assert slots_of(Slow())() >= 1


@pytest.mark.parametrize("bad", [3, "threads", ThreadPoolExecutor])
def test_what_is_no_executor_is_refused(tmp_path: Path, bad: object) -> None:
    with raises(ParameterError, "concurrent.futures.Executor"):
        run_study(DESIGN, these.measure, tmp_path / "study", executor=bad)  # type: ignore[arg-type]
    assert not (tmp_path / "study").exists()
