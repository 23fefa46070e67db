"""One description of everything that decides a history, and the TOML file that holds it."""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Self, TypedDict, cast

import numpy as np
from numpy.typing import NDArray

from simulation.engines.agents import User
from simulation.engines.creator import Creator
from simulation.errors import ConfigError, FactorError, GraphError, ParameterError
from simulation.factors import FACTORS, Factor
from simulation.files import write_whole
from simulation.graph_families import generate
from simulation.graph_files import read_graph
from simulation.interventions import Intervention, as_data, check_days, read_interventions, settings_by_day
from simulation.naming import reference_of, source_of
from simulation.parameters import KNOWN, Parameters, unknown
from simulation.platform.feed import SOURCES, FeedSource
from simulation.platform.ranking import source_shares
from simulation.population import factor_sections
from simulation.presets import preset as preset_parameters
from simulation.randomness import check_seed
from simulation.records.graph_table import read_graph_folder, write_graph_folder
from simulation.scenario_file import RunFile, foreign, of_factors, read_run_file, scenario_toml
from simulation.social_graph import SocialGraph
from simulation.traits import PopulationParameters
from simulation.versions import measure_version

if TYPE_CHECKING:
    import networkx as nx

    from simulation.model import FollowerModel

Values = Parameters | Mapping[str, object]


class Parts(TypedDict, total=False):
    """What completes parameters to a `Scenario`, as its arguments."""

    preset: str | None
    interventions: Sequence[Intervention]
    social_graph: "nx.Graph[Any] | SocialGraph | None"
    factors: Sequence[Factor]
    sources: Sequence[FeedSource]


