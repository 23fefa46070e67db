"""What an experiment found: its runs, and what they say about every expected result."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simulation.analysis import Interval, bootstrap_interval, t_interval
from simulation.analysis.expectation import FEWEST, holm, judge_defined
from simulation.analysis.wording import interval
from simulation.experiment.declare import Expectation, Experiment

if TYPE_CHECKING:
    from simulation.experiment.options import Options, Setting
    from simulation.experiment.robustness import Robustness
    from simulation.records import Result

CONFIDENCE = 0.95
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Findings:
    """What came out of the runs; handed to the figures and remarks of an experiment."""

    experiment: Experiment
    setting: Setting
    options: Options
    runs: pd.DataFrame
    """One row per run of the main study: arm, replicate, seed, luck, the outcomes, seconds."""
    effects: pd.DataFrame
    """One row per expectation, in order: see `judged`."""
    checks: pd.DataFrame
    """The same of what is true by construction."""
    robustness: Robustness
    details: pd.DataFrame
    """Details of all runs, one below the other, after arm and replicate; empty where the experiment keeps none."""
    further: pd.DataFrame | None = None
    """What a further study gave."""

    @property
    def quick(self) -> bool:
        """Whether it is too small to decide anything."""
        return self.options.quick or self.setting.size.replicates < FEWEST

    def values(self, outcome: str, arm: str) -> Floats:
        """An outcome in one arm, (replicates,), in the order of replicates."""
        rows = self.runs[self.runs["arm"] == arm].sort_values("replicate")
        return rows[outcome].to_numpy(np.float64)

    def mean(self, outcome: str, arm: str) -> Interval:
        """Mean of an outcome in one arm, with Student's t interval over replicates; undefined ones are left out."""
        return mean_of(self.values(outcome, arm))

    def difference(self, outcome: str, arm: str, than: str, *, relative: bool = False) -> Interval:
        """Mean paired difference of an outcome between two arms, in % of ``than`` if relative, with its t interval."""
        return t_interval(self.paired(outcome, arm, than, relative), CONFIDENCE)

    def paired(self, outcome: str, arm: str, than: str, relative: bool = False) -> pd.Series:
        """The same difference in every replicate."""
        return contrast(self.runs, Expectation("", outcome, arm, than, relative=relative))

    def said(self, outcome: str, arm: str, than: str | None = None, *, relative: bool = False) -> str:
        """`mean`, or with ``than`` `difference`, as text with its interval."""
        if than is None:
            return interval(self.mean(outcome, arm))
        return interval(self.difference(outcome, arm, than, relative=relative), "%" if relative else "", signed=True)

    def by_arm(self, outcome: str, arms: Iterable[str], than: str | None = None, *, relative: bool = False) -> str:
        """`said` of several arms, one after the other."""
        return "; ".join(f"{arm} {self.said(outcome, arm, than, relative=relative)}" for arm in arms)

    def wide(self, arm: str, column: str, by: str = "day") -> pd.DataFrame:
        """A column of the details in one arm: replicates (rows) by another column."""
        rows = self.details[self.details["arm"] == arm]
        return rows.pivot(index="replicate", columns=by, values=column).astype(np.float64)

    def again(self) -> Result:
        """The first replicate of the base arm, simulated once more."""
        from simulation.experiment.world import World
        from simulation.study import Replicate, Run

        base, size = self.experiment.base, self.setting.size
        row = self.runs[(self.runs["arm"] == base.name) & (self.runs["replicate"] == 0)].iloc[0]
        constants = {**self.experiment.constants, **self.setting.constants}
        seeds = Replicate(0, 0, int(row["seed"]), int(row["luck"]))
        run = Run(0, base.values, constants, seeds, size.days, base.interventions_at(size))
        return World(run, self.setting.graph, self.experiment.record, base.scenario).simulated().result()


