"""What a researcher brings: rules of deciding, columns, phases of the day; each one object of one file or cell.

A plug-in has a name, and parameters under that name: those of ``FollowRule("contagion", ...)`` are set, swept and
recorded as ``contagion.times``, like all others. Factors and feed sources are plug-ins too, and stand in lists of their
own; so do agent classes, which run in the Mesa engine only.
"""

import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

import numpy as np

from simulation.columns import Column
from simulation.compiling import is_ours, rule
from simulation.creators.acts import Act
from simulation.creators.strategies import LIMITS, MODEL_STRATEGIES, STRATEGIES, Standing, Strategy, is_open, planned
from simulation.creators.strategy import FREE
from simulation.declare import PlugIn, Section, asked
from simulation.errors import PluginError
from simulation.factors import try_out
from simulation.factors.base import MEMORY_FIELDS, Encounter, Factor, FactorRule
from simulation.randomness import stream_of
from simulation.worlds import Phase, check_writes


class Choice(NamedTuple):
    """What somebody decides on, beside the encounter: everything else that a rule of deciding may read."""

    chance: float  # the probability so far: by the model's own rule, or by the plug-in before this one
    luck: float  # a number in [0, 1) that belongs to this rule, this user, this creator and this day
    appeal: float  # of the creator's latest post to this user
    satisfaction: float  # running mean of what a followed creator's posts were worth; the appeal where there is no tie
    aspiration: float  # appeal that the user has come to expect of the feed
    load: float  # creators followed, as a share of those the user can care for
    mutual: int  # 1 where the user creates and the creator follows back
    eagerness: float  # log-odds that the user adds to every follow
    mood: float
    fomo: float


class Opening(NamedTuple):
    """What somebody decides on who may open the app today."""

    user: int
    day: int
    chance: float  # the probability so far
    luck: float  # a number in [0, 1) that belongs to this rule, this user and this day
    activity: float  # probability of a session on a day, as a trait
    load: float
    mood: float
    fomo: float
    use: float  # posts/day, running mean of posts seen
    account_age: int  # days since the user joined
    own: Any  # columns of one's own of the user, by name


@dataclass(frozen=True)
class DecisionRule(PlugIn):
    """A rule that decides with a probability, in place of the model's own or on top of it.

    Parameters
    ----------
    name
        A Python identifier, unique among the plug-ins of a model.
    rule
        ``rule(encounter, choice, p) -> float`` in [0, 1], pure, of what an :class:`Encounter` and a :class:`Choice`
        tell; written like the rule of a factor. ``choice.chance`` is what the model's own rule gives. Where several
        rules decide the same, each gets what the one before it gave.
    parameters
        Default parameters; ``p`` has their names.

    Raises
    ------
    PluginError
        If the name is no identifier, or the rule takes other arguments.

    Examples
    --------
    >>> hesitant = FollowRule("hesitant", lambda encounter, choice, p: 0.5 * choice.chance)
    """

    name: str
    rule: Callable[..., float]
    parameters: Section | None = None
    decides: ClassVar[str]
    takes: ClassVar[tuple[str, ...]] = ("encounter", "choice", "p")

    def __post_init__(self) -> None:
        check_name(self)
        wanted = len(self.takes)
        if not callable(self.rule) or len(inspect.signature(self.rule).parameters) != wanted:
            raise PluginError(
                f"{self.told}: its rule must be a function of ({', '.join(self.takes)})", plugin=self.name
            )
        check_section(self)
        rule(self.rule)  # so that a function from a notebook cell compiles without being marked
        self.announce()

    @property
    def told(self) -> str:
        """What it is, in words."""
        return f"{self.decides} rule {self.name!r}"

    @property
    def stream(self) -> int:
        """The stream of its random numbers."""
        return stream_of(self.name)


class LikeRule(DecisionRule):
    """Whether a post is liked."""

    decides = "like"


class FollowRule(DecisionRule):
    """Whether a creator is followed whose post was seen."""

    decides = "follow"


class UnfollowRule(DecisionRule):
    """Whether a followed creator is left when the tie is reconsidered."""

    decides = "unfollow"


class WatchRule(DecisionRule):
    """Whether the app is opened today: ``rule(opening, p)``, see :class:`Opening`."""

    decides = "watch"
    takes = ("opening", "p")


class Decisions(NamedTuple):
    """Something for each rule of one's own, by what it decides."""

    watch: tuple[Any, ...]
    like: tuple[Any, ...]
    follow: tuple[Any, ...]
    unfollow: tuple[Any, ...]


class Rules(NamedTuple):
    """What compiled loops are made of: not the values of parameters, which change without compiling anew."""

    factors: tuple[FactorRule, ...]
    columns: tuple[Column, ...]
    decisions: Decisions  # of names and rules

    @property
    def functions(self) -> list[tuple[str, Callable[..., float]]]:
        """All functions, by what they are to the loops."""
        found = [("factor", rule) for rule in self.factors]
        for kind, named in zip(Decisions._fields, self.decisions, strict=True):
            found += [(f"{kind} {name}", rule) for name, rule in named]
        return found