@dataclass(frozen=True, eq=False)
class Scenario:
    """Everything that decides a history, and nothing else: engine, threads and what is recorded are left to the run.

    All of it is checked when it is made. Two scenarios are equal if they
    say the same, in whatever words, for the same days.

    Parameters
    ----------
    values
        Parameters by dotted name, on top of the preset; or whole :class:`Parameters`.
    preset
        Name of the preset to start from; None: the defaults.
    seed
        Whole number from 0 to 2**64 - 1: who is there, and, without ``luck``, what happens.
    luck
        Seed of events; None: the same as ``seed``.
    social_graph
        Any networkx graph, or a :class:`SocialGraph`; its nodes are the users. None generates one by
        ``social_graph.family``.
    creators
        Users (0..N-1) who create; None draws them.
    factors, sources
        The factors of appeal and the weighted feed sources.
    interventions
        What is changed in the middle of the run; mappings will do.
    user_type, creator_type
        Agent classes; own ones run in the Mesa engine only.
    model_type
        Subclass of :class:`~simulation.model.FollowerModel`; None: that itself.
    days
        Days a run of it has; None leaves them to whoever runs it.

    Raises
    ------
    ParameterError, GraphError, FactorError
        Say which argument is wrong, and what would be right.

    Examples
    --------
    >>> scenario = Scenario({"population.users": 500}, preset="tiktok", seed=1)
    >>> scenario.with_values({"feed.popularity_bias": 0.5}).parameters["feed.popularity_bias"]
    0.5
    >>> model = scenario.model(engine="mesa")  # doctest: +SKIP
    """

    values: Values = field(default_factory=dict)
    preset: str | None = None
    seed: int = 0
    luck: int | None = None
    social_graph: "nx.Graph[Any] | SocialGraph | None" = None
    creators: Sequence[int] | None = None
    factors: Sequence[Factor] = FACTORS
    sources: Sequence[FeedSource] = SOURCES
    interventions: Sequence[Intervention] = ()
    user_type: type[User] = User
    creator_type: type[Creator] = Creator
    model_type: "type[FollowerModel] | None" = None
    days: int | None = None
    parameters: Parameters = field(init=False, repr=False)
    """All parameters as the run starts with them."""

    def __post_init__(self) -> None:
        """Check everything, and spell it out."""
        check_seed(self.seed)
        if self.luck is not None:
            check_seed(self.luck)
        factors, graph = _checked_factors(self.factors), self.social_graph
        sources = _checked_sources(self.sources)
        for name, base in (("user_type", User), ("creator_type", Creator)):
            given = getattr(self, name)
            if not (isinstance(given, type) and issubclass(given, base)):
                raise ParameterError(f"{name} = {given!r} is no agent class: derive it from {base.__name__}")
        model_type = None if self.model_type is None else _checked_model(self.model_type)
        if graph is not None and not isinstance(graph, SocialGraph):
            graph = SocialGraph.from_networkx(graph)
        values = _values(self.values, self.preset, {factor.name for factor in factors})
        parameters = _sized(values, self.preset, graph)
        creators = None
        if self.creators is not None:
            creators = _checked_creators(self.creators, parameters.population.users)
            parameters = parameters.with_values({"population.creators": len(creators)})
        source_shares(sources, parameters.feed.mix)
        interventions = read_interventions(self.interventions, parameters.population.creators)
        _check_shares(sources, parameters, interventions)
        if self.days is not None:
            if isinstance(self.days, bool) or not isinstance(self.days, int | np.integer) or self.days < 1:
                raise ParameterError(f"days = {self.days!r} must be a whole number of at least 1")
            check_days(interventions, self.days)
        checked = {
            "values": MappingProxyType(values),
            "social_graph": graph,
            "creators": creators,
            "factors": factors,
            "sources": sources,
            "interventions": interventions,
            "model_type": model_type,
            "parameters": parameters,
        }
        for name, value in checked.items():
            object.__setattr__(self, name, value)

    # Variants -----------------------------------------------------------------------------------------------------

    def replace(self, **changes: Any) -> Self:
        """The same with other arguments, by name."""
        return replace(self, **changes)

    def with_values(self, values: Mapping[str, object]) -> Self:
        """The same with some parameters set, by dotted name.

        Raises
        ------
        ParameterError
            If a name is unknown or a value is not allowed.
        """
        return self.replace(values={**cast("Mapping[str, object]", self.values), **values})

    def with_interventions(self, *more: Intervention | Mapping[str, object]) -> Self:
        """The same with more interventions.

        Raises
        ------
        ParameterError
            If one is not allowed, or contradicts another.
        """
        return self.replace(interventions=[*self.interventions, *more])

    def model(self, **run: Any) -> "FollowerModel":
        """A model of it before its first day.

        Parameters
        ----------
        **run
            What changes no history: ``engine``, ``threads`` and ``record`` of
            :class:`~simulation.model.FollowerModel`.
        """
        import simulation

        kind: Any = simulation.FollowerModel if self.model_type is None else self.model_type
        return cast("FollowerModel", kind(**self.arguments(), **run))

    def arguments(self) -> dict[str, Any]:
        """What a :class:`~simulation.model.FollowerModel` takes to be of this scenario."""
        given = {item.name: getattr(self, item.name) for item in fields(self) if item.init}
        del given["days"], given["model_type"]
        return {"parameters": given.pop("values"), **given}

    def graph(self) -> SocialGraph:
        """The social graph: the one that was given, or one generated by ``social_graph.family``."""
        if self.social_graph is not None:
            return cast("SocialGraph", self.social_graph)
        g = self.parameters.social_graph
        return generate(
            g.family,
            self.parameters.population.users,
            seed=self.seed,
            mean_degree=g.mean_degree,
            rewiring=g.rewiring,
            triangle=g.triangle,
            communities=g.communities,
            mixing=g.mixing,
            directed=g.directed,
        )

    @property
    def set_names(self) -> tuple[str, ...]:
        """Names of the parameters that were set on top of the preset."""
        return tuple(cast("Mapping[str, object]", self.values))

    # As data ------------------------------------------------------------------------------------------------------

    @property
    def foreign(self) -> tuple[str, ...]:
        """What is not the package's own, in words such as "factor 'novelty'"; none for most scenarios."""
        return foreign(self._description)

    def description(
        self, graph: SocialGraph | None = None, creators: NDArray[np.int64] | None = None
    ) -> dict[str, Any]:
        """All of it as plain values that JSON holds; what is not the package's own with its source text.

        Parameters
        ----------
        graph, creators
            The social graph, and the users who create, shape (M,), of a model: told too where they were drawn.
        """
        told = dict(self._description)
        if graph is not None:
            told["social_graph"] = described_graph(graph) | {"origin": told["social_graph"]["origin"]}
        if creators is not None:
            told["creators"] = told["creators"] | described_creators(creators)
        return told

    @cached_property
    def _description(self) -> dict[str, Any]:
        graph = cast("SocialGraph | None", self.social_graph)
        creators = cast("tuple[int, ...] | None", self.creators)
        sections = factor_sections(cast("tuple[Factor, ...]", self.factors), self.parameters)
        return {
            "seed": int(self.seed),
            "luck": int(self.seed if self.luck is None else self.luck),
            "preset": self.preset,
            "parameters": self.parameters.flat(),
            "interventions": as_data(self.interventions),
            "social_graph": described_graph(graph) if graph else {"origin": self.parameters.social_graph.family},
            "creators": {"chosen": None if creators is None else list(creators)},
            "factors": [
                _described(factor, factor in FACTORS, factor.rule)
                | {"name": factor.name, "parameters": section.model_dump(mode="json")}
                for factor, section in zip(self.factors, sections, strict=True)
            ],
            "sources": [
                _described(source, source in SOURCES, source.rank) | {"name": source.name, "share": source.share}
                for source in self.sources
            ],
            "user_type": _described_type(self.user_type, User),
            "creator_type": _described_type(self.creator_type, Creator),
            "model_type": None if self.model_type is None else _described_type(self.model_type, None),
        }

    def digest(self) -> str:
        """SHA-256 of all that decides the history, as 64 hexadecimal digits; the days of the run left out.

        Raises
        ------
        ParameterError
            If something of the user's own has no source text, or holds what cannot be told apart.
        """
        told = what_counts(self._description)
        for item in (*told["factors"], *told["sources"], told["user_type"], told["creator_type"], told["model_type"]):
            if item is not None and not item["own"] and item["version"] is None:
                raise ParameterError(f"{item['name']} has no source text, so it cannot be known: write it into a file")
        return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Scenario) and self.days == other.days and self.digest() == other.digest()

    def __hash__(self) -> int:
        return hash(self.digest())

    def __deepcopy__(self, memo: object) -> Self:
        return self

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        given = {item.name: getattr(self, item.name) for item in fields(self) if item.init}
        return _made, (type(self), {**given, "values": dict(self.values)})

    @classmethod
    def from_toml(cls, path: str | Path, **changes: Any) -> Self:
        """The scenario in a TOML file: one of :meth:`save`, of a stored result, or as ``follower-dynamics run`` takes.

        Parameters
        ----------
        path
            The file; graphs and ``file.py:name`` in it are sought beside it.
        **changes
            Arguments that hold instead of the file's, by name.

        Raises
        ------
        ConfigError
            If the file cannot be read, or a key is unknown or not allowed; names the nearest key.
        GraphError
            If its social graph cannot be read.
        """
        return cls.from_file(read_run_file(Path(path)), **changes)

    @classmethod
    def from_file(cls, file: RunFile, **changes: Any) -> Self:
        """The scenario of a file that was read; ``graph`` among the changes is a path."""
        given = {**file.arguments, **changes}
        graph = given.pop("graph", None)
        try:
            if graph is not None:  # a wrong value is known before a large graph is read
                _sized(_values(given.get("values"), given.get("preset"), None), given.get("preset"), None)
                given["social_graph"] = _read_graph(Path(graph))
            return cls(**given)
        except GraphError as error:
            if "graph" in changes or file.path is None:
                raise
            raise GraphError(f"{file.path}: run.graph: {error}", path=error.path, line=error.line) from None
        except (ParameterError, FactorError) as error:
            if changes or file.path is None:  # then the file alone may be innocent
                raise
            raise ConfigError(f"{file.path}: {error}") from None

    def save(self, path: str | Path) -> Path:
        """Write it to a TOML file; a social graph that was given goes into a folder beside it.

        Raises
        ------
        OutputError
            If it cannot be written.
        """
        path = Path(path)
        folder = f"{path.stem}-graph"
        if self.social_graph is not None:
            write_graph_folder(cast("SocialGraph", self.social_graph), path.with_name(folder))
        write_whole(path, self.to_toml(graph=folder if self.social_graph is not None else None))
        return path

    def to_toml(self, *, graph: str | None = None, short: bool = False, engine: str | None = None) -> str:
        """TOML text that `read_scenario` reads back, and ``follower-dynamics run`` runs.

        Parameters
        ----------
        graph
            File of the social graph, as seen from where the text will lie; needed where one was given.
        short
            Whether parameters are those that were set on top of the preset; else all of them, so that later defaults
            change nothing.
        engine
            To be written down as well, though it changes no history.

        Raises
        ------
        ConfigError
            If a social graph was given and ``graph`` does not say where it lies.
        """
        if self.social_graph is not None and graph is None:
            raise ConfigError("the social graph was given: say which file holds it, or use save(path)")
        values = dict(self.values) if short else None
        days = None if self.days is None else int(self.days)
        return scenario_toml(self._description, graph=graph, days=days, engine=engine, values=values)


