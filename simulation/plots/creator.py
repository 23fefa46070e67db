"""One creator's rise and fall: followers, and what brought and cost them, over time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simulation.analysis.growth import peak_and_decline
from simulation.analysis.tables import FloatArray, Tables
from simulation.errors import ParameterError
from simulation.plots.causes import cause_colours, cause_name
from simulation.plots.followers import creator_name, weekly
from simulation.plots.style import BLACK, BLUE, DOUBLE, SAND, label_key, new_figure, styled

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

LEAST = 0.03
"""Share of a creator's gains (or losses) below which a cause joins the others."""
OTHER = "other causes"


def _by_cause(result: Tables, creator: int, word: str) -> tuple[list[str], list[str], FloatArray]:
    """Names, colours and weekly means (causes, days) of what was gained or lost, small causes put together."""
    table = result.creator_days[result.creator_days["creator"] == creator].sort_values("day")
    counts = table[[f"{word}_{cause}" for cause in result.cause_names]].to_numpy(np.float64).T
    large = counts.sum(axis=1) >= LEAST * max(counts.sum(), 1.0)
    colours = cause_colours(result.cause_names)
    names = [cause for cause, kept in zip(result.cause_names, large, strict=True) if kept]
    rows = counts[large]
    fills = [colours[name] for name in names]
    if counts[~large].any():
        names, fills, rows = [*names, OTHER], [*fills, SAND], np.vstack([rows, counts[~large].sum(axis=0)])
    return [cause_name(name) for name in names], fills, weekly(rows) if len(rows) else rows


def _draw_flows(axes: Axes, result: Tables, creator: int, days: FloatArray) -> None:
    """Stacked areas of gains above zero and losses below, with one key of coloured squares on the right."""
    shown: dict[str, str] = {}
    for word, sign in (("gained", 1), ("lost", -1)):
        names, fills, rows = _by_cause(result, creator, word)
        if names:
            axes.stackplot(days, sign * rows, colors=fills, linewidth=0)
        shown |= dict(zip(names, fills, strict=True))
    order = [cause_name(cause) for cause in result.cause_names]
    label_key(axes, [(name, shown[name]) for name in (*order, OTHER) if name in shown])
    axes.axhline(0, color=BLACK, lw=0.6)
    axes.set_ylabel("gained (above 0), lost (below)\n(followers per day, 7-day mean)")
    axes.set_xlabel("time (days)")


@styled
def rise_and_fall(result: Tables, creator: int | None = None) -> Figure:
    """Followers of one creator over time, and below them gains and losses a day by cause, 7-day means.

    Args:
        result: tables ``creator_days`` and ``creators``.
        creator: index of the creator; default: the one who lost the most followers from its peak.

    Raises:
        ParameterError: there is no such creator, or no creator at all.
    """
    from matplotlib.ticker import StrMethodFormatter

    if creator is None:
        creator = most_fallen(result)
    name = creator_name(result.creators, creator)
    table = result.creator_days[result.creator_days["creator"] == creator].sort_values("day")
    days, followers = table["day"].to_numpy(np.float64), table["followers"].to_numpy(np.float64)
    peak, decline = peak_and_decline(followers)
    figure = new_figure(DOUBLE, 4.2)
    upper, lower = figure.subplots(2, 1, sharex=True, gridspec_kw={"height_ratios": [1, 1.5]})
    upper.plot(days, followers, color=BLUE, lw=1.4)
    upper.plot(days[peak], followers[peak], "o", color=BLUE, ms=3.5, clip_on=False)
    fallen = f", {decline:.0%} lost by day {days[-1]:.0f}" if decline > 0 else ""
    upper.set_title(f"{name}: peak of {followers[peak]:,.0f} followers on day {days[peak]:.0f}{fallen}")
    upper.set_ylim(0, max(1.0, 1.08 * followers[peak]))
    upper.set_ylabel("followers (users)")
    upper.yaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
    _draw_flows(lower, result, creator, days)
    lower.set_xlim(days[0], max(days[-1], days[0] + 1))
    figure.align_ylabels([upper, lower])
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
