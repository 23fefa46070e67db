"""What a change does to every outcome: a forest plot of paired differences."""

import math
from typing import Literal

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from simulation.analysis.tables import IntArray
from simulation.analysis.wording import number, times, words
from simulation.arguments import one_of
from simulation.errors import ParameterError
from simulation.plots.axes import alone, name_rows
from simulation.plots.style import BLACK, BLUE, DOUBLE, GREY, PALE, beside, styled

SCALES = {
    "standardised": (1.0, "effect of the change (standard deviations of the base between replicates)"),
    "relative": (100.0, "effect of the change (% of the base)"),
}
"""What estimates are multiplied by, and the label of the axis."""
ROW = 0.22
"""Height of a row, inches."""


def draw_counterfactual(
    axes: Axes, table: pd.DataFrame, scale: Literal["standardised", "relative"] = "standardised"
) -> None:
    """One row per outcome: the difference with its paired interval, and in grey that of as many unpaired runs.

    Beside it, the means in both worlds with their unit, and how many times the replicates unpaired runs need. Outcomes
    that have no such scale (a base that never varies, or is 0) are named and left without a point.

    Raises:
        ParameterError: there is no such scale, or no outcome.
    """
    one_of("scale", scale, SCALES)
    if table.empty:
        raise ParameterError("there is no outcome to draw")
    factor, label = SCALES[scale]
    rows = np.arange(len(table))[::-1]
    ends = ("", "_low", "_high")
    estimate, low, high = (factor * table[f"{scale}{end}"].to_numpy(np.float64) for end in ends)
    wide_low, wide_high = (factor * table[f"unpaired_{scale}{end}"].to_numpy(np.float64) for end in ends[1:])
    axes.axvline(0, color=GREY, lw=0.7, zorder=0)
    axes.hlines(rows, wide_low, wide_high, color=PALE, lw=3.2, zorder=1)
    axes.hlines(rows, low, high, color=BLUE, lw=1.6, zorder=2)
    axes.plot(estimate, rows, "o", ms=3.4, color=BLUE, zorder=3)
    name_rows(axes, rows, [words(name) for name in table.index])
    axes.set_xlabel(label)
    _write_columns(axes, table, rows)


def _write_columns(axes: Axes, table: pd.DataFrame, rows: IntArray) -> None:
    """Right of the axes, in columns: both means, their unit, and what pairing saved; above the axes, a key."""
    columns = ((42.0, "right"), (84.0, "right"), (92.0, "left"), (188.0, "right"))
    lines = [("base", "changed", "", "fewer runs")]
    for row in table.to_dict("records"):
        unit = "" if row["unit"] == "1" else str(row["unit"])
        base, changed = _numbers(row["base"], row["changed"])
        lines.append((base, changed, unit, times(row["replicates_saved"])))
    heading = len(table) - 0.1
    for y, cells in zip([heading, *rows], lines, strict=True):
        for (x, side), cell in zip(columns, cells, strict=True):
            beside(axes, cell, (1, y), x, side, BLACK)
    beside(axes, "paired", (0, heading), 4.0, "left", BLUE)
    beside(axes, "as many runs unpaired", (0, heading), 34.0, "left", GREY)


def _numbers(*values: float) -> list[str]:
    """Numbers to be compared, all to the decimal that gives the largest four significant digits."""
    largest = max((abs(value) for value in values if math.isfinite(value)), default=0.0)
    decimals = 3 - math.floor(math.log10(largest)) if largest > 0 else 0
    return [number(value, min(max(decimals, 0), 6)) for value in values]


@styled
def counterfactual(table: pd.DataFrame, *, scale: Literal["standardised", "relative"] = "standardised") -> Figure:
    """Effects of a change on all outcomes, with intervals of the paired runs (blue) and of as many unpaired (grey).

    Args:
        table: from `Counterfactual.table`.
        scale: "standardised", in standard deviations of the base between replicates, or "relative", in % of the base.

    Raises:
        ParameterError: there is no such scale, or no outcome.
    """
    return alone(DOUBLE, 0.75 + ROW * len(table), draw_counterfactual, table, scale)