def _read_graph(path: Path) -> SocialGraph:
    return read_graph_folder(path) if path.is_dir() else read_graph(path)


def _made(kind: type[Scenario], given: dict[str, Any]) -> Scenario:
    return kind(**given)


# Descriptions as data ---------------------------------------------------------------------------------------------


def described_graph(graph: SocialGraph) -> dict[str, Any]:
    """A social graph in numbers."""
    return {
        "origin": "given",
        "digest": graph.digest(),
        "users": graph.users,
        "edges": graph.edges,
        "directed": graph.directed,
        "dropped_self_loops": graph.dropped_self_loops,
        "dropped_duplicates": graph.dropped_duplicates,
    }


def described_creators(users: NDArray[np.int64]) -> dict[str, Any]:
    """Which users create, shape (M,), in numbers."""
    digest = hashlib.sha256(np.ascontiguousarray(users, dtype="<i8").data).hexdigest()
    return {"count": int(users.size), "digest": digest}


def _described(thing: object, own: bool, code: object) -> dict[str, Any]:
    if own:
        return {"own": True, "source": None}
    return {
        "own": False,
        "version": _version_of(thing),
        "source": source_of(code),
        "reference": reference_of(thing),
    }


def _version_of(thing: object) -> str | None:
    """Version of a plug-in with all that it uses; None where its source text cannot be read, as in a plain prompt."""
    try:
        return measure_version(thing)
    except ParameterError:
        return None


