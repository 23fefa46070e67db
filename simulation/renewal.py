"""A world at rest: the place of whoever left is taken by somebody new, on the day after.

Places are fixed, and with them the social graph, communities and segments: a newcomer comes to know whom the one before
knew. All else is new: the person's traits, tastes, follows and, where the place creates, the creator. So memory stays
the same however long a world lives.
"""

from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.columns import side_by_side
from simulation.compiling import compiled
from simulation.events import Events
from simulation.ledger import DEPARTURE, NO_SOURCE, UNFOLLOW, room_for_events
from simulation.parameters import Parameters
from simulation.people import (
    Draws,
    draw_creators,
    draw_minds,
    draw_users,
    draws_of_column,
    no_posts,
    numbers_of_people,
)
from simulation.plugins import Behaviour
from simulation.posts import places_of
from simulation.state import Rows, State

Ints = NDArray[np.int64]

OF_PLACES = ("creator", "community", "segment", "own")
"""Arrays of users that belong to places, or are begun anew by themselves."""
OF_BOOKS = ("user", "segment", "own", "followers", "gained", "lost", "bought_today", "purged_today")
"""The same of creators; today's books are closed by what follows, and totals run on."""


def vacant(state: State) -> Ints:
    """Places whose people left before today."""
    return np.flatnonzero(state.users.left < state.day)


def closures(state: State, places: Ints) -> Events:
    """The follows that end because a creator's account is closed, by follower and in the order of the follow rows."""
    gone = np.zeros(state.creators.user.size, dtype=np.bool_)
    gone[creators_at(state, places)] = True
    events = room_for_events(state, int((state.creators.followers - state.creators.bought)[gone].sum()))
    _ties_to(gone, state.rows, events)
    events.kind[:] = UNFOLLOW
    events.source[:] = NO_SOURCE
    events.cause[:] = state.reference.size + DEPARTURE
    events.probability[:] = 1.0
    for column in (events.appeal, events.reference, events.contributions, events.began, events.reasons):
        column[:] = 0.0
    return events


@compiled
def _ties_to(gone: NDArray[np.bool_], rows: Rows, events: Events) -> None:
    """Write down every tie to a creator who is gone, and how satisfying it was."""
    found = 0
    for user in range(rows.start.size):
        for entry in range(rows.start[user], rows.start[user] + rows.length[user]):
            if gone[rows.creator[entry]]:
                events.user[found] = user
                events.creator[found] = rows.creator[entry]
                events.satisfaction[found] = rows.satisfaction[entry]
                found += 1


def renew(state: State, places: Ints, parameters: Parameters, seed: int, behaviour: Behaviour) -> None:
    """Let newcomers take places; whoever was there follows nobody any more, and is followed by nobody.

    Followers that were bought vanish with the account, and stand in the books as removed by the platform.
    """
    users, creators = state.users, state.creators
    users.generation[places] += 1
    numbers = numbers_of_people(users.generation[places], places)
    newcomers = draw_users(parameters, Draws(seed, numbers), behaviour.factors, users.community[places])
    newcomers = newcomers._replace(
        joined=np.full(places.size, state.day), segment=users.segment[places], generation=users.generation[places]
    )
    _write(users, newcomers, places, OF_PLACES)
    who = creators_at(state, places)
    if who.size:
        _close_books(state, who)
        at = np.searchsorted(places, creators.user[who])
        draws = Draws(seed, numbers_of_people(users.generation[creators.user[who]], who))
        fresh = draw_creators(parameters, draws, newcomers, at)
        totals = tuple(name for name in creators._fields if name.startswith("total_"))
        away = np.full(who.size, state.day, dtype=np.int64)
        _write(creators, fresh._replace(away_until=away), who, (*OF_BOOKS, *totals))
        _write(state.posts, no_posts(fresh, parameters.posting.post_life), places_of(state.posts, creators, who), ())
        _write(state.minds, draw_minds(parameters, draws, fresh, len(behaviour.strategies)), who, ())
        left_alone = np.isin(creators.partner, who)
        creators.partner[left_alone] = -1
        for of_creators in (state.memory.creator, state.memory.left, state.memory.shared):
            if of_creators.size:
                of_creators[np.isin(of_creators, who)] = -1
    empties = {"creator": -1, "last": np.iinfo(np.int32).min // 2, "days": 0, "left": -1, "shared": -1}
    for name, empty in empties.items():
        getattr(state.memory, name)[places] = empty
    _begin_columns(state, places, who, seed, behaviour)


def creators_at(state: State, places: Ints) -> Ints:
    """Creators whose places these are, rising."""
    found = state.users.creator[places]
    return np.sort(found[found >= 0])


def _write(group: Any, fresh: Any, rows: Ints, left: tuple[str, ...]) -> None:
    """Put rows in the place of others, but for the arrays that are ``left`` as they are."""
    for name in group._fields:
        if name not in left:
            getattr(group, name)[rows] = getattr(fresh, name)


def _close_books(state: State, who: Ints) -> None:
    """Take the bought followers of creators out of all counts."""
    creators, bought = state.creators, state.creators.bought[who]
    creators.followers[who] -= bought
    creators.purged_today[who] += bought
    creators.lost[who] += bought


def _begin_columns(state: State, places: Ints, who: Ints, seed: int, behaviour: Behaviour) -> None:
    """Columns of one's own begin as they did for the first who stood there."""
    for of, array, rows in (("users", state.users.own, places), ("creators", state.creators.own, who)):
        if array.shape[1]:
            array[rows] = side_by_side(behaviour.columns, of, len(array), partial(draws_of_column, seed))[rows]  # type: ignore[arg-type]
