"""Figure and further words of the experiment ``motivations``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from simulation.analysis import t_interval
from simulation.analysis.wording import interval
from simulation.parameters import KNOWN
from simulation.plots import DOUBLE, styled
from simulation.plots.style import BLUE, GREEN, ORANGE, label_ends, new_figure

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from simulation.experiment.judge import Findings

MOTIVES = {"validation": BLUE, "influence": ORANGE, "joy": GREEN}
PANELS = {
    "own_voice": "share of days in the own voice",
    "authenticity_kept": "authenticity less own baseline",
    "obsession": "obsession with numbers",
    "mood": "mood (from \N{MINUS SIGN}1 to 1)",
}
GROUPS = 5


def by_fifth(details: pd.DataFrame, motive: str, outcome: str) -> pd.DataFrame:
    """Mean of an outcome in fifths of the creators of every usual world by a motive, over replicates.

    Parameters
    ----------
    details
        One row a creator and run: arm, replicate, shares of the motives, outcomes.

    Returns
    -------
    One row a fifth, in order: share (mean of the motive), estimate, low, high (95%, Student's t over replicates).
    """
    usual = details[details["arm"] == "usual"]
    place = usual.groupby("replicate")[motive].rank(method="first", pct=True)
    fifth = np.minimum((place * GROUPS - 1e-9).astype(int), GROUPS - 1).rename("fifth")
    table = usual.assign(fifth=fifth).groupby(["fifth", "replicate"])[[motive, outcome]].mean()
    rows = []
    for _, group in table.groupby("fifth"):
        found = t_interval(group[outcome].dropna().to_numpy(np.float64))
        rows.append({"share": group[motive].mean(), "estimate": found.estimate, "low": found.low, "high": found.high})
    return pd.DataFrame(rows)


@styled
def motives_figure(found: Findings) -> Figure:
    """What creators do and feel, by how much of each motive they have, within the usual world."""
    figure = new_figure(DOUBLE, 4.4)
    panels = figure.subplots(2, 2, sharex=True)
    for axes, letter, (outcome, label) in zip(panels.flat, "abcd", PANELS.items(), strict=True):
        ends = []
        for motive, colour in MOTIVES.items():
            line = by_fifth(found.details, motive, outcome)
            axes.fill_between(line["share"], line["low"], line["high"], color=colour, alpha=0.18, lw=0)
            axes.plot(line["share"], line["estimate"], color=colour, marker="o", ms=2.6)
            ends.append((float(line["estimate"].iloc[-1]), motive, colour))
        axes.set_title(rf"$\bf{{{letter}}}$")
        axes.set_ylabel(label)
        label_ends(axes, ends)
    for axes in panels[1]:
        axes.set_xlabel("share of the motive (fifths of creators, mean of each)")
    return figure


def paragraphs(found: Findings) -> list[str]:
    """Who wins followers, how much is posted, and what watching does to the mood of escapists."""
    temperature = float(str(KNOWN["minds.strategy.temperature"].default))
    changes, spreads = (
        "; ".join(f"{arm} {interval(found.mean(name, arm), signed=signed)}" for arm in MOTIVES)
        for name, signed in (("own_voice_change", True), ("reward_spread", False))
    )
    posts = [
        f"{arm} {interval(found.difference('posts', arm, 'usual', relative=True), '%', signed=True)}" for arm in MOTIVES
    ]
    usual, short = (found.mean("mood_by_escapism", arm) for arm in ("usual", "short"))
    moods = found.difference("user_mood", "escapist", "usual")
    cut = found.difference("user_mood", "short", "usual")
    return [
        f"**Who wins.** Within the usual world the rank correlation of followers with the share of joy is "
        f"{interval(found.mean('followers_by_joy', 'usual'), signed=True)}. Posts a creator and day, against the "
        f"usual world: {'; '.join(posts)}.",
        f"**Own voice and time.** From the first four weeks to the last the share of days in the own voice changes, by "
        f"what creators live for: {changes}. Two rules of the model suggest why. Numbers grow at first whatever one "
        "does, so that those who live for numbers find their first choice confirmed, which mostly was the own voice, "
        "and look for other ways as growth ends. And choices are the more random, the smaller differences in reward "
        f"are beside `minds.strategy.temperature` ({temperature:g}): rewards of a creator differ, from post to post, "
        f"by (standard deviation) {spreads}.",
        f"**Does escape work?** Mood, less the set point, changes by {interval(usual, signed=True)} from no escapism "
        f"to nothing else, and by {interval(short, signed=True)} where sessions are short. Where more viewers want to "
        f"get away, their mean mood changes by {interval(moods, signed=True)} against the usual world; where "
        f"sessions are short, by {interval(cut, signed=True)}. Escape brings relief, and longer "
        "sessions take from the rest of life; these numbers are the balance.",
    ]
