"""Why a follow or an unfollow happened, in words."""

from typing import Any

from simulation.arithmetic import exp
from simulation.ledger import BY_WHOM, STRUCTURAL_CAUSES
from simulation.records.schema import KINDS, NONE
from simulation.records.tables import StoredTable
from simulation.vectors import total

FACTOR_WORDS = {"shared_interest": "shared interests", "peer_influence": "the influence of peers and crowd"}
"""Factors in words, where these are not their names."""

SOURCE_WORDS = {
    "following": "among the creators the user follows",
    "friends": "because a peer follows the creator",
    "popular": "among what is popular",
    "interest": "among what is popular within the user's interests",
    "staged": "on its way up the traffic pools",
    "random": "at random",
}
"""The feed sources in words; one plugged in is called by its own name."""

BY_WHOM_WORDS = {"by_creator": "by the creator", "by_user": "by the user's interests", "by_peers": "by peers"}
CHANNEL_WORDS = {
    "change": "the change of the tie",
    "alternatives": "alternatives",
    "satiation": "too many posts",
    "smallness": "feeling small",
    "sponsored": "a paid post",
    "drift": "the user's former interests",
    "overload": "too many follows",
}
"""Channels of leaving in words."""

UNSEEN = frozenset({"absence", "overload", "reciprocity"})
"""Causes of decisions on a creator whom the feed did not show, or who had not posted that day."""

NAMED_FACTORS = 3
"""Most factors named on either side, the largest first."""
SMALLEST = 0.0005
"""Contributions below this round to nothing and are not named."""


def explain_tie(user: int, creator: int, owner: int, days: int, events: StoredTable, follows: StoredTable) -> str:
    """The story of one user and one creator: every follow and unfollow and what was in favour of it and against it.

    Parameters
    ----------
    user, creator, owner
        The user, the creator, and the user whom the creator is.
    days
        Days of the run.
    events, follows
        Tables of the run.
    """
    heading = f"User {user} and creator {creator} (user {owner})"
    if user == owner:
        return f"{heading}: they are the same person, and nobody follows themselves."
    where = [("user", "==", user), ("creator", "==", creator)]
    log = events.read(where=where).to_pylist()
    held = follows.read(where=where).to_pylist()
    if not log and not held:
        return f"{heading}: user {user} never followed creator {creator} in {_days(days)}."
    lines = [f"{heading}, {_days(days)}"]
    since: int | None = None
    if not log or log[0]["kind"] != KINDS[0]:
        lines.append("Before day 0: followed already, as the run began.")
        since = -1
    for event in log:
        followed = event["kind"] == KINDS[0]
        lines.append(_followed(event) if followed else _unfollowed(event, since))
        since = event["day"] if followed else None
    lines.append(_ending(held, days))
    return "\n".join(lines)


def _days(days: int) -> str:
    return f"{days} day" if days == 1 else f"{days} days"


def _followed(event: dict[str, Any]) -> str:
    if event["cause"] == "reciprocity":
        return (
            f"Day {event['day']}: followed back; the creator had followed this user that day. {_appeal(event)} "
            "Courtesy came on top, the more the freer the user's attention (cause: reciprocity). The probability of "
            f"following back was {event['probability']:.3g}; satisfaction began at {event['satisfaction']:.3f}."
        )
    if event["cause"] == "acquaintance":
        return (
            f"Day {event['day']}: followed as one of the two joined, for they are peers: neither a post nor appeal had "
            f"a part in it (cause: acquaintance). The probability was {event['probability']:.3g}; satisfaction began "
            f"at {event['satisfaction']:.3f}."
        )
    return (
        f"Day {event['day']}: followed. The feed showed the creator {_where(event)}. {_appeal(event)} "
        f"{_follow_reason(event)} The probability of following was {event['probability']:.3g}; "
        f"satisfaction began at {event['satisfaction']:.3f}."
    )


def _unfollowed(event: dict[str, Any], since: int | None) -> str:
    held = "" if since is None or since < 0 else f", after {_days(event['day'] - since)}"
    if event["cause"] == "departure" and event["probability"] == event["appeal"] + 1.0 == 1.0:  # as renewal.closures
        return (
            f"Day {event['day']}{held}: the creator had left the platform, and the account was closed (cause: "
            f"departure). Satisfaction had come to {event['satisfaction']:.3f}."
        )
    if event["cause"] == "departure":
        return (
            f"Day {event['day']}{held}: the user left the platform, and every follow ended with that, whatever the "
            f"appeal (cause: departure). Satisfaction had come to {event['satisfaction']:.3f}; the probability of "
            f"leaving the platform was {event['probability']:.3g} a day."
        )
    seen = "" if event["source"] == NONE else f" The feed brought the creator up {_where(event)}."
    return (
        f"Day {event['day']}{held}: unfollowed.{seen} {_unfollow_reason(event)} {_appeal(event)}"
        f"{_changed(event)}{_hazard(event)} Satisfaction had come to {event['satisfaction']:.3f}; the probability of "
        f"leaving was {event['probability']:.3g}."
    )


