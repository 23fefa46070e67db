"""Is the simulated platform at rest, and does it look like real ones at every age? Measures over all users."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from simulation.analysis.churn import unfollow_hazard
from simulation.analysis.engagement import likes_per_exposure
from simulation.analysis.expectation import Expectation
from simulation.analysis.inequality import gini, top_share
from simulation.analysis.intervals import t_interval
from simulation.analysis.tables import FloatArray, Tables
from simulation.analysis.targets import KUAIRAND, LOGS, UNFOLLOWING
from simulation.analysis.wording import aligned, bounds, interval, span
from simulation.errors import ParameterError

AGES = (0, 180, 360, 1080)
"""Days on which a world is looked at."""
WINDOW = 90
"""Days from each of these over which what happens is counted."""
SAMPLES = f"{KUAIRAND}: 95% of samples of 5,000 users"
PEW = "36 of 154, Pew Research Center 2024; 48 of 155, KuaiRand"


@dataclass(frozen=True)
class Look:
    """A world on one day: everybody's followers and follows, and the days that follow.

    Attributes
    ----------
    followers, followed
        Of each user, whether they create or not, (N,).
    net
        Change of all ties in the days that follow, had as many ended by departures as is to be expected.
    daily
        Rows of these days.
    """

    followers: FloatArray
    followed: FloatArray
    net: float
    daily: pd.DataFrame


def look(now: Tables, later: Tables, departure_rate: float = 0.0) -> Look:
    """A world by its tables on one day, and some days later.

    Where people leave, with a probability ``departure_rate`` a day, each tie has two who may, the follower and the
    creator. What their leaving takes is counted as expected, not as it happened: whether one star leaves within the
    days would else decide how much all ties change.
    """
    users, creators = len(now.users), now.creators
    followers = np.bincount(creators["user"], creators["followers"], users).astype(np.float64)
    followed = np.bincount(now.follows["user"], minlength=users).astype(np.float64)
    daily = later.daily.iloc[now.days :]
    net = float(len(later.follows) - len(now.follows))
    if departure_rate > 0.0:
        held = len(now.follows) + int(daily["follow_edges"].iloc[:-1].sum())
        net += int(daily["unfollows_by_departure"].sum()) - 2.0 * departure_rate * held
    return Look(followers, followed, net, daily)


@dataclass(frozen=True, kw_only=True)
class RestTarget(Expectation):
    """A number that a world at rest should show at every age, by its mean over seeds.

    Attributes
    ----------
    measure
        What gives it.
    fitted
        Whether parameters were set by hand against it; otherwise nothing was.
    holds
        A number that the interval must hold; None: any.
    """

    measure: Callable[[Look], float]
    fitted: bool = True
    holds: float | None = None

    def met(self, found: Sequence[float]) -> bool:
        """Whether mean and interval (estimate, low, high) are as they should be; of one seed there is no interval."""
        estimate, low, high = found[:3]
        held = self.holds is None or not (low > self.holds or high < self.holds)
        return held and self.contains(estimate)


def _median_ratio(seen: Look) -> float:
    followed = float(np.median(seen.followed))
    return float(np.median(seen.followers)) / followed if followed else float("nan")


def _net(seen: Look) -> float:
    follows = int(seen.daily["follows"].sum())
    return seen.net / follows if follows else float("nan")


# fmt: off
AT_REST: tuple[RestTarget, ...] = tuple(
    RestTarget(says, name=says, low=low, high=high, unit=unit, source=source, measure=measure,
               holds=0.0 if says == "net" else None)
    for says, low, high, unit, source, measure in (
        ("follower Gini", 0.83, 0.94, "", SAMPLES, lambda seen: gini(seen.followers)),
        ("top 10% share", 0.73, 0.91, "of followers", SAMPLES, lambda seen: top_share(seen.followers)),
        ("most followed", 0.0, 0.2, "of users", "goal, at 20,000 users",
         lambda seen: float(seen.followers.max(initial=0.0)) / seen.followers.size),
        ("median followers", 0.23, 0.31, "of median followed", PEW, _median_ratio),
        ("unfollow hazard", 0.0013, 0.0026, "per tie-day", UNFOLLOWING, lambda seen: unfollow_hazard(seen.daily)),
        ("likes", 0.02, 0.15, "per exposure", LOGS, lambda seen: likes_per_exposure(seen.daily)),
        ("net", -0.1, 0.1, "of follows begun", "a world at rest: 0 in the interval", _net),
    )
)
# fmt: on


def check_at_rest(
    lives: Sequence[Sequence[Look]], ages: Sequence[int] = AGES, targets: Sequence[RestTarget] = AT_REST
) -> pd.DataFrame:
    """Measure each target at each age and compare the mean over seeds with its band, which is the same at all ages.

    Args:
        lives: for each seed, at least one, a look at each age.
        ages: days of the looks.
        targets: what to measure.

    Returns:
        One row per target and age: target, age, low, high, unit, mean, interval_low, interval_high (Student's 95%
        interval of the mean over seeds, NaN for one seed), seeds, fitted, passed, source.

    Raises:
        ParameterError: there is nothing to check.
    """
    if not lives:
        raise ParameterError("there is no world to check; at least one seed is needed")
    rows = []
    for target in targets:
        for k, age in enumerate(ages):
            found = t_interval([target.measure(looks[k]) for looks in lives])
            row = {"target": target.says, "age": age, "low": target.low, "high": target.high, "unit": target.unit}
            row |= dict(zip(("mean", "interval_low", "interval_high"), found[:3], strict=True))
            row |= {"seeds": len(lives), "fitted": target.fitted, "passed": target.met(found)}
            rows.append(row | {"source": target.source})
    return pd.DataFrame(rows)


def format_at_rest(table: pd.DataFrame) -> str:
    """The table of `check_at_rest` as aligned text: one line per target, its ages side by side."""
    ages = list(dict.fromkeys(table["age"]))
    lines = []
    for name, group in table.groupby("target", sort=False):
        rows = group.to_dict("records")
        first, outside = rows[0], [str(row["age"]) for row in rows if not row["passed"]]
        lines.append(
            (
                str(name),
                *(interval((row["mean"], row["interval_low"], row["interval_high"])) for row in rows),
                bounds(first["low"], first["high"]) if np.isinf(first["high"]) else span(first["low"], first["high"]),
                first["unit"],
                "fitted" if first["fitted"] else "predicted",
                f"OUTSIDE on day {', '.join(outside)}" if outside else "within",
                first["source"],
            )
        )
    head = ("target", *(f"day {age}" for age in ages), "band", "unit", "", "", "source")
    return f"{aligned(head, lines)}\n{int(table['passed'].sum())} of {len(table)} within their band"
