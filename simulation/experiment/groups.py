"""Groups of creators within one world, and what they have in common: rates, ratios of rates, followers."""

import math

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from simulation.analysis.tables import Tables

Floats = NDArray[np.float64]
Booleans = NDArray[np.bool_]


def thirds(trait: ArrayLike) -> tuple[Booleans, Booleans]:
    """Who is in the lowest third by a trait, and who in the highest: two masks of its shape (M,), equally many in both.

    Equals stand in the order of creators' numbers, which is an order by chance. M must be at least 2.
    """
    values = np.asarray(trait, dtype=np.float64)
    order, size = np.argsort(values, kind="stable"), max(1, values.size // 3)
    low, high = np.zeros((2, values.size), dtype=np.bool_)
    low[order[:size]] = True
    high[order[-size:]] = True
    return low, high


def rate(events: ArrayLike, exposure: ArrayLike, group: Booleans) -> float:
    """Events of a group over its exposure, both summed over its creators; NaN without exposure."""
    total = float(np.asarray(exposure, dtype=np.float64)[group].sum())
    return float(np.asarray(events, dtype=np.float64)[group].sum()) / total if total > 0 else math.nan


def excess(events: ArrayLike, exposure: ArrayLike, trait: ArrayLike) -> float:
    """By how many % the rate of the highest third by a trait exceeds that of the lowest; NaN where this is 0.

    Parameters
    ----------
    events, exposure, trait
        One number per creator each, (M,).
    """
    low, high = thirds(trait)
    base = rate(events, exposure, low)
    return 100.0 * (rate(events, exposure, high) / base - 1.0) if base > 0 else math.nan


def books(result: Tables, first: int = 0, last: int | None = None) -> pd.DataFrame:
    """Each creator's totals, in the order of numbers: gained, lost, views, likes, posts, and tie-days at risk.

    A tie-day is one follower held as a day begins; bought followers are followers here.

    Parameters
    ----------
    first, last
        Days that are summed over, both included; None for the last one.
    """
    days = result.creator_days
    days = days[days["day"].between(first, result.days - 1 if last is None else last)]
    table = days.assign(posts=days["posted"].astype(int), tie_days=days["followers"] - days["gained"] + days["lost"])
    return table.groupby("creator")[["gained", "lost", "views", "likes", "posts", "tie_days"]].sum()


def kept_strategy(result: Tables) -> tuple[int, Booleans]:
    """Day of the first intervention that makes creators keep to a strategy, and whom, (M,).

    The result must be one of a run, which has ``interventions``, and have such an intervention.
    """
    found = next(item for item in result.interventions if item.lever == "keep_strategy")  # type: ignore[attr-defined]
    chosen = np.zeros(len(result.creators), dtype=np.bool_)
    chosen[list(found.creators) or slice(None)] = True
    return found.day, chosen


def by_day(result: Tables, column: str) -> Floats:
    """A column of ``creator_days`` that holds numbers, (days, M)."""
    return result.creator_days[column].to_numpy(np.float64).reshape(result.days, -1)


def pearson(one: ArrayLike, other: ArrayLike) -> float:
    """Correlation of two arrays of one shape; NaN for fewer than 3 numbers, or where one of them does not vary."""
    x, y = (np.asarray(values, dtype=np.float64).ravel() for values in (one, other))
    if x.size < 3 or min(np.ptp(x), np.ptp(y)) < 1e-12:
        return math.nan
    return float(np.corrcoef(x, y)[0, 1])


def share_of(part: float, whole: float) -> float:
    """``part / whole``; NaN for a zero denominator."""
    return float(part) / float(whole) if whole else math.nan


def merit(result: Tables) -> float:
    """Rank correlation of followers with talent."""
    from simulation.analysis import rank_correlation

    creators = result.creators
    return rank_correlation(creators["followers"].to_numpy(np.float64), creators["talent"].to_numpy(np.float64))
