"""What a scenario is made of, checked as it is given: parameters and sizes, factors, sources, creators, models."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

import numpy as np

from simulation.creators.acts import ACTS, Act
from simulation.creators.strategies import Strategy
from simulation.declare import Declaration
from simulation.errors import FactorError, ParameterError
from simulation.factors import Factor
from simulation.interventions import Intervention, fitted, settings_by_day
from simulation.parameters import KNOWN, Parameters, unknown
from simulation.people import parameters_type
from simulation.platform.feed import FeedSource
from simulation.platform.ranking import source_shares
from simulation.presets import preset as preset_parameters
from simulation.scenario_file import of_factors
from simulation.social_graph import SocialGraph
from simulation.traits import PopulationParameters

Values = Parameters | Mapping[str, object]


def type_with(factors: object, plugins: object) -> type[Parameters]:
    """The type of the parameters of a model with these factors and plug-ins, which are checked."""
    return parameters_type(checked_factors(factors), tuple(cast("Iterable[Any]", plugins)))


def parameters_from(given: Values | None, preset: str | None, kind: type[Parameters] = Parameters) -> Parameters:
    """Parameters out of what was given, on top of a preset, before any size is set.

    Raises
    ------
    ParameterError
        If both are whole parameters, a name is unknown, or a value is not allowed.
    """
    values = given_values(given, preset, None, kind.known())
    return kind().with_values({**({} if preset is None else preset_parameters(preset).set_values()), **values})


def with_single(
    given: Parameters | Mapping[str, object] | None, values: Mapping[str, object], known: Mapping[str, Declaration]
) -> Any:
    """What was given as parameters, with single ones, by dotted name, on top."""
    for name in values:
        if name not in known:
            error = unknown(name, known)
            raise error.said(f"{error} (and FollowerModel takes no argument of that name)")
        if isinstance(given, Mapping) and name in given:
            raise ParameterError(f"{name} is given twice: among the parameters, and by itself")
    if isinstance(given, Parameters):
        return given.with_values(values)
    return {**given, **values} if isinstance(given, Mapping) and values else given or dict(values)


def given_values(
    given: object, preset: str | None, factors: set[str] | None, known: Mapping[str, Declaration] = KNOWN
) -> dict[str, object]:
    """What was set, by dotted name; of factors that are there, if that is known."""
    if isinstance(given, Parameters):
        if preset is not None:
            raise ParameterError("give either a preset or whole Parameters; values on top of a preset go in a mapping")
        # Whole parameters have those of all factors, whether the model has them or not.
        return {
            name: value for name, value in given.set_values().items() if factors is None or of_factors(name, factors)
        }
    if given is None:
        return {}
    if not isinstance(given, Mapping):
        piece = isinstance(given, str | tuple)  # what one meets when going through a mapping or Parameters
        hint = '; mesa.batch_run takes a list of them, as in {"parameters": [{...}, {...}]}' if piece else ""
        raise ParameterError(
            f"parameters must be Parameters or a mapping of names to values, not {type(given).__name__}{hint}"
        )
    for name in given:
        if name not in known:
            raise unknown(str(name), known)
        if factors is not None and not of_factors(name, factors):
            raise ParameterError(f"{name} is set, but the model has no factor {name.split('.')[1]!r}")
    return dict(given)


def sized_parameters(
    values: Mapping[str, object], preset: str | None, graph: SocialGraph | None, kind: type[Parameters] = Parameters
) -> Parameters:
    """All parameters, sizes in agreement with a graph that is given.

    Creators who are not set keep their share of the users.
    """
    parameters = parameters_from(values, preset, kind)
    population, sizes = parameters.population, {}
    if graph is not None:
        wanted = values.get("population.users", graph.users)
        if wanted != graph.users:
            raise ParameterError(
                f"population.users = {wanted} but the social graph has {graph.users} users: leave it out"
            )
        sizes["population.users"] = graph.users
    users = sizes.get("population.users", population.users)
    if "creators" not in population.model_fields_set:
        default = PopulationParameters()
        sizes["population.creators"] = max(1, round(default.creators * users / default.users))
    elif population.creators == 0:
        sizes["population.creators"] = int(users)
    return parameters.with_values(sizes).resolved()


def checked_factors(factors: object) -> tuple[Factor, ...]:
    """Factors as they were given, at least one, with different names.

    Raises
    ------
    FactorError
        If they are anything else.
    """
    found = tuple(factors) if isinstance(factors, Iterable) else ()
    if not found or not all(isinstance(factor, Factor) for factor in found):
        raise FactorError("factors must be a sequence of at least one Factor, for example [*FACTORS, mine]")
    names = [factor.name for factor in found]
    if len(set(names)) < len(names):
        raise FactorError(f"factors must have different names, not {names}")
    return found


def checked_sources(sources: object) -> tuple[FeedSource, ...]:
    """Feed sources as they were given.

    Raises
    ------
    ParameterError
        If they are anything else.
    """
    found = tuple(sources) if isinstance(sources, Iterable) else (None,)
    if not all(isinstance(source, FeedSource) for source in found):
        raise ParameterError("sources must be a sequence of FeedSource, for example [*SOURCES, mine]")
    return cast("tuple[FeedSource, ...]", found)


def checked_model(kind: object) -> Any:
    """A class of models; None for the package's own."""
    import simulation

    if not (isinstance(kind, type) and issubclass(kind, simulation.FollowerModel)):
        raise ParameterError(f"model_type = {kind!r} is no class of models: derive it from FollowerModel")
    return None if kind is simulation.FollowerModel else kind


