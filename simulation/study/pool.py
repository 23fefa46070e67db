"""Worker processes that stay alive, leave Ctrl-C to their parent, and never outlive it."""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
import threading
import time
import traceback
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING

from simulation.study.designs import Run
from simulation.study.evaluation import Evaluate, to_bytes

if TYPE_CHECKING:
    from simulation.social_graph import SocialGraph


@dataclass(frozen=True)
class Done:
    """What became of a run: the bytes of its file, or why there are none."""

    data: bytes | None
    failure: str = ""


def evaluate_run(key: str, run: Run, evaluate: Evaluate, social_graph: SocialGraph | None) -> Done:
    """Do one run; an exception of any kind is part of the answer."""
    began = time.perf_counter()
    try:
        outcome = evaluate(run, social_graph)
        return Done(to_bytes(key, run, outcome, time.perf_counter() - began))
    except Exception:
        return Done(None, traceback.format_exc())


def available_cores() -> int:
    """Cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


# In a worker --------------------------------------------------------------------------------------------------------

_assignment: tuple[Evaluate, SocialGraph | None] | str = "the worker was not set up"
"""What this worker process evaluates; a text: why it cannot."""


def _set_up(alive: Connection, assignment: bytes) -> None:
    """Prepare a worker process: take in once what all runs share."""
    global _assignment
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, args=(alive,), daemon=True).start()
    try:
        _assignment = pickle.loads(assignment)
    except Exception:  # raised here it would end the pool without a reason given
        _assignment = traceback.format_exc()


def _end_with_parent(alive: Connection) -> None:
    """Wait for the other end of a pipe, which only the parent holds, to close; then end at once."""
    try:
        alive.recv()
    except (EOFError, OSError):
        os._exit(1)


def _do(key: str, run: Run) -> Done:
    if isinstance(_assignment, str):
        return Done(None, _assignment)
    return evaluate_run(key, run, *_assignment)


# In the parent ------------------------------------------------------------------------------------------------------


class WorkerPool:
    """Processes that evaluate runs, started when first needed.

    They are spawned, not forked: Mesa asks for that. The pipe they listen on closes when the parent ends, however it
    ends, so that no worker is left over after ``kill -9``.
    """

    def __init__(self, workers: int, evaluate: Evaluate, social_graph: SocialGraph | None) -> None:
        context = multiprocessing.get_context("spawn")
        alive, self._life = context.Pipe(duplex=False)
        assignment = pickle.dumps((evaluate, social_graph))
        self._executor = ProcessPoolExecutor(workers, context, initializer=_set_up, initargs=(alive, assignment))

    def submit(self, key: str, run: Run) -> Future[Done]:
        """Hand a run to the next free worker."""
        with _sigint_ignored():
            return self._executor.submit(_do, key, run)

    def finish(self) -> None:
        """Let the workers end what they have in hand, and go."""
        self._executor.shutdown(wait=True)
        self._life.close()

    def abandon(self) -> None:
        """End the workers now, whatever they are doing."""
        self._life.close()
        self._executor.shutdown(wait=True, cancel_futures=True)


@contextmanager
def _sigint_ignored() -> Iterator[None]:
    """Ignore Ctrl-C while a process may be started: it inherits that, and so is deaf to it from its first moment."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
