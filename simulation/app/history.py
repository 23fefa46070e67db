"""The past of a run as figures need it: a row a day, in bounded memory, because old days are thinned out."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

MOST_DAYS = 720
"""Days kept at most; where they are full, every second day of the older half goes."""
MOST_BYTES = 48 * 2**20
"""Bytes that the numbers of all creators may take; with many creators fewer days are kept, but some."""
FEWEST_DAYS = 40

TOTALS = ("follows", "gained", "lost", "likes", "views", "user_mood")
"""Totals of a day: follows held, gained and lost since the start, likes and views since the start, users' mean mood."""
OF_CREATORS = ("followers", "mood", "authenticity", "obsession", "burnout")
"""What is kept of every creator, in this order."""


class History:
    """Rows by day, rising; the first and the latest are always there.

    Parameters
    ----------
    creators
        Number of creators M.
    most_days
        Rows kept at most; at least 4.
    """

    def __init__(self, creators: int, most_days: int = MOST_DAYS) -> None:
        per_day = 4 * creators * len(OF_CREATORS)
        capacity = int(np.clip(MOST_BYTES // per_day, min(FEWEST_DAYS, most_days), most_days))
        self._days = np.zeros(capacity, np.int64)
        self._totals = np.zeros((capacity, len(TOTALS)))
        self._creators = np.zeros((capacity, len(OF_CREATORS), creators), np.float32)
        self._rows = 0

    def append(self, day: int, totals: Mapping[str, float], creators: Mapping[str, NDArray[Any]]) -> None:
        """Add a day: the numbers named in :data:`TOTALS`, and arrays (M,) for :data:`OF_CREATORS`."""
        if self._rows == self._days.size:
            self._thin()
        row = self._rows
        self._days[row] = day
        self._totals[row] = [totals[name] for name in TOTALS]
        for k, name in enumerate(OF_CREATORS):
            self._creators[row, k] = creators[name]
        self._rows += 1

    def _thin(self) -> None:
        """Drop every second row of the older half."""
        half = self._rows // 2
        kept = np.concatenate([np.arange(0, half, 2), np.arange(half, self._rows)])
        for array in (self._days, self._totals, self._creators):
            array[: kept.size] = array[kept]
        self._rows = kept.size

    @property
    def days(self) -> NDArray[np.int64]:
        """(R,) days done at each row, from 0 for the start."""
        return self._days[: self._rows]

    def total(self, name: str) -> NDArray[np.float64]:
        """(R,) one of :data:`TOTALS`."""
        return self._totals[: self._rows, TOTALS.index(name)]

    def rate(self, name: str) -> NDArray[np.float64]:
        """(R - 1,) what a total that only grows grew by a day, between each row and the next."""
        return np.diff(self.total(name)) / np.diff(self.days)

    def of_creator(self, creator: int, name: str) -> NDArray[np.float32]:
        """(R,) one of :data:`OF_CREATORS` for one creator."""
        return self._creators[: self._rows, OF_CREATORS.index(name), creator]

    def nbytes(self) -> int:
        """Memory held, in bytes."""
        return self._days.nbytes + self._totals.nbytes + self._creators.nbytes
