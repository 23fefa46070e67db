"""The summary of an experiment in arms in words; every number in it comes from the runs."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from simulation.analysis import Interval, t_interval
from simulation.analysis.headline import HEADLINE
from simulation.analysis.tables import rows_of
from simulation.analysis.wording import bounds, decimals, interval, listed, number, p_value, percent, sentence
from simulation.experiment.declare import Arm
from simulation.experiment.judge import CONFIDENCE, Findings, Floats
from simulation.experiment.options import Scale, claims
from simulation.experiment.robustness import FEWEST, FEWEST_RANKED, drivers, least_correlation
from simulation.experiment.uncertain import FACTOR
from simulation.parameters import KNOWN
from simulation.study.directions.claims import FAMILY_ALPHA

SHOWN_DRIVERS = 4
"""Parameters named for each expectation, at most."""
SHOWN_ITEMS = 6
"""Interventions named for each arm, at most; what is done every day need not be said for every day."""
MOST, HALF = 0.9, 0.5
"""Share of sampled worlds from which an expectation is called robust; and that of chance."""


def summary(found: Findings, figures: list[str]) -> str:
    """The summary as Markdown."""
    experiment = found.experiment
    remarks = [] if experiment.remarks is None else list(experiment.remarks(found))
    parts = [
        f"# {experiment.title}: {experiment.question[0].lower()}{experiment.question[1:]}",
        _answer(found),
        "## Design",
        experiment.about.strip(),
        _design(found),
        "## What was found",
        _table(found),
        _levels(found),
        *remarks,
        "## How robust it is",
        robustness(found),
        "## What to keep in mind",
        _caveats(found),
        "## Files",
        _files(found, figures),
    ]
    return "\n\n".join(parts) + "\n"


def _answer(found: Findings) -> str:
    verdicts = found.effects["verdict"].tolist()
    counts = [
        f"{verdicts.count(kind)} {text}"
        for kind, text in (("holds", "held"), ("fails", "failed"), ("undecided", "undecided"))
        if kind in verdicts
    ]
    expected = "expectation" if len(verdicts) == 1 else "expectations"
    lines = [
        f"{claims(found.experiment.claim)} (docs/odd.md). In the model it **{found.verdict}**: of {len(verdicts)} "
        f"{expected} {listed(counts)}.",
        "",
    ]
    lines += [_bullet(found, place, row) for place, row in enumerate(rows_of(found.effects))]
    return "\n".join(lines)


def _bullet(found: Findings, place: int, row: dict[str, Any]) -> str:
    text = f"- **{row['verdict'].capitalize()}:** {sentence(row['says'])} {_number(row)} over {row['n']} replicates"
    if found.robustness.told:
        seen = found.robustness.table.iloc[place]
        if seen["n"]:
            text += f"; as expected in {percent(seen['share'])} of {seen['n']} worlds with other parameters"
    return f"{text}."


def _number(row: dict[str, Any]) -> str:
    signed = bool(row["than"])
    name = row["outcome"].replace("_", " ")
    return f"{name[0].upper()}{name[1:]}, {row['compared']}: {_interval(row, signed=signed)}"


def _interval(row: dict[str, Any], *, signed: bool, unit: bool = True) -> str:
    if row["n"] < 2:
        return "not defined"
    found = Interval(row["estimate"], row["low"], row["high"], 0.95)
    return interval(found, row["unit"] if unit else "", signed=signed)


def _table(found: Findings) -> str:
    lines = [
        "| expectation | outcome | compared | means | effect [95% interval] | expected | adjusted p | verdict |",
        "| --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for row in rows_of(found.effects):
        means = f"{number(row['in_arm'])} and {number(row['in_than'])}" if row["than"] else number(row["in_arm"])
        cells = [
            row["says"],
            row["outcome"].replace("_", " "),
            row["compared"],
            means,
            _interval(row, signed=bool(row["than"])),
            bounds(row["bound_low"], row["bound_high"], row["unit"]),
            p_value(row["adjusted_p"]),
            f"**{row['verdict']}**",
        ]
        lines.append("| " + " | ".join(cells) + " |")
    notes = [
        "Effects are means of paired differences within replicates, with Student's t interval; p-values are those of "
        "one-sided t-tests against the bounds (two of them where there are two: equivalence), adjusted by Holm over "
        "the expectations. An expectation holds where its adjusted p is below .05, fails where the interval lies "
        "wholly beyond a bound, and is undecided otherwise."
    ]
    undefined = found.effects[found.effects["undefined"] > 0]
    notes += [
        f'In {row.undefined} replicates the number of "{row.says}" is one of nothing; they are left out.'
        for row in undefined.itertuples()
    ]
    return "\n".join(lines) + "\n\n" + " ".join(notes)


def _levels(found: Findings) -> str:
    """Mean of every outcome in every arm, with half the width of its interval."""
    names = list(found.experiment.outcomes)
    head = [f"{name.replace('_', ' ')}{_unit(found, name)}" for name in names]
    lines = ["| arm | " + " | ".join(head) + " |", "| --- |" + " ---: |" * len(names)]
    for arm in found.experiment.arms:
        cells = [_level(found.values(name, arm.name)) for name in names]
        lines.append(f"| {arm.name} | " + " | ".join(cells) + " |")
    note = (
        "Means over replicates; after ± the half width of the 95% interval, which says less about differences between "
    )
    return "\n".join(lines) + f"\n\n{note}arms than the table above does, where people and luck are the same."


def _level(values: Floats) -> str:
    mean = t_interval(values[np.isfinite(values)], CONFIDENCE)
    if not math.isfinite(mean.low):
        return "-"
    digits = decimals(mean.low, mean.high)
    return f"{number(mean.estimate, digits)} ± {number(mean.high - mean.estimate, digits)}"


def _unit(found: Findings, name: str) -> str:
    unit = found.experiment.outcomes[name].unit
    return "" if unit == "1" else f" ({unit})"


def robustness(found: Findings) -> str:
    """How the effects fare in sampled worlds: how they were made, a table, and where expectations are missed."""
    robust, about = found.robustness, {**HEADLINE, **found.experiment.outcomes}
    left_out = [
        f"{count} with {about[name].about.lower()} outside {' to '.join(map(number, found.experiment.plausible[name]))}"
        for name, count in robust.left_out.items()
        if count
    ]
    how = (
        f"{len(robust.parameters)} parameters of which only the order of magnitude is known were varied all at once in "
        f"a Latin hypercube of {robust.sampled} points, most of them by a factor of {FACTOR:g} either way "
        "(simulation/experiment/uncertain.py has the rule). Each point was lived by people of its own. "
        f"{robust.plausible} of {robust.sampled} base worlds are plausible as a platform"
        + (f" (left out: {listed(left_out)}; one world may miss several bands)" if left_out else "")
        + "; these were lived in every arm, once."
    )
    if not robust.told:
        return f"{how} Fewer than {FEWEST} plausible worlds say nothing about robustness."
    lines = [
        "| expectation | as expected, default parameters | as expected, sampled worlds [95%] | median effect "
        "(5% to 95% of worlds) | mean effect [95% interval] | depends most on |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for place, row in enumerate(rows_of(found.effects)):
        lines.append("| " + " | ".join(_robust_cells(found, place, row)) + " |")
    notes = (
        "Shares count single worlds, so that luck is in them as well: the share among replicates at the default "
        "parameters is what luck alone leaves. In brackets after the share: Wilson's interval. Dependence: Spearman's "
        "rank correlation of the effect with a parameter over sampled worlds, where it is beyond chance"
        f"{_beyond_chance(found)}."
    )
    return "\n\n".join([how, "\n".join(lines), notes, _where_it_fails(found)])


def _beyond_chance(found: Findings) -> str:
    """How large a correlation must be for that."""
    table = found.robustness.dependence
    if table.empty:
        return f" (not looked at in fewer than {FEWEST_RANKED} worlds)"
    least = least_correlation(found.robustness.plausible, FAMILY_ALPHA / len(table))
    return f" (Holm over all parameters and expectations, 5%: beyond about ±{number(least, 2)} in so many worlds)"


def _robust_cells(found: Findings, place: int, row: dict[str, Any]) -> list[str]:
    seen = found.robustness.table.iloc[place]
    if not seen["n"]:
        return [row["says"], "-", "not defined in any world", "-", "-", "-"]
    digits = decimals(seen["q05"], seen["q95"])
    signed = bool(row["than"])
    median, low, high = (number(seen[name], digits, signed=signed) for name in ("median", "q05", "q95"))
    mean = Interval(seen["mean"], seen["mean_low"], seen["mean_high"], 0.95)
    strongest = drivers(found.robustness, place)[:SHOWN_DRIVERS]
    return [
        row["says"],
        f"{row['inside']} of {row['n']}",
        f"{percent(seen['share'])} of {seen['n']} [{percent(seen['share_low'])}, {percent(seen['share_high'])}]",
        f"{median} ({low} to {high}) {row['unit']}".strip(),
        interval(mean, signed=signed) if seen["n"] > 1 else "-",
        ", ".join(f"`{name}` ({number(value, 2, signed=True)})" for name, value in strongest) or "none beyond chance",
    ]


def _where_it_fails(found: Findings) -> str:
    robust: list[str] = []
    weak: list[str] = []
    against: list[str] = []
    for place, row in enumerate(rows_of(found.robustness.table)):
        if not row["n"]:
            continue
        said = f'"{row["says"]}" ({percent(row["share"])})'
        if row["share"] >= MOST:
            robust.append(said)
            continue
        why = [_where(found, place, *driver) for driver in drivers(found.robustness, place)[:SHOWN_DRIVERS]]
        said += f", less often where {listed(filter(None, why))}" if any(why) else ""
        (against if row["share_high"] < HALF else weak).append(said)
    sentences = []
    if robust:
        sentences.append(f"Robust, met in {percent(MOST)} of sampled worlds or more: {listed(robust)}.")
    if weak:
        sentences.append(f"Less so: {'; '.join(weak)}.")
    if against:
        sentences.append(f"Missed in most sampled worlds: {'; '.join(against)}.")
    return " ".join(sentences)


def _where(found: Findings, place: int, name: str, correlation: float) -> str:
    """Where an expectation is missed, as far as it hangs on a parameter; empty where it may be missed on two sides."""
    low, high = found.experiment.expectations[place].bounds
    if math.isfinite(low) and math.isfinite(high):
        return ""
    return f"`{name}` is {'high' if (correlation < 0) == math.isfinite(low) else 'low'}"


def _design(found: Findings) -> str:
    size, setting, constants = found.setting.size, found.setting, found.experiment.constants
    assert isinstance(size, Scale)
    graph = setting.graph
    family = constants.get("social_graph.family", KNOWN["social_graph.family"].default)
    where = (
        ("no social graph" if family == "none" else f"a social graph ({family}) generated for each replicate")
        if graph is None
        else f"the social graph of {setting.graph_name} ({graph.users:,} nodes, {graph.edges:,} edges)"
    )
    creators = setting.constants["population.creators"]
    held = f" In every arm: {_settings(constants)}." if constants else ""
    lines = [
        f"- {size.users:,} users, {creators:,} of them creators, on {where}; {size.days} days from a start at which "
        f"nobody follows anybody. What is not named here is at its default.{held}",
        f"- {size.replicates} replicates, each lived once in every arm with the same people and the same luck: every "
        "draw has an address, so arms differ by what was changed and what follows from it.",
        "- Arms:",
        *(f"  - **{arm.name}**: {sentence(arm.about)}{_changes(found, arm)}" for arm in found.experiment.arms),
        "- Outcomes:",
    ]
    for name, measure in found.experiment.outcomes.items():
        lines.append(f"  - **{name.replace('_', ' ')}**{_unit(found, name)}: {sentence(measure.about)}")
    return "\n".join(lines)


def _changes(found: Findings, arm: Arm) -> str:
    assert isinstance(found.setting.size, Scale)
    items = arm.interventions_at(found.setting.size)
    changes = ([_settings(arm.values)] if arm.values else []) + [
        f"`{_short(str(item))}`" for item in items[:SHOWN_ITEMS]
    ]
    if len(items) > SHOWN_ITEMS:
        changes.append(f"and {len(items) - SHOWN_ITEMS} more until day {max(item.day for item in items)}")
    return f" ({', '.join(changes)})" if changes else ""


def _settings(values: Any) -> str:
    return ", ".join(f"`{name} = {_value(value)}`" for name, value in values.items())


def _value(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value).lower()


def _short(text: str) -> str:
    """An intervention, without the names of all creators where there are many."""
    return text if len(text) <= 60 else f"{text[:57]}..."


def _caveats(found: Findings) -> str:
    lines = [f"- {sentence(text)}" for text in found.experiment.caveats]
    lines += [
        "- What holds here holds in the model: it shows that the mechanism can bring the claim about, not that it does "
        "so on a platform.",
        "- Single worlds are as large and as old as said above; sizes of effects change with both.",
        "- Sampled worlds vary numbers, not the form of the rules; ranges are guesses, the same for every experiment.",
    ]
    return "\n".join(lines)


def _files(found: Findings, figures: list[str]) -> str:
    details = " `details.parquet`: what was kept of every run." if not found.details.empty else ""
    details += " `further.parquet`: the further study told of above." if found.experiment.further is not None else ""
    return "\n".join(
        [
            f"- `figures/`: {', '.join(f'`{name}`' for name in figures)}; PDF and PNG.",
            "- `runs.parquet`: one row a run of the main study. `effects.parquet`: one row an expectation. "
            "`samples.parquet`: one row a run of sampled parameters. `robustness.parquet`: one row an expectation. "
            f"`dependence.parquet`: rank correlations of effects with parameters.{details}",
            "- `studies/`: every run as it was stored; the same command goes on from there.",
        ]
    )
