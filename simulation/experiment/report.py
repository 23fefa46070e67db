"""What an experiment leaves for readers: tables, figures, and a summary; every number in it comes from the runs."""

import itertools
import math
import textwrap
from collections.abc import Sequence
from typing import Any

from simulation.analysis import Interval
from simulation.analysis.expectation import FAMILY_ALPHA, TOO_SMALL
from simulation.analysis.headline import HEADLINE
from simulation.analysis.tables import rows_of
from simulation.analysis.wording import (
    bounds,
    counted,
    decimals,
    interval,
    listed,
    markdown_table,
    number,
    p_value,
    percent,
    sentence,
    table_of,
    words,
)
from simulation.experiment.declare import Arm
from simulation.experiment.figures import effects_figure, robustness_figure, stamp
from simulation.experiment.judge import Findings
from simulation.experiment.robustness import FEWEST, FEWEST_RANKED, drivers, least_correlation
from simulation.experiment.run import DEPENDENCE, EFFECTS, ROBUSTNESS, write_table
from simulation.experiment.uncertain import FACTOR
from simulation.files import write_whole
from simulation.parameters import KNOWN
from simulation.plots import save

SHOWN_DRIVERS = 4
"""Parameters named for each expectation, at most."""
SHOWN_ITEMS = 6
"""Interventions named for each arm, at most; what is done every day need not be said for every day."""
MOST, HALF = 0.9, 0.5
"""Share of sampled worlds from which an expectation is called robust; and that of chance."""
CAVEATS = (
    "A supported expectation is supported in the model: the mechanism can produce the effect, which does not show that "
    "it does so on a platform.",
    "Worlds are as large and as old as stated above; effects change with both.",
    "Sampled worlds vary numbers, not the form of the rules; ranges are guesses, alike in all experiments.",
)
"""Those that every experiment has."""
BEGINNINGS = {
    "supported": "in the model, {}",
    "contradicted": "the model contradicts that {}",
    "undecided": "it is undecided whether {}",
    TOO_SMALL: "quick run: too small to decide whether {}",
}
"""How the answer to the question is put, by verdict."""


def report(found: Findings) -> None:
    """Write effects, robustness, figures and the summary.

    Raises
    ------
    OutputError
        If something cannot be written.
    """
    out, robust = found.options.out, found.robustness
    for name, part in ((EFFECTS, found.effects), (ROBUSTNESS, robust.table), (DEPENDENCE, robust.dependence)):
        write_table(out / name, part)
    drawn = {"effects": effects_figure(found)}
    if robust.enough:
        drawn["robustness"] = robustness_figure(found)
    if found.experiment.figures is not None:
        drawn |= dict(found.experiment.figures(found))
    for name, figure in drawn.items():
        if found.quick:
            stamp(figure)
        save(figure, out / "figures" / name)
    write_whole(out / "summary.md", summary(found, list(drawn)).encode())
    found.options.say(f"wrote {out}: summary.md, {len(drawn)} figures, tables")


def summary(found: Findings, figures: list[str]) -> str:
    """The summary as Markdown."""
    experiment = found.experiment
    remarks = [] if experiment.remarks is None else list(experiment.remarks(found))
    parts = [
        f"# {experiment.title}: {experiment.question[0].lower()}{experiment.question[1:]}",
        answer(found),
        _bullets(found),
        "## Design",
        _about(experiment.about or ""),
        _design(found),
        "## Results",
        _effects(found),
        *([_checks(found)] if len(found.checks) else []),
        _levels(found),
        *remarks,
        "## Robustness",
        _robustness(found),
        "## Caveats",
        _caveats(found),
        "## Files",
        _files(found, figures),
    ]
    return "\n\n".join(parts) + "\n"


def _about(text: str) -> str:
    """What is said about an experiment, without the title line of a docstring."""
    title, _, rest = text.strip().partition("\n\n")
    return rest.strip() if rest and "\n" not in title else text.strip()


def answer(found: Findings) -> str:
    """The answer in a sentence, its effects with intervals in one each; below, how many expectations are supported."""
    rows = [rows_of(found.effects)[place] for place in found.experiment.headlines]
    said: dict[str, list[str]] = {}
    for row in rows:
        said.setdefault(row["verdict"], []).append(row["says"])
    first = "; ".join(BEGINNINGS[verdict].format(_together(clauses)) for verdict, clauses in said.items())
    effects = " ".join(sentence(_effect(row)) for row in rows)
    return f"{sentence(first)} {effects}\n\n{verdicts(found)} {found.experiment.claims}."


