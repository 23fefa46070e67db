"""Losing followers: spells of following, the hazard of unfollowing per tie-day, churn.

A tie followed on day s is at risk of being dropped on days s + 1, s + 2, ... up to the day it is dropped, or to the
last day of the run. One tie at risk on one day is one **tie-day**; the hazard is unfollows per tie-day (occurrence over
exposure), which counts ties still alive at the end for just what they were seen to survive.

A tie that ends because its user leaves the platform is no decision about the creator: it was at risk up to that day and
was not dropped, like a tie still alive at the end (censoring by a competing event). Churn, which is what creators lose,
counts it.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from simulation.analysis.intervals import rate_intervals
from simulation.analysis.tables import BoolArray, IntArray
from simulation.arguments import whole_number
from simulation.errors import ParameterError, ResultError

NEW_TIE_DAYS = 30
"""Days for which a tie counts as new."""


@dataclass(frozen=True)
class TieSpells:
    """Every unbroken stretch of one user following one creator; all arrays (spells,).

    ``start`` is the day of following, -1 for ties from before day 0, whose true age is unknown. ``end`` is the day of
    unfollowing where ``unfollowed``, otherwise the day on which the user left the platform, or the last of the run.
    """

    user: IntArray
    creator: IntArray
    start: IntArray
    end: IntArray
    unfollowed: BoolArray

    @property
    def duration(self) -> IntArray:
        """Tie-days of each spell: days at risk, the day of unfollowing included."""
        return self.end - self.start


def tie_spells(events: pd.DataFrame, follows: pd.DataFrame, days: int) -> TieSpells:
    """Spells of following, put together from the event log and the follows at the end.

    An unfollow with no follow before it ends a tie from before day 0; a follow with no unfollow after it lasts to the
    end.

    Args:
        events: columns day, user, creator, kind ("follow" or "unfollow"), cause, in the order they happened.
        follows: the ties at the end, columns user, creator, day (negative: from before day 0).
        days: days run.

    Raises:
        ResultError: the log has two follows (or unfollows) of one tie in a row, or its open ties are not those in
            ``follows``: the two tables are not of one run, or one is incomplete.
    """
    user, creator, day = (events[name].to_numpy(np.int64) for name in ("user", "creator", "day"))
    left = (events["kind"] == "unfollow").to_numpy(bool)
    departed = (events["cause"] == "departure").to_numpy(bool)
    key = user * (int(creator.max(initial=0)) + 1) + creator
    order = np.lexsort((day, key))
    user, creator, day, left, key = user[order], creator[order], day[order], left[order], key[order]
    dropped = ~departed[order][left]

    again = np.zeros(key.size, dtype=bool)
    again[1:] = key[1:] == key[:-1]
    if (left[1:] == left[:-1])[again[1:]].any():
        raise ResultError("the event log has the same tie followed or unfollowed twice in a row: it is not complete")
    before = np.full(key.size, -1, dtype=np.int64)
    before[1:] = np.where(again[1:], day[:-1], -1)
    still = ~left & ~np.append(again[1:], np.zeros(min(key.size, 1), dtype=bool))

    initial = follows[follows["day"].to_numpy() < 0]
    if int(still.sum()) != len(follows) - len(initial):
        raise ResultError(
            f"the event log leaves {int(still.sum())} ties open and the follows at the end hold "
            f"{len(follows) - len(initial)} that began during the run: the tables are not of one run"
        )
    n_initial = len(initial)
    return TieSpells(
        user=np.concatenate([user[left], user[still], initial["user"].to_numpy(np.int64)]),
        creator=np.concatenate([creator[left], creator[still], initial["creator"].to_numpy(np.int64)]),
        start=np.concatenate([before[left], day[still], np.full(n_initial, -1)]),
        end=np.concatenate([day[left], np.full(int(still.sum()) + n_initial, days - 1)]),
        unfollowed=np.concatenate([dropped, np.zeros(int(still.sum()) + n_initial, dtype=bool)]),
    )


def tie_days(daily: pd.DataFrame) -> int:
    """Tie-days of a run: ties at the start of each day, summed over days (columns follow_edges, follows, unfollows)."""
    ties = daily["follow_edges"].to_numpy(np.int64)
    gained, lost = daily["follows"].to_numpy(np.int64), daily["unfollows"].to_numpy(np.int64)
    return int((ties - gained + lost).sum())


def unfollow_hazard(daily: pd.DataFrame) -> float:
    """Unfollows per tie-day over a whole run, from the daily totals alone; NaN where no tie was ever at risk.

    Ties that ended because the user left the platform are at risk up to that day, and no unfollows (columns of
    `tie_days`, and unfollows_by_departure).
    """
    exposure = tie_days(daily)
    unfollows = int(daily["unfollows"].sum()) - int(daily["unfollows_by_departure"].sum())
    return unfollows / exposure if exposure else float("nan")


def age_edges(oldest: int, bins: int = 12) -> IntArray:
    """Edges of age bins in days, about evenly spaced in the logarithm, whole and distinct, from 1 to ``oldest`` + 1."""
    return np.unique(np.round(np.geomspace(1, max(oldest, 1) + 1, bins + 1)).astype(np.int64))


def hazard_by_age(spells: TieSpells, edges: ArrayLike | None = None, confidence: float = 0.95) -> pd.DataFrame:
    """Hazard of unfollowing by age of the tie, of ties whose beginning was seen.

    Ties from before day 0 are left out: their age is unknown. At age a are at risk all spells of at least a tie-days.

    Args:
        spells: from `tie_spells`.
        edges: (bins + 1,), ascending whole days >= 1; bin k holds ages edges[k] .. edges[k + 1] - 1. Default:
            `age_edges`.
        confidence: of the Poisson intervals.

    Returns:
        One row per bin: age_low, age_high (last day included), unfollows, tie_days, hazard, low, high.

    Raises:
        ParameterError: ``edges`` are not ascending whole numbers >= 1.
    """
    seen = spells.start >= 0
    duration, unfollowed = spells.duration[seen], spells.unfollowed[seen]
    oldest = int(duration.max(initial=1))
    cut = age_edges(oldest) if edges is None else np.asarray(edges, dtype=np.int64)
    if cut.ndim != 1 or cut.size < 2 or cut[0] < 1 or (np.diff(cut) <= 0).any():
        raise ParameterError("edges must be at least two ascending whole numbers of days, the first at least 1")
    length = max(oldest, int(cut[-1])) + 1
    lost = np.bincount(duration[unfollowed], minlength=length)
    at_risk = np.bincount(duration, minlength=length)[::-1].cumsum()[::-1]
    lost_until, risk_until = np.append(0, lost.cumsum()), np.append(0, at_risk.cumsum())
    unfollows, exposure = np.diff(lost_until[cut]), np.diff(risk_until[cut])
    hazard, low, high = rate_intervals(unfollows, exposure, confidence)
    return pd.DataFrame(
        {
            "age_low": cut[:-1],
            "age_high": cut[1:] - 1,
            "unfollows": unfollows,
            "tie_days": exposure,
            "hazard": hazard,
            "low": low,
            "high": high,
        }
    )


def new_to_old_hazard(spells: TieSpells, new_days: int = NEW_TIE_DAYS) -> float:
    """Hazard of new ties (their first ``new_days`` days) over that of older ones.

    A tie from before day 0 counts as old once it has been seen for more than ``new_days`` days, and not at all before
    that: its true age is then unknown. NaN where either kind was never at risk or no old tie was dropped.
    """
    duration, unfollowed, seen = spells.duration, spells.unfollowed, spells.start >= 0
    new_risk = int(np.minimum(duration[seen], new_days).sum())
    new_lost = int((unfollowed & seen & (duration <= new_days)).sum())
    old_risk = int(np.maximum(duration - new_days, 0).sum())
    old_lost = int((unfollowed & (duration > new_days)).sum())
    if not new_risk or not old_lost:
        return float("nan")
    return (new_lost / new_risk) / (old_lost / old_risk)


def churn_by_period(daily: pd.DataFrame, period: int = 30) -> pd.DataFrame:
    """Churn by period: unfollows in the period, by whatever cause, over ties at its start, in whole periods from day 0.

    Args:
        daily: columns follow_edges, follows, unfollows, one row per day.
        period: days, >= 1. Days left over at the end are not counted.

    Returns:
        One row per period: first_day, last_day, ties (at its start), unfollows, churn (NaN where there were no ties).

    Raises:
        ParameterError: ``period`` is below 1.
    """
    whole_number("period", period)
    periods = len(daily) // period
    first = np.arange(periods) * period
    lost = daily["unfollows"].to_numpy(np.int64)
    at_start = (daily["follow_edges"].to_numpy(np.int64) - daily["follows"].to_numpy(np.int64) + lost)[first]
    unfollows = lost[: periods * period].reshape(periods, period).sum(axis=1)
    rate = np.divide(unfollows, at_start, out=np.full(periods, np.nan), where=at_start > 0)
    return pd.DataFrame(
        {"first_day": first, "last_day": first + period - 1, "ties": at_start, "unfollows": unfollows, "churn": rate}
    )
