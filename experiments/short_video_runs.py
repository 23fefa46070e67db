"""The values of the preset from a posterior, and what worlds with them show beside worlds at the defaults."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import replace
from operator import itemgetter
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from experiments.short_video_data import DEFAULT_CREATORS, DEFAULT_DAYS, DEFAULT_USERS, GIVEN, World
from simulation.analysis.targets import TARGETS, check
from simulation.study import LivedWorld, Observation
from simulation.study.calibration.problem import Problem, Simulated
from simulation.study.run.watch import Watch
from simulation.study.run.work import crew, in_order

if TYPE_CHECKING:
    from simulation.study import Calibration

FRESH, CHOICE = 10_000, 20_000
"""First seeds of the comparison, and of the choice among draws; the seeds of the fit are drawn from 63 bits."""
CHOICE_SEEDS = 2
SETTINGS = ("defaults", "fitted")


def medians(found: Calibration) -> dict[str, object]:
    """Medians of all parameters, to as many digits as their intervals support.

    Of all of them, for they hang together: beside others that were fitted with it, no parameter can go back to its
    default because its own interval is wide.
    """
    return {str(name): _rounded(row["median"], row["low"], row["high"]) for name, row in found.estimate().iterrows()}


def _rounded(median: float, low: float, high: float) -> float:
    """To the last digit that is worth at most a quarter of the interval."""
    digits = -math.floor(math.log10((high - low) / 4.0))
    return round(float(median), digits)


def nearest(
    found: Calibration, draws: int, *, workers: int | None, executor: Executor | None, progress: bool
) -> dict[str, object]:
    """Of some draws of the posterior, the one whose worlds of default size come nearest to the bands of ``check``.

    The posterior says which values agree in worlds that are smaller and younger than those one gets, and in which rates
    still move. Distance: from the middle of each band that has two ends, in quarters of its width, squared and summed,
    of means over two seeds that nothing else uses.
    """
    posterior = found.posterior.sample(draws, replace=True, weights="weight", random_state=0)
    posterior = posterior.drop(columns="weight").drop_duplicates()  # a heavy draw comes more than once
    points = [{str(name): float(f"{value:.3g}") for name, value in row.items()} for row in posterior.to_dict("records")]
    bands = [target for target in TARGETS if math.isfinite(target.high)]
    seen = tuple(
        Observation(target.name, target.measure, (target.low + target.high) / 2, (target.high - target.low) / 4)
        for target in bands
    )
    size = {"population.users": DEFAULT_USERS, "population.creators": DEFAULT_CREATORS}
    problem = Problem((), seen, LivedWorld(DEFAULT_DAYS, size))
    tasks = [({**GIVEN, **point}, CHOICE + seed) for point in points for seed in range(CHOICE_SEEDS)]
    lived = _live(problem, tasks, "draws of the posterior", workers, executor, progress)
    means = np.stack([entry.measured for entry in lived]).reshape(len(points), CHOICE_SEEDS, -1).mean(axis=1)
    off = (means - problem.observed) / problem.scales
    return dict(points[int(np.argmin((off**2).sum(axis=1)))])


def agreement(
    values: Mapping[str, object],
    seen: Sequence[Observation],
    world: World,
    seeds: int,
    *,
    workers: int | None = 1,
    executor: Executor | None = None,
    progress: bool = True,
) -> pd.DataFrame:
    """What worlds of the fit's size show on seeds it has not seen, at the defaults and with the values fitted.

    Returns
    -------
    One row an observed value: observed, scale, unit, and for both settings the mean over seeds, its standard error
    (``..._error``) and how far off it is in scales (``..._off``).
    """
    problem = Problem((), tuple(seen), LivedWorld(world.days, world.constants))
    tasks = [(given, FRESH + seed) for given in ({}, dict(values)) for seed in range(seeds)]
    lived = _live(problem, tasks, "agreement", workers, executor, progress)
    cube = np.stack([entry.measured for entry in lived]).reshape(2, seeds, -1)
    table = pd.DataFrame({"observed": problem.observed, "scale": problem.scales}, index=list(problem.labels))
    table.insert(2, "unit", [entry.unit for entry in seen for _ in entry.labels])
    for name, measured in zip(SETTINGS, cube, strict=True):
        table[name] = measured.mean(axis=0)
        table[f"{name}_error"] = measured.std(axis=0, ddof=1) / math.sqrt(seeds)
        table[f"{name}_off"] = problem.deviations(measured.mean(axis=0))
    return table.rename_axis("observation")


def checked(
    values: Mapping[str, object],
    seeds: int,
    *,
    workers: int | None = 1,
    executor: Executor | None = None,
    progress: bool = True,
) -> dict[str, pd.DataFrame]:
    """The table of ``follower-dynamics check`` for worlds of default size and length, by setting."""
    size = {"population.users": DEFAULT_USERS, "population.creators": DEFAULT_CREATORS}
    targets = tuple(Observation(target.name, target.measure, 0.0, 1.0) for target in TARGETS)
    problem = Problem((), targets, LivedWorld(DEFAULT_DAYS, size, record="events"))
    tasks = [(given, FRESH + seed) for given in ({}, dict(values)) for seed in range(seeds)]
    lived = _live(problem, tasks, "check", workers, executor, progress)
    cube = np.stack([entry.measured for entry in lived]).reshape(2, seeds, -1)
    return {name: check_measured(measured) for name, measured in zip(SETTINGS, cube, strict=True)}


def check_measured(measured: np.ndarray) -> pd.DataFrame:
    """`check` on what was measured elsewhere: (seeds, targets)."""
    return check(list(measured), [replace(target, measure=itemgetter(k)) for k, target in enumerate(TARGETS)])


def _live(
    problem: Problem,
    tasks: Sequence[tuple[dict[str, object], int]],
    name: str,
    workers: int | None,
    executor: Executor | None,
    progress: bool,
) -> list[Simulated]:
    with crew(workers, executor) as hands, Watch(name, len(tasks), shown=progress) as watch:
        lived = []
        for simulated in in_order(_Live(problem), tasks, hands):
            lived.append(simulated)
            watch.count(failed=bool(simulated.failure))
    return lived


class _Live:
    def __init__(self, problem: Problem) -> None:
        self.problem = problem

    def __call__(self, task: tuple[dict[str, object], int]) -> Simulated:
        return self.problem.simulate_values(*task)