@dataclass(frozen=True)
class Behaviour:
    """All that decides in a model and may be somebody's own: what engines make their loops of."""

    factors: tuple[Factor, ...]
    columns: tuple[Column, ...] = ()
    rules: tuple[DecisionRule, ...] = ()
    phases: tuple[Phase, ...] = ()
    acts: tuple[Act, ...] = ()
    own_strategies: tuple[Strategy, ...] = ()
    agents: tuple[type, ...] = ()

    def decisions(self, found: Callable[[DecisionRule], Any]) -> Decisions:
        """What is found for each rule, by what it decides, in order."""
        return Decisions(*(tuple(found(r) for r in self.rules if r.decides == kind) for kind in Decisions._fields))

    @property
    def loops(self) -> Rules:
        """What compiled loops are made of."""
        rules = self.decisions(lambda found: (found.name, found.rule))
        return Rules(tuple(factor.rule for factor in self.factors), self.columns, rules)

    @property
    def strategies(self) -> tuple[Strategy, ...]:
        """All strategies by number: the model's own, then one's own."""
        return (*MODEL_STRATEGIES, *self.own_strategies)

    @property
    def strategy_names(self) -> tuple[str, ...]:
        """Their names."""
        return tuple(strategy.name for strategy in self.strategies)

    @property
    def remembers(self) -> bool:
        """Whether anything reads what users remember of what they have seen."""
        rules: list[Factor | DecisionRule] = [*self.factors, *self.rules]
        theirs = {part for kind in self.agents for part in kind.__mro__ if not is_ours(part)}
        methods = (method for part in theirs for method in vars(part).values())
        return any(map(reads_memory, [*(item.rule for item in rules), *filter(callable, methods)]))


def reads_memory(function: Callable[..., Any]) -> bool:
    """Whether a function, or one that it calls by a global name, reads what the memory of a user gives."""
    waiting, met = [function], set[int]()
    while waiting:
        found = inspect.unwrap(waiting.pop())
        code = getattr(found, "__code__", None)
        if code is None or id(code) in met:
            continue
        met.add(id(code))
        if not set(MEMORY_FIELDS).isdisjoint(code.co_names):
            return True
        names = getattr(found, "__globals__", {})
        waiting += [names[name] for name in code.co_names if callable(names.get(name))]
        waiting += [cell.cell_contents for cell in found.__closure__ or () if callable(cell.cell_contents)]
    return False


Trial = tuple[Any, Callable[..., Any], tuple[Any, ...]]
"""A plug-in, a function of it, and arguments to try this with."""


def sample_standings(own: Any) -> list[Standing]:
    """Creators to try strategies with, the same each time; ``own`` are columns of one's own of a creator."""
    luck = np.random.default_rng(1)
    names = [name for name, kind in Standing.__annotations__.items() if kind is float and name != "mood"]
    counts = {"creator": 3, "day": 20, "account_age": 20, "followers": 1000, "mood": -0.5, "own": own}
    return [Standing(**counts, **dict(zip(names, luck.random(len(names)).tolist(), strict=True))) for _ in range(4)]


def try_strategy(strategy: Strategy, arguments: tuple[Any, ...]) -> None:
    """Try a strategy on some creator, as a guard against slips in one just written.

    Raises
    ------
    PluginError
        If it raises, plans what is no week, or something else the second time.
    """
    first, second = planned(strategy, *arguments), planned(strategy, *arguments)
    for name, value in first._asdict().items():
        low, high = LIMITS[name]
        if not low <= value <= high and is_open(strategy, *arguments):
            raise PluginError(
                f"{strategy.told} plans {name} = {value!r} for creator {arguments[0].creator} on day "
                f"{arguments[0].day}: it must lie in [{low:g}, {high:g}]",
                plugin=strategy.name,
            )
    if first != second or is_open(strategy, *arguments) != is_open(strategy, *arguments):
        raise PluginError(
            f"{strategy.told} is not pure: {first!r}, then {second!r} for {arguments[0]}", plugin=strategy.name
        )


def sample_arguments(
    plugin: Factor | DecisionRule, values: Any, encounters: Sequence[Encounter], own: Any
) -> Iterator[tuple[Any, ...]]:
    """Arguments to try the rule of a factor or of a decision with, the same each time.

    ``own`` are columns of one's own of a user.
    """
    luck = np.random.default_rng(1)
    for met in encounters:
        chance, lot, appeal, felt, hoped, load, eager, mood, fomo = luck.random(9).tolist()
        if isinstance(plugin, WatchRule):
            yield (
                Opening(met.user, met.day, chance, lot, felt, load, mood, fomo, 20.0 * hoped, met.account_age, own),
                values,
            )
        elif isinstance(plugin, DecisionRule):
            yield met, Choice(chance, lot, appeal, felt, hoped, 2.0 * load, met.following, eager, mood, fomo), values
        else:
            yield met, values


