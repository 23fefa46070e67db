"""How users and creators fare: mood, fear of missing out, use, obsession, burnout and authenticity over time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simulation.analysis.tables import Tables
from simulation.plots.style import BLACK, BLUE, DOUBLE, GREEN, ORANGE, VERMILLION, label_ends, new_figure, styled

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

CREATORS = (("creator_mood", BLUE), ("obsession", VERMILLION), ("burnout", ORANGE), ("authenticity", GREEN))
"""Columns of creators' means in ``daily``, and their colours."""


def _days(axes: Axes, daily: pd.DataFrame) -> None:
    days = daily["day"].to_numpy(np.float64)
    axes.set_xlim(days[0], max(days[-1], days[0] + 1))


def draw_user_mean(axes: Axes, result: Tables, column: str, label: str) -> None:
    """One mean over the users present, day by day."""
    daily = result.daily
    axes.plot(daily["day"], daily[column], color=BLUE)
    axes.set_ylabel(label)
    _days(axes, daily)


def draw_creators(axes: Axes, result: Tables) -> None:
    """Means over creators who have not quit: mood, obsession, burnout and authenticity."""
    daily = result.daily
    labels = []
    for column, colour in CREATORS:
        values = daily[column].to_numpy(np.float64)
        axes.plot(daily["day"], values, color=colour)
        known = values[np.isfinite(values)]
        if known.size:
            labels.append((float(known[-1]), column.removeprefix("creator_"), colour))
    axes.axhline(0, color=BLACK, lw=0.6)
    axes.set_ylim(min(-0.1, 1.1 * float(daily["creator_mood"].min())), 1)
    axes.set_ylabel("mean of creators (mood -1 to 1,\nothers 0 to 1)")
    _days(axes, daily)
    label_ends(axes, labels)


@styled
def wellbeing(result: Tables) -> Figure:
    """Four panels over days: users' mood, fear of missing out and use, and creators' minds.

    Reads the means in ``daily``: of users present, and of creators who joined and have not quit. Use is each user's
    running mean, which starts at 0.
    """
    figure = new_figure(DOUBLE, 4.2)
    figure.set_layout_engine("constrained", w_pad=0.06, h_pad=0.06, wspace=0.03, hspace=0.05)
    panels = figure.subplots(2, 2, sharex=True)
    titles = ("Users' mood", "Users' fear of missing out", "Users' use", "Creators")
    for axes, letter, title in zip(panels.flat, "abcd", titles, strict=True):
        axes.set_title(rf"$\bf{{{letter}}}$  {title}")
    draw_user_mean(panels[0, 0], result, "mood", "mean mood (0: usual set point)")
    draw_user_mean(panels[0, 1], result, "fomo", "mean fear (0 to 1)")
    draw_user_mean(panels[1, 0], result, "use", "posts seen (per user and day,\nrunning mean)")
    draw_creators(panels[1, 1], result)
    for axes in panels[1]:
        axes.set_xlabel("time (days)")
    return figure
