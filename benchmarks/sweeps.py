"""What a sweep costs beyond its simulations, what a second worker is worth, and how memory grows with the runs.

    python -m benchmarks.sweeps

All of it as differences and ratios within one call. Where other work on the machine stretches the clock, look at the
columns in processor time: what the same sweep takes on a machine that does nothing else, as far as nobody waits.
"""

from __future__ import annotations

import argparse
import json
import os
import pickle
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

import numpy as np

from benchmarks.sweep_runs import declared, nothing
from simulation.files import write_whole
from simulation.study import Sweep, run_sweep
from simulation.study.folder.store import RUNS
from simulation.study.run.evaluation import evaluate_run, evaluation_name, run_key, to_bytes
from simulation.study.run.watch import Watch

MOST_MS = 5.0
"""Work per run beyond the simulation, at most."""
LEAST_TIMES = 1.9
"""Speed on two workers against one, at least."""
MOST_GROWTH = 1.1
"""Peak memory of the parent at the most runs against the fewest, at most."""
WARM = 4
"""Runs of a sweep that are left out of its speed: processes start, and compiled code is loaded."""

Row = tuple[str, list[float], list[float]]
"""Something done for every run: its name, and in each round milliseconds a run by the clock and of processor time."""


@dataclass(frozen=True)
class Swept:
    """A sweep as it was measured; all in seconds, ``_cpu`` of processor time."""

    whole: float
    parent_cpu: float
    """Of this process, with the runs that it did itself."""
    runs: float
    """All runs together, each from its beginning until it was measured."""
    run_cpu: float
    """A run, of the process that does it: simulating it, measuring, packing the answer, whatever else."""
    per_s: float
    """Runs a second, from completion to completion, after the first WARM."""
    first: float
    """Until the first run was finished."""
    disk: float
    """Waiting until the disk has what was written, which tells more of the disk than of the sweep."""