def mean_of(values: Floats | pd.Series) -> Interval:
    """Mean with Student's t interval, undefined values left out."""
    known = np.asarray(values, dtype=np.float64)
    return t_interval(known[np.isfinite(known)], CONFIDENCE)


def resampled(table: Floats, statistic: Callable[[Floats], float], resamples: int) -> Interval:
    """A statistic of a table of replicates (rows), with its 95% percentile bootstrap interval over them.

    Parameters
    ----------
    statistic
        Of a table of some of the rows; bounds are NaN where it is NaN in one resample.
    """

    def of(rows: Floats) -> float:
        return statistic(table[rows.astype(np.int64)])

    return bootstrap_interval(np.arange(len(table)), of, method="percentile", resamples=resamples)


def contrast(runs: pd.DataFrame, expected: Expectation, by: str = "replicate") -> pd.Series:
    """The number an expectation is about, one per replicate, sorted by it; NaN where it is undefined.

    Parameters
    ----------
    runs
        One row per run, with ``arm``, the outcome, and what pairs runs.
    by
        Column that pairs runs.
    """
    wide = runs.pivot(index=by, columns="arm", values=expected.outcome).astype(np.float64)
    wide = wide.reindex(columns=list(dict.fromkeys(expected.arms)))
    if expected.than is None:
        return wide[expected.arm]
    found = _difference(wide, expected.arm, expected.than, expected.relative)
    if expected.beyond is not None:
        found = found - _difference(wide, *expected.beyond, expected.relative)
    return found.replace([math.inf, -math.inf], math.nan)


def _difference(wide: pd.DataFrame, arm: str, than: str, relative: bool) -> pd.Series:
    difference = wide[arm] - wide[than]
    return 100.0 * difference / wide[than].abs() if relative else difference


def inside(values: Floats, expected: Expectation) -> NDArray[np.bool_]:
    """Which numbers lie within the bounds."""
    return (values > expected.low) & (values < expected.high)


def judged(
    experiment: Experiment, runs: pd.DataFrame, expectations: Sequence[Expectation], *, quick: bool = False
) -> pd.DataFrame:
    """What the replicates say about every expectation, one row each.

    ``estimate``, ``low``, ``high``: mean over replicates with Student's t interval at 95%; ``n`` replicates in which
    the number is defined, ``inside`` of them within the bounds ``bound_low`` to ``bound_high``; ``in_arm``,
    ``in_than``: means of the outcome. ``p``, ``adjusted_p`` (Holm over the expectations) and ``verdict``: see
    `simulation.analysis.expectation`.
    """
    numbers = [contrast(runs, expected).to_numpy(np.float64) for expected in expectations]
    judgements = [judge_defined(*pair, CONFIDENCE) for pair in zip(expectations, numbers, strict=True)]
    adjusted = holm([judgement.p for judgement in judgements])
    rows = []
    for expected, values, judgement, p in zip(expectations, numbers, judgements, adjusted, strict=True):
        means = runs.groupby("arm")[expected.outcome].mean()
        few_defined = not quick and judgement.size < FEWEST <= values.size
        unit = "%" if expected.relative else experiment.quantity(expected.outcome).unit
        rows.append(
            {
                "says": expected.says,
                "outcome": expected.outcome,
                "arm": expected.arm,
                "than": expected.than or "",
                "compared": expected.compared,
                "relative": expected.relative,
                "unit": "" if unit == "1" else unit,
                "bound_low": expected.low,
                "bound_high": expected.high,
                "in_arm": float(means[expected.arm]),
                "in_than": math.nan if expected.than is None else float(means[expected.than]),
                "n": judgement.size,
                "undefined": values.size - judgement.size,
                "inside": int(inside(values, expected).sum()),
                "estimate": judgement.found.estimate,
                "low": judgement.found.low,
                "high": judgement.found.high,
                "p": judgement.p,
                "adjusted_p": float(p),
                "verdict": "undecided" if few_defined else judgement.verdict(float(p), quick=quick),
            }
        )
    return pd.DataFrame(rows)
