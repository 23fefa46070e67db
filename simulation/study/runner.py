"""The runner: does what a study still lacks, on as many processes as wanted, and loses nothing that was finished."""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulation.errors import FollowerDynamicsError, ParameterError
from simulation.study.designs import Design, Run
from simulation.study.evaluation import Evaluate
from simulation.study.pool import Done, WorkerPool, available_cores, evaluate_run
from simulation.study.store import Progress, Store

if TYPE_CHECKING:
    from simulation.social_graph import SocialGraph

ATTEMPTS = 2
"""How often a run is tried that ends the process it runs in."""
HOPELESS = 3
"""Broken pools in a row, with nothing finished ever, after which the fault is not the runs'."""

Keyed = tuple[str, Run]
Say = Callable[[str], None]


@dataclass(frozen=True)
class Study:
    """A study as `run_study` left it."""

    store: Store
    new: int
    """Runs finished now."""
    reused: int
    """Runs that were there already."""
    failures: tuple[Path, ...]
    """Notes of runs that failed: traceback and parameters."""

    @property
    def complete(self) -> bool:
        """Whether every run of the design is finished."""
        return not self.failures


def run_study(
    design: Design,
    evaluate: Evaluate,
    folder: str | Path,
    *,
    social_graph: SocialGraph | None = None,
    workers: int | None = None,
    progress: bool = True,
    fresh: bool = False,
    retry: bool = False,
    say: Say | None = None,
) -> Study:
    """Run every run of a design that is not in the folder yet.

    It may be stopped or killed at any moment: the same call goes on where it was. Runs that fail do not stop others.

    Parameters
    ----------
    design
        Points, replicates, days.
    evaluate
        ``evaluate(run, social_graph) -> Outcome``, at the top level of a module. Each call should use one thread.
    folder
        Where the study lives; see :class:`Store`.
    social_graph
        Handed to ``evaluate``, the same for all runs; None where graphs are generated.
    workers
        Processes; None takes one for each core, 1 runs everything in this process.
    progress
        Whether to show a bar with rate and time left on standard error.
    fresh
        Start over.
    retry
        Run again what failed in an earlier call.
    say
        Gets a sentence when something is worth knowing; None writes to standard error.

    Raises
    ------
    ParameterError
        If ``workers`` is not a positive whole number or ``evaluate`` no function that processes can find.
    ResultError, OutputError
        If the folder belongs to something else, or cannot be written.
    FollowerDynamicsError
        If worker processes end before they get anywhere.
    KeyboardInterrupt
        On Ctrl-C, after the workers have ended; what was finished is kept.
    """
    count = available_cores() if workers is None else workers
    if isinstance(count, bool) or not isinstance(count, int) or count < 1:
        raise ParameterError(f"workers = {workers!r} must be a whole number of at least 1")
    store = Store(folder, design, evaluate, social_graph, fresh=fresh)
    found = store.progress(retry=retry)
    with _Watch(len(design), found, design.name, progress, say) as watch:
        if count == 1:
            for key, run in found.waiting:
                watch.take(store, key, run, evaluate_run(key, run, evaluate, social_graph))
        elif found.waiting:
            _Crew(store, watch, min(count, len(found.waiting))).work_off(found.waiting)
    return Study(store, watch.finished, found.finished, tuple(store.failures()))


class _Watch:
    """Keeps outcomes, and tells how things go."""

    def __init__(self, total: int, found: Progress, name: str, progress: bool, say: Say | None) -> None:
        from tqdm import tqdm

        self.finished = 0
        self.failed = found.failed
        on_terminal = sys.stderr.isatty()
        self._bar: Any = tqdm(
            total=total,
            initial=found.finished + found.failed,
            desc=name,
            unit="run",
            disable=not progress,
            mininterval=0.2 if on_terminal else 10.0,
            ncols=None if on_terminal else 100,
            file=sys.stderr,
        )
        self.say: Say = say or (lambda text: tqdm.write(text, file=sys.stderr))
        for path in found.damaged:
            self.say(f"{path.name} was not a whole run: set aside in {path.parent}, and run again")

    def __enter__(self) -> _Watch:
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.close()

    def take(self, store: Store, key: str, run: Run, done: Done) -> None:
        """Keep what became of a run."""
        if done.data is None:
            store.keep_failure(key, run, done.failure)
            self.failed += 1
            self._bar.set_postfix_str(f"{self.failed} failed", refresh=False)
        else:
            store.keep(key, done.data)
            self.finished += 1
        self._bar.update()


