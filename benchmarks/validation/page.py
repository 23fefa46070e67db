"""The page of a validation: what is missed first, then every target beside what others found. No number is typed in."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from benchmarks.validation.run import Outcome, refused
from benchmarks.validation.target import FAMILY_ALPHA, Band, Fit

KINDS = {"exact": "exact law", "experiment": "experiment", "field": "field"}
INTRODUCTION = """Results that theory gives exactly, that others found in experiments, or that show in data of others,
and what the simulation gives beside them. Numbers come from `{command}`; seeds are fixed, so the same version of the
code gives them again."""
HOW = """**Laws** are tested on whole distributions, in both engines and at several sizes. All {fits} tests of this run
are one family (Holm 1979): the chance that any is said to be refused although all laws hold is at most {alpha:g}.
**Numbers** lie in their band or not by their mean over seeds; *clearly* says that the whole 95% interval (Student's t
between seeds, unless said otherwise) is on that side of the bounds. Intervals are of the simulation's own luck: that
other values of uncertain parameters would give other numbers they do not show (docs/experiments.md does)."""


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
    parts = [
        f"<!-- Written by `{command}`. -->\n\n# Checked against the world",
        INTRODUCTION.format(command=command),
        f"## What is missed\n\n{_missed(outcomes, fails)}",
        f"## All targets\n\n{HOW.format(fits=fits, alpha=FAMILY_ALPHA)}\n\n{_overview(outcomes, fails)}",
        *(_section(outcome, fails.get(outcome.target.name, []), figures) for outcome in outcomes),
    ]
    return "\n\n".join(parts) + "\n"


def summary(outcome: Outcome, fails: Sequence[Fit]) -> str:
    """What became of a target, in a few words."""
    if outcome.lacks:
        return f"skipped: {', '.join(outcome.lacks)} not there"
    if outcome.evidence is None:
        return "FAILED: " + outcome.error.strip().splitlines()[-1]
    said = []
    if outcome.evidence.fits:
        count = len(outcome.evidence.fits)
        said.append(f"{count - len(fails)} of {count} laws hold")
    if outcome.evidence.bands:
        count = len(outcome.evidence.bands)
        said.append(f"{count - len(outcome.bands_missed)} of {count} numbers in their band")
    return ", ".join(said)


def number(value: float) -> str:
    """Three significant digits, without an exponent where a reader can do without one."""
    if not math.isfinite(value):
        return "-"
    size = abs(value)
    if size and not 1e-4 <= size < 1e7:
        return f"{value:.2e}"
    if size >= 1000:
        return f"{value:,.0f}"
    digits = max(0, 2 - math.floor(math.log10(size))) if size else 0
    return f"{value:.{digits}f}"


def _missed(outcomes: Sequence[Outcome], fails: dict[str, list[Fit]]) -> str:
    lines = []
    for outcome in outcomes:
        where = f"[{outcome.target.title}](#{_anchor(outcome.target.title)})"
        for fit in fails.get(outcome.target.name, []):
            lines.append(f"- {where}, {fit.name}: {fit.law} is refused (p {_p(fit.p)}).")
        for band in outcome.bands_missed:
            why = _sentence(band.missed) if band.missed else "Not accounted for yet."
            lines.append(f"- {where}, {band.name}: {_found(band)}, not {_bounds(band)}{_unit(band)}. {why}")
        if outcome.error:
            lines.append(f"- {where}: could not be measured. {outcome.error.strip().splitlines()[-1]}")
        if outcome.lacks:
            lines.append(f"- {where}: not measured, for want of {', '.join(outcome.lacks)}.")
    return "\n".join(lines) or "Nothing."


def _overview(outcomes: Sequence[Outcome], fails: dict[str, list[Fit]]) -> str:
    rows = [
        (
            f"[{outcome.target.title}](#{_anchor(outcome.target.title)})",
            KINDS[outcome.target.kind],
            summary(outcome, fails.get(outcome.target.name, [])),
        )
        for outcome in outcomes
    ]
    return _table(("target", "kind", "outcome"), rows)


def _section(outcome: Outcome, fails: Sequence[Fit], figures: str) -> str:
    target, evidence = outcome.target, outcome.evidence
    parts = [f"## {target.title}", f"{target.about.strip()}\n\nSource: {target.source}."]
    if evidence is None:
        return "\n\n".join([*parts, f"**{summary(outcome, fails)}.**"])
    parts.append(f"![{target.title}]({figures}/{target.name}.png)")
    if evidence.fits:
        parts.append(_fits(evidence.fits, fails))
    if evidence.bands:
        parts.append(_bands(evidence.bands))
    parts += evidence.notes
    return "\n\n".join(parts)


def _fits(fits: Sequence[Fit], fails: Sequence[Fit]) -> str:
    names = {fit.name for fit in fails}
    rows = [
        (
            fit.name,
            fit.law,
            fit.test,
            f"{fit.size:,}",
            _p(fit.p).removeprefix("= "),
            "**refused**" if fit.name in names else "holds",
        )
        for fit in fits
    ]
    return _table(("what", "law", "test", "numbers", "p", ""), rows)


def _bands(bands: Sequence[Band]) -> str:
    rows = [
        (
            band.name,
            _found(band),
            str(band.seeds),
            _bounds(band),
            number(band.given),
            _unit(band).strip(),
            band.source,
            ("clearly " if band.clear else "") + ("within" if band.met else "**outside**"),
        )
        for band in bands
    ]
    head = ("what", "simulated [95%]", "seeds", "band", "published", "unit", "source", "")
    kept = [k for k in range(len(head)) if any(row[k] not in {"", "-"} for row in rows)]
    return _table([head[k] for k in kept], [[row[k] for k in kept] for row in rows])


def _found(band: Band) -> str:
    found = band.found
    if not np.isfinite([found.low, found.high]).all():
        return number(found.estimate)
    return f"{number(found.estimate)} [{number(found.low)}, {number(found.high)}]"


def _bounds(band: Band) -> str:
    if math.isinf(band.high):
        return f"at least {number(band.low)}"
    if math.isinf(band.low):
        return f"at most {number(band.high)}"
    return f"{number(band.low)} to {number(band.high)}"


def _unit(band: Band) -> str:
    return f" {band.unit}" if band.unit not in {"", "1"} else ""


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:].removesuffix('.')}."


def _p(p: float) -> str:
    return "< .0001" if p < 1e-4 else f"= {p:.2g}"


def _anchor(title: str) -> str:
    """The anchor that a heading has on the usual hosts."""
    return "".join(c for c in title.lower().replace(" ", "-") if c.isalnum() or c in "-_")


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = ["| " + " | ".join(head) + " |", "|" + " --- |" * len(head)]
    lines += ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows]
    return "\n".join(lines)
