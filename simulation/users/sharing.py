"""Sharing: who likes a post may pass it on to peers, whose feeds show what was shared first.

What a user shares today joins the shares that peers read as the day ends, so that it does not matter who watches first.
"""

from typing import Any

from simulation.compiling import compiled, rule
from simulation.posts import lives_on
from simulation.randomness import below

PLACES = 4
"""Shares of a user that can be found; where all places are taken, the oldest makes room."""


@rule
def share(memory: Any, user: int, post: int) -> None:
    """Note that a user has shared a post today.

    ``memory`` has ``sharing``, (N, R): places of posts shared today, the latest first, -1 for a free place.
    """
    for place in range(memory.sharing.shape[1] - 1, 0, -1):
        memory.sharing[user, place] = memory.sharing[user, place - 1]
    memory.sharing[user, 0] = post


@rule
def publish(memory: Any, user: int, made: Any, lives: int, day: int) -> None:
    """Put what a user shared today before what was shared until then, a creator once, and forget the oldest.

    ``memory`` has ``shared``, ``shared_made`` and ``shared_on``, (N, R): creators shared on earlier days, -1 for none,
    the days on which their posts came out, and the days of sharing. ``made``, (P,): the day of every post, of which a
    creator has ``lives``.
    """
    for later in range(memory.sharing.shape[1] - 1, -1, -1):
        post = memory.sharing[user, later]
        if post >= 0:
            creator = post // lives
            last = memory.shared.shape[1] - 1
            for place in range(last):
                if memory.shared[user, place] == creator or memory.shared[user, place] == -1:
                    last = place
                    break
            for place in range(last, 0, -1):
                memory.shared[user, place] = memory.shared[user, place - 1]
                memory.shared_made[user, place] = memory.shared_made[user, place - 1]
                memory.shared_on[user, place] = memory.shared_on[user, place - 1]
            memory.shared[user, 0] = creator
            memory.shared_made[user, 0] = made[post]
            memory.shared_on[user, 0] = day
            memory.sharing[user, later] = -1


@compiled
def publish_all(memory: Any, made: Any, lives: int, day: int) -> None:
    """Let what was shared today be found by peers from tomorrow on."""
    for user in range(memory.sharing.shape[0]):
        publish(memory, user, made, lives, day)


@rule
def shared_by(memory: Any, peer: int, visible: Any, day: int, days: int, uniform: float) -> int:
    """Which of a peer's shares to show: of the last ``days`` days, by a creator who has a post to be seen; -1: none.

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
                return place
            left -= 1
    return -1


@rule
def shared_post(memory: Any, peer: int, place: int, made: Any, lives: int, day: int) -> int:
    """The place of the very post that a peer shared while it lives, and then of its creator's newest."""
    newest = memory.shared[peer, place] * lives
    for older in range(lives):
        same = made[newest + older] == memory.shared_made[peer, place]
        if same and lives_on(made[newest + older], day, lives):
            return int(newest + older)
    return int(newest)
