"""The figures that claims have in common: curves in panels, and means in rows; what they draw comes as tables."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from simulation.analysis import Interval
from simulation.experiment.judge import mean_of
from simulation.plots.axes import title
from simulation.plots.style import DOUBLE, GREY, PALE, label_ends, new_figure, styled

Line = tuple[str, str, pd.DataFrame]
"""Label, colour, and a table of replicates (rows) by a position (columns)."""
Series = tuple[str | Sequence[str], Sequence["Interval"]]
"""Colour of all means, or of each, and the means."""
APART = 0.34
"""Distance of two marks of one row."""


class Panel(NamedTuple):
    """One panel of `curves`."""

    title: str
    label: str
    """Of the vertical axis."""
    lines: Iterable[Line]
    at: float | None = 0.0
    """Where a horizontal line is drawn."""
    days: Mapping[float, str] = {}
    """Dotted vertical lines, by colour."""
    ticks: Mapping[float, str] = {}
    """Labels of positions that are no numbers."""
    low: float | None = None
    """Lower limit of the vertical axis."""
    marker: str = "-"
    """Format of the lines: "o-" where positions are few."""


def band(axes: Axes, table: pd.DataFrame, colour: str, marker: str = "-") -> float:
    """Mean over replicates (rows) with its 95% band at every column; gives the last mean that is defined."""
    means = np.array([mean_of(values)[:3] for _, values in table.items()]).reshape(-1, 3)
    at = table.columns.to_numpy(np.float64)
    axes.fill_between(at, means[:, 1], means[:, 2], color=colour, alpha=0.18, lw=0)
    axes.plot(at, means[:, 0], marker, color=colour, ms=2.6)
    known = means[np.isfinite(means[:, 0]), 0]
    return float(known[-1]) if known.size else np.nan


@styled
def curves(panels: Sequence[Panel], x: Sequence[str], height: float = 4.4, *, rows: int = 2) -> Figure:
    """Means over replicates with 95% bands, labelled at their ends.

    Parameters
    ----------
    x
        Label of the horizontal axis, one for all panels or one for each of a row.
    """
    figure = new_figure(DOUBLE, height)
    grid = figure.subplots(rows, len(panels) // rows, squeeze=False)
    for axes, panel in zip(grid.flat, panels, strict=True):
        ends = [(band(axes, table, hue, panel.marker), label, hue) for label, hue, table in panel.lines if len(table)]
        if panel.at is not None:
            axes.axhline(panel.at, color=GREY, lw=0.7)
        for day, colour in panel.days.items():
            axes.axvline(day, color=colour, lw=0.6, ls=":")
        if panel.ticks:
            axes.set_xticks(list(panel.ticks), list(panel.ticks.values()))
        axes.set_ylabel(panel.label)
        axes.set_ylim(bottom=panel.low)
        axes.margins(x=0.03 if "o" in panel.marker else 0)
        label_ends(axes, [end for end in ends if np.isfinite(end[0])], 6.5)
    title(grid.flat, [panel.title for panel in panels])
    for axes, label in zip(grid[-1], list(x) * grid.shape[1] if len(x) == 1 else x, strict=True):
        axes.set_xlabel(label)
    return figure


@styled
def forest(panels: Mapping[str, Mapping[str, Series]], rows: Sequence[str], height: float) -> Figure:
    """Means with their intervals in rows, a panel by label of its axis; in it one or more series by name."""
    figure, places = new_figure(DOUBLE, height), np.arange(len(rows))[::-1]
    grid = figure.subplots(1, len(panels), sharey=True)
    for axes, (label, series) in zip(grid, panels.items(), strict=True):
        for place, (name, (colour, means)) in enumerate(series.items()):
            at = places + APART * ((len(series) - 1) / 2 - place)
            axes.hlines(at, [mean.low for mean in means], [mean.high for mean in means], color=colour, lw=1.2)
            axes.scatter([mean.estimate for mean in means], at, s=10, c=colour, marker="oD"[place % 2], label=name)
        axes.axvline(0, color=PALE, lw=0.7, zorder=0)
        axes.set_xlabel(label, fontsize=6.5)
        axes.locator_params(axis="x", nbins=3)
        axes.tick_params(axis="x", labelsize=6)
        axes.tick_params(axis="y", length=0)
    named = dict(pair for axes in grid for pair in zip(*axes.get_legend_handles_labels()[::-1], strict=True))
    if named:
        figure.legend(named.values(), named, loc="outside upper center", fontsize=6.5, ncols=4)
    grid[0].set_yticks(places, rows)
    grid[0].set_ylim(-0.6, len(rows) - 0.4)
    title(grid, [""] * len(panels))
    return figure


def change(table: pd.DataFrame, base: pd.DataFrame) -> pd.DataFrame:
    """Replicates by time: the difference of two tables in % of the second; rows with undefined ones are left out."""
    return (100.0 * (table / base - 1.0)).replace([np.inf, -np.inf], np.nan).dropna()


def by_fifth(details: pd.DataFrame, trait: str, numbers: Sequence[str]) -> pd.DataFrame:
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
    fifth = (place * 5 - 1e-9).astype(int).clip(upper=4).rename("fifth")
    groups = details.groupby(["arm", fifth, "replicate"])
    sums = groups[list(numbers)].sum(min_count=1)
    return sums.assign(**{trait: groups[trait].mean(), "creators": groups[list(numbers)[:1]].count().iloc[:, 0]})


def fifths(table: pd.DataFrame, arm: str, trait: str, values: pd.Series) -> pd.DataFrame:
    """Values by rows of `by_fifth` in one arm, as a line: replicates by the mean trait of each fifth."""
    means = table.loc[arm].groupby("fifth")[trait].mean()
    line: pd.DataFrame = values.loc[arm].unstack("fifth")
    return line.set_axis(means.to_numpy(), axis=1)
