"""What fixed arithmetic costs: ``python -m benchmarks.arithmetic`` prints two tables of ratios.

The first is per call, in one process: each function of ``simulation.arithmetic`` beside that of the C library. The
second is per user-day: two processes run the same worlds and take turns, one of them with the C library's functions put
in the place of the package's before any rule is imported, and with a compile cache of its own.
"""

import argparse
import json
import math
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

import numba
import numpy as np

from benchmarks.summary import spread

DESCRIPTION = "Cost of arithmetic whose bits are the same on every machine, relative to the C library's."
OURS, LIBM = "ours", "libm"
WARM_UP_DAYS = 14
BLOCK_USER_DAYS = 350_000
POINTS = 1_000_000


def _cos_turns(turns: float) -> float:
    return math.cos(2.0 * math.pi * turns)


FUNCTIONS: dict[str, tuple[Callable[..., float], float, float]] = {
    "exp": (math.exp, -20.0, 20.0),
    "log": (math.log, 1e-6, 100.0),
    "log1p": (math.log1p, -0.9, 100.0),
    "tanh": (math.tanh, -5.0, 5.0),
    "power": (math.pow, 1e-3, 10.0),
    "cos_turns": (_cos_turns, 0.0, 1.0),
}
"""What stands in for each function in the process that uses the C library, and where both are timed."""
EXPONENT = 0.7
"""Of ``power``, when it is timed by itself."""


def calls(rounds: int) -> dict[str, dict[str, Any]]:
    """Nanoseconds a call by function: ours, the C library's, and their ratio, each as a spread over rounds."""
    from simulation import arithmetic

    found = {}
    for name, (libm, low, high) in FUNCTIONS.items():
        loops = [_loop(function, name) for function in (getattr(arithmetic, name), libm)]
        points = np.random.default_rng(0).uniform(low, high, POINTS)
        for loop in loops:
            loop(points)
        seconds = [[_timed(loop, points) for loop in loops] for _ in range(rounds)]
        ours, theirs = (np.array(column) * 1e9 / POINTS for column in zip(*seconds, strict=True))
        found[name] = {
            OURS: spread(ours.tolist()),
            LIBM: spread(theirs.tolist()),
            "times": spread((ours / theirs).tolist()),
        }
    return found


def _loop(function: Any, name: str) -> Any:
    called = numba.njit(function) if function is _cos_turns else function
    return _powers(called) if name == "power" else _sums(called)


def _sums(function: Any) -> Any:
    @numba.njit
    def loop(points: Any) -> float:
        total = 0.0
        for x in points:
            total += function(x)
        return total

    return loop


def _powers(function: Any) -> Any:
    @numba.njit
    def loop(points: Any) -> float:
        total = 0.0
        for x in points:
            total += function(x, EXPONENT)
        return total

    return loop


def _timed(loop: Any, points: Any) -> float:
    start = time.process_time()
    loop(points)
    return time.process_time() - start


def user_days(users: int, rounds: int) -> dict[str, Any]:
    """Microseconds of processor time a user-day, ours and with the C library, and their ratio, paired by round."""
    days = -(-BLOCK_USER_DAYS // users)
    with tempfile.TemporaryDirectory() as cache, ExitStack() as stack:
        workers = {
            OURS: stack.enter_context(_worker(OURS, users, dict(os.environ))),
            LIBM: stack.enter_context(_worker(LIBM, users, {**os.environ, "NUMBA_CACHE_DIR": cache})),
        }
        blocks: dict[str, list[float]] = {name: [] for name in workers}
        for turn in range(-1, rounds):  # the first round waits for compilation
            for name in sorted(workers, reverse=bool(turn % 2)):
                seconds = _ask(workers[name], WARM_UP_DAYS if turn < 0 else days)
                if turn >= 0:
                    blocks[name].append(1e6 * seconds / (users * days))
    return {
        "users": users,
        **{name: spread(values) for name, values in blocks.items()},
        "times": spread([ours / libm for ours, libm in zip(blocks[OURS], blocks[LIBM], strict=True)]),
    }


def _worker(name: str, users: int, environment: dict[str, str]) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "benchmarks.arithmetic", "--work", name, "--users", str(users)]
    return subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def _ask(worker: "subprocess.Popen[str]", days: int) -> float:
    assert worker.stdin is not None and worker.stdout is not None
    worker.stdin.write(f"{days}\n")
    worker.stdin.flush()
    answer = worker.stdout.readline()
    if not answer:
        raise RuntimeError("a process that is timed has ended; what it had to say has gone to standard error")
    return float(json.loads(answer))


def _work(name: str, users: int) -> None:
    """Run the days asked for on standard input, and print the seconds that each request took."""
    from simulation import arithmetic
    from simulation.compiling import rule

    if name == LIBM:
        for function, (libm, _, _) in FUNCTIONS.items():
            setattr(arithmetic, function, rule(_cos_turns) if libm is _cos_turns else libm)
    from simulation.model import FollowerModel

    model = FollowerModel({"population.users": users}, seed=1, threads=1, record="daily")
    for line in sys.stdin:
        start = time.process_time()
        model.run_for(int(line))
        print(json.dumps(time.process_time() - start), flush=True)


def table(by_call: dict[str, dict[str, Any]], by_day: list[dict[str, Any]]) -> str:
    """Both tables as text."""
    lines = [f"{'function':<12}{'ns a call':>12}{'C library':>12}{'times':>8}{'spread':>14}"]
    lines += [_row(name, found, ".2f") for name, found in by_call.items()]
    lines += ["", f"{'users':<12}{'us/user-day':>12}{'C library':>12}{'times':>8}{'spread':>14}"]
    lines += [_row(f"{found['users']:,}", found, ".3f") for found in by_day]
    return "\n".join(lines)


def _row(label: str, found: dict[str, Any], form: str) -> str:
    times = found["times"]
    ours, libm = (format(found[name]["median"], form) for name in (OURS, LIBM))
    return f"{label:<12}{ours:>12}{libm:>12}{times['median']:>8.2f}{times['low']:>7.2f} - {times['high']:.2f}"


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.arithmetic", description=DESCRIPTION)
    parser.add_argument("--users", default="10000,100000", help="sizes of the worlds (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=9, help="how often each is timed (default: %(default)s)")
    parser.add_argument("--work", choices=(OURS, LIBM), help=argparse.SUPPRESS)
    given = parser.parse_args()
    sizes = [int(size) for size in given.users.split(",")]
    if given.work:
        _work(given.work, sizes[0])
        return
    print(table(calls(given.rounds), [user_days(users, given.rounds) for users in sizes]))


if __name__ == "__main__":
    main()
