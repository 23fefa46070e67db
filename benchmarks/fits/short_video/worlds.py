"""Worlds with the values found: which draw of the posterior to take, and how far from the data it comes."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from operator import itemgetter
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from benchmarks.fits.short_video.observed import (
    DEFAULT_CREATORS,
    DEFAULT_DAYS,
    DEFAULT_USERS,
    GIVEN,
    World,
)
from simulation.analysis.targets import TARGETS, check
from simulation.scenario import Scenario
from simulation.study import Observation, ScenarioSimulator
from simulation.study.calibration.problem import Problem, Simulated
from simulation.study.run.watch import Watch
from simulation.study.run.work import crew, in_order

if TYPE_CHECKING:
    from simulation.study import Calibration


def simulate(
    problem: Problem,
    tasks: Sequence[tuple[Mapping[str, object], int]],
    name: str,
    *,
    workers: int | None = 1,
    executor: Any = None,
    progress: bool = True,
) -> np.ndarray:
    """What is measured in worlds of given values and seed: (tasks, numbers), NaN where one failed."""

    def one(task: tuple[Mapping[str, object], int]) -> Simulated:
        return problem.simulate_values(dict(task[0]), task[1])

    measured = []
    with crew(workers, executor) as hands, Watch(name, len(tasks), shown=progress) as watch:
        for simulated in in_order(one, tasks, hands):
            measured.append(simulated.measured)
            watch.count(failed=bool(simulated.failure))
    return np.stack(measured)


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


def nearest(found: Calibration, draws: int, **who: Any) -> dict[str, object]:
    """Of some draws of the posterior, the one whose worlds of default size come nearest to the bands of ``check``.

    The posterior says which values agree in worlds that are smaller and younger than default ones, and in which rates
    still move. Distance: from the middle of each band that has two ends, in quarters of its width, squared and summed,
    of means over two seeds that nothing else uses.
    """
    posterior = found.posterior.sample(draws, replace=True, weights="weight", random_state=0)
    posterior = posterior.drop(columns="weight").drop_duplicates()  # a heavy draw comes more than once
    points = [{str(name): float(f"{value:.3g}") for name, value in row.items()} for row in posterior.to_dict("records")]
    seen = tuple(
        Observation(target.name, target.measure, (target.low + target.high) / 2, (target.high - target.low) / 4)
        for target in TARGETS
        if math.isfinite(target.high)
    )
    problem = Problem((), seen, _default_world())
    tasks = [({**GIVEN, **point}, CHOICE + seed) for point in points for seed in range(CHOICE_SEEDS)]
    measured = simulate(problem, tasks, "draws of the posterior", **who)
    means = measured.reshape(len(points), CHOICE_SEEDS, -1).mean(axis=1)
    off = (means - problem.observed) / problem.scales
    return dict(points[int(np.argmin((off**2).sum(axis=1)))])


def _default_world(record: Any = "daily") -> ScenarioSimulator:
    size = {"population.users": DEFAULT_USERS, "population.creators": DEFAULT_CREATORS}
    return ScenarioSimulator(Scenario(size, days=DEFAULT_DAYS), record)


def agreement(
    values: Mapping[str, object], seen: Sequence[Observation], world: World, seeds: int, **who: Any
) -> pd.DataFrame:
    """What worlds of the fit's size show on seeds it has not seen, at the defaults and with the values fitted.

    Returns
    -------
    One row per observed value: observed, scale, unit, and for both settings the mean over seeds, its standard error
    (``..._error``) and how far off it is in scales (``..._off``).
    """
    problem = Problem((), tuple(seen), ScenarioSimulator(Scenario(world.constants, days=world.days)))
    table = pd.DataFrame({"observed": problem.observed, "scale": problem.scales}, index=list(problem.labels))
    table.insert(2, "unit", [entry.unit for entry in seen for _ in entry.labels])
    for name, measured in _both(problem, values, seeds, "agreement", **who).items():
        table[name] = measured.mean(axis=0)
        table[f"{name}_error"] = measured.std(axis=0, ddof=1) / math.sqrt(seeds)
        table[f"{name}_off"] = problem.deviations(measured.mean(axis=0))
    return table.rename_axis("observation")


def checked(values: Mapping[str, object], seeds: int, **who: Any) -> dict[str, pd.DataFrame]:
    """The table of ``follower-dynamics check`` for worlds of default size and length, by setting."""
    targets = tuple(Observation(target.name, target.measure, 0.0, 1.0) for target in TARGETS)
    both = _both(Problem((), targets, _default_world("events")), values, seeds, "check", **who)
    shown = [replace(target, measure=itemgetter(k)) for k, target in enumerate(TARGETS)]
    return {name: check(list(measured), shown) for name, measured in both.items()}


def _both(problem: Problem, values: Mapping[str, object], seeds: int, name: str, **who: Any) -> dict[str, np.ndarray]:
    """What is measured at the defaults and with the values, (seeds, numbers) each, by setting."""
    tasks = [(given, FRESH + seed) for given in ({}, values) for seed in range(seeds)]
    return dict(zip(SETTINGS, simulate(problem, tasks, name, **who).reshape(2, seeds, -1), strict=True))
