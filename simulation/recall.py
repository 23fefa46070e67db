"""What a user remembers of what was seen: whose posts, on which of the last days. Its size is fixed.

Sixty-four creators by default, each with the days of the last month on which a post of theirs was seen, as bits of a
whole number. Where all places are taken, the creator who was seen longest ago is forgotten.
"""

from typing import Any

import numpy as np

from simulation.compiling import rule

DAYS = 31
"""Days that one place holds, the last one included."""
FORGOTTEN = 10**9
"""Days since a creator was seen who is not remembered."""


@rule
def recalled(memory: Any, user: int, creator: int) -> int:
    """The place at which a user remembers a creator, or -1."""
    for place in range(memory.creator.shape[1]):
        if memory.creator[user, place] == creator:
            return place
    return -1


@rule
def days_unseen(memory: Any, user: int, place: int, day: int) -> int:
    """Days since a post of the creator at a place was seen, 0 for today; FORGOTTEN where there is no place."""
    return int(day - memory.last[user, place]) if place >= 0 else FORGOTTEN


@rule
def times_seen(memory: Any, user: int, place: int, day: int, days: int) -> int:
    """On how many of the last ``days`` days before this one a post of the creator at a place was seen."""
    if place < 0:
        return 0
    since = day - memory.last[user, place]
    if since > days:
        return 0
    # Bit b of the shifted days: seen b days ago.
    seen = ((memory.days[user, place] & ((1 << DAYS) - 1)) << since) & (((1 << days) - 1) << 1)
    count = 0
    while seen > 0:
        seen &= seen - 1
        count += 1
    return count


@rule
def remember(memory: Any, user: int, creator: int, day: int) -> None:
    """Note that a post of a creator was seen today."""
    places = memory.creator.shape[1]
    if places == 0:
        return
    place = recalled(memory, user, creator)
    if place >= 0:
        since = min(day - memory.last[user, place], DAYS)
        memory.days[user, place] = ((memory.days[user, place] << since) | 1) & ((1 << DAYS) - 1)
    else:
        place = 0
        for other in range(1, places):
            if memory.last[user, other] < memory.last[user, place]:
                place = other
        memory.creator[user, place] = creator
        memory.days[user, place] = 1
    memory.last[user, place] = day


def empty_memory(users: int, places: int, grudges: int = 0, shares: int = 0) -> dict[str, Any]:
    """Arrays of an empty memory, by name: of what was seen (users, places), who was left, and what was shared."""
    return {
        "creator": np.full((users, places), -1, dtype=np.int32),
        "last": np.full((users, places), -FORGOTTEN, dtype=np.int32),
        "days": np.zeros((users, places), dtype=np.int64),
        "left": np.full((users, grudges), -1, dtype=np.int32),
        "shared": np.full((users, shares), -1, dtype=np.int32),
        "shared_made": np.zeros((users, shares), dtype=np.int32),
        "shared_on": np.zeros((users, shares), dtype=np.int32),
        "sharing": np.full((users, shares), -1, dtype=np.int64),
    }