def what_counts(told: Mapping[str, Any]) -> dict[str, Any]:
    """A description without the words that decide nothing: a preset's name, and texts and places of versioned code."""
    found = {name: value for name, value in told.items() if name != "preset"}
    for name in ("factors", "sources"):
        found[name] = [_versioned(item) for item in told[name]]
    for name in ("user_type", "creator_type", "model_type"):
        found[name] = _versioned(told[name])
    return found


def _versioned(item: Mapping[str, Any] | None) -> dict[str, Any] | None:
    words = {"source", "reference"} if item and item.get("version") else ()
    return None if item is None else {name: value for name, value in item.items() if name not in words}


def _described_type(kind: type, base: type | None) -> dict[str, Any]:
    return {"name": kind.__name__, **_described(kind, kind is base, kind)}


def scenario_from(
    description: Mapping[str, Any],
    *,
    social_graph: SocialGraph | None,
    creators: Sequence[int] | None,
    factors: Sequence[Factor] = FACTORS,
    sources: Sequence[FeedSource] = SOURCES,
    types: tuple[type[User], type[Creator]] = (User, Creator),
    model_type: "type[FollowerModel] | None" = None,
) -> Scenario:
    """The scenario of a description, such as provenance holds it; code is not kept in it, and must be given.

    Raises
    ------
    ParameterError
        If the description does not fit this version of the package.
    """
    names = {factor.name for factor in factors}
    values = {name: value for name, value in description["parameters"].items() if of_factors(name, names)}
    return Scenario(
        values,
        description["preset"],
        description["seed"],
        description.get("luck"),
        social_graph,
        creators,
        factors,
        sources,
        description["interventions"],
        *types,
        model_type,
    )


