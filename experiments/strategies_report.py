"""Figure and remarks of the experiment ``strategies``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from experiments.strategies import ALL, FEW, FREE, HALF, NAMES, OWN, SHARES
from simulation.analysis import Interval, t_interval
from simulation.analysis.headline import RECENT
from simulation.analysis.wording import interval, listed
from simulation.creators.strategy import STRATEGIES
from simulation.plots import DOUBLE, styled
from simulation.plots.style import BLACK, GREY, LINES, label_ends, new_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from simulation.experiment.judge import Findings

COLOURS = dict(zip(NAMES, LINES, strict=False)) | {OWN: BLACK}
SELF, OTHERS = (
    {FEW: "followers_few", HALF: "followers_half", ALL: "followers_all"},
    {
        FEW: "followers_others_few",
        HALF: "followers_others_half",
    },
)
BASE = "own voice"
COLUMNS = {
    "users' followers": ("followers_half", HALF, True),
    "others' followers": ("followers_others_half", HALF, True),
    "all followers": ("followers_all", HALF, True),
    "all followers, if all do it": ("followers_all", ALL, True),
    "users' likes": ("likes_half", HALF, True),
    "users' authenticity": ("authenticity_half", HALF, True),
    "users' mood": ("mood_half", HALF, False),
    "users' burnout": ("burnout_half", HALF, False),
}
"""Heading, outcome, how many use the strategy, and whether the change is in %."""


def game(found: Findings) -> str:
    """Who gains and who loses by each strategy: a table, and what it says of the game."""
    lines = [
        "Is it a game in which one's gain is another's loss? Changes against the world in which all keep to the own "
        "voice, half of the creators using the strategy where nothing else is said:",
        "",
        "| strategy | " + " | ".join(COLUMNS) + " |",
        "| --- |" + " ---: |" * len(COLUMNS),
    ]
    for name in NAMES.values():
        cells = [
            interval(
                found.difference(outcome, f"{name}: {word}", BASE, relative=share), "%" if share else "", signed=True
            )
            for outcome, word, share in COLUMNS.values()
        ]
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    kinds: dict[str, list[str]] = {}
    for name in NAMES.values():
        kinds.setdefault(_kind(found, name), []).append(f"`{name}`")
    said = "; ".join(f"{listed(names)}: {kind}" for kind, names in kinds.items())
    return "\n".join(lines) + f"\n\nRead from the intervals (95%, not adjusted): {said}."


def _kind(found: Findings, name: str) -> str:
    """What the intervals say of users, others and all."""
    own, others, total = (
        sign(found.difference(outcome, f"{name}: {HALF}", BASE))
        for outcome in ("followers_half", "followers_others_half", "followers_all")
    )
    if own == 0:
        return "no gain or loss is seen"
    if own < 0:
        return "its users lose" + (", and others gain" if others > 0 else "")
    if others < 0:
        return "its users gain at the cost of others" + (
            ", and there are more follows in all"
            if total > 0
            else ", and there are fewer follows in all"
            if total < 0
            else ""
        )
    return "its users gain, and others do too" if others > 0 else "its users gain, and no loss of others is seen"


def sign(found: Interval) -> int:
    """1 or -1 where an interval lies wholly on one side of zero, 0 otherwise."""
    return int(found.low > 0) - int(found.high < 0)


def choices(found: Findings) -> str:
    """What creators choose in the end, where they are free to, and whether it is what pays."""
    table = found.details[found.details["arm"] == FREE]
    late = 100 * table[table["day"] > table["day"].max() - RECENT].groupby("replicate")[list(STRATEGIES)].mean()
    order = late.mean().sort_values(ascending=False).index
    said = [f"`{name}` {interval(t_interval(late[name]), '%')}" for name in order]
    means = [
        found.difference("followers_half", f"{name}: {HALF}", BASE, relative=True).estimate for name in NAMES.values()
    ]
    best = list(NAMES)[int(np.argmax(means))]
    lead = t_interval(late[best] - late[[name for name in NAMES if name != best]].mean(axis=1))
    return (
        f"Where creators are free, they spend the last weeks so: {listed(said)}. `{best}`, which brings half of them "
        f"most followers, has {interval(lead, signed=True)} % points more than the mean of the three others beside "
        "the own voice."
    )


@styled
def race_figure(found: Findings) -> Figure:
    """What users and others have of each strategy by how many use it, and what creators choose."""
    figure = new_figure(DOUBLE, 2.9)
    panels = figure.subplots(1, 3)
    titles = ("Who use it", "Who do not", "Free choice")
    for axes, letter, title in zip(panels, "abc", titles, strict=True):
        axes.set_title(rf"$\bf{{{letter}}}$  {title}")
    for axes, outcomes in ((panels[0], SELF), (panels[1], OTHERS)):
        _race(axes, found, outcomes)
    panels[0].set_ylabel("followers against a world\nwith own voices only (%)")
    _choices(panels[2], found)
    return figure


def _race(axes: Axes, found: Findings, outcomes: dict[str, str]) -> None:
    ends = []
    x = np.arange(len(outcomes), dtype=np.float64)
    for place, (strategy, name) in enumerate(NAMES.items()):
        means = [
            found.difference(outcome, f"{name}: {word}", BASE, relative=True) for word, outcome in outcomes.items()
        ]
        at = x + 0.06 * (place - 1.5)
        axes.plot(at, [mean.estimate for mean in means], color=COLOURS[strategy], marker="o", ms=2.5)
        axes.vlines(at, [mean.low for mean in means], [mean.high for mean in means], color=COLOURS[strategy], lw=0.8)
        ends.append((means[-1].estimate, name, COLOURS[strategy]))
    axes.axhline(0, color=GREY, lw=0.7)
    axes.set_xticks(x, [f"{SHARES[word]:.0%}" for word in outcomes])
    axes.set_xlabel("creators who use it")
    label_ends(axes, ends)


def _choices(axes: Axes, found: Findings) -> None:
    table = found.details[found.details["arm"] == FREE]
    ends = []
    for strategy in STRATEGIES:
        wide = table.pivot(index="replicate", columns="day", values=strategy)
        values = 100 * wide.to_numpy()
        bounds = np.array([t_interval(day)[1:3] for day in values.T])
        axes.fill_between(wide.columns, bounds[:, 0], bounds[:, 1], color=COLOURS[strategy], alpha=0.2, lw=0)
        axes.plot(wide.columns, values.mean(axis=0), color=COLOURS[strategy])
        ends.append((float(values[:, -1].mean()), NAMES.get(strategy, "own voice"), COLOURS[strategy]))
    axes.set_ylim(bottom=0)
    axes.margins(x=0)
    axes.set_xlabel("time (days)")
    axes.set_ylabel("creators (%)")
    label_ends(axes, ends)
