"""A sweep and its folder: run there what it lacks; find there again what it was, how far it is and what came out."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from simulation.errors import ConfigError, ParameterError, ResultError
from simulation.parameters import Parameters
from simulation.study.design.sweep import Sweep
from simulation.study.design.sweep_file import read_sweep, write_sweep
from simulation.study.folder.files import read_card, refuse_strangers
from simulation.study.folder.kept import DECLARATION, STUDY, Kept, kept_in
from simulation.study.run.evaluation import evaluation_name
from simulation.study.run.runner import Study, run_study
from simulation.study.run.work import Slots
from simulation.versions import history_version

if TYPE_CHECKING:
    from simulation.social_graph import SocialGraph

_HEAD = "# What was run into this folder, written anew by each run of the sweep: to change something, edit a copy.\n\n"


def run_sweep(
    sweep: Sweep,
    folder: str | Path,
    *,
    social_graph: SocialGraph | None = None,
    graph_file: Path | None = None,
    workers: int | None = None,
    executor: Executor | None = None,
    slots: Slots | None = None,
    progress: bool = True,
    fresh: bool = False,
    retry: bool = False,
    say: Callable[[str], None] | None = None,
) -> Study:
    """Run what a sweep still lacks in a folder, and leave ``runs.parquet`` there: one row a run, one column a number.

    An outcome that is one of nothing, such as likes a view without views, is NaN there. Before anything is run,
    ``sweep.toml`` says in the folder what the sweep is, if a file can say that: its outcomes and rules are the
    package's own.

    Parameters
    ----------
    sweep
        What to run.
    folder, workers, executor, slots, progress, fresh, retry, say
        As :func:`run_study` takes them.
    social_graph
        Shared by all runs; its nodes are the users. None generates one for each run.
    graph_file
        Where it was read from, for ``sweep.toml``; the graph itself is not kept.

    Raises
    ------
    ParameterError
        If there is a social graph, and the sweep sets another number of users.
    FollowerDynamicsError
        As :func:`run_study` raises it.

    Examples
    --------
    >>> study = run_sweep(sweep, "out/sharpness")  # doctest: +SKIP
    >>> study.store.table().groupby("feed.popularity_bias")["follower_gini"].mean()  # doctest: +SKIP
    """
    check_users(sweep, social_graph)
    evaluate = sweep.worlds_measured()
    declared = write_sweep(sweep, graph_file)
    study = run_study(
        sweep.design,
        evaluate,
        folder,
        social_graph=social_graph,
        workers=workers,
        executor=executor,
        slots=slots,
        progress=progress,
        fresh=fresh,
        retry=retry,
        say=say,
        declaration=None if declared is None else _HEAD + declared,
    )
    study.store.write_table()
    return study


def check_users(sweep: Sweep, social_graph: SocialGraph | None) -> None:
    """Refuse what cannot be lived for the number of its users, before anything was run.

    Raises
    ------
    ParameterError
        If there is a social graph, whose nodes are the users, and the sweep varies the number of users or sets it to
        another one (which would be ignored); or if a point has more creators than users.
    """
    name = "population.users"
    if social_graph is not None:
        nodes = social_graph.users
        if name in sweep.varied:
            raise ParameterError(f"{name} cannot be varied on a social graph: its {nodes} nodes are the users")
        if (wanted := sweep.constants.get(name, nodes)) != nodes:
            raise ParameterError(
                f"{name} = {wanted!r}, but the social graph has {nodes} nodes, and every node is a user; "
                f"leave {name} out"
            )
    start = Parameters().with_values(sweep.design.constants)
    for number, point in enumerate(sweep.design.points):
        sizes = {key: value for key, value in point.items() if key in {name, "population.creators"}}
        population = start.with_values(sizes).population if sizes else start.population
        users = population.users if social_graph is None else social_graph.users
        # Left to the default, the number of creators follows that of users.
        if "creators" in population.model_fields_set and population.creators > users:
            raise ParameterError(
                f"point {number} of the sweep has population.creators = {population.creators} and {users} users: "
                "creators are users, so there cannot be more of them"
            )


@dataclass(frozen=True)
class KeptSweep:
    """A sweep as its folder has it."""

    folder: Path
    sweep: Sweep
    graph_file: Path | None
    """Of its social graph; None where graphs are generated."""
    kept: Kept
    """Its runs, also while it is run, and also on another version of the code."""

    @property
    def same_code(self) -> bool:
        """Whether its runs were made by the code that is here: only then it can be gone on with."""
        return self.kept.code == history_version()


def open_sweep(folder: str | Path) -> KeptSweep:
    """Read what a sweep left in its folder; nothing there is touched, so it may be running meanwhile.

    Raises
    ------
    ResultError
        If there is no sweep, or none that a file can describe.
    ConfigError
        If its declaration is damaged.

    Examples
    --------
    >>> open_sweep("out/sharpness").kept.table()  # doctest: +SKIP
    """
    folder = Path(folder)
    how = "`follower-dynamics sweep run FILE --out DIR` makes one"
    if not folder.is_dir():
        what = "is a file, not the folder of a sweep" if folder.exists() else "does not exist"
        raise ResultError(f"{folder} {what}; {how}")
    if read_card(folder, STUDY) is None:
        raise ResultError(f"{folder} is not the folder of a sweep: it has no {STUDY}.json; {how}")
    if not (folder / DECLARATION).exists():
        raise ResultError(
            f"{folder} has no {DECLARATION}: either its sweep was stopped before it began, and the same command begins "
            "it; or it measures what a file cannot name, and is gone on with in Python, by the same call of run_sweep"
        )
    try:
        sweep, graph_file = read_sweep(folder / DECLARATION)
    except ConfigError as error:
        raise ConfigError(
            f"{error} (the runs in {folder} are untouched: `follower-dynamics sweep run FILE --out {folder}`, with the "
            "FILE that it was started from, writes this file anew)"
        ) from None
    try:
        return KeptSweep(folder, sweep, graph_file, kept_in(folder, sweep.design))
    except ResultError as error:
        raise ResultError(
            f"{folder / DECLARATION} does not describe the runs that are there: it was changed, or means another thing "
            f"to this version of the code ({error})"
        ) from None


def kept_now(sweep: Sweep, folder: Path, social_graph: SocialGraph | None, *, fresh: bool = False) -> Kept | None:
    """The runs that :func:`run_sweep` would find in a folder, without touching it; None where it would find no study.

    Raises
    ------
    ResultError
        If the folder belongs to something else, or to this study on another version of the code.
    """
    if read_card(folder, STUDY) is None:
        if folder.is_dir():
            refuse_strangers(folder, STUDY)
        return None
    if fresh:
        return None
    now = {
        "evaluation": evaluation_name(sweep.worlds_measured()),
        "graph": None if social_graph is None else social_graph.digest(),
        "code": history_version(),
    }
    return kept_in(folder, sweep.design, now)