# Checks -----------------------------------------------------------------------------------------------------------


def parameters_from(given: Values | None, preset: str | None) -> Parameters:
    """Parameters out of what was given, on top of a preset, before any size is set.

    Raises
    ------
    ParameterError
        If both are whole parameters, a name is unknown, or a value is not allowed.
    """
    values = _values(given, preset, None)
    return (Parameters() if preset is None else preset_parameters(preset)).with_values(values)


def _values(given: object, preset: str | None, factors: set[str] | None) -> dict[str, object]:
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
        if name not in KNOWN:
            raise unknown(str(name))
        if factors is not None and not of_factors(name, factors):
            raise ParameterError(f"{name} is set, but the model has no factor {name.split('.')[1]!r}")
    return dict(given)


def _sized(values: Mapping[str, object], preset: str | None, graph: SocialGraph | None) -> Parameters:
    """All parameters, sizes in agreement with a graph that is given.

    Creators who are not set keep their share of the users.
    """
    parameters = parameters_from(values, preset)
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
    return parameters.with_values(sizes).resolved()


def _checked_factors(factors: object) -> tuple[Factor, ...]:
    found = tuple(factors) if isinstance(factors, Iterable) else ()
    if not found or not all(isinstance(factor, Factor) for factor in found):
        raise FactorError("factors must be a sequence of at least one Factor, for example [*FACTORS, mine]")
    names = [factor.name for factor in found]
    if len(set(names)) < len(names):
        raise FactorError(f"factors must have different names, not {names}")
    return found


def _checked_sources(sources: object) -> tuple[FeedSource, ...]:
    found = tuple(sources) if isinstance(sources, Iterable) else (None,)
    if not all(isinstance(source, FeedSource) for source in found):
        raise ParameterError("sources must be a sequence of FeedSource, for example [*SOURCES, mine]")
    return cast("tuple[FeedSource, ...]", found)


def _checked_model(kind: object) -> Any:
    """A class of models; None for the package's own."""
    import simulation

    if not (isinstance(kind, type) and issubclass(kind, simulation.FollowerModel)):
        raise ParameterError(f"model_type = {kind!r} is no class of models: derive it from FollowerModel")
    return None if kind is simulation.FollowerModel else kind


def _checked_creators(creators: object, users: int) -> tuple[int, ...]:
    chosen = np.array(list(creators) if isinstance(creators, Iterable) else [])
    sorted_ids = np.unique(chosen)
    whole = chosen.ndim == 1 and chosen.size > 0 and np.issubdtype(chosen.dtype, np.integer)
    if not whole or sorted_ids.size < chosen.size or sorted_ids[0] < 0 or sorted_ids[-1] >= users:
        raise ParameterError(f"creators must be different users from 0 to {users - 1}, whole numbers, at least one")
    return tuple(sorted_ids.tolist())


def _check_shares(sources: Sequence[FeedSource], parameters: Parameters, interventions: Iterable[Intervention]) -> None:
    """Refuse interventions that leave the feed without any source, and say from which day on."""
    for day, then in settings_by_day(parameters, interventions):
        try:
            source_shares(sources, then.feed.mix)
        except ParameterError as error:
            raise ParameterError(f"with the interventions of day {day}: {error}") from None
