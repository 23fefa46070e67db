"""Figures of the experiment ``bandwagon``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from experiments.bandwagon import BIAS, CROWD, CROWD_SWEPT_AT, WEIGHT
from experiments.worlds import MEASURES
from simulation.parameters import KNOWN
from simulation.plots import DOUBLE, SINGLE, styled
from simulation.plots.style import GREY, LINES, label_ends, new_figure, one_axes

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.collections import PathCollection
    from matplotlib.figure import Figure

AXIS = {
    "inequality": ("inequality of followers\n(Gini coefficient)", 1.0),
    "unpredictability": ("unpredictability\n($10^{-3}$ of market share)", 1e3),
    "rank_correlation": ("rank correlation\nof followers with talent", 1.0),
    "early_lead": ("return on early luck\n(% more gained per 1% more held)", 1.0),
}
"""Label of each measure's axis, and what estimates are multiplied by."""
SWEEP = {WEIGHT: "weight of peer influence", CROWD: "share of the crowd in peer influence"}
"""Label of each swept lever's axis."""
APART = 0.2
"""How far two worlds must differ about a creator, as a share of the axis, for its followers to be written out."""


def swept(estimates: pd.DataFrame, lever: str) -> pd.DataFrame:
    """Rows of the sweep of one lever, the other one as it was held."""
    if lever == WEIGHT:
        return estimates[np.isclose(estimates[CROWD], float(str(KNOWN[CROWD].default)))]
    return estimates[np.isclose(estimates[WEIGHT], CROWD_SWEPT_AT)]


def draw_sweep(axes: Axes, estimates: pd.DataFrame, measure: str, lever: str, label: str = "popularity bias") -> None:
    """One measure against one lever: for each popularity bias a line with intervals, named by ``label`` and bias."""
    name, scale = AXIS[measure]
    rows = swept(estimates[estimates["measure"] == measure], lever).sort_values(lever)
    biases = sorted(rows[BIAS].unique())
    dodge = 0.012 * float(np.ptp(rows[lever]))
    ends = []
    for place, bias in enumerate(biases):
        line, colour = rows[rows[BIAS] == bias], LINES[place % len(LINES)]
        x = line[lever].to_numpy() + dodge * (place - (len(biases) - 1) / 2)
        estimate = scale * line["estimate"].to_numpy()
        axes.plot(x, estimate, color=colour, marker="o", ms=2.4)
        axes.vlines(x, scale * line["low"], scale * line["high"], color=colour, lw=0.5)
        axes.vlines(x, scale * line["within_low"], scale * line["within_high"], color=colour, lw=1.8)
        ends.append((float(estimate[-1]), f"{label} {bias:g}", colour))
    _ticks(axes, sorted(rows[lever].unique()))
    axes.set_xlabel(SWEEP[lever])
    axes.set_ylabel(name)
    if measure == "unpredictability":
        axes.set_ylim(bottom=0)
    label_ends(axes, ends)


def _ticks(axes: Axes, values: list[float]) -> None:
    """Ticks at the values visited, left out where numbers would run into each other."""
    kept: list[float] = []
    for value in values:
        if not kept or value - kept[-1] > 0.15 * (values[-1] - values[0]):
            kept.append(value)
    axes.set_xticks(kept, [f"{value:g}" for value in kept])


@styled
def measure_figure(estimates: pd.DataFrame, measure: str) -> Figure:
    """One measure against the weight of peer influence, one line for each popularity bias."""
    figure, axes = one_axes(SINGLE, 2.5)
    draw_sweep(axes, estimates, measure, WEIGHT)
    return figure


@styled
def panels(estimates: pd.DataFrame) -> Figure:
    """Inequality, unpredictability and rank correlation (columns) against weight and share of the crowd (rows)."""
    figure = new_figure(DOUBLE, 4.0)
    figure.set_layout_engine("constrained", w_pad=0.06, h_pad=0.06, wspace=0.03, hspace=0.05)
    grid = figure.subplots(2, 3, sharey="col")
    letters = iter("abcdef")
    for row, lever in zip(grid, (WEIGHT, CROWD), strict=True):
        for axes, measure in zip(row, list(MEASURES)[:3], strict=True):
            axes.set_title(rf"$\bf{{{next(letters)}}}$")
            axes.tick_params(labelleft=True)
            draw_sweep(axes, estimates, measure, lever, "bias")
    return figure


@styled
def two_worlds(creators: pd.DataFrame, pairs: dict[str, tuple[int, int]]) -> Figure:
    """Followers of every creator in two worlds of one population, one against the other: the same talents, other stars.

    Parameters
    ----------
    creators
        One row a creator and world: point, population, world, creator, talent, followers.
    pairs
        For each panel, its title: point and population, of which worlds 0 and 1 are shown.
    """
    figure = new_figure(DOUBLE, 3.0)
    figure.set_layout_engine("constrained", w_pad=0.06, h_pad=0.06, wspace=0.05)
    grid = figure.subplots(1, len(pairs), sharex=True, sharey=True, squeeze=False)[0]
    for axes, letter, (title, (point, population)) in zip(grid, "abcdef", pairs.items(), strict=False):
        chosen = creators[(creators["point"] == point) & (creators["population"] == population)]
        one, two = (chosen[chosen["world"] == world].sort_values("creator") for world in (0, 1))
        dots = _draw_two_worlds(axes, one, two)
        axes.set_title(rf"$\bf{{{letter}}}$  {title}")
        axes.set_xlabel("followers in one world (users)")
    grid[0].set_ylabel("followers in another world (users)")
    bar = figure.colorbar(dots, ax=list(grid), fraction=0.03, pad=0.02)
    bar.set_label("talent")
    bar.outline.set_visible(False)
    return figure


def _draw_two_worlds(axes: Axes, one: pd.DataFrame, two: pd.DataFrame) -> PathCollection:
    """Every creator by followers in two worlds, coloured by talent; on the dashed line luck plays no part.

    On either side of it the creator whom the worlds differ most about has its followers written out.
    """
    from matplotlib.ticker import StrMethodFormatter

    x, y = one["followers"].to_numpy(np.float64), two["followers"].to_numpy(np.float64)
    most = 1.06 * max(float(x.max()), float(y.max()), 1.0)
    axes.axline((0, 0), slope=1, color=GREY, lw=0.6, ls=(0, (4, 2)), zorder=1)
    dots = axes.scatter(x, y, c=one["talent"], s=11, cmap="viridis", vmin=0, vmax=1, linewidths=0, zorder=2)
    for creator in (int(np.argmax(y - x)), int(np.argmax(x - y))):
        if abs(x[creator] - y[creator]) > APART * most:
            left = x[creator] < most / 2
            axes.annotate(
                f"{x[creator]:,.0f} and {y[creator]:,.0f}",
                (x[creator], y[creator]),
                xytext=(-2 if left else 2, 4),
                textcoords="offset points",
                ha="left" if left else "right",
                va="bottom",
                fontsize=6,
            )
    axes.set_aspect("equal")
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
    axes.set_xlim(-0.02 * most, most)
    axes.set_ylim(-0.02 * most, most)
    return dots