def swept(sweep: Sweep, workers: int) -> Swept:
    """Do a sweep, and measure it."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "sweep"
        epoch, began, began_cpu = time.time(), time.perf_counter(), time.process_time()
        with syncs_timed() as syncs:
            study = run_sweep(sweep, folder, workers=workers, progress=False)
        whole, cpu = time.perf_counter() - began, time.process_time() - began_cpu
        table = study.store.table()
        ends = np.sort([path.stat().st_mtime for path in (folder / RUNS).iterdir()])
    warm = ends[WARM:] if ends.size > WARM + 2 else ends
    clocks = table.groupby("process")["clock_s"].agg(["min", "max", "count"])
    return Swept(
        whole=whole,
        parent_cpu=cpu,
        runs=float(table["seconds"].sum()),
        run_cpu=float((clocks["max"] - clocks["min"]).sum() / max(1, (clocks["count"] - 1).sum())),
        per_s=float(np.polyfit(warm - warm[0], np.arange(warm.size), 1)[0]),
        first=float(ends[0] - epoch),
        disk=sum(syncs),
    )


@contextmanager
def syncs_timed() -> Iterator[list[float]]:
    """Seconds that each ``os.fsync`` of this process takes meanwhile."""
    taken: list[float] = []
    sync = os.fsync

    def timed(file: int) -> None:
        began = time.perf_counter()
        sync(file)
        taken.append(time.perf_counter() - began)

    with patch.object(os, "fsync", timed):
        yield taken


# Work beyond the simulation ------------------------------------------------------------------------------------------


def beyond(runs: int, rounds: int) -> list[Row]:
    """What a sweep of tiny runs takes besides them, done in one process, and on two workers."""
    sweep = declared(runs)
    swept(declared(WARM), 1)
    bare, ones, twos = [], [], []
    for _ in range(rounds):
        bare.append(bare_cpu(sweep))
        ones.append(swept(sweep, 1))
        twos.append(swept(sweep, 2))
    here = [one.parent_cpu - alone for one, alone in zip(ones, bare, strict=True)]
    there = [two.run_cpu * runs - alone for two, alone in zip(twos, bare, strict=True)]
    return [
        ("in one process", _ms([one.whole - one.runs for one in ones], runs), _ms(here, runs)),
        ("of that, waiting for the disk", _ms([one.disk for one in ones], runs), []),
        ("on two workers: here", [], _ms([two.parent_cpu for two in twos], runs)),
        ("on two workers: there", [], _ms(there, runs)),
    ]


def bare_cpu(sweep: Sweep) -> float:
    """Processor time, seconds, of simulating and measuring all runs of a sweep and nothing else."""
    evaluate = sweep.worlds_measured()
    began = time.process_time()
    for run in sweep.design.runs():
        evaluate(run, None)
    return time.process_time() - began


def parts(runs: int, rounds: int) -> list[Row]:
    """The parts of that work, each done for every run and measured by itself."""
    design, name = declared(runs).design, evaluation_name(nothing)
    keyed = [(run_key(run, name, None), run) for run in design.runs()]
    answers = [evaluate_run(nothing, None, pair) for pair in keyed]
    outcome = nothing(keyed[0][1], None)

    def there_and_back() -> None:
        for pair, answer in zip(keyed, answers, strict=True):
            pickle.loads(pickle.dumps(pair))
            pickle.loads(pickle.dumps(answer))

    def written() -> None:
        with tempfile.TemporaryDirectory() as folder:
            for (key, _), answer in zip(keyed, answers, strict=True):
                write_whole(Path(folder) / key, answer.data or b"")

    def counted() -> None:
        with Watch("measured", runs, shown=False) as watch:
            for _ in keyed:
                watch.count()

    tasks: dict[str, Callable[[], object]] = {
        "its key, a hash of all inputs": lambda: [run_key(run, name, None) for run in design.runs()],
        "pickled, to a worker and back": there_and_back,
        "its file, packed": lambda: [to_bytes(key, run, outcome, 0.0) for key, run in keyed],
        "its file, written and synced": written,
        "counted for the progress bar": counted,
    }
    taken: dict[str, list[tuple[float, float]]] = {part: [] for part in tasks}
    for _ in range(rounds):
        for part, task in tasks.items():
            began, began_cpu = time.perf_counter(), time.process_time()
            task()
            taken[part].append((time.perf_counter() - began, time.process_time() - began_cpu))
    return [
        (f"{part}, once", _ms([wall for wall, _ in times], runs), _ms([cpu for _, cpu in times], runs))
        for part, times in taken.items()
    ]


def _ms(seconds: Sequence[float], runs: int) -> list[float]:
    return [1e3 * taken / runs for taken in seconds]


# A second worker -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class SpeedUp:
    """What two workers did against one, in each round."""

    runs: int
    run_s: float
    """Processor time of a run."""
    times: list[float]
    """Runs a second on two workers over those on one, after the first WARM."""
    possible: list[float]
    """Twice the processor time of a run on one, over that on two, of all processes together: the same where nothing
    else runs on the machine and nobody waits."""
    whole: list[float]
    """Clock time of the whole sweep on one over that on two, processes started and compiled code loaded."""
    first_s: list[float]
    """Until the first run is finished on two workers."""


def speed_up(runs: int, run_s: float, users: int, rounds: int) -> SpeedUp:
    """Two workers against one, in turn, on runs that take about ``run_s`` seconds of one core."""
    sweep = declared(runs, users, days_for(run_s, users))
    pairs = [(swept(sweep, 1), swept(sweep, 2)) for _ in range(rounds)]
    return SpeedUp(
        runs=runs,
        run_s=statistics.median(one.run_cpu for one, _ in pairs),
        times=[two.per_s / one.per_s for one, two in pairs],
        possible=[2 * one.run_cpu / (two.run_cpu + two.parent_cpu / runs) for one, two in pairs],
        whole=[one.whole / two.whole for one, two in pairs],
        first_s=[two.first for _, two in pairs],
    )


def days_for(run_s: float, users: int) -> int:
    """Days that a world of so many users simulates in ``run_s`` seconds of processor time."""
    probe = declared(1, users, 20)
    return max(1, round(20 * run_s / min(bare_cpu(probe) for _ in range(3))))


# Memory --------------------------------------------------------------------------------------------------------------


def memory(sizes: Sequence[int]) -> list[dict[str, float | None]]:
    """Peak memory, bytes, of the parent of so many runs that simulate nothing, each time in a process of its own."""
    return [
        json.loads(subprocess.check_output([sys.executable, "-m", "benchmarks.sweep_runs", str(size)], text=True))
        for size in sizes
    ]


# The command ---------------------------------------------------------------------------------------------------------


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, and print it as Markdown."""
    parser = argparse.ArgumentParser("python -m benchmarks.sweeps", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--runs", type=int, default=1000, metavar="N", help="tiny runs (default %(default)s)")
    parser.add_argument("--long-runs", type=int, default=40, metavar="N", help="long ones (default %(default)s)")
    parser.add_argument("--run-s", type=float, default=0.5, metavar="S", help="length of these (default %(default)s)")
    parser.add_argument("--users", type=int, default=1000, metavar="N", help="of these (default %(default)s)")
    parser.add_argument("--rounds", type=int, default=5, metavar="N", help="of everything (default %(default)s)")
    parser.add_argument("--memory", type=int, nargs="*", default=[500, 2000, 8000], metavar="N", help="runs to hold")
    options = parser.parse_args(arguments)
    rows = [*beyond(options.runs, options.rounds), *parts(options.runs, options.rounds)]
    print(beyond_markdown(rows, options.runs), flush=True)
    print(speed_markdown(speed_up(options.long_runs, options.run_s, options.users, options.rounds)), flush=True)
    if options.memory:
        print(memory_markdown(memory(options.memory)))
    return 0


def beyond_markdown(rows: Sequence[Row], runs: int) -> str:
    """Work per run, the whole in the first row, which is judged."""
    lines = [
        f"Work per run beyond the simulation, of {runs:,} runs, in ms: median (range)",
        "",
        "| | by the clock | processor time |",
        "| --- | ---: | ---: |",
        *(f"| {name} | {_spread(wall)} | {_spread(cpu)} |" for name, wall, cpu in rows),
        "",
        _verdict("work per run, ms", statistics.median(rows[0][1]), MOST_MS, at_least=False),
        "",
    ]
    return "\n".join(lines)


def speed_markdown(found: SpeedUp) -> str:
    """Two workers against one."""
    first = statistics.median(found.first_s)
    lines = [
        f"Two workers against one, {found.runs} runs of {found.run_s:.2f} s: median (range)",
        "",
        "| | times as fast |",
        "| --- | ---: |",
        f"| at work, by the clock | {_spread(found.times)} |",
        f"| at work, by processor time | {_spread(found.possible)} |",
        f"| from the call to its end; the first run was there after {first:.1f} s | {_spread(found.whole)} |",
        "",
        _verdict("two workers against one", statistics.median(found.times), LEAST_TIMES, at_least=True),
        "",
    ]
    return "\n".join(lines)


def memory_markdown(peaks: Sequence[dict[str, float | None]]) -> str:
    """Peak memory by number of runs."""
    lines = [
        "Peak memory of the parent, in MB",
        "",
        "| runs | before | after all runs | after their table |",
        "| ---: | ---: | ---: | ---: |",
    ]
    for peak in peaks:
        cells = [f"{(peak[name] or 0) / 1e6:,.0f}" for name in ("before", "swept", "table")]
        lines.append(f"| {peak['runs']:,} | {' | '.join(cells)} |")
    fewest, most = peaks[0], peaks[-1]
    more = max(1, (most["runs"] or 0) - (fewest["runs"] or 0))
    swept, table = (((most[name] or 0) - (fewest[name] or 0)) / more / 1e3 for name in ("swept", "table"))
    growth = (most["table"] or 1) / (fewest["table"] or 1)
    lines += [
        "",
        f"a run more costs {swept:.1f} KB, with its row of the table {table:.1f} KB",
        _verdict("peak at the most runs over the fewest", growth, MOST_GROWTH, at_least=False),
    ]
    return "\n".join(lines)


def _spread(values: Sequence[float]) -> str:
    if not values:
        return ""
    return f"{statistics.median(values):.2f} ({min(values):.2f} - {max(values):.2f})"


def _verdict(name: str, value: float, target: float, *, at_least: bool) -> str:
    met = value >= target if at_least else value <= target
    return f"{name}: {value:.2f}, to be at {'least' if at_least else 'most'} {target:g}: {'met' if met else 'missed'}"


if __name__ == "__main__":
    raise SystemExit(main())
