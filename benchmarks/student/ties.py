"""A tie from a user to a creator: what it has been worth, and why it may end."""

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

from benchmarks.student.numbers import Vector

DOUBLED = math.log(2.0)


class Event(NamedTuple):
    """One follow or unfollow, and why."""

    day: int
    user: int
    creator: int
    kind: str  # "follow" or "unfollow"
    source: str | None
    cause: str
    appeal: float
    probability: float
    satisfaction: float
    contributions: Vector
    reasons: Mapping[str, float]  # what made the hazard of leaving, and by whom the tie has changed


class Follow:
    """A tie from a user to a creator."""

    __slots__ = ("began", "dose", "peers_began", "posts", "satisfaction", "seen", "since", "usual")

    def __init__(self, day: int, satisfaction: float, began: Vector | None = None, peers: int = 0) -> None:
        self.since = self.seen = day
        self.satisfaction = self.usual = satisfaction
        self.posts = 0
        self.dose = 1.0  # posts seen lately, those of the past fading
        self.began = began  # values of the factors as it began; None until a post is seen
        self.peers_began = peers

    def enjoy(self, appeal: float, values: Vector, peers: int, day: int, p: Any) -> None:
        """See a post of the creator, and take in what it was worth."""
        reasons = p.reasons
        self.posts += 1
        newest = 1 / (self.posts + 1)
        self.satisfaction += max(p.satisfaction_rate, newest) * (appeal - self.satisfaction)
        self.usual += max(reasons.usual_rate, newest) * (appeal - self.usual)
        self.dose = self.dose * math.exp((self.seen - day) / reasons.satiation_time) + 1
        self.seen = day
        if self.began is None:
            self.began, self.peers_began = values, peers

    def hazard(self, parts: dict[str, float], day: int, mutual: bool, p: Any) -> float:
        """Probability to end on a sight; ``parts``, by reason, are of the log of the hazard, and cut off alike."""
        total = sum(parts.values())
        ratio = min(p.reasons.highest, max(p.reasons.lowest, total))
        if ratio != total:
            for reason in parts:
                parts[reason] *= ratio / total
        fragile = 1 + p.new_tie_fragility * math.exp((self.since - day) / p.settling_time)
        bond = 1 - p.reciprocity_bond if mutual else 1.0
        hazard: float = p.reasons.base * fragile * math.exp(ratio) * bond
        return min(1.0, hazard)


def cause_of_leaving(parts: Mapping[str, float], changed: Mapping[str, float], missing: bool) -> str:
    """The largest reason; of a change, by whom it was most for the worse; a whim where reasons did not double it."""
    if missing:
        return "absence"
    if sum(parts.values()) < DOUBLED:
        return "whim"
    largest = max(parts, key=lambda reason: parts[reason])
    if largest == "change":
        return min(changed, key=lambda by: changed[by])
    return "changed by the user" if largest == "drift" else largest


KEPT_IN_MIND = ("changed by the creator", "changed by the user", "alternatives", "satiation", "smallness")
"""Causes for which a user bears a grudge: what the creator posted."""
