"""The figure of `experiments.bought_engagement`: what buying changes, day by day."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from experiments.bought_engagement import bought_on, purged_on
from simulation.analysis import t_interval
from simulation.analysis.wording import interval
from simulation.plots import DOUBLE, styled
from simulation.plots.style import BLACK, BLUE, GREEN, GREY, ORANGE, VERMILLION, label_ends, new_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from simulation.experiment.judge import Findings, Floats

Line = tuple[str, str, str, str, str]
"""A column of the details, an arm, the arm it is compared with, a label and a colour."""
BUYERS: tuple[Line, ...] = (
    ("buyers", "bought", "usual", "bought", BLUE),
    ("buyers", "few bought", "usual", "few bought", ORANGE),
    ("buyers", "purged", "usual", "purged", VERMILLION),
)
OTHERS: tuple[Line, ...] = tuple(("others", *line[1:]) for line in BUYERS)
MUTED: tuple[Line, ...] = (
    ("buyers", "hidden and bought", "counts hidden", "counts hidden", GREY),
    ("buyers", "mute and bought", "crowd mute", "crowd mute", GREEN),
    ("buyers", "likes bought", "usual", "likes in the\nusual feed", VERMILLION),
)
LIKED: tuple[Line, ...] = (
    ("buyers", "staged and likes", "staged feed", "buyers", BLUE),
    ("others", "staged and likes", "staged feed", "others", GREY),
)
PANELS = (
    (BUYERS, "Buyers of followers"),
    (MUTED, "Buyers, where what they buy should not count"),
    (OTHERS, "Those who do not buy"),
    (LIKED, "Likes bought where posts rise by likes"),
)


def change(found: Findings, arm: str, than: str, column: str) -> tuple[Floats, Floats, Floats, Floats]:
    """Days, and by how much a mean over creators differs between two arms: mean of replicates in %, and 95% interval.

    The sum over replicates is what it is measured by, so that worlds in which there is hardly anybody yet say little.
    """
    rows = found.details.pivot(index=["arm", "replicate"], columns="day", values=column)
    one, other = (rows.loc[name].to_numpy(np.float64) for name in (arm, than))
    level = np.maximum(other.mean(axis=0), 1e-9)
    points = np.array([t_interval(values, 0.95)[:3] for values in (100.0 * (one - other) / level).T])
    return rows.columns.to_numpy(np.float64), points[:, 0], points[:, 1], points[:, 2]


@styled
def days_figure(found: Findings) -> Figure:
    """Real followers of buyers where buying can work and where it cannot, and of those who do not buy."""
    figure = new_figure(DOUBLE, 4.8)
    panels = figure.subplots(2, 2, sharex=True)
    for axes, letter, (lines, title) in zip(panels.flat, "abcd", PANELS, strict=True):
        _draw_changes(axes, found, lines)
        axes.set_title(rf"$\bf{{{letter}}}$  {title}")
    for axes in panels[:, 0]:
        axes.set_ylabel("real followers (% more\nthan without buying)")
    for axes in panels[1]:
        axes.set_xlabel("time (days)")
    return figure


def _draw_changes(axes: Axes, found: Findings, lines: tuple[Line, ...]) -> None:
    total, labels = found.setting.size.days, []
    for column, arm, than, label, colour in lines:
        days, middle, low, high = change(found, arm, than, column)
        since = days >= bought_on(total) - 7
        axes.fill_between(days[since], low[since], high[since], color=colour, alpha=0.16, lw=0)
        axes.plot(days[since], middle[since], color=colour)
        labels.append((float(middle[-1]), label, colour))
    axes.axhline(0, color=BLACK, lw=0.6)
    axes.axvline(bought_on(total), color=GREY, lw=0.6, ls=":")
    if any(arm == "purged" for _, arm, *_ in lines):
        axes.axvline(purged_on(total), color=VERMILLION, lw=0.6, ls=":")
    axes.set_xlim(bought_on(total) - 7, total - 1)
    label_ends(axes, labels, 6.0)


def remark(found: Findings) -> str:
    """How many real followers come of a hundred bought, and what becomes of the counts."""
    shown = found.details[found.details["day"] == found.details["day"].max()]
    wide = shown.pivot(index="replicate", columns="arm", values=["buyers", "shown"])
    said = []
    for arm in ("few bought", "bought"):
        count = (wide["shown"][arm] - wide["buyers"][arm]).to_numpy(np.float64)
        more = (wide["buyers"][arm] - wide["buyers"]["usual"]).to_numpy(np.float64)
        said.append(
            f"{interval(t_interval(100.0 * more / count, 0.95), signed=True)} for every hundred where each buys "
            f"{count.mean():,.0f}"
        )
    others = found.difference("others_followers", "bought", "usual")
    return (
        f"Followers who are somebody that come of bought ones by the last day: {'; '.join(said)}. Each creator who "
        f"does not buy has {interval(others, signed=True)} followers for it. Dotted lines in the figure: the days of "
        "buying and of the purge."
    )
