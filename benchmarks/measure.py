"""Measure every competitor in turn, block by block, so that a disturbance of the machine hits them all alike."""

import os
import tempfile
from collections.abc import Callable, Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass
from typing import Any

from benchmarks.competitors import FIRST, PRESETS, Entry
from benchmarks.first_result import first_result
from benchmarks.machine import cores, facts
from benchmarks.minds import minds_cost
from benchmarks.summary import ratios, row, spread, verdicts
from benchmarks.worker import Worker

SCHEMA = 2
FIRST_USERS, FIRST_DAYS = 1_000, 100
MESA_FIRST_USERS, MESA_FIRST_DAYS = 1_000, 1
SMALLEST_BLOCK = 100_000
"""Users per block of compiled runs at least: below, replicas make a block as long as the others' are, some tenths of a
second, so that neither the clock nor a processor that has to wake up first decides."""
LEAST_ROUNDS = 3

Report = Callable[[str], object]
"""Called with what begins now, before each of :meth:`Plan.steps` parts."""


@dataclass(frozen=True)
class Plan:
    """What to measure.

    Parameters
    ----------
    sizes
        Numbers of users, rising.
    threads
        Threads of the compiled engine, besides one.
    rounds
        Timed blocks for each competitor and size.
    student_up_to, mesa_up_to
        Largest size these take part in.
    patience
        Seconds of timed blocks after which a slow competitor takes part no more, once it has had three.
    initial_follows
        Mean follows at the start.
    memory_users, memory_follows
        Size of the run whose peak memory is reported, and its mean follows.
    first_results
        How often the time to a first result is taken.
    minds_users
        Numbers of users for which the cost of minds is taken, each on one thread and on all cores.
    """

    sizes: tuple[int, ...] = (1_000, 10_000, 100_000, 1_000_000)
    threads: int = 2
    rounds: int = 5
    student_up_to: int = 100_000
    first_up_to: int = 100_000
    mesa_up_to: int = 10_000
    patience: float = 60.0
    initial_follows: float = 0.0
    memory_users: int = 1_000_000
    memory_follows: float = 100.0
    first_results: int = 3
    minds_users: tuple[int, ...] = (10_000, 100_000)

    def entries(self) -> list[Entry]:
        """All competitors at all sizes."""
        found = []
        for users in self.sizes:
            replicas = -(-SMALLEST_BLOCK // users)
            for threads in sorted({1, self.threads}):
                found.append(Entry("compiled", users, threads, self.initial_follows, replicas))
            if users <= self.first_up_to:
                found.append(Entry("compiled", users, 1, self.initial_follows, replicas, world=FIRST))
            if users <= self.mesa_up_to:
                found.append(Entry("mesa", users, 1, self.initial_follows))
            if users <= self.student_up_to:
                found.append(Entry("student", users, 1, self.initial_follows))
        return found

    def minds(self) -> list[tuple[int, int]]:
        """Users and threads for which the cost of minds is taken."""
        return [(users, threads) for users in self.minds_users for threads in sorted({1, cores()})]

    def steps(self) -> int:
        """How many parts :func:`measure` reports, if no competitor runs out of patience."""
        return len(self.entries()) * (1 + self.rounds) + self.first_results + len(self.minds()) + 3


def measure(plan: Plan, report: Report) -> dict[str, Any]:
    """Measure everything in ``plan``; returns what goes into the JSON file, plain types only.

    Raises
    ------
    RuntimeError
        If the process of a competitor fails.
    """
    with tempfile.TemporaryDirectory(prefix="follower-dynamics-") as cache:
        environment = {**os.environ, "NUMBA_CACHE_DIR": cache}
        start = _measure_start(plan, environment, report)
        minds = _measure_minds(plan, environment, report)
        runs = _measure_runs(plan, environment, report)
        memory = _measure_memory(plan, environment, report)
    result: dict[str, Any] = {
        "schema": SCHEMA,
        "machine": facts(),
        "settings": {
            "threads": plan.threads,
            "rounds": plan.rounds,
            "initial_follows": plan.initial_follows,
            "worlds": PRESETS,
            "social_graph": "that of the world (first edition: barabasi_albert), mean degree 10",
            "creators": "all users (first edition: a tenth of them, at most 10,000)",
        },
        "start": start,
        "minds": minds,
        "runs": runs,
        "memory": memory,
        **ratios(runs),
    }
    return {**result, "targets": verdicts(result)}


def _measure_start(plan: Plan, environment: Mapping[str, str], report: Report) -> dict[str, Any]:
    """Time to a first result: with an empty cache, with the cache that leaves behind, and without loops to compile."""
    report(f"first result, compilation included ({FIRST_USERS:,} users, {FIRST_DAYS} days)")
    cold = first_result("compiled", FIRST_USERS, FIRST_DAYS, environment)
    warm = []
    for _ in range(plan.first_results):
        report(f"first result ({FIRST_USERS:,} users, {FIRST_DAYS} days)")
        warm.append(first_result("compiled", FIRST_USERS, FIRST_DAYS, environment))
    report("first result of the mesa engine")
    with tempfile.TemporaryDirectory(prefix="follower-dynamics-") as empty:
        fresh = {**environment, "NUMBA_CACHE_DIR": empty}
        mesa = first_result("mesa", MESA_FIRST_USERS, MESA_FIRST_DAYS, fresh)
    total = spread([one["total_s"] for one in warm])
    return {
        "users": FIRST_USERS,
        "days": FIRST_DAYS,
        "compile_s": cold["total_s"] - total["median"],
        "first_result_s": total,
        "import_s": spread([one["import_s"] for one in warm]),
        "mesa_days": MESA_FIRST_DAYS,
        "mesa_first_result_s": mesa["total_s"],
    }


def _measure_minds(plan: Plan, environment: Mapping[str, str], report: Report) -> list[dict[str, Any]]:
    """What minds cost, at every size and on one thread and all."""
    costs = []
    for users, threads in plan.minds():
        report(f"what minds cost, {users:,} users, threads: {threads}")
        costs.append(minds_cost(users, threads, plan.rounds, environment))
    return costs


def _measure_runs(plan: Plan, environment: Mapping[str, str], report: Report) -> list[dict[str, Any]]:
    """All competitors at all sizes, in rounds: everybody runs a block before anybody runs the next."""
    with ExitStack() as stack:
        workers: list[Worker] = []
        for entry in plan.entries():
            report(f"{entry.label}, {entry.users:,} users: set up and warm up")
            workers.append(stack.enter_context(closing(Worker(entry, environment))))
            workers[-1].advance(entry.warm_up_days)
        blocks: list[list[dict[str, Any]]] = [[] for _ in workers]
        for number in range(plan.rounds):
            for worker, done in zip(workers, blocks, strict=True):
                report(f"{worker.entry.label}, {worker.entry.users:,} users: round {number + 1} of {plan.rounds}")
                if number < LEAST_ROUNDS or sum(block["seconds"] for block in done) < plan.patience:
                    done.append(worker.advance(worker.entry.block_days))
        return [row(worker.entry, worker.setup, done) for worker, done in zip(workers, blocks, strict=True)]


def _measure_memory(plan: Plan, environment: Mapping[str, str], report: Report) -> dict[str, Any]:
    """Peak memory of one run in which everybody follows many from the start."""
    entry = Entry("compiled", plan.memory_users, plan.threads, plan.memory_follows)
    report(f"memory of {entry.users:,} users with {entry.initial_follows:g} follows each")
    with closing(Worker(entry, environment)) as worker:
        done = worker.advance(entry.warm_up_days)
        return {
            "users": entry.users,
            "mean_follows": entry.initial_follows,
            "days": entry.warm_up_days,
            "peak_bytes": done["peak_bytes"],
            "state_bytes": done["state_bytes"],
            "setup_s": worker.setup["setup_s"],
        }
