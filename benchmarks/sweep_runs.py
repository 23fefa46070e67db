"""What sweeps are made of to be measured, where worker processes find it; and one sweep in a process of its own.

    python -m benchmarks.sweep_runs RUNS

does a study of that many runs that simulate nothing, and prints the peak memory of this process as JSON.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.worker import resident_bytes
from simulation.analysis.headline import HEADLINE
from simulation.study import Outcome, Run, Sweep, Uncertainty, run_study

if TYPE_CHECKING:
    from simulation.social_graph import SocialGraph

VARIED = (Uncertainty("feed.popularity_bias", 0.0, 2.0), Uncertainty("users.homophily", 0.0, 1.0))


def clock_s(result: Any) -> float:
    """Processor time of this process so far; from one run to the next it tells what a run takes, all in all."""
    return time.process_time()


def process(result: Any) -> float:
    """Which process did the run."""
    return os.getpid()


def declared(runs: int, users: int = 100, days: int = 3) -> Sweep:
    """A Latin hypercube with one replicate: every run is a point of its own, which costs most."""
    return Sweep(
        "measured",
        days,
        VARIED,
        constants={"population.users": users, "population.creators": max(2, users * 16 // 100)},
        outcomes={"follows_held": HEADLINE["follows_held"], "clock_s": clock_s, "process": process},
        samples=runs,
        replicates=1,
    )


def nothing(run: Run, social_graph: SocialGraph | None) -> Outcome:
    """Simulates nothing."""
    return Outcome({"score": float(str(run.values[VARIED[0].name]))})


def peak_of(runs: int) -> dict[str, float | None]:
    """Peak memory of this process, bytes, before a study of so many runs, after it, and after its table is written."""
    design = declared(runs).design
    before = resident_bytes("VmHWM")
    with tempfile.TemporaryDirectory() as folder:
        study = run_study(design, nothing, Path(folder) / "study", workers=2, progress=False)
        assert study.new == runs
        swept = resident_bytes("VmHWM")
        study.store.write_table()
        return {"runs": runs, "before": before, "swept": swept, "table": resident_bytes("VmHWM")}


if __name__ == "__main__":
    print(json.dumps(peak_of(int(sys.argv[1]))))
