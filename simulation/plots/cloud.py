"""Outcomes of a sweep against sampled uncertainties: a dot a point, means of neighbours, rank correlations."""

import math
import textwrap
from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from simulation.analysis.intervals import Interval, t_interval
from simulation.analysis.market import rank_correlation, rank_correlation_interval
from simulation.analysis.replicates import check_columns, replicates_a_point
from simulation.analysis.tables import FloatArray
from simulation.errors import ParameterError
from simulation.plots.axes import spearman
from simulation.plots.style import DOUBLE, GREY, SINGLE, label_key, new_figure, styled
from simulation.plots.sweep_axes import is_number, lines_of, log_ticks, outcome_label, parameter_label, write_above

PANELS, ACROSS = 6, 3
"""Panels of a figure, and of a row of it."""
FEWEST_BINS, BINS = 3, 8
"""Bins without which no trend is drawn, and bins that there are at most."""
LETTERS = {SINGLE: 60, DOUBLE: 125}
"""Letters of small text in a line, by the width of the figure."""


def draw_sweep_cloud(
    axes: Axes, table: pd.DataFrame, outcome: str, against: str, *, colour: str | None = None, log: bool = False
) -> list[tuple[str, Interval, str]]:
    """A dot for each point of the sample, its mean over replicates, and means of neighbours with 95% intervals.

    Neighbours are bins of equally many points along the axis, drawn at their medians. Intervals are over the points of
    a bin, so they hold what all other uncertainties do.

    Args:
        axes: to draw on.
        table: one row per run.
        outcome: its column.
        against: the uncertainty on the axis.
        colour: a parameter whose values are told apart, six at most.
        log: whether the axis is logarithmic.

    Returns:
        Title, Spearman's rank correlation over points with its 95% interval, and shade, of every value of ``colour``.

    Raises:
        ParameterError: there is no such column, ``against`` is no number, or ``colour`` has too many values.
    """
    check_columns(table, outcome, against, colour)
    found = []
    for title, runs, shade in lines_of(table, colour):
        x, y = _point_means(runs, outcome, against)
        axes.plot(x, y, "o", ms=2.4, mew=0, color=shade, alpha=0.45, zorder=2)
        middle, mean, low, high = _neighbours(x, y)
        axes.vlines(middle, low, high, color=shade, lw=0.9, zorder=3)
        axes.plot(middle, mean, "-", color=shade, lw=1.3, zorder=4)
        found.append((title, rank_correlation_interval(y, x), shade))
    if log:
        axes.set_xscale("log")
        log_ticks(axes.xaxis)
    axes.set(xlabel=parameter_label(against), ylabel=outcome_label(outcome))
    return found


def _point_means(runs: pd.DataFrame, outcome: str, against: str) -> tuple[FloatArray, FloatArray]:
    """Of every point with a number: the parameter, and the mean of the outcome; by the parameter."""
    if not is_number(runs[against]):
        raise ParameterError(f"{against} is no number, so there is no cloud along it: draw its means")
    points = runs.groupby("point")[[against, outcome]].mean().dropna().sort_values(against, kind="stable")
    return points[against].to_numpy(np.float64), points[outcome].to_numpy(np.float64)


def _neighbours(x: FloatArray, y: FloatArray) -> FloatArray:
    """Median of x, mean of y and the ends of its interval, (4, bins); no bin where there are too few points."""
    bins = _bins(x.size)
    if not bins:
        return np.empty((4, 0))
    parts = zip(np.array_split(x, bins), np.array_split(y, bins), strict=True)
    return np.array([(float(np.median(at)), *t_interval(values)[:3]) for at, values in parts]).T


def _bins(points: int) -> int:
    """More points, more bins with more points in each; none where there are too few."""
    bins = min(BINS, int(0.75 * math.sqrt(points)))
    return bins if bins >= FEWEST_BINS else 0


@styled
def sweep_cloud(
    table: pd.DataFrame, outcome: str, against: Sequence[str], *, colour: str | None = None, log: Sequence[str] = ()
) -> Figure:
    """An outcome against sampled uncertainties, a panel each: points, means of neighbours, rank correlations.

    Where there are more than six, those with the strongest rank correlation are drawn.

    Args:
        table: of a sweep, one row per run.
        outcome: its column.
        against: uncertainties.
        colour: a parameter whose values are told apart, six at most.
        log: those of ``against`` whose axis is logarithmic.

    Raises:
        ParameterError: nothing to draw against, there is no such column, or ``colour`` has too many values.
    """
    if not against:
        raise ParameterError("say what the outcome is drawn against: at least one uncertainty")
    check_columns(table, outcome, colour, *against)
    shown = _strongest(table, outcome, against, colour)
    across = min(ACROSS, len(shown))
    down = math.ceil(len(shown) / across)
    lines = len(lines_of(table, colour))
    alone = SINGLE if len(shown) == 1 else DOUBLE
    figure = new_figure(alone + (0.9 if colour and alone == SINGLE else 0.0), 0.4 + down * (2.2 + 0.12 * (lines - 1)))
    panels = figure.subplots(down, across, sharey=True, squeeze=False)
    for place, (axes, name) in enumerate(zip(panels.flat, shown, strict=False)):
        found = draw_sweep_cloud(axes, table, outcome, name, colour=colour, log=name in log)
        write_above(axes, [(spearman(rho), shade) for _, rho, shade in found])
        if place % across:
            axes.set_ylabel("")
        if colour is not None and place == min(across, len(shown)) - 1:
            label_key(axes, [(title, shade) for title, _, shade in found])
    for axes in panels.flat[len(shown) :]:
        axes.set_visible(False)
    told = textwrap.fill(_marks(table, len(against), len(shown)), LETTERS[alone])
    figure.suptitle(told, fontsize=6.5, color=GREY, x=0.01, ha="left")
    return figure


def _strongest(table: pd.DataFrame, outcome: str, against: Sequence[str], colour: str | None) -> list[str]:
    """As many as there are panels, in the order given: those with the strongest correlation in any of the lines."""
    if len(against) <= PANELS:
        return list(against)
    parts = [runs for _, runs, _ in lines_of(table, colour)]

    def strength(name: str) -> float:
        pairs = [_point_means(runs, outcome, name) for runs in parts]
        found = [rank_correlation(y, x) for x, y in pairs]
        return max((abs(value) for value in found if math.isfinite(value)), default=-1.0)

    best = sorted(against, key=strength, reverse=True)[:PANELS]
    return [name for name in against if name in best]


def _marks(table: pd.DataFrame, there: int, shown: int) -> str:
    """What the marks are."""
    count = replicates_a_point(table)
    parts = ["dots: points, one run each" if count == "1" else f"dots: points, means of {count} replicates"]
    if _bins(table["point"].nunique()):
        parts.append("lines: means of neighbouring points, 95% intervals")
    if shown < there:
        parts.append(f"the {shown} of {there} uncertainties with the strongest rank correlation")
    return "; ".join(parts)
