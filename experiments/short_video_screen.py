"""Which assumptions what was observed depends on: one at a time, halved and doubled, in worlds with the same luck.

A parameter can only be fitted if it moves something that was observed. The effect is the difference between the two
ends, in scales of the observations; with common random numbers, half a dozen worlds a parameter are enough to see who
matters (a first look in the spirit of Morris, Technometrics 1991; it does not see interactions).
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor

import numpy as np
import pandas as pd

from experiments.short_video_data import World
from simulation.declare import Declaration
from simulation.parameters import KNOWN
from simulation.study import LivedWorld, Observation
from simulation.study.calibration.problem import Problem, Simulated
from simulation.study.run.watch import Watch
from simulation.study.run.work import crew, in_order

NEAR: dict[str, tuple[float, float]] = {
    "decision.follow_threshold": (0.825, 0.925),
    "decision.like_threshold": (0.75, 0.85),
    "leaving.margin": (-0.05, 0.05),
    "population.initial_follows": (0.0, 20.0),
    "feed.like_weight": (0.0, 0.1),
}
"""Ends for parameters whose scale has no zero that would mean none, or whose default is 0."""
FITTED = ("feed.popularity_bias", "follow_back.courtesy")
"""Not uncertainties without a source, but values nobody published either: a lever, and one fitted before."""


HELD = ("feed.prior",)
"""Set by the size of the worlds of the fit."""


def candidates() -> dict[str, tuple[float, float]]:
    """Every number that is an assumption, with the two ends it is tried at: half and double, shares by their odds."""
    found = {}
    for name, declared in KNOWN.items():
        ends = NEAR.get(name) or _ends(declared)
        assumed = declared.kind == "uncertainty" and "assumption" in declared.source
        if (assumed or name in FITTED) and name not in HELD and ends is not None and ends[0] < ends[1]:
            found[name] = ends
    return found


def _ends(declared: Declaration) -> tuple[float, float] | None:
    default = declared.default
    if isinstance(default, bool) or not isinstance(default, int | float) or default == 0:
        return None
    low, high = float(declared.low or 0.0), float(declared.high or 0.0)
    if (low, high) == (0.0, 1.0) and isinstance(default, float):
        odds = default / (1.0 - default) if default < 1.0 else np.inf
        return (0.5, 1.0) if default == 1.0 else (odds / 2 / (1 + odds / 2), odds * 2 / (1 + odds * 2))
    ends = max(low, default / 2), min(high, default * 2)
    return (round(ends[0]), round(ends[1])) if isinstance(default, int) else ends


class _Screen:
    """Lives the world of one parameter at one end."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem

    def __call__(self, task: tuple[str, float, int]) -> Simulated:
        name, value, seed = task
        whole = isinstance(KNOWN[name].default, int)
        return self.problem.simulate_values({name: int(value) if whole else value}, seed)


def screen(
    observations: Sequence[Observation],
    world: World,
    seeds: Sequence[int],
    workers: int | None,
    executor: Executor | None = None,
    *,
    names: Sequence[str] | None = None,
    progress: bool = True,
) -> pd.DataFrame:
    """Effects on every observation of going from one end to the other, in scales.

    Returns
    -------
    One row a parameter, the most influential first: ``from``, ``to``, ``overall`` (root mean square over the
    observations), and the mean effect on each; NaN where a world failed.
    """
    ends = candidates()
    chosen = list(ends) if names is None else list(names)
    problem = Problem((), tuple(observations), LivedWorld(world.days, world.constants))
    tasks = [(name, end, seed) for name in chosen for end in ends[name] for seed in seeds]
    with crew(workers, executor) as hands, Watch("screen", len(tasks), shown=progress) as watch:
        measured = []
        for simulated in in_order(_Screen(problem), tasks, hands):
            measured.append(simulated.measured)
            watch.count(failed=bool(simulated.failure))
    cube = np.stack(measured).reshape(len(chosen), 2, len(seeds), -1)
    effects = (cube[:, 1] - cube[:, 0]).mean(axis=1) / problem.scales
    table = pd.DataFrame(effects, index=pd.Index(chosen, name="parameter"), columns=list(problem.labels))
    table.insert(0, "overall", np.sqrt(np.mean(np.square(effects), axis=1)))
    table.insert(0, "to", [ends[name][1] for name in chosen])
    table.insert(0, "from", [ends[name][0] for name in chosen])
    return table.sort_values("overall", ascending=False, kind="stable")
