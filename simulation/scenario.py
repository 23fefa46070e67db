"""One description of everything that decides a history, and the TOML file that holds it."""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Self, TypedDict, cast

import numpy as np
from numpy.typing import NDArray

from simulation.descriptions import (
    described_code,
    described_creators,
    described_graph,
    described_scenario,
    what_counts,
)
from simulation.engines.agents import User
from simulation.engines.creator import Creator
from simulation.errors import ConfigError, GraphError, ParameterError, PluginError
from simulation.factors import FACTORS, Factor
from simulation.files import write_whole
from simulation.graph_families import generate
from simulation.graph_files import read_graph
from simulation.interventions import Intervention, check_days, read_interventions
from simulation.parameters import Parameters
from simulation.people import parameters_type
from simulation.platform.feed import SOURCES, FeedSource
from simulation.platform.ranking import source_shares
from simulation.plugins import Behaviour, behaviour_of, checked_plugins
from simulation.randomness import check_seed
from simulation.records.graph_table import read_graph_folder, write_graph_folder
from simulation.scenario_file import RunFile, foreign, foreign_items, of_factors, read_run_file, scenario_toml
from simulation.scenario_parts import (
    Values,
    acts_of,
    check_segments,
    check_shares,
    checked_creators,
    checked_factors,
    checked_model,
    checked_sources,
    fitted_levers,
    given_values,
    sized_parameters,
)
from simulation.social_graph import SocialGraph

if TYPE_CHECKING:
    import networkx as nx

    from simulation.model import FollowerModel


class Parts(TypedDict, total=False):
    """What completes parameters to a `Scenario`, as its arguments."""

    preset: str | None
    interventions: Sequence[Intervention]
    social_graph: "nx.Graph[Any] | SocialGraph | None"
    factors: Sequence[Factor]
    sources: Sequence[FeedSource]
    plugins: Sequence[Any]


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
    plugins
        Rules of deciding, columns and phases of one's own, see :mod:`simulation.plugins`.

    Raises
    ------
    ParameterError, GraphError, PluginError
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
    plugins: Sequence[Any] = ()
    parameters: Parameters = field(init=False, repr=False)
    """All parameters as the run starts with them."""

    def __post_init__(self) -> None:
        """Check everything, and spell it out."""
        check_seed(self.seed)
        if self.luck is not None:
            check_seed(self.luck)
        factors, graph = checked_factors(self.factors), self.social_graph
        sources = checked_sources(self.sources)
        for name, base in (("user_type", User), ("creator_type", Creator)):
            given = getattr(self, name)
            if not (isinstance(given, type) and issubclass(given, base)):
                told = getattr(given, "name", getattr(given, "__name__", type(given).__name__))
                raise ParameterError(f"{name}: {told!r} is no agent class: derive it from {base.__name__}")
        model_type = None if self.model_type is None else checked_model(self.model_type)
        if graph is not None and not isinstance(graph, SocialGraph):
            graph = SocialGraph.from_networkx(graph)
        names = {factor.name for factor in factors}
        plugins = checked_plugins(
            self.plugins, {*Parameters.model_fields, *names, *(source.name for source in sources)}
        )
        kind = parameters_type(factors, plugins)
        values = given_values(self.values, self.preset, names, kind.known())
        parameters = sized_parameters(values, self.preset, graph, kind)
        creators = None
        if self.creators is not None:
            creators = checked_creators(self.creators, parameters.population.users)
            parameters = parameters.with_values({"population.creators": len(creators)})
        source_shares(sources, parameters.feed.mix)
        listed = read_interventions(self.interventions, parameters.population.creators, acts_of(plugins))
        interventions = fitted_levers(listed, parameters, plugins)
        check_shares(sources, parameters, interventions)
        check_segments(parameters, interventions, graph)
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
            "plugins": plugins,
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
            :class:`~simulation.model.FollowerModel`; the engine is by default the one that is fast, or with agent
            classes of one's own "mesa".
        """
        import simulation

        kind: Any = simulation.FollowerModel if self.model_type is None else self.model_type
        usual = {"engine": "mesa" if self.behaviour.agents else "compiled"}
        return cast("FollowerModel", kind(**self.arguments(), **usual | run))

    def arguments(self) -> dict[str, Any]:
        """What a :class:`~simulation.model.FollowerModel` takes to be of this scenario."""
        given = {item.name: getattr(self, item.name) for item in fields(self) if item.init}
        del given["days"], given["model_type"]
        return {"parameters": given.pop("values"), **given}

    def graph(self) -> SocialGraph:
        """The social graph: the one that was given, or one generated by ``social_graph.family``."""
        if self.social_graph is not None:
            return cast("SocialGraph", self.social_graph)
        asked = self.parameters.social_graph.model_dump()
        return generate(users=self.parameters.population.users, seed=self.seed, **asked)

    @property
    def behaviour(self) -> Behaviour:
        """All that decides in it and may be one's own."""
        agents = [kind for kind in (self.user_type, self.creator_type) if kind not in {User, Creator}]
        return behaviour_of(self.factors, self.plugins, agents)

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
        return described_scenario(self)

    def digest(self) -> str:
        """SHA-256 of all that decides the history, as 64 hexadecimal digits; the days of the run left out.

        Raises
        ------
        ParameterError
            If something of the user's own has no source text, or holds what cannot be told apart.
        """
        told = what_counts(self._description)
        for _, item in foreign_items(told):
            if item["version"] is None:
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
            If the file cannot be read, or a key is unknown or not allowed; names the nearest key. If it is of a run
            whose state was changed by hand, which its inputs do not give again.
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
                preset = given.get("preset")
                kind = parameters_type(given.get("factors", FACTORS), given.get("plugins", ()))
                sized_parameters(given_values(given.get("values"), preset, None, kind.known()), preset, None, kind)
                path = Path(graph)
                given["social_graph"] = read_graph_folder(path) if path.is_dir() else read_graph(path)
            return cls(**given)
        except GraphError as error:
            if "graph" in changes or file.path is None:
                raise
            raise GraphError(f"{file.path}: run.graph: {error}", path=error.path, line=error.line) from None
        except (ParameterError, PluginError) as error:
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


def _made(kind: type[Scenario], given: dict[str, Any]) -> Scenario:
    return kind(**given)


def scenario_from(
    description: Mapping[str, Any],
    *,
    social_graph: SocialGraph | None,
    creators: Sequence[int] | None,
    code: str | Path | None = None,
    **given: Any,
) -> Scenario:
    """The scenario of a description, such as provenance holds it.

    Parameters
    ----------
    description
        Of a scenario; graph and creators are described in it, not contained.
    social_graph, creators
        The graph and creators that it describes.
    code
        Folder with the files and modules of the user's own; None seeks them where they were.
    **given
        ``factors``, ``sources``, ``user_type``, ``creator_type`` or ``model_type``, in place of what is found by the
        references in the description.

    Raises
    ------
    ParameterError
        If code of the user's own is not given and cannot be found as it was: ``parameter`` and ``value`` name it. If
        the description does not fit this version of the package.
    """
    found = described_code(description, given, code)
    names = {factor.name for factor in found["factors"]}
    return Scenario(
        {name: value for name, value in description["parameters"].items() if of_factors(name, names)},
        description["preset"],
        description["seed"],
        description.get("luck"),
        social_graph,
        creators,
        interventions=description["interventions"],
        **found,
    )