def try_rule(plugin: DecisionRule, arguments: tuple[Any, ...]) -> None:
    """Try a rule on some arguments, as a guard against slips in a rule just written.

    Raises
    ------
    PluginError
        If it raises, gives no probability, or something else the second time.
    """
    where = f"for {arguments[:-1]}"
    first, second = decided(plugin, arguments, where), decided(plugin, arguments, where)
    if first != second:
        raise PluginError(f"{plugin.told} is not pure: {first!r}, then {second!r} {where}", plugin=plugin.name)


def try_all(trials: Iterable[Trial]) -> None:
    """Try every factor, rule and strategy of one's own, before the first day.

    Raises
    ------
    FactorError, PluginError
        If one raises, or gives what it may not; names it.
    """
    for plugin, _, arguments in trials:
        if isinstance(plugin, DecisionRule):
            try_rule(plugin, arguments)
        elif isinstance(plugin, Strategy):
            try_strategy(plugin, arguments)
        else:
            try_out(plugin, arguments)


def behaviour_of(factors: Iterable[Factor], plugins: Iterable[object] = (), agents: Iterable[type] = ()) -> Behaviour:
    """Factors, plug-ins and agent classes of one's own, sorted by what they are."""
    given = tuple(plugins)
    return Behaviour(
        tuple(factors),
        tuple(item for item in given if isinstance(item, Column)),
        tuple(item for item in given if isinstance(item, DecisionRule)),
        tuple(item for item in given if isinstance(item, Phase)),
        tuple(item for item in given if isinstance(item, Act)),
        tuple(item for item in given if isinstance(item, Strategy)),
        tuple(agents),
    )


def checked_plugins(plugins: object, taken: Iterable[str]) -> tuple[Any, ...]:
    """Plug-ins as they were given, with different names, none of which is another's.

    Parameters
    ----------
    plugins
        A sequence of them.
    taken
        Names that they may not have: tables of parameters, factors, feed sources.

    Raises
    ------
    PluginError
        If they are anything else.
    """
    found: tuple[Any, ...] = tuple(plugins) if isinstance(plugins, Iterable) else (plugins,)
    known, names = {*taken, *STRATEGIES, FREE}, set[str]()
    for item in found:
        if not isinstance(item, KINDS):
            kinds = ", ".join(kind.__name__ for kind in KINDS if kind is not DecisionRule)
            told = f"the class {item.__name__}" if isinstance(item, type) else repr(item)
            raise PluginError(f"{told} is no plug-in: it must be one of {kinds} or a rule such as FollowRule")
        if item.name in known:
            raise PluginError(
                f"plug-in {item.name!r}: the model has a {item.name!r} of its own; choose another name",
                plugin=item.name,
            )
        if item.name in names:
            raise PluginError(f"plug-in {item.name!r} is there twice: plug-ins need different names", plugin=item.name)
        check_name(item)
        check_section(item)
        if isinstance(item, Act):
            check_writes(item)
        names.add(item.name)
    return found


KINDS: tuple[Any, ...] = (DecisionRule, Strategy, Column, Phase, Act)


def check_name(plugin: Any) -> None:
    """Refuse a name that could not stand in front of parameters."""
    if not isinstance(plugin.name, str) or not plugin.name.isidentifier() or plugin.name.startswith("_"):
        raise PluginError(f"plug-in {plugin.name!r}: a name must be a Python identifier, for example 'contagion'")


def check_section(plugin: Any) -> None:
    """Refuse parameters that were not declared."""
    section = getattr(plugin, "parameters", None)
    if section is not None and not isinstance(section, Section):
        raise PluginError(
            f"plug-in {plugin.name!r}: its parameters must be a Section, not {type(section).__name__}",
            plugin=plugin.name,
        )


def probability(plugin: Any, given: Any, where: str) -> float:
    """What a rule gave, if it is a probability.

    Raises
    ------
    PluginError
        If it is not; names the plug-in and the place.
    """
    if isinstance(given, int | float | np.floating) and 0.0 <= given <= 1.0:
        return float(given)
    raise PluginError(f"{plugin.told} gave {given!r} {where}: a probability lies in [0, 1]", plugin=plugin.name)


def decided(plugin: DecisionRule, arguments: tuple[Any, ...], where: str) -> float:
    """The probability that a rule gives, in Python.

    Raises
    ------
    PluginError
        If it raises, or gives no probability; names it and the place.
    """
    return probability(plugin, asked(plugin, plugin.rule, arguments, where), where)


def sections_of(
    factors: Iterable[Factor], plugins: Iterable[Any], builtin: Mapping[str, Factor]
) -> tuple[tuple[str, Section], ...]:
    """Parameters that plug-ins bring, by the dotted name of their table; ``builtin`` are the model's own factors."""
    ours = {name: type(factor.parameters) for name, factor in builtin.items()}
    own = [
        (f"factors.{factor.name}", factor.parameters)
        for factor in factors
        if ours.get(factor.name) is not type(factor.parameters)
    ]
    return (*own, *((item.name, item.parameters) for item in plugins if getattr(item, "parameters", None) is not None))
