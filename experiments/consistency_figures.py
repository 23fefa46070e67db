"""Figure of the experiment ``consistency``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from experiments.consistency import MUCH, REGULAR, STRANGERS
from simulation.analysis import t_interval
from simulation.plots import DOUBLE, styled
from simulation.plots.style import BLUE, GREY, ORANGE, label_ends, new_figure

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from simulation.experiment.judge import Findings

GROUPS = 5
LINES = {"usual": BLUE, "even quality": ORANGE, "no weight": GREY}
AXES = {REGULAR: "regularity of creators (fifths, mean of each)", MUCH: "posts a day that come naturally (fifths)"}
RATES = {"follows a view\n(% of the world's mean)": ("gained", "views")}
RATES["unfollows a tie-day\n(% of the world's mean)"] = ("lost", "tie_days")


TITLES = (f"Trust, first {STRANGERS} days", "", "Loyalty, whole time", "")


def by_fifth(details: pd.DataFrame, trait: str, events: str, exposure: str) -> pd.DataFrame:
    """Rates of fifths of creators by a trait, in % of the rate of their world, over replicates.

    Parameters
    ----------
    details
        One row a creator and run: arm, replicate, the trait, events and exposure.

    Returns
    -------
    pd.DataFrame
        One row an arm and fifth: trait (mean), estimate, low, high (95%, Student's t over replicates).
    """
    place = details.groupby(["arm", "replicate"])[trait].rank(method="first", pct=True)
    fifth = np.minimum((place * GROUPS - 1e-9).astype(int), GROUPS - 1).rename("fifth")
    sums = details.groupby(["arm", "replicate", fifth])[[events, exposure]].sum()
    totals = sums.groupby(["arm", "replicate"]).sum()
    share = 100 * (sums[events] / sums[exposure]) / (totals[events] / totals[exposure])
    middle = details.groupby(["arm", fifth])[trait].mean()
    rows: list[dict[str, Any]] = []
    for (arm, group), values in share.groupby(["arm", "fifth"]):
        mean = t_interval(values.dropna())
        rows.append({"arm": arm, "fifth": group, "trait": middle[arm, group], **mean._asdict()})
    return pd.DataFrame(rows)


@styled
def dose_figure(found: Findings) -> Figure:
    """Trust and unfollowing by regularity and by how much is posted, where viewers care and where they do not.

    Trust is that of the first days.
    """
    figure = new_figure(DOUBLE, 4.2)
    panels = figure.subplots(2, 2, sharex="col", sharey="row")
    for row, (label, (events, exposure)) in zip(panels, RATES.items(), strict=True):
        for axes, trait in zip(row, AXES, strict=True):
            table = by_fifth(found.details, trait, events, exposure)
            ends = []
            for arm, colour in LINES.items():
                line = table[table["arm"] == arm]
                axes.plot(line["trait"], line["estimate"], color=colour, marker="o", ms=2.5)
                axes.vlines(line["trait"], line["low"], line["high"], color=colour, lw=0.8)
                ends.append((float(line["estimate"].iloc[-1]), arm, colour))
            axes.axhline(100, color=GREY, lw=0.6, ls=":")
            if axes is row[0]:
                axes.set_ylabel(label)
            else:
                label_ends(axes, ends)
    for axes, name in zip(panels[1], AXES.values(), strict=True):
        axes.set_xlabel(name)
    for axes, letter, title in zip(panels.flat, "abcd", TITLES, strict=True):
        axes.set_title(rf"$\bf{{{letter}}}$  {title}")
    return figure
