"""What else might make success unequal and unpredictable, each as strong as the inequality of the experiments asks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from benchmarks.validation.figures import point
from benchmarks.validation.music_lab import SURE, in_experiment, people, published
from benchmarks.validation.music_lab_worlds import POPULAR, alone, listened, outcomes, social, with_signal
from benchmarks.validation.target import Band, Effort, Evidence, Target
from simulation.analysis.intervals import t_interval
from simulation.plots.style import BLACK, BLUE, DOUBLE, PALE, VERMILLION, new_figure, styled
from simulation.presets import PRESETS

LAB = PRESETS["music_lab"].values
SHARE = float(LAB[POPULAR])
STRONG_SHARE = float(PRESETS["music_lab_strong"].values[POPULAR])
WORLDS = 4
"""Worlds of each set of songs; unpredictability is a mean over pairs of them, as over pairs of eight."""
SETS = {1: 8, 2: 4}
"""Sets of songs for each experiment: the first is known better."""
LESS_LUCK = {
    ("unpredictability", 1): (
        "counts that matter in all songs make good songs gain about as much as lucky ones, so that worlds differ less "
        "for the same inequality than where the first few places gain most, whoever came there"
    )
}
"""Why a mechanism without places stays below the unpredictability of the first experiment."""
LIFT = 0.16
"""What a song must be worth more for each unit of weight of the crowd, such that as many are taken as without it."""


def by_appeal(weight: float) -> dict[str, object]:
    """What is listened to is chance; the logarithm of counts adds to appeal, ``weight`` times as much as quality."""
    total = 1.0 + weight
    return {
        **with_signal({}, 0.0),
        "users.weight_sigma": 0.0,
        "factors.peer_influence.weight": weight,
        "factors.peer_influence.crowd_weight": 1.0,
        "decision.follow_sharpness": LAB["decision.follow_sharpness"] * total,
        "decision.follow_threshold": (LAB["decision.follow_threshold"] + LIFT * weight) / total,
    }


def by_counts(share: float) -> dict[str, object]:
    """A share of what is listened to goes in proportion to counts."""
    return {**with_signal({}, share), "feed.popularity_bias": 1.0, "feed.position_bias": 0.0}


def by_squares(share: float) -> dict[str, object]:
    """A share of what is listened to goes in proportion to the squares of counts."""
    return {**with_signal({}, share), "feed.popularity_bias": 2.0, "feed.position_bias": 0.0}


def by_place(share: float) -> dict[str, object]:
    """A share of what is listened to goes by place: the presets."""
    return with_signal({}, share)


@dataclass(frozen=True)
class Mechanism:
    """A way in which counts may matter, with one number for how much.

    Attributes
    ----------
    name
        For tables and figures.
    values
        Differences from the preset ``music_lab`` for a strength.
    strengths
        By number of the experiment: the strength that gives its inequality (``benchmarks.fits.music_lab``).
    missed
        By outcome and experiment, why it is missed.
    """

    name: str
    values: Callable[[float], dict[str, object]]
    strengths: dict[int, float]
    missed: dict[tuple[str, int], str]


MECHANISMS = (
    Mechanism("adds to appeal", by_appeal, {1: 1.93, 2: 4.52}, LESS_LUCK),
    Mechanism("in proportion to counts", by_counts, {1: 0.347, 2: 0.748}, LESS_LUCK),
    Mechanism("by squares of counts", by_squares, {1: 0.16, 2: 0.462}, LESS_LUCK),
    Mechanism("by place in the order", by_place, {1: SHARE, 2: STRONG_SHARE}, {}),
)


def by_set(mechanism: Mechanism, experiment: int, sets: int, worlds: int) -> list[dict[str, object]]:
    """One row for each set of songs: what a mechanism comes to at its strength."""
    values, count = mechanism.values(mechanism.strengths[experiment]), people()
    rows: list[dict[str, object]] = []
    for songs in range(sets):
        lived = social(values, songs, worlds)
        heard = float("nan") if mechanism.values is by_appeal else listened({**LAB, **values}, lived)
        row = {"mechanism": mechanism.name, "experiment": experiment, "songs": songs, "listened": heard}
        rows.append({**row, **outcomes(lived, alone({}, songs), count)})
    return rows


def bands(table: pd.DataFrame) -> tuple[Band, ...]:
    """Unpredictability and rank correlation of every mechanism in both experiments, where inequality was fitted."""
    checks = []
    for mechanism in MECHANISMS:
        for experiment in mechanism.strengths:
            rows = table[(table["mechanism"] == mechanism.name) & (table["experiment"] == experiment)]
            for outcome, letter in (("unpredictability", "U"), ("merit", "rank correlation")):
                name = f"{letter}, experiment {experiment}, {mechanism.name}"
                why = mechanism.missed.get((outcome, experiment), "")
                wanted = published(name, "social", outcome, experiment, why)
                checks.append(wanted.measured(rows[outcome].to_numpy(np.float64)))
    return tuple(checks)


def notes(table: pd.DataFrame) -> tuple[str, ...]:
    """Levels, and what listening says."""
    means = table.groupby(["mechanism", "experiment"], sort=False)[["inequality", "choices", "listened"]].mean()
    levels = [
        f"{name} {rows['inequality'].iloc[0]:.3f} and {rows['inequality'].iloc[1]:.3f}"
        for name, rows in means.groupby("mechanism", sort=False)
    ]
    heard = means.xs(2, level="experiment")["listened"].dropna()
    ratios = [f"{value:.1f} ({name})" for name, value in heard.items()]
    return (
        f"Inequality, which each strength was fitted to (.340 and .498): {', '.join(levels)}.",
        "In the second experiment the most popular song is listened to so many times as often as one of middle rank: "
        f"{', '.join(ratios)}, and once where counts only add to appeal; about 6 times in a later experiment with a "
        "list (Salganik and Watts 2008).",
    )


def measure(effort: Effort) -> Evidence:
    """The same songs and people as in `music_lab`, and four ways in which counts may matter: they add to a song's
    appeal (what is listened to is chance, and what a song must be worth rises with it, so that as many are taken);
    a share of what is listened to goes in proportion to counts; to their squares; or by place in their order, as
    in the presets. Each has one number for how much, found by the inequality of each experiment (`python -m
    benchmarks.fits.music_lab rivals`). The exponent of place was fitted to the first experiment's
    unpredictability, so that there it is met for that reason.
    """
    rows = [
        row
        for mechanism in MECHANISMS
        for experiment, sets in SETS.items()
        for row in by_set(mechanism, experiment, 2 if effort.quick else sets, 2 if effort.quick else WORLDS)
    ]
    table = pd.DataFrame(rows)
    return Evidence(bands(table), {"mechanisms": table}, notes(table))


@styled
def mechanisms_figure(evidence: Evidence) -> Figure:
    """Unpredictability and rank correlation by mechanism, at the inequality of each experiment."""
    figure = new_figure(DOUBLE, 2.0)
    table = evidence.tables["mechanisms"]
    panels = figure.subplots(1, 4, sharey=True)
    asked = [(outcome, experiment) for outcome in ("unpredictability", "merit") for experiment in (1, 2)]
    for axes, letter, (outcome, experiment) in zip(panels, "abcd", asked, strict=True):
        _by_mechanism(axes, table[table["experiment"] == experiment], outcome, experiment)
        axes.set_title(rf"$\bf{{{letter}}}$ experiment {experiment}")
    return figure


def _by_mechanism(axes: Axes, table: pd.DataFrame, outcome: str, experiment: int) -> None:
    given, error = in_experiment("social", outcome, experiment)
    reach, colour = SURE * error, {1: BLUE, 2: VERMILLION}[experiment]
    names = list(dict.fromkeys(table["mechanism"]))
    axes.axvspan(given - reach, given + reach, color=PALE, alpha=0.5, lw=0)
    axes.axvline(given, color=BLACK, lw=0.7)
    for row, name in enumerate(names):
        found = t_interval(table.loc[table["mechanism"] == name, outcome].to_numpy(np.float64))
        point(axes, found, row, across=True, color=colour)
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.set_xlabel("U ($10^{-3}$)" if outcome == "unpredictability" else "rank correlation")


MECHANISMS_TARGET = Target(
    name="music_lab_mechanisms",
    title="Music Lab: which way of going by counts",
    kind="experiment",
    source="M. J. Salganik, P. S. Dodds and D. J. Watts, Science 311, 854 (2006)",
    measure=measure,
    figure=mechanisms_figure,
)
"""Four mechanisms beside both experiments."""
