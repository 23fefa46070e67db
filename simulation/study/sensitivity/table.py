"""Sensitivity of a study: what every outcome depends on, from its table of runs, for every combination of levers.

The indices themselves, and how random draws affect them, are described in `simulation.study.sensitivity.indices`.
"""

from collections.abc import Sequence
from typing import TypedDict, Unpack

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simulation.analysis.replicates import check_columns, replicate_column
from simulation.errors import ParameterError, ResultError
from simulation.study.design.sampling import Shares
from simulation.study.design.sweep import Sweep
from simulation.study.sensitivity.indices import morris_effects, sobol_indices


class Intervals(TypedDict, total=False):
    """Options of the intervals around indices and effects."""

    confidence: float
    resamples: int
    seed: int


def sensitivity_of(
    sweep: Sweep, table: pd.DataFrame, outcomes: str | Sequence[str] | None = None, **intervals: Unpack[Intervals]
) -> pd.DataFrame:
    """Sensitivity of outcomes of a sweep to its uncertainties, one row per combination of levers, outcome and
    parameter.

    Columns: one for each lever; ``outcome``; then those of :func:`~simulation.study.sobol_indices` if the
    sweep's sampling is "sobol", or of :func:`~simulation.study.morris_effects` if it is "morris".

    Parameters
    ----------
    sweep
        As it was run.
    table
        Its runs, ``study.store.table()``.
    outcomes
        One or some of its outcomes; None takes all.
    **intervals
        ``confidence``, ``resamples`` and ``seed``, as :func:`~simulation.study.sobol_indices` takes them.

    Raises
    ------
    ParameterError
        If the sample was drawn for something else, or there is no such outcome.
    ResultError
        If runs are missing, or an outcome is no finite number in some of them.

    Examples
    --------
    >>> study = run_sweep(sweep, "out/sharpness")  # doctest: +SKIP
    >>> sensitivity_of(sweep, study.store.table(), "follower_gini")  # doctest: +SKIP
    """
    check_sampling(sweep)
    chosen = [outcomes] if isinstance(outcomes, str) else list(sweep.outcomes if outcomes is None else outcomes)
    names, sample = [known.name for known in sweep.uncertainties], sweep.sample if sweep.sampling == "morris" else None
    found = []
    for levers, points in zip(sweep.combinations, sweep.rows.T, strict=True):
        part = sensitivity(table, names, points, chosen, sample=sample, **intervals)
        for place, (name, value) in enumerate(levers.items()):
            part.insert(place, name, [value] * len(part))
        found.append(part)
    return pd.concat(found, ignore_index=True)


def check_sampling(sweep: Sweep) -> None:
    """Refuse a sweep whose sample tells nothing of sensitivity.

    Raises
    ------
    ParameterError
        If nothing is uncertain, or the sampling is another one.
    """
    if sweep.sampling not in ("sobol", "morris") or not sweep.uncertainties:
        raise ParameterError(
            f"the sweep {sweep.name!r} has no sample for sensitivity: it needs uncertainties and sampling = 'sobol' or "
            f"'morris'; its sampling is {sweep.sampling!r} and it has {len(sweep.uncertainties)} uncertainties"
        )


def sensitivity(
    table: pd.DataFrame,
    names: Sequence[str],
    points: Sequence[int] | NDArray[np.int64],
    outcomes: Sequence[str],
    *,
    sample: Shares | None = None,
    **intervals: Unpack[Intervals],
) -> pd.DataFrame:
    """Sensitivity of several outcomes to the same parameters, one row per outcome and parameter.

    Columns: ``outcome``; then those of :func:`~simulation.study.sensitivity.indices.sobol_indices`, or of
    :func:`~simulation.study.sensitivity.indices.morris_effects` where Morris's sample is given.

    Parameters
    ----------
    table
        One row per run: ``point``, ``population``, ``world``, and a column for each outcome.
    names
        Parameters, in the order of the columns of the sample.
    points
        (rows,): the point of every row of the sample, in the sample's order; rows may share a point.
    outcomes
        Names of columns.
    sample
        From :func:`~simulation.study.design.sampling.morris`; None: points are those of
        :func:`~simulation.study.design.sampling.saltelli`.
    **intervals
        ``confidence``, ``resamples`` and ``seed``, as :func:`~simulation.study.sobol_indices` takes them.

    Raises
    ------
    ParameterError
        If there is no such outcome, or points do not fit the sample.
    ResultError
        If runs are missing, or an outcome is no finite number in some of them.
    """
    if not outcomes:
        raise ParameterError("sensitivity needs at least one outcome")
    found = []
    for outcome in outcomes:
        values = outcome_values(table, outcome, points)
        if sample is None:
            part = sobol_indices(names, values, **intervals)
        else:
            part = morris_effects(names, sample, values, **intervals)
        part.insert(0, "outcome", outcome)
        found.append(part)
    return pd.concat(found, ignore_index=True)


def outcome_values(table: pd.DataFrame, outcome: str, points: Sequence[int] | NDArray[np.int64]) -> NDArray[np.float64]:
    """One outcome as (rows of the sample, replicates), from a table with one row per run.

    Replicates are populations, and the outcome is then the mean over their worlds: worlds of one population share its
    people, so they are not independent of each other. Where there is one population alone, replicates are its worlds,
    and whatever is said of random draws holds for its people only.

    Raises
    ------
    ParameterError
        If the table has no such column of numbers.
    ResultError
        If a run is missing, or its outcome is no finite number: says how many, and which.
    """
    check_columns(table, "point", "population", "world", outcome)
    if not pd.api.types.is_numeric_dtype(table[outcome]):
        raise ParameterError(f"the outcome {outcome!r} is no number, so it has no variance to share among parameters")
    wanted = np.unique(points)
    runs = table[table["point"].isin(wanted)].set_index(["population", "world", "point"])[outcome].astype(np.float64)
    if runs.empty:
        raise ResultError(f"none of the {len(wanted)} points of the sample has been run")
    grid = runs.unstack("point").reindex(columns=wanted)
    holes = grid.stack(future_stack=True)[lambda values: ~np.isfinite(values)].index
    if len(holes):
        # SALib makes zeros of a sample with a hole, and says nothing; a mean over fewer replicates would be no better.
        some = (f"point {point}, population {population}, world {world}" for population, world, point in holes[:3])
        absent = len(holes.difference(runs.index))
        advice = "finish the sweep, and retry runs that failed" if absent else "leave this outcome out"
        raise ResultError(
            f"outcome {outcome!r} is missing or not finite in {len(holes)} of {grid.size} runs "
            f"({'; '.join(some)}{'; ...' if len(holes) > 3 else ''}), of which {absent} are not there at all; "
            f"sensitivity needs all of them: {advice}"
        )
    means = grid.groupby(level=replicate_column(grid.index.to_frame())).mean()
    return means[np.asarray(points)].to_numpy(np.float64).T
