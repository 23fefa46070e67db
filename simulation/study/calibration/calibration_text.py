"""A calibration in words and tables."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from simulation.analysis.wording import number, span
from simulation.study.calibration.posterior import effective_draws

if TYPE_CHECKING:
    import pandas as pd

    from simulation.study.calibration.posterior import Calibration


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


def parameter_rows(found: Calibration) -> list[dict[str, str]]:
    """One row per parameter, as texts by column."""
    return [
        {
            "parameter": str(name),
            "sought in": f"{span(row['from'], row['to'])}{' (log)' if row['scale'] == 'log' else ''}",
            "median": number(row["median"]),
            f"{100 * found.level:g}% interval": span(row["low"], row["high"]),
            "contraction": number(max(row["contraction"], 0.0), 2),
            "identified": "yes" if row["identified"] else "no",
        }
        for name, row in zip(found.problem.names, found.estimate().to_dict("records"), strict=True)
    ]


def observation_rows(found: Calibration, check: pd.DataFrame) -> list[dict[str, str]]:
    """One row per observed value, as texts by column."""
    return [
        {
            "observation": f"{name}{'' if row['unit'] == '1' else ', ' + row['unit']}",
            "observed": number(row["observed"]),
            "known to": number(row["scale"], digits=2),
            "posterior worlds": number(row["median"]),
            f"{100 * found.level:g}% interval": span(row["low"], row["high"]),
            "off (scales)": number(row["off"], 1, signed=True),
            "agrees": "yes" if row["agrees"] else "NO",
        }
        for name, row in zip(check.index, check.to_dict("records"), strict=True)
    ]


def written(
    found: Calibration, check: pd.DataFrame | None, tabulate: Callable[[Sequence[str], list[Sequence[str]]], str]
) -> str:
    """What was found: a paragraph, and tables as ``tabulate`` writes them from head and rows."""
    blocks = [parameter_rows(found), *([] if check is None else [observation_rows(found, check)])]
    tables = (tabulate(list(rows[0]), [list(row.values()) for row in rows]) for rows in blocks)
    return "\n\n".join([headline(found), *tables])