def _where(event: dict[str, Any]) -> str:
    return SOURCE_WORDS.get(event["source"], f"from the source {event['source']}")


def _appeal(event: dict[str, Any]) -> str:
    """Appeal against a usual post, and the factors that made the difference."""
    difference = event["appeal"] - event["reference"]
    post = "The latest post appealed" if event["cause"] in UNSEEN else "The post appealed"
    own = "began" in event and event["kind"] != KINDS[0]
    usual = "a post of those the user follows usually offers" if own else "a usual post offers"
    sentence = f"{post} {event['appeal']:.3f} where {usual} {event['reference']:.3f} ({difference:+.3f})"
    sides = [f"{name} {_listed(event, sign)}" for name, sign in (("in favour:", 1), ("against:", -1))]
    named = [side for side in sides if "(" in side]
    if not named:
        return f"{sentence}; no factor set it apart."
    return f"{sentence}: {'; '.join(named)}."


def _changed(event: dict[str, Any]) -> str:
    """What has changed since the tie began, by whom and by which factors; empty where the log does not have it."""
    if "began" not in event:
        return ""
    sentence = f" As the tie began it was {event['began']:.3f} ({event['appeal'] - event['began']:+.3f} since)"
    whom = [f"{words} {event[f'change_{name}']:+.3f}" for name, words in BY_WHOM_WORDS.items()]
    sides = [_listed(event, sign, "change_") for sign in (-1, 1)]
    named = [f"{word} {side}" for word, side in zip(("less", "more"), sides, strict=True) if side]
    return f"{sentence}: {', '.join(whom)}{'; ' if named else ''}{'; '.join(named)}."


def _hazard(event: dict[str, Any]) -> str:
    """What raised the hazard of leaving, and by how much; empty where no channel did."""
    parts = {name.removeprefix("part_"): value for name, value in event.items() if name.startswith("part_")}
    if not any(parts.values()):
        return ""
    times = exp(total(list(parts.values())))
    raised = sorted((name for name in parts if parts[name] >= SMALLEST), key=lambda name: -parts[name])
    words = [f"{CHANNEL_WORDS[name]} (x{exp(parts[name]):.2f})" for name in raised[:NAMED_FACTORS]]
    by = f"; raised by {_joined(words)}" if words else ""
    return f" The hazard was {times:.2f} times that of a tie for which nothing speaks either way{by}."


def _listed(event: dict[str, Any], sign: int, prefix: str = "contribution_") -> str:
    """The factors on one side, by size, as ``talent (+0.120) and consistency (+0.031)``; empty where there are none."""
    found = {name.removeprefix(prefix): value for name, value in event.items() if name.startswith(prefix)}
    found = {name: value for name, value in found.items() if name not in BY_WHOM}
    side = sorted((name for name in found if sign * found[name] >= SMALLEST), key=lambda name: -sign * found[name])
    return _joined([f"{factor_words(name)} ({found[name]:+.3f})" for name in side[:NAMED_FACTORS]])


def _joined(words: list[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def factor_words(name: str) -> str:
    """A factor in words."""
    return FACTOR_WORDS.get(name, name.replace("_", " "))


def _follow_reason(event: dict[str, Any]) -> str:
    if event["cause"] in STRUCTURAL_CAUSES:
        return "The follow rule in use decided, whatever the appeal (cause: rule)."
    unlikely = "The follow was unlikely: the appeal was low. " if event["appeal"] < event["reference"] else ""
    return f"{unlikely}What counted most was {factor_words(event['cause'])} (cause: {event['cause']})."


def _unfollow_reason(event: dict[str, Any]) -> str:
    cause = event["cause"]
    least = "" if event.get("part_overload") else ", and this one satisfied least"
    words = {
        "absence": "The creator was looked for and had not posted",
        "overload": f"The user held more follows than attention allows{least}",
        "aspiration": "Nothing was amiss with the post, but the user had come to expect more than this tie gave",
        "rule": "The unfollow rule in use decided, whatever the appeal",
        "creator_changed": "The tie gave less than it did, most of all because the creator changed",
        "user_changed": "The user's interests had moved on",
        "peers_changed": "The tie gave less than it did, most of all because fewer peers followed the creator",
        "alternatives": "Other creators whom the user follows gave more",
        "satiation": "There were too many posts of the creator",
        "smallness": "The creator's success made the user feel small",
        "sponsored": "The post was paid for",
        "whim": "Nothing much was amiss: the tie would more likely than not have ended without any reason",
    }
    return f"{words.get(cause, f'What was wanting most was {factor_words(cause)}')} (cause: {cause})."


def _ending(held: list[dict[str, Any]], days: int) -> str:
    if not held:
        return f"At the end of day {days - 1}: not following."
    return f"At the end of day {days - 1}: still following, with satisfaction {held[0]['satisfaction']:.3f}."
