"""Figures of the Music Lab: both experiments beside the model, and other mechanisms."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from benchmarks.validation.music_lab_data import ERRORS, PUBLISHED
from simulation.analysis.intervals import t_interval
from simulation.plots.style import BLACK, BLUE, DOUBLE, GREY, PALE, VERMILLION, new_figure, plain_log_ticks, styled

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from benchmarks.validation.target import Evidence

COLOURS = {"independent": GREY, "weak": BLUE, "strong": VERMILLION}
EXPERIMENT = {"independent": 1, "weak": 1, "strong": 2}
LABELS = {"independent": "alone", "weak": "weak signal", "strong": "strong signal"}
REACH = 2.0
"""Standard errors that bars of the experiments show."""


@styled
def lab_figure(evidence: Evidence) -> Figure:
    """Inequality and unpredictability of all conditions; rank correlation; market shares by rank."""
    figure = new_figure(DOUBLE, 2.7)
    plane, merit, ranks = figure.subplots(1, 3, width_ratios=(1.3, 0.6, 1.0))
    table = evidence.tables["experiments"]
    _plane(plane, table)
    _merit(merit, table)
    _ranks(ranks, evidence.tables["shares"])
    figure.legend(*plane.get_legend_handles_labels(), loc="outside lower center", ncols=2, fontsize=6.5)
    return figure


def _real(condition: str, outcome: str) -> tuple[float, float]:
    """What an experiment came to, and how far its bar reaches."""
    name = f"{outcome}_alone" if condition == "independent" else outcome
    number = EXPERIMENT[condition]
    return getattr(PUBLISHED[number], name), REACH * getattr(ERRORS[number], name)


def _plane(axes: Axes, table: pd.DataFrame) -> None:
    for condition, colour in COLOURS.items():
        rows = table[table["condition"] == condition]
        first = condition == "independent"
        axes.plot(rows["inequality"], rows["unpredictability"], ".", ms=2.5, color=colour, alpha=0.5, zorder=1)
        x, y = (t_interval(rows[name].to_numpy(np.float64)) for name in ("inequality", "unpredictability"))
        axes.errorbar(
            x.estimate,
            y.estimate,
            xerr=[[x.estimate - x.low], [x.high - x.estimate]],
            yerr=[[y.estimate - y.low], [y.high - y.estimate]],
            fmt="o",
            ms=4.5,
            color=colour,
            zorder=3,
            label="model, mean over sets of songs (dots) with 95% interval" if first else None,
        )
        (gini, wide), (luck, high) = (_real(condition, name) for name in ("inequality", "unpredictability"))
        axes.errorbar(
            gini,
            luck,
            xerr=wide,
            yerr=high,
            fmt="s",
            ms=4.5,
            mfc="white",
            color=BLACK,
            lw=0.7,
            zorder=2,
            label="experiment, with two standard errors" if first else None,
        )
        axes.annotate(
            LABELS[condition],
            (x.estimate, y.estimate),
            xytext=(-64, 0) if condition == "strong" else (9, -13),
            textcoords="offset points",
            color=colour,
            fontsize=7,
        )
    axes.set_title(r"$\bf{a}$")
    axes.set_xlabel("inequality G (Gini coefficient)")
    axes.set_ylabel("unpredictability U ($10^{-3}$ of market share)")
    axes.set_xlim(0.15, 0.6)
    axes.set_ylim(bottom=0)


def _merit(axes: Axes, table: pd.DataFrame) -> None:
    for place, condition in enumerate(("weak", "strong")):
        values = table.loc[table["condition"] == condition, "merit"].to_numpy(np.float64)
        found = t_interval(values)
        axes.plot(np.full(values.size, place - 0.1), values, ".", ms=2.5, color=COLOURS[condition], alpha=0.5)
        axes.errorbar(
            place - 0.1,
            found.estimate,
            yerr=[[found.estimate - found.low], [found.high - found.estimate]],
            fmt="o",
            ms=4.5,
            color=COLOURS[condition],
        )
        given, reach = _real(condition, "merit")
        axes.errorbar(place + 0.15, given, yerr=reach, fmt="s", ms=4.5, mfc="white", color=BLACK, lw=0.7)
    axes.set_title(r"$\bf{b}$")
    axes.set_xticks([0, 1], ["weak", "strong"])
    axes.set_xlim(-0.5, 1.5)
    axes.set_ylim(0, 1)
    axes.set_ylabel("rank correlation with quality")


def _ranks(axes: Axes, shares: pd.DataFrame) -> None:
    for condition, rows in shares.groupby("condition", sort=False):
        colour = COLOURS[str(condition)]
        axes.plot(rows["rank"], 100 * rows["model"], color=colour)
        axes.plot(rows["rank"], 100 * rows["experiment"], "s", ms=2.4, mew=0.6, mfc="white", color=colour)
        near = rows.iloc[2 if condition == "strong" else 18]
        axes.annotate(
            LABELS[str(condition)],
            (near["rank"], 100 * near["model"]),
            xytext=(5, 5),
            textcoords="offset points",
            color=colour,
            fontsize=7,
        )
    axes.set_yscale("log")
    plain_log_ticks(axes.yaxis)
    axes.set_title(r"$\bf{c}$ lines: model")
    axes.set_xlabel("song, by rank in its world")
    axes.set_ylabel("market share (%)")


@styled
def mechanisms_figure(evidence: Evidence) -> Figure:
    """Unpredictability and rank correlation by mechanism, at the inequality of each experiment."""
    figure = new_figure(DOUBLE, 2.0)
    table = evidence.tables["mechanisms"]
    panels = figure.subplots(1, 4, sharey=True)
    asked = [(outcome, experiment) for outcome in ("unpredictability", "merit") for experiment in (1, 2)]
    for axes, letter, (outcome, experiment) in zip(panels, "abcd", asked, strict=True):
        _by_mechanism(axes, table[table["experiment"] == experiment], outcome, experiment)
        axes.set_title(rf"$\bf{{{letter}}}$ experiment {experiment}")
    return figure


def _by_mechanism(axes: Axes, table: pd.DataFrame, outcome: str, experiment: int) -> None:
    given, reach = _real("weak" if experiment == 1 else "strong", outcome)
    colour = COLOURS["weak" if experiment == 1 else "strong"]
    names = list(dict.fromkeys(table["mechanism"]))
    axes.axvspan(given - reach, given + reach, color=PALE, alpha=0.5, lw=0)
    axes.axvline(given, color=BLACK, lw=0.7)
    for row, name in enumerate(names):
        found = t_interval(table.loc[table["mechanism"] == name, outcome].to_numpy(np.float64))
        axes.errorbar(
            found.estimate,
            row,
            xerr=[[found.estimate - found.low], [found.high - found.estimate]],
            fmt="o",
            ms=4,
            color=colour,
        )
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.set_xlabel("U ($10^{-3}$)" if outcome == "unpredictability" else "rank correlation")
