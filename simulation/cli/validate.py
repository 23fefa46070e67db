"""Command ``validate``: is what theory, experiments and data say what the simulation gives?"""

import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from simulation.cli.group import note

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulation.validation.run import Outcome

MISSED = 1
"""Exit code where a target is missed, or could not be measured."""
USUAL = Path("follower-dynamics-validation")


def validate(
    names: Annotated[list[str] | None, typer.Argument(metavar="[NAME]...", help="Only these targets.")] = None,
    quick: Annotated[bool, typer.Option("--quick", help="Small worlds and few seeds: minutes.")] = False,
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder of the page; the same one goes on.")] = USUAL,
    data: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR", help="Folder of real data.  [default: $FOLLOWER_DATA, or shared/data beside the repository]"
        ),
    ] = None,
    workers: Annotated[int | None, typer.Option(min=1, metavar="N", help="Processes.  [default: all cores]")] = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="Measure again what the folder holds already.")] = False,
    listed: Annotated[bool, typer.Option("--list", help="List the targets, and run nothing.")] = False,
) -> None:
    """Measure every target, and write a page: target, source, what came out with its interval, met or not, figures.

    Targets are laws that hold exactly in special cases, experiments, and what data of others show. Those that need
    real data are skipped without them. Stopped or killed, the same command goes on where it was. The full form takes
    about a quarter of an hour on two cores, --quick about two minutes.

    Exit code 0: every target is met; 1: one is missed, or could not be measured.

    \b
    Examples:
      follower-dynamics validate --list
      follower-dynamics validate --quick
      follower-dynamics validate two_state polya --out out/laws
    """
    from simulation.cli.group import announce_compilation
    from simulation.validation.data import data_folder
    from simulation.validation.page import summary
    from simulation.validation.report import write_report
    from simulation.validation.run import missed, refused
    from simulation.validation.run import validate as measure
    from simulation.validation.target import Effort
    from simulation.validation.targets import chosen

    targets = chosen(names or [])
    if listed:
        width = max(len(target.name) for target in targets)
        typer.echo("\n".join(f"{t.name.ljust(width)}  {t.kind.ljust(10)}  {t.title}" for t in targets))
        return
    effort = Effort(quick, data_folder(data))
    announce_compilation("compiled")
    with _Watch(len(targets)) as watch:
        outcomes = measure(targets, effort, out, workers=workers, fresh=fresh, tell=watch)
    page = write_report(outcomes, out, _command(names or [], quick))
    fails = refused(outcomes)
    for outcome in outcomes:
        typer.echo(f"{outcome.target.name}: {summary(outcome, fails.get(outcome.target.name, []))}")
    typer.echo(f"page: {page}")
    for outcome in outcomes:
        if outcome.error:
            note(f"{outcome.target.name} could not be measured:\n{outcome.error}")
    if missed(outcomes):
        note("a target is missed; the page lists what is missed first")
        raise typer.Exit(MISSED)


def _command(names: "Sequence[str]", quick: bool) -> str:
    """The command that gives this page again, wherever it is written."""
    return shlex.join(["follower-dynamics", "validate", *names, *(["--quick"] if quick else [])])


class _Watch:
    """Tells of each target as it is done: a bar on a terminal, and a line each, with what it took."""

    def __init__(self, total: int) -> None:
        from tqdm import tqdm

        self._bar = tqdm(total=total, unit="target", disable=not sys.stderr.isatty(), dynamic_ncols=True)

    def __enter__(self) -> "_Watch":
        return self

    def __exit__(self, *what: object) -> None:
        self._bar.close()

    def __call__(self, outcome: "Outcome") -> None:
        took = "there already" if outcome.seconds != outcome.seconds else f"{outcome.seconds:.0f} s"
        word = "skipped" if outcome.lacks else "FAILED" if outcome.error else took
        self._bar.write(f"{outcome.target.name}: {word}", file=sys.stderr)
        self._bar.update()
