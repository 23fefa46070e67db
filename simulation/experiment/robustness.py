"""Robustness: what an experiment finds where all uncertain parameters vary at once, and on which of them it depends."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from simulation.analysis import t_interval
from simulation.analysis.expectation import FAMILY_ALPHA, holm
from simulation.experiment.declare import Expectation, Experiment
from simulation.experiment.judge import CONFIDENCE, contrast, inside
from simulation.experiment.uncertain import implausible

FEWEST = 5
"""Plausible worlds below which nothing is said of robustness."""
FEWEST_RANKED = 12
"""Plausible worlds below which rank correlations are not looked at."""
MIDDLE = (0.05, 0.95)
"""Quantiles between which most sampled worlds lie."""


@dataclass(frozen=True)
class Robustness:
    """What sampled worlds show."""

    parameters: tuple[str, ...]
    """What was varied."""
    samples: pd.DataFrame
    """One row per run: sample, arm, plausible, the parameters, the outcomes."""
    sampled: int
    plausible: int
    left_out: dict[str, int]
    """For each band of plausible outcomes how many sampled worlds lie outside of it; some lie outside of several."""
    table: pd.DataFrame
    """One row per expectation, in order: see `shares`; empty where too few worlds are plausible."""
    dependence: pd.DataFrame
    """One row per expectation and parameter: see `dependences`."""

    @property
    def enough(self) -> bool:
        """Whether there are enough plausible worlds to say anything."""
        return self.plausible >= FEWEST

    def effects(self, expected: Expectation) -> pd.Series:
        """The number an expectation is about in each plausible world, by sample."""
        return contrast(self.samples[self.samples["plausible"]], expected, "sample").dropna()


def measured(experiment: Experiment, parameters: Sequence[str], base: pd.DataFrame, others: pd.DataFrame) -> Robustness:
    """What the runs of sampled points say.

    Parameters
    ----------
    parameters
        Names of what was varied.
    base
        One row per sampled point, simulated in the base arm: sample, arm, parameters, outcomes.
    others
        The same in all other arms, of plausible points only.
    """
    outside = implausible(base, experiment.plausible)
    plausible = base[~outside.any(axis=1)]["sample"]
    samples = pd.concat([base, others], ignore_index=True).sort_values(["sample", "arm"], ignore_index=True).copy()
    samples.insert(2, "plausible", samples["sample"].isin(plausible))
    enough = len(plausible) >= FEWEST
    kept = samples[samples["plausible"]]
    return Robustness(
        parameters=tuple(parameters),
        samples=samples,
        sampled=len(base),
        plausible=len(plausible),
        left_out={name: int(outside[name].sum()) for name in experiment.plausible},
        table=shares(experiment, kept) if enough else pd.DataFrame(),
        dependence=dependences(experiment, kept, parameters) if len(plausible) >= FEWEST_RANKED else pd.DataFrame(),
    )


def shares(experiment: Experiment, samples: pd.DataFrame) -> pd.DataFrame:
    """For every expectation, in how many sampled worlds it is met, and how the effect spreads over them.

    ``share`` of ``n`` worlds within the bounds, with Wilson's interval ``share_low`` to ``share_high``; ``median``,
    ``q05``, ``q95`` of the effect; ``mean`` with Student's t interval ``mean_low`` to ``mean_high``.
    """
    from scipy.stats import binomtest

    rows = []
    for expected in experiment.expectations:
        effect = contrast(samples, expected, "sample").dropna().to_numpy(np.float64)
        row: dict[str, object] = {"says": expected.says, "n": effect.size}
        if effect.size:
            count = int(inside(effect, expected).sum())
            share = binomtest(count, effect.size).proportion_ci(CONFIDENCE, method="wilson")
            low, middle, high = np.quantile(effect, (MIDDLE[0], 0.5, MIDDLE[1]))
            mean = t_interval(effect, CONFIDENCE)
            row |= {"inside": count, "share": count / effect.size, "share_low": share.low, "share_high": share.high}
            row |= {"median": middle, "q05": low, "q95": high}
            row |= {"mean": mean.estimate, "mean_low": mean.low, "mean_high": mean.high}
        rows.append(row)
    return pd.DataFrame(rows)


def dependences(experiment: Experiment, samples: pd.DataFrame, parameters: Sequence[str]) -> pd.DataFrame:
    """Spearman's rank correlation of every effect with every parameter over sampled worlds.

    ``adjusted_p``: by Holm over the parameters and expectations together, since among so many some are large by chance.
    """
    from scipy.stats import spearmanr

    rows = []
    points = samples.groupby("sample").first()  # what only some arms have is of those
    for place, expected in enumerate(experiment.expectations):
        effect = contrast(samples, expected, "sample").dropna()
        for name in parameters:
            own = points.loc[effect.index, name]
            if len(effect) < FEWEST_RANKED or own.nunique() < 2 or effect.nunique() < 2:
                continue
            found = spearmanr(own, effect)
            rows.append(
                {"expectation": place, "parameter": name, "correlation": found.statistic, "p": float(found.pvalue)}
            )
    table = pd.DataFrame(rows, columns=["expectation", "parameter", "correlation", "p"])
    table["adjusted_p"] = holm(table["p"].tolist())
    return table


def drivers(robustness: Robustness, place: int) -> list[tuple[str, float]]:
    """Parameters that the effect of an expectation depends on beyond chance, strongest first, with the correlation."""
    table = robustness.dependence
    if table.empty:
        return []
    found = table[(table["expectation"] == place) & (table["adjusted_p"] < FAMILY_ALPHA)]
    found = found.sort_values("correlation", key=lambda column: -column.abs())
    return list(zip(found["parameter"], found["correlation"].astype(float), strict=True))


def least_correlation(worlds: int, alpha: float) -> float:
    """Rank correlation that so many worlds tell from none at an error rate, by the t approximation of `spearmanr`."""
    from scipy.stats import t

    critical = float(t.isf(alpha / 2, worlds - 2))
    return critical / math.sqrt(worlds - 2 + critical**2)
