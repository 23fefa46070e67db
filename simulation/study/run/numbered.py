"""Tasks with numbers, done here or by many, whose answers come in the order of the tasks.

The order makes what follows from the answers independent of who was faster, and so of the number of workers.
"""

from __future__ import annotations

import multiprocessing
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from itertools import islice
from typing import Any, TypeVar

from simulation.errors import FollowerDynamicsError, ParameterError
from simulation.study.run.payload import Payload
from simulation.study.run.pool import live_with_parent
from simulation.study.run.work import available_cores

Task = TypeVar("Task")
Answer = TypeVar("Answer")

AHEAD = 3
"""Tasks handed out for each worker, so that one slow task at the head of the row keeps nobody waiting."""


@contextmanager
def crew(workers: int | None, executor: Executor | None = None) -> Iterator[Executor | None]:
    """Who does the tasks: an executor that is given, so many processes, or (None) this process.

    Processes are spawned, leave Ctrl-C to their parent, and end when it ends, however it ends.

    Raises
    ------
    ParameterError
        If ``workers`` is not a whole number of at least 1.
    """
    count = available_cores() if workers is None else workers
    if isinstance(count, bool) or not isinstance(count, int) or count < 1:
        raise ParameterError(f"workers = {workers!r} must be a whole number of at least 1")
    if executor is not None or count == 1:
        yield executor
        return
    context = multiprocessing.get_context("spawn")  # Mesa asks for that
    alive, life = context.Pipe(duplex=False)
    pool = ProcessPoolExecutor(count, context, initializer=live_with_parent, initargs=(alive,))
    try:
        yield pool
    except BaseException:  # Ctrl-C too: nobody waits for what would be thrown away
        life.close()
        raise
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
        life.close()


def in_order(
    function: Callable[[Task], Answer], tasks: Iterable[Task], executor: Executor | None
) -> Generator[Answer, None, None]:
    """``map(function, tasks)``, lazily; with an executor some tasks ahead of the answer that is due.

    Closing it cancels what nobody has begun. The function travels by cloudpickle, so that it may come from a notebook.

    Raises
    ------
    FollowerDynamicsError
        If the executor breaks.
    """
    if executor is None:
        yield from map(function, tasks)
        return
    import cloudpickle

    payload = Payload(cloudpickle.dumps(function))
    known = getattr(executor, "_max_workers", None)
    ahead = AHEAD * (known if isinstance(known, int) else available_cores())
    waiting, running = iter(tasks), deque[Future[Any]]()
    try:
        while True:
            for task in islice(waiting, ahead - len(running)):
                running.append(executor.submit(_do, payload, task))
            if not running:
                return
            yield running.popleft().result()
    except BrokenExecutor as error:
        raise FollowerDynamicsError(
            "a worker process ended without a word, as when it is killed for want of memory: fewer workers need less. "
            "In a script of your own, start the calibration below `if __name__ == '__main__':`"
        ) from error
    finally:
        for future in running:
            future.cancel()


def _do(payload: Payload, task: Any) -> Any:
    return payload.unpack()(task)
