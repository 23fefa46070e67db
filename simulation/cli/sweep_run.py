"""Commands ``sweep run`` and ``sweep retry``: the runs of a sweep that are still missing, here or on a cluster."""

import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from simulation.cli.group import announce_compilation, note
from simulation.cli.options import Graph, Preset, Settings, Workers
from simulation.cli.sweep_status import SweepFolder, reasons
from simulation.errors import GraphError, ParameterError

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from simulation.social_graph import SocialGraph
    from simulation.study import Study, Sweep
    from simulation.study.run.runner import Doing
    from simulation.study.run.work import Slots

FAILURES = 1
"""Exit code where some runs failed."""

Scheduler = Annotated[
    str | None, typer.Option(metavar="tcp://HOST:PORT", help="Run on the Dask cluster of this scheduler instead.")
]


@dataclass(frozen=True)
class Order:
    """What is to be run, and into which folder."""

    sweep: "Sweep"
    graph_file: Path | None
    out: Path
    named_in: Path | None = None
    """The file that names the graph."""

    def social_graph(self) -> "SocialGraph | None":
        """The graph, read, and refused where the sweep wants another number of users."""
        from simulation.cli.config import tell_graph
        from simulation.graph_files import read_graph
        from simulation.study.design.choices import NamedGraph
        from simulation.study.folder.sweep_folder import check_users

        graph = None
        if self.graph_file is not None:
            try:
                graph = read_graph(self.graph_file)
            except GraphError as error:
                place = "" if self.named_in is None else f"{self.named_in}: sweep.graph: "
                raise GraphError(f"{place}{error}", path=error.path, line=error.line) from None
            tell_graph(self.graph_file, graph)
        for known in self.sweep.choices.get("social_graph", {}).values():
            if isinstance(known, NamedGraph) and known.file is not None:
                tell_graph(known.file, known.graph)
        check_users(self.sweep, graph)
        return graph


@dataclass(frozen=True)
class Where:
    """Where runs are done."""

    workers: int | None
    scheduler: str | None

    def __post_init__(self) -> None:
        """Refuse what cannot be meant."""
        if self.scheduler is None:
            return
        if self.workers is not None:
            raise ParameterError("--workers are processes here, --scheduler is a cluster elsewhere: give one of both")
        from simulation.study.run.cluster import check_address

        check_address(self.scheduler)

    @contextmanager
    def executor(self) -> "Iterator[tuple[Executor | None, Slots | None]]":
        """The executor of the cluster; None for processes here."""
        if self.scheduler is None:
            announce_compilation("compiled")
            yield None, None
            return
        from simulation.study.run import cluster

        with cluster.dask_cluster(self.scheduler, cluster.TIMEOUT) as found:
            yield found


def run(
    config: Annotated[Path, typer.Argument(metavar="CONFIG", help="TOML file that declares the sweep.")],
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder of the sweep; the same one goes on with it.")] = ...,  # type: ignore[assignment]
    settings: Settings = None,
    preset: Preset = None,
    graph: Graph = None,
    days: Annotated[int | None, typer.Option(min=1, metavar="N", help="Days of each run.")] = None,
    samples: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="Samples of the uncertainties; more add to a sweep.")
    ] = None,
    replicates: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="Populations that every point meets; more add to a sweep.")
    ] = None,
    seed: Annotated[int | None, typer.Option(metavar="N", help="Seed of the sample and of all replicates.")] = None,
    workers: Workers = None,
    scheduler: Scheduler = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="Start over where DIR holds a sweep.")] = False,
    retry: Annotated[
        bool, typer.Option("--retry", help="Run again what failed, and what was measured otherwise.")
    ] = False,
    keep: Annotated[
        bool, typer.Option("--keep", help="Keep the result of each run, for outcomes to be measured later.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say how many runs there are and how long they take; write nothing.")
    ] = False,
) -> None:
    """Run the sweep that a file declares, or what DIR still lacks of it.

    Each run is stored as soon as it is finished. Stop the sweep, kill it, lose the machine: the same command continues
    where it was. Failed runs are recorded and do not stop the others; the exit code is then 1. Options override the
    file.

    \b
    A sweep.toml:
      [sweep]
      days = 120
      samples = 64                     # points sampled from the ranges below
      replicates = 4                   # populations per point
      sampling = "latin_hypercube"     # or full_grid, sobol, morris
      outcomes = ["follower_gini", "unfollows_per_tie_day"]   # or your own functions: "mine.py:rate"

    \b
      [sweep.uncertainties]            # uncertain parameters and their ranges
      "decision.follow_sharpness" = [7.0, 21.0]
      "feed.prior" = { low = 0.1, high = 10.0, scale = "log" }

    \b
      [sweep.levers]                   # choices: all combinations are run
      "feed.popularity_bias" = [0.0, 0.5, 1.0]

    \b
      [population]                     # the same in all runs
      users = 500

    \b
    Examples:
      follower-dynamics sweep run sweep.toml --out out/sweep --dry-run
      follower-dynamics sweep run sweep.toml --out out/sweep --workers 2
      follower-dynamics sweep run sweep.toml --out out/sweep --replicates 8
      follower-dynamics sweep run sweep.toml --out out/sweep --keep
      follower-dynamics sweep run sweep.toml --out out/friends --graph friends.csv
      follower-dynamics sweep run sweep.toml --out out/sweep --scheduler tcp://10.0.0.1:8786
    """
    from simulation.parameters import parse_assignment
    from simulation.study.design.sweep_file import read_sweep

    where = Where(workers, scheduler)
    sweep, graph_file = read_sweep(config)
    constants = {**sweep.constants, **dict(parse_assignment(text) for text in settings or [])}
    sweep = sweep.with_options(
        constants=constants,
        scenario=sweep.base.replace(preset=preset) if preset else None,
        days=days,
        samples=samples,
        replicates=replicates,
        seed=seed,
    )
    order = Order(sweep, graph or graph_file, out, None if graph else config)
    if dry_run:
        from simulation.cli.sweep_plan import plan

        typer.echo(plan(order, where, fresh=fresh, retry=retry))
    else:
        carry_out(order, where, fresh=fresh, retry=retry, keep=keep)


