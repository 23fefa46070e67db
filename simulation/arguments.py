"""What a caller gives to a model, checked before anything is built; each error says what would be right."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from simulation.engines.agents import User
from simulation.engines.creator import Creator
from simulation.errors import FactorError, ParameterError
from simulation.factors import Factor
from simulation.graph_families import generate
from simulation.parameters import KNOWN, Parameters, unknown
from simulation.platform.feed import FeedSource
from simulation.platform.ranking import source_shares
from simulation.presets import preset as preset_parameters
from simulation.randomness import check_seed
from simulation.social_graph import SocialGraph
from simulation.traits import PopulationParameters


def parameters_from(given: Parameters | Mapping[str, object] | None, preset: str | None) -> Parameters:
    """Parameters out of what the caller gave, on top of a preset."""
    if isinstance(given, Parameters):
        if preset is not None:
            raise ParameterError("give either a preset or whole Parameters; values on top of a preset go in a mapping")
        return given
    start = Parameters() if preset is None else preset_parameters(preset)
    if given is None:
        return start
    if not isinstance(given, Mapping):
        piece = isinstance(given, str | tuple)  # what one meets when going through a mapping or Parameters
        hint = '; mesa.batch_run takes a list of them, as in {"parameters": [{...}, {...}]}' if piece else ""
        raise ParameterError(
            f"parameters must be Parameters or a mapping of names to values, not {type(given).__name__}{hint}"
        )
    return start.with_values(given)


def with_single(
    given: Parameters | Mapping[str, object] | None, values: Mapping[str, object]
) -> Parameters | Mapping[str, object] | None:
    """What was given as parameters, with single ones, by dotted name, on top.

    Raises
    ------
    ParameterError
        If one is no parameter, or is given both ways.
    """
    for name in values:
        if name not in KNOWN:
            raise ParameterError(f"{unknown(name)} (and FollowerModel takes no argument of that name)")
        if isinstance(given, Mapping) and name in given:
            raise ParameterError(f"{name} is given twice: among the parameters, and by itself")
    if not values:
        return given
    if isinstance(given, Parameters):
        return given.with_values(values)
    return {**given, **values} if isinstance(given, Mapping) else given or dict(values)


def checked_factors(factors: Sequence[Factor]) -> tuple[Factor, ...]:
    """At least one factor, each with a name of its own."""
    found = tuple(factors) if isinstance(factors, Iterable) else ()
    if not found or not all(isinstance(factor, Factor) for factor in found):
        raise FactorError("factors must be a sequence of at least one Factor, for example [*FACTORS, mine]")
    names = [factor.name for factor in found]
    if len(set(names)) < len(names):
        raise FactorError(f"factors must have different names, not {names}")
    return found


def checked_sources(sources: Sequence[FeedSource]) -> tuple[FeedSource, ...]:
    """Feed sources, and nothing else."""
    found = tuple(sources) if isinstance(sources, Iterable) else (None,)
    if not all(isinstance(source, FeedSource) for source in found):
        raise ParameterError("sources must be a sequence of FeedSource, for example [*SOURCES, mine]")
    return found


def checked_types(user_type: type[User], creator_type: type[Creator]) -> tuple[type[User], type[Creator]]:
    """Agent classes derived from the model's own."""
    for name, given, base in (("user_type", user_type, User), ("creator_type", creator_type, Creator)):
        if not (isinstance(given, type) and issubclass(given, base)):
            raise ParameterError(f"{name} = {given!r} is no agent class: derive it from {base.__name__}")
    return user_type, creator_type


def checked_seed(seed: object, rng: object) -> int:
    """The seed, by either of its names."""
    if rng is not None and seed != 0:
        raise ParameterError(f"seed = {seed!r} and rng = {rng!r} are two names of the same: give one of them")
    return check_seed(seed if rng is None else rng)


def checked_creators(creators: Sequence[int], users: int) -> NDArray[np.int64]:
    """Users who create, rising, shape (M,)."""
    chosen = np.array(list(creators) if isinstance(creators, Iterable) else [])
    sorted_ids = np.unique(chosen)
    whole = chosen.ndim == 1 and chosen.size > 0 and np.issubdtype(chosen.dtype, np.integer)
    if not whole or sorted_ids.size < chosen.size or sorted_ids[0] < 0 or sorted_ids[-1] >= users:
        raise ParameterError(f"creators must be different users from 0 to {users - 1}, whole numbers, at least one")
    return sorted_ids.astype(np.int64)


def graph_and_parameters(parameters: Parameters, seed: int, given: Any) -> tuple[SocialGraph, Parameters]:
    """The social graph, and parameters whose sizes agree with it.

    A graph that is given says how many users there are. Creators who are not set keep their share of the users.
    """
    population = parameters.population
    sizes: dict[str, object] = {}
    if given is not None:
        graph = given if isinstance(given, SocialGraph) else SocialGraph.from_networkx(given)
        sizes["population.users"] = graph.users
    users = sizes.get("population.users", population.users)
    if "creators" not in population.model_fields_set:
        default = PopulationParameters()
        sizes["population.creators"] = max(1, round(default.creators * cast("int", users) / default.users))
    parameters = parameters.with_values(sizes).resolved()
    return (graph if given is not None else _generated(parameters, seed)), parameters


def check_shares(sources: Sequence[FeedSource], settings: Sequence[tuple[int, Parameters]]) -> None:
    """Refuse interventions that leave the feed without any source, and say from which day on."""
    for day, parameters in settings:
        try:
            source_shares(sources, parameters.feed.mix)
        except ParameterError as error:
            raise ParameterError(f"with the interventions of day {day}: {error}") from None


def check_given(parameters: object, graph: SocialGraph, factors: Sequence[Factor]) -> None:
    """Refuse what the caller set and the model would not heed."""
    if not isinstance(parameters, Mapping):
        return
    users = parameters.get("population.users", graph.users)
    if users != graph.users:
        raise ParameterError(f"population.users = {users} but the social graph has {graph.users} users: leave it out")
    names = {factor.name for factor in factors}
    for name in parameters:
        section, _, rest = str(name).partition(".")
        if section == "factors" and rest.split(".")[0] not in names:
            raise ParameterError(f"{name} is set, but the model has no factor {rest.split('.')[0]!r}")


def _generated(parameters: Parameters, seed: int) -> SocialGraph:
    g = parameters.social_graph
    return generate(
        g.family,
        parameters.population.users,
        seed=seed,
        mean_degree=g.mean_degree,
        rewiring=g.rewiring,
        triangle=g.triangle,
        communities=g.communities,
        mixing=g.mixing,
        directed=g.directed,
    )
