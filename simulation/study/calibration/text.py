"""A calibration in words and tables."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from simulation.study.calibration.posterior import effective_draws

if TYPE_CHECKING:
    import pandas as pd

    from simulation.study.calibration.posterior import Calibration

PARAMETERS = ("parameter", "sought in", "median", "interval", "contraction", "identified")
OBSERVATIONS = ("observation", "observed", "known to", "posterior worlds", "interval", "off (scales)", "agrees")
LEFT, RIGHT = ":---", "---:"


def number(value: float, digits: int = 3) -> str:
    """So many significant digits, without an exponent for anything these tables hold."""
    if not math.isfinite(value):
        return "-"
    places = max(0, digits - 1 - math.floor(math.log10(abs(value)))) if value else 0
    return f"{value:,.{places}f}"


def headline(found: Calibration) -> str:
    """What was done, in a paragraph."""
    problem, rounds = found.problem, found.rounds
    whole = int(rounds["usable"].sum())
    failed = f", {found.failures:,} of which failed and were rejected" if found.failures else ""
    nearest = float(rounds.loc[rounds["usable"], "farthest"].iloc[-1])
    moved = "" if found.adjusted else " Draws are too few to adjust for the distance that is left."
    return (
        f"{len(problem.names)} parameters, {len(problem.labels)} observed values, "
        f"{len(found.simulations):,} simulations{failed}, {whole} rounds, the last within {number(nearest)} scales of "
        f"what was observed; {effective_draws(found.weights):.0f} effective draws. It stopped because {found.stopped}."
        f"{moved}"
    )


def parameter_rows(found: Calibration) -> list[Sequence[str]]:
    """One row a parameter, as texts."""
    return [
        (
            str(name),
            f"{number(row['from'])} .. {number(row['to'])}{' (log)' if row['scale'] == 'log' else ''}",
            number(row["median"]),
            f"{number(row['low'])} .. {number(row['high'])}",
            f"{max(row['contraction'], 0.0):.2f}",
            "yes" if row["identified"] else "no",
        )
        for name, row in zip(found.problem.names, found.estimate().to_dict("records"), strict=True)
    ]


def observation_rows(check: pd.DataFrame) -> list[Sequence[str]]:
    """One row an observed value, as texts."""
    return [
        (
            f"{name}{'' if row['unit'] == '1' else ', ' + row['unit']}",
            number(row["observed"]),
            number(row["scale"], 2),
            number(row["median"]),
            f"{number(row['low'])} .. {number(row['high'])}",
            f"{row['off']:+.1f}",
            "yes" if row["agrees"] else "NO",
        )
        for name, row in zip(check.index, check.to_dict("records"), strict=True)
    ]


def _blocks(found: Calibration, check: pd.DataFrame | None) -> list[tuple[Sequence[str], list[Sequence[str]]]]:
    share = f"{100 * found.level:g}% interval"
    blocks = [(_named(PARAMETERS, share), parameter_rows(found))]
    if check is not None:
        blocks.append((_named(OBSERVATIONS, share), observation_rows(check)))
    return blocks


def _named(columns: Sequence[str], interval: str) -> Sequence[str]:
    return [interval if name == "interval" else name for name in columns]


def aligned(columns: Sequence[str], rows: list[Sequence[str]]) -> str:
    """Rows as aligned text below a ruled head."""
    lines = [columns, *rows]
    widths = [max(len(line[place]) for line in lines) for place in range(len(columns))]
    text = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines]
    text.insert(1, "-" * max(map(len, text)))
    return "\n".join(text)


def markdown_table(columns: Sequence[str], rows: list[Sequence[str]]) -> str:
    """Rows as a table in Markdown, all but the first column to the right."""
    sides = [LEFT, *[RIGHT] * (len(columns) - 1)]
    return "\n".join(f"| {' | '.join(line)} |" for line in (columns, sides, *rows))


def text(found: Calibration, check: pd.DataFrame | None) -> str:
    """What was found, as aligned text."""
    return "\n\n".join([headline(found), *(aligned(*block) for block in _blocks(found, check))])


def markdown(found: Calibration, check: pd.DataFrame | None) -> str:
    """What was found, as Markdown."""
    return "\n\n".join([headline(found), *(markdown_table(*block) for block in _blocks(found, check))])
