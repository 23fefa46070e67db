"""FollowerModel: the front door. A Mesa model whose day is a numbered schedule that either engine can simulate."""

import copy
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Self, cast

import mesa
import numpy as np

from simulation.acquaintances import acquaintances
from simulation.arguments import one_of
from simulation.at_rest import bring_to_rest
from simulation.checkpoints import read_checkpoint, write_checkpoint
from simulation.creators.acts import ACTS, open_books
from simulation.engines.agents import User
from simulation.engines.base import DayTotals, Engine, World, no_totals, rule_parameters, trials
from simulation.engines.compiled import CompiledEngine, check_threads
from simulation.engines.creator import Creator
from simulation.engines.mesa import MesaEngine, begin_day, make_agents
from simulation.engines.reporters import REPORTERS
from simulation.engines.today import Today
from simulation.errors import FollowerDynamicsError, ParameterError
from simulation.events import Events, join_events
from simulation.factors import FACTORS, Factor
from simulation.interventions import Intervention, apply_levers, is_act
from simulation.ledger import FIXED_POINT, room_for_events
from simulation.memory import free_dropped_models, remember
from simulation.parameters import Parameters
from simulation.people import values_of
from simulation.platform.counts import show_counts
from simulation.platform.feed import SOURCES, FeedSource
from simulation.platform.ranking import FeedTables, rank, source_names
from simulation.platform.trends import move_trends
from simulation.plugins import try_all
from simulation.population import build_state
from simulation.posts import lives_of
from simulation.randomness import check_seed
from simulation.records.by_hand import HandWatch
from simulation.records.provenance import build as build_provenance
from simulation.records.recorder import Recorder
from simulation.records.result import Result
from simulation.records.schema import RECORDS, Record
from simulation.renewal import closures, creators_at, renew, vacant
from simulation.same_bits import warn_once
from simulation.scenario import Scenario
from simulation.scenario_parts import type_with, with_single
from simulation.schedule import SCHEDULE
from simulation.social_graph import SocialGraph
from simulation.state import State
from simulation.users.sharing import publish_all
from simulation.worlds import live, platform_view, world_view

if TYPE_CHECKING:
    import networkx as nx

EngineName = Literal["compiled", "mesa"]


