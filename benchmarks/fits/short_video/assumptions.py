"""Which assumptions the observations depend on: one at a time, halved and doubled, under common random numbers.

A first look in the spirit of Morris (Technometrics 1991), which does not see interactions.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from benchmarks.fits.short_video.observed import (
    World,
)
from benchmarks.fits.short_video.worlds import simulate
from simulation.declare import Declaration
from simulation.parameters import KNOWN
from simulation.scenario import Scenario
from simulation.study import Observation, ScenarioSimulator
from simulation.study.calibration.problem import Problem

if TYPE_CHECKING:
    pass


NEAR: dict[str, tuple[float, float]] = {
    "decision.follow_threshold": (0.825, 0.925),
    "decision.like_threshold": (0.75, 0.85),
    "leaving.margin": (-0.05, 0.05),
    "population.initial_follows": (0.0, 20.0),
    "feed.like_weight": (0.0, 0.1),
}
"""Ends for parameters whose scale has no zero that would mean none, or whose default is 0."""
FITTED = ("feed.popularity_bias", "follow_back.courtesy")
"""Not uncertainties without a source, but values that were never published either: a lever, and one fitted before."""
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


def screen(
    seen: Sequence[Observation], world: World, seeds: Sequence[int], names: Sequence[str] | None = None, **who: Any
) -> pd.DataFrame:
    """Effects on every observation of going from one end to the other, in scales.

    Returns
    -------
    One row per parameter, the most influential first: ``from``, ``to``, ``overall`` (root mean square over the
    observations), and the mean effect on each; NaN where a world failed.
    """
    ends = candidates()
    chosen = list(ends) if names is None else list(names)
    problem = Problem((), tuple(seen), ScenarioSimulator(Scenario(world.constants, days=world.days)))
    tasks = [({name: _typed(name, end)}, seed) for name in chosen for end in ends[name] for seed in seeds]
    cube = simulate(problem, tasks, "screen", **who).reshape(len(chosen), 2, len(seeds), -1)
    effects = (cube[:, 1] - cube[:, 0]).mean(axis=1) / problem.scales
    table = pd.DataFrame(effects, index=pd.Index(chosen, name="parameter"), columns=list(problem.labels))
    table.insert(0, "overall", np.sqrt(np.mean(np.square(effects), axis=1)))
    for place, end in ((1, "to"), (0, "from")):
        table.insert(0, end, [ends[name][place] for name in chosen])
    return table.sort_values("overall", ascending=False, kind="stable")


def _typed(name: str, value: float) -> object:
    return int(value) if isinstance(KNOWN[name].default, int) else value
