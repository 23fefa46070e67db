"""A result as text one can read: headline numbers, who did best, why followers came and went."""

import math
import shutil
import textwrap
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

    from simulation.records import Result

TOP = 5
"""Creators in the list of the most followed."""


def account(result: "Result") -> str:
    """Account of a whole run."""
    return "\n\n".join([heading(result), headlines(result), top_creators(result), causes(result)])


def creator_account(result: "Result", creator: int) -> str:
    """Account of one creator.

    Raises
    ------
    ParameterError
        If there is no such creator.
    """
    table = causes(result, creator)
    row = result.creators.iloc[creator].to_dict()
    followers = result.ledger(creator)["followers"]
    course = ""
    if len(followers):
        course = f", {followers.max():,} at most (day {followers.idxmax()})"
    lines = [
        f"Creator {_name(row)}",
        f"Followers  {row['followers']:,} at the end{course}; {row['gained']:,} gained, {row['lost']:,} lost",
        f"Posts      seen {row['views']:,} times, liked {row['likes']:,} times",
        f"Traits     talent {_short(row['talent'])}, authenticity {_short(row['authenticity'])}, regularity "
        f"{_short(row['regularity'])}, posts a day {_short(row['posting_rate'])}",
    ]
    if _minds_move(result):
        lines.append(
            f"Mind       mood {_short(row['mood'])}, obsession {_short(row['obsession'])}, burnout "
            f"{_short(row['burnout'])}; authenticity was {_short(row['authenticity_baseline'])} at first; "
            f"{words(row['strategy'])}, {row['status']}"
        )
    return "\n".join(lines) + "\n\n" + table


def heading(result: "Result") -> str:
    """Size and inputs of a run in a line."""
    given = result.provenance
    preset = f"preset {given['preset']}, " if given["preset"] else ""
    days = f"{result.days:,} day{'' if result.days == 1 else 's'}"
    return (
        f"{result.info.users:,} users, {result.info.creators:,} of them creators, {days}; {preset}"
        f"seed {given['seed']}, engine {given['engine']}"
    )


def headlines(result: "Result") -> str:
    """What happened, in a few numbers."""
    from simulation.analysis.inequality import gini, top_share

    found = result.summary()
    followers = result.creators["followers"].to_numpy()
    lines: list[tuple[str, str]] = [
        ("Watching", f"{found['sessions']:,} sessions, {found['views']:,} posts shown, {found['likes']:,} likes"),
        (
            "Following",
            f"{found['follows']:,} follows, {found['unfollows']:,} unfollows; {found['follow_edges']:,} at the end",
        ),
        (
            "Rates",
            f"{_short(found['follows_per_user_day'])} follows a user-day, {_short(found['likes_per_follow'])} likes a "
            f"follow, {_short(found['unfollows_per_tie_day'])} unfollows a tie-day",
        ),
    ]
    if followers.sum() > 0:
        share = f"{top_share(followers):.0%}"
        lines.append(("Inequality", f"Gini of followers {gini(followers):.2f}; the top tenth of creators hold {share}"))
    if _minds_move(result):
        lines += [("Creators", _creators_minds(result)), ("Strategies", _strategies(result))]
    if result.parameters.wellbeing.moves and result.days:
        last = result.daily.iloc[-1]
        lines.append(
            (
                "Viewers",
                f"mood {last['mood']:+.3f}, fear of missing out {last['fomo']:.2f}, {last['use']:.1f} posts a day",
            )
        )
    return "\n".join(f"{name:<12}{text}" for name, text in lines)


def _minds_move(result: "Result") -> bool:
    return bool(result.parameters.creators.minds == "on" and result.days)


def _creators_minds(result: "Result") -> str:
    first, last = result.daily.iloc[0], result.daily.iloc[-1]
    return (
        f"mood {last['creator_mood']:+.2f}, obsession {last['obsession']:.2f}, burnout {last['burnout']:.2f}, "
        f"authenticity {last['authenticity']:.2f} (at first {first['authenticity']:.2f}); {last['away']:.0f} on a "
        f"break, {last['quit']:.0f} quit"
    )


def _strategies(result: "Result") -> str:
    """What the creators who have not quit do in the last week, the most common first."""
    active = result.creators[result.creators["status"] != "quit"]
    shares = active["strategy"].value_counts(normalize=True)
    return ", ".join(f"{words(str(name))} {share:.0%}" for name, share in shares.items()) or "none"


