"""The tables of a result: their columns and types, and what stands at the head of each of their files."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from simulation.creators.strategies import STRATEGIES
from simulation.ledger import cause_names

SCHEMA_VERSION = 2
"""Raised whenever a table gains, loses or redefines a column: files of another version are refused."""

DAILY, CREATOR_DAYS, TOPIC_DAYS, EVENTS = "daily", "creator_days", "topic_days", "events"
USERS, CREATORS, FOLLOWS = "users", "creators", "follows"
GRAPH, GRAPH_NODES = "social_graph", "social_graph_nodes"
TABLES = (DAILY, CREATOR_DAYS, TOPIC_DAYS, EVENTS, USERS, CREATORS, FOLLOWS, GRAPH, GRAPH_NODES)
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

_DAILY_COUNTS = (
    "day", "users", "sessions", "views", "likes", "shares", "follows", "unfollows", "unfollows_by_departure",
    "follow_edges", "bought", "purged", "departures", "posts", "away", "quit",
)  # fmt: skip
_DAILY_MEANS = ("mood", "fomo", "use", "creator_mood", "obsession", "burnout", "authenticity")
DAILY_LAYOUT: Layout = (
    *(Column(name, "int64") for name in _DAILY_COUNTS),
    *(Column(name, "float64") for name in _DAILY_MEANS),
)
"""One row per day.

``users``: present that day, those who leave on it left out; ``views``: exposures; ``follows``, ``unfollows``: by users,
so bought followers are in neither; ``unfollows_by_departure``: those among the unfollows that happened because the user
left the platform; ``follow_edges``: follows held at the day's end, bought followers left out; ``bought``, ``purged``:
followers bought by creators and removed by the platform that day; ``departures``: users who left that day; ``posts``:
creators who posted; ``away``, ``quit``: creators on a hiatus, and those who post no more.

Means at the day's end, NaN where there is no one: ``mood``, ``fomo`` and ``use`` (posts/day) of users present;
``creator_mood``, ``obsession``, ``burnout`` and ``authenticity`` of creators who joined and have not quit.
"""

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


def events_layout(factor_names: tuple[str, ...], source_names: tuple[str, ...]) -> Layout:
    """Columns of ``events``: one row per follow or unfollow, ordered by day and user, a day's follow-backs last."""
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
    own: dict[str, list[str]]  # recorded columns of one's own, by what they are of
    strategies: tuple[str, ...]  # names of strategies by number

    def layout(self, table: str) -> Layout | None:
        """Columns of a recorded table; None for one whose columns say everything themselves."""
        layouts = {
            DAILY: daily_layout(self.own),
            CREATOR_DAYS: creator_days_layout(cause_names(self.factor_names), self.own, self.strategies),
            TOPIC_DAYS: TOPIC_DAYS_LAYOUT,
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
            own=header.get("own", {}),
            strategies=tuple(header.get("strategies", STRATEGIES)),
            **{name: tuple(header[name]) for name in names},
        )
