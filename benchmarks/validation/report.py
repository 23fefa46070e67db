"""What a validation leaves behind: a report, its figures, tables of what they show, and one table of all checks.

The report lists what is missed first, then every target compared with what others found. No number is typed in.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from benchmarks.validation.run import FIGURES, PAGE, TABLES, Outcome, refused
from benchmarks.validation.target import FAMILY_ALPHA, Band, Fit
from simulation.analysis.wording import bounds, interval, markdown_table, number, p_value, sentence
from simulation.files import write_whole
from simulation.plots.style import save

KINDS = {"exact": "exact law", "experiment": "experiment", "field": "field"}
INTRODUCTION = """Results that theory gives exactly, that others found in experiments, or that show in data of others,
and what the simulation gives beside them. Numbers come from `{command}`; seeds are fixed, so the same version of the
code gives them again."""
HOW = """**Laws** are tested on whole distributions, in both engines and at several sizes. All {fits} tests of this run
are one family (Holm 1979): the chance that any is said to be refused although all laws hold is at most {alpha:g}.
**Numbers** lie in their band or not by their mean over seeds; *clearly* says that the whole 95% interval (Student's t
between seeds, unless said otherwise) is on that side of the bounds. Intervals are of the simulation's own random draws:
that other values of uncertain parameters would give other numbers they do not show (docs/experiments.md does)."""


def write_report(outcomes: Sequence[Outcome], folder: Path, command: str) -> Path:
    """Write everything into the folder of a validation; returns the page.

    Raises
    ------
    OutputError
        If a file cannot be written.
    """
    draw(outcomes, folder / FIGURES)
    (folder / TABLES).mkdir(exist_ok=True)
    tables = {
        f"{o.target.name}-{name}": table for o in outcomes if o.evidence for name, table in o.evidence.tables.items()
    }
    for name, table in (tables | {"checks": checks(outcomes)}).items():
        write_whole(folder / TABLES / f"{name}.csv", table.to_csv(index=False, lineterminator="\n").encode())
    page = folder / PAGE
    write_whole(page, render(outcomes, command=command, figures=FIGURES).encode())
    return page


def draw(outcomes: Sequence[Outcome], folder: Path) -> None:
    """Write the figure of every target that has evidence."""
    for outcome in outcomes:
        if outcome.evidence is not None:
            save(outcome.target.figure(outcome.evidence), folder / outcome.target.name)


def checks(outcomes: Sequence[Outcome]) -> pd.DataFrame:
    """Every check, one row each.

    Returns:
        target, kind, check, unit, low, high, published, estimate, interval_low, interval_high, seeds, law, test, p,
        size, met; what a check has not is missing.
    """
    fails = refused(outcomes)
    rows: list[dict[str, object]] = []
    for outcome in outcomes:
        for check in outcome.evidence.checks if outcome.evidence else ():
            row: dict[str, object] = {"target": outcome.target.name, "kind": outcome.target.kind, "check": check.name}
            if isinstance(check, Band):
                row |= check.row()
            else:
                row |= {"law": check.law, "test": check.test, "p": check.p, "size": check.size}
                row |= {"met": check not in fails.get(outcome.target.name, [])}
            rows.append(row)
    columns = ["target", "kind", "check", "unit", "low", "high", "published", "estimate", "interval_low"]
    columns += ["interval_high", "seeds", "law", "test", "p", "size", "met"]
    return pd.DataFrame(rows, columns=columns)


def render(outcomes: Sequence[Outcome], *, command: str, figures: str) -> str:
    """The page in Markdown.

    Parameters
    ----------
    outcomes
        In the order of the page.
    command
        That made it.
    figures
        Folder of the figures, relative to the page; each is ``NAME.png``.
    """
    fails = refused(outcomes)
    fits = sum(len(outcome.evidence.fits) for outcome in outcomes if outcome.evidence)
    overview = [
        (_link(outcome), KINDS[outcome.target.kind], summary(outcome, fails.get(outcome.target.name, [])))
        for outcome in outcomes
    ]
    parts = [
        f"<!-- Written by `{command}`. -->\n\n# Checked against the world",
        INTRODUCTION.format(command=command),
        f"## What is missed\n\n{_missed(outcomes, fails)}",
        f"## All targets\n\n{HOW.format(fits=fits, alpha=FAMILY_ALPHA)}",
        markdown_table(("target", "kind", "outcome"), overview),
        *(_section(outcome, fails.get(outcome.target.name, []), figures) for outcome in outcomes),
    ]
    return "\n\n".join(parts) + "\n"


def summary(outcome: Outcome, fails: Sequence[Fit]) -> str:
    """What became of a target, in a few words."""
    if outcome.lacks:
        return f"skipped: {', '.join(outcome.lacks)} not there"
    if outcome.evidence is None:
        return "FAILED: " + outcome.error.strip().splitlines()[-1]
    fits, bands = len(outcome.evidence.fits), len(outcome.evidence.bands)
    said = [f"{fits - len(fails)} of {fits} laws hold"] if fits else []
    said += [f"{bands - len(outcome.bands_missed)} of {bands} numbers in their band"] if bands else []
    return ", ".join(said)


def _missed(outcomes: Sequence[Outcome], fails: dict[str, list[Fit]]) -> str:
    lines = []
    for outcome in outcomes:
        for fit in fails.get(outcome.target.name, []):
            lines.append(f"- {_link(outcome)}, {fit.name}: {fit.law} is refused (p {p_value(fit.p)}).")
        for band in outcome.bands_missed:
            why = sentence(band.missed) if band.missed else "Not accounted for yet."
            wanted = bounds(band.low, band.high, _unit(band))
            lines.append(f"- {_link(outcome)}, {band.name}: {interval(band.found)}; target: {wanted}. {why}")
        if outcome.error:
            lines.append(f"- {_link(outcome)}: could not be measured. {outcome.error.strip().splitlines()[-1]}")
        if outcome.lacks:
            lines.append(f"- {_link(outcome)}: not measured, for want of {', '.join(outcome.lacks)}.")
    return "\n".join(lines) or "Nothing."


def _section(outcome: Outcome, fails: Sequence[Fit], figures: str) -> str:
    target, evidence = outcome.target, outcome.evidence
    parts = [f"## {target.title}", f"{target.description}\n\nSource: {target.source}."]
    if evidence is None:
        return "\n\n".join([*parts, f"**{summary(outcome, fails)}.**"])
    parts.append(f"![{target.title}]({figures}/{target.name}.png)")
    if evidence.fits:
        rows = [
            (fit.name, fit.law, fit.test, f"{fit.size:,}", p_value(fit.p), "**refused**" if fit in fails else "holds")
            for fit in evidence.fits
        ]
        parts.append(markdown_table(("what", "law", "test", "numbers", "p", ""), rows))
    if evidence.bands:
        parts.append(_bands(evidence.bands))
    return "\n\n".join([*parts, *evidence.notes])


def _bands(checks: Sequence[Band]) -> str:
    rows = [
        (
            *(
                band.name,
                interval(band.found),
                str(band.seeds),
                bounds(band.low, band.high),
                number(band.given),
                _unit(band),
            ),
            *(band.source, band.origin, ("clearly " if band.clear else "") + ("within" if band.met else "**outside**")),
        )
        for band in checks
    ]
    head = ("what", "simulated [95%]", "seeds", "band", "published", "unit", "source", "set", "")
    kept = [k for k in range(len(head)) if any(row[k] not in {"", "-"} for row in rows)]
    return markdown_table([head[k] for k in kept], [[row[k] for k in kept] for row in rows])


def _unit(band: Band) -> str:
    return "" if band.unit == "1" else band.unit


def _link(outcome: Outcome) -> str:
    """A link to the target's section, by the anchor that its heading has on the usual hosts."""
    anchor = "".join(c for c in outcome.target.title.lower().replace(" ", "-") if c.isalnum() or c in "-_")
    return f"[{outcome.target.title}](#{anchor})"
