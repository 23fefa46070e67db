"""What figures of targets share: estimates with their intervals, and bands as a table below the axes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from benchmarks.validation.target import Band, Evidence
from simulation.analysis.intervals import Interval
from simulation.analysis.wording import bounds, interval
from simulation.plots.style import BLACK, DOUBLE, GREY, VERMILLION, new_figure


def point(axes: Axes, found: Interval, at: float, *, across: bool = False, **style: Any) -> None:
    """An estimate with its interval, upright or across."""
    reach = [[found.estimate - found.low], [found.high - found.estimate]]
    x, y, bar = (found.estimate, at, "xerr") if across else (at, found.estimate, "yerr")
    axes.errorbar(x, y, **{"fmt": "o", "ms": 4, bar: reach, **style})


def panels(
    evidence: Evidence, columns: int = 1, *, width: float = DOUBLE, height: float = 2.4
) -> tuple[Figure, list[Axes]]:
    """A figure with a row of axes, and below them the bands as a table."""
    below = 0.19 * (len(evidence.bands) + 1)
    figure = new_figure(width, height + below)
    grid = figure.add_gridspec(2, columns, height_ratios=(height, below))
    table_of_bands(figure.add_subplot(grid[1, :]), evidence.bands)
    return figure, [figure.add_subplot(grid[0, column]) for column in range(columns)]


def table_of_bands(axes: Axes, bands: Sequence[Band], size: float = 6.5) -> None:
    """Fill axes with one line per band: name, mean with its 95% interval, range; a missed one in another colour."""
    axes.set_axis_off()
    step = 1.0 / (len(bands) + 1)
    rows = [("", "model [95%]", "target", GREY)]
    for band in bands:
        name = f"{band.name}{', ' + band.unit if band.unit else ''}"
        wanted = bounds(band.low, band.high) + ("" if band.met else ": missed")
        rows.append((name, interval(band.found), wanted, BLACK if band.met else VERMILLION))
    for line, (*cells, colour) in enumerate(rows):
        for x, text, side in zip((0.0, 0.74, 0.78), cells, ("left", "right", "left"), strict=True):
            drawn = axes.text(x, 1 - (line + 0.5) * step, text, transform=axes.transAxes)
            drawn.set(ha=side, va="center", fontsize=size, color=colour)
