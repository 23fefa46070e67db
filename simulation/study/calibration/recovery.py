"""Recovery: whether a calibration finds parameters that are known, because the data were simulated with them.

If it is right, intervals at 90% hold the truth in 90% of such trials, and the share of the posterior below the truth is
uniform (simulation-based calibration: Talts et al., arXiv:1804.06788, 2018). How far medians are from the truth says
how much the observations tell about each parameter at all.
"""

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from simulation.analysis.wording import aligned, markdown_table, number
from simulation.arguments import whole_number
from simulation.errors import FollowerDynamicsError
from simulation.randomness import check_seed
from simulation.study.calibration.calibrate import calibrate
from simulation.study.calibration.posterior import Calibration
from simulation.study.calibration.problem import (
    Floats,
    Observation,
    Problem,
    Ranged,
    Simulator,
    checked_problem,
    share_of,
)
from simulation.study.design.space import latin_hypercube_shares
from simulation.study.run.watch import Watch
from simulation.study.run.work import crew

TRIALS = 3
"""Spawn key of the truths, and of the errors of the data simulated with them."""
UNIFORM_SD = 12.0**-0.5
"""Standard deviation of a share of which nothing is known."""


@dataclass(frozen=True)
class Recovery:
    """Trials with known truths, one row of ``trials`` a trial and parameter.

    Columns: trial, parameter, truth, median, low, high (values), error (median - truth, as shares of the range),
    below (share of the posterior below the truth), covered (truth within the interval).
    """

    trials: pd.DataFrame
    level: float
    left_out: tuple[str, ...] = ()
    """Why trials were left out, one sentence each: their data were nothing one could calibrate to. Intervals are right
    whatever is observed, so leaving out by the data does not change what to expect of the others."""

    def table(self) -> pd.DataFrame:
        """One row per parameter.

        Columns: ``trials``; ``coverage``, ``coverage_low``, ``coverage_high`` (share of trials whose interval holds the
        truth; where it should be with 95% probability if intervals are right); ``error`` (root mean square, along the
        range); ``left`` (that error over the spread of the prior: 1 nothing recovered, 0 exactly); ``correlation`` of
        medians with truths; ``uniform_p`` (Kolmogorov and Smirnov: probability of shares below the truth as uneven as
        these, if they are uniform).
        """
        from scipy.stats import binom, kstest

        rows = {}
        for name, group in self.trials.groupby("parameter", sort=False):
            count = len(group)
            low, high = (float(binom.ppf(tail, count, self.level)) / count for tail in (0.025, 0.975))
            error = float(np.sqrt(np.mean(np.square(group["error"]))))
            rows[str(name)] = {
                "trials": count,
                "coverage": float(group["covered"].mean()),
                "coverage_low": low,
                "coverage_high": high,
                "error": error,
                "left": error / UNIFORM_SD,
                "correlation": float(np.corrcoef(group["truth"], group["median"])[0, 1]) if count > 2 else np.nan,
                "uniform_p": float(kstest(group["below"], "uniform").pvalue),
            }
        return pd.DataFrame.from_dict(rows, orient="index").rename_axis("parameter")

    def _cells(self) -> tuple[list[str], list[list[str]]]:
        rows = [
            {
                "parameter": str(name),
                "trials": number(row["trials"], 0),
                f"within {100 * self.level:g}% interval": number(row["coverage"], 2),
                "expected": f"{number(row['coverage_low'], 2)} .. {number(row['coverage_high'], 2)}",
                "error, share of range": number(row["error"], digits=2),
                "uncertainty left": number(row["left"], 2),
                "correlation": number(row["correlation"], 2),
                "p of uniform ranks": number(row["uniform_p"], 2),
            }
            for name, row in self.table().iterrows()
        ]
        return list(rows[0]), [list(row.values()) for row in rows]

    def text(self) -> str:
        """The table as aligned text."""
        return aligned(*self._cells()) + self._told()

    def markdown(self) -> str:
        """The table as Markdown."""
        return markdown_table(*self._cells()) + self._told()

    def _told(self) -> str:
        count = len(self.left_out)
        return f"\n\nTrials left out, for want of data to calibrate to: {count}." if count else ""


