"""Gains and losses summed by cause, and what each factor contributed to them."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.records.schema import KINDS, Column, RunInfo
from simulation.records.tables import StoredTable, codes_of
from simulation.vectors import column_sums, total

TOTAL = "total"
"""Name of the last row."""


def cause_table(info: RunInfo, creator_days: StoredTable, events: StoredTable | None, creator: int | None) -> Any:
    """One row per cause and a row of totals; columns gained, lost, net, their shares, and mean contributions.

    Parameters
    ----------
    info
        Of the run.
    creator_days, events
        Its tables; without ``events`` the contributions are left out.
    creator
        Of which creator; None for all.
    """
    import pandas as pd

    causes, factor_names = info.cause_names, info.factor_names
    gained, lost = (_sums(creator_days, word, causes, creator) for word in ("gained", "lost"))
    columns: dict[str, NDArray[Any]] = {
        "gained": gained,
        "lost": lost,
        "net": gained - lost,
        "share_gained": _shares(gained),
        "share_lost": _shares(lost),
    }
    if events is not None:
        follows, unfollows = mean_contributions(factor_names, events, creator)
        columns["contribution_to_follows"] = _with_total(follows, len(causes))
        columns["contribution_to_unfollows"] = _with_total(unfollows, len(causes))
    return pd.DataFrame(columns, index=pd.Index([*causes, TOTAL], name="cause"))


def mean_contributions(
    factor_names: tuple[str, ...], events: StoredTable, creator: int | None = None
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Mean contribution of each factor to follows and to unfollows, shape (F,) each; NaN where there were none."""
    names = [f"contribution_{name}" for name in factor_names]
    sums = np.zeros((2, len(names)))
    counts = np.zeros(2)
    for piece in events.pieces(["creator", "kind", *names]):
        kinds = codes_of(piece, Column("kind", "category", KINDS))
        ours = np.ones(kinds.size, np.bool_) if creator is None else piece["creator"].to_numpy() == creator
        values = np.column_stack([piece[name].to_numpy() for name in names])
        for kind in range(2):
            rows = ours & (kinds == kind)
            # The sum goes on where the piece before ended, so that how a table is cut does not matter.
            sums[kind] = column_sums(np.vstack([sums[kind], values[rows]]))
            counts[kind] += np.count_nonzero(rows)
    means = np.full_like(sums, np.nan)
    np.divide(sums, counts[:, None], out=means, where=counts[:, None] > 0)
    return means[0], means[1]


def _sums(creator_days: StoredTable, word: str, causes: tuple[str, ...], creator: int | None) -> NDArray[np.int64]:
    """Follows gained or lost by cause and, last, in all: shape (causes + 1,)."""
    columns = [*(f"{word}_{cause}" for cause in causes), word]
    total = np.zeros(len(columns), dtype=np.int64)
    for piece in creator_days.pieces(["creator", *columns]):
        ours = slice(None) if creator is None else piece["creator"].to_numpy() == creator
        total += [int(piece[name].to_numpy()[ours].sum(dtype=np.int64)) for name in columns]
    return total


def _shares(counts: NDArray[np.int64]) -> NDArray[np.float64]:
    shares = np.full(counts.size, np.nan)
    np.divide(counts, counts[-1], out=shares, where=counts[-1] > 0)
    return shares


def _with_total(means: NDArray[np.float64], causes: int) -> NDArray[np.float64]:
    """Means of the factors, NaN for the causes that are none, and their sum: appeal minus what a usual post offers."""
    column = np.full(causes + 1, np.nan)
    column[: means.size] = means
    column[-1] = total(means)
    return column
