"""What all experiments share: the options of the command, and how an experiment presents itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from simulation.compiling import compilation_note
from simulation.errors import GraphError, ParameterError
from simulation.parameters import KNOWN
from simulation.study import Design, Evaluate, Study, run_study
from simulation.study.folder.files import claim
from simulation.versions import history_version

if TYPE_CHECKING:
    from simulation.social_graph import SocialGraph

STUDIES = "studies"
"""Folder, inside that of an experiment, of the studies it runs."""


@dataclass(frozen=True)
class Options:
    """What was asked for; None leaves the choice to the experiment."""

    out: Path
    quick: bool = False
    replicates: int | None = None
    populations: int | None = None
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


class Runnable(Protocol):
    """What the command needs of an experiment."""

    @property
    def name(self) -> str:
        """As it is called in the command; a module of this package has the same name."""

    @property
    def question(self) -> str:
        """What it asks, one sentence."""

    @property
    def claim(self) -> str:
        """Claim of docs/odd.md, section 1, with its number."""

    @property
    def run(self) -> Callable[[Options], bool]:
        """Runs it and leaves everything in ``options.out``; False where runs failed and it could not be finished."""


def claims(claim: str) -> str:
    """A claim, or several, as a sentence begins: "Claim 8. The algorithm ..."."""
    number, _, _ = claim.partition(".")
    return f"Claim{'s' if ' and ' in number else ''} {claim}"


@dataclass(frozen=True)
class Experiment:
    """An experiment that runs itself; most are declared as `simulation.experiment.declare.ArmsExperiment` instead."""

    name: str
    question: str
    claim: str
    run: Callable[[Options], bool]


@dataclass(frozen=True)
class Size:
    """How large an experiment is."""

    users: int
    days: int
    populations: int
    worlds: int
    samples: int
    """Draws of all uncertain parameters, by which robustness is judged."""


@dataclass(frozen=True)
class Scale:
    """How large an experiment in arms is."""

    users: int
    """Of each world; creators are as many a user as at the defaults."""
    days: int
    replicates: int
    """Sets of worlds, one for each arm, that share people and luck; intervals stand on them. At least 2."""
    samples: int
    """Draws of all uncertain parameters, each lived in every arm where the world it makes is plausible."""


@dataclass(frozen=True)
class Setting:
    """Whom an experiment is about: sizes, and the social graph where one was given."""

    size: Size | Scale
    graph: SocialGraph | None
    graph_name: str

    @property
    def constants(self) -> dict[str, object]:
        """Population sizes as parameters; as many creators a user as at the defaults."""
        users, creators = (int(str(KNOWN[f"population.{name}"].default)) for name in ("users", "creators"))
        return {
            "population.users": self.size.users,
            "population.creators": max(2, round(self.size.users * creators / users)),
        }


def setting(options: Options, usual: Size, quick: Size) -> Setting:
    """Sizes and graph as asked for, the rest as usual.

    Raises
    ------
    ParameterError
        If a size is too small, or users are asked for beside a graph, which has its own.
    GraphError
        If the graph file cannot be read as one.
    """
    base = quick if options.quick else usual
    graph = _given_graph(options)
    users = options.users if graph is None else graph.users
    size = Size(
        users=_at_least("--users", users, 20, base.users),
        days=_at_least("--days", options.days, 4, base.days),
        populations=_at_least("--populations", options.populations, 2, base.populations),
        worlds=_at_least("--replicates", options.replicates, 2, base.worlds),
        samples=_at_least("--samples", options.samples, 2, base.samples),
    )
    return Setting(size, graph, "" if options.graph is None else options.graph.name)


def scale_setting(options: Options, usual: Scale, quick: Scale) -> Setting:
    """The same for an experiment in arms.

    Raises
    ------
    ParameterError, GraphError
        As for `setting`, or if populations are asked for: there, every replicate is one.
    """
    if options.populations is not None:
        raise ParameterError("--populations says nothing here: every replicate has people of its own; say --replicates")
    base = quick if options.quick else usual
    graph = _given_graph(options)
    users = options.users if graph is None else graph.users
    size = Scale(
        users=_at_least("--users", users, 20, base.users),
        days=_at_least("--days", options.days, 4, base.days),
        replicates=_at_least("--replicates", options.replicates, 2, base.replicates),
        samples=_at_least("--samples", options.samples, 2, base.samples),
    )
    return Setting(size, graph, "" if options.graph is None else options.graph.name)


def _given_graph(options: Options) -> SocialGraph | None:
    if options.graph is None:
        return None
    if options.users is not None:
        raise ParameterError("--users and --graph exclude each other: the users are the nodes of the graph")
    return _read(options.graph)


def _read(path: Path) -> SocialGraph:
    from simulation.graph_files import read_graph

    graph = read_graph(path)
    if graph.users < 20:
        raise GraphError(f"{path}: {graph.users} nodes are too few for an experiment: at least 20 are needed")
    return graph


def _at_least(name: str, value: int | None, least: int, usual: int) -> int:
    if value is None:
        return usual
    if value < least:
        raise ParameterError(f"{name} {value} is too small: it must be at least {least}")
    return value


def claim_folder(options: Options, experiment: str, found: Setting, contents: tuple[str, ...]) -> Path:
    """Make the folder of an experiment, or make sure it is that of the same experiment; its studies go in STUDIES.

    Raises
    ------
    ResultError
        If it belongs to something else.
    OutputError
        If it cannot be written.
    """
    identity: dict[str, Any] = {
        "name": experiment,
        "quick": options.quick,
        "users": found.size.users,
        "days": found.size.days,
        "seed": options.seed,
        "graph": None if found.graph is None else found.graph.digest(),
        "code": history_version(),
    }
    claim(options.out, "experiment", identity, fresh=options.fresh, contents=(STUDIES, *contents))
    return options.out / STUDIES


def finish_study(design: Design, evaluate: Evaluate, folder: Path, options: Options, found: Setting) -> Study:
    """Run a study of an experiment in a folder of its own, and say where failures are told of."""
    if word := compilation_note("compiled"):
        options.say(word)
    study = run_study(
        design,
        evaluate,
        folder / design.name,
        social_graph=found.graph,
        workers=options.workers,
        progress=options.progress,
        retry=options.retry,
    )
    if not study.complete:
        options.say(
            f"{len(study.failures)} of {len(design)} runs failed; why stands in {study.failures[0].parent}. All others "
            "are kept; --retry runs these again."
        )
    return study