class FollowerModel(mesa.Model):
    """Follower dynamics on a short-video platform.

    Parameters
    ----------
    parameters
        :class:`Parameters`, or a mapping of dotted names to values, or None for the defaults.
    preset
        Name of a preset to start from; values in ``parameters``, if a mapping, come on top.
    seed
        Whole number from 0 to 2**64 - 1. The same parameters, graph and seed give the same history, bit for bit.
    rng
        Mesa's name for ``seed``, by which `mesa.batch_run` gives it to some subclasses.
    luck
        A second seed for what happens, when ``seed`` should fix only who is there (traits and social graph): worlds
        with the same population and different histories, as in Salganik, Dodds and Watts 2006. None: the same as
        ``seed``.
    engine
        "compiled" (loops over arrays) or "mesa" (agents one can read). May be changed between days.
    social_graph
        Any networkx graph, or a :class:`SocialGraph`; its nodes are the users. None generates one by
        ``parameters.social_graph``.
    factors, sources
        The factors of appeal and the weighted feed sources; add your own to ``FACTORS`` and ``SOURCES``.
    plugins
        Rules of deciding, columns and phases of your own, see :mod:`simulation.plugins`.
    creators
        Users (0..N-1) who create; None draws them.
    threads
        Threads of the compiled engine; None takes all cores. Changes the speed and nothing else.
    interventions
        What somebody changes on some day, see :class:`~simulation.interventions.Intervention`; mappings will do.
    record
        "daily": only the tables by day; "events": every follow and unfollow, too; "posts": every post, too.
    user_type, creator_type
        Agent classes of the Mesa engine.
    progress
        Called with the number of days just done before day 0, where ``population.burn_in`` asks for some.
    **values
        Single parameters by dotted name, on top of ``parameters``: the way `mesa.batch_run` hands over what it varies.

    Raises
    ------
    ParameterError, GraphError, FactorError
        Say which argument is wrong, and what would be right.

    Examples
    --------
    >>> model = FollowerModel({"population.users": 500, "population.creators": 60}, seed=1)
    >>> model.run_for(30)
    >>> print(model.result().causes())  # doctest: +SKIP
    """

    def __init__(
        self,
        parameters: Parameters | Mapping[str, object] | None = None,
        *,
        preset: str | None = None,
        seed: int = 0,
        rng: int | None = None,
        luck: int | None = None,
        engine: EngineName = "compiled",
        social_graph: "nx.Graph[Any] | SocialGraph | None" = None,
        factors: Sequence[Factor] = FACTORS,
        sources: Sequence[FeedSource] = SOURCES,
        plugins: Sequence[Any] = (),
        creators: Sequence[int] | None = None,
        threads: int | None = None,
        interventions: Iterable[Intervention | Mapping[str, object]] = (),
        record: Record = "events",
        user_type: type[User] = User,
        creator_type: type[Creator] = Creator,
        progress: Callable[[int], object] | None = None,
        **values: object,
    ) -> None:
        if rng is not None and seed != 0:
            raise ParameterError(f"seed = {seed!r} and rng = {rng!r} are two names of the same: give one of them")
        seed = check_seed(seed if rng is None else rng)
        free_dropped_models()
        super().__init__(rng=seed)
        one_of("record", record, RECORDS)
        warn_once()
        self._threads = check_threads(threads)
        self._scenario = Scenario(
            with_single(parameters, values, type_with(factors, plugins).known()),
            preset,
            seed,
            luck,
            social_graph,
            creators,
            factors,
            sources,
            cast("Sequence[Intervention]", interventions),
            user_type,
            creator_type,
            None if type(self) is FollowerModel else type(self),
            plugins=plugins,
        )
        self._graph = self.scenario.graph()
        self._parameters = self.scenario.parameters
        self.source_names = source_names(self.sources)
        chosen = None if self.scenario.creators is None else np.array(self.scenario.creators, dtype=np.int64)
        self._behaviour = self.scenario.behaviour
        self._state = build_state(self._parameters, seed, self._graph, self._behaviour, chosen)
        try_all(trials(self._state, self._behaviour, rule_parameters(self._parameters, self._behaviour)))
        self._hands = HandWatch(self._state)
        self._today: Today | None = None
        self._tables: FeedTables
        self._renewed = room_for_events(self._state, 0)
        self._day: tuple[Events, DayTotals] = room_for_events(self._state, 0), no_totals(len(self.factors))
        self._networkx: nx.Graph[Any] | None = None
        self._seconds = 0.0
        self._started = datetime.now(UTC)
        names = tuple(factor.name for factor in self.factors)
        self._recorder = Recorder(
            names,
            self.source_names,
            record=record,
            columns=self._behaviour.columns,
            strategies=self._behaviour.strategy_names,
            reasons=self._parameters.leaving.unfollow_rule == "reasons",
        )
        self.datacollector = mesa.DataCollector(model_reporters=REPORTERS)
        with self._hands.working():
            self.engine = engine
            if self._state.day < 0:
                self._come_to_rest(progress)
            self.datacollector.collect(self)  # row 0 is the start, row d the state after d days, as Mesa's users expect
        remember(self)

    def __setstate__(self, state: dict[str, Any]) -> None:
        """A copy of a model counts among those that hold memory, like one that was made."""
        self.__dict__.update(state)
        free_dropped_models()
        remember(self)

    # What it is of ----------------------------------------------------------------------------------------------

    @property
    def scenario(self) -> Scenario:
        """Everything that decides its history, as planned up to now."""
        return self._scenario

    @scenario.setter
    def scenario(self, value: object) -> None:
        # from 3.5 on, mesa.Model.__init__ sets one of its own kind, for which there is no use here
        if hasattr(self, "_scenario"):
            raise AttributeError("a model's scenario cannot be set: make another model, or plan(interventions)")

    @property
    def seed(self) -> int:
        """Seed of who is there."""
        return self.scenario.seed

    @property
    def luck(self) -> int:
        """Seed of what happens."""
        return self.scenario.seed if self.scenario.luck is None else self.scenario.luck

    @property
    def preset(self) -> str | None:
        """Name of the preset the parameters start from."""
        return self.scenario.preset

    @property
    def factors(self) -> tuple[Factor, ...]:
        """The factors of appeal."""
        return tuple(self.scenario.factors)

    @property
    def sources(self) -> tuple[FeedSource, ...]:
        """The feed sources."""
        return tuple(self.scenario.sources)

    @property
    def strategy_names(self) -> tuple[str, ...]:
        """Names of the strategies by number."""
        return self._behaviour.strategy_names

    @property
    def initial_parameters(self) -> Parameters:
        """Parameters as the run started with them."""
        return self.scenario.parameters

    @property
    def parameters(self) -> Parameters:
        """Parameters in force: as at the start, with the levers that interventions have moved."""
        return self._parameters

    @property
    def interventions(self) -> tuple[Intervention, ...]:
        """What is changed in the middle of the run, by day."""
        return tuple(self.scenario.interventions)

    def plan(self, interventions: Iterable[Intervention | Mapping[str, object]]) -> None:
        """Set what is changed on the days still to come, in place of what was planned for them.

        Raises
        ------
        ParameterError
            If one is not allowed, or on a day that is over; the plan stays as it was.
        """
        past = [item for item in self.interventions if item.day < self.day]
        planned = self.scenario.replace(interventions=[*past, *interventions])
        late = next((item for item in planned.interventions[len(past) :] if item.day < self.day), None)
        if late is not None:
            raise ParameterError(f"the intervention '{late}' is on day {late.day}, which is over: {self.day} days are")
        self._scenario = planned

    def branch(self, interventions: Iterable[Intervention | Mapping[str, object]] = ()) -> Self:
        """A copy of the world as it stands, with a future of its own; where both do the same, both draw the same.

        Parameters
        ----------
        interventions
            Of the copy, on days still to come, in place of what was planned for them.

        Raises
        ------
        ParameterError
            If one is not allowed, or on a day that is over.
        """
        world = copy.deepcopy(self)
        world.plan(interventions)
        return world

    @property
    def state(self) -> State:
        """All arrays; what is changed in them by hand between two days is said in the provenance."""
        self._hands.look()
        return self._state

    # Engines and agents -----------------------------------------------------------------------------------------

    @property
    def engine(self) -> EngineName:
        """Name of the engine that simulates the next day; may be set on any day."""
        return self._engine_name

    @engine.setter
    def engine(self, name: EngineName) -> None:
        one_of("engine", name, ("compiled", "mesa"))
        if name == "compiled" and self._types() != (User, Creator):
            raise ParameterError(
                "agent classes of your own run on engine='mesa' only: compiled loops know nothing of them"
            )
        world = self._world()
        self._engine_name: EngineName = name
        self._engine: Engine = CompiledEngine(world, self._threads) if name == "compiled" else MesaEngine(world, self)

    def _world(self) -> World:
        return World(self._state, self._parameters, self._behaviour, np.uint64(self.luck))

    @property
    def agents(self) -> mesa.agent.AgentSet:
        """All users as agents; made when first asked for, since compiled loops do without."""
        self._hands.look()
        if not self.agent_types:
            make_agents(self, *self._types())
        return super().agents

    def _types(self) -> tuple[type[User], type[Creator]]:
        return self.scenario.user_type, self.scenario.creator_type

    @property
    def agents_by_type(self) -> dict[type[mesa.Agent], mesa.agent.AgentSet]:
        """Agents by class."""
        return super().agents_by_type if self.agents else {}

    @property
    def today(self) -> Today:
        """What agents share on the day that comes next, or that is being simulated."""
        self._hands.look()
        if self._today is None or self._today.day != self._state.day:
            self._today = begin_day(self._world(), self._parameters, self._state.day)
        return self._today

    @today.setter
    def today(self, today: Today) -> None:
        self._today = today

    # Time -------------------------------------------------------------------------------------------------------

    @property
    def day(self) -> int:
        """Days simulated so far."""
        return self._state.day

    def step(self) -> None:
        """Simulate one day: the phases of :data:`SCHEDULE`, in order."""
        began = time.perf_counter()
        with self._hands.simulating():
            self._live_a_day()
            self._seconds += time.perf_counter() - began
            self.datacollector.collect(self)

    def run_for(self, days: int, *, progress: Callable[[int], object] | None = None) -> None:
        """Simulate some days; ``progress`` is called with the number of days just done.

        Raises
        ------
        ParameterError
            If ``days`` is not a whole number of at least 0.
        FollowerDynamicsError
            If an error ended an earlier day: from Mesa 3.5 on, a model does not step any more after that.
        """
        if isinstance(days, bool) or not isinstance(days, int | np.integer) or days < 0:
            raise ParameterError(f"days = {days!r} must be a whole number of at least 0", parameter="days", value=days)
        alone = progress is None and type(self).step is FollowerModel.step
        with self._hands.simulating() if alone else nullcontext():
            for _ in range(days):
                before = self.day
                self.step()
                if self.day == before:
                    raise FollowerDynamicsError(
                        f"an error ended day {before}; make the model again, or resume a checkpoint"
                    )
                if progress is not None:
                    progress(1)

    def _come_to_rest(self, progress: Callable[[int], object] | None) -> None:
        """Simulate the days before day 0, by compiled loops where these know all that acts: the history is the same."""
        engine = self._engine_name
        if self._types() == (User, Creator):
            self.engine = "compiled"

        def live_a_day() -> None:
            self._live_a_day()
            if progress is not None:
                progress(1)

        bring_to_rest(self.scenario, self._state, live_a_day)
        self.engine = engine  # made anew for the state that was put in place

    def _live_a_day(self) -> None:
        for phase, _ in SCHEDULE:
            getattr(self, f"_{phase}")()
            self._live_own_phases(phase)
        self._state.day += 1

    # Phases -----------------------------------------------------------------------------------------------------

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

    # Checkpoints ------------------------------------------------------------------------------------------------

    def save_checkpoint(self, path: str | Path) -> Path:
        """Write all that is needed to go on later to a folder. See :func:`simulation.checkpoints.write_checkpoint`."""
        return write_checkpoint(self, path)

    @classmethod
    def from_checkpoint(
        cls,
        path: str | Path,
        *,
        engine: EngineName | None = None,
        threads: int | None = None,
        code: str | Path | None = None,
        factors: Sequence[Factor] | None = None,
        sources: Sequence[FeedSource] | None = None,
        user_type: type[User] | None = None,
        creator_type: type[Creator] | None = None,
    ) -> Self:
        """The model that :meth:`save_checkpoint` wrote. See :func:`simulation.checkpoints.read_checkpoint`."""
        given = {"factors": factors, "sources": sources, "user_type": user_type, "creator_type": creator_type}
        return read_checkpoint(cls, path, engine, threads, code=code, **given)

    # What came out ----------------------------------------------------------------------------------------------

    @property
    def totals(self) -> DayTotals:
        """Counts of the latest day."""
        return self._day[1]

    @property
    def events(self) -> Events:
        """Follows and unfollows of the latest day."""
        return self._day[0]

    @property
    def social_graph(self) -> "nx.Graph[Any]":
        """The social graph as a networkx graph, made when first asked for."""
        if self._networkx is None:
            self._networkx = self._graph.to_networkx()
        return self._networkx

    def follow_graph(self, day: int | None = None) -> "nx.DiGraph[int]":
        """Who follows whom at the end of a day (None: now), as a networkx DiGraph over users."""
        return self.result().follow_graph(day)

    def result(self) -> Result:
        """Everything recorded so far; the model may go on afterwards."""
        return Result.from_run(self._recorder, self._state, self._graph, self.initial_parameters, self.provenance())

    def provenance(self) -> dict[str, Any]:
        """The scenario as plain values, and what it ran on."""
        self._hands.compare()
        description = self.scenario.description(self._graph, self._state.creators.user)
        return build_provenance(
            {**description, "changed_by_hand": list(self._hands.days)},
            engine=self._engine_name,
            threads=self._threads,
            days=self._state.day,
            seconds=self._seconds,
            started=self._started,
        )
