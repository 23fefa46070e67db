"""Whether ties of one kind are dropped less than others: hazards of two groups of ties that were there on one day."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from simulation.errors import ParameterError


def hazard_ratio(kind: ArrayLike, duration: ArrayLike, dropped: ArrayLike) -> float:
    """Unfollows per tie-day of ties of a kind, over those of all other ties.

    Args:
        kind: (ties,) whether a tie is of the kind, as it stood when all began to be watched.
        duration: (ties,) days each was watched, until it was dropped or the end.
        dropped: (ties,) whether it was dropped.

    Returns:
        Below 1 where ties of the kind are safer; NaN where either group was never at risk or the others never dropped.

    Raises:
        ParameterError: the rows differ in length.
    """
    of_kind, days, ended = np.asarray(kind, bool), np.asarray(duration, np.float64), np.asarray(dropped, bool)
    if not of_kind.shape == days.shape == ended.shape or of_kind.ndim != 1:
        raise ParameterError("kind, duration and dropped must be rows of one length, one entry a tie")
    exposure, exposure_others = days[of_kind].sum(), days[~of_kind].sum()
    lost, lost_others = int(ended[of_kind].sum()), int(ended[~of_kind].sum())
    if not exposure > 0 or not exposure_others > 0 or lost_others == 0:
        return float("nan")
    return float(lost / exposure / (lost_others / exposure_others))
