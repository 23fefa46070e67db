"""Outcomes of many runs as means over replicates, with intervals; whatever else was varied is averaged over."""

from collections.abc import Sequence

import pandas as pd

from simulation.analysis.intervals import t_interval
from simulation.errors import ParameterError


def check_columns(table: pd.DataFrame, *names: str | None) -> None:
    """Refuse a table of runs without a column.

    Raises:
        ParameterError: names those that are missing.
    """
    if missing := [name for name in names if name is not None and name not in table]:
        raise ParameterError(f"the table of runs has no column {', '.join(map(repr, missing))}")


def replicate_column(table: pd.DataFrame) -> str:
    """What tells replicates apart: ``population``; ``world`` where there is one population alone.

    Worlds of one population share its people, so they are no independent repetitions of each other. Where there is one
    population, intervals hold for its people only.
    """
    return "population" if table["population"].nunique() > 1 else "world"


def replicates_a_point(table: pd.DataFrame) -> str:
    """How many replicates each point has: a number, or a range such as "3 to 5"."""
    counts = table.groupby("point")[replicate_column(table)].nunique()
    return " to ".join(f"{count:,}" for count in sorted({counts.min(), counts.max()}))


def replicate_means(table: pd.DataFrame, by: Sequence[str], outcome: str) -> pd.DataFrame:
    """The outcome's mean in every replicate, for all values of the columns ``by``: ``by``, ``replicate``, ``value``.

    Args:
        table: one row per run, with ``population``, ``world``, the columns ``by`` and the outcome.
        by: what is told apart; all else, worlds too, is averaged over. Runs without a number are passed over.
        outcome: its column.

    Raises:
        ParameterError: there is no such column.
    """
    check_columns(table, "population", "world", *by, outcome)
    replicate = replicate_column(table)
    runs = table.dropna(subset=[outcome])
    means = runs.groupby([*by, replicate], sort=True)[outcome].mean()
    return means.rename("value").rename_axis(index={replicate: "replicate"}).reset_index()


def mean_intervals(table: pd.DataFrame, by: Sequence[str], outcome: str, confidence: float = 0.95) -> pd.DataFrame:
    """Means over replicates with Student's t intervals, one row for all values of ``by``.

    Columns: ``by``, then ``mean``, ``low``, ``high`` and ``replicates``, of which one alone gives no bounds (NaN).

    Args:
        table, by, outcome: as `replicate_means` takes them; ``by`` names one column at least.
        confidence: in (0, 1).

    Raises:
        ParameterError: there is no such column, or ``confidence`` not in (0, 1).
    """
    rows = []
    for values, part in replicate_means(table, by, outcome).groupby(list(by), sort=True):
        found = t_interval(part["value"].to_numpy(), confidence)
        rows.append((*values, found.estimate, found.low, found.high, len(part)))
    return pd.DataFrame(rows, columns=[*by, "mean", "low", "high", "replicates"])
