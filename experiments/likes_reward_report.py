"""Figure and remarks of the experiment ``likes_reward``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from experiments.likes_reward import EARLY, EVEN, LATE, NOW, POINTS, STEADY, USED, start_of
from simulation.analysis import Interval, t_interval
from simulation.analysis.wording import interval
from simulation.plots import DOUBLE, styled
from simulation.plots.style import BLUE, GREEN, GREY, ORANGE, VERMILLION, label_ends, new_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from simulation.experiment.groups import Floats
    from simulation.experiment.judge import Findings

COURSES = {"more": BLUE, "for a while": GREEN, "more lately": ORANGE, "fewer": VERMILLION}
WEEK = 7
"""Days over which counts are averaged: single days show the luck of weekdays."""
PANELS = {
    "Likes": ("likes", f"likes against steady\n(%, mean of {WEEK} days)", True),
    "Mood of creators": ("creator_mood", "mood against steady\n(points, -100 to 100)", False),
    "Craving": ("obsession", "obsession against steady\n(points, 0 to 100)", False),
    "Effort": ("posts", f"posts against steady\n(%, mean of {WEEK} days)", True),
}


def table_of(details: pd.DataFrame, arm: str, column: str) -> pd.DataFrame:
    """A column by replicate (rows) and day (columns)."""
    return details[details["arm"] == arm].pivot(index="replicate", columns="day", values=column).astype(np.float64)


def changes(details: pd.DataFrame, arm: str, column: str, base: str, relative: bool = False) -> pd.DataFrame:
    """A column in one arm less that in another, in % of the latter if relative: replicates by day."""
    changed, usual = table_of(details, arm, column), table_of(details, base, column)
    if not relative:
        return changed - usual
    changed, usual = (table.T.rolling(WEEK, min_periods=1).mean().T for table in (changed, usual))
    return (100.0 * (changed / usual - 1.0)).replace([np.inf, -np.inf], np.nan).dropna()


def ratio(above: Floats, below: Floats) -> Interval:
    """Ratio of two means over the same replicates, with Fieller's 95% interval; NaN bounds where there is none.

    Source: E. C. Fieller, J. R. Stat. Soc. B 1954.
    """
    from scipy.stats import t

    n, centre = above.size, float(above.mean() / below.mean())
    if n < 3:
        return Interval(centre, np.nan, np.nan, 0.95)
    (aa, ab), (_, bb) = np.cov(above, below) / n
    reach = float(t.ppf(0.975, n - 1)) ** 2
    a, b = float(above.mean()), float(below.mean())
    leading = b * b - reach * bb
    inside = (a * b - reach * ab) ** 2 - leading * (a * a - reach * aa)
    if leading <= 0 or inside < 0:
        return Interval(centre, np.nan, np.nan, 0.95)
    ends = ((a * b - reach * ab) + np.array([-1.0, 1.0]) * np.sqrt(inside)) / leading
    return Interval(centre, float(ends[0]), float(ends[1]), 0.95)


def _means(found: Findings, arm: str, column: str, base: str, last: bool = False, days: int = NOW) -> Floats:
    """Mean change by replicate over some days from half time on, or over the last days."""
    table = changes(found.details, arm, column, base)
    total = table.shape[1]
    chosen = table.iloc[:, -LATE:] if last else table.iloc[:, start_of(total) : start_of(total) + days]
    return chosen.mean(axis=1).to_numpy(np.float64)


def joy_left(found: Findings) -> str:
    """How much of the lift is left at the end, with and without getting used to it."""
    said = []
    for after, words in (("", "as usual"), (USED, "where creators never get used to it")):
        early = _means(found, "more" + after, "creator_mood", STEADY + after, days=EARLY)
        late = _means(found, "more" + after, "creator_mood", STEADY + after, last=True)
        said.append(f"{words} {_percent(ratio(late, early))}")
    return (
        f"Of the lift of the first {EARLY} days this much is left in the last {LATE}: {'; '.join(said)} (ratio of mean "
        "lifts, Fieller's interval)."
    )


def losses(found: Findings) -> str:
    """How many times more a loss moves mood than a gain, for each unit of reward."""
    said = []
    for after, words in (("", "as usual"), (EVEN, "where losses weigh like gains")):
        lift, drop = (_means(found, arm + after, "creator_mood", STEADY + after) for arm in ("more", "fewer"))
        gained, lost = (_means(found, arm + after, "reward", STEADY + after) for arm in ("more", "fewer"))
        said.append(f"{words} {interval(t_interval((drop / lost) / (lift / gained)), 'times')}")
    return (
        f"For each unit of reward lost or won in the first {NOW} days, a loss moves mood more than a gain: "
        f"{'; '.join(said)} (mean over replicates)."
    )


def _percent(found: Interval) -> str:
    return interval(Interval(*(100 * value for value in found[:3]), found.confidence), "%")


@styled
def course_figure(found: Findings) -> Figure:
    """Likes, mood, craving and effort from shortly before half time on, beside the world in which nothing moves."""
    figure = new_figure(DOUBLE, 4.2)
    panels = figure.subplots(2, 2, sharex=True)
    for axes, letter, (title, what) in zip(panels.flat, "abcd", PANELS.items(), strict=True):
        axes.set_title(rf"$\bf{{{letter}}}$  {title}")
        _courses(axes, found, *what)
    for axes in panels[1]:
        axes.set_xlabel("time since half time (days)")
    return figure


def _courses(axes: Axes, found: Findings, column: str, label: str, relative: bool) -> None:
    ends = []
    for arm, colour in COURSES.items():
        table = changes(found.details, arm, column, STEADY, relative) * (1 if relative else POINTS)
        if not len(table):
            continue
        start = start_of(table.shape[1])
        table = table.iloc[:, max(0, start - WEEK) :]
        days = table.columns.to_numpy(np.float64) - start
        if len(table) > 1:
            bounds = np.array([t_interval(day)[1:3] for day in table.to_numpy().T])
            axes.fill_between(days, bounds[:, 0], bounds[:, 1], color=colour, alpha=0.2, lw=0)
        mean = table.mean().to_numpy()
        axes.plot(days, mean, color=colour)
        ends.append((float(mean[-1]), arm, colour))
    axes.axhline(0, color=GREY, lw=0.7)
    axes.set_ylabel(label)
    axes.margins(x=0)
    label_ends(axes, ends)
