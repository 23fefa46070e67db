"""A result as text one can read: headline numbers, who did best, why followers came and went."""

import shutil
import textwrap
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from simulation.analysis.wording import aligned, counted, number, percent, words

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
        f"Traits     talent {number(row['talent'])}, authenticity {number(row['authenticity'])}, regularity "
        f"{number(row['regularity'])}, posts a day {number(row['posting_rate'])}",
    ]
    if _minds_move(result):
        lines.append(
            f"Mind       mood {number(row['mood'])}, obsession {number(row['obsession'])}, burnout "
            f"{number(row['burnout'])}; authenticity was {number(row['authenticity_baseline'])} at first; "
            f"{words(row['strategy'])}, {row['status']}"
        )
    return "\n".join(lines) + "\n\n" + table


def heading(result: "Result") -> str:
    """Size and inputs of a run in a line."""
    given = result.provenance
    preset = f"preset {given['preset']}, " if given["preset"] else ""
    return (
        f"{result.info.users:,} users, {result.info.creators:,} of them creators, {counted(result.days, 'day')}; "
        f"{preset}seed {given['seed']}, engine {given['engine']}"
    )


def headlines(result: "Result") -> str:
    """What happened, in a few numbers."""
    from simulation.analysis.headline import HEADLINE

    found = result.summary()
    lines: list[tuple[str, str]] = [
        ("Watching", f"{found['sessions']:,} sessions, {found['views']:,} posts shown, {found['likes']:,} likes"),
        (
            "Following",
            f"{found['follows']:,} follows, {found['unfollows']:,} unfollows; {found['follow_edges']:,} at the end",
        ),
        (
            "Rates",
            f"{number(found['follows_per_user_day'])} follows a user-day, {number(found['likes_per_follow'])} likes a "
            f"follow, {number(found['unfollows_per_tie_day'])} unfollows a tie-day",
        ),
    ]
    if found["most_followers"] > 0:
        uneven, share = number(HEADLINE["follower_gini"](result), 2), percent(HEADLINE["follower_top_share"](result))
        lines.append(("Inequality", f"Gini of followers {uneven}; the top tenth of creators hold {share}"))
    if _minds_move(result):
        lines += [("Creators", _creators_minds(result)), ("Strategies", _strategies(result))]
    if result.parameters.wellbeing.moves and result.days:
        last = result.daily.iloc[-1]
        mood = number(last["mood"], 3, signed=True)
        lines.append(("Viewers", f"mood {mood}, fear of missing out {last['fomo']:.2f}, {last['use']:.1f} posts a day"))
    return "\n".join(f"{name:<12}{text}" for name, text in lines)


def _minds_move(result: "Result") -> bool:
    return bool(result.parameters.creators.minds == "on" and result.days)


def _creators_minds(result: "Result") -> str:
    first, last = result.daily.iloc[0], result.daily.iloc[-1]
    mood = number(last["creator_mood"], 2, signed=True)
    return (
        f"mood {mood}, obsession {last['obsession']:.2f}, burnout {last['burnout']:.2f}, "
        f"authenticity {last['authenticity']:.2f} (at first {first['authenticity']:.2f}); {last['away']:.0f} on a "
        f"break, {last['quit']:.0f} quit"
    )


def _strategies(result: "Result") -> str:
    """What the creators who have not quit do in the last week, the most common first."""
    active = result.creators[result.creators["status"] != "quit"]
    shares = active["strategy"].value_counts(normalize=True)
    return ", ".join(f"{words(str(name))} {percent(share)}" for name, share in shares.items()) or "none"


def top_creators(result: "Result") -> str:
    """The most followed creators, with what won and lost them most followers."""
    best = result.creators.sort_values(["followers", "creator"], ascending=[False, True]).head(TOP)
    head = ("Most followed creators", "followers", "gained", "lost", "talent", "won by", "lost by")
    rows = []
    for row in best.to_dict("records"):
        why = result.causes(row["creator"]).iloc[:-1]
        rows.append(
            (
                _name(row),
                f"{row['followers']:,}",
                f"{row['gained']:,}",
                f"{row['lost']:,}",
                number(row["talent"]),
                _first(why["gained"]),
                _first(why["lost"]),
            )
        )
    return aligned(head, rows)


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
    rows = [_cause_row(words(str(name)), row) for name, row in [*parts.iterrows(), ("in all", total)]]
    return aligned(("Why followers came and went", "gained", "", "lost", "", "net"), rows)


def _cause_row(name: str, row: "pd.Series[float]") -> tuple[str, ...]:
    return (
        name,
        f"{int(row['gained']):,}",
        percent(row["share_gained"]),
        f"{int(row['lost']):,}",
        percent(row["share_lost"]),
        number(row["net"], 0, signed=True),
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


def _name(row: Mapping[Any, Any]) -> str:
    """Number of a creator, and its node in the social graph where that has a name of its own."""
    label = "" if row["label"] == str(row["user"]) else f", {row['label']}"
    return f"{row['creator']} (user {row['user']}{label})"


def _first(counts: "pd.Series[int]") -> str:
    return words(str(counts.idxmax())) if counts.max() > 0 else "-"
