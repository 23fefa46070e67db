"""What analysis and plots need of a result: named tables, nothing of how they came to be.

Anything that carries these tables will do: a result just computed, one read from a file, or tables made by hand. The
columns are those of ``simulation.records``; each function's docstring names the ones it reads.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import networkx as nx
    import pandas as pd

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]


class Tables(Protocol):
    """The tables of one run.

    ``daily`` has one row per day, ``creator_days`` one row per creator and day, ``topic_days`` one row per topic and
    day, ``events`` one row per follow or unfollow; ``users``, ``creators`` and ``follows`` are the state at the end.
    ``days`` is the number of days run.
    """

    @property
    def daily(self) -> pd.DataFrame:
        """One row per day: users, sessions, views, likes, follows, unfollows, follow_edges; departures; mean moods."""

    @property
    def creator_days(self) -> pd.DataFrame:
        """One row per creator and day: followers, gained, lost, and both split by cause; strategy, topic and mind."""

    @property
    def topic_days(self) -> pd.DataFrame:
        """One row per topic and day: heat, posts, and followers held, gained and lost by the topic's creators."""

    @property
    def events(self) -> pd.DataFrame:
        """One row per follow or unfollow: day, user, creator, kind, cause, and the terms of the appeal."""

    @property
    def users(self) -> pd.DataFrame:
        """Users at the end."""

    @property
    def creators(self) -> pd.DataFrame:
        """Creators at the end."""

    @property
    def follows(self) -> pd.DataFrame:
        """Follows at the end: user, creator, day (negative: from before day 0)."""

    @property
    def cause_names(self) -> tuple[str, ...]:
        """Names of the causes in the ledger."""

    @property
    def days(self) -> int:
        """Days simulated."""


class GraphTables(Tables, Protocol):
    """Tables that can also give the follow graph of a day."""

    def follow_graph(self, day: int | None = None) -> nx.DiGraph[int]:
        """The follows at the end of ``day`` (default: the last), edges from follower to creator, nodes user ids."""


def followers_of(result: Tables) -> FloatArray:
    """Followers of every creator at the end, (creators,)."""
    return result.creators["followers"].to_numpy(np.float64)


def rows_of(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows of a table as dictionaries by column."""
    return [{str(name): value for name, value in row.items()} for row in table.to_dict("records")]
