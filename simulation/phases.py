"""The phases of a day, each a method of this name, as :data:`simulation.schedule.SCHEDULE` has them in order."""

import numpy as np

from simulation.acquaintances import acquaintances
from simulation.creators.acts import ACTS, open_books
from simulation.engines.base import DayTotals, Engine, World
from simulation.events import Events, join_events
from simulation.interventions import Intervention, apply_levers, is_act
from simulation.ledger import FIXED_POINT, room_for_events
from simulation.people import values_of
from simulation.planned import Planned
from simulation.platform.counts import show_counts
from simulation.platform.ranking import FeedTables, rank
from simulation.platform.trends import move_trends
from simulation.posts import lives_of
from simulation.records.recorder import Recorder
from simulation.renewal import closures, creators_at, renew, vacant
from simulation.schedule import SCHEDULE
from simulation.users.sharing import publish_all
from simulation.worlds import live, platform_view, world_view


class Phases(Planned):
    """A day, phase by phase: what the engine does, and what is the same whichever engine does it."""

    _engine: Engine
    _recorder: Recorder
    _tables: FeedTables
    _renewed: Events
    _day: tuple[Events, DayTotals]

    def _world(self) -> World:
        return World(self._state, self._parameters, self._behaviour, np.uint64(self.luck))

    def _live_a_day(self) -> None:
        for phase, _ in SCHEDULE:
            getattr(self, f"_{phase}")()
            self._live_own_phases(phase)
        self._state.day += 1

    def _live_own_phases(self, after: str) -> None:
        for phase in self._behaviour.phases:
            if phase.after == after:
                world = world_view(self._state, self._behaviour.columns, phase.writes, self.luck, phase.name)
                live(phase, world, values_of(phase, self._parameters))

    def _intervene(self) -> None:
        open_books(self._state.creators)
        due = [item for item in self.interventions if item.day == self._state.day]
        for item in due:
            if is_act(item.lever):
                self._act(item)
        if any(not is_act(item.lever) for item in due):
            self._parameters = apply_levers(self._parameters, due)
            self._engine.adopt(self._parameters)

    def _act(self, item: Intervention) -> None:
        state, own = self._state, {act.name: act for act in self._behaviour.acts}
        act = own[item.lever] if item.lever in own else ACTS[item.lever]
        who = act.on(item.creators, state.creators.user.size)
        if act.name in own:
            live(act, world_view(state, self._behaviour.columns, act.writes, self.luck, act.name), who, item.value)
        else:
            act.do(self._world(), who, item.value)

    def _renew(self) -> None:
        self._renewed = room_for_events(self._state, 0)
        places = vacant(self._state) if self._parameters.population.renewal else np.zeros(0, np.int64)
        if places.size:
            self._renewed = closures(self._state, places)
            self._engine.settle(self._state.day, self._renewed)
            self._recorder.before_closing(self._state, creators_at(self._state, places))
            renew(self._state, places, self._parameters, self.seed, self._behaviour)
        known = acquaintances(self._state, self.seed, self._parameters.population.acquaintance)
        if known.user.size:
            self._engine.settle(self._state.day, known)
            self._renewed = join_events([self._renewed, known])

    def _trends(self) -> None:
        if self._parameters.trends.moves:
            move_trends(self._state.trends, np.uint64(self.luck), self._state.day, self._parameters.trends)

    def _post(self) -> None:
        self._recorder.before_posting(self._state)
        self._engine.post(self._state.day)
        self._recorder.after_posting(self._state)

    def _rank(self) -> None:
        state = self._state
        show_counts(state.creators, state.posts, state.users.activity.size, state.day, self._parameters.feed)
        view = platform_view(self._state, self._behaviour.columns, self._parameters.feed)
        self._tables = rank(self.sources, view)

    def _watch(self) -> None:
        self._day = self._engine.watch(self._state.day, self._tables)

    def _settle(self) -> None:
        events, totals = self._day
        self._engine.settle(self._state.day, events)
        posts = self._state.posts
        publish_all(self._state.memory, posts.day, lives_of(posts, self._state.creators), self._state.day)
        self._day = join_events([self._renewed, events]), totals

    def _follow_back(self) -> None:
        if self._parameters.follow_back.moves:
            events, totals = self._day
            answers = self._engine.follow_back(self._state.day, events)
            self._engine.settle(self._state.day, answers)
            self._day = join_events([events, answers]), totals

    def _take_in(self) -> None:
        self._engine.take_in()

    def _record(self) -> None:
        events, totals = self._day
        if self._state.day >= 0:
            self._recorder.record_day(self._state, events, totals)
        if totals.samples > 0:
            self._state.reference[:] = totals.factor_sums / FIXED_POINT / totals.samples
