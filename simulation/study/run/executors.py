"""Any ``concurrent.futures.Executor`` as a place where runs are done: a pool of one's own, loky, a Dask cluster."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, CancelledError, Executor, Future, wait
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING

from simulation.compiling import code_version
from simulation.errors import FollowerDynamicsError
from simulation.study.design.designs import Run
from simulation.study.run.evaluation import Evaluate
from simulation.study.run.payload import Payload
from simulation.study.run.work import Answer, Answers, Done, Keyed, available_cores, evaluate_run

if TYPE_CHECKING:
    from simulation.social_graph import SocialGraph

PATIENCE = 30.0
"""Seconds without any answer after which a look is taken at who is there."""
IN_HAND = 2
"""Runs handed over for each that can be done at a time, so that nobody waits for the next."""

Slots = Callable[[], int]
"""How many runs can be done at a time, now."""


def work_on_executor(
    runs: Iterable[Keyed],
    evaluate: Evaluate,
    social_graph: SocialGraph | None,
    executor: Executor,
    slots: Slots,
    say: Callable[[str], None],
) -> Answers:
    """Do runs on an executor, which stays the caller's; answers come as they are ready.

    Raises
    ------
    FollowerDynamicsError
        If the executor itself breaks, so that nothing more can be done on it.
    """
    task = partial(_do, Payload(pickle.dumps((code_version(), evaluate, social_graph))))
    suspects: list[Keyed] = []
    try:
        for keyed, future in _done(iter(runs), executor, task, lambda: IN_HAND * slots(), say):
            if _raised(future) is None:
                yield Answer(*keyed, future.result())
            else:
                suspects.append(keyed)
        # A worker that ends takes several runs with it, and which of them ended it is known when each is alone.
        for keyed, future in _done(iter(suspects), executor, task, lambda: 1, say):
            error = _raised(future)
            done = future.result() if error is None else Done(None, f"{type(error).__name__}: {error}")
            yield Answer(*keyed, done)
    except (BrokenExecutor, CancelledError) as error:
        raise FollowerDynamicsError(
            f"the executor does no more runs ({type(error).__name__}: {error}); those it finished are kept, and the "
            "same call with a new one goes on from there"
        ) from error


def _done(
    waiting: Iterator[Keyed],
    executor: Executor,
    task: Callable[[str, Run], Done],
    most: Slots,
    say: Callable[[str], None],
) -> Generator[tuple[Keyed, Future[Done]], None, None]:
    """Runs with what the executor makes of them, of which it has at most so many in hand."""
    running: dict[Future[Done], Keyed] = {}
    try:
        while True:
            for keyed in islice(waiting, max(0, max(1, most()) - len(running))):
                running[executor.submit(task, *keyed)] = keyed
            if not running:
                return
            ready, _ = wait(running, PATIENCE, return_when=FIRST_COMPLETED)
            if not ready and not most():
                say("nobody is there to do the runs: they wait until a worker joins")
            for future in ready:
                yield running.pop(future), future
    finally:
        for future in running:
            future.cancel()


def _raised(future: Future[Done]) -> BaseException | None:
    """An exception that comes with one run; that the executor itself broke is raised."""
    error = CancelledError() if future.cancelled() else future.exception()
    if isinstance(error, BrokenExecutor | CancelledError):
        raise error
    return error


def slots_of(executor: Executor) -> Slots:
    """How many runs an executor does at a time, as far as it tells: its workers, else as many as there are cores."""
    count = getattr(executor, "_max_workers", None)
    known = count if isinstance(count, int) and count > 0 else available_cores()
    return lambda: known


# Where the runs are done ---------------------------------------------------------------------------------------------


def _do(payload: Payload, key: str, run: Run) -> Done:
    try:
        version, evaluate, social_graph = payload.unpack()
    except (ImportError, AttributeError) as error:
        return Done(
            None,
            f"{type(error).__name__}: {error}: a worker cannot import what the study evaluates; install it there, or "
            "start workers with PYTHONPATH set to its folder",
        )
    if version != code_version():
        reason = f"the worker has version {code_version()} of the code, and the study {version}: install the same there"
        return Done(None, reason)
    return evaluate_run(key, run, evaluate, social_graph)