def _together(clauses: Sequence[str]) -> str:
    """Clauses as one; words that all of them begin with are said once."""
    split = [clause.split() for clause in clauses]
    alike = itertools.takewhile(lambda places: len(set(places)) == 1, zip(*split, strict=False))
    shared = len(list(alike)) if len(split) > 1 else 0
    return listed([clauses[0], *(" ".join(clause[shared:]) for clause in split[1:])])


def verdicts(found: Findings) -> str:
    """How many expectations got which verdict, a sentence."""
    given = found.effects["verdict"].tolist()
    expected = counted(len(given), "expectation")
    if set(given) == {TOO_SMALL}:
        return f"{expected}: no verdicts."
    counts = [f"{given.count(kind)} {kind}" for kind in list(BEGINNINGS)[:3] if kind in given]
    return f"Of {expected}: **{listed(counts)}**."


def _effect(row: dict[str, Any]) -> str:
    return f"{words(row['outcome'])}, {row['compared']}: {_estimated(row)}"


def _bullets(found: Findings) -> str:
    lines = []
    for place, row in enumerate(rows_of(found.effects)):
        verdict = "" if row["verdict"] == TOO_SMALL else f"**{row['verdict'].capitalize()}:** "
        text = f"- {verdict}{sentence(row['says'])} {sentence(_effect(row))[:-1]} over {row['n']} replicates"
        if found.robustness.enough and (seen := found.robustness.table.iloc[place])["n"]:
            text += f"; as expected in {percent(seen['share'])} of {seen['n']} worlds with other parameters"
        lines.append(f"{text}.")
    return "\n".join(lines)


def _estimated(row: dict[str, Any]) -> str:
    if row["n"] < 2:
        return "undefined"
    return interval((row["estimate"], row["low"], row["high"]), row["unit"], signed=bool(row["than"]))


def _effects(found: Findings) -> str:
    rows = [
        {
            "expectation": row["says"],
            "outcome": words(row["outcome"]),
            "compared": row["compared"],
            "means": number(row["in_arm"]) + (f" and {number(row['in_than'])}" if row["than"] else ""),
            "effect [95% interval]": _estimated(row),
            "expected": bounds(row["bound_low"], row["bound_high"], row["unit"]),
            "adjusted p": p_value(row["adjusted_p"]),
            "verdict": "-" if row["verdict"] == TOO_SMALL else f"**{row['verdict']}**",
        }
        for row in rows_of(found.effects)
    ]
    notes = [
        "Effects are means of paired differences within replicates, with Student's t interval; p-values are those of "
        "one-sided t-tests against the bounds (two of them where there are two: equivalence), adjusted by Holm over "
        "the expectations. An expectation is supported where its adjusted p is below .05 and its interval lies within "
        "the bounds, contradicted where the interval lies wholly beyond a bound, and undecided otherwise. The same "
        "minus the same in two other arms is a difference in differences."
    ]
    if found.quick:
        notes = [f"{TOO_SMALL[0].upper()}{TOO_SMALL[1:]}. Effects are means of paired differences with t intervals."]
    undefined = found.effects[found.effects["undefined"] > 0]
    notes += [
        f'"{row.says}" is undefined in {row.undefined} replicates, which are left out.'
        for row in undefined.itertuples()
    ]
    return table_of(rows) + "\n\n" + " ".join(notes)


def _checks(found: Findings) -> str:
    """What is true by construction, with its number."""
    said = []
    for row in rows_of(found.checks):
        met = row["inside"] == row["n"] or row["bound_low"] < row["estimate"] < row["bound_high"]
        said.append(f"{row['says']} ({_effect(row)}{'' if met else '; **this is not so**'})")
    return f"Checks, true by construction and so no findings: {'; '.join(said)}."


