"""Sharing: who likes a post may pass its creator on to peers, whose feeds show what was shared first.

What a user shares today joins the shares that peers read as the day ends, so that it does not matter who watches first.
"""

from typing import Any

from simulation.compiling import compiled, rule
from simulation.randomness import below

PLACES = 4
"""Shares of a user that can be found; where all places are taken, the oldest makes room."""


@rule
def share(memory: Any, user: int, creator: int) -> None:
    """Note that a user has shared a post of a creator today.

    ``memory`` has ``sharing``, (N, R): creators shared today, the latest first, -1 for a free place.
    """
    for place in range(memory.sharing.shape[1] - 1, 0, -1):
        memory.sharing[user, place] = memory.sharing[user, place - 1]
    memory.sharing[user, 0] = creator


@rule
def publish(memory: Any, user: int, day: int) -> None:
    """Put what a user shared today before what was shared until then, a creator once, and forget the oldest.

    ``memory`` has ``shared`` and ``shared_on``, (N, R): creators shared on earlier days, -1 for none, and the days.
    """
    for later in range(memory.sharing.shape[1] - 1, -1, -1):
        creator = memory.sharing[user, later]
        if creator >= 0:
            last = memory.shared.shape[1] - 1
            for place in range(last):
                if memory.shared[user, place] == creator or memory.shared[user, place] == -1:
                    last = place
                    break
            for place in range(last, 0, -1):
                memory.shared[user, place] = memory.shared[user, place - 1]
                memory.shared_on[user, place] = memory.shared_on[user, place - 1]
            memory.shared[user, 0] = creator
            memory.shared_on[user, 0] = day
            memory.sharing[user, later] = -1


@compiled
def publish_all(memory: Any, day: int) -> None:
    """Let what was shared today be found by peers from tomorrow on."""
    for user in range(memory.sharing.shape[0]):
        publish(memory, user, day)


@rule
def shared_by(memory: Any, peer: int, visible: Any, day: int, days: int, uniform: float) -> int:
    """A creator whom a peer shared in the last ``days`` days and who has a post to be seen, or -1 where there is none.

    ``visible``, (M,): which creators have such a post; ``uniform`` chooses between those shared.
    """
    found = 0
    for place in range(memory.shared.shape[1]):
        creator = memory.shared[peer, place]
        found += int(creator >= 0 and visible[creator] and day - memory.shared_on[peer, place] <= days)
    left = below(uniform, found)
    for place in range(memory.shared.shape[1]):
        creator = memory.shared[peer, place]
        if creator >= 0 and visible[creator] and day - memory.shared_on[peer, place] <= days:
            if left == 0:
                return int(creator)
            left -= 1
    return -1
