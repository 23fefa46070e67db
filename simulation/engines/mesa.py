"""The Mesa engine: every phase of the day, agent by agent, in an order that is shuffled because it cannot matter."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from traceback import walk_tb
from typing import TYPE_CHECKING, Any

import numpy as np

from simulation.creators.audience import audience_after
from simulation.creators.comparison import usual_following
from simulation.creators.partners import match_partners
from simulation.creators.strategies import check_weeks
from simulation.declare import raised
from simulation.engines.agents import User
from simulation.engines.base import DayTotals, World, rule_parameters
from simulation.engines.creator import Creator
from simulation.engines.settling import make_room, settle
from simulation.engines.today import Decision, Today
from simulation.errors import FollowerDynamicsError, PluginError
from simulation.events import Events
from simulation.factors.appeal import compose
from simulation.factors.base import guarded
from simulation.factors.meeting import meeting
from simulation.ledger import FOLLOW, room_for_events
from simulation.parameters import Parameters
from simulation.platform.ranking import FeedTables
from simulation.versions import PACKAGE

if TYPE_CHECKING:
    from simulation.model import FollowerModel


def make_agents(model: "FollowerModel", user_type: type[User], creator_type: type[Creator]) -> None:
    """Give a model one agent for each user, in user order, so that ``unique_id`` is the user's index plus one."""
    if creator_type is Creator and user_type.creators_too:
        creator_type = creating(user_type)
    for index, creator in enumerate(model.state.users.creator.tolist()):
        (user_type if creator < 0 else creator_type)(model, index)


def creating(user_type: type[User]) -> type[Creator]:
    """A class of users who also post, with the behaviour of a class of users."""
    return Creator if user_type is User else type(f"{user_type.__name__}Creator", (user_type, Creator), {})


def begin_day(world: World, parameters: Parameters, day: int) -> Today:
    """What agents share as a day begins, under the parameters in force: nothing decided yet."""
    return Today(
        day=day,
        luck=world.luck,
        state=world.state,
        p=rule_parameters(parameters, world.behaviour),
        evaluate=compose(tuple(map(guarded, world.behaviour.factors))),
        encounter_of=meeting(world.behaviour.columns),
        behaviour=world.behaviour,
        factor_sums=[0] * len(world.behaviour.factors),
        heard=np.zeros(world.state.creators.topics.shape, dtype=np.int64),
    )


@contextmanager
def naming(day: int) -> Iterator[None]:
    """Raise what a method of an agent class of one's own raises as an error that names it.

    Raises
    ------
    PluginError
        Names the method, what it raised, the user and the day.
    """
    try:
        yield
    except FollowerDynamicsError:
        raise
    except Exception as error:
        for frame in reversed([frame for frame, _ in walk_tb(error.__traceback__)]):
            agent = frame.f_locals.get("self")
            ours = str(frame.f_globals.get("__name__")).startswith(f"{PACKAGE}.")
            if isinstance(agent, User) and not ours:
                method = frame.f_code.co_name
                kind = next((part for part in type(agent).__mro__ if method in vars(part)), type(agent)).__name__
                where = f"for user {agent.index} on day {day}"
                raise PluginError(f"{kind}.{method} raised {raised(error)} {where}", plugin=kind) from error
        raise


class MesaEngine:
    """Agents that act on the arrays of a world."""

    def __init__(self, world: World, model: "FollowerModel") -> None:
        self._world = world
        self._model = model
        self._parameters = world.parameters
        self._users: list[Any] = list(model.agents)
        self._creators = model.agents.select(agent_type=Creator)

    def adopt(self, parameters: Parameters) -> None:
        """Go by other parameters from now on."""
        self._parameters = parameters

    def post(self, day: int) -> None:
        """Creators make their weekly plans, and decide whether to post, how good it is and on what."""
        state = self._world.state
        self._model.today = begin_day(self._world, self._parameters, day)
        if self._model.today.p.minds_move:
            with naming(day):
                self._creators.shuffle_do("plan")
            if self._world.behaviour.own_strategies:
                check_weeks(day, state.creators, state.minds, self._world.behaviour.strategies)
            match_partners(state.creators, state.minds, day)
        with naming(day):
            self._creators.shuffle_do("post")

    def watch(self, day: int, tables: FeedTables) -> tuple[Events, DayTotals]:
        """Users watch, like and decide."""
        today, creators = self._model.today, self._world.state.creators
        today.tables = tables
        creators.views[:] = 0
        creators.likes[:] = 0
        creators.shares[:] = 0
        with naming(day):
            self._model.agents.shuffle_do("watch")
        audience_after(self._world.state.minds.audience, today.heard, creators.listening, today.p.minds.strategy)
        sums = np.array(today.factor_sums, dtype=np.int64)
        views, likes = int(creators.views.sum()), int(creators.likes.sum())
        decided = [d for _, by_user in sorted(today.decisions.items()) for d in by_user]
        return self._events(decided), DayTotals(today.sessions, views, likes, today.samples, sums)

    def _events(self, decisions: Sequence[Decision]) -> Events:
        events = room_for_events(self._world.state, len(decisions))
        for row, decision in enumerate(decisions):
            for name in Events._fields:
                getattr(events, name)[row] = getattr(decision, name)
        return events

    def settle(self, day: int, events: Events) -> None:
        """Decisions take effect."""
        state, follows = self._world.state, self._world.state.follows
        make_room(follows, events)
        for e in range(events.user.size):
            settle(e, day, state.users, state.creators, state.memory, follows.rows, follows.empty, events)

    def follow_back(self, day: int, events: Events) -> Events:
        """Creators decide whether to follow back creators who followed them."""
        today, state = self._model.today, self._world.state
        today.decisions, today.follow_sets = {}, {}
        answers: list[Decision] = []
        for user, creator, kind in zip(
            events.user.tolist(), events.creator.tolist(), events.kind.tolist(), strict=True
        ):
            fan, followed = self._users[user], self._users[int(state.creators.user[creator])]
            if kind == FOLLOW and fan.own_creator >= 0:
                with naming(day):
                    followed.follow_back(fan)
                answers += today.decisions.pop(followed.index, [])
        return self._events(answers)

    def take_in(self) -> None:
        """Creators take in the day's numbers."""
        creators, today = self._world.state.creators, self._model.today
        topic, hidden = creators.topics.argmax(axis=1), bool(today.p.feed.hide_follower_counts)
        today.usual = usual_following(creators.followers, topic, creators.topics.shape[1], hidden)
        with naming(today.day):
            self._creators.shuffle_do("take_in")
