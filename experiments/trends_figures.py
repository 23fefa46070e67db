"""Figures of `experiments.trends`: the days about a peak of heat, and one world."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simulation.analysis import Interval, t_interval
from simulation.analysis.wording import number
from simulation.plots import DOUBLE, styled
from simulation.plots import trends as trends_of
from simulation.plots.style import BLACK, BLUE, GREEN, GREY, ORANGE, VERMILLION, label_ends, new_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from simulation.experiment.judge import Findings, Floats

LINES = {"usual": BLUE, "feed ignores heat": ORANGE, "nobody chases": GREEN, "no answer": GREY}
RESAMPLES = 4999


def by_offset(found: Findings, arm: str, column: str) -> tuple[Floats, Floats]:
    """Days from the peak (offsets,), and a column on them in every world of an arm that had peaks (worlds, offsets)."""
    rows = found.details[(found.details["arm"] == arm) & (found.details["peaks"] > 0)]
    wide = rows.pivot(index="replicate", columns="offset", values=column)
    return wide.columns.to_numpy(np.float64), wide.to_numpy(np.float64)


def mean_band(values: Floats) -> tuple[Floats, Floats, Floats]:
    """Mean over worlds and its 95% interval at every offset, leaving out worlds where it is not known."""
    found = [t_interval(column[np.isfinite(column)], 0.95) for column in values.T]
    middle, low, high = np.array([point[:3] for point in found], dtype=np.float64).reshape(len(found), 3).T
    return middle, low, high


def pooled_lead(found: Findings, arm: str) -> Interval:
    """Days by which followers lead heat: where the mean correlation over worlds is greatest; bootstrap of worlds."""
    days, values = by_offset(found, arm, "correlation")
    values = values[:, np.isfinite(values).any(axis=0)] if len(values) else values
    days = days[np.abs(days) <= (values.shape[1] - 1) / 2] if len(values) else days
    values = values[np.isfinite(values).all(axis=1)] if len(values) else values
    if len(values) < 2:
        return Interval(float("nan"), float("nan"), float("nan"), 0.95)
    draws = np.random.default_rng(0).integers(0, len(values), (RESAMPLES, len(values)))
    best = days[values[draws].mean(axis=1).argmax(axis=1)]
    low, high = np.quantile(best, (0.025, 0.975))
    return Interval(float(days[values.mean(axis=0).argmax()]), float(low), float(high), 0.95)


@styled
def epochs_figure(found: Findings) -> Figure:
    """Heat, followers gained and lost, and correlations by lead, about peaks of heat."""
    figure = new_figure(DOUBLE, 4.4)
    (heat, flow), (lost, lead) = figure.subplots(2, 2)
    _draw_lines(heat, found, "heat", ("usual",), "log heat (0: neither\nhot nor cold)", "a", "Heat of a topic")
    _draw_lines(
        flow, found, "gained", tuple(LINES), "% above its own\nrunning median", "b", "Followers its creators gain"
    )
    _draw_lines(
        lost, found, "lost", tuple(LINES), "% above its own\nrunning median", "c", "Followers its creators lose"
    )
    _draw_lines(
        lead,
        found,
        "correlation",
        tuple(LINES),
        "mean correlation of heat\nwith net followers",
        "d",
        "Lead of followers",
    )
    for axes in (heat, flow, lost):
        axes.set_xlabel("days from the peak of heat")
    lead.set_xlabel("net followers so many days before (above 0)\nor after (below 0) the heat")
    return figure


def _draw_lines(
    axes: Axes, found: Findings, column: str, arms: tuple[str, ...], says: str, letter: str, title: str
) -> None:
    labels = []
    for arm in arms:
        days, values = by_offset(found, arm, column)
        if not len(values):
            continue
        middle, low, high = mean_band(values)
        axes.fill_between(days, low, high, color=LINES[arm], alpha=0.16, lw=0)
        axes.plot(days, middle, color=LINES[arm])
        known = middle[np.isfinite(middle)]
        if known.size:
            labels.append((float(known[-1]), arm, LINES[arm]))
    axes.axhline(0, color=BLACK, lw=0.6)
    axes.axvline(0, color=VERMILLION, lw=0.6)
    axes.set_ylabel(says)
    axes.set_title(rf"$\bf{{{letter}}}$  {title}")
    if column == "correlation":
        axes.set_xlim(-14, 14)
    if len(arms) > 1:
        label_ends(axes, labels, 6.0)


def one_world(found: Findings) -> Figure:
    """Heat and net followers of all topics in the first usual world; the world is lived once more."""
    from simulation.model import FollowerModel

    row = found.runs[(found.runs["arm"] == found.experiment.base.name) & (found.runs["replicate"] == 0)].iloc[0]
    model = FollowerModel(
        found.setting.constants,
        seed=int(row["seed"]),
        luck=int(row["luck"]),
        social_graph=found.setting.graph,
        threads=1,
        record="daily",
    )
    model.run_for(found.setting.size.days)
    return trends_of(model.result(), top=4)


def remark(found: Findings) -> str:
    """Where the correlation of followers with heat is greatest."""
    said = [
        f"{' to '.join(number(day, 0, signed=True) for day in lead[1:3])} days in {arm}"
        for arm in LINES
        if np.isfinite((lead := pooled_lead(found, arm)).low)
    ]
    peaks = found.details[(found.details["arm"] == "usual") & (found.details["offset"] == 0)]["peaks"].sum()
    if not said:
        return "No world had peaks of heat far enough from its ends to say by how many days followers lead or lag."
    return (
        f"Over all worlds and their peaks ({peaks:,} in the usual ones) net followers correlate most with the heat so "
        f"many days later (above 0: followers lead; 95% interval, bootstrap over worlds): {'; '.join(said)}."
    )
