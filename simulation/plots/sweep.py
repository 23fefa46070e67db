"""Outcomes of a sweep against parameters with few values: means with intervals along one, or a map of two.

Both take the tidy table of a sweep, one row per run, and stand on replicates: a replicate gives one mean, over whatever
else was varied, and intervals are over replicates (`simulation.analysis.replicates`).
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.transforms import ScaledTranslation, Transform

from simulation.analysis.replicates import check_columns, mean_intervals, replicate_column, replicate_means
from simulation.analysis.tables import FloatArray
from simulation.analysis.wording import number, value_text
from simulation.plots.axes import in_cell, shaded
from simulation.plots.style import BLACK, DOUBLE, PALE, SINGLE, figure_of, label_ends, one_axes, styled
from simulation.plots.sweep_axes import describe, is_number, lines_of, log_ticks, outcome_label, parameter_label

STEP = 3.5
"""Points by which lines of different colours stand apart, so that their intervals can be told apart."""
INNER = (0.05, 0.95)
"""Quantiles of the points that share what is drawn and differ otherwise, between which the grey bars reach."""
NUMBERS = 100
"""A map with more cells than this has no room for numbers in them."""
FEW = 8
"""Up to so many values on an axis have a tick each."""
APART = 0.09
"""Of the length of an axis, so far apart are ticks that have room for their labels."""


@dataclass(frozen=True)
class _Line:
    """What a line is drawn from, and how."""

    runs: pd.DataFrame
    outcome: str
    against: str
    place: dict[Any, float]
    shade: str
    moved: Transform

    def x(self, values: "pd.Series[Any]") -> FloatArray:
        """Places of values on the axis."""
        return values.map(self.place).to_numpy(np.float64)

    def bars(self, axes: Axes, x: FloatArray, low: FloatArray, high: FloatArray, **look: Any) -> None:
        """Draw upright bars; those without ends are left out."""
        there = np.isfinite(low) & np.isfinite(high)
        axes.vlines(x[there], low[there], high[there], transform=self.moved, **look)
        self._make_room(axes, x[there], low[there])
        self._make_room(axes, x[there], high[there])

    def marks(self, axes: Axes, x: FloatArray, y: FloatArray, style: str, **look: Any) -> None:
        """Draw dots, and lines between them where the style says so."""
        axes.plot(x, y, style, color=self.shade, transform=self.moved, **look)
        self._make_room(axes, x, y)

    @staticmethod
    def _make_room(axes: Axes, x: FloatArray, y: FloatArray) -> None:
        """Axes take no notice of what is drawn a little beside its place."""
        axes.update_datalim(np.column_stack([x, y]))
        axes.autoscale_view()


def draw_sweep_means(
    axes: Axes, table: pd.DataFrame, outcome: str, against: str, *, colour: str | None = None, log: bool = False
) -> None:
    """Means and 95% intervals over replicates against a parameter with few values, a line for each value of another.

    Faint dots are replicates, joined where they met the same population and random draws at all points. Grey bars,
    where something else was varied too, hold the middle 90% of the points.

    Args:
        axes: to draw on.
        table: one row per run.
        outcome: its column.
        against: the parameter on the axis.
        colour: a parameter whose values have a line each, six at most.
        log: whether the axis is logarithmic.

    Raises:
        ParameterError: there is no such column, or ``colour`` has too many values.
    """
    check_columns(table, outcome, against, colour)
    place, numeric = places(table[against]), is_number(table[against])
    if log:
        axes.set_xscale("log")
    parts = lines_of(table, colour)
    labels = []
    for k, (title, runs, shade) in enumerate(parts):
        line = _Line(runs, outcome, against, place, shade, _moved(axes, STEP * (k - (len(parts) - 1) / 2)))
        _draw_spread(axes, line)
        _draw_replicates(axes, line, joined=numeric and _same_replicates(table))
        if runs[outcome].notna().any():
            labels.append((_draw_means(axes, line, joined=numeric), title, shade))
    tick_values(axes.xaxis, place, numeric=numeric, log=log)
    if not numeric:
        axes.set_xlim(-0.5, len(place) - 0.5)
    axes.set(xlabel=parameter_label(against), ylabel=outcome_label(outcome))
    if colour is not None:
        label_ends(axes, labels)


def places(values: "pd.Series[Any]") -> dict[Any, float]:
    """Where on the axis each value stands: numbers at themselves, yes/no and words side by side."""
    numeric = is_number(values)
    return {value: float(value) if numeric else float(k) for k, value in enumerate(sorted(values.unique()))}


def tick_values(axis: Axis, place: dict[Any, float], *, numeric: bool, log: bool) -> None:
    """Ticks at the values, where they are no numbers, or few that stand apart."""
    if log:
        log_ticks(axis)
    at = np.array(list(place.values()))
    gaps = np.diff(np.log(at) if log else at)
    if not numeric or (at.size <= FEW and (gaps >= APART * gaps.sum()).all()):
        axis.set_ticks(at, [value_text(value) for value in place])
        axis.set_ticks([], minor=True)


def _moved(axes: Axes, points: float) -> Transform:
    """Coordinates of the data, moved sideways by so many points."""
    return axes.transData + ScaledTranslation(points / 72, 0, figure_of(axes).dpi_scale_trans)


def _same_replicates(table: pd.DataFrame) -> bool:
    """Whether all points met the same population and random draws."""
    return bool((table.groupby(["population", "world"])["luck"].nunique() == 1).all())


def _draw_spread(axes: Axes, line: _Line) -> None:
    """Bars that hold the middle of the points which share the value on the axis."""
    points = line.runs.groupby([line.against, "point"])[line.outcome].mean().groupby(level=0)
    if points.size().max() < 2:
        return
    ends = points.quantile(np.array(INNER)).unstack()
    low, high = ends.to_numpy(np.float64).T
    line.bars(axes, line.x(ends.index.to_series()), low, high, color=PALE, lw=3.0, zorder=1)


def _draw_replicates(axes: Axes, line: _Line, *, joined: bool) -> None:
    """A dot for each replicate at every value, where there are several."""
    found = replicate_means(line.runs, [line.against], line.outcome)
    if found["replicate"].nunique() < 2:
        return
    style = "-o" if joined else "o"
    for _, part in found.groupby("replicate"):
        x, y = line.x(part[line.against]), part["value"].to_numpy(np.float64)
        line.marks(axes, x, y, style, ms=1.8, mew=0, lw=0.5, alpha=0.35, zorder=2)


def _draw_means(axes: Axes, line: _Line, *, joined: bool) -> float:
    """Means with their intervals; returns the last mean, beside which the line is named."""
    found = mean_intervals(line.runs, [line.against], line.outcome)
    x = line.x(found[line.against])
    mean, low, high = (found[name].to_numpy(np.float64) for name in ("mean", "low", "high"))
    line.bars(axes, x, low, high, color=line.shade, lw=1.1, zorder=4)
    line.marks(axes, x, mean, "-o" if joined else "o", ms=3.4, lw=1.2, zorder=5)
    return float(mean[-1])


@styled
def sweep_means(
    table: pd.DataFrame, outcome: str, against: str, *, colour: str | None = None, log: bool = False
) -> Figure:
    """An outcome against a parameter with few values: means, 95% intervals over replicates, the replicates themselves.

    Args:
        table: of a sweep, one row per run.
        outcome: its column.
        against: the parameter on the axis; yes/no and words are put side by side.
        colour: a parameter whose values have a line each, six at most.
        log: whether the axis is logarithmic.

    Raises:
        ParameterError: there is no such column, or ``colour`` has too many values.
    """
    figure, axes = one_axes(SINGLE + (0.9 if colour else 0.0), 2.7)
    draw_sweep_means(axes, table, outcome, against, colour=colour, log=log)
    describe(axes, *_marks(table, against, colour))
    return figure


def _marks(table: pd.DataFrame, against: str, colour: str | None) -> tuple[str, str]:
    """What the marks are, in two lines."""
    of = replicate_column(table)
    count = table[of].nunique()
    name = "populations" if of == "population" else "worlds of one population"
    dots = "dots, joined" if is_number(table[against]) and _same_replicates(table) else "dots"
    drawn = "one replicate" if count == 1 else f"mean and 95% interval of {count} {name} ({dots})"
    by = [against] if colour is None else [against, colour]
    more = bool(table.groupby(by)["point"].nunique().max() > 1)
    return drawn, "grey: middle 90% of points (all else that was varied)" if more else ""


@styled
def sweep_map(table: pd.DataFrame, outcome: str, x: str, y: str) -> Figure:
    """Means of an outcome for all values of two parameters, as a map of shades with the numbers in it.

    Args:
        table: of a sweep, one row per run.
        outcome: its column.
        x: the parameter along the map; its values have cells of one width, whatever lies between them.
        y: the parameter up the map, in the same way.

    Raises:
        ParameterError: there is no such column.
    """
    check_columns(table, outcome, x, y)
    found = mean_intervals(table, [y, x], outcome).pivot(index=y, columns=x, values="mean")
    rows, columns = found.shape
    figure, axes = one_axes(min(DOUBLE, 1.9 + 0.45 * max(columns, 4)), min(7.0, 0.8 + 0.32 * max(rows, 4)))
    values = found.to_numpy(np.float64)
    low, high = _ends(values)
    # Shades stop short of the darkest, so that black numbers can be read on all of them.
    ticks = ([value_text(value) for value in labels] for labels in (found.index, found.columns))
    shades = shaded(axes, values, low, low + 1.5 * (high - low), *ticks)
    if values.size <= NUMBERS:
        _write_numbers(axes, values, high - low)
    axes.set(xlabel=parameter_label(x), ylabel=parameter_label(y))
    bar = figure.colorbar(shades, ax=axes, label=outcome_label(outcome))
    bar.ax.set_ylim(low, high)
    bar.ax.spines[:].set_visible(False)
    return figure


def _ends(values: FloatArray) -> tuple[float, float]:
    """Least and greatest number; some distance apart where they are the same."""
    finite = values[np.isfinite(values)]
    if not finite.size:
        return 0.0, 1.0
    low, high = float(finite.min()), float(finite.max())
    return (low, high) if high > low else (low, low + (abs(low) or 1.0))


def _write_numbers(axes: Axes, values: FloatArray, reach: float) -> None:
    """The number of every cell, to three digits of the range of all; a dash where there is none."""
    digits = int(np.clip(2 - np.floor(np.log10(reach)), 0, 6))
    for (row, column), value in np.ndenumerate(values):
        in_cell(axes, row, column, number(value, digits), BLACK)
