"""The figure of `experiments.wellbeing`: ways out by outcomes, each beside the usual world."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simulation.analysis.wording import interval
from simulation.plots import DOUBLE, styled
from simulation.plots.style import BLACK, BLUE, GREY, PALE, VERMILLION, new_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from simulation.experiment.judge import Findings

COLUMNS = (
    ("user_wellbeing", "viewers:\nwell-being", "sd", 1),
    ("user_fomo", "viewers: fear\nof missing out", "%", -1),
    ("user_use", "viewers:\nuse", "%", 0),
    ("creator_mood", "creators:\nmood", "points", 1),
    ("creator_obsession", "creators:\nobsession", "%", -1),
    ("creator_burnout", "creators:\nburnout", "%", -1),
    ("follows_since", "platform:\nfollows", "%", 0),
    ("views_since", "platform:\nviews", "%", 0),
)
"""Outcome, heading, unit of the change, and which way is better for people (0: a price, or neither)."""


def ways_out(found: Findings) -> list[str]:
    """All arms but the usual one."""
    return [arm.name for arm in found.experiment.arms[1:]]


@styled
def dashboard(found: Findings) -> Figure:
    """One column an outcome, one row a way out: mean change with 95% interval; blue helps, red harms."""
    arms = ways_out(found)
    figure = new_figure(DOUBLE, 0.9 + 0.26 * len(arms))
    panels = figure.subplots(1, len(COLUMNS), sharey=True)
    for axes, (outcome, heading, unit, better) in zip(panels, COLUMNS, strict=True):
        for row, arm in enumerate(arms):
            _draw_change(axes, found, outcome, arm, row, unit == "%", better)
        axes.axvline(0, color=BLACK, lw=0.6, zorder=1)
        axes.set_title(heading, fontsize=6.5, loc="center")
        axes.set_xlabel(unit, fontsize=6.5)
        axes.margins(x=0.16)
        axes.tick_params(axis="x", labelsize=6)
        axes.tick_params(axis="y", length=0)
        axes.spines["left"].set_visible(False)
        axes.locator_params(axis="x", nbins=3)
        for row in range(0, len(arms), 2):
            axes.axhspan(row - 0.5, row + 0.5, color=PALE, alpha=0.25, lw=0, zorder=0)
    panels[0].set_yticks(range(len(arms)), arms)
    panels[0].set_ylim(len(arms) - 0.5, -0.5)
    figure.supxlabel("change against the usual world, mean with 95% interval (blue: better, red: worse)", fontsize=6.5)
    return figure


def _draw_change(axes: Axes, found: Findings, outcome: str, arm: str, row: int, relative: bool, better: int) -> None:
    change = found.difference(outcome, arm, found.experiment.base.name, relative=relative)
    if not np.isfinite(change.low):
        return
    clear = change.low > 0 or change.high < 0
    good = change.estimate * better > 0
    colour = GREY if not clear else BLACK if better == 0 else BLUE if good else VERMILLION
    axes.hlines(row, change.low, change.high, color=colour, lw=1.4, zorder=2)
    axes.plot([change.estimate], [row], "o", ms=3.2, color=colour, zorder=3)


def remark(found: Findings) -> str:
    """Each way out: what it brings viewers and creators, and what it costs in follows and views."""
    usual = found.experiment.base.name
    lines = [
        "What ways out bring, and what they cost: differences from the usual world.",
        "",
        "| way out | viewers' well-being (sd) | creators' burnout (%) | follows (%) | views (%) |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]
    for arm in ways_out(found):
        changes = [found.difference("user_wellbeing", arm, usual)]
        changes += [
            found.difference(name, arm, usual, relative=True)
            for name in ("creator_burnout", "follows_since", "views_since")
        ]
        lines.append(f"| {arm} | " + " | ".join(interval(change, signed=True) for change in changes) + " |")
    return "\n".join(lines)
