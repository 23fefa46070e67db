"""How followers come: steadily or in bursts."""

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from simulation.analysis.tables import FloatArray
from simulation.errors import ParameterError
from simulation.vectors import deviation, mean


def burstiness(gains: ArrayLike) -> float:
    """Burstiness B = (s - m) / (s + m) of daily gains (days,), in [-1, 1); m their mean, s their standard deviation.

    -1 where every day brings the same, 0 near 0 mean and spread alike, towards 1 where a few days bring everything. The
    coefficient of Goh & Barabasi (2008), applied to counts rather than waiting times. No gains, or no days: NaN.

    Raises:
        ParameterError: not one-dimensional, or a gain is negative.
    """
    x = daily_gains(gains)
    return unevenness(x) if x.any() else float("nan")


def daily_gains(gains: ArrayLike) -> FloatArray:
    """Gains as numbers; ParameterError unless one-dimensional and at least 0."""
    x = np.asarray(gains, dtype=np.float64)
    if x.ndim != 1 or (x < 0).any():
        raise ParameterError("gains must be one row of numbers of at least 0, one a day")
    return x


def unevenness(x: FloatArray) -> float:
    """Return (s - m) / (s + m) of numbers with mean m and standard deviation s."""
    usual, spread = mean(x), deviation(x)
    return (spread - usual) / (spread + usual)


def by_creator(creator_days: pd.DataFrame, column: str) -> FloatArray:
    """One column of the per-creator daily table as (creators, days), in order of creator and day; absent: NaN."""
    table = creator_days.pivot(index="creator", columns="day", values=column)
    return table.sort_index().sort_index(axis=1).to_numpy(np.float64)


def creator_burstiness(creator_days: pd.DataFrame) -> FloatArray:
    """`burstiness` of each creator's daily gains, (creators,), days before a creator joined left out.

    Followers who were bought did not come: columns gained and gained_bought.
    """
    came = by_creator(creator_days.assign(came=creator_days["gained"] - creator_days["gained_bought"]), "came")
    return np.array([burstiness(row[np.isfinite(row)]) for row in came])


def peak_and_decline(followers: ArrayLike) -> tuple[int, float]:
    """Day of the most followers (the first of them) and the share of that peak lost by the end, ``followers`` (days,).

    Raises:
        ParameterError: no days, or more than one dimension.
    """
    x = np.asarray(followers, dtype=np.float64)
    if x.ndim != 1 or x.size == 0:
        raise ParameterError("followers must be one row of at least one day")
    peak = int(x.argmax())
    return peak, float(1 - x[-1] / x[peak]) if x[peak] > 0 else 0.0
