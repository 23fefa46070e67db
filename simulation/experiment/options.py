"""What was asked for: the options of the command, sizes, and the folder of an experiment."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from simulation import study
from simulation.arguments import whole_number
from simulation.errors import GraphError, ParameterError
from simulation.experiment.world import World
from simulation.parameters import KNOWN
from simulation.social_graph import SocialGraph

FEWEST_USERS = 20


class Study(Protocol):
    """Runs a design by a function of a `World`."""

    def __call__(self, design: study.Design, function: Callable[[World], study.Outcome]) -> study.Study:
        """The finished study."""


@dataclass(frozen=True)
class Options:
    """What was asked for; None leaves the choice to the experiment."""

    out: Path
    quick: bool = False
    replicates: int | None = None
    samples: int | None = None
    users: int | None = None
    days: int | None = None
    graph: Path | None = None
    workers: int | None = None
    seed: int = 1
    fresh: bool = False
    retry: bool = False
    progress: bool = True
    say: Callable[[str], None] = print


@dataclass(frozen=True)
class Scale:
    """How large an experiment is."""

    users: int
    """Of each world; the share of creators is the default one."""
    days: int
    replicates: int
    """Sets of worlds, one for each arm, that share population and random draws; intervals are over them. At least 2."""
    samples: int
    """Draws of all uncertain parameters, each simulated in every arm if the base world is plausible."""

    @property
    def creators(self) -> int:
        """Creators of each world: as many per user as at the defaults."""
        users, creators = (int(str(KNOWN[f"population.{name}"].default)) for name in ("users", "creators"))
        return max(2, round(self.users * creators / users))


@dataclass(frozen=True)
class Setting:
    """Sizes, and the social graph where one was given."""

    size: Scale
    graph: SocialGraph | None = None
    graph_name: str = ""

    @property
    def constants(self) -> dict[str, object]:
        """Population sizes as parameters."""
        return {"population.users": self.size.users, "population.creators": self.size.creators}


def setting(options: Options, usual: Scale, quick: Scale) -> Setting:
    """Sizes and graph as asked for, the rest as usual.

    Raises
    ------
    ParameterError
        If a size is too small, or users are asked for beside a graph, which has its own.
    GraphError
        If the graph file cannot be read as one.
    """
    base, graph = quick if options.quick else usual, _given_graph(options)
    size = Scale(
        users=_at_least("users", options.users if graph is None else graph.users, FEWEST_USERS, base.users),
        days=_at_least("days", options.days, 4, base.days),
        replicates=_at_least("replicates", options.replicates, 2, base.replicates),
        samples=_at_least("samples", options.samples, 2, base.samples),
    )
    return Setting(size, graph, "" if options.graph is None else options.graph.name)


def _given_graph(options: Options) -> SocialGraph | None:
    if options.graph is None:
        return None
    if options.users is not None:
        raise ParameterError("--users and --graph exclude each other: the users are the nodes of the graph")
    from simulation.graph_files import read_graph

    graph = read_graph(options.graph)
    if graph.users < FEWEST_USERS:
        raise GraphError(
            f"{options.graph}: {graph.users} nodes are too few for an experiment: at least {FEWEST_USERS} are needed"
        )
    return graph


def _at_least(name: str, value: int | None, least: int, usual: int) -> int:
    return usual if value is None else whole_number(f"--{name}", value, least)