def retry(folder: SweepFolder, workers: Workers = None, scheduler: Scheduler = None) -> None:
    """Repeat the runs of a sweep that failed, are missing, or were measured by outcomes that have changed.

    DIR holds all that is needed. Runs whose results were kept (--keep) are measured again, not simulated.

    \b
    Examples:
      follower-dynamics sweep retry out/sweep
      follower-dynamics sweep retry out/sweep --scheduler tcp://10.0.0.1:8786
    """
    from simulation.study.folder.sweep_folder import open_sweep

    where = Where(workers, scheduler)
    found = open_sweep(folder)
    if found.made.graph is not None and found.graph_file is None:
        found.social_graph()  # says that it cannot be had
    carry_out(Order(found.loaded(), found.graph_file, folder), where, retry=True)


def measure(
    folder: SweepFolder,
    outcome: Annotated[
        list[str], typer.Option(metavar="NAME", help="A headline outcome, mine.py:rate or module:rate; repeatable.")
    ],
    workers: Workers = None,
) -> None:
    """Measure more outcomes on the stored results of a sweep that was run with --keep, without simulating.

    The table then has the earlier outcomes and the new ones.

    \b
    Examples:
      follower-dynamics sweep measure out/sweep --outcome views --outcome mine.py:rate
    """
    from simulation.study.design.outcomes import named_outcomes
    from simulation.study.folder.sweep_folder import open_sweep

    found = open_sweep(folder)
    _report(found.measure(named_outcomes(outcome, Path.cwd()), workers=workers, say=note))


def carry_out(order: Order, where: Where, *, fresh: bool = False, retry: bool = False, keep: bool = False) -> None:
    """Run it, and say what came of it.

    Raises
    ------
    typer.Exit
        With the code FAILURES, if there are runs that failed, now or before.
    """
    from simulation.study import run_sweep

    options: Doing = {"workers": where.workers, "fresh": fresh, "retry": retry, "say": note}
    graph = order.social_graph()
    try:
        with where.executor() as (options["executor"], options["slots"]):
            study = run_sweep(
                order.sweep, order.out, social_graph=graph, graph_file=order.graph_file, keep=keep, **options
            )
    except KeyboardInterrupt:
        again = "the same command" + (" without --fresh" if fresh else "")
        note(f"{again} goes on from there; how far it is: {_command('status', order.out)}")
        raise
    _report(study)


def _report(study: "Study") -> None:
    out, design = study.store.folder, study.store.design
    before = f", {study.reused:,} were there already" if study.reused else ""
    typer.echo(
        f"{design.name}: {study.new:,} runs done{before}; one row per run in {out / 'runs.parquet'}\n"
        f"see them: {_command('table', out)}, or {_command('plot', out)}"
    )
    if study.failures:
        (reason, times), *others = reasons(study.failures).most_common()
        often = f" ({times:,} of them; {len(others)} other reasons)" if others else ""
        note(
            f"error: {len(study.failures):,} of {len(design):,} runs failed: {reason}{often}; parameters and "
            f"tracebacks are noted in {out / 'failed'}, and {_command('retry', out)} runs them again"
        )
    if study.missing:
        note(
            f"error: {study.missing:,} of {len(design):,} runs are not in {out / 'runs'}: something removed their "
            f"files while the sweep ran; {_command('retry', out)} runs them again"
        )
    if not study.complete:
        raise typer.Exit(FAILURES)


def _command(name: str, *words: Any) -> str:
    return f"`follower-dynamics sweep {name} {' '.join(shlex.quote(str(word)) for word in words)}`"
