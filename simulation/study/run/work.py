"""Work: tasks go in, answers come out; done in this process, in processes of one's own, or on any executor."""

import os
import pickle
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, CancelledError, Executor, Future, wait
from contextlib import closing, contextmanager
from itertools import islice
from typing import Generic, NamedTuple, TypeVar, cast

from simulation.arguments import whole_number
from simulation.errors import FollowerDynamicsError, ParameterError
from simulation.study.run.pool import Processes, WorkerDied
from simulation.study.run.shared import Shared, answered, packed

Task = TypeVar("Task")
Value = TypeVar("Value")

PATIENCE = 30.0
"""Seconds without any answer after which a look is taken at who is there."""
IN_HAND = 3
"""Tasks handed over for each that can be done at a time, so that nobody waits for the next; answers that come in the
order of the tasks are at most so many ahead of the one that is due."""

Slots = Callable[[], int]
"""How many tasks can be done at a time, now."""


class Answer(NamedTuple, Generic[Task, Value]):
    """A task, and what became of it."""

    task: Task
    value: Value
    error: Exception | None
    """What the function raised, or why it could not be called; a traceback from elsewhere is a note of it."""


def check_crew(workers: int | None, executor: Executor | None) -> None:
    """Refuse what is no number of processes and no executor.

    Raises
    ------
    ParameterError
        If ``workers`` is not a whole number of at least 1, or ``executor`` no executor.
    """
    if workers is not None:
        whole_number("workers", workers)
    if executor is not None and not isinstance(executor, Executor):
        raise ParameterError(f"executor = {executor!r} must be a concurrent.futures.Executor")


@contextmanager
def crew(workers: int | None, executor: Executor | None = None, tasks: int | None = None) -> Iterator[Executor | None]:
    """Who does the tasks: an executor that is given, so many processes, or (None) this process.

    Parameters
    ----------
    workers
        Processes; None takes one for each core, 1 stays in this process.
    executor
        What to use instead; it stays the caller's.
    tasks
        How many there are, where that is known: more processes are not started.

    Raises
    ------
    ParameterError
        As `check_crew` says.
    """
    check_crew(workers, executor)
    count = available_cores() if workers is None else workers
    if executor is not None or count == 1:
        yield executor
        return
    pool = Processes(count if tasks is None else max(1, min(count, tasks)))
    try:
        yield pool
    except BaseException:  # Ctrl-C too: nobody waits for what would be thrown away
        pool.kill()
        raise
    pool.shutdown(cancel_futures=True)


def work(
    function: Callable[[Task], Value],
    tasks: Iterable[Task],
    executor: Executor | None,
    *,
    slots: Slots | None = None,
    ordered: bool = False,
    say: Callable[[str], None] = lambda text: None,
) -> Generator[Answer[Task, Value], None, None]:
    """Answers to tasks, as they are ready or in order; few tasks are in hand at a time, whatever their number.

    Closing it cancels what nobody has begun.

    Parameters
    ----------
    function
        Applied to each task; travels by cloudpickle, so that it may come from a notebook.
    tasks
        Drawn as there is room.
    executor
        From `crew`; None: this process.
    slots
        How many tasks the executor can do at a time; None asks it for its workers.
    ordered
        Whether answers come in the order of the tasks, so that what follows does not depend on who was faster.
    say
        Gets a sentence when nobody is there to do the work.

    Raises
    ------
    FollowerDynamicsError
        If the executor breaks, or something cannot be sent to it.
    """
    if executor is None:
        for task in tasks:
            try:
                answer = Answer(task, function(task), None)
            except Exception as error:
                answer = Answer(task, cast(Value, None), error)
            yield answer
        return
    most = slots or slots_of(executor)
    shared = Shared(function)
    waiting = enumerate(tasks)
    running: dict[Future[bytes], tuple[int, Task]] = {}
    ready: dict[int, Answer[Task, Value]] = {}
    # A worker that ends takes several tasks with it, and which of them ended it is known when each is alone.
    suspects: deque[tuple[int, Task]] = deque()
    alone, due = set[int](), 0
    try:
        while True:
            room = IN_HAND * most() - len(running) - len(ready)
            least = 0 if running or ready or suspects else 1
            for place, task in islice(waiting, max(room, least)):
                running[executor.submit(_do, shared, packed(task))] = place, task
            if not running and suspects:
                place, task = suspects.popleft()
                alone.add(place)
                running[executor.submit(_do, shared, packed(task))] = place, task
            if not running:
                return
            finished, _ = wait(running, PATIENCE, return_when=FIRST_COMPLETED)
            if not finished and not most():
                say("no workers connected; waiting")
            for future in finished:
                place, task = running.pop(future)
                lost = _lost(future)
                if lost is None:
                    ready[place] = Answer(task, *pickle.loads(future.result()))
                elif place in alone or isinstance(lost, WorkerDied):
                    ready[place] = Answer(task, cast(Value, None), lost)
                else:
                    suspects.append((place, task))
            while due in ready if ordered else ready:
                yield ready.pop(due) if ordered else ready.popitem()[1]
                due += 1
    except (BrokenExecutor, CancelledError) as error:
        if isinstance(executor, Processes):
            raise FollowerDynamicsError(str(error)) from error
        raise FollowerDynamicsError(
            f"the executor does no more runs ({type(error).__name__}: {error}); those it finished are kept, and the "
            "same call with a new one goes on from there"
        ) from error
    finally:
        for future in running:
            future.cancel()


def in_order(
    function: Callable[[Task], Value], tasks: Iterable[Task], executor: Executor | None
) -> Generator[Value, None, None]:
    """``map(function, tasks)``, lazily; with an executor some tasks ahead of the answer that is due.

    Raises
    ------
    Exception
        Whatever the function raises, or a worker that died says.
    """
    with closing(work(function, tasks, executor, ordered=True)) as answers:
        for answer in answers:
            if isinstance(answer.error, WorkerDied):
                raise FollowerDynamicsError(f"{answer.error}: fewer workers need less of it") from answer.error
            if answer.error is not None:
                raise answer.error
            yield answer.value


def slots_of(executor: Executor) -> Slots:
    """How many tasks an executor does at a time, as far as it tells: its workers, else as many as there are cores."""
    count = getattr(executor, "_max_workers", None)
    known = count if isinstance(count, int) and count > 0 else available_cores()
    return lambda: known


def available_cores() -> int:
    """Cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _lost(future: Future[bytes]) -> Exception | None:
    """Why there is no answer to one task; that the executor itself broke is raised."""
    error = CancelledError() if future.cancelled() else future.exception()
    if error is None or (isinstance(error, Exception) and not isinstance(error, BrokenExecutor | CancelledError)):
        return error
    raise error


def _do(shared: Shared, task: bytes) -> bytes:
    """What a worker does; the answer is a value and None, or None and an exception."""
    return answered(lambda: shared.function()(pickle.loads(task)))
