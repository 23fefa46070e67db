"""What an engine does on a day, and what it is told."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from simulation.columns import Column, creator_columns, own_reader
from simulation.creators.strategies import MODEL_STRATEGIES
from simulation.events import Events
from simulation.factors import FACTORS, sample_encounters
from simulation.parameters import Parameters
from simulation.people import factor_sections, values_of
from simulation.platform.ranking import FeedTables
from simulation.plugins import Behaviour, Decisions, Trial, sample_arguments, sample_standings
from simulation.state import State, locked


class RuleParameters(NamedTuple):
    """Parameters as the rules read them: one named tuple for each section."""

    session: Any
    decision: Any
    leaving: Any
    change: Any
    posting: Any
    minds: Any
    minds_move: bool
    follow_back: Any
    wellbeing: Any
    departure_rate: float
    feed: Any
    identity_scale: float
    factors: tuple[Any, ...]
    rules: Decisions  # parameters of rules of one's own
    strategies: tuple[Any, ...]  # parameters of strategies by number


def rule_parameters(parameters: Parameters, behaviour: Behaviour) -> RuleParameters:
    """Parameters as the rules read them."""
    sections = ("session", "decision", "leaving", "change", "posting", "minds", "follow_back", "wellbeing", "feed")
    return RuleParameters(
        **{name: getattr(parameters, name).values() for name in sections},
        minds_move=parameters.creators.minds == "on",
        departure_rate=float(parameters.population.departure_rate),
        identity_scale=float(parameters.users.identity_scale),
        factors=tuple(section.values() for section in factor_sections(behaviour.factors, parameters)),
        rules=behaviour.decisions(lambda rule: values_of(rule, parameters)),
        strategies=(
            *(parameters.minds.strategy.values() for _ in MODEL_STRATEGIES),
            *(values_of(strategy, parameters) for strategy in behaviour.own_strategies),
        ),
    )


def trials(state: State, behaviour: Behaviour, p: RuleParameters) -> Iterator[Trial]:
    """Every function of a model that is not the package's, with arguments to try it with, the same each time."""
    of_all, of_creators = locked(state.users.own), locked(state.creators.own)

    def own(columns: tuple[Column, ...]) -> Any:
        return own_reader(columns)(of_all, 0, of_creators, 0, state.follows.rows.own, -1)

    rules = behaviour.decisions(lambda rule: rule)
    pairs = [pair for pair in zip(behaviour.factors, p.factors, strict=True) if pair[0] not in FACTORS]
    for kind, values in zip(rules, p.rules, strict=True):
        pairs += zip(kind, values, strict=True)
    if pairs:
        encounters = sample_encounters(state.users.activity.size, state.creators.user.size, own(behaviour.columns))
        of_users = own(tuple(column for column in behaviour.columns if column.of == "users"))
        for plugin, values in pairs:
            for arguments in sample_arguments(plugin, values, encounters, of_users):
                yield plugin, plugin.rule, arguments
    for strategy, values in zip(behaviour.own_strategies, p.strategies[len(MODEL_STRATEGIES) :], strict=True):
        for standing in sample_standings(creator_columns(behaviour.columns)(of_creators, 0)):
            yield strategy, strategy.plan, (standing, values)
            yield strategy, strategy.may, (standing, values)


@dataclass
class DayTotals:
    """Counts of a day's watching. Sums over users are whole numbers, so no order of summing matters."""

    sessions: int
    views: int
    likes: int
    samples: int  # sessions whose first post was taken into the factor sums
    factor_sums: NDArray[np.int64]  # (F,) factor values of those posts, in units of 2**-32


def no_totals(factors: int) -> DayTotals:
    """Totals before anything happened."""
    return DayTotals(0, 0, 0, 0, np.zeros(factors, dtype=np.int64))


class Engine(Protocol):
    """One way to simulate a day. Phases are called in the order of the model's schedule."""

    def adopt(self, parameters: Parameters) -> None:
        """Go by other parameters from now on: a lever was moved."""
        ...

    def post(self, day: int) -> None:
        """Creators make their weekly plans, and decide whether to post, how good it is and on what."""
        ...

    def watch(self, day: int, tables: FeedTables) -> tuple[Events, DayTotals]:
        """Users watch, like and decide; nothing that others read changes."""
        ...

    def settle(self, day: int, events: Events) -> None:
        """Decisions take effect: follow rows and follower counts."""
        ...

    def follow_back(self, day: int, events: Events) -> Events:
        """Creators decide whether to follow back creators who followed them in these events."""
        ...

    def take_in(self) -> None:
        """Creators take in the day's numbers."""
        ...


@dataclass(frozen=True)
class World:
    """What an engine works on."""

    state: State
    parameters: Parameters
    behaviour: Behaviour
    luck: np.uint64  # seed of everything that happens
