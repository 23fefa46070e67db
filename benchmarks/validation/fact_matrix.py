"""The figure of facts by models: what each shows, told by mark, colour and number."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping
from typing import TYPE_CHECKING, Any

from benchmarks.validation.target import Evidence
from simulation.plots.style import BLACK, BLUE, DOUBLE, GREY, PALE, SKY, VERMILLION, new_figure, styled

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MARKS = {
    "shown": ("o", BLUE, BLUE),
    "put in": ("D", SKY, BLUE),
    "not shown": ("X", VERMILLION, VERMILLION),
    "cannot express": ("_", GREY, GREY),
}
"""Marker, fill and edge of each verdict: told apart by shape alone."""
ROW = 0.21
"""Height of a row, inches."""


@styled
def draw_facts(evidence: Evidence) -> Figure:
    """Facts from top to bottom, models from left to right, their counts below."""
    table, tally = evidence.tables["facts"], evidence.tables["counts"]
    models, facts = list(tally["model"]), list(dict.fromkeys(table["fact"]))
    figure = new_figure(DOUBLE, 0.6 + ROW * (len(facts) + len(MARKS) + 1))
    axes = figure.add_subplot()
    axes.set_xlim(-0.45, len(models) - 0.25)
    axes.set_ylim(len(facts) + len(MARKS) + 0.6, -0.6)
    for row in table.to_dict("records"):
        _cell(axes, models.index(row["model"]), facts.index(row["fact"]), row)
    axes.axhline(len(facts) - 0.3, color=BLACK, lw=0.6)
    below = [_totals(axes, tally, verdict, len(facts) + 0.4 + k) for k, verdict in enumerate(MARKS)]
    lines = table.drop_duplicates("fact").to_dict("records")
    names = [f"{row['fact']} ({row['unit']}, {_range(row['low'], row['high'])})" for row in lines]
    axes.set_yticks([*range(len(facts)), *below], [*names, *MARKS])
    axes.set_xticks(range(len(models)), models)
    axes.xaxis.tick_top()
    axes.tick_params(length=0)
    for side in axes.spines.values():
        side.set_visible(False)
    for line in range(1, len(facts)):
        axes.axhline(line - 0.5, color=PALE, lw=0.3, zorder=0)
    return figure


def _cell(axes: Axes, x: int, y: int, row: Mapping[Hashable, Any]) -> None:
    """One mark, and the number beside it where there is one."""
    value = float(row["value"])
    marker, fill, edge = MARKS[row["verdict"]]
    axes.plot(x - 0.2, y, marker, ms=5.0, color=fill, markeredgecolor=edge, markeredgewidth=0.7)
    if math.isfinite(value):
        axes.text(x - 0.08, y, number(value), va="center_baseline", ha="left", fontsize=6.5)


def _totals(axes: Axes, tally: pd.DataFrame, verdict: str, y: float) -> float:
    """A row of counts of one verdict; the row's height."""
    marker, fill, edge = MARKS[verdict]
    for x, count in enumerate(tally[verdict]):
        axes.plot(x - 0.2, y, marker, ms=5.0, color=fill, markeredgecolor=edge, markeredgewidth=0.7)
        axes.text(x - 0.08, y, f"{count}", va="center_baseline", ha="left", fontsize=7.5, fontweight="bold")
    return y


def _range(low: float, high: float) -> str:
    if math.isinf(high):
        return f"above {number(low)}"
    return f"below {number(high)}" if math.isinf(low) else f"{number(low)} to {number(high)}"


def number(value: float) -> str:
    """Three digits at most, without an exponent and without trailing noughts."""
    if value == 0.0:
        return "0"
    digits = max(0, 2 - math.floor(math.log10(abs(value))))
    text = f"{value:.{digits}f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace("-", "\N{MINUS SIGN}")
