"""Does the simulated world look like the real one? Measures of a run beside the bands that data and studies give."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from simulation.analysis.churn import NEW_TIE_DAYS, new_to_old_hazard, tie_spells, unfollow_hazard
from simulation.analysis.engagement import follows_per_user_day, likes_per_exposure, likes_per_follow
from simulation.analysis.expectation import Expectation
from simulation.analysis.inequality import gini, top_share
from simulation.analysis.intervals import t_interval
from simulation.analysis.tables import Tables, followers_of
from simulation.analysis.wording import aligned, bounds, number, span
from simulation.errors import ParameterError


@dataclass(frozen=True, kw_only=True)
class Target(Expectation):
    """A number that a run at defaults should show, by its mean over seeds, and how it is measured."""

    measure: Callable[[Tables], float]


def _new_to_old(result: Tables) -> float:
    return new_to_old_hazard(tie_spells(result.events, result.follows, result.days))


KUAIRAND = "KuaiRand (Gao et al. 2022)"
LOGS = "short-video logs"
UNFOLLOWING = "Kwak et al. 2011; Kivran-Swaine et al. 2011; Quercia et al. 2012"

# fmt: off
TARGETS: tuple[Target, ...] = tuple(
    Target(says, name=says, low=low, high=high, unit=unit, source=source, measure=measure)
    for says, low, high, unit, source, measure in (
        ("follower Gini", 0.80, 0.97, "", KUAIRAND, lambda r: gini(followers_of(r))),
        ("top 10% share", 0.70, 0.95, "of followers", KUAIRAND, lambda r: top_share(followers_of(r))),
        ("follows", 0.13, 0.20, "per user-day", LOGS, lambda r: follows_per_user_day(r.daily)),
        ("likes per follow", 12.0, 14.0, "", LOGS, lambda r: likes_per_follow(r.daily)),
        ("likes", 0.02, 0.15, "per exposure", LOGS, lambda r: likes_per_exposure(r.daily)),
        ("unfollow hazard", 0.0013, 0.0026, "per tie-day", UNFOLLOWING, lambda r: unfollow_hazard(r.daily)),
        (f"hazard, first {NEW_TIE_DAYS} days / later", 1.0, math.inf, "ratio", UNFOLLOWING, _new_to_old),
    )
)
# fmt: on


def check(results: Sequence[Tables], targets: Sequence[Target] = TARGETS) -> pd.DataFrame:
    """Measure each target on each result (one a seed) and compare the mean with its band.

    Args:
        results: runs that differ in seed only, at least one.
        targets: what to measure.

    Returns:
        One row per target: target, low, high, unit, mean, interval_low, interval_high (Student's 95% interval of the
        mean over seeds, NaN for one run), seeds, passed (the mean is a number within low .. high), source.

    Raises:
        ParameterError: there is no result to check.
    """
    if not results:
        raise ParameterError("there is no result to check; at least one run is needed")
    rows = []
    for target in targets:
        found = t_interval([target.measure(result) for result in results])
        row = {"target": target.says, "low": target.low, "high": target.high, "unit": target.unit}
        row |= dict(zip(("mean", "interval_low", "interval_high"), found[:3], strict=True))
        rows.append(row | {"seeds": len(results), "passed": target.contains(found.estimate), "source": target.source})
    return pd.DataFrame(rows)


def format_check(table: pd.DataFrame) -> str:
    """The table of `check` as aligned text: one line per target, and how many are within their band."""
    rows = [
        (
            row["target"],
            number(row["mean"]),
            span(row["interval_low"], row["interval_high"]) if row["seeds"] > 1 else "-",
            bounds(row["low"], row["high"]) if np.isinf(row["high"]) else span(row["low"], row["high"]),
            row["unit"],
            "within" if row["passed"] else "OUTSIDE",
            row["source"],
        )
        for row in table.to_dict("records")
    ]
    head = ("target", "measured", "95% interval", "band", "unit", "", "source")
    return f"{aligned(head, rows)}\n{int(table['passed'].sum())} of {len(table)} within their band"
