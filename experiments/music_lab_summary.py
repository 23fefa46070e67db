"""How near ``music_lab`` comes to the experiments, in words; every number in it comes from the runs or the data."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from experiments.music_lab import LINEAR, POPULAR, STEEP
from experiments.music_lab_data import PUBLISHED, SIGNAL, Numbers, computed, downloads, sorted_shares
from experiments.music_lab_figures import curve
from simulation.analysis.wording import interval, number
from simulation.experiment.run import FURTHER

if TYPE_CHECKING:
    from simulation.experiment.judge import Findings, Floats

HEADS = ("inequality G", "unpredictability U (10⁻³)", "rank correlation with quality")
OUTCOMES = ("inequality", "unpredictability", "merit")
DIGITS = (3, 1, 2)


def paragraphs(found: Findings) -> list[str]:
    """The table beside the experiments, ratios, and whether one prominence fits inequality and unpredictability."""
    shape = [] if all(downloads(number) is None for number in PUBLISHED) else [_shape(found)]
    return ["### Beside the experiments", _table(found), _ratios(found), *shape, _both(found)]


def _table(found: Findings) -> str:
    """Levels of every condition in the model, as published, and from the tables of downloads."""
    from_files = {number: table for number in PUBLISHED if (table := downloads(number)) is not None}
    lines = ["| | " + " | ".join(HEADS) + " |", "| --- | ---: | ---: | ---: |"]
    for arm in (one.name for one in found.experiment.arms):
        cells = [interval(found.mean(name, arm)) for name in OUTCOMES]
        lines.append(f"| model, {arm} | " + " | ".join(cells) + " |")
    for experiment, published in PUBLISHED.items():
        lines += _rows(f"experiment {experiment}, as published", SIGNAL[experiment], published)
        if experiment in from_files:
            lines += _rows(
                f"experiment {experiment}, from its downloads", SIGNAL[experiment], computed(from_files[experiment])
            )
    missing = "" if from_files else " The tables of downloads are not here, so that only published numbers stand there."
    notes = (
        "Experiments: Salganik, Dodds and Watts, Science 2006. The independent condition had one world, so that its "
        "unpredictability is that of random halves of it; its rank correlation with itself says nothing, while that of "
        f"the model is between worlds. The halves computed here differ more than published ones: how "
        f"those were made cannot be seen from the tables, which do not say who took which songs.{missing}"
    )
    return "\n".join(lines) + f"\n\n{notes}"


def _rows(label: str, signal: str, numbers: Numbers) -> list[str]:
    alone = [(numbers.inequality_alone, 3), (numbers.unpredictability_alone, 1)]
    with_signal = list(zip((numbers.inequality, numbers.unpredictability, numbers.merit), DIGITS, strict=True))
    return [
        f"| {label}, independent | " + " | ".join(number(*cell) for cell in alone) + " | - |",
        f"| {label}, {signal} | " + " | ".join(number(*cell) for cell in with_signal) + " |",
    ]


def _ratios(found: Findings) -> str:
    sentences = []
    for experiment, arm in SIGNAL.items():
        real = PUBLISHED[experiment]
        of_real = (real.inequality / real.inequality_alone, real.unpredictability / real.unpredictability_alone)
        of_model = [_mean(found, name, arm) / _mean(found, name, "independent") for name in OUTCOMES[:2]]
        sentences.append(
            f"A {arm} signal multiplies G by {number(of_model[0], 2)} in the model and by {number(of_real[0], 2)} in "
            f"experiment {experiment}, U by {number(of_model[1], 2)} and {number(of_real[1], 2)}"
        )
    return f"**By how much.** {'. '.join(sentences)}."


def _shape(found: Findings) -> str:
    """Whether inequality has the same shape: the most taken song, and the half of songs that is taken least."""
    sentences = []
    for experiment, arm in SIGNAL.items():
        table = downloads(experiment)
        if table is None:
            continue
        model = found.details[found.details["arm"] == arm].groupby("rank")["share"].mean().to_numpy(np.float64)
        (top, half), (real_top, real_half) = (_ends(shares) for shares in (model, sorted_shares(table[:-1])))
        sentences.append(
            f"With a {arm} signal the most taken song of a world has {top} of all choices in the model and {real_top} "
            f"in experiment {experiment}, the half of songs taken least {half} and {real_half}"
        )
    return f"**Stars and tails.** {'. '.join(sentences)}."


def _ends(shares: Floats) -> tuple[str, str]:
    """Market share of the most taken song, and of the lower half of all, in %."""
    top, half = 100 * shares[0], 100 * shares[shares.size // 2 :].sum()
    return f"{number(top, 1)}%", f"{number(half, 1)}%"


def _mean(found: Findings, outcome: str, arm: str) -> float:
    return float(found.mean(outcome, arm).estimate)


def _both(found: Findings) -> str:
    """Where a curve of growing prominence passes the experiments' inequality, and how unpredictable it is there."""
    table = pd.read_parquet(found.options.out / FURTHER)
    sets = table["population"].nunique()
    sentences = [
        "**Can one signal bring about both?** A further study lets ever more of what is listened to go by counts, from "
        f"nothing to everything, in proportion to them (linear) or to their squares ({sets} sets of songs each)."
    ]
    for bias, name in ((LINEAR, "linear"), (STEEP, "squared")):
        line = curve(table, bias).sort_values("inequality")
        for experiment, real in PUBLISHED.items():
            here = f"experiment {experiment} ({real.inequality:g})"
            if not line["inequality"].iloc[0] <= real.inequality <= line["inequality"].iloc[-1]:
                reach = f"{number(line['inequality'].iloc[0], 3)} to {number(line['inequality'].iloc[-1], 3)}"
                sentences.append(f"The {name} curve, G {reach}, does not reach the inequality of {here}.")
                continue
            share, luck = (
                float(np.interp(real.inequality, line["inequality"], values))
                for values in (line.index.to_numpy(np.float64), line["unpredictability"])
            )
            sentences.append(
                f"The {name} curve has the inequality of {here} where about {100 * share:.0f}% of listening goes by "
                f"counts (`{POPULAR}`); U is {number(luck, 1)} there, against {number(real.unpredictability, 1)} in "
                f"the experiment ({number(100 * (luck / real.unpredictability - 1), 0, signed=True)}%)."
            )
    return " ".join([*sentences, "Curves are means, taken as straight between the points visited."])
