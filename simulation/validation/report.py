"""What a validation leaves behind: page, figures, tables of what they show, and one table of all checks."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from simulation.files import write_whole
from simulation.validation.page import render
from simulation.validation.run import FIGURES, PAGE, TABLES, Outcome, refused
from simulation.validation.target import Band

if TYPE_CHECKING:
    import pandas as pd

CHECKS = "checks"


def write_report(outcomes: Sequence[Outcome], folder: Path, command: str) -> Path:
    """Write everything into the folder of a validation; returns the page.

    Raises
    ------
    OutputError
        If a file cannot be written.
    """
    draw(outcomes, folder / FIGURES)
    (folder / TABLES).mkdir(exist_ok=True)
    for outcome in outcomes:
        for name, table in outcome.evidence.tables.items() if outcome.evidence else ():
            write_whole(folder / TABLES / f"{outcome.target.name}-{name}.csv", _csv(table))
    write_whole(folder / TABLES / f"{CHECKS}.csv", _csv(checks(outcomes)))
    page = folder / PAGE
    write_whole(page, render(outcomes, command=command, figures=FIGURES).encode())
    return page


def draw(outcomes: Sequence[Outcome], folder: Path) -> None:
    """Write the figure of every target that has evidence."""
    from simulation.plots.style import save

    for outcome in outcomes:
        if outcome.evidence is not None:
            save(outcome.target.figure(outcome.evidence), folder / outcome.target.name)


def checks(outcomes: Sequence[Outcome]) -> pd.DataFrame:
    """Every check, one row each.

    Returns:
        target, kind, check, unit, low, high, published, estimate, interval_low, interval_high, seeds, law, test, p,
        size, met; what a check has not is missing.
    """
    import pandas as pd

    fails = refused(outcomes)
    rows: list[dict[str, object]] = []
    for outcome in outcomes:
        names = {fit.name for fit in fails.get(outcome.target.name, [])}
        for check in outcome.evidence.checks if outcome.evidence else ():
            row: dict[str, object] = {"target": outcome.target.name, "kind": outcome.target.kind, "check": check.name}
            if isinstance(check, Band):
                row |= {"unit": check.unit, "low": check.low, "high": check.high, "published": check.given}
                row |= {"estimate": check.found.estimate, "interval_low": check.found.low}
                row |= {"interval_high": check.found.high, "seeds": check.seeds, "met": check.met}
            else:
                row |= {"law": check.law, "test": check.test, "p": check.p, "size": check.size}
                row |= {"met": check.name not in names}
            rows.append(row)
    columns = ["target", "kind", "check", "unit", "low", "high", "published", "estimate", "interval_low"]
    columns += ["interval_high", "seeds", "law", "test", "p", "size", "met"]
    return pd.DataFrame(rows, columns=columns)


def _csv(table: pd.DataFrame) -> bytes:
    return table.to_csv(index=False, lineterminator="\n").encode()
