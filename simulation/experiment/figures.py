"""The two figures that every experiment has: effects with their replicates, and effects over sampled worlds."""

import math
import textwrap
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from simulation.analysis import Interval
from simulation.analysis.expectation import TOO_SMALL
from simulation.analysis.tables import rows_of
from simulation.analysis.wording import interval, percent
from simulation.experiment.judge import Findings, Floats, contrast, inside
from simulation.plots import DOUBLE, styled
from simulation.plots.style import BLACK, BLUE, GREY, PALE, VERMILLION, PaperFigure, write

ROW = 0.62
"""Height of one expectation, inches: each has an axis of its own, since units differ."""
SAYS, LINE = 38, 8.6
"""Characters per line of what an expectation says, and points from line to line."""
WIDE = 26
"""Characters of an interval that fit beside an axis; a longer one takes two lines."""
COLOURS = {"supported": BLUE, "contradicted": VERMILLION}
QUICK = "quick run"
"""Stamp on the figures of a run that is too small to decide anything."""
STAMP_EVERY = 4.0
"""Inches of a figure's height for each stamp."""


def stamp(figure: Figure) -> None:
    """Mark a figure as that of a quick run, a tall one in several places: parts of it may be shown alone."""
    times = max(1, round(figure.get_figheight() / STAMP_EVERY))
    for place in range(times):
        height = (place + 0.5) / times
        figure.text(
            0.5, height, QUICK, ha="center", va="center", fontsize=34, color=GREY, alpha=0.35, rotation=20, zorder=99
        )


@styled
def effects_figure(found: Findings) -> Figure:
    """Every expectation: replicates as dots, mean with 95% interval, and the bounds."""
    rows = rows_of(found.effects)
    figure, grid = _rows(len(rows))
    for axes, expected, row in zip(grid, found.experiment.expectations, rows, strict=True):
        values = contrast(found.runs, expected).dropna().to_numpy(np.float64)
        colour = COLOURS.get(row["verdict"], GREY)
        _bounds(axes, row)
        axes.plot(values, _jitter(values.size), "o", ms=2.2, mew=0, color=colour, alpha=0.4, zorder=2)
        axes.plot([row["low"], row["high"]], [0, 0], color=BLACK, lw=1.6, zorder=3)
        axes.plot([row["estimate"]], [0], "o", ms=4, color=BLACK, zorder=4)
        mean = interval(Interval(row["estimate"], row["low"], row["high"], 0.95), signed=row["than"] != "")
        verdict = "" if row["verdict"] == TOO_SMALL else f"\n{row['verdict']}"
        _write(axes, row, (mean.replace(" [", "\n[") if len(mean) > WIDE else mean) + verdict, colour)
    grid[-1].set_xlabel("dots: replicates; black: mean with 95% interval; shaded: expected")
    return figure


@styled
def robustness_figure(found: Findings) -> Figure:
    """Every expectation: its effect in each plausible sampled world, and that of the default parameters."""
    places = [place for place, row in enumerate(rows_of(found.robustness.table)) if row["n"]]
    figure, grid = _rows(max(1, len(places)))
    table, defaults = rows_of(found.robustness.table), rows_of(found.effects)
    for axes, place in zip(grid, places, strict=False):
        expected, row, default = found.experiment.expectations[place], table[place], defaults[place]
        values = found.robustness.effects(expected).to_numpy(np.float64)
        met, jitter = inside(values, expected), _jitter(values.size)
        _bounds(axes, default)
        for chosen, colour in ((met, BLUE), (~met, VERMILLION)):
            axes.plot(values[chosen], jitter[chosen], "o", ms=2.2, mew=0, color=colour, alpha=0.6, zorder=2)
        axes.plot([row["q05"], row["q95"]], [0, 0], color=BLACK, lw=0.8, zorder=3)
        axes.plot([row["median"]] * 2, [-0.3, 0.3], color=BLACK, lw=1.6, zorder=3)
        axes.plot([default["estimate"]], [0], "D", ms=4, mfc="white", mec=BLACK, mew=0.8, zorder=4)
        between = f"[{percent(row['share_low'])}, {percent(row['share_high'])}]"
        _write(axes, default, f"met in {percent(row['share'])}\n{between} of {row['n']}", BLACK)
    grid[-1].set_xlabel(
        "dots: sampled worlds (blue: as expected); bar: median with the middle 90%; diamond: default parameters"
    )
    return figure


def _rows(count: int) -> tuple[Figure, list[Axes]]:
    height = 0.35 + ROW * count
    figure = PaperFigure(figsize=(DOUBLE, height))
    grid = figure.subplots(count, 1, squeeze=False)[:, 0]
    figure.subplots_adjust(
        left=0.36, right=0.775, top=1 - 0.06 / height, bottom=0.44 / height, hspace=ROW / (ROW - 0.3) - 1
    )
    for axes in grid:
        axes.set_yticks([])
        axes.set_ylim(-1, 1)
        axes.spines["left"].set_visible(False)
    return figure, list(grid)


def _bounds(axes: Axes, row: dict[str, Any]) -> None:
    """Shade what is expected, and draw zero."""
    far = 1e12
    axes.axvspan(max(row["bound_low"], -far), min(row["bound_high"], far), color=PALE, alpha=0.35, lw=0, zorder=0)
    if row["than"]:
        axes.axvline(0, color=GREY, lw=0.7, zorder=1)


def _jitter(count: int) -> Floats:
    """Heights that keep dots apart: the golden ratio's fractions, the same every time."""
    return np.asarray(1.2 * ((np.arange(1, count + 1) * 0.6180339887498949) % 1.0) - 0.6, dtype=np.float64)


def _write(axes: Axes, row: dict[str, Any], right: str, colour: str) -> None:
    """What is expected and measured to the left, numbers to the right; then the limits."""
    says = textwrap.fill(row["says"], SAYS, max_lines=3, placeholder=" ...")
    unit = f" ({row['unit']})" if row["unit"] else ""
    name = f"{'change of ' if row['than'] else ''}{row['outcome'].replace('_', ' ')}{unit}"
    lines = says.count("\n") + 1
    for x, offset, text, side, shade in (
        (0.0, (-8, LINE / 2), says, "right", BLACK),
        (0.0, (-8, -LINE * lines / 2), name, "right", GREY),
        (1.0, (8, 0), right, "left", colour),
    ):
        look = {"ha": side, "va": "center", "fontsize": 6.5, "color": shade, "linespacing": 1.15}
        write(axes, text, (x, 0.5), offset, **look)
    _limits(axes, row)


def _limits(axes: Axes, row: dict[str, Any]) -> None:
    """The axis shows all dots, the whole interval, finite bounds and zero: nothing is clipped."""
    from matplotlib.ticker import MaxNLocator

    points = [line.get_xdata() for line in axes.lines if line.get_transform() == axes.transData]
    shown = np.concatenate(
        [*(np.asarray(some, dtype=np.float64) for some in points), np.zeros(1 if row["than"] else 0)]
    )
    ends = [value for value in (row["bound_low"], row["bound_high"]) if math.isfinite(value)]
    shown = np.concatenate([shown[np.isfinite(shown)], ends])
    least, most = (float(shown.min()), float(shown.max())) if shown.size else (0.0, 0.0)
    pad = 0.06 * (most - least) or 0.5
    axes.set_xlim(least - pad, most + pad)
    axes.xaxis.set_major_locator(MaxNLocator(5))
