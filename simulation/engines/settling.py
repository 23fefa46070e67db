"""What was decided in a day takes effect: by rules that both engines go through, event by event."""

import numpy as np

from simulation.compiling import rule
from simulation.events import Events
from simulation.ledger import FOLLOW, is_held_against
from simulation.state import Creators, Follows, Memory, Rows, Users, append_follow, find_follow, remove_follow
from simulation.users.grudges import bear_grudge


def make_room(follows: Follows, events: Events) -> None:
    """Make sure that the follow rows can hold what was decided."""
    who, count = np.unique(events.user[events.kind == FOLLOW], return_counts=True)
    follows.reserve_many(who.astype(np.int64), count.astype(np.int64))


@rule
def settle(
    e: int, day: int, users: Users, creators: Creators, memory: Memory, rows: Rows, empty: int, events: Events
) -> None:
    """Let event ``e`` take effect; ``empty`` marks a free entry of the rows."""
    i = events.user[e]
    j = events.creator[e]
    if events.kind[e] == FOLLOW:
        append_follow(rows, i, j, day, events.satisfaction[e])
        for k in range(rows.began.shape[1]):
            rows.began[rows.start[i] + rows.length[i] - 1, k] = events.began[e, k]
        creators.gained[j] += 1
        users.best_followed[i] = max(users.best_followed[i], creators.talent[j])
    else:
        remove_follow(rows, i, find_follow(rows, i, j), empty)
        creators.lost[j] += 1
        if is_held_against(events.cause[e], events.contributions.shape[1]):
            bear_grudge(memory, i, j)
    creators.followers[j] += events.kind[e]
