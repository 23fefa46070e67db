"""What several figures do with their axes: scales, rows, tables of shades, panels with letters."""

import math
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Concatenate, ParamSpec

import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, LogLocator, NullLocator

from simulation.analysis.intervals import Interval
from simulation.analysis.tables import FloatArray
from simulation.analysis.wording import interval
from simulation.plots.style import one_axes, plain_log_ticks

P = ParamSpec("P")


def alone(
    width: float, height: float, draw: Callable[Concatenate[Axes, P], object], *args: P.args, **kwargs: P.kwargs
) -> Figure:
    """A figure of the one thing that ``draw`` draws on axes."""
    figure, axes = one_axes(width, height)
    draw(axes, *args, **kwargs)
    return figure


def lettered(figure: Figure, panels: Iterable[Axes], titles: Sequence[str]) -> None:
    """Title panels with a letter each; constrained layout by itself leaves too little air between them."""
    figure.set_layout_engine("constrained", w_pad=0.06, h_pad=0.06, wspace=0.03, hspace=0.05)
    title(panels, titles)


def title(panels: Iterable[Axes], titles: Sequence[str]) -> None:
    """Letters and titles of panels."""
    for axes, letter, text in zip(panels, "abcdefghijkl", titles, strict=False):
        axes.set_title(rf"$\bf{{{letter}}}$  {text}")


def time_axis(axes: Axes, days: Any) -> None:
    """Days in order, from left to right over the whole width."""
    first, last = float(days[0]), float(days[-1])
    axes.set(xlim=(first, max(last, first + 1)), xlabel="time (days)")


def name_rows(axes: Axes, heights: Any, names: Sequence[str]) -> None:
    """A name for each row on the left, whose axis is not drawn."""
    axes.set_yticks(heights, names)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.set_ylim(-0.6, len(names) - 0.4)


def one_two_five(axis: Axis) -> None:
    """Plain ticks of a logarithmic axis at 1, 2 and 5 times powers of ten."""
    axis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
    plain_log_ticks(axis)


def few_log_ticks(axis: Axis, low: float, high: float) -> None:
    """Plain ticks at 1, 2 and 5 times powers of ten from ``low`` to ``high``, not all of them where there are many."""
    plain_log_ticks(axis)
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    ticks = [digit * 10.0**power for power in powers for digit in (1, 2, 5) if low <= digit * 10.0**power <= high]
    axis.set_major_locator(FixedLocator(ticks[:: 1 + len(ticks) // 5]))
    axis.set_minor_locator(NullLocator())


def follower_scale(axes: Axes, least: float, most: float) -> None:
    """Logarithmic follower axis from the power of ten below ``least``; where somebody has none, linear below one."""
    if 1 <= least < np.inf:
        axes.set_yscale("log")
        axes.set_ylim(10.0 ** np.floor(np.log10(least)), max(10.0, 1.25 * most))
    else:
        axes.set_yscale("symlog", linthresh=1)
        axes.set_ylim(0, max(2.0, 1.25 * most))
    plain_log_ticks(axes.yaxis)


def shaded(
    axes: Axes, values: FloatArray, low: float, high: float, rows: Sequence[str], columns: Sequence[str], **heads: Any
) -> Any:
    """A table of shades of blue, the darkest of ``high``, with names of rows and columns; returns what is coloured."""
    cells = np.ma.masked_invalid(values)
    shades = axes.pcolormesh(cells, cmap="Blues", vmin=low, vmax=high, edgecolors="white", lw=0.6)
    axes.set_yticks(np.arange(len(rows)) + 0.5, rows)
    axes.set_xticks(np.arange(len(columns)) + 0.5, columns, **heads)
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    return shades


def in_cell(axes: Axes, row: int, column: int, text: str, colour: str) -> None:
    """Text in a cell of such a table."""
    axes.text(column + 0.5, row + 0.5, text, ha="center", va="center_baseline", fontsize=6, color=colour)


def spearman(rho: Interval) -> str:
    """Spearman's correlation in words of mathematics."""
    return f"Spearman $\\rho$ = {interval(rho)}" if math.isfinite(rho.estimate) else "no rank correlation"
