"""The tables of a result: their columns and types, and what stands at the head of each of their files."""

import json
from dataclasses import asdict, dataclass
from typing import Any

from simulation.ledger import cause_names

SCHEMA_VERSION = 1
"""Raised whenever a table gains, loses or redefines a column: files of another version are refused."""

DAILY, CREATOR_DAYS, EVENTS = "daily", "creator_days", "events"
USERS, CREATORS, FOLLOWS = "users", "creators", "follows"
GRAPH, GRAPH_NODES = "social_graph", "social_graph_nodes"
TABLES = (DAILY, CREATOR_DAYS, EVENTS, USERS, CREATORS, FOLLOWS, GRAPH, GRAPH_NODES)
"""Every table, by the name of its file without ``.parquet``. A run that keeps no event log has no ``events``."""

KINDS = ("follow", "unfollow")
NONE = "none"
"""Feed source of an event that no source brought about."""

HEADER_KEY, PROVENANCE_KEY = b"follower_dynamics", b"provenance"
"""Keys of the metadata of every Parquet file."""


@dataclass(frozen=True)
class Column:
    """A column: numpy type, or "category" with all its words; ``block`` columns are recorded as one matrix."""

    name: str
    dtype: str
    categories: tuple[str, ...] = ()
    block: str = ""


Layout = tuple[Column, ...]

_DAILY_COUNTS = ("day", "users", "sessions", "views", "likes", "follows", "unfollows", "follow_edges")
DAILY_LAYOUT: Layout = tuple(Column(name, "int64") for name in _DAILY_COUNTS)
"""``users``: present that day; ``views``: exposures; ``follow_edges``: at the day's end."""


def creator_days_layout(causes: tuple[str, ...]) -> Layout:
    """Columns of ``creator_days``: one row a day and creator, ``followers`` at the day's end, the rest of the day."""
    return (
        Column("day", "int32"),
        Column("creator", "int32"),
        Column("followers", "int64"),
        Column("gained", "int32"),
        Column("lost", "int32"),
        Column("views", "int64"),
        Column("likes", "int64"),
        Column("posted", "bool"),
        Column("quality", "float64"),
        *(Column(f"gained_{cause}", "int32", block="gained_by") for cause in causes),
        *(Column(f"lost_{cause}", "int32", block="lost_by") for cause in causes),
    )


def events_layout(factor_names: tuple[str, ...], source_names: tuple[str, ...]) -> Layout:
    """Columns of ``events``: one row a follow or unfollow, ordered by day and user."""
    return (
        Column("day", "int32"),
        Column("user", "int32"),
        Column("creator", "int32"),
        Column("kind", "category", KINDS),
        Column("source", "category", (*source_names, NONE)),
        Column("cause", "category", cause_names(factor_names)),
        Column("appeal", "float64"),
        Column("reference", "float64"),
        Column("probability", "float64"),
        Column("satisfaction", "float64"),
        *(Column(f"contribution_{name}", "float64", block="contributions") for name in factor_names),
    )


@dataclass(frozen=True)
class RunInfo:
    """What belongs to the whole run and stands at the head of every file."""

    run_id: str  # differs between any two results, so that their files cannot be mixed
    factor_names: tuple[str, ...]
    source_names: tuple[str, ...]
    users: int
    creators: int
    days: int
    tables: tuple[str, ...]
    graph: dict[str, Any]  # what of the social graph is no table

    def layout(self, table: str) -> Layout | None:
        """Columns of a recorded table; None for one whose columns say everything themselves."""
        layouts = {
            DAILY: DAILY_LAYOUT,
            CREATOR_DAYS: creator_days_layout(cause_names(self.factor_names)),
            EVENTS: events_layout(self.factor_names, self.source_names),
        }
        return layouts.get(table)

    def metadata(self, table: str, provenance: dict[str, Any], package: str) -> dict[bytes, bytes]:
        """Metadata of the Parquet file of a table."""
        header = {"schema_version": SCHEMA_VERSION, "package_version": package, "table": table, **asdict(self)}
        return {HEADER_KEY: json.dumps(header).encode(), PROVENANCE_KEY: json.dumps(provenance).encode()}

    @classmethod
    def from_header(cls, header: dict[str, Any]) -> "RunInfo":
        """The information in a header written by :meth:`metadata`."""
        names = ("factor_names", "source_names", "tables")
        return cls(
            run_id=header["run_id"],
            users=header["users"],
            creators=header["creators"],
            days=header["days"],
            graph=header["graph"],
            **{name: tuple(header[name]) for name in names},
        )
