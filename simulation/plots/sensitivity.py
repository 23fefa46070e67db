"""Which parameters outcomes depend on: Sobol indices of one outcome or several."""

import math
import textwrap
from typing import Literal

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from simulation.analysis.tables import FloatArray
from simulation.arguments import one_of
from simulation.errors import ParameterError
from simulation.plots.axes import name_rows
from simulation.plots.sets import heat, matrix, names_width, one_set, ranked, told_apart, two
from simulation.plots.style import BLACK, BLUE, DOUBLE, GREY, PALE, SINGLE, VERMILLION, new_figure, styled, write

Of = Literal["expected", "mean"]

PANELS = 3
"""As many sets of indices have a panel each; more of them make a table."""
VIEW = (-0.25, 1.25)
"""Shares of variance that are shown; an arrow says where an interval goes on beyond."""
ROW = 0.2
"""Height of a row, inches."""
LETTER = 0.065
"""Width of a letter of a title, inches."""
INDICES = (("ST", "total order ST", BLUE, "o", 0.17), ("S1", "first order S1", VERMILLION, "D", -0.17))
"""Column, name, colour, marker, and place in the row."""
NEEDED = ("S1", "ST", "S1_sum", "S1_expected", "ST_expected", "S1_sum_expected", "luck_share", "deviation")


@styled
def sobol(indices: pd.DataFrame, *, of: Of | None = None, top: int | None = None) -> Figure:
    """First and total order indices with intervals, one row per parameter, sorted by total order.

    Sets of indices (outcomes, with the values of the levers) have a panel each, up to `PANELS` of them. More are drawn
    as a table of total order indices: in brackets where the interval reaches down to 0, a dash where there is nothing
    to share among parameters, as where an outcome varies by random draws only.

    Args:
        indices: from `simulation.study.sensitivity.table`; columns left of ``parameter`` tell sets apart.
        of: "expected", indices of the expected outcome, with intervals over points and replicates; "mean", those of the
            mean over replicates, with intervals over points, and a dotted line at the share of random draws, which ST
            of a parameter that does nothing may reach. None: "expected" where there is more than one replicate.
        top: draw only so many parameters.

    Raises:
        ParameterError: there are no such indices, or nothing to draw.
    """
    sets = told_apart(indices, NEEDED)
    chosen = _chosen(indices, of)
    rows = ranked(sets, _column("ST", chosen), top)
    if len(sets) > PANELS:
        value, low = (matrix(sets, rows, _column("ST", chosen) + end) for end in ("", "_low"))
        return heat(
            value, low > 0, rows, list(sets), "total order index ST (in brackets: interval reaches 0)", most=1.0
        )
    names = names_width(rows)
    width = SINGLE if len(sets) == 1 and names < 1.5 else DOUBLE
    letters = int((width - names) / len(sets) / LETTER) - 2
    titles = ["\n".join(textwrap.wrap(name, letters)) for name in sets]
    lines = max(title.count("\n") + 1 for title in titles)
    figure = new_figure(width, 0.8 + 0.13 * lines + ROW * len(rows))
    panels = figure.subplots(1, len(sets), sharey=True, squeeze=False)[0]
    for axes, title, part in zip(panels, titles, sets.values(), strict=True):
        draw_sobol(axes, part, of=chosen, rows=rows)
        axes.set_title(title, pad=22)
    _key(panels[0])
    return figure


def draw_sobol(axes: Axes, indices: pd.DataFrame, *, of: Of | None = None, rows: list[str] | None = None) -> None:
    """One set of indices on axes of your own; ``rows``: parameters from top to bottom, else sorted by total order.

    Raises:
        ParameterError: there are no such indices, or several sets of them.
    """
    chosen = _chosen(indices, of) if "replicates" in indices else "mean"
    part = one_set(indices, NEEDED, "indices", _column("ST", chosen), rows)
    heights = np.arange(len(part), dtype=np.float64)[::-1]
    for place in (0, 1):
        axes.axvline(place, color=PALE, lw=0.7, zorder=0)
    for index, _, colour, marker, shift in INDICES:
        columns = [_column(index, chosen) + end for end in ("", "_low", "_high")]
        _points(axes, part[columns].to_numpy(np.float64).T, heights + shift, colour, marker)
    share = float(part["luck_share"].iloc[0])
    if chosen == "mean" and math.isfinite(share):
        axes.axvline(share, color=BLACK, lw=0.8, ls=":", zorder=0)
    name_rows(axes, heights, [str(name) for name in part.index])
    axes.set_xticks([0, 0.5, 1], ["0", ".5", "1"])
    axes.set(xlim=VIEW, xlabel="share of variance")
    write(axes, _heading(part, chosen), (0, 1), (0, 2), va="bottom", color=GREY)


def _points(axes: Axes, ends: FloatArray, heights: FloatArray, colour: str, marker: str) -> None:
    """Estimates with intervals, (estimate, low, high); an arrow where an interval leaves the view."""
    estimate, low, high = ends
    axes.hlines(heights, low, high, color=colour, lw=1.0, zorder=2)
    axes.plot(estimate, heights, marker, ms=3.4, color=colour, zorder=3)
    for beyond, arrow, place in ((low < VIEW[0], "<", VIEW[0]), (high > VIEW[1], ">", VIEW[1])):
        if beyond.any():  # an empty line that is not clipped has an endless extent, which no layout can make room for
            axes.plot(np.full(int(beyond.sum()), place), heights[beyond], arrow, ms=2.6, color=colour, clip_on=False)


def _heading(part: pd.DataFrame, chosen: Of) -> str:
    """The sum of first order indices with its interval, and the share of random draws."""
    total, low, high = (float(part[_column("S1_sum", chosen) + end].iloc[0]) for end in ("", "_low", "_high"))
    share = float(part["luck_share"].iloc[0])
    if not math.isfinite(total):
        return "nothing but random draws to share" if part["deviation"].iloc[0] > 0 else "no variance to share"
    if not math.isfinite(share):
        luck = "one replicate: share of random draws unknown"
    else:
        luck = f"random draws {two(share)}{', taken off' if chosen == 'expected' else ' (dotted)'}"
    return f"sum of S1 {two(total)} ({two(low)} to {two(high)})\n{luck}"


def _key(axes: Axes) -> None:
    """What the marks are, below the names of the rows."""
    for line, (_, name, colour, marker, _) in enumerate(INDICES):
        sign = {"o": "\N{BLACK CIRCLE}", "D": "\N{BLACK DIAMOND}"}[marker]
        write(axes, f"{name} {sign}", (0, 0), (-4, -17 - 9 * line), va="bottom", ha="right", color=colour)


def _column(index: str, chosen: Of) -> str:
    return f"{index}_expected" if chosen == "expected" else index


def _chosen(indices: pd.DataFrame, of: Of | None) -> Of:
    """Which indices to draw; those of the expected outcome need more than one replicate."""
    if of is None:
        return "expected" if (indices["replicates"] > 1).all() else "mean"
    one_of("of", of, ("expected", "mean"))
    if of == "expected" and not (indices["replicates"] > 1).all():
        raise ParameterError("indices of the expected outcome need more than one replicate; draw those of the 'mean'")
    return of
