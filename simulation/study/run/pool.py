"""Worker processes that stay alive, leave Ctrl-C to their parent, and never outlive it.

Each worker is a pool of one process with at most two runs in hand, in order. So when a process ends in the middle (it
ran out of memory, somebody killed it), it is known which run it was doing: that one is tried once more, and nobody
else's work is lost. One pool of many processes would lose all that was being done.
"""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
import threading
import traceback
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from itertools import islice
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING

from simulation.errors import FollowerDynamicsError
from simulation.study.design.designs import Run
from simulation.study.run.evaluation import Evaluate
from simulation.study.run.work import Answer, Answers, Done, Keyed, evaluate_run

if TYPE_CHECKING:
    from simulation.social_graph import SocialGraph

ATTEMPTS = 2
"""How often a run is tried that ends the process it runs in."""
HOPELESS = 3
"""Processes that every worker may lose while not one run was finished; after that the fault is not the runs'."""
IN_HAND = 2
"""Runs a worker has: the one it does, and the next, so that it need not wait for it."""


def work_in_processes(
    runs: Iterable[Keyed],
    evaluate: Evaluate,
    social_graph: SocialGraph | None,
    workers: int,
    say: Callable[[str], None] = lambda text: None,
) -> Answers:
    """Do runs in so many processes; answers come as they are ready. Closing the iterator ends the processes at once.

    Raises
    ------
    FollowerDynamicsError
        If processes end and end again before any has finished a run.
    """
    crew = _Crew(workers, evaluate, social_graph, say)
    try:
        yield from crew.work_off(iter(runs))
    except BaseException:  # Ctrl-C and a caller who has enough, too: nobody waits for what would be thrown away
        crew.end(now=True)
        raise
    crew.end(now=False)


# In a worker --------------------------------------------------------------------------------------------------------

_assignment: tuple[Evaluate, SocialGraph | None] | str = "the worker was not set up"
"""What this worker process evaluates; a text: why it cannot."""


def _set_up(alive: Connection, assignment: bytes) -> None:
    """Prepare a worker process: take in once what all runs share."""
    global _assignment
    live_with_parent(alive)
    try:
        _assignment = pickle.loads(assignment)
    except Exception:  # raised here it would end the pool without a reason given
        _assignment = traceback.format_exc()


def live_with_parent(alive: Connection) -> None:
    """Make this process deaf to Ctrl-C, which is its parent's affair, and let it end when the parent ends.

    Parameters
    ----------
    alive
        One end of a pipe whose other end only the parent holds.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, args=(alive,), daemon=True).start()


def _end_with_parent(alive: Connection) -> None:
    """Wait for the other end of the pipe to close; then end at once."""
    try:
        alive.recv()
    except (EOFError, OSError):
        os._exit(1)


def _do(key: str, run: Run) -> Done:
    if isinstance(_assignment, str):
        return Done(None, _assignment)
    return evaluate_run(key, run, *_assignment)


# In the parent ------------------------------------------------------------------------------------------------------


class _Worker:
    """One process, started when it gets its first run, and the runs in its hands, the one it does first."""

    def __init__(self, alive: Connection, assignment: bytes) -> None:
        context = multiprocessing.get_context("spawn")  # Mesa asks for that
        self._executor = ProcessPoolExecutor(1, context, initializer=_set_up, initargs=(alive, assignment))
        self.hand: deque[tuple[Future[Done], Keyed]] = deque()
        self.ended = False

    def take(self, keyed: Keyed) -> bool:
        """Put a run into its hands; False where its process has ended between two runs, and cannot take it."""
        try:
            with _sigint_ignored():
                self.hand.append((self._executor.submit(_do, *keyed), keyed))
        except BrokenProcessPool:
            self.ended = True
        return not self.ended

    def give(self) -> Answers:
        """What it has finished; whether its process has ended is known after that."""
        while self.hand and self.hand[0][0].done() and not self.ended:
            future, (key, run) = self.hand[0]
            if isinstance(future.exception(), BrokenProcessPool):
                self.ended = True
                return
            self.hand.popleft()
            yield Answer(key, run, future.result())

    def end(self) -> None:
        """Wait for the process to end."""
        self._executor.shutdown(wait=True, cancel_futures=True)


class _Crew:
    """Workers, of whom one whose process has ended is replaced.

    They listen on a pipe that closes when the parent ends, however it ends, so that none is left over after
    ``kill -9``.
    """

    def __init__(
        self, workers: int, evaluate: Evaluate, social_graph: SocialGraph | None, say: Callable[[str], None]
    ) -> None:
        self._alive, self._life = multiprocessing.get_context("spawn").Pipe(duplex=False)
        self._assignment = pickle.dumps((evaluate, social_graph))
        self._say = say
        self._workers = [self._hire() for _ in range(workers)]
        self._waiting: deque[Keyed] = deque()
        self._tries: Counter[str] = Counter()
        self._finished = self._replaced = 0

    def _hire(self) -> _Worker:
        return _Worker(self._alive, self._assignment)

    def work_off(self, runs: Iterator[Keyed]) -> Answers:
        """Do all runs."""
        while True:
            self._hand_out(runs)
            futures = [future for worker in self._workers for future, _ in worker.hand]
            if not futures and not self._waiting:
                return
            if futures:
                wait(futures, return_when=FIRST_COMPLETED)
            for place, worker in enumerate(self._workers):
                for answer in worker.give():
                    self._finished += 1
                    yield answer
                if worker.ended:
                    yield from self._replace(place)

    def _hand_out(self, runs: Iterator[Keyed]) -> None:
        """Everybody gets a run before anybody gets a second one, and the last runs go to whoever is free."""
        count = len(self._workers)
        for held in range(IN_HAND):
            for worker in self._workers:
                self._waiting.extend(islice(runs, max(0, 2 * count - len(self._waiting))))
                if (
                    len(worker.hand) == held
                    and len(self._waiting) > held * count
                    and not worker.ended
                    and worker.take(self._waiting[0])
                ):
                    self._waiting.popleft()

    def _replace(self, place: int) -> Answers:
        """A new process in place of one that has ended; the run it was doing is tried again, or has failed."""
        ended, self._workers[place] = self._workers[place], self._hire()
        ended.end()
        self._replaced += 1
        if not self._finished and self._replaced >= HOPELESS * len(self._workers):
            raise FollowerDynamicsError(
                "worker processes end before they finish a single run: is memory short? In a script of your own, what "
                "starts processes must stand below `if __name__ == '__main__':`"
            )
        if not ended.hand:
            return
        guilty, *others = (keyed for _, keyed in ended.hand)
        self._waiting.extendleft(reversed(others))
        self._tries[guilty[0]] += 1
        if self._tries[guilty[0]] < ATTEMPTS:
            self._waiting.append(guilty)
            return
        reason = f"the process it ran in ended {ATTEMPTS} times without a word, as when it is killed for want of memory"
        self._say(f"run {guilty[0][:12]}: {reason}")
        yield Answer(*guilty, Done(None, reason))

    def end(self, *, now: bool) -> None:
        """Let the workers go; ``now``: whatever they are doing."""
        if now:
            self._life.close()
        for worker in self._workers:
            worker.end()
        self._life.close()
        self._alive.close()


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
