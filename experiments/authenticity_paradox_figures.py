"""Figure of the experiment ``authenticity_paradox``, and the day on which the gain turns into a loss."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from experiments.authenticity_paradox import CHASE, OWN, WORLDS
from simulation.analysis import Interval, t_interval
from simulation.analysis.wording import interval
from simulation.plots import DOUBLE, styled
from simulation.plots.style import BLACK, BLUE, GREEN, GREY, LINES, ORANGE, VERMILLION, label_ends, new_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from simulation.experiment.groups import Floats
    from simulation.experiment.judge import Findings

NAMES = {"": "as usual", " (no erosion)": "no erosion", " (nobody cares)": "nobody cares", " (no push)": "no push"}
COLOURS = dict(zip(NAMES, (VERMILLION, GREEN, BLUE, ORANGE), strict=True))
RESAMPLES = 2000


def table_of(details: pd.DataFrame, arm: str, column: str) -> pd.DataFrame:
    """A column by replicate (rows) and day since strategies parted (columns)."""
    return details[details["arm"] == arm].pivot(index="replicate", columns="day", values=column)


def changes(details: pd.DataFrame, world: str, column: str = "followers") -> pd.DataFrame:
    """What the chase does to a column, in % of the own voice: replicates by day, those left out that have none."""
    own, chase = (table_of(details, f"{name}{world}", column) for name in (OWN, CHASE))
    return (100.0 * (chase / own - 1.0)).replace([np.inf, -np.inf], np.nan).loc[:, 0:].dropna()


def crossing(curves: Floats) -> float:
    """Days until the mean of curves (replicates, days) is below zero for good; NaN where it ends at zero or above."""
    mean = curves.mean(axis=0)
    if mean.size == 0 or not mean[-1] < 0:
        return float("nan")
    above = np.flatnonzero(mean >= 0)
    return float(above[-1] + 1) if above.size else 0.0


def crossing_interval(curves: Floats, seed: int = 0) -> Interval:
    """The same with its 95% percentile bootstrap interval over replicates; NaN bounds where one never crosses."""
    luck = np.random.default_rng(seed)
    draws = luck.integers(0, len(curves), (RESAMPLES, len(curves)))
    found = np.array([crossing(curves[rows]) for rows in draws])
    low, high = np.quantile(found, (0.025, 0.975)) if np.isfinite(found).all() else (np.nan, np.nan)
    return Interval(crossing(curves), float(low), float(high), 0.95)


def crossing_remark(found: Findings) -> str:
    """When the gain is over, where it ends, and what rivals have of it; in words."""
    curves = changes(found.details, "").to_numpy()
    if len(curves) < 2:
        return "Too few worlds have established creators to say when the gain is over."
    mean = curves.mean(axis=0)
    peak = int(mean.argmax())
    at = crossing_interval(curves)
    when = (
        f"is over {interval(at, 'days')} after strategies part"
        if np.isfinite([at.estimate, at.low]).all()
        else "is not over for good in all resamples of the replicates"
    )
    rivals = changes(found.details, "", "rivals").to_numpy()
    most = interval(t_interval(curves[:, peak]), "%", signed=True)
    text = (
        f"The gain is largest {peak} days after strategies part ({most} of followers; somewhat too large, since the "
        f"day was chosen by its size), and {when} (percentile bootstrap over replicates)."
    )
    if len(rivals) > 1:
        text += (
            " Established creators who were free to choose have "
            f"{interval(t_interval(rivals[:, -1]), '%', signed=True)} followers at the end for the others' chase."
        )
    return text


@styled
def paradox_figure(found: Findings) -> Figure:
    """Followers of those who chase trends beside the own voice, by day, in four worlds; and their authenticity."""
    figure = new_figure(DOUBLE, 2.9)
    left, right = figure.subplots(1, 2, width_ratios=(3, 2))
    ends = []
    for world in WORLDS:
        curves = changes(found.details, world)
        if len(curves):
            ends.append((_band(left, curves, COLOURS[world]), NAMES[world], COLOURS[world]))
    left.axhline(0, color=GREY, lw=0.7)
    left.set_ylabel("followers, chasing against own voice (%)")
    label_ends(left, ends)
    ends = []
    for name, colour in ((OWN, BLACK), (CHASE, LINES[1])):
        table = table_of(found.details, name, "authenticity").loc[:, 0:].dropna()
        if len(table):
            ends.append((_band(right, table, colour), name, colour))
    right.set_ylim(0, 1)
    right.set_ylabel("mean authenticity (0 to 1)")
    label_ends(right, ends)
    for axes, letter, title in ((left, "a", "Gain and loss"), (right, "b", "What it costs")):
        axes.set_title(rf"$\bf{{{letter}}}$  {title}")
        axes.set_xlabel("time since strategies part (days)")
        axes.margins(x=0)
    return figure


def _band(axes: Axes, table: pd.DataFrame, colour: str) -> float:
    """Mean over replicates with its 95% band; returns where the mean ends."""
    days, values = table.columns.to_numpy(np.float64), table.to_numpy()
    mean = values.mean(axis=0)
    if len(values) > 1:
        bounds = np.array([t_interval(day)[1:3] for day in values.T])
        axes.fill_between(days, bounds[:, 0], bounds[:, 1], color=colour, alpha=0.2, lw=0)
    axes.plot(days, mean, color=colour)
    return float(mean[-1])