def _levels(found: Findings) -> str:
    """Mean of every outcome in every arm, with half the width of its interval."""
    names = list(found.experiment.outcomes)
    heads = ["arm", *(f"{words(name)}{_unit(found, name)}" for name in names)]
    rows = [[arm.name, *(_level(found.mean(name, arm.name)) for name in names)] for arm in found.experiment.every_arm]
    note = (
        "Means over replicates; after ± the half width of the 95% interval. Differences between arms are known more "
        "precisely than these (table above), since arms share population and random draws."
    )
    return f"{markdown_table(heads, rows)}\n\n{note}"


def _level(mean: Interval) -> str:
    if not math.isfinite(mean.low):
        return "-"
    digits = decimals(mean.low, mean.high)
    return f"{number(mean.estimate, digits)} ± {number(mean.high - mean.estimate, digits)}"


def _unit(found: Findings, name: str) -> str:
    unit = found.experiment.quantity(name).unit
    return "" if unit == "1" else f" ({unit})"


def _robustness(found: Findings) -> str:
    """How the effects fare in sampled worlds: how they were made, a table, and where expectations are not met."""
    robust, plausible = found.robustness, found.experiment.plausible
    about = {name: one.about for name, one in HEADLINE.items()}
    about |= {name: found.experiment.quantity(name).about for name in found.experiment.outcomes}
    left_out = [
        f"{count} with {about[name].lower()} outside {' to '.join(map(number, plausible[name]))}"
        for name, count in robust.left_out.items()
        if count
    ]
    how = (
        f"{len(robust.parameters)} parameters of which only the order of magnitude is known were varied all at once in "
        f"a Latin hypercube of {robust.sampled} points, most of them by a factor of {FACTOR:g} either way "
        "(the rule is in simulation/experiment/uncertain.py). Each point has a population of its own. "
        f"{robust.plausible} of {robust.sampled} base worlds are plausible as a platform"
        + (f" (left out: {listed(left_out)}; one world may miss several bands)" if left_out else "")
        + "; these were simulated in every arm, once."
    )
    if not robust.enough:
        return f"{how} Fewer than {FEWEST} plausible worlds say nothing about robustness."
    rows = [
        _robust_cells(found, place, row)
        for place, row in enumerate(rows_of(found.effects))
        if robust.table.iloc[place]["n"]
    ]
    notes = (
        "Shares count single worlds, so that chance is in them as well: the share among replicates at the default "
        "parameters is what chance alone leaves. In brackets after the share: Wilson's interval. Dependence: "
        "Spearman's rank correlation of the effect with a parameter over sampled worlds, where significant"
        f"{_beyond_chance(found)}."
    )
    parts = [how, *([table_of(rows)] if rows else []), notes]
    return "\n\n".join(parts if found.quick else [*parts, _where_it_fails(found)])


def _beyond_chance(found: Findings) -> str:
    """How large a correlation must be for that."""
    if found.robustness.dependence.empty:
        return f" (not computed for fewer than {FEWEST_RANKED} worlds)"
    least = least_correlation(found.robustness.plausible, FAMILY_ALPHA / len(found.robustness.dependence))
    return f" (Holm over all parameters and expectations, 5%: beyond about ±{number(least, 2)} in so many worlds)"


def _robust_cells(found: Findings, place: int, row: dict[str, Any]) -> dict[str, str]:
    seen = found.robustness.table.iloc[place]
    digits, signed = decimals(seen["q05"], seen["q95"]), bool(row["than"])
    median, low, high = (number(seen[name], digits, signed=signed) for name in ("median", "q05", "q95"))
    mean = (seen["mean"], seen["mean_low"], seen["mean_high"])
    strongest = drivers(found.robustness, place)[:SHOWN_DRIVERS]
    share, share_low, share_high = (percent(seen[name]) for name in ("share", "share_low", "share_high"))
    depends = [f"`{name}` ({number(value, 2, signed=True)})" for name, value in strongest]
    return {
        "expectation": row["says"],
        "as expected, default parameters": f"{row['inside']} of {row['n']}",
        "as expected, sampled worlds [95%]": f"{share} of {seen['n']} [{share_low}, {share_high}]",
        "median effect (5% to 95% of worlds)": f"{median} ({low} to {high}) {row['unit']}".strip(),
        "mean effect [95% interval]": interval(mean, signed=signed) if seen["n"] > 1 else "-",
        "depends most on": ", ".join(depends) or "none significant",
    }


