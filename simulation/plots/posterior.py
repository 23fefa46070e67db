"""A posterior: each parameter compared with its prior, parameters two by two, and the predictive check."""

import math
from collections.abc import Mapping
from typing import Literal

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure

from simulation.analysis.intervals import quantiles
from simulation.analysis.tables import FloatArray
from simulation.analysis.wording import number
from simulation.errors import ParameterError
from simulation.plots.axes import few_log_ticks, name_rows
from simulation.plots.style import BLACK, BLUE, DOUBLE, GREY, PALE, SAND, VERMILLION, beside, new_figure, styled

Range = tuple[float, float, str]
"""Ends of a parameter's range, and "linear" or "log": along which scale all of it was equally likely beforehand."""

COLUMNS = 4
ROW, CELL = 0.21, 1.25
"""Heights of a row of the check and of a marginal, inches."""
BINS = 12


def draw_marginal(
    axes: Axes, values: FloatArray, weights: FloatArray, found: Range, *, level: float = 0.9, mark: float | None = None
) -> None:
    """How many times as likely as beforehand each part of the range has become; below it median and interval.

    Args:
        values: draws of the parameter, (draws,).
        weights: of the draws.
        found: the range.
        level: of the interval.
        mark: a value to point at, such as the default.
    """
    edges = (np.geomspace if found[2] == "log" else np.linspace)(*found[:2], BINS + 1)
    height = np.histogram(values, edges, weights=weights)[0] / weights.sum() * BINS
    axes.stairs(height, edges, fill=True, color=BLUE, alpha=0.35, lw=0)
    axes.plot([found[0], found[1]], [1, 1], color=GREY, lw=0.8, ls=(0, (4, 2)))
    low, median, high = quantiles(values, weights, [(1 - level) / 2, 0.5, (1 + level) / 2])
    top = max(1.6, 1.08 * float(height.max()))
    axes.set_ylim(-0.13 * top, top)
    axes.hlines(-0.06 * top, low, high, color=BLUE, lw=1.8)
    axes.plot(median, -0.06 * top, "o", ms=3.2, color=BLUE)
    if mark is not None and found[0] <= mark <= found[1]:
        axes.plot(mark, -0.06 * top, "v", ms=3.6, color=VERMILLION, zorder=4)
    _over(axes, axes.xaxis, found)
    axes.locator_params(axis="y", nbins=4)


def _over(axes: Axes, axis: Axis, found: Range) -> None:
    """An axis over the range of a parameter, with few ticks."""
    name: Literal["x", "y"] = "x" if axis is axes.xaxis else "y"
    if found[2] == "log":
        axes.set(**{f"{name}scale": "log"})
        few_log_ticks(axis, found[0], found[1])
    else:
        axes.locator_params(axis=name, nbins=4)
    axes.set(**{f"{name}lim": found[:2]})


def draw_check(axes: Axes, check: pd.DataFrame) -> None:
    """Simulated - observed, in scales: worlds from the posterior (blue) and, as far as they fit, from the prior.

    Args:
        check: from `Calibration.predictive`.
    """
    rows = np.arange(len(check))[::-1]
    names = ("off", "off_low", "off_high", "prior_off_low", "prior_off_high")
    # Where nothing of a kind happens, the logarithm of its ratio is infinite: far outside will do.
    off, low, high, prior_low, prior_high = (check[name].clip(-1e3, 1e3).to_numpy(np.float64) for name in names)
    axes.axvspan(-2, 2, color=SAND, alpha=0.45, lw=0, zorder=0)
    axes.axvline(0, color=GREY, lw=0.7, zorder=0)
    axes.hlines(rows, prior_low, prior_high, color=PALE, lw=3.6, zorder=1)
    axes.hlines(rows, low, high, color=BLUE, lw=1.6, zorder=2)
    axes.plot(off, rows, "o", ms=3.4, color=BLUE, zorder=3)
    reach = max(4.0, 1.15 * float(np.abs([low, high]).max()))
    axes.set_xlim(-reach, reach)
    name_rows(axes, rows, [str(name) for name in check.index])
    axes.set_xlabel("simulated - observed (scales: how well each is known; shaded: 2 of them)")
    heading = len(check) - 0.1
    beside(axes, "observed", (1, heading), 48, "right", BLACK)
    beside(axes, "simulated", (1, heading), 92, "right", BLUE)
    for row, entry in zip(rows, check.to_dict("records"), strict=True):
        beside(axes, number(entry["observed"]), (1, row), 48, "right", BLACK)
        beside(axes, number(entry["median"]), (1, row), 92, "right", BLUE)
        beside(axes, "" if entry["unit"] == "1" else str(entry["unit"]), (1, row), 98, "left", BLACK)
    beside(axes, "worlds of the posterior", (0, heading), 4, "left", BLUE)
    beside(axes, "of the prior", (0, heading), 88, "left", GREY)


