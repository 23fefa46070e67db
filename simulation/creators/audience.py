"""Analytics: what a creator knows of the followers' interests."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.vectors import row_sums, unit_rows


def audience_after(
    audience: NDArray[np.float64], heard: NDArray[np.int64], listening: NDArray[np.bool_], p: Any
) -> None:
    """Take today's likes by followers into what creators who read analytics know of their audience.

    a <- unit length of (memory a + (1 - memory) mean interests of followers who liked today); who hears nothing keeps
    what was known. Source: audience capture, as creators call it; the form is an assumption.

    Parameters
    ----------
    audience
        (M, K), rows of unit length or zero; changed in place.
    heard
        (M, K) interests summed over today's likes by followers, in any unit.
    listening
        (M,) who reads analytics this week.
    p
        :class:`~simulation.creators.strategy.StrategyParameters`.
    """
    today = heard.astype(np.float64)
    length = np.sqrt(row_sums(today * today))
    rows = np.flatnonzero(listening & (length > 0.0))
    mixed = p.audience_memory * audience[rows] + (1.0 - p.audience_memory) * today[rows] / length[rows, None]
    audience[rows] = unit_rows(mixed)
