"""What the data collector of every model counts, a row per day."""

from collections.abc import Callable
from typing import Any

from simulation.ledger import FOLLOW, UNFOLLOW

REPORTERS: dict[str, Callable[[Any], int]] = {
    "sessions": lambda model: model.totals.sessions,
    "views": lambda model: model.totals.views,
    "likes": lambda model: model.totals.likes,
    "follows": lambda model: int((model.events.kind == FOLLOW).sum()),
    "unfollows": lambda model: int((model.events.kind == UNFOLLOW).sum()),
    "follow_edges": lambda model: int(model.state.follows.rows.length.sum()),
}