def top_creators(result: "Result") -> str:
    """The most followed creators, with what won and lost them most followers."""
    best = result.creators.sort_values(["followers", "creator"], ascending=[False, True]).head(TOP)
    rows: list[tuple[str, ...]] = [
        ("Most followed creators", "followers", "gained", "lost", "talent", "won by", "lost by")
    ]
    for row in best.to_dict("records"):
        why = result.causes(row["creator"]).iloc[:-1]
        rows.append(
            (
                _name(row),
                f"{row['followers']:,}",
                f"{row['gained']:,}",
                f"{row['lost']:,}",
                _short(row["talent"]),
                _first(why["gained"]),
                _first(why["lost"]),
            )
        )
    return aligned(rows, text={0, 5, 6})


def causes(result: "Result", creator: int | None = None) -> str:
    """Followers gained and lost by cause, the weightiest first.

    Raises
    ------
    ParameterError
        If there is no such creator.
    """
    table = result.causes(creator)
    total = table.iloc[-1]
    if not (total["gained"] or total["lost"]):
        return "Nobody followed or unfollowed."
    parts = table.iloc[:-1]
    parts = parts[(parts["gained"] > 0) | (parts["lost"] > 0)].sort_values("gained", ascending=False, kind="stable")
    rows: list[tuple[str, ...]] = [("Why followers came and went", "gained", "", "lost", "", "net")]
    rows += [_cause_row(words(str(name)), row) for name, row in [*parts.iterrows(), ("in all", total)]]
    return aligned(rows, text={0})


def _cause_row(name: str, row: "pd.Series[float]") -> tuple[str, ...]:
    return (
        name,
        f"{int(row['gained']):,}",
        _percent(row["share_gained"]),
        f"{int(row['lost']):,}",
        _percent(row["share_lost"]),
        f"{int(row['net']):+,}",
    )


def a_tie_with_a_story(result: "Result") -> tuple[int, int] | None:
    """A user and a creator worth explaining: the longest tie with a most followed creator that ended; None without any.

    Needs the event log.
    """
    events = result.events
    ended = events[events["kind"] == "unfollow"]
    followed = events[events["kind"] == "follow"][["user", "creator", "day"]]
    ties = followed.merge(ended[["user", "creator", "day"]], on=["user", "creator"], suffixes=("", "_end"))
    ties = ties[ties["day_end"] > ties["day"]]
    if ties.empty:
        return None
    ties = ties.merge(result.creators[["creator", "followers"]], on="creator")
    ties["held"] = ties["day_end"] - ties["day"]
    best = ties.sort_values(["followers", "held", "user"], ascending=[False, False, True]).iloc[0]
    return int(best["user"]), int(best["creator"])


def folded(text: str) -> str:
    """Text with its lines broken to the width of the terminal, and hung so that each can be told from the next."""
    width = max(60, min(110, shutil.get_terminal_size((100, 24)).columns))
    return "\n".join(textwrap.fill(line, width, subsequent_indent="  ") for line in text.splitlines())


def words(name: str) -> str:
    """A cause or factor in words."""
    return name.replace("_", " ")


def aligned(rows: Sequence[Sequence[str]], text: set[int]) -> str:
    """Rows, the first a heading, as columns: those in ``text`` to the left, numbers to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = []
    for row in rows:
        cells = [
            cell.ljust(width) if k in text else cell.rjust(width)
            for k, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append("  ".join(cells).rstrip())
    lines.insert(1, "-" * max(map(len, lines)))
    return "\n".join(lines)


def _name(row: Mapping[Any, Any]) -> str:
    """Number of a creator, and its node in the social graph where that has a name of its own."""
    label = "" if row["label"] == str(row["user"]) else f", {row['label']}"
    return f"{row['creator']} (user {row['user']}{label})"


def _first(counts: "pd.Series[int]") -> str:
    return words(str(counts.idxmax())) if counts.max() > 0 else "-"


def _short(value: float) -> str:
    """Three significant digits."""
    if not math.isfinite(value):
        return "-"
    digits = max(0, 2 - math.floor(math.log10(abs(value)))) if value else 0
    return f"{value:,.{min(digits, 6)}f}"


def _percent(share: float) -> str:
    return "" if math.isnan(share) else f"{share:.0%}"
