"""The model against rivals' models: which published facts each shows, does not show, or has no words for."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from benchmarks.validation.facts import DEFAULT, FACTS, FITNESS, FITTED, MERIT, PREFERENTIAL, RANDOM, Fact
from benchmarks.validation.lives import Span, lived
from benchmarks.validation.target import Band, Effort, Evidence, Target
from simulation.analysis.wording import bounds, listed, number, sentence
from simulation.plots.style import BLACK, BLUE, DOUBLE, GREY, PALE, SKY, VERMILLION, new_figure, styled


@dataclass(frozen=True)
class Rival:
    """A model that is asked for the facts.

    Attributes
    ----------
    preset, label
        Its preset, and what tables and figures call it.
    lacks
        What it has not, by what facts need, and why.
    """

    preset: str
    label: str
    lacks: Mapping[str, str] = field(default_factory=dict)


_NO_LIKES = {"likes": "there are no likes in it"}
_NEITHER = {**_NO_LIKES, "a recommender": "its feed is random already"}
MODELS: tuple[Rival, ...] = (
    Rival(DEFAULT, "this model"),
    Rival(FITTED, "this, fitted"),
    Rival(RANDOM, "random", _NEITHER),
    Rival(PREFERENTIAL, "preferential", _NO_LIKES),
    Rival(FITNESS, "fitness", _NO_LIKES),
    Rival(MERIT, "meritocratic", _NEITHER),
)
"""The model itself, at its defaults and fitted to data (``short_video``), and its rivals on the same population."""
OURS = 2
"""How many of them are this model."""

COLUMNS = ("model", "fact", "says", "value", "interval_low", "interval_high", "unit", "low", "high", "seeds", "verdict",
           "reason", "source")  # fmt: skip
FULL, QUICK = Span(days=365, early=120, landmark=180), Span(days=75, early=40, landmark=38)
"""A year, as the defaults were set for; and as short as facts about ties older than 30 days allow."""
SEEDS, FEW = 4, 3
SMALL: Mapping[str, object] = {"population.users": 600, "population.creators": 96}
"""Size in the quick form, which asks for what is said against chance only: ranges are those of the full size."""
WHY: Mapping[str, str] = {
    "some follow many": "Users differ in how often they watch and in what they like, but none is by nature a collector "
    "of follows, and all began a year ago with none; attention, which is spread as in the data, limits only a minority "
    "within a year.",
    "growth has fat tails": "A month's growth is the sum of many small gains at rates that change slowly: no single "
    "post makes or breaks a creator.",
    "some rise, others fall": "All began a year ago with nobody, and follows are still made faster than they end: "
    "hardly any established creator loses more than it gains.",
}
"""Why facts that this model does not show stay missed: what mechanism lacks."""


def values(
    models: Sequence[Rival], facts: Sequence[Fact], seeds: Iterable[int], span: Span, size: Mapping[str, object]
) -> dict[tuple[str, str], list[float]]:
    """One number per seed, by preset and fact; facts that a model cannot express are left out."""
    found: dict[tuple[str, str], list[float]] = {}
    for seed in seeds:
        for model in models:
            world = lived(model.preset, span, seed, size)
            for fact in facts:
                if fact.needs not in model.lacks:
                    found.setdefault((model.preset, fact.name), []).append(fact.measure(world))
    return found


def fact_table(
    models: Sequence[Rival], facts: Sequence[Fact], found: Mapping[tuple[str, str], Sequence[float]]
) -> pd.DataFrame:
    """One row per model and fact (columns `COLUMNS`), from what `values` gives."""
    rows = []
    for model in models:
        for fact in facts:
            numbers = found.get((model.preset, fact.name), [])
            reason = model.lacks.get(fact.needs, "")
            found_here, verdict = (fact, "cannot express") if reason else fact.judge(model.preset, numbers)
            row = model.label, fact.name, fact.about, *found_here.found[:3], fact.unit, fact.low, fact.high
            rows.append((*row, len(numbers), verdict, reason, fact.source))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def counts(table: pd.DataFrame) -> pd.DataFrame:
    """How many facts each model shows, has put in, does not show and cannot express; one row per model, in order."""
    models = list(dict.fromkeys(table["model"]))
    counted = table.groupby("model")["verdict"].value_counts().unstack(fill_value=0)
    return counted.reindex(index=models, columns=list(MARKS), fill_value=0).reset_index()


def compared(table: pd.DataFrame) -> list[str]:
    """Sentences on the table: counts, whether a rival is level with this model, and what this model does not show."""
    tally = counts(table).set_index("model")
    notes = [
        f"Of {table['fact'].nunique()} facts, {model} shows {row['shown']}, and {row['put in']} that were put in; "
        f"{row['not shown']} it does not show, and {row['cannot express']} it cannot express."
        for model, row in tally.iterrows()
    ]
    everybody = table[~table["fact"].isin(table.loc[table["verdict"] == "cannot express", "fact"])]
    among = f"of the {everybody['fact'].nunique()} facts that all models can express"
    notes += _ranked(everybody, ("shown", "put in"), f"Shown or put in, {among}")
    notes += _ranked(everybody, ("shown",), f"Shown and not put in, {among}")
    ours = table["model"].iloc[0]
    for row in table[(table["model"] == ours) & (table["verdict"] == "not shown")].to_dict("records"):
        others = table[(table["fact"] == row["fact"]) & table["verdict"].isin(["shown", "put in"])]
        where = f"shown by {', '.join(others['model'])}" if len(others) else "nor does any rival"
        side = row["low"] <= row["value"] <= row["high"]
        unsure = " (the mean is on the right side, and the interval crosses the bound)" if side else ""
        notes.append(
            sentence(f"{ours} does not show *{row['fact']}*{unsure}; {where}. {WHY.get(row['fact'], '')}".strip())
        )
    return notes


def _ranked(table: pd.DataFrame, verdicts: Sequence[str], head: str) -> list[str]:
    """How many facts of some verdicts each model has, and a sentence where a rival has as many as the first model."""
    models = list(dict.fromkeys(table["model"]))
    found = {model: int(table.loc[table["model"] == model, "verdict"].isin(verdicts).sum()) for model in models}
    notes = [f"{head}: {', '.join(f'{model} {number}' for model, number in found.items())}."]
    for ours in models[:OURS]:
        if level := [model for model in models[OURS:] if found[model] >= found[ours]]:
            notes.append(f"There {ours} is not ahead of {listed(level)}.")
    return notes


def bands(found: Mapping[tuple[str, str], Sequence[float]], facts: Sequence[Fact]) -> tuple[Band, ...]:
    """The facts as checks of this model, from what `values` gives."""
    preset, checks = MODELS[0].preset, []
    for fact in facts:
        band = Band(fact.name, low=fact.low, high=fact.high, unit=fact.unit, source=fact.source, whole=fact.whole)
        band = band.measured(found[preset, fact.name])
        checks.append(band if band.met else replace(band, missed=WHY.get(fact.name, "")))
    return tuple(checks)


def measure(effort: Effort) -> Evidence:
    """Random, preferential, fitness and meritocratic following, on the same population with the same activity and
    posting as the defaults, are asked for the same published facts by the same code, on the same seeds, beside
    this model at its defaults and as the preset `short_video`, fitted to data. Each follows as often as the
    defaults do (the meritocratic one, which meets one creator a session, has nothing to set), and is lent a
    constant hazard of unfollowing, which none of them has: so no fact about leaving is out of reach by
    construction. What is said against chance is shown where the whole 95% interval of the mean over seeds lies on
    its side, however small the excess: a model that is at chance will be said to show a fact with probability .025
    by chance, and one that is a hundredth off shows it in earnest, as ties that seem to settle because those who
    hardly open the app hardly leave. Of a range, the mean must lie in it. *Put in*: shown, but a number of the
    model was set to this very fact, or a rule states it. *Cannot express*: the model has no words for it, as for
    likes; this is counted apart, and held against nobody.
    """
    span, size, seeds = (QUICK, SMALL, FEW) if effort.quick else (FULL, {}, SEEDS)
    facts = [fact for fact in FACTS if fact.whole or not effort.quick]
    found = values(MODELS, facts, range(seeds), span, size)
    table = fact_table(MODELS, facts, found)
    return Evidence(bands(found, facts), {"facts": table, "counts": counts(table)}, tuple(compared(table)))


MARKS = {
    "shown": ("o", BLUE, BLUE),
    "put in": ("D", SKY, BLUE),
    "not shown": ("X", VERMILLION, VERMILLION),
    "cannot express": ("_", GREY, GREY),
}
"""Marker, fill and edge of each verdict: told apart by shape alone."""
ROW = 0.21
"""Height of a row, inches."""


@styled
def draw_facts(evidence: Evidence) -> Figure:
    """Facts from top to bottom, models from left to right, their counts below."""
    table, tally = evidence.tables["facts"], evidence.tables["counts"]
    models, facts = list(tally["model"]), list(dict.fromkeys(table["fact"]))
    figure = new_figure(DOUBLE, 0.6 + ROW * (len(facts) + len(MARKS) + 1))
    axes = figure.add_subplot()
    axes.set_xlim(-0.45, len(models) - 0.25)
    axes.set_ylim(len(facts) + len(MARKS) + 0.6, -0.6)
    for row in table.to_dict("records"):
        text = number(row["value"]) if math.isfinite(row["value"]) else ""
        _cell(axes, models.index(row["model"]), facts.index(row["fact"]), row["verdict"], text)
    axes.axhline(len(facts) - 0.3, color=BLACK, lw=0.6)
    below = [len(facts) + 0.4 + k for k in range(len(MARKS))]
    for y, verdict in zip(below, MARKS, strict=True):
        for x, count in enumerate(tally[verdict]):
            _cell(axes, x, y, verdict, f"{count}", fontsize=7.5, fontweight="bold")
    lines = table.drop_duplicates("fact").to_dict("records")
    names = [f"{row['fact']} ({row['unit']}, {bounds(row['low'], row['high'])})" for row in lines]
    axes.set_yticks([*range(len(facts)), *below], [*names, *MARKS])
    axes.set_xticks(range(len(models)), models)
    axes.xaxis.tick_top()
    axes.tick_params(length=0)
    for side in axes.spines.values():
        side.set_visible(False)
    for line in range(1, len(facts)):
        axes.axhline(line - 0.5, color=PALE, lw=0.3, zorder=0)
    return figure


def _cell(axes: Axes, x: int, y: float, verdict: str, text: str, **style: Any) -> None:
    """One mark, and the text beside it where there is one."""
    marker, fill, edge = MARKS[verdict]
    axes.plot(x - 0.2, y, marker, ms=5.0, color=fill, markeredgecolor=edge, markeredgewidth=0.7)
    if text:
        axes.text(x - 0.08, y, text, ha="left", **{"va": "center_baseline", "fontsize": 6.5, **style})


RIVALS = Target(
    name="rivals",
    title="What rival models can show, and this one",
    kind="field",
    source="the facts: see each; the models: Erdős and Rényi 1959; Price 1976; Barabási and Albert 1999; Bianconi and "
    "Barabási 2001; Pagan et al. 2021",
    measure=measure,
    figure=draw_facts,
)
"""Model against rivals' models."""