def _where_it_fails(found: Findings) -> str:
    groups: dict[str, list[str]] = {
        f"Robust, met in {percent(MOST)} of sampled worlds or more": [],
        "Less robust": [],
        "Missed in most sampled worlds": [],
    }
    robust, weak, against = groups.values()
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
    return " ".join(f"{beginning}: {'; '.join(said)}." for beginning, said in groups.items() if said)


def _where(found: Findings, place: int, name: str, correlation: float) -> str:
    """Where an expectation is not met, as far as it depends on a parameter; empty where it has two bounds."""
    expected = found.experiment.expectations[place]
    if math.isfinite(expected.low) and math.isfinite(expected.high):
        return ""
    return f"`{name}` is {'high' if (correlation < 0) == math.isfinite(expected.low) else 'low'}"


def _design(found: Findings) -> str:
    size, setting, constants = found.setting.size, found.setting, found.experiment.constants
    family = constants.get("social_graph.family", KNOWN["social_graph.family"].default)
    where = "no social graph" if family == "none" else f"a social graph ({family}) generated for each replicate"
    if setting.graph is not None:
        where = (
            f"the social graph of {setting.graph_name} ({setting.graph.users:,} nodes, {setting.graph.edges:,} edges)"
        )
    held = f" In every arm: {_settings(constants)}." if constants else ""
    lines = [
        f"- {size.users:,} users, {size.creators:,} of them creators, on {where}; {size.days} days, starting without "
        f"follows. Parameters that are not named are at their defaults.{held}",
        f"- {size.replicates} replicates, each simulated once in every arm with common random numbers: the same "
        "population and the same random draws, so that arms differ by what was changed and what follows from it.",
        "- Arms:",
        *(f"  - **{arm.name}**: {sentence(arm.about)}{_changes(found, arm)}" for arm in found.experiment.arms),
    ]
    if found.experiment.points:
        thin = f", in one of {found.experiment.thin} replicates" if found.experiment.thin > 1 else ""
        lines.append(f"- {len(found.experiment.points)} further points along axes (`runs.parquet`){thin}.")
    lines.append("- Outcomes:")
    for name in found.experiment.outcomes:
        about = sentence(found.experiment.quantity(name).about)
        lines.append(f"  - **{words(name)}**{_unit(found, name)}: {about}")
    return "\n".join(lines)


def _changes(found: Findings, arm: Arm) -> str:
    items = arm.interventions_at(found.setting.size)
    changes = [_settings(arm.values)] if arm.values else []
    changes += [f"`{name}`: {_name(value)}" for name, value in arm.scenario.items()]
    changes += [f"`{textwrap.shorten(str(item), 60, placeholder=' ...')}`" for item in items[:SHOWN_ITEMS]]
    if len(items) > SHOWN_ITEMS:
        changes.append(f"and {len(items) - SHOWN_ITEMS} more until day {max(item.day for item in items)}")
    return f" ({', '.join(changes)})" if changes else ""


def _name(value: Any) -> str:
    """What an arm gives to its scenario, by name; of a list the names in it."""
    if isinstance(value, list | tuple):
        return ", ".join(map(_name, value))
    return str(getattr(value, "name", getattr(value, "__name__", value)))


def _settings(values: Any) -> str:
    return ", ".join(f"`{name} = {_value(value)}`" for name, value in values.items())


def _value(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value).lower()


def _caveats(found: Findings) -> str:
    return "\n".join(f"- {sentence(text)}" for text in (*found.experiment.caveats, *CAVEATS))


def _files(found: Findings, figures: list[str]) -> str:
    details = " `details.parquet`: what was stored of every run." if not found.details.empty else ""
    details += " `further.parquet`: the further study described above." if found.further is not None else ""
    return "\n".join(
        [
            f"- `figures/`: {', '.join(f'`{name}`' for name in figures)}; PDF and PNG.",
            "- `runs.parquet`: one row per run of the main study. `effects.parquet`: one row per expectation. "
            "`samples.parquet`: one row per run of sampled parameters. `robustness.parquet`: one row per expectation. "
            f"`dependence.parquet`: rank correlations of effects with parameters.{details}",
            "- `studies/`: every run as it was stored; the same command continues from there.",
        ]
    )
