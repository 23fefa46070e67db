"""Command ``show``: a stored result in words and figures."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from simulation.cli.group import note
from simulation.cli.options import ResultFolder
from simulation.errors import ParameterError

if TYPE_CHECKING:
    from simulation.records import Result


def show(
    folder: ResultFolder,
    creator: Annotated[
        int | None, typer.Option(metavar="J", help="Show this creator (0..M-1) and not the whole run.")
    ] = None,
    explain: Annotated[
        str | None, typer.Option(metavar="USER,CREATOR", help="Say why this user followed or left this creator.")
    ] = None,
    figures: Annotated[bool, typer.Option(help="Save figures.")] = True,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Folder for the figures.  [default: the result's, with -figures]")
    ] = None,
) -> None:
    """Summarise and plot a stored run.

    \b
    Examples:
      follower-dynamics show out/chronological
      follower-dynamics show out/chronological --creator 12 --out figures
      follower-dynamics show out/chronological --explain 310,12
    """
    from simulation.cli import account
    from simulation.records import load_result

    tie = None if explain is None else _tie(explain)
    result = load_result(folder)
    if tie is not None:
        typer.echo(account.folded(result.explain(*tie)))
        return
    if creator is None:
        typer.echo(account.account(result))
    else:
        typer.echo(account.creator_account(result, creator))
    if figures:
        place = folder.with_name(f"{folder.resolve().name}-figures") if out is None else out
        if result.days and "events" in result.tables:
            drawn = draw(result, place, creator)
            typer.echo("\nfigures: " + ", ".join(str(path) for path in drawn))
        else:
            note("no figures: they need at least one day and the event log, and this run has not both")


def draw(result: "Result", folder: Path, creator: int | None = None) -> list[Path]:
    """Draw the run, or one creator, as PDF and PNG into a folder; returns the files."""
    from simulation import plots

    if creator is None:
        return plots.save(plots.overview(result), folder / "overview")
    return plots.save(plots.rise_and_fall(result, creator), folder / f"creator-{creator}")


def _tie(text: str) -> tuple[int, int]:
    user, comma, creator = text.partition(",")
    try:
        if comma:
            return int(user), int(creator)
    except ValueError:
        pass
    raise ParameterError(f"--explain {text!r} must be two numbers, USER,CREATOR, for example --explain 310,12")
