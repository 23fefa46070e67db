"""``follower-dynamics experiment``: run an experiment, list those that are shipped, copy one to change it."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from simulation.cli.group import note
from simulation.cli.options import Graph, Workers

FAILURES = 1
"""Exit code where some runs failed."""


def experiment(
    name: Annotated[
        str | None, typer.Argument(help="Name of a shipped experiment, or a file.", metavar="[NAME|FILE]")
    ] = None,
    list_all: Annotated[bool, typer.Option("--list", help="List the shipped experiments.")] = False,
    copy: Annotated[
        str | None, typer.Option(metavar="NAME", help="Copy a shipped experiment to NAME.py, or to --out.")
    ] = None,
    quick: Annotated[bool, typer.Option("--quick", help="A small design, done in seconds; gives no verdicts.")] = False,
    replicates: Annotated[int | None, typer.Option(metavar="N", help="Replicates of every arm.")] = None,
    samples: Annotated[
        int | None, typer.Option(metavar="N", help="Draws of all uncertain parameters, for robustness.")
    ] = None,
    users: Annotated[int | None, typer.Option(metavar="N", help="Users of each world.")] = None,
    days: Annotated[int | None, typer.Option(metavar="N", help="Days that each world is simulated.")] = None,
    graph: Graph = None,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Folder for everything it leaves.  [default: out/NAME]")
    ] = None,
    workers: Workers = None,
    seed: Annotated[int, typer.Option(metavar="N", help="Seed that all others are spawned from.")] = 1,
    fresh: Annotated[bool, typer.Option("--fresh", help="Start over where DIR holds this experiment.")] = False,
    retry: Annotated[bool, typer.Option("--retry", help="Run again what failed before.")] = False,
) -> None:
    """Run an experiment: many simulations, on all cores, that answer one question.

    It leaves tidy tables (Parquet), figures (PDF and PNG) and summary.md, which begins with the answer. Stop it, or let
    it be killed: the same command continues where it was.

    \b
    Examples:
      follower-dynamics experiment --list
      follower-dynamics experiment bandwagon --quick
      follower-dynamics experiment bandwagon --graph friends.csv --out out/friends
      follower-dynamics experiment --copy bandwagon --out mine.py
      follower-dynamics experiment mine.py
    """
    from simulation.errors import ParameterError
    from simulation.experiment import library
    from simulation.experiment.options import Options
    from simulation.experiment.run import DECLARED
    from simulation.files import make_folder, write_whole
    from simulation.own_code import own_code

    if list_all:
        known = {short: library.load(path) for short, path in library.shipped().items()}
        width = max(map(len, known), default=0)
        for short, one in known.items():
            typer.echo(f"{short:{width}}  {one.question}\n{'':{width}}  {one.claims}.")
        return
    if copy is not None:
        made = library.copy(copy, out or Path(f"{Path(copy).stem}.py"))
        note(f"wrote {made}; run it with: follower-dynamics experiment {made}")
        return
    if name is None:
        raise ParameterError(f"say which experiment: {', '.join(library.shipped())}, or a file")
    file = library.find(name)
    one = library.load(file)
    options = Options(
        out=out or Path("out") / file.stem,
        quick=quick,
        replicates=replicates,
        samples=samples,
        users=users,
        days=days,
        graph=graph,
        workers=workers,
        seed=seed,
        fresh=fresh,
        retry=retry,
        say=note,
    )
    done = one.run(options)
    if name in library.shipped():
        (options.out / DECLARED).unlink(missing_ok=True)
    else:
        for place, code in own_code([str(file)]).files.items():  # with all that it imports, so that it runs from there
            kept = options.out / (DECLARED if place == file.name else place)
            make_folder(kept.parent)
            write_whole(kept, code.read_bytes())
    if not done:
        raise typer.Exit(FAILURES)


def main(file: str) -> None:
    """Run the experiment that a file declares, with the options of the command: the end of the file calls it."""
    from simulation.cli import app

    app(["experiment", file, *sys.argv[1:]], prog_name="follower-dynamics")
