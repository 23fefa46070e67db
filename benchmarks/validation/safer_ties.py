"""Whether ties of one kind are dropped less than others: hazards of two groups of ties that were there on one day."""

import numpy as np
from numpy.typing import ArrayLike

from simulation.errors import ParameterError


def hazard_ratio(kind: ArrayLike, duration: ArrayLike, dropped: ArrayLike, stratum: ArrayLike | None = None) -> float:
    """Unfollows per tie-day of ties of a kind, over those of all other ties.

    With strata, such as creators, ties are compared within each, and the comparisons pooled (the rate ratio of Mantel
    and Haenszel): what differs between strata, such as how often a creator is seen and so reconsidered, then does not
    count.

    Args:
        kind: (ties,) whether a tie is of the kind, as it stood when all began to be watched.
        duration: (ties,) days each was watched, until it was dropped or the end.
        dropped: (ties,) whether it was dropped.
        stratum: (ties,) whole numbers of at least 0; None: all in one.

    Returns:
        Below 1 where ties of the kind are safer; NaN where no stratum has both kinds, or the others were never dropped.

    Raises:
        ParameterError: the rows differ in length.
    """
    of_kind, days, ended = np.asarray(kind, bool), np.asarray(duration, np.float64), np.asarray(dropped, bool)
    within = np.zeros(of_kind.shape, np.int64) if stratum is None else np.asarray(stratum, np.int64)
    if not of_kind.shape == days.shape == ended.shape == within.shape or of_kind.ndim != 1:
        raise ParameterError("kind, duration, dropped and stratum must be rows of one length, one entry per tie")

    def sums(weights: np.ndarray) -> np.ndarray:
        return np.bincount(within, weights=weights, minlength=int(within.max(initial=0)) + 1)

    exposure, exposure_others = sums(days * of_kind), sums(days * ~of_kind)
    lost, lost_others = sums(ended & of_kind), sums(ended & ~of_kind)
    total = exposure + exposure_others
    known = total > 0
    above = (lost[known] * exposure_others[known] / total[known]).sum()
    below = (lost_others[known] * exposure[known] / total[known]).sum()
    return float(above / below) if below > 0 else float("nan")
