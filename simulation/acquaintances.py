"""People follow people they know: as somebody joins, ties of the social graph become follows, each with a probability.

A tie from one user to another who creates is drawn once: on the day on which the later of the two joins, or before the
first day where both are there from the start. Both engines share this.
"""

import numpy as np
from numpy.typing import NDArray

from simulation.compiling import compiled
from simulation.events import Events
from simulation.ledger import ACQUAINTANCE, FOLLOW, NO_SOURCE, room_for_events
from simulation.people import numbers_of_people
from simulation.randomness import Stream, uniforms_within
from simulation.state import WHOLE, Ints, Peers, Rows, State, Users, find_follow

_ACQUAINTANCE = int(Stream.ACQUAINTANCE)


def acquainted(
    users: Users, peers: Peers, rows: Rows, day: int, seed: int, probability: float
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Users and the creators whom they follow because they know them, one or both having joined on a day, (P,) each.

    The draw belongs to the two people, by their numbers, so that a newcomer's differ from those of the person who had
    the place before.
    """
    here = (users.joined <= day) & (day < users.left)
    new = here & (users.joined == day)
    if probability == 0.0 or not new.any():
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    people = numbers_of_people(users.generation, np.arange(users.generation.size))
    given = np.uint64(seed), probability, here, new, people, users.creator, peers, rows
    count = _draw_ties(*given, np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64))
    who, whom = np.zeros(count, dtype=np.int64), np.zeros(count, dtype=np.int64)
    _draw_ties(*given, who, whom)
    return who, whom


@compiled
def _draw_ties(
    seed: np.uint64,
    probability: float,
    here: NDArray[np.bool_],
    new: NDArray[np.bool_],
    people: Ints,
    creator: Ints,
    peers: Peers,
    rows: Rows,
    who: Ints,
    whom: Ints,
) -> int:
    """Write down the pairs for which there is room, by follower, and return how many there are."""
    found = 0
    for i in range(here.size):
        for k in range(peers.start[i], peers.start[i + 1]):
            j = peers.peer[k]
            if creator[j] >= 0 and here[i] and here[j] and (new[i] or new[j]):
                luck = uniforms_within(seed, _ACQUAINTANCE, people[i], people[j], 0, 0)
                if luck[0] < probability and find_follow(rows, i, creator[j]) < 0:
                    if found < who.size:
                        who[found] = i
                        whom[found] = creator[j]
                    found += 1
    return found


def acquaintances(state: State, seed: int, probability: float) -> Events:
    """Follows of those who know somebody who joins today, and of those who join, as events without any appeal.

    A tie begins as satisfying as its user has come to expect.
    """
    who, whom = acquainted(state.users, state.peers, state.rows, state.day, seed, probability)
    events = room_for_events(state, who.size)
    events.user[:] = who
    events.creator[:] = whom
    events.kind[:] = FOLLOW
    events.source[:] = NO_SOURCE
    events.cause[:] = state.reference.size + ACQUAINTANCE
    events.probability[:] = probability
    events.satisfaction[:] = state.users.aspiration[who]
    for column in (events.appeal, events.reference, events.contributions, events.began, events.reasons):
        column[:] = 0.0
    events.began[:, -1:] = WHOLE
    return events
