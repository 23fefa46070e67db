"""Things to evaluate in tests, at the top level of a module so that worker processes find them."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import numpy as np

from simulation.social_graph import SocialGraph
from simulation.study import Outcome, Run

SCRATCH = "STUDY_TEST_SCRATCH"
"""Environment variable: a folder in which evaluations leave traces."""


def trace(run: Run) -> Path:
    """A file of this run alone; one line for each time it was evaluated."""
    lever = "-".join(f"{value}" for value in run.values.values())
    return Path(os.environ[SCRATCH]) / f"{lever}-{run.replicate.population}-{run.replicate.world}"


def evaluations(scratch: Path) -> dict[str, int]:
    """How often each run was evaluated."""
    return {path.name: len(path.read_text().splitlines()) for path in scratch.iterdir()}


def measure(run: Run, social_graph: SocialGraph | None) -> Outcome:
    """Numbers that depend on everything a run may depend on."""
    with trace(run).open("a") as file:
        file.write(f"{os.getpid()}\n")
    bias = float(str(run.values["feed.popularity_bias"]))
    drawn = np.random.default_rng([run.replicate.seed, run.replicate.luck]).random(3)
    users = 0 if social_graph is None else social_graph.users
    return Outcome(
        {"score": bias + float(drawn[0]), "users": users, "high": bool(bias > 1)},
        {"creator": np.arange(3), "followers": np.floor(100 * drawn).astype(np.int64)},
    )


def slow(run: Run, social_graph: SocialGraph | None) -> Outcome:
    """As `measure`, but it takes its time, some before it leaves a trace and some after."""
    time.sleep(0.1)
    outcome = measure(run, social_graph)
    time.sleep(0.1)
    return outcome


def fails_above_one(run: Run, social_graph: SocialGraph | None) -> Outcome:
    """Raises where the bias is above one."""
    outcome = measure(run, social_graph)
    if outcome.values["high"]:
        raise ArithmeticError("a bias above one is too much")
    return outcome


def dies_once(run: Run, social_graph: SocialGraph | None) -> Outcome:
    """Kills its own process the first time the run of bias 1 in world 1 is evaluated."""
    first = not trace(run).exists()
    outcome = measure(run, social_graph)
    if first and run.values["feed.popularity_bias"] == 1.0 and run.replicate.world == 1:
        os.kill(os.getpid(), signal.SIGKILL)
    return outcome


def always_dies(run: Run, social_graph: SocialGraph | None) -> Outcome:
    """Kills its own process whenever the run of bias 1 in world 1 is evaluated."""
    outcome = measure(run, social_graph)
    if run.values["feed.popularity_bias"] == 1.0 and run.replicate.world == 1:
        os.kill(os.getpid(), signal.SIGKILL)
    return outcome


def not_storable(run: Run, social_graph: SocialGraph | None) -> Outcome:
    """Gives what is neither a number nor a text."""
    return Outcome({"score": np.arange(3)})  # type: ignore[dict-item]


def ends_worker(run: Run, social_graph: SocialGraph | None) -> Outcome:
    """No run ever finishes."""
    os._exit(1)


def other_version() -> str:
    """A code version that differs from process to process."""
    return f"elsewhere-{os.getpid()}"
