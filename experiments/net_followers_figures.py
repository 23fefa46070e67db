"""Figures of `experiments.net_followers`: gains and losses by cause, and one creator."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from experiments.net_followers import by_day as by_creator_day
from experiments.net_followers import weekly as weeks_of
from simulation.analysis import t_interval
from simulation.analysis.wording import interval, listed
from simulation.plots import DOUBLE, rise_and_fall, styled
from simulation.plots.causes import cause_colours, cause_name
from simulation.plots.followers import weekly
from simulation.plots.style import BLACK, label_key, new_figure

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from simulation.experiment.judge import Findings, Floats

LEAST = 0.01
"""Share of gains and of losses below which a cause is not drawn by itself."""


def cause_names(found: Findings) -> list[str]:
    """All causes, in the order of the ledger."""
    return [name.removeprefix("lost_") for name in found.details if name.startswith("lost_")]


def losses(found: Findings, arm: str) -> pd.DataFrame:
    """Followers lost by cause, a row a replicate and a column a cause."""
    rows = found.details[found.details["arm"] == arm]
    table = rows.groupby("replicate")[[f"lost_{cause}" for cause in cause_names(found)]].sum()
    return table.rename(columns=lambda name: name.removeprefix("lost_"))


def shown(found: Findings) -> list[str]:
    """Causes large enough to be seen, of gains or losses in any arm."""
    causes = cause_names(found)
    kept = []
    for cause in causes:
        for word in ("gained", "lost"):
            total = float(found.details[[f"{word}_{other}" for other in causes]].to_numpy().sum())
            if found.details[f"{word}_{cause}"].sum() >= LEAST * total > 0:
                kept.append(cause)
                break
    return kept


def by_day(found: Findings, word: str, causes: list[str]) -> tuple[Floats, Floats]:
    """Days, and mean followers gained or lost on each by cause (causes, days) in the usual world, 7-day means."""
    rows = found.details[found.details["arm"] == found.experiment.base.name]
    mean = rows.groupby("day")[[f"{word}_{cause}" for cause in causes]].mean()
    return mean.index.to_numpy(np.float64), weekly(mean.to_numpy(np.float64).T)


@styled
def causes_figure(found: Findings) -> Figure:
    """What a day gains and loses, by cause, in the usual world; and what all worlds lose."""
    causes = shown(found)
    colours = cause_colours(cause_names(found))
    figure = new_figure(DOUBLE, 5.6)
    panels = figure.subplots(3, 1, gridspec_kw={"height_ratios": [1, 1, 1.15]})
    for axes, word, letter in zip(panels, ("gained", "lost"), "ab", strict=False):
        days, rows = by_day(found, word, causes)
        axes.stackplot(days, rows, colors=[colours[cause] for cause in causes], linewidth=0)
        axes.set_xlim(days[0], max(days[-1], days[0] + 1))
        axes.set_ylabel("followers per day, all\ncreators (7-day mean)")
        axes.set_title(rf"$\bf{{{letter}}}$  Followers {word} in the usual world, by cause")
    panels[1].set_xlabel("time (days)")
    label_key(panels[0], [(cause_name(cause), colours[cause]) for cause in reversed(causes)])
    figure.align_ylabels(panels[:2])
    _draw_arms(panels[2], found, causes, colours)
    return figure


def _draw_arms(axes: Axes, found: Findings, causes: list[str], colours: dict[str, str]) -> None:
    """A stacked bar an arm: losses by cause, for a thousand days that a follower was held."""
    arms = [arm.name for arm in found.experiment.arms]
    for place, arm in enumerate(arms):
        lost = losses(found, arm).sum()
        total = float(lost.sum())
        rates = found.values("unfollows_per_tie_day", arm)
        rate = 1000 * float(rates[np.isfinite(rates)].mean()) if np.isfinite(rates).any() else 0.0
        left = 0.0
        for cause in causes:
            width = rate * float(lost[cause]) / total if total else 0.0
            axes.barh(place, width, left=left, height=0.62, color=colours[cause], edgecolor="white", linewidth=0.4)
            left += width
    axes.set_yticks(range(len(arms)), arms)
    axes.invert_yaxis()
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.set_xlabel("followers lost for each 1,000 days that one was held")
    axes.set_title(r"$\bf{c}$  Followers lost in every world, by cause (colours as above)")
    axes.axvline(0, color=BLACK, lw=0.6)


def one_creator(found: Findings) -> Figure:
    """The creator of the first usual world whose weeks differ most in net followers; the world is lived once more."""
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
    result = model.result()
    net = weeks_of(by_creator_day(result, "gained") - by_creator_day(result, "lost"))
    return rise_and_fall(result, int(net.var(axis=0).argmax()) if len(net) else None)


def remark(found: Findings) -> str:
    """What losses in the usual world are put down to, the largest causes first."""
    table = losses(found, found.experiment.base.name)
    shares = 100 * table.div(table.sum(axis=1), axis=0)
    order = shares.mean().sort_values(ascending=False).index
    said = [
        f"{cause_name(cause)} {interval(t_interval(shares[cause].dropna().to_numpy(np.float64)), '%')}"
        for cause in order
        if shares[cause].mean() >= 100 * LEAST
    ]
    return f"What followers lost in the usual world are put down to: {listed(said)} of all losses."
