"""How parameters are set on screen: which come first, in which groups, and how far a slider reaches."""

import math
from collections.abc import Iterable
from typing import NamedTuple

from simulation.analysis.wording import words
from simulation.declare import Declaration

FIRST = (
    "feed.popularity_bias",
    "feed.hide_follower_counts",
    "feed.hide_like_counts",
    "feed.small_creator_boost",
    "session.session_cap",
    "decision.follow_threshold",
    "decision.follow_sharpness",
    "leaving.base_hazard",
    "factors.talent.weight",
    "factors.authenticity.weight",
    "factors.peer_influence.weight",
    "minds.habituation.rate",
    "minds.mood.loss_aversion",
    "population.users",
    "population.creators",
)
"""What most questions are about; the rest is in groups."""

_REACH: dict[str, tuple[float, float]] = {
    "population.users": (100, 5000),
    "population.creators": (10, 800),
    "population.topics": (1, 32),
    "social_graph.mean_degree": (0, 60),
    "session.session_cap": (0, 120),
    "feed.small_creator_boost": (0, 10),
    "decision.follow_sharpness": (0, 40),
    "decision.follow_threshold": (0, 1.5),
    "decision.like_threshold": (0, 1.5),
}
"""Where bounds are so wide that a slider over all of them would be of no use."""


class Reach(NamedTuple):
    """From where to where a slider goes, and in which steps; a value beyond can be typed."""

    low: float
    high: float
    step: float


def reach(declared: Declaration) -> Reach:
    """How far the slider of a number goes.

    Bounds no wider than 5 as they are; others from the lower bound, or 0, to about four times the default.
    """
    whole = isinstance(declared.default, int)
    low, high = float(declared.low or 0), float(declared.high or 0)
    if declared.name in _REACH:
        low, high = _REACH[declared.name]
    elif high - low > 5:
        default = float(declared.default)  # type: ignore[arg-type]
        low, high = max(low, min(0.0, default)), min(high, _round(4 * abs(default) if default else 5.0))
    step = _round((high - low) / 100)
    return Reach(low, high, max(1.0, round(step)) if whole else step)


def _round(value: float) -> float:
    """The nearest of 1, 2 and 5 times a power of ten."""
    power = 10.0 ** math.floor(math.log10(value))
    return min((1 * power, 2 * power, 5 * power, 10 * power), key=lambda near: abs(near - value))


def title(name: str) -> str:
    """A parameter's name as words: its last part, with the part before where that says what it is of."""
    parts = name.split(".")
    of = f"{parts[-2]}: " if len(parts) > 2 or parts[-1] in {"moves", "family"} else ""
    return f"{of}{parts[-1]}".replace("_", " ")


def groups(known: Iterable[Declaration]) -> dict[str, list[Declaration]]:
    """Parameters by section, the sections in the order of the model; long sections by their second part too."""
    found: dict[str, list[Declaration]] = {}
    for declared in known:
        parts = declared.name.split(".")
        section = parts[:-1] if parts[0] in {"minds", "feed"} else parts[:1]
        found.setdefault(words(" · ".join(section)), []).append(declared)
    return found
