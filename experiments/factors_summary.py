"""What the experiment ``factors`` says beside its expectations; every number in it comes from the runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from experiments.factors import MOTIVES
from experiments.factors_figures import TITLES, shares_booked
from experiments.factors_sobol import LEVEL, MOST_WEIGHT, WORDS, share_outcome
from simulation.analysis import Interval, t_interval
from simulation.analysis.wording import interval, listed, number
from simulation.experiment.volume import VOLUME

if TYPE_CHECKING:
    from simulation.experiment.judge import Findings

DECIDING = ("absence", "overload", "aspiration")
"""Causes of unfollows that are no factor."""


def paragraphs(found: Findings, indices: pd.DataFrame) -> list[str]:
    """Motives ranked by what they add to follows and unfollows; volume; the study of the weights."""
    return [_ranking(found), _volume(found), "### All weights at once", _weights(indices), _causes(indices)]


def _ranking(found: Findings) -> str:
    lines = [
        "**Which motives decide.** In the usual worlds all six weigh the same, so a motive decides the more, the more "
        "creators differ in it for one user. Contribution: what the factor added to the appeal of a post at the time, "
        "against a usual post (means over follows and over unfollows); booked: share of events of which the ledger "
        "names it as the cause.",
        "",
        "| motive | contribution to follows | booked follows (%) | contribution to unfollows | booked unfollows (%) | "
        "hazard of unfollowing (% per .1) |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    by_follows = sorted(MOTIVES, key=lambda factor: -_part(found, "contribution_follows", factor).estimate)
    for factor in by_follows:
        cells = []
        for kind in ("follows", "unfollows"):
            cells.append(interval(_part(found, f"contribution_{kind}", factor), signed=True))
            cells.append(interval(_mean(100 * shares_booked(found.details, kind, factor))))
        cells.append(interval(_mean(found.values(f"{factor}_leaving", "usual")), signed=True))
        lines.append(f"| {_words(factor)} | " + " | ".join(cells) + " |")
    other = [
        f"{cause} {interval(_mean(100 * shares_booked(found.details, 'unfollows', cause)))}%" for cause in DECIDING
    ]
    lines += ["", f"The other unfollows are booked under causes that are no factor: {listed(other)}."]
    return "\n".join(lines)


def _part(found: Findings, column: str, factor: str) -> Interval:
    table = found.details
    rows = table[(table["arm"] == "usual") & (table["cause"] == factor)]
    return _mean(rows[column].to_numpy(np.float64))


def _mean(values: np.ndarray) -> Interval:
    return t_interval(values[np.isfinite(values)])


def _volume(found: Findings) -> str:
    changes = [
        f"{arm} {interval(found.difference('follows_per_user_day', arm, 'usual', relative=True), '%', signed=True)}"
        for arm, _ in MOTIVES.values()
    ]
    return (
        f"**How much is followed** is another matter. Follows change as follows: {'; '.join(changes)}. This is mostly "
        "the level of appeal: what is taken away is a motive of high or of low values, and the others count for more. "
        "It says nothing about how much people follow by a motive."
    )


def _weights(indices: pd.DataFrame) -> str:
    first = indices.iloc[0]
    settings = first.samples * (len(MOTIVES) + 2)
    lines = [
        f"A study of its own varied all six weights at once, each from 0 to {MOST_WEIGHT:g} (by default all are 1), by "
        f"Saltelli's sample of {first.samples} base points: {settings} settings, each lived by {first.replicates} "
        f"populations of {first.users:,} users for {first.days} days. In every world the follow "
        f"threshold was set such that users follow {VOLUME:g} creators a day. First order S1: share of the variance of "
        "an outcome that goes once this weight is known; total order ST: share that stays while it alone is not known. "
        "Intervals are those of a bootstrap over the points; sampling error may bring numbers below 0 and above 1. "
        "Share of luck: part of the variance between settings that would go with endless replicates.",
        "",
        "| outcome | depends most on (ST) | its S1 | next (ST) | sum of S1 | share of luck |",
        "| --- | --- | ---: | --- | ---: | ---: |",
    ]
    for name in LEVEL:
        part = indices[indices["outcome"] == name].sort_values("ST", ascending=False)
        if part.empty or not np.isfinite(part["ST"].iloc[0]):
            continue
        most, then = part.iloc[0], part.iloc[1]
        lines.append(
            f"| {TITLES[name]} | {most.parameter}: {_index(most, 'ST')} | {_index(most, 'S1')} | "
            f"{then.parameter}: {_index(then, 'ST')} | {_index(most, 'S1_sum')} | {number(most.luck_share, 2)} |"
        )
    return "\n".join(lines)


def _index(row: pd.Series, index: str) -> str:
    ends = [row[f"{index}{end}"] for end in ("", "_low", "_high")]
    return interval(Interval(*ends, 0.95))


def _causes(indices: pd.DataFrame) -> str:
    sentences = []
    for kind in WORDS:
        own = []
        for factor in MOTIVES:
            rows = indices[indices["outcome"] == share_outcome(kind, factor)]
            if not rows.empty and rows["ST"].notna().all():
                own.append(rows.sort_values("ST").iloc[-1].parameter == _words(factor))
        if own:
            sentences.append(
                f"Of the shares of {kind} that the ledger books under each motive, {sum(own)} of {len(own)} depend "
                "most on the weight of that motive itself"
            )
    found = f"{'. '.join(sentences)}." if sentences else "Shares of causes are not defined in every world."
    return f"{found} `further.parquet` has all indices with their intervals."


def _words(factor: str) -> str:
    return factor.replace("_", " ")
