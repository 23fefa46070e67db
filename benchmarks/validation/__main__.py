"""The command ``python -m benchmarks.validation``: does the model give what theory, experiments and data say?"""

import shlex
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from simulation.cli.group import KindGroup, announce_compilation, note

COMMAND = "python -m benchmarks.validation"
MISSED = 1
"""Exit code where a target is missed or could not be measured, or a file of real data is missing or altered."""
USUAL = Path("follower-dynamics-validation")
Folder = Annotated[
    Path | None,
    typer.Option(
        "--data",
        metavar="DIR",
        help="Folder of real data.  [default: $FOLLOWER_DATA, or shared/data beside the repository]",
    ),
]


class _Commands(KindGroup):
    """Measuring is what is done where no other command is named."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put the usual command first."""
        return super().parse_args(ctx, args if args[:1] == ["data"] else ["measure", *args])


app = typer.Typer(
    cls=_Commands,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.command()
def measure(
    names: Annotated[list[str] | None, typer.Argument(metavar="[NAME]...", help="Only these targets.")] = None,
    quick: Annotated[bool, typer.Option("--quick", help="Small populations and few seeds: minutes.")] = False,
    out: Annotated[
        Path, typer.Option(metavar="DIR", help="Folder of the report; a stopped run resumes there.")
    ] = USUAL,
    data: Folder = None,
    workers: Annotated[int | None, typer.Option(min=1, metavar="N", help="Processes.  [default: all cores]")] = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="Measure again what the folder already holds.")] = False,
    listed: Annotated[bool, typer.Option("--list", help="List the targets and exit.")] = False,
) -> None:
    """Validate the model against theory, experiments and data, and write a report with figures.

    Targets that need real data are skipped where the files are missing: `python -m benchmarks.validation data` lists
    the files and checks them. The full run takes about half an hour on two cores, --quick about two minutes.
    A stopped or killed run is resumed by the same command.

    Exit code 0: every target is met; 1: one is missed or could not be measured.

    \b
    Examples:
      python -m benchmarks.validation --list
      python -m benchmarks.validation --quick
      python -m benchmarks.validation two_state polya --out out/laws
      python -m benchmarks.validation data --data data
    """
    from benchmarks.validation.data import data_folder
    from benchmarks.validation.report import summary, write_report
    from benchmarks.validation.run import missed, refused, validate
    from benchmarks.validation.target import Effort
    from benchmarks.validation.targets import chosen

    targets = chosen(names or [])
    if listed:
        width = max(len(target.name) for target in targets)
        typer.echo("\n".join(f"{t.name.ljust(width)}  {t.kind.ljust(10)}  {t.title}" for t in targets))
        return
    effort = Effort(quick, data_folder(data))
    announce_compilation("compiled")
    with _Watch(len(targets)) as watch:
        outcomes = validate(targets, effort, out, workers=workers, fresh=fresh, tell=watch)
    page = write_report(outcomes, out, shlex.join([*COMMAND.split(), *(names or []), *(["--quick"] if quick else [])]))
    fails = refused(outcomes)
    for outcome in outcomes:
        typer.echo(f"{outcome.target.name}: {summary(outcome, fails.get(outcome.target.name, []))}")
    typer.echo(f"report: {page}")
    for outcome in outcomes:
        if outcome.error:
            note(f"{outcome.target.name} could not be measured:\n{outcome.error}")
    if missed(outcomes):
        note("a target is missed; the report lists what is missed first")
        raise typer.Exit(MISSED)


@app.command()
def data(folder: Folder = None) -> None:
    """List the files of real data, where to get them and what is in them, and check those that are there.

    Exit code 0: every file is there as it should be; 1: one is missing or altered.
    """
    from benchmarks.validation.data import FOLDER, data_folder, described, manifest

    where = data_folder(folder)
    typer.echo(f"folder of real data: {where or 'none'} (named by --data or {FOLDER}; paths below are relative to it)")
    typer.echo("\n".join(described(where)))
    faulty = [file.path for one in manifest() for file in one.files if file.fault(where)]
    if faulty:
        note(f"missing or altered: {', '.join(faulty)}")
        raise typer.Exit(MISSED)


class _Watch:
    """Tells of each target as it is done: a bar on a terminal, and a line each, with what it took."""

    def __init__(self, total: int) -> None:
        from tqdm import tqdm

        self._bar = tqdm(total=total, unit="target", disable=not sys.stderr.isatty(), dynamic_ncols=True)

    def __enter__(self) -> "_Watch":
        return self

    def __exit__(self, *what: object) -> None:
        self._bar.close()

    def __call__(self, outcome: Any) -> None:
        took = "there already" if outcome.seconds != outcome.seconds else f"{outcome.seconds:.0f} s"
        word = "skipped" if outcome.lacks else "FAILED" if outcome.error else took
        self._bar.write(f"{outcome.target.name}: {word}", file=sys.stderr)
        self._bar.update()


if __name__ == "__main__":
    app(prog_name=COMMAND)
