"""Helpers for the figures of experiments; what they draw comes as arguments."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from simulation.experiment.judge import Floats, mean_of
from simulation.plots.style import GREY, label_ends

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from simulation.analysis import Interval

End = tuple[float, str, str]
"""Where a line ends, its label, its colour: see `label_ends`."""


def title(panels: Iterable[Axes], titles: Sequence[str]) -> None:
    """Letters and titles of panels."""
    for axes, letter, text in zip(panels, "abcdefghijkl", titles, strict=False):
        axes.set_title(rf"$\bf{{{letter}}}$  {text}")


def band(axes: Axes, x: Iterable[Any], values: Floats, colour: str) -> float:
    """Mean over replicates (rows) with its 95% band at every ``x`` (columns); gives the last mean that is defined."""
    means = np.array([mean_of(column)[:3] for column in np.asarray(values, dtype=np.float64).T]).reshape(-1, 3)
    at = np.asarray(list(x), dtype=np.float64)
    axes.fill_between(at, means[:, 1], means[:, 2], color=colour, alpha=0.18, lw=0)
    axes.plot(at, means[:, 0], color=colour)
    known = means[np.isfinite(means[:, 0]), 0]
    return float(known[-1]) if known.size else np.nan


def bands(axes: Axes, lines: Iterable[tuple[str, str, pd.DataFrame]], *, zero: bool = True, size: float = 7.0) -> None:
    """A band per label and colour, of tables of replicates (rows) by time (columns), labelled at their ends."""
    kept = [line for line in lines if len(line[2])]
    ends = [(band(axes, table.columns, table.to_numpy(), colour), label, colour) for label, colour, table in kept]
    if zero:
        axes.axhline(0, color=GREY, lw=0.7)
    axes.margins(x=0)
    label_ends(axes, [end for end in ends if np.isfinite(end[0])], size)


def marks(axes: Axes, at: Iterable[float], means: Sequence[Interval], colour: str, marker: str = "o-") -> float:
    """Means as marks with their intervals as vertical lines; gives the last mean."""
    x = list(at)
    axes.vlines(x, [mean.low for mean in means], [mean.high for mean in means], color=colour, lw=0.8)
    axes.plot(x, [mean.estimate for mean in means], marker, color=colour, ms=2.6)
    return means[-1].estimate


def change(table: pd.DataFrame, base: pd.DataFrame, *, relative: bool = True) -> pd.DataFrame:
    """Replicates by time: the difference of two tables, in % of the second if relative; undefined rows are left out."""
    found = 100.0 * (table / base - 1.0) if relative else table - base
    return found.replace([np.inf, -np.inf], np.nan).dropna()


def by_fifth(details: pd.DataFrame, trait: str, numbers: Sequence[str], parts: int = 5) -> pd.DataFrame:
    """Sums of columns and mean of a trait in fifths of the creators of every world by that trait.

    Parameters
    ----------
    details
        One row per creator and run: arm, replicate, the trait, numbers.

    Returns
    -------
    One row per arm, fifth (from 0) and replicate (its index): the trait, the sums, and how many creators they are of.
    """
    place = details.groupby(["arm", "replicate"])[trait].rank(method="first", pct=True)
    fifth = (place * parts - 1e-9).astype(int).clip(upper=parts - 1).rename("fifth")
    groups = details.groupby(["arm", fifth, "replicate"])
    sums = groups[list(numbers)].sum(min_count=1)
    return sums.assign(**{trait: groups[trait].mean(), "creators": groups[list(numbers)[:1]].count().iloc[:, 0]})
