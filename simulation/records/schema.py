"""The tables of a result: their columns and types, and what stands at the head of each of their files."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from simulation.creators.strategies import STRATEGIES
from simulation.ledger import cause_names, reason_names
from simulation.records.daily import COUNTS, MEANS

SCHEMA_VERSION = 2
"""Raised when a table loses or redefines a column: files of another version are refused. A column more needs no other
version: results that lack it are read as they are."""

DAILY, CREATOR_DAYS, TOPIC_DAYS, EVENTS, POSTS = "daily", "creator_days", "topic_days", "events", "posts"
USERS, CREATORS, FOLLOWS = "users", "creators", "follows"
GRAPH, GRAPH_NODES = "social_graph", "social_graph_nodes"
TABLES = (DAILY, CREATOR_DAYS, TOPIC_DAYS, EVENTS, POSTS, USERS, CREATORS, FOLLOWS, GRAPH, GRAPH_NODES)
"""Every table, by the name of its file without ``.parquet``; ``events`` and ``posts`` only where they are recorded."""

Record = Literal["daily", "events", "posts"]
RECORDS: tuple[Record, ...] = ("daily", "events", "posts")
"""What a run may record: the tables by day; the event log too; and a row for every post, too."""


def record_of(tables: Collection[str]) -> Record:
    """What a run with these tables was to record."""
    return next((name for name in reversed(RECORDS) if name in tables), "daily")


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

DAILY_LAYOUT: Layout = (
    *(Column(name, "int64") for name in COUNTS),
    *(Column(name, "float64") for name in MEANS),
)
"""One row per day: :data:`simulation.records.daily.COUNTS` and :data:`simulation.records.daily.MEANS`."""

TOPIC_DAYS_LAYOUT: Layout = (
    Column("day", "int32"),
    Column("topic", "int16"),
    Column("heat", "float64"),
    Column("posts", "int32"),
    Column("followers", "int64"),
    Column("gained", "int32"),
    Column("lost", "int32"),
)
"""One row per day and topic: its heat, the day's posts that are mostly about it, and what its creators hold, gain and
lose.

A creator belongs to the main topic of the latest post, so creators come and go: the change of ``followers`` is not
gained - lost. Bought and purged followers are left out.
"""


POSTS_LAYOUT: Layout = (
    Column("day", "int32"),
    Column("creator", "int32"),
    Column("quality", "float64"),
    Column("topic", "int16"),
    Column("sponsored", "float64"),
    Column("views", "int64"),
    Column("likes", "int64"),
    Column("shares", "int64"),
)
"""One row for each post since day 0: the day it came out, its main topic, the share that somebody paid for, and what it
has collected up to now, bought likes too. Posts that can be seen no more come first, as they were pushed out.
"""


MIND_COLUMNS = ("reward", "mood", "obsession", "burnout", "authenticity")
"""What ``creator_days`` holds of a creator's mind."""


Own = Mapping[str, Sequence[str]]
"""Names of the recorded columns of one's own of "users", "creators" and "ties"."""


def daily_layout(own: Own) -> Layout:
    """Columns of ``daily``: those of :data:`DAILY_LAYOUT`, and means of columns of one's own.

    Of users over those present, of creators over those who joined and have not quit, of ties over all.
    """
    return (*DAILY_LAYOUT, *(Column(name, "float64") for names in own.values() for name in names))


def creator_days_layout(causes: tuple[str, ...], own: Own, strategies: tuple[str, ...]) -> Layout:
    """Columns of ``creator_days``: one row per day and creator.

    ``followers`` as the platform counts them and ``bought``, those among them who are nobody, at the day's end;
    ``gained`` and ``lost``, bought and purged ones too; ``strategy`` of the week; ``topic``: main one of the latest
    post; ``reward`` of the latest post whose numbers came in; ``mood``, ``obsession``, ``burnout`` and ``authenticity``
    at the day's end; ``away``: on a hiatus, or quit.
    """
    return (
        Column("day", "int32"),
        Column("creator", "int32"),
        Column("followers", "int64"),
        Column("gained", "int32"),
        Column("lost", "int32"),
        Column("views", "int64"),
        Column("likes", "int64"),
        Column("shares", "int64"),
        Column("posted", "bool"),
        Column("quality", "float64"),
        Column("bought", "int64"),
        Column("strategy", "category", strategies),
        Column("topic", "int16"),
        *(Column(name, "float32") for name in MIND_COLUMNS),
        Column("away", "bool"),
        *(Column(f"gained_{cause}", "int32", block="gained_by") for cause in causes),
        *(Column(f"lost_{cause}", "int32", block="lost_by") for cause in causes),
        *(Column(name, "float64") for name in own.get("creators", ())),
    )


def events_layout(factor_names: tuple[str, ...], source_names: tuple[str, ...], reasons: bool = False) -> Layout:
    """Columns of ``events``: one row per follow or unfollow, ordered by day and user, a day's follow-backs last.

    With ``reasons``, those of :func:`simulation.ledger.reason_names` as well, which are 0 for a follow.
    """
    return (
        Column("day", "int32"),
        Column("user", "int32"),
        Column("creator", "int32"),
        Column("kind", "category", KINDS),
        Column("source", "category", (*source_names, NONE)),
        Column("cause", "category", cause_names(factor_names, reasons)),
        Column("appeal", "float64"),
        Column("reference", "float64"),
        Column("probability", "float64"),
        Column("satisfaction", "float64"),
        *(Column(f"contribution_{name}", "float64", block="contributions") for name in factor_names),
        *(Column(name, "float64", block="reasons") for name in (reason_names(factor_names) if reasons else ())),
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
    own: dict[str, list[str]]  # recorded columns of one's own, by what they are of
    strategies: tuple[str, ...]  # names of strategies by number
    reasons: bool = False  # whether users left for reasons, which gives events more columns and causes

    @property
    def cause_names(self) -> tuple[str, ...]:
        """Names of causes by number."""
        return cause_names(self.factor_names, self.reasons)

    def layout(self, table: str) -> Layout | None:
        """Columns of a recorded table; None for one whose columns say everything themselves."""
        layouts = {
            DAILY: daily_layout(self.own),
            CREATOR_DAYS: creator_days_layout(self.cause_names, self.own, self.strategies),
            TOPIC_DAYS: TOPIC_DAYS_LAYOUT,
            POSTS: POSTS_LAYOUT,
            EVENTS: events_layout(self.factor_names, self.source_names, self.reasons),
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
            own=header.get("own", {}),
            strategies=tuple(header.get("strategies", STRATEGIES)),
            reasons=header.get("reasons", False),
            **{name: tuple(header[name]) for name in names},
        )
