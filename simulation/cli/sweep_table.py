"""Command ``sweep table``: means and intervals of outcomes, or the table of all runs as a file."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from simulation.analysis.wording import NONE, aligned, counted, interval, value_text
from simulation.cli.group import note
from simulation.cli.options import Outcomes
from simulation.cli.sweep_status import SweepFolder, unknown
from simulation.errors import ParameterError, ResultError

if TYPE_CHECKING:
    import pandas as pd

    from simulation.study.folder.sweep_folder import SweepFolder as Found

OUTCOMES, VARIED, ROWS = 3, 4, 60
"""So many outcomes, parameters and points are printed; a screen holds no more."""


def table(
    folder: SweepFolder,
    outcome: Outcomes = None,
    out: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write one row per run to this .csv or .parquet file instead of printing."),
    ] = None,
) -> None:
    """Print means over replicates with 95% intervals for each point, or write the table of all runs.

    The table has one row per finished run: its point, the varied parameters, population, world, seeds, days, all
    outcomes, seconds. It can be read while the sweep is running; a finished sweep stores it as runs.parquet.

    \b
    Examples:
      follower-dynamics sweep table out/sweep
      follower-dynamics sweep table out/sweep --outcome follower_gini --outcome views
      follower-dynamics sweep table out/sweep --out runs.csv
    """
    from simulation.files import write_whole
    from simulation.study.folder.sweep_folder import open_sweep

    form = None if out is None else out.suffix
    if form not in {None, ".csv", ".parquet"}:
        raise ParameterError(f"--out {out}: the name of the table must end in .csv or .parquet")
    found = open_sweep(folder)
    chosen = chosen_outcomes(found, outcome)
    runs = finished_runs(found)
    if out is None:
        typer.echo(_printed(found, runs, chosen if outcome else chosen[:OUTCOMES]))
    else:
        write_whole(out, runs.to_csv(index=False).encode() if form == ".csv" else runs.to_parquet(index=False))
        typer.echo(f"wrote {out}: {counted(len(runs), 'run')}\n{how_to_open(out)}")


def chosen_outcomes(found: "Found", names: Sequence[str] | None) -> list[str]:
    """Outcomes of a sweep, all or those named.

    Raises
    ------
    ParameterError
        If it has no such outcome.
    """
    there = list(found.sweep.outcomes)
    for name in names or []:
        if name not in there:
            raise ParameterError(f"{found.folder}: the sweep has no outcome {name!r}; it has {', '.join(there)}")
    return list(dict.fromkeys(names)) if names else there


def finished_runs(found: "Found") -> "pd.DataFrame":
    """The table of the finished runs of a sweep; says how many are missing, and which are stale.

    Raises
    ------
    ResultError
        If there is none yet.
    """
    damaged: list[Path] = []
    runs = found.table(damaged)
    total = len(found.sweep.design)
    if runs.empty:
        raise ResultError(
            f"{found.folder}: no run is finished yet; `follower-dynamics sweep status {found.folder}` says why"
        )
    if len(runs) < total:
        broken = f" ({len(damaged):,} damaged)" if damaged else ""
        note(f"{total - len(runs):,} of {total:,} runs are not there{broken}: what follows is of those that are")
    stale = found.stale() if found.same_code else ""
    if stale:
        note(f"stale: {stale}, by `follower-dynamics sweep retry {found.folder}`; what follows is from before")
    elif stale is None:
        note(f"stale: {unknown(found)}")
    return runs


def how_to_open(path: Path) -> str:
    """Lines of code that open a table elsewhere."""
    reader = path.suffix.removeprefix(".")
    return (
        f'  pandas  pd.read_{reader}("{path}")\n'
        f'  polars  pl.read_{reader}("{path}")\n'
        f"  DuckDB  duckdb.sql(\"SELECT * FROM '{path}'\")"
    )


def _printed(found: "Found", runs: "pd.DataFrame", outcomes: Sequence[str]) -> str:
    from simulation.study.folder.store import TABLE

    levers, uncertain = list(found.sweep.levers), [known.name for known in found.sweep.uncertainties]
    varied = [*levers, *uncertain][:VARIED]
    points = sorted(runs["point"].unique())
    rows = _rows(runs, points[:ROWS], varied, outcomes)
    lines = [_heading(found, runs), "", aligned(rows[0], rows[1:]), ""]
    if len(points) > ROWS:
        lines.append(f"{len(points) - ROWS:,} more points are not shown: write all runs with --out FILE.csv")
    hidden = [*levers, *uncertain][VARIED:]
    if hidden:
        lines.append(f"{len(hidden)} more parameters are varied: {', '.join(hidden)}")
    if left := [name for name in found.sweep.outcomes if name not in outcomes]:
        lines.append(f"not shown, see --outcome: {', '.join(left)}")
    for name in outcomes:
        if none := int(runs[name].isna().sum()):
            lines.append(f"{name} is undefined (zero denominator) in {none:,} of {len(runs):,} runs, left out")
    whole = found.folder / TABLE
    if whole.exists():
        lines.append(f"one row per run is in {whole}:\n{how_to_open(whole)}")
    else:
        lines.append("one row per run: --out runs.parquet")
    return "\n".join(lines)


def _heading(found: "Found", runs: "pd.DataFrame") -> str:
    from simulation.analysis.replicates import replicate_column, replicates_a_point

    of, count = replicate_column(runs), replicates_a_point(runs)
    if count == "1":
        return f"{found.sweep.name}: one replicate of each point, so there are no intervals"
    what = "populations" if of == "population" else "worlds of one population, so for its people only"
    return f"{found.sweep.name}: means over {count} replicates ({what}) and their 95% intervals (Student's t)"


def _rows(
    runs: "pd.DataFrame", points: Sequence[int], varied: Sequence[str], outcomes: Sequence[str]
) -> list[tuple[str, ...]]:
    """A heading and a row each point: what is varied, then every outcome."""
    from simulation.analysis.intervals import t_interval
    from simulation.analysis.replicates import replicate_means

    shown = runs[runs["point"].isin(points)]
    values = shown.groupby("point")[list(varied)].first() if varied else None
    found = {name: replicate_means(shown, ["point"], name).groupby("point")["value"] for name in outcomes}
    cells = {name: {point: interval(t_interval(part)) for point, part in parts} for name, parts in found.items()}
    rows: list[tuple[str, ...]] = [("point", *short_names(varied), *outcomes)]
    for point in points:
        setting = [] if values is None else [value_text(values.at[point, name]) for name in varied]
        rows.append((str(point), *setting, *(cells[name].get(point, NONE) for name in outcomes)))
    return rows


def short_names(names: Sequence[str]) -> list[str]:
    """Parameters by the ends of their names, as long as these tell them apart."""
    ends = [name.rpartition(".")[2] for name in names]
    return [end if ends.count(end) == 1 else name for name, end in zip(names, ends, strict=True)]
