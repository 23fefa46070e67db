"""A run at a glance: headline numbers, in one line, and as a table for notebooks."""

import html
from typing import TYPE_CHECKING, Any

from simulation.records.schema import RunInfo
from simulation.records.tables import StoredTable

if TYPE_CHECKING:
    import pandas as pd

Numbers = dict[str, int | float]

COUNTED = (
    "users", "sessions", "views", "likes", "follows", "unfollows", "unfollows_by_departure", "follow_edges", "bought",
    "departures",
)  # fmt: skip
"""Columns of the daily table that are summed over days."""

AT_THE_END = ("mood", "creator_mood", "authenticity")
"""Means of the daily table whose last day is told."""

IDENTIFIERS = frozenset({"seed", "most_followed_creator"})
"""Numbers that are names, not amounts: they get no thousands separators."""


def headline_numbers(info: RunInfo, daily: "pd.DataFrame", creators: StoredTable) -> Numbers:
    """Sizes, totals, rates and last moods of a run, from its daily table and that of creators; NaN where undefined."""
    total = {name: int(daily[name].sum()) for name in COUNTED}
    table = creators.read(["followers", "bought", "status"])
    followers = table["followers"].to_numpy()
    # Follows held as each day began, summed over days.
    tie_days = total["follow_edges"] - total["follows"] + total["unfollows"]
    return {
        "users": info.users,
        "creators": info.creators,
        "days": info.days,
        **{name: total[name] for name in ("sessions", "views", "likes", "follows", "unfollows")},
        "follow_edges": int(followers.sum()) - int(table["bought"].to_numpy().sum()),
        "bought": total["bought"],
        "departures": total["departures"],
        "creators_quit": table["status"].to_pylist().count("quit"),
        "most_followed_creator": int(followers.argmax()),
        "most_followers": int(followers.max()),
        "follows_per_user_day": _ratio(total["follows"], total["users"]),
        "likes_per_view": _ratio(total["likes"], total["views"]),
        "likes_per_follow": _ratio(total["likes"], total["follows"]),
        # A user who leaves the platform decides against no creator.
        "unfollows_per_tie_day": _ratio(total["unfollows"] - total["unfollows_by_departure"], tie_days),
        **{name: float(daily[name].iloc[-1]) if len(daily) else float("nan") for name in AT_THE_END},
    }


def one_line(numbers: Numbers, provenance: dict[str, Any]) -> str:
    """The run in one line, with its seed and engine where the provenance has them."""
    inputs = "".join(f"; {name} {provenance[name]}" for name in ("seed", "engine") if name in provenance)
    return (
        f"<Result: {numbers['users']:,} users, {numbers['creators']:,} creators, {numbers['days']:,} days; "
        f"{numbers['follows']:,} follows, {numbers['unfollows']:,} unfollows, {numbers['follow_edges']:,} held{inputs}>"
    )


def html_table(numbers: Numbers, provenance: dict[str, Any]) -> str:
    """The run as an HTML table of two columns."""
    inputs = {name: provenance.get(name) for name in ("preset", "seed", "engine")}
    rows = "".join(
        f"<tr><th style='text-align:left'>{html.escape(name.replace('_', ' '))}</th>"
        f"<td style='text-align:right'>{html.escape(_shown(name, value))}</td></tr>"
        for name, value in {**inputs, **numbers}.items()
        if value is not None
    )
    return f"<table><caption>Result</caption><tbody>{rows}</tbody></table>"


def _ratio(part: int, whole: int) -> float:
    return part / whole if whole else float("nan")


def _shown(name: str, value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.4g}"
    return f"{value:,}" if isinstance(value, int) and name not in IDENTIFIERS else str(value)
