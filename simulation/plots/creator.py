"""One creator's rise and fall: followers, what brought and cost them, and what that did to the creator, over time."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import PatchCollection
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.ticker import StrMethodFormatter

from simulation.analysis.growth import peak_and_decline
from simulation.analysis.tables import FloatArray, Tables
from simulation.analysis.wording import number, percent, words
from simulation.errors import ParameterError
from simulation.plots.axes import name_rows, time_axis
from simulation.plots.cause_colours import cause_colours
from simulation.plots.followers import creator_name, weekly
from simulation.plots.style import (
    BLACK,
    BLUE,
    DOUBLE,
    GREEN,
    GREY,
    PALE,
    SAND,
    VERMILLION,
    label_ends,
    label_key,
    new_figure,
    styled,
)

LEAST = 0.03
"""Share of a creator's gains (or losses) below which a cause joins the others."""
OTHER = "other causes"


def _by_cause(rows: pd.DataFrame, causes: tuple[str, ...], word: str) -> dict[str, FloatArray]:
    """Weekly means (days,) of what was gained or lost by cause, small causes put together."""
    counts = rows[[f"{word}_{cause}" for cause in causes]].to_numpy(np.float64).T
    large = counts.sum(axis=1) >= LEAST * max(counts.sum(), 1.0)
    found = {causes[k]: weekly(counts[k]) for k in np.flatnonzero(large)}
    return found | ({OTHER: weekly(counts[~large].sum(axis=0))} if counts[~large].any() else {})


def _draw_flows(axes: Axes, rows: pd.DataFrame, causes: tuple[str, ...], days: FloatArray) -> None:
    """Stacked areas of gains above zero and losses below, with one key of coloured squares on the right."""
    colours = {**cause_colours(causes), OTHER: SAND}
    shown = set()
    for word, sign in (("gained", 1), ("lost", -1)):
        if found := _by_cause(rows, causes, word):
            axes.stackplot(days, sign * np.array([*found.values()]), colors=[colours[k] for k in found], linewidth=0)
        shown |= {*found}
    label_key(axes, [(words(name), shade) for name, shade in colours.items() if name in shown])
    axes.axhline(0, color=BLACK, lw=0.6)
    axes.set_ylabel("gained (above 0), lost (below)\n(followers per day, 7-day mean)")


def mind_moved(rows: pd.DataFrame) -> bool:
    """Whether a creator's mind ever moved, by its rows of ``creator_days``: not where minds are off."""
    own = rows["strategy"].cat.codes == 0
    return bool((rows["mood"] != 0).any() or (rows["obsession"] != rows["obsession"].iloc[0]).any() or not own.all())


def _draw_mind(axes: Axes, rows: pd.DataFrame, days: FloatArray) -> None:
    """Mood, obsession and authenticity day by day."""
    labels = []
    for name, colour in (("mood", BLUE), ("obsession", VERMILLION), ("authenticity", GREEN)):
        values = rows[name].to_numpy(np.float64)
        axes.plot(days, values, color=colour)
        labels.append((float(values[-1]), name, colour))
    axes.axhline(0, color=BLACK, lw=0.6)
    axes.set_ylim(min(-0.1, 1.05 * float(rows["mood"].min())), 1)
    axes.set_ylabel("mind (mood -1 to 1,\nothers 0 to 1)")
    label_ends(axes, labels)


def _draw_strategies(axes: Axes, rows: pd.DataFrame, days: FloatArray) -> None:
    """A lane for each strategy, dark while it is followed; days away are pale, on all lanes."""
    names = list(rows["strategy"].cat.categories)
    lane, away = rows["strategy"].cat.codes.to_numpy(np.int64), rows["away"].to_numpy(bool)
    dark = [Rectangle((day - 0.5, at - 0.3), 1, 0.6) for day, at in zip(days[~away], lane[~away], strict=True)]
    axes.add_collection(PatchCollection(dark, facecolor=GREY, linewidth=0, antialiased=False))
    gone = [Rectangle((day - 0.5, -0.5), 1, len(names)) for day in days[away]]
    axes.add_collection(PatchCollection(gone, facecolor=PALE, linewidth=0, antialiased=False))
    if gone:
        label_key(axes, [("away", PALE)])
    name_rows(axes, range(len(names)), [words(name) for name in names])
    axes.set_ylim(len(names) - 0.5, -0.5)


def _draw_followers(axes: Axes, name: str, days: FloatArray, followers: FloatArray) -> None:
    """Followers day by day, with their peak; the title tells what became of it."""
    peak, decline = peak_and_decline(followers)
    axes.plot(days, followers, color=BLUE, lw=1.4)
    axes.plot(days[peak], followers[peak], "o", color=BLUE, ms=3.5, clip_on=False)
    fallen = f", {percent(decline)} lost by day {days[-1]:.0f}" if decline > 0 else ""
    axes.set_title(f"{name}: peak of {number(followers[peak], 0)} followers on day {days[peak]:.0f}{fallen}")
    axes.set_ylim(0, max(1.0, 1.08 * followers[peak]))
    axes.set_ylabel("followers (users)")
    axes.yaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))


@styled
def rise_and_fall(result: Tables, creator: int | None = None) -> Figure:
    """Followers of one creator over time; gains and losses a day by cause, 7-day means; the creator's mind.

    The mind's two panels, mood, obsession and authenticity and below them the strategy of each week, are left out where
    minds are off. Followers are those the platform counts, bought ones too.

    Args:
        result: tables ``creator_days`` and ``creators``.
        creator: index of the creator; default: the one who lost the most followers from its peak.

    Raises:
        ParameterError: there is no such creator, or no creator at all.
    """
    if creator is None:
        creator = most_fallen(result)
    name = creator_name(result.creators, creator)
    table = result.creator_days[result.creator_days["creator"] == creator].sort_values("day")
    days = table["day"].to_numpy(np.float64)
    moved = mind_moved(table)
    ratios = [1, 1.5, 1, 0.62] if moved else [1, 1.5]
    figure = new_figure(DOUBLE, 6.6 if moved else 4.2)
    panels = figure.subplots(len(ratios), 1, sharex=True, height_ratios=ratios)
    time_axis(panels[-1], days)
    _draw_followers(panels[0], name, days, table["followers"].to_numpy(np.float64))
    _draw_flows(panels[1], table, result.cause_names, days)
    if moved:
        _draw_strategies(panels[3], table, days)
        _draw_mind(panels[2], table, days)
    figure.align_ylabels(panels[:3])
    return figure


def most_fallen(result: Tables) -> int:
    """The creator who lost the most followers, in number, from its peak to the end (the first of equals).

    Raises:
        ParameterError: there are no creators.
    """
    table = result.creator_days.sort_values("day")
    if table.empty:
        raise ParameterError("there are no creators in this result")
    by = table.groupby("creator")["followers"]
    fall = (by.max() - by.last()).sort_index()
    return int(fall.index.to_numpy(np.int64)[fall.to_numpy().argmax()])
