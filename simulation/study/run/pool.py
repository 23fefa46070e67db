"""Worker processes as an executor: they stay alive, leave Ctrl-C to their parent, and end with it.

Each worker is served by a thread of its own, so when a process ends in the middle (it ran out of memory, somebody
killed it), it is known which task it was doing: that one is tried once more, and no other work is lost. The pool of the
standard library would lose all that was being done.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import multiprocessing.resource_tracker
import os
import pickle
import queue
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor, Future
from dataclasses import dataclass, field
from functools import partial
from multiprocessing.connection import Connection
from typing import Any

from simulation.study.run.shared import Shared, answered, packed

ATTEMPTS = 2
"""How often a task is tried that ends the process it runs in."""
HOPELESS = 3
"""Processes that every worker may lose while not one task was finished; after that the fault is not the tasks'."""
IN_HAND = 2
"""Tasks a worker has: the one it does, and the next, so that it need not wait for it."""


class WorkerDied(Exception):  # noqa: N818  # an event, not somebody's error
    """A task ended the process it ran in, again and again."""


@dataclass(eq=False)
class _Task:
    call: tuple[Any, ...]
    future: Future[Any] = field(default_factory=Future)
    tries: int = 0


class Processes(Executor):
    """So many worker processes, spawned as they are needed; everything travels by cloudpickle.

    Parameters
    ----------
    workers
        How many.
    """

    def __init__(self, workers: int) -> None:
        self._max_workers = workers
        self._waiting: queue.SimpleQueue[_Task | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._workers: set[_Worker] = set()
        self._ending = False
        self._finished = self._lost = 0
        self._threads = [threading.Thread(target=self._serve, daemon=True) for _ in range(workers)]
        for thread in self._threads:
            thread.start()

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Hand over a call."""
        task = _Task((fn, args, kwargs))
        self._waiting.put(task)
        return task.future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Let the workers go when they have done all there is, or with ``cancel_futures`` what they have in hand."""
        if cancel_futures:
            self._cancel()
        self._waiting.put(None)
        if wait:
            for thread in self._threads:
                thread.join()

    def kill(self) -> None:
        """End the workers at once, whatever they are doing."""
        with self._lock:
            self._ending = True
            for worker in self._workers:
                worker.process.kill()
        self.shutdown(cancel_futures=True)

    def _cancel(self) -> None:
        with contextlib.suppress(queue.Empty):
            while True:
                if task := self._waiting.get_nowait():
                    task.future.cancel()

    # In the thread of one worker -------------------------------------------------------------------------------------

    def _serve(self) -> None:
        if hasattr(signal, "pthread_sigmask"):  # inherited by the process: it is deaf to Ctrl-C from its first moment
            multiprocessing.resource_tracker.ensure_running()
            signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        worker: _Worker | None = None
        hand: deque[_Task] = deque()
        while self._take(hand):
            try:
                worker = worker or self._hire()
                worker.send(hand)
                value, error = worker.receive()
            except (EOFError, OSError):
                if worker is not None:
                    self._dismiss(worker)
                worker = None
                if self._ending or not self._try_again(hand):
                    break
                continue
            self._finished += 1
            future = hand.popleft().future
            if error is None:
                future.set_result(value)
            else:
                future.set_exception(error)
        for task in hand:
            task.future.set_exception(BrokenExecutor(_NOTHING_FINISHED))
        if worker is not None:
            self._dismiss(worker)

    def _take(self, hand: deque[_Task]) -> bool:
        """Fill the hand: every worker gets a task before any gets a second one; False where there is no more to do."""
        with contextlib.suppress(queue.Empty):
            while not hand or (len(hand) < IN_HAND and self._waiting.qsize() > self._max_workers):
                task = self._waiting.get(block=not hand)
                if task is None:
                    self._waiting.put(None)  # for the other threads
                    return bool(hand)
                if task.future.set_running_or_notify_cancel():
                    hand.append(task)
        return True

    def _hire(self) -> _Worker:
        with self._lock:
            if self._ending:
                raise EOFError
            worker = _Worker()
            self._workers.add(worker)
            return worker

    def _dismiss(self, worker: _Worker) -> None:
        with self._lock:
            self._workers.discard(worker)
        worker.end()

    def _try_again(self, hand: deque[_Task]) -> bool:
        """The task that a process was doing when it ended waits behind the others, or has failed; False: no hope."""
        with self._lock:
            self._lost += 1
            if not self._finished and self._lost >= HOPELESS * self._max_workers:
                self._ending = True
        if self._ending:
            self._waiting.put(None)
            return False
        hand[0].tries += 1
        if hand[0].tries >= ATTEMPTS:
            why = f"died {ATTEMPTS} times; out of memory?"
            hand.popleft().future.set_exception(WorkerDied(f"the process it ran in {why}"))
        hand.rotate(-1)
        return True


_NOTHING_FINISHED = (
    "workers died before finishing a run. Out of memory? In a script of your own, code that starts processes must "
    "be below `if __name__ == '__main__':`"
)


_CONTEXT: Any = multiprocessing.get_context("forkserver" if sys.platform == "linux" else "spawn")
"""On Linux a process that has imported the model once is copied for each worker, as from Python 3.14 on by default:
a worker is there in a few hundredths of a second, not in two, and shares what was imported with the others."""
if sys.platform == "linux":
    _CONTEXT.set_forkserver_preload(["simulation.model", "simulation.study.run.work"])


class _Worker:
    """One process, the line to it, and what it was sent."""

    def __init__(self) -> None:
        self._line, theirs = _CONTEXT.Pipe()
        self.process = _CONTEXT.Process(target=_labour, args=(theirs, dict(os.environ)))
        self.process.start()
        theirs.close()
        self._sent: list[_Task] = []
        self._knows: Shared | None = None

    def send(self, hand: deque[_Task]) -> None:
        """Send those tasks of a hand that were not sent yet; what many tasks share goes over the line once."""
        for task in hand:
            if task in self._sent:
                continue
            fn, args, kwargs = task.call
            if args and isinstance(args[0], Shared):
                shared = args[0]
                args = (shared.name_only() if shared == self._knows else shared, *args[1:])
                self._knows = shared
            self._sent.append(task)
            self._line.send_bytes(packed((fn, args, kwargs)))

    def receive(self) -> tuple[Any, Exception | None]:
        """What the first task sent gave: its value, or its exception."""
        found: tuple[Any, Exception | None] = pickle.loads(self._line.recv_bytes())
        self._sent.pop(0)
        return found

    def end(self) -> None:
        """Let the process end, and wait for it."""
        with contextlib.suppress(OSError):
            self._line.send_bytes(b"")
        self._line.close()
        self.process.join()


# In a worker ---------------------------------------------------------------------------------------------------------


def _labour(line: Connection, environment: dict[str, str]) -> None:
    """Do what comes over the line, in order, until it is closed; the parent's end closes it, however that ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.environ.clear()  # the process this is a copy of was started earlier, with what the environment was then
    os.environ.update(environment)
    waiting: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(line, waiting), daemon=True).start()
    while data := waiting.get():
        line.send_bytes(answered(partial(_call, data)))


def _listen(line: Connection, waiting: queue.SimpleQueue[bytes]) -> None:
    data = b"-"
    try:
        while data:
            data = line.recv_bytes()
            waiting.put(data)
    except (EOFError, OSError):
        os._exit(1)


def _call(data: bytes) -> Any:
    function, args, kwargs = pickle.loads(data)
    return function(*args, **kwargs)
