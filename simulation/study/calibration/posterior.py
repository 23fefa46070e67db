"""What a calibration found: draws of the parameters, estimates with intervals, and what worlds drawn from them show."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from simulation import plots
from simulation.analysis.intervals import quantiles
from simulation.analysis.wording import aligned, markdown_table
from simulation.arguments import whole_number
from simulation.errors import FollowerDynamicsError
from simulation.study.calibration.problem import Floats, Problem, Ranged, Simulated, share_of
from simulation.study.run.watch import Watch
from simulation.study.run.work import crew, in_order

if TYPE_CHECKING:
    from matplotlib.figure import Figure

IDENTIFIED = 0.5
"""Contraction from which a parameter counts as identified: the interval covers less than half of the prior's."""
ERRORS = 200
"""Errors of observation drawn for every world of a predictive check."""
FEW = 3
"""Effective draws for each coefficient of the adjustment, below which it would be a fit of noise."""
REPEATS, PREDICTIONS = 1, 2
"""Spawn keys of what is drawn from a posterior; rounds of the sampler have keys of two numbers."""


def adjust(shares: Floats, deviations: Floats, weights: Floats) -> tuple[Floats, bool]:
    """Draws moved to where they would be had their simulation hit what was observed; False where draws are too few.

    Local-linear regression of shares on deviations (Beaumont, Zhang and Balding, Genetics 2002). Residuals are widened
    for the coefficients that were fitted; what would leave the range is mirrored at its end. (Regression of log-odds,
    which cannot leave it, bends what is straight and was further off where rounds end far from what was observed.)

    Parameters
    ----------
    shares
        (draws, parameters), in [0, 1].
    deviations
        (draws, labels): simulated - observed, in scales.
    weights
        (draws,), with sum 1.
    """
    coefficients = deviations.shape[1] + 1
    effective = effective_draws(weights)
    if effective < FEW * coefficients:
        return shares, False
    design = np.column_stack([np.ones(len(shares)), deviations])
    root = np.sqrt(weights)[:, None]
    fitted = np.linalg.lstsq(root * design, root * shares, rcond=None)[0]
    widened = np.sqrt(effective / (effective - coefficients))
    moved = fitted[0] + widened * (shares - design @ fitted)
    return np.clip(1.0 - np.abs(1.0 - np.abs(moved)), 0.0, 1.0), True


def effective_draws(weights: Floats) -> float:
    """How many draws of equal weight say as much: 1 / sum of squares (Kish 1965)."""
    return float(1.0 / np.square(weights).sum())


