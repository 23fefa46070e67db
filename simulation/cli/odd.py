"""Command ``odd``: a model described in the ODD protocol."""

from pathlib import Path
from typing import Annotated

import typer

from simulation.errors import OutputError


def odd(
    given: Annotated[
        Path | None,
        typer.Argument(
            metavar="[FILE|FOLDER]",
            help="TOML file of a scenario or a sweep, or the folder of a result or a sweep.  [default: the default "
            "model]",
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="ODD.md", help="File to write, in Markdown.  [default: print it]")
    ] = None,
    force: Annotated[bool, typer.Option("--overwrite", "--force", help="Replace ODD.md if it exists.")] = False,
) -> None:
    """Describe a model in the ODD protocol: the default one, or your own with its plug-ins and what else differs.

    Rules, parameters and equations come from the code. Of your own model the document has a chapter with what differs
    from the default: parameters set, preset, interventions, a social graph or creators that were given, what a sweep
    varies, and each plug-in and agent class with its docstring or `about`, its parameters and its source text. A stored
    result or sweep is enough for that, also where the files of its plug-ins are gone.

    \b
    Examples:
      follower-dynamics odd --out odd.md
      follower-dynamics odd study.toml --out odd.md
      follower-dynamics odd out/study --out odd.md
      follower-dynamics odd out/sweep --out odd.md
    """
    if out is not None and (out.is_dir() or (out.exists() and not force)):
        advice = "" if out.is_dir() else ", or replace it (overwrite=True)"
        raise OutputError(f"{out} exists already; choose another name{advice}", path=out)
    from simulation.files import write_whole
    from simulation.odd import odd_document

    text = odd_document(given, links=None if given or out is None else _links(out))
    if out is None:
        typer.echo(text, nl=False)
    else:
        write_whole(out, text)
        typer.echo(f"wrote {out}")


def _links(out: Path) -> str | None:
    """How a document in a clone of the repository gets to its root; None outside, where rules have no file to link."""
    root = Path(__file__).resolve().parents[2]
    if not (root / "pyproject.toml").exists() or not out.resolve().is_relative_to(root):
        return None
    return "../" * (len(out.resolve().relative_to(root).parts) - 1)
