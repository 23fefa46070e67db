"""What an experiment in arms found: its runs, and what they say of every expectation."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simulation.analysis import Interval, t_interval
from simulation.analysis.tables import rows_of
from simulation.experiment.declare import ArmsExperiment, Expectation
from simulation.study.directions.claims import FAMILY_ALPHA, Claim, holm, judge

if TYPE_CHECKING:
    from simulation.experiment.options import Options, Setting
    from simulation.experiment.robustness import Robustness

CONFIDENCE = 0.95
Verdict = Literal["holds", "fails", "undecided"]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Findings:
    """What came out of the runs; handed to the figures and remarks of an experiment."""

    experiment: ArmsExperiment
    setting: Setting
    options: Options
    runs: pd.DataFrame
    """One row a run of the main study: arm, replicate, seed, luck, the outcomes, seconds."""
    effects: pd.DataFrame
    """One row an expectation, in order: see `judged`."""
    robustness: Robustness
    details: pd.DataFrame
    """Details of all runs, one below the other, after arm and replicate; empty where the experiment keeps none."""

    def values(self, outcome: str, arm: str) -> Floats:
        """An outcome in one arm, (replicates,), in the order of replicates."""
        rows = self.runs[self.runs["arm"] == arm].sort_values("replicate")
        return rows[outcome].to_numpy(np.float64)

    def mean(self, outcome: str, arm: str) -> Interval:
        """Mean of an outcome in one arm, with Student's t interval over replicates."""
        return t_interval(self.values(outcome, arm), CONFIDENCE)

    def difference(self, outcome: str, arm: str, than: str, *, relative: bool = False) -> Interval:
        """Mean paired difference of an outcome between two arms, in % of ``than`` if relative, with its t interval."""
        return t_interval(contrast(self.runs, Expectation("", outcome, arm, than, relative=relative)), CONFIDENCE)

    @property
    def verdict(self) -> str:
        """What the expectations say together: holds, holds in part, fails, or is undecided."""
        return verdict_of(self.effects["verdict"].tolist())


def contrast(runs: pd.DataFrame, expected: Expectation, by: str = "replicate") -> pd.Series:
    """The number an expectation is about, one for each replicate, sorted by it; NaN where it is not defined.

    Parameters
    ----------
    runs
        One row a run, with ``arm``, the outcome, and what pairs runs.
    by
        Column that pairs runs.
    """
    wide = runs.pivot(index=by, columns="arm", values=expected.outcome).astype(np.float64)
    if expected.than is None:
        return wide[expected.arm]
    found = _difference(wide, expected.arm, expected.than, expected.relative)
    if expected.beyond is not None:
        found = found - _difference(wide, *expected.beyond, expected.relative)
    return found.replace([math.inf, -math.inf], math.nan)


def _difference(wide: pd.DataFrame, arm: str, than: str, relative: bool) -> pd.Series:
    difference = wide[arm] - wide[than]
    return 100.0 * difference / wide[than].abs() if relative else difference


def unit_of(experiment: ArmsExperiment, expected: Expectation) -> str:
    """Unit of the number an expectation is about; empty for a pure number."""
    unit = "%" if expected.relative else experiment.outcomes[expected.outcome].unit
    return "" if unit == "1" else unit


def inside(values: Floats, expected: Expectation) -> NDArray[np.bool_]:
    """Which numbers lie where the expectation has them."""
    low, high = expected.bounds
    return (values > low) & (values < high)


def judged(experiment: ArmsExperiment, runs: pd.DataFrame) -> pd.DataFrame:
    """What the replicates say of every expectation, one row each.

    ``estimate``, ``low``, ``high``: mean over replicates with Student's t interval at 95%; ``n`` replicates in which
    the number is defined, ``inside`` of them within the bounds ``bound_low`` to ``bound_high``; ``in_arm``,
    ``in_than``: means of the outcome. ``p``: one-sided t-test for each bound, the worse of two (`claims.judge`);
    ``adjusted_p``: by Holm over the expectations. ``verdict``: holds where ``adjusted_p`` is below 5%, fails where the
    interval lies beyond a bound, undecided otherwise.
    """
    rows = [_row(experiment, runs, expected) for expected in experiment.expectations]
    table = pd.DataFrame(rows)
    table["adjusted_p"] = holm(table["p"].tolist())
    table["verdict"] = [_verdict(row) for row in rows_of(table)]
    return table


def _row(experiment: ArmsExperiment, runs: pd.DataFrame, expected: Expectation) -> dict[str, object]:
    numbers = contrast(runs, expected).to_numpy(np.float64)
    defined = numbers[np.isfinite(numbers)]
    low, high = expected.bounds
    if defined.size < 2:
        found, p = t_interval(defined, CONFIDENCE), 1.0
    else:
        verdict = judge(Claim(expected.outcome, expected.says, "", low, high), defined, CONFIDENCE)
        found, p = verdict.found, verdict.p
    means = runs.groupby("arm")[expected.outcome].mean()
    return {
        "says": expected.says,
        "outcome": expected.outcome,
        "arm": expected.arm,
        "than": expected.than or "",
        "compared": expected.compared,
        "relative": expected.relative,
        "unit": unit_of(experiment, expected),
        "bound_low": low,
        "bound_high": high,
        "in_arm": float(means[expected.arm]),
        "in_than": math.nan if expected.than is None else float(means[expected.than]),
        "n": int(defined.size),
        "undefined": int(numbers.size - defined.size),
        "inside": int(inside(defined, expected).sum()),
        "estimate": found.estimate,
        "low": found.low,
        "high": found.high,
        "p": p,
    }


def _verdict(row: dict[str, float]) -> Verdict:
    if row["adjusted_p"] < FAMILY_ALPHA:
        return "holds"
    beyond = row["high"] < row["bound_low"] or row["low"] > row["bound_high"]
    return "fails" if beyond else "undecided"


def verdict_of(verdicts: list[Verdict]) -> str:
    """One verdict from those of all expectations."""
    if all(verdict == "holds" for verdict in verdicts):
        return "holds"
    if any(verdict == "holds" for verdict in verdicts):
        return "holds in part"
    return "fails" if "fails" in verdicts else "is undecided"
