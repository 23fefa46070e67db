"""The model against rivals' models: which published facts each shows, does not show, or has no words for."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from simulation.analysis.intervals import Interval
from simulation.validation.fact_matrix import draw_facts
from simulation.validation.facts import DEFAULT, FACTS, FITNESS, MERIT, PREFERENTIAL, RANDOM, Fact
from simulation.validation.lives import Span, lived
from simulation.validation.target import Band, Effort, Evidence, Target

if TYPE_CHECKING:
    import pandas as pd


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
    Rival(RANDOM, "random", _NEITHER),
    Rival(PREFERENTIAL, "preferential", _NO_LIKES),
    Rival(FITNESS, "fitness", _NO_LIKES),
    Rival(MERIT, "meritocratic", _NEITHER),
)
"""The model itself, and its rivals on the same population."""

COLUMNS = ("model", "fact", "says", "value", "interval_low", "interval_high", "unit", "low", "high", "seeds", "verdict",
           "reason", "source")  # fmt: skip
FULL, QUICK = Span(days=365, early=120, landmark=180), Span(days=75, early=40, landmark=38)
"""A year, as the defaults were set for; and as short as facts about ties older than 30 days allow."""
SEEDS, FEW = 4, 2
SMALL: Mapping[str, object] = {"population.users": 400, "population.creators": 64}
WHY: Mapping[str, str] = {
    "some follow many": "users differ in how often they watch and in what they like, but none is by nature a collector "
    "of follows, and all began a year ago with none; nor does attention, which is spread as in the data, limit "
    "anybody within a year.",
}
"""Why a fact that this model does not show stays missed: what mechanism lacks."""


def values(
    models: Sequence[Rival], facts: Sequence[Fact], seeds: Iterable[int], span: Span, size: Mapping[str, object]
) -> dict[tuple[str, str], list[float]]:
    """One number a seed, by preset and fact; facts that a model cannot express are left out."""
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
    """One row a model and fact (columns `COLUMNS`), from what `values` gives."""
    import pandas as pd

    rows = []
    for model in models:
        for fact in facts:
            numbers = found.get((model.preset, fact.name), [])
            reason = model.lacks.get(fact.needs, "")
            interval, verdict = (
                (Interval(math.nan, math.nan, math.nan, 0.95), "cannot express")
                if reason
                else fact.judge(model.preset, numbers)
            )
            rows.append(
                (model.label, fact.name, fact.says, *interval[:3], fact.unit, fact.low, fact.high, len(numbers), verdict,
                 reason, fact.source)
            )  # fmt: skip
    return pd.DataFrame(rows, columns=list(COLUMNS))


def counts(table: pd.DataFrame) -> pd.DataFrame:
    """How many facts each model shows, has put in, does not show and cannot express; one row a model, in order."""
    verdicts = ["shown", "put in", "not shown", "cannot express"]
    models = list(dict.fromkeys(table["model"]))
    counted = table.groupby("model")["verdict"].value_counts().unstack(fill_value=0)
    return counted.reindex(index=models, columns=verdicts, fill_value=0).reset_index()


def compared(table: pd.DataFrame) -> list[str]:
    """Sentences on the table: counts, what this model does not show, and where a rival does better."""
    ours, tally = table["model"].iloc[0], counts(table).set_index("model")
    facts = table["fact"].nunique()
    notes = [
        f"Of {facts} facts, {model} shows {row['shown']}; {row['put in']} more it shows because a number was set to it; "
        f"{row['not shown']} it does not show, and {row['cannot express']} it cannot express."
        for model, row in tally.iterrows()
    ]
    free = table[~table["fact"].isin(table.loc[table["verdict"] == "cannot express", "fact"])]
    shown = {model: set(part.loc[part["verdict"] == "shown", "fact"]) for model, part in free.groupby("model")}
    level = ", ".join(f"{model} {len(shown[model])}" for model in tally.index)
    notes.append(f"Of the {free['fact'].nunique()} facts that all models can express, shown and not put in: {level}.")
    best = max(len(shown[model]) for model in tally.index[1:])
    if len(shown[ours]) <= best:
        notes.append(f"So {ours} does not show more of these than the best of its rivals.")
    missed = table.loc[(table["model"] == ours) & (table["verdict"] == "not shown"), "fact"]
    for fact in missed:
        others = table[(table["fact"] == fact) & table["verdict"].isin(["shown", "put in"])]
        where = f"shown by {', '.join(others['model'])}" if len(others) else "nor does any rival"
        notes.append(f"{ours[:1].upper()}{ours[1:]} does not show *{fact}*; {where}.")
    return notes


def bands(table: pd.DataFrame, facts: Sequence[Fact]) -> tuple[Band, ...]:
    """The facts as checks of this model, whose rows come first in the table."""
    rows = table.head(len(facts)).to_dict("records")
    checks = []
    for fact, row in zip(facts, rows, strict=True):
        interval = Interval(row["value"], row["interval_low"], row["interval_high"], 0.95)
        missed = WHY.get(fact.name, "") if row["verdict"] == "not shown" else ""
        checks.append(
            Band(fact.name, fact.unit, fact.low, fact.high, interval, row["seeds"], source=fact.source, missed=missed)
        )
    return tuple(checks)


def measure(effort: Effort) -> Evidence:
    """All models asked for all facts, on the same seeds."""
    span, size, seeds = (QUICK, SMALL, FEW) if effort.quick else (FULL, {}, SEEDS)
    table = fact_table(MODELS, FACTS, values(MODELS, FACTS, range(seeds), span, size))
    return Evidence(bands(table, FACTS), {"facts": table, "counts": counts(table)}, tuple(compared(table)))


RIVALS = Target(
    name="rivals",
    title="What rival models can show, and this one",
    kind="field",
    about=(
        "Random, preferential, fitness and meritocratic following, on the same population with the same activity and "
        "posting as the defaults, are asked for the same published facts by the same code, on the same seeds. Each "
        "follows as often as the defaults do (the meritocratic one has nothing to set), and is lent a constant hazard "
        "of unfollowing, which none of them has: so no fact about leaving is out of reach by construction. What is "
        "said against chance is shown where the whole 95% interval of the mean over seeds lies on its side; of a "
        "range, the mean must lie in it. *Put in*: shown, but a number of the model was set to this very fact. "
        "*Cannot express*: the model has no words for it, as likes; this is counted apart, and against nobody. Where a "
        "model is at chance, it will be said to show a fact with probability .025 by luck."
    ),
    source="the facts: see each; the models: Erdős and Rényi 1959; Price 1976; Barabási and Albert 1999; Bianconi and "
    "Barabási 2001; Pagan et al. 2021",
    measure=measure,
    figure=draw_facts,
)
"""Model against rivals' models."""