@dataclass(frozen=True)
class Calibration:
    """A posterior, as :func:`~simulation.study.calibrate` found it."""

    problem: Problem
    shares: Floats
    """Draws, (draws, parameters), as shares of the ranges."""
    weights: Floats
    """Of the draws, (draws,), with sum 1."""
    simulations: pd.DataFrame
    """Every simulation: round, number, parameters, measures, distance (scales), accepted, failure ("" where none)."""
    rounds: pd.DataFrame
    """One row per round: round, farthest (largest distance accepted, scales), simulations, accepted."""
    seed: int
    level: float
    """Of the intervals."""
    adjusted: bool
    """Whether draws were moved by regression to where they would have hit what was observed."""
    stopped: str
    """Why it stopped there, in words."""
    _predicted: dict[int, pd.DataFrame] = field(default_factory=dict, repr=False, compare=False)

    @property
    def posterior(self) -> pd.DataFrame:
        """One row per draw: the parameters in their units, and its weight."""
        columns = {
            known.name: [known.at(float(share)) for share in column]
            for known, column in zip(self.problem.uncertainties, self.shares.T, strict=True)
        }
        return pd.DataFrame({**columns, "weight": self.weights})

    @property
    def failures(self) -> int:
        """Simulations that failed or gave no number, and so were rejected."""
        return int((self.simulations["failure"] != "").sum())

    def estimate(self) -> pd.DataFrame:
        """One row per parameter.

        Columns: ``from``, ``to`` (the range it was sought in), ``scale``, ``median``, ``low``, ``high`` (equal-tailed
        interval at ``level``), ``mean``, ``contraction`` (by what share the interval is narrower, along the range, than
        before anything was observed: 0 nothing was learnt, 1 all), ``identified``.
        """
        rows = {}
        for known, shares in zip(self.problem.uncertainties, self.shares.T, strict=True):
            low, median, high = quantiles(shares, self.weights, self._levels)
            contraction = float(1.0 - (high - low) / self.level)
            values = np.array([known.at(float(share)) for share in shares], dtype=np.float64)
            rows[known.name] = {
                "from": known.low,
                "to": known.high,
                "scale": known.scale,
                "median": known.at(float(median)),
                "low": known.at(float(low)),
                "high": known.at(float(high)),
                "mean": float(values @ self.weights),
                "contraction": contraction,
                "identified": contraction >= IDENTIFIED,
            }
        return pd.DataFrame.from_dict(rows, orient="index").rename_axis("parameter")

    @property
    def _levels(self) -> tuple[float, float, float]:
        return (1.0 - self.level) / 2.0, 0.5, (1.0 + self.level) / 2.0

    def median(self) -> dict[str, object]:
        """The median of every parameter, as a model takes them."""
        return {str(name): value for name, value in self.estimate()["median"].items()}

    def best(self) -> "pd.Series[Any]":
        """The simulation that came nearest to what was observed: parameters, measures, and ``off`` (in scales)."""
        measured = self.simulations[list(self.problem.labels)].to_numpy(np.float64)
        off = np.sqrt(np.mean(np.square(self.problem.deviations(measured)), axis=1))
        place = int(np.nanargmin(np.where(self.simulations["failure"] == "", off, np.nan)))
        found = self.simulations.iloc[place]
        chosen = [*self.problem.names, *self.problem.labels]
        return pd.Series({**{name: found[name] for name in chosen}, "off": off[place]}, dtype=object)

    def correlations(self) -> pd.DataFrame:
        """Correlations of the parameters in the posterior, along their ranges: what is known of two only together."""
        covariance = np.atleast_2d(np.cov(self.shares, aweights=self.weights, rowvar=False))
        spread = np.sqrt(np.diag(covariance))
        with np.errstate(invalid="ignore"):
            return pd.DataFrame(covariance / np.outer(spread, spread), self.problem.names, self.problem.names)

    def draw(self, count: int) -> list[dict[str, object]]:
        """So many draws of equal weight, as a model takes them; the same for the same calibration."""
        luck = np.random.default_rng(np.random.SeedSequence(self.seed, spawn_key=(REPEATS,)))
        # Systematic resampling: each draw comes as often as its weight says, up to one.
        places = np.searchsorted(np.cumsum(self.weights), (luck.random() + np.arange(count)) / count)
        chosen = luck.permutation(np.minimum(places, len(self.weights) - 1))
        return [self.problem.at(self.shares[place]) for place in chosen]

    def predictive(
        self, count: int = 50, *, workers: int | None = 1, executor: Executor | None = None, progress: bool = True
    ) -> pd.DataFrame:
        """Posterior predictive check: what new worlds show whose parameters are drawn from the posterior.

        Returns
        -------
        One row per observed value: ``observed``, ``scale``, ``unit``; ``median``, ``low``, ``high`` of the new worlds
        (interval at ``level``), ``prior_median``, ``prior_low``, ``prior_high`` of worlds drawn from the prior (first
        round); ``off`` (median - observed, in scales) and with ``_low``, ``_high`` and ``prior_`` the same of the
        others; ``agrees`` (what was observed lies within the interval of
        what would be observed in the new worlds, errors of observation included). ``attrs["failures"]``: how many of
        the worlds failed.

        Raises
        ------
        ParameterError
            If ``count`` is not a whole number of at least 2.
        FollowerDynamicsError
            If all worlds fail.
        """
        if whole_number("count", count, 2) not in self._predicted:
            with crew(workers, executor) as hands:
                self._predicted[count] = self._predict(count, hands, progress)
        return self._predicted[count].copy()

    def _predict(self, count: int, executor: Executor | None, progress: bool) -> pd.DataFrame:
        problem = self.problem
        seeds = np.random.SeedSequence(self.seed, spawn_key=(PREDICTIONS,)).generate_state(count, np.uint64)
        tasks = zip(self.draw(count), seeds.tolist(), strict=True)
        lived: list[Floats] = []
        with Watch("posterior predictive check", count, shown=progress) as watch:
            for simulated in in_order(partial(_predicted, problem), tasks, executor):
                watch.count(failed=bool(simulated.failure))
                lived += [] if simulated.failure else [simulated.measured]
        if not lived:
            raise FollowerDynamicsError(
                f"every world drawn from the posterior failed; the last one: {simulated.failure}"
            )
        table = self._compare(np.stack(lived))
        table.attrs["failures"] = count - len(lived)
        return table

    def _compare(self, lived: Floats) -> pd.DataFrame:
        """The table of :meth:`predictive` from measures of new worlds, (worlds, labels)."""
        problem = self.problem
        first = self.simulations[(self.simulations["round"] == 0) & (self.simulations["failure"] == "")]
        prior = first[list(problem.labels)].to_numpy(np.float64)
        new, old = (
            dict(zip(("low", "median", "high"), np.quantile(worlds, self._levels, axis=0), strict=True))
            for worlds in (lived, prior)
        )
        luck = np.random.default_rng(np.random.SeedSequence(self.seed, spawn_key=(PREDICTIONS, 0)))
        repeated = np.repeat(lived, ERRORS, axis=0)
        would_be = np.quantile(problem.disturbed(repeated, luck.standard_normal(repeated.shape)), self._levels, axis=0)
        return pd.DataFrame(
            {
                "observed": problem.observed,
                "scale": problem.scales,
                "unit": [entry.unit for entry in problem.observations for _ in entry.labels],
                **{name: new[name] for name in ("median", "low", "high")},
                **{f"prior_{name}": old[name] for name in ("median", "low", "high")},
                "off": problem.deviations(new["median"]),
                **{f"off_{name}": problem.deviations(new[name]) for name in ("low", "high")},
                **{f"prior_off_{name}": problem.deviations(old[name]) for name in ("low", "high")},
                "agrees": (would_be[0] <= problem.observed) & (problem.observed <= would_be[2]),
            },
            index=pd.Index(problem.labels, name="observation"),
        )

    def table(self) -> pd.DataFrame:
        """:meth:`estimate`, under the name results of studies share."""
        return self.estimate()

    def text(self) -> str:
        """What was found, as aligned text; with the predictive check where that was made."""
        return self._written(aligned)

    def markdown(self) -> str:
        """What was found, as Markdown; with the predictive check where that was made."""
        return self._written(markdown_table)

    def _written(self, tabulate: Callable[[Sequence[str], list[Sequence[str]]], str]) -> str:
        from simulation.study.calibration.calibration_text import written

        return written(self, self._latest(), tabulate)

    def _latest(self) -> pd.DataFrame | None:
        """The predictive check of most worlds, if any was made."""
        return self._predicted[max(self._predicted)] if self._predicted else None

    def plot(self, defaults: Mapping[str, float] | None = None) -> "Figure":
        """Marginals beside the prior; with the predictive check where that was made.

        ``defaults``: values to mark, by name.
        """
        return plots.calibration(self.posterior, self.ranges(), self._latest(), marks=defaults or {}, level=self.level)

    def plot_pairs(self, most: int = 4) -> "Figure":
        """Draws of every two of the best identified parameters against each other."""
        best = self.estimate()["contraction"].sort_values(ascending=False, kind="stable").index[:most]
        return plots.posterior_pairs(self.posterior, {str(name): self.ranges()[str(name)] for name in best})

    def ranges(self) -> dict[str, tuple[float, float, str]]:
        """Ends and scale of every range, by name of the parameter."""
        return {known.name: (known.low, known.high, known.scale) for known in self.problem.uncertainties}

    def share(self, name: str, value: float) -> float:
        """Share of all draws that lie below a value of a parameter, by weight, in [0, 1]."""
        place = self.problem.names.index(name)
        known: Ranged = self.problem.uncertainties[place]
        return float(self.weights[self.shares[:, place] < share_of(known, value)].sum())


def _predicted(problem: Problem, task: tuple[dict[str, object], int]) -> Simulated:
    """Simulate at values that were drawn."""
    return problem.simulate_values(*task)