class _Crew:
    """Works off runs on a pool of processes, and starts a new pool when a worker has ended in the middle of a run.

    Who ended it cannot be told: every run in the pool then comes under suspicion, and is tried again alone, so that
    the next time it is known.
    """

    def __init__(self, store: Store, watch: _Watch, workers: int) -> None:
        self._store, self._watch, self._workers = store, watch, workers
        self._pool = self._new_pool()
        self._running: dict[Future[Done], Keyed] = {}
        self._suspects: deque[Keyed] = deque()
        self._on_trial = False
        self._tries: dict[str, int] = {}
        self._broken_in_a_row = 0

    def _new_pool(self) -> WorkerPool:
        return WorkerPool(self._workers, self._store.evaluate, self._store.social_graph)

    def work_off(self, waiting: list[Keyed]) -> None:
        """Run all; returns when nothing is left, or raises after ending the workers."""
        queue = deque(waiting)
        try:
            while queue or self._suspects or self._running:
                self._fill(queue)
                ready, _ = wait(self._running, return_when=FIRST_COMPLETED)
                # When a worker ends, all futures of its pool fail together: see them as one event.
                broken = [future for future in ready if isinstance(future.exception(), BrokenProcessPool)]
                for future in ready.difference(broken):
                    self._watch.take(self._store, *self._running.pop(future), future.result())
                    self._broken_in_a_row = 0
                if broken:
                    self._start_again()
        except BaseException:  # Ctrl-C too: nobody waits for what would be thrown away
            self._pool.abandon()
            raise
        self._pool.finish()

    def _fill(self, queue: deque[Keyed]) -> None:
        """Keep workers busy: two runs each, so that none waits for the next; a suspect is alone in the pool."""
        if self._on_trial and self._running:
            return
        self._on_trial = bool(self._suspects)
        source, most = (self._suspects, 1) if self._on_trial else (queue, 2 * self._workers)
        while source and len(self._running) < most:
            try:
                future = self._pool.submit(*source[0])
            except BrokenProcessPool:
                # A worker ended between two runs; what is in the pool will report it.
                if not self._running:
                    self._start_again()
                return
            self._running[future] = source.popleft()

    def _start_again(self) -> None:
        """A new pool, after whatever the old one had finished is kept and the rest is under suspicion or convicted."""
        self._pool.abandon()
        lost: list[Keyed] = []
        for future, (key, run) in self._running.items():
            with suppress(BrokenProcessPool):
                if not future.cancelled():
                    self._watch.take(self._store, key, run, future.result())
                    continue
            lost.append((key, run))
        self._running.clear()
        self._broken_in_a_row += 1
        if self._broken_in_a_row >= HOPELESS and not self._watch.finished:
            raise FollowerDynamicsError(
                "worker processes end before they finish a single run: is memory short? In a script of your own, call "
                "run_study below `if __name__ == '__main__':`"
            )
        for key, run in lost:
            self._judge(key, run, alone=len(lost) == 1)
        self._pool = self._new_pool()

    def _judge(self, key: str, run: Run, *, alone: bool) -> None:
        self._tries[key] = self._tries.get(key, 0) + 1
        if not alone or self._tries[key] < ATTEMPTS:
            self._suspects.append((key, run))
            return
        reason = f"the process it ran in ended {ATTEMPTS} times without a word, as when it is killed for want of memory"
        self._watch.say(f"run {key[:12]}: {reason}")
        self._watch.take(self._store, key, run, Done(None, reason))
