"""The Mesa engine: every phase of the day, agent by agent, in an order that is shuffled because it cannot matter."""

from typing import TYPE_CHECKING

import numpy as np

from simulation.engines.agents import Creator, User
from simulation.engines.base import DayTotals, World, rule_parameters
from simulation.engines.today import Today
from simulation.events import Events, empty_events
from simulation.factors.appeal import compose
from simulation.ledger import FOLLOW
from simulation.platform.ranking import FeedTables
from simulation.state import append_follow, find_follow, remove_follow

if TYPE_CHECKING:
    from simulation.model import FollowerModel


def make_agents(model: "FollowerModel", user_type: type[User], creator_type: type[Creator]) -> None:
    """Give a model one agent for each user, in user order, so that ``unique_id`` is the user's index plus one."""
    for index, creator in enumerate(model.state.users.creator.tolist()):
        (user_type if creator < 0 else creator_type)(model, index)
    # Mesa numbers agents by a table that holds every model for ever; without the entry the model can be freed.
    User._ids.pop(model, None)


def begin_day(world: World, day: int) -> Today:
    """What agents share as a day begins: nothing decided yet."""
    return Today(
        day=day,
        luck=world.luck,
        state=world.state,
        p=rule_parameters(world.parameters, world.factors),
        evaluate=compose(tuple(factor.rule for factor in world.factors)),
        factor_sums=[0] * len(world.factors),
    )


class MesaEngine:
    """Agents that act on the arrays of a world."""

    def __init__(self, world: World, model: "FollowerModel") -> None:
        self._world = world
        self._model = model
        self._creators = model.agents.select(agent_type=Creator)

    def post(self, day: int) -> None:
        """Creators decide whether to post, and how good it is."""
        self._model.today = begin_day(self._world, day)
        self._creators.shuffle_do("post")

    def watch(self, day: int, tables: FeedTables) -> tuple[Events, DayTotals]:
        """Users watch, like and decide."""
        today, creators = self._model.today, self._world.state.creators
        today.tables = tables
        creators.views[:] = 0
        creators.likes[:] = 0
        self._model.agents.shuffle_do("watch")
        sums = np.array(today.factor_sums, dtype=np.int64)
        views, likes = int(creators.views.sum()), int(creators.likes.sum())
        return self._events(), DayTotals(today.sessions, views, likes, today.samples, sums)

    def _events(self) -> Events:
        decisions = [d for _, by_user in sorted(self._model.today.decisions.items()) for d in by_user]
        events = empty_events(len(decisions), self._world.state.reference.size)
        for row, decision in enumerate(decisions):
            for name in Events._fields:
                getattr(events, name)[row] = getattr(decision, name)
        return events

    def settle(self, day: int, events: Events) -> None:
        """Decisions take effect."""
        follows, users, creators = self._world.state.follows, self._world.state.users, self._world.state.creators
        creators.gained[:] = 0
        creators.lost[:] = 0
        for user, creator, kind, satisfaction in zip(
            events.user.tolist(),
            events.creator.tolist(),
            events.kind.tolist(),
            events.satisfaction.tolist(),
            strict=True,
        ):
            if kind == FOLLOW:
                follows.reserve(user, 1)
                append_follow(follows.rows, user, creator, day, satisfaction)
                creators.gained[creator] += 1
                users.best_followed[user] = max(users.best_followed[user], creators.talent[creator])
            else:
                remove_follow(follows.rows, user, find_follow(follows.rows, user, creator), follows.empty)
                creators.lost[creator] += 1
            creators.followers[creator] += kind

    def take_in(self) -> None:
        """Creators take in the day's numbers."""
        self._creators.shuffle_do("take_in")