def recover(
    uncertainties: Sequence[Ranged],
    observations: Sequence[Observation],
    simulator: Simulator,
    *,
    trials: int = 20,
    seed: int = 0,
    level: float = 0.9,
    workers: int | None = None,
    executor: Executor | None = None,
    progress: bool = True,
    **settings: Any,
) -> Recovery:
    """Draw parameters from their ranges, simulate what would be observed, and calibrate to that, some times over.

    Parameters
    ----------
    uncertainties, observations
        As in :func:`~simulation.study.calibrate`; only measure and scale of the observations count, since what was
        observed is simulated, with an error of its own.
    simulator
        ``simulator(values, seed)``; for the model, a :class:`~simulation.study.ScenarioSimulator`.
    trials
        Truths, at least 2, spread evenly over the ranges.
    settings
        Everything else that :func:`~simulation.study.calibrate` takes, such as ``budget``.

    Raises
    ------
    ParameterError
        If an argument is not allowed.
    FollowerDynamicsError
        If no trial has data one could calibrate to.
    """
    problem = checked_problem(uncertainties, observations, simulator)
    root = np.random.SeedSequence(check_seed(seed), spawn_key=(TRIALS,))
    truths = latin_hypercube_shares(len(problem.names), whole_number("trials", trials, 2), seed)
    rows: list[dict[str, object]] = []
    left_out: list[str] = []
    with crew(workers, executor) as hands, Watch("recovery", trials, shown=progress) as watch:
        for trial, (shares, sequence) in enumerate(zip(truths, root.spawn(trials), strict=True)):
            luck, own_seed = np.random.default_rng(sequence), int(sequence.generate_state(1, np.uint64)[0])
            watch.count()
            try:
                data = _observed(problem, shares, luck)
            except FollowerDynamicsError as error:
                left_out.append(str(error))
                continue
            given = {**settings, "simulator": simulator, "seed": own_seed, "level": level}
            found = calibrate(uncertainties, data, workers=1, executor=hands, progress=False, **given)
            rows += _rows(trial, shares, found)
    if not rows:
        raise FollowerDynamicsError(f"no trial has data to calibrate to; the last one: {left_out[-1]}")
    return Recovery(pd.DataFrame(rows), level, tuple(left_out))


def _observed(problem: Problem, shares: Floats, luck: np.random.Generator) -> list[Observation]:
    """What would be observed where these are the parameters, errors of observation included."""
    simulated = problem.simulate(shares, int(luck.integers(2**63 - 1)))
    if simulated.failure:
        raise FollowerDynamicsError(
            f"no data could be simulated with {problem.at(shares)} ({simulated.failure}): choose ranges in which the "
            "simulator works"
        )
    values = problem.disturbed(simulated.measured, luck.standard_normal(len(problem.labels)))
    # An error that is a share of what was observed stays the same share of it.
    scales = np.where(problem.ratios, problem.scales / problem.observed * values, problem.scales)
    if not (scales > 0).all():
        nothing = ", ".join(label for label, scale in zip(problem.labels, scales, strict=True) if not scale > 0)
        raise FollowerDynamicsError(
            f"with {problem.at(shares)} nothing happens that is compared by its ratio: {nothing}"
        )
    ends = np.cumsum([len(entry.labels) for entry in problem.observations])[:-1]
    return [
        replace(entry, value=tuple(value.tolist()), scale=tuple(scale.tolist()))
        for entry, value, scale in zip(
            problem.observations, np.split(values, ends), np.split(scales, ends), strict=True
        )
    ]


def _rows(trial: int, shares: Floats, found: Calibration) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    for known, share, row in zip(found.problem.uncertainties, shares, found.estimate().to_dict("records"), strict=True):
        ends, truth = {name: float(row[name]) for name in ("median", "low", "high")}, float(known.at(float(share)))
        told = {
            "error": share_of(known, ends["median"]) - share_of(known, truth),
            "below": found.share(known.name, truth),
            "covered": bool(ends["low"] <= truth <= ends["high"]),
        }
        rows.append({"trial": trial, "parameter": known.name, "truth": truth, **ends, **told})
    return rows
