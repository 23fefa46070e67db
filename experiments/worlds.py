"""Parallel worlds: what replicates that share a population say together, with intervals over populations.

Worlds of one population have the same users, creators, talents and social graph, and different luck. How unpredictable
success is can only be seen within a population, so every measure is first taken there (means over its worlds, or over
pairs of them) and then averaged over populations: populations are the independent replicates that intervals stand on.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simulation.analysis import Interval, gini, rank_correlation, t_interval, unpredictability

CONFIDENCE = 0.95

Counts = NDArray[np.float64]
"""(worlds, creators)."""


def early_lead(early: Counts, late: Counts) -> float:
    """How much of an early lead that is due to luck alone is repaid later: an elasticity.

    Slope of log(1 + followers gained later) on log(1 + followers held early), over creators and worlds, each creator's
    own means over the worlds taken out (fixed effects): talent and all else that a creator brings is the same in every
    world, so only luck is left. 0: a head start brings nothing; 1: who has 10% more early gains 10% more later.
    NaN where nobody's early followers differ between worlds.
    """
    x, y = np.log1p(early), np.log1p(late)
    x, y = x - x.mean(axis=0), y - y.mean(axis=0)
    spread = float((x * x).sum())
    return float((x * y).sum()) / spread if spread > 0 else float("nan")


def _mean_gini(followers: Counts, talent: Counts, early: Counts, late: Counts) -> float:
    return float(np.mean([gini(world) for world in followers]))


def _unpredictability(followers: Counts, talent: Counts, early: Counts, late: Counts) -> float:
    return unpredictability(followers)


def _rank_correlation(followers: Counts, talent: Counts, early: Counts, late: Counts) -> float:
    return float(np.mean([rank_correlation(world, own) for world, own in zip(followers, talent, strict=True)]))


def _early_lead(followers: Counts, talent: Counts, early: Counts, late: Counts) -> float:
    return early_lead(early, late)


MEASURES: dict[str, Callable[[Counts, Counts, Counts, Counts], float]] = {
    "inequality": _mean_gini,
    "unpredictability": _unpredictability,
    "rank_correlation": _rank_correlation,
    "early_lead": _early_lead,
}
"""What is measured within one population, from (worlds, creators) arrays of followers at the end, talent, followers
early and followers gained after that."""


def within_populations(creators: pd.DataFrame) -> pd.DataFrame:
    """Every measure of every design point in every population.

    Parameters
    ----------
    creators
        One row a creator and world: point, population, world, creator, followers, talent, early, late.

    Returns
    -------
    DataFrame
        One row a point and population, one column a measure.
    """
    rows = []
    for (point, population), group in creators.groupby(["point", "population"], sort=True):
        worlds = [world.sort_values("creator") for _, world in group.groupby("world", sort=True)]
        arrays = [
            np.array([world[name].to_numpy(np.float64) for world in worlds])
            for name in ("followers", "talent", "early", "late")
        ]
        measured = {name: measure(*arrays) for name, measure in MEASURES.items()}
        rows.append({"point": point, "population": population, **measured})
    return pd.DataFrame(rows)


def estimates(measured: pd.DataFrame, points: pd.DataFrame, family: str) -> pd.DataFrame:
    """Means over populations, one row a point and measure, with two intervals.

    ``low`` to ``high`` is Student's t interval of the mean. ``within_low`` to ``within_high`` is the same after the
    differences between populations are taken out (Cousineau 2005, with Morey's correction of 2008): it is the one to
    compare points of one family by, since all points meet the same populations.

    Parameters
    ----------
    measured
        From `within_populations`.
    points
        Levers of each point, indexed by point.
    family
        Lever by which points fall into families: the lines of a figure.
    """
    rows = []
    for name in MEASURES:
        values = measured.pivot(index="population", columns="point", values=name)
        for _, members in points.groupby(family):
            own = values[members.index]
            centred = own.sub(own.mean(axis=1), axis=0) * np.sqrt(len(members) / max(len(members) - 1, 1))
            for point in own.columns:
                found = t_interval(own[point].to_numpy(np.float64), CONFIDENCE)
                within = t_interval(centred[point].to_numpy(np.float64), CONFIDENCE)
                rows.append(
                    {
                        "point": point,
                        "measure": name,
                        "estimate": found.estimate,
                        "low": found.low,
                        "high": found.high,
                        "within_low": found.estimate + within.low - within.estimate,
                        "within_high": found.estimate + within.high - within.estimate,
                    }
                )
    return pd.DataFrame(rows).sort_values("point", kind="stable", ignore_index=True).join(points, on="point")


def effect(measured: pd.DataFrame, measure: str, start: int, end: int) -> Interval:
    """What going from one point to another changes, with Student's t interval over populations.

    Paired: both points have the same populations and luck, so the difference is taken within each population.
    """
    by_point = measured.set_index(["point", "population"])[measure]
    difference = by_point.loc[end] - by_point.loc[start]
    return t_interval(difference.to_numpy(np.float64), CONFIDENCE)


def trend(found: Interval) -> int:
    """1 where the interval of an effect lies above zero, -1 where below, 0 where it holds zero or is unknown."""
    if found.low > 0:
        return 1
    return -1 if found.high < 0 else 0


def point_where(points: pd.DataFrame, **levers: Any) -> int:
    """The one point with these values of these columns.

    Raises
    ------
    KeyError
        If there is none or more than one.
    """
    chosen = np.logical_and.reduce([np.isclose(points[name], value) for name, value in levers.items()])
    found: Sequence[int] = points.index[chosen].tolist()
    if len(found) != 1:
        raise KeyError(f"{len(found)} points have {levers}")
    return int(found[0])
