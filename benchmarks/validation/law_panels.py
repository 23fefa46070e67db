"""Figures of laws: what was simulated as points, beside the law as a line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from simulation.plots.style import DOUBLE, GREY, LINES, new_figure, plain_log_ticks, styled

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from benchmarks.validation.special_worlds import Engine


class Panel(NamedTuple):
    """One set of axes."""

    name: str
    """Which rows of the table it shows, and its title."""
    x: str
    y: str
    """Axis labels, with units."""
    log: str = ""
    """Which axes are logarithmic: any of x and y."""
    key: str = "upper right"
    """Corner in which the series are named: upper or lower, left or right."""


def shown(panel: str, series: str, engine: Engine, x: ArrayLike, found: ArrayLike, law: ArrayLike) -> pd.DataFrame:
    """Rows of the table that a figure shows: what was found at each x, and what the law says there."""
    import pandas as pd

    return pd.DataFrame(
        {"panel": panel, "series": series, "engine": engine, "x": np.asarray(x, dtype=np.float64), "found": found,
         "law": law}
    )  # fmt: skip


def distribution(
    panel: str, series: str, engine: Engine, values: NDArray[np.int64], law: NDArray[np.float64], *, tail: bool = False
) -> pd.DataFrame:
    """Those rows for the distribution of whole numbers; with ``tail``, for the share at or above each.

    Values that the law gives less than one thousandth of, and that were not found, are left out.
    """
    found = np.bincount(values.ravel(), minlength=law.size)[: law.size] / values.size
    seen = np.flatnonzero((found > 0.0) | (law > 1e-3))
    if tail:
        found, law = (np.cumsum(share[::-1])[::-1] for share in (found, law))
    kept = slice(int(seen.min()), int(seen.max()) + 1)
    return shown(panel, series, engine, np.arange(law.size)[kept], found[kept], law[kept])


@styled
def law_figure(table: pd.DataFrame, panels: Sequence[Panel], height: float = 2.6) -> Figure:
    """One panel for each of ``panels``, side by side.

    Lines are laws; filled points the compiled engine, rings Mesa. A series has the same colour in all of them.
    """
    figure = new_figure(DOUBLE, height)
    axes = figure.subplots(1, len(panels), squeeze=False)[0]
    colours = {series: LINES[place % len(LINES)] for place, series in enumerate(dict.fromkeys(table["series"]))}
    for ax, panel in zip(axes, panels, strict=True):
        _draw(ax, table[table["panel"] == panel.name], panel, colours)
    engines = set(table["engine"])
    marks = {"compiled": "filled points: compiled engine", "mesa": "rings: Mesa engine"}
    said = ["lines: law", *(text for engine, text in marks.items() if engine in engines)]
    figure.supxlabel("   ".join(said), fontsize=6.5, color=GREY)
    return figure


def _draw(axes: Axes, rows: pd.DataFrame, panel: Panel, colours: Mapping[str, str]) -> None:
    names: list[tuple[str, str]] = []
    for series, part in rows.groupby("series", sort=False):
        colour = colours[str(series)]
        part = part.sort_values("x")
        axes.plot(part["x"], part["law"], color=colour, lw=1.0, zorder=1)
        ring = part["engine"].iloc[0] == "mesa"
        few = part[part["found"] > 0.0] if "y" in panel.log else part
        many = len(few) > 40
        face = "white" if ring else colour
        axes.plot(few["x"], few["found"], "o", ms=2.0 if many else 3.0, mfc=face, mec=colour, mew=0.7, ls="", zorder=2)
        names.append((str(series), colour))
    if "x" in panel.log:
        axes.set_xscale("log")
        plain_log_ticks(axes.xaxis)
    if "y" in panel.log:
        axes.set_yscale("log")
        axes.set_ylim(bottom=0.5 * float(rows.loc[rows["found"] > 0.0, "found"].min()))
        plain_log_ticks(axes.yaxis)
    axes.set_title(panel.name)
    axes.set_xlabel(panel.x)
    axes.set_ylabel(panel.y)
    _name(axes, names, panel.key)


def _name(axes: Axes, names: Sequence[tuple[str, str]], corner: str) -> None:
    """Names of series in their colours, one under the other in a corner."""
    top, right = "upper" in corner, "right" in corner
    for row, (text, colour) in enumerate(names if top else names[::-1]):
        axes.annotate(
            text,
            (0.98 if right else 0.03, 0.98 if top else 0.02),
            xytext=(0, (-8.0 if top else 8.0) * row),
            xycoords="axes fraction",
            textcoords="offset points",
            ha="right" if right else "left",
            va="top" if top else "bottom",
            fontsize=6,
            color=colour,
            bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.7, "pad": 0.5},
            zorder=3,
        )
