"""Figure of the experiment ``music_lab``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from experiments.music_lab import BIAS, LINEAR, POPULAR, STEEP
from experiments.music_lab_data import PUBLISHED, SIGNAL, downloads, sorted_shares
from simulation.analysis import t_interval
from simulation.experiment.run import FURTHER
from simulation.plots import DOUBLE, styled
from simulation.plots.style import BLACK, BLUE, GREEN, GREY, VERMILLION, new_figure, plain_log_ticks

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from simulation.experiment.judge import Findings

COLOURS = {"independent": GREY, "weak": BLUE, "strong": VERMILLION}
LEAST_SHARE = 0.05
"""Smallest market share shown, %: in the model some songs are not taken at all."""
CURVES = {LINEAR: (GREEN, "ever more by counts"), STEEP: (BLACK, "ever more by their squares")}


def curve(table: pd.DataFrame, bias: float) -> pd.DataFrame:
    """Means over sets of songs as the share of listening that goes by counts rises from none to all, one row a share.

    Without any such listening its exponent means nothing, so both curves begin at the same condition.
    """
    own = table[(table[BIAS] == bias) | (table[POPULAR] == 0)]
    return own.groupby(POPULAR)[["inequality", "unpredictability", "merit"]].mean()


@styled
def lab_figure(found: Findings) -> Figure:
    """Unpredictability against inequality, and how market shares fall with rank, beside the experiments' own."""
    figure = new_figure(DOUBLE, 3.4)
    left, right = figure.subplots(1, 2, width_ratios=(1.25, 1))
    _plane(left, found)
    _ranks(right, found)
    figure.legend(*left.get_legend_handles_labels(), loc="outside upper center", ncols=4, fontsize=6.5)
    return figure


def _plane(axes: Axes, found: Findings) -> None:
    table = pd.read_parquet(found.options.out / FURTHER)
    for bias, (colour, label) in CURVES.items():
        line = curve(table, bias)
        axes.plot(
            line["inequality"],
            line["unpredictability"],
            color=colour,
            lw=0.9,
            marker=".",
            ms=3,
            zorder=1,
            label=f"model, listening {label}",
        )
    for arm, colour in COLOURS.items():
        x, y = (t_interval(found.values(name, arm)) for name in ("inequality", "unpredictability"))
        axes.errorbar(
            x.estimate,
            y.estimate,
            xerr=[[x.estimate - x.low], [x.high - x.estimate]],
            yerr=[[y.estimate - y.low], [y.high - y.estimate]],
            fmt="o",
            ms=5,
            lw=1,
            color=colour,
            zorder=3,
            label=f"model, {arm}",
        )
    for number, marker in ((1, "s"), (2, "D")):
        real = PUBLISHED[number]
        x, y = (real.inequality_alone, real.inequality), (real.unpredictability_alone, real.unpredictability)
        axes.plot(x, y, marker, color=BLACK, mfc="white", ms=4.5, lw=0, zorder=4, label=f"experiment {number}")
        axes.annotate(
            "", (x[1], y[1]), (x[0], y[0]), arrowprops={"arrowstyle": "->", "lw": 0.6, "ls": ":", "shrinkB": 4}
        )
    axes.set_title(r"$\bf{a}$")
    axes.set_xlabel("inequality G (Gini coefficient of market shares)")
    axes.set_ylabel("unpredictability U ($10^{-3}$ of market share)")
    axes.set_ylim(bottom=0)


def _ranks(axes: Axes, found: Findings) -> None:
    for arm, colour in COLOURS.items():
        shares = found.details[found.details["arm"] == arm].groupby("rank")["share"].mean()
        axes.plot(shares.index, 100 * shares, color=colour)
    for number, marker in ((1, "s"), (2, "D")):
        real = downloads(number)
        if real is not None:
            shares = 100 * sorted_shares(real[:-1])
            colour = COLOURS[SIGNAL[number]]
            axes.plot(np.arange(1, shares.size + 1), shares, marker, ms=2.6, mew=0.7, mfc="white", color=colour)
    axes.set_yscale("log")
    plain_log_ticks(axes.yaxis)
    axes.set_ylim(bottom=LEAST_SHARE)
    axes.set_title(r"$\bf{b}$")
    axes.set_xlabel("song, by rank in its world")
    axes.set_ylabel("market share (%)")
