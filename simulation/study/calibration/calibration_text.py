"""A calibration in words and tables."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from simulation.analysis.wording import number, span
from simulation.study.calibration.posterior import effective_draws

if TYPE_CHECKING:
    import pandas as pd

    from simulation.study.calibration.posterior import Calibration

PARAMETERS = ("parameter", "sought in", "median", "interval", "contraction", "identified")
OBSERVATIONS = ("observation", "observed", "known to", "posterior worlds", "interval", "off (scales)", "agrees")


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
            f"{span(row['from'], row['to'])}{' (log)' if row['scale'] == 'log' else ''}",
            number(row["median"]),
            span(row["low"], row["high"]),
            number(max(row["contraction"], 0.0), 2),
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
            number(row["scale"], digits=2),
            number(row["median"]),
            span(row["low"], row["high"]),
            number(row["off"], 1, signed=True),
            "yes" if row["agrees"] else "NO",
        )
        for name, row in zip(check.index, check.to_dict("records"), strict=True)
    ]


def written(
    found: Calibration, check: pd.DataFrame | None, tabulate: Callable[[Sequence[str], list[Sequence[str]]], str]
) -> str:
    """What was found: a paragraph, and tables as ``tabulate`` writes them from head and rows."""
    blocks: list[tuple[Sequence[str], list[Sequence[str]]]] = [(PARAMETERS, parameter_rows(found))]
    if check is not None:
        blocks.append((OBSERVATIONS, observation_rows(check)))
    interval = f"{100 * found.level:g}% interval"
    tables = (tabulate([interval if name == "interval" else name for name in head], rows) for head, rows in blocks)
    return "\n\n".join([headline(found), *tables])
