"""Several panels in one figure: a run at a glance, and how its users and creators fare."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from simulation.analysis.tables import Tables
from simulation.plots.axes import lettered, time_axis
from simulation.plots.distribution import draw_follower_distribution, draw_lorenz
from simulation.plots.followers import draw_follower_curves, draw_gained_and_lost
from simulation.plots.reasons import draw_causes_upright, draw_hazard
from simulation.plots.style import BLACK, BLUE, DOUBLE, GREEN, ORANGE, VERMILLION, label_ends, new_figure, styled

CREATORS = (("creator_mood", BLUE), ("obsession", VERMILLION), ("burnout", ORANGE), ("authenticity", GREEN))
"""Columns of creators' means in ``daily``, and their colours."""


@styled
def overview(result: Tables) -> Figure:
    """Six panels: follower curves, gains and losses, distribution, causes, Lorenz curve, hazard by age of the tie.

    Raises:
        ResultError: events and follows are not of one run.
    """
    figure = new_figure(DOUBLE, 4.5)
    panels = figure.subplots(2, 3)
    titles = ("Top creators", "Gained and lost", "Distribution", "Causes", "Inequality", "Losing followers")
    lettered(figure, panels.flat, titles)
    draw_follower_distribution(panels[0, 2], result)
    draw_lorenz(panels[1, 1], result)
    draw_causes_upright(panels[1, 0], result)
    draw_hazard(panels[1, 2], result, bins=8)
    draw_gained_and_lost(panels[0, 1], result)
    draw_follower_curves(panels[0, 0], result, top=4, named=4)
    return figure


@styled
def wellbeing(result: Tables) -> Figure:
    """Four panels over days: users' mood, fear of missing out and use, and creators' minds.

    Reads the means in ``daily``: of users present, and of creators who joined and have not quit. Use is each user's
    running mean, which starts at 0.
    """
    figure = new_figure(DOUBLE, 4.2)
    panels = figure.subplots(2, 2, sharex=True)
    lettered(figure, panels.flat, ("Users' mood", "Users' fear of missing out", "Users' use", "Creators"))
    users = {
        "mood": "mean mood (0: usual set point)",
        "fomo": "mean fear (0 to 1)",
        "use": "posts seen (per user and day,\nrunning mean)",
    }
    for axes, (column, label) in zip(panels.flat, users.items(), strict=False):
        axes.plot(result.daily["day"], result.daily[column], color=BLUE)
        axes.set_ylabel(label)
    draw_creators(panels[1, 1], result)
    for axes in panels[1]:
        time_axis(axes, result.daily["day"].to_numpy())
    return figure


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
    label_ends(axes, labels)
