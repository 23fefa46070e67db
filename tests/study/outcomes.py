"""Outcomes for tests, at the top level of a module so that worker processes find them."""

from __future__ import annotations

import hashlib
import math
import os

from simulation.records import Result

FIRST = 6
"""Day of the intervention in tests that look at the days before it."""


def follows_held(result: Result) -> float:
    """Follows held at the end.

    Only the first line is shown.
    """
    return float(result.daily["follow_edges"].iloc[-1])


def likes(result: Result) -> int:
    return int(result.daily["likes"].sum())


def history_before(result: Result) -> float:
    """A number that stands for every event before day FIRST, and all there is to it."""
    events = result.events
    text = events[events["day"] < FIRST].to_csv()
    return float(int(hashlib.sha256(text.encode()).hexdigest()[:12], 16))


def events_after(result: Result) -> float:
    return float((result.events["day"] >= FIRST).sum())


def missing_in_changed(result: Result) -> float:
    return math.nan if result.parameters["feed.popularity_bias"] == 0.5 else 1.0


def fails_in_base(result: Result) -> float:
    if result.parameters["feed.popularity_bias"] == 1.0:
        raise ArithmeticError("no number for this one")
    return 1.0


def no_number(result: Result) -> float:
    return result.daily  # type: ignore[return-value]


def ends_worker(result: Result) -> float:
    os._exit(1)
