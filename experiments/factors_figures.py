"""Figures of the experiment ``factors``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from experiments.factors import MOTIVES
from experiments.factors_sobol import LEVEL, WORDS, share_outcome
from simulation.analysis import Interval, t_interval
from simulation.plots import DOUBLE, styled
from simulation.plots.style import BLACK, BLUE, GREY, PALE, VERMILLION, new_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from simulation.experiment.judge import Findings

NAMES = [factor.replace("_", " ") for factor in MOTIVES]
TITLES = {
    "threshold": "level of appeal",
    "follower_gini": "inequality of followers",
    "merit": "followers by talent",
    "unfollows_per_tie_day": "hazard of unfollowing",
}
"""Of outcomes of the study of weights, as a panel is headed."""
DARK = 0.75
"""Index from which the table's colour needs white letters."""
APART = 0.17
"""Half the distance of two marks of one row."""


@styled
def motives_figure(found: Findings) -> Figure:
    """Of every motive: the factor in what is followed, its part in leaving, and what the ledger books under it."""
    figure = new_figure(DOUBLE, 2.7)
    panels = figure.subplots(1, 3, sharey=True)
    with_and_without = (("with the motive", BLUE, "o"), ("without it", GREY, "D"))
    for axes, letter, outcome in zip(panels, "ab", ("followed", "leaving"), strict=False):
        for place, (name, colour, marker) in enumerate(with_and_without):
            arms = ["usual" if place == 0 else arm for arm, _ in MOTIVES.values()]
            values = [_mean(found.values(f"{f}_{outcome}", arm)) for f, arm in zip(MOTIVES, arms, strict=True)]
            _marks(axes, values, colour, marker, APART * (1 - 2 * place), name)
        axes.set_title(rf"$\bf{{{letter}}}$")
        axes.axvline(0, color=PALE, lw=0.7, zorder=0)
    panels[0].set_xlabel("factor in posts followed\nless that in posts shown")
    panels[1].set_xlabel("change of the hazard of unfollowing\nper .1 of the factor (%)")
    for place, (kind, colour, marker) in enumerate((("follows", BLACK, "s"), ("unfollows", VERMILLION, "v"))):
        values = [_mean(100 * shares_booked(found.details, kind, factor)) for factor in MOTIVES]
        _marks(panels[2], values, colour, marker, APART * (1 - 2 * place), kind)
    panels[2].set_title(r"$\bf{c}$")
    panels[2].set_xlim(left=0)
    panels[2].set_xlabel("share that the ledger books\nunder the factor (%)")
    for axes in (panels[0], panels[2]):
        axes.legend(loc="lower left", bbox_to_anchor=(0.1, 0.98), fontsize=6.5, handletextpad=0.1, ncols=2)
    _rows(panels[0])
    return figure


def shares_booked(details: pd.DataFrame, kind: str, factor: str) -> np.ndarray:
    """Share of follows or unfollows that the ledger books under a factor in the usual worlds, one a replicate."""
    rows = details[(details["arm"] == "usual") & (details["cause"] == factor)].sort_values("replicate")
    return rows[f"share_{kind}"].to_numpy(np.float64)


def _mean(values: np.ndarray) -> Interval:
    return t_interval(values[np.isfinite(values)])


def _rows(axes: Axes) -> None:
    axes.set_yticks(np.arange(len(NAMES))[::-1], NAMES)
    axes.tick_params(axis="y", length=0)
    axes.set_ylim(-0.6, len(NAMES) - 0.4)


def _marks(axes: Axes, values: list[Interval], colour: str, marker: str, shift: float, name: str) -> None:
    heights = np.arange(len(values))[::-1] + shift
    axes.hlines(heights, [v.low for v in values], [v.high for v in values], color=colour, lw=1.0)
    axes.plot([v.estimate for v in values], heights, marker, color=colour, ms=3.4, label=name)


@styled
def weights_figure(indices: pd.DataFrame) -> Figure:
    """First and total order indices of the six weights on the outcomes that are no share of a cause."""
    from simulation.plots.sensitivity import draw_sobol

    shown = [name for name in LEVEL if (indices["outcome"] == name).any()]
    figure = new_figure(DOUBLE, 2.9)
    panels = figure.subplots(1, len(shown), sharey=True, squeeze=False)[0]
    for axes, letter, name in zip(panels, "abcd", shown, strict=False):
        draw_sobol(axes, indices[indices["outcome"] == name], of="mean", rows=NAMES)
        axes.set_title(rf"$\bf{{{letter}}}$  {TITLES[name]}", pad=22)
    marks = ((BLUE, "o", "total order"), (VERMILLION, "D", "first order"))
    for colour, marker, label in marks:
        panels[-1].plot([], [], marker, color=colour, ms=3.4, label=label)
    figure.legend(*panels[-1].get_legend_handles_labels(), loc="outside lower center", ncols=2, fontsize=7)
    return figure


@styled
def causes_figure(indices: pd.DataFrame) -> Figure:
    """Total order indices of the weights (rows) on the share of follows and unfollows booked under a factor."""
    kinds = [kind for kind in WORDS if (indices["outcome"] == share_outcome(kind, next(iter(MOTIVES)))).any()]
    figure = new_figure(DOUBLE, 3.2)
    panels = figure.subplots(1, 2, sharey=True, squeeze=False)[0]
    for axes, letter, kind in zip(panels, "ab", kinds, strict=False):
        wide = indices.pivot(index="parameter", columns="outcome", values="ST").reindex(NAMES)
        wide = wide.reindex(columns=[share_outcome(kind, factor) for factor in MOTIVES])
        _table(axes, wide.to_numpy(np.float64))
        axes.set_title(rf"$\bf{{{letter}}}$  share of {kind} booked under ...")
    for axes in panels[len(kinds) :]:
        axes.set_axis_off()
    panels[0].set_yticks(np.arange(len(NAMES)), NAMES)
    panels[0].set_ylabel("weight of ...")
    return figure


def _table(axes: Axes, values: np.ndarray) -> None:
    axes.imshow(np.clip(values, 0, 1), cmap="Blues", vmin=0, vmax=1.3, aspect="auto")
    for (row, column), value in np.ndenumerate(values):
        if np.isfinite(value):
            axes.text(
                column,
                row,
                f"{value:.2f}",
                ha="center",
                va="center",
                fontsize=6.5,
                color="white" if value > DARK else BLACK,
            )
    axes.set_xticks(np.arange(len(NAMES)), NAMES, rotation=40, ha="right", rotation_mode="anchor")
    axes.tick_params(length=0)
    for spine in axes.spines.values():
        spine.set_visible(False)