@styled
def calibration(
    posterior: pd.DataFrame,
    ranges: Mapping[str, Range],
    check: pd.DataFrame | None = None,
    *,
    marks: Mapping[str, float] | None = None,
    marked: str = "default",
    level: float = 0.9,
) -> Figure:
    """Every parameter's posterior beside its prior and, below, the predictive check.

    Args:
        posterior: draws, one column per parameter and ``weight``, as `Calibration.posterior` has them.
        ranges: ends and scale of every parameter's range; these are drawn, in this order.
        check: from `Calibration.predictive`; None leaves it out.
        marks: values to point at (red triangles), such as the defaults.
        marked: what these values are.
        level: of the intervals.

    Raises:
        ParameterError: there is no parameter to draw.
    """
    if not ranges:
        raise ParameterError("there is no parameter to draw")
    columns = min(COLUMNS, len(ranges))
    lines = math.ceil(len(ranges) / columns)
    heights = [CELL * lines + 0.25, *([] if check is None else [0.75 + ROW * len(check)])]
    figure = new_figure(DOUBLE, sum(heights))
    parts = figure.subfigures(len(heights), 1, height_ratios=heights, squeeze=False)[:, 0]
    cells = parts[0].subplots(lines, columns, squeeze=False).ravel()
    weights = posterior["weight"].to_numpy(np.float64)
    for axes, (name, found) in zip(cells, ranges.items(), strict=False):
        values = posterior[name].to_numpy(np.float64)
        draw_marginal(axes, values, weights, found, level=level, mark=(marks or {}).get(name))
        axes.set_title(name, fontsize=6.5)
    for axes in cells[len(ranges) :]:
        axes.set_visible(False)
    parts[0].supylabel("times as likely as beforehand", fontsize=7)
    if marks:
        key = f"\N{BLACK DOWN-POINTING TRIANGLE} {marked}"
        parts[0].supxlabel(key, x=0.985, ha="right", fontsize=6.5, color=VERMILLION)
    if check is not None:
        draw_check(parts[1].subplots(), check)
    return figure


@styled
def posterior_pairs(posterior: pd.DataFrame, ranges: Mapping[str, Range]) -> Figure:
    """Draws of every two parameters against each other, the larger the heavier; on the diagonal each one alone.

    Args:
        posterior: as in `calibration`.
        ranges: ends and scale of the parameters to draw, at least two of them.

    Raises:
        ParameterError: there are fewer than two parameters.
    """
    names = list(ranges)
    if len(names) < 2:
        raise ParameterError("pairs need at least two parameters")
    figure = new_figure(DOUBLE, 0.4 + DOUBLE * 0.72)
    grid = figure.subplots(len(names), len(names))
    weights = posterior["weight"].to_numpy(np.float64)
    for row, down in enumerate(names):
        for column, across in enumerate(names):
            axes = grid[row, column]
            if column > row:
                axes.set_visible(False)
                continue
            values = posterior[across].to_numpy(np.float64)
            if row == column:
                draw_marginal(axes, values, weights, ranges[across])
            else:
                _draw_pair(axes, values, posterior[down].to_numpy(np.float64), weights, ranges[across], ranges[down])
            if row == len(names) - 1:
                axes.set_xlabel(across, fontsize=6)
            if column == 0 and row > 0:
                axes.set_ylabel(down, fontsize=6)
    return figure


def _draw_pair(axes: Axes, across: FloatArray, up: FloatArray, weights: FloatArray, right: Range, above: Range) -> None:
    axes.scatter(across, up, s=18 * weights / weights.max(), color=BLUE, alpha=0.5, lw=0)
    _over(axes, axes.xaxis, right)
    _over(axes, axes.yaxis, above)