def checked_creators(creators: object, users: int) -> tuple[int, ...]:
    """Which users create, rising.

    Raises
    ------
    ParameterError
        If they are no different users from 0 to ``users`` - 1, or none.
    """
    chosen = np.array(list(creators) if isinstance(creators, Iterable) else [])
    sorted_ids = np.unique(chosen)
    whole = chosen.ndim == 1 and chosen.size > 0 and np.issubdtype(chosen.dtype, np.integer)
    if not whole or sorted_ids.size < chosen.size or sorted_ids[0] < 0 or sorted_ids[-1] >= users:
        raise ParameterError(f"creators must be different users from 0 to {users - 1}, whole numbers, at least one")
    return tuple(sorted_ids.tolist())


def fitted_levers(
    interventions: Iterable[Intervention], parameters: Parameters, plugins: Iterable[Any]
) -> tuple[Intervention, ...]:
    """Interventions as these parameters and plug-ins have their levers, acts and strategies.

    Raises
    ------
    ParameterError
        If one is of a plug-in that is not there, or its value is not allowed.
    """
    brought = {item.name: item for item in plugins if isinstance(item, Act | Strategy)}
    there = {*parameters.known(), *ACTS, *brought}
    found = []
    for item in interventions:
        if item.lever not in there:
            raise ParameterError(
                f"the intervention '{item}' needs {item.lever}, whose plug-in is not among the factors and plugins",
                parameter=item.lever,
            )
        if item.lever == "keep_strategy" and item.value not in {*ACTS[item.lever].choices, *brought}:
            raise ParameterError(
                f"the intervention '{item}' needs strategy {item.value!r}, which is not among the plugins",
                parameter=item.lever,
            )
        try:
            found.append(fitted(item, parameters, acts_of(plugins)))
        except ParameterError as error:
            raise error.said(f"the intervention '{item}': {error}") from None
    return tuple(found)


def acts_of(plugins: Iterable[Any]) -> dict[str, Act]:
    """Acts of one's own among plug-ins, by name."""
    return {item.name: item for item in plugins if isinstance(item, Act)}


def check_shares(sources: Sequence[FeedSource], parameters: Parameters, interventions: Iterable[Intervention]) -> None:
    """Refuse interventions that leave the feed without any source, and say from which day on."""
    for day, then in settings_by_day(parameters, interventions):
        try:
            source_shares(sources, then.feed.mix)
        except ParameterError as error:
            raise ParameterError(f"with the interventions of day {day}: {error}") from None


def check_segments(parameters: Parameters, interventions: Iterable[Intervention], graph: SocialGraph | None) -> None:
    """Refuse a feed by segment in a world of one, and slots that cross segments where the feed never goes by them."""
    settings = [parameters, *(then for _, then in settings_by_day(parameters, interventions))]
    by_segment = any(then.feed.by_segment for then in settings)
    named = graph is not None and "segment" in graph.node_attributes
    if by_segment and parameters.users.segments == 1 and not named:
        raise ParameterError(
            "feed.by_segment = true needs several segments, but users.segments = 1: make it 2 or more, or give a "
            "social graph whose nodes have a segment",
            parameter="users.segments",
        )
    crossing = max(then.feed.crossing for then in settings)
    if crossing > 0.0 and not by_segment:
        raise ParameterError(
            f"feed.crossing = {crossing} is a share of the slots that go by segment, but with feed.by_segment = false "
            "none do: set feed.by_segment = true, or feed.crossing = 0",
            parameter="feed.by_segment",
        )
