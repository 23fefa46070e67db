"""Whether followers come in bursts: waiting times between them, and counts by day, beside those of pure chance."""

import numpy as np
from numpy.typing import ArrayLike

from simulation.analysis.growth import daily_gains, unevenness
from simulation.vectors import deviation, mean


def dispersion(gains: ArrayLike) -> float:
    """Variance over mean of daily gains (days,): 1 for followers who come independently at one rate, more for bursts.

    NaN where nobody came or there are fewer than two days.

    Raises:
        ParameterError: not one-dimensional, or a gain is negative.
    """
    x = daily_gains(gains)
    spread = deviation(x, ddof=1)
    return spread * spread / mean(x) if x.size > 1 and x.any() else float("nan")


def waiting_burstiness(gains: ArrayLike) -> float:
    """Burstiness (s - m) / (s + m) of the days between followers (Goh and Barabasi 2008), from daily gains (days,).

    Followers of one day are taken to come evenly through it. 0 for a Poisson process, -1 for a clock, towards 1 for
    bursts. NaN for fewer than three followers.

    Raises:
        ParameterError: not one-dimensional, or a gain is negative.
    """
    count = daily_gains(gains).astype(np.int64)
    if int(count.sum()) < 3:
        return float("nan")
    day = np.repeat(np.arange(count.size), count)
    rank = np.arange(day.size) - np.repeat(np.cumsum(count) - count, count)
    return unevenness(np.diff(day + (rank + 0.5) / count[day]))
