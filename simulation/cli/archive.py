"""Command ``archive``: a folder as one file to deposit, an RO-Crate."""

from pathlib import Path
from typing import Annotated

import typer

from simulation.cli.group import note


def archive(
    folder: Annotated[
        Path, typer.Argument(metavar="FOLDER", help="Of a run, a sweep, an experiment, or a checkpoint; only read.")
    ],
    out: Annotated[Path, typer.Argument(metavar="OUT.zip", help="The archive to write.")],
    author: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help='Author: "Name" or "Name, https://orcid.org/..."; repeatable.'),
    ] = None,
    licence: Annotated[
        str | None,
        typer.Option("--license", metavar="TERMS", help="Licence: SPDX identifier (CC-BY-4.0), URL or sentence."),
    ] = None,
    title: Annotated[str | None, typer.Option(metavar="TEXT", help="Title of the archive.")] = None,
    force: Annotated[bool, typer.Option("--overwrite", "--force", help="Replace OUT.zip if it exists.")] = False,
) -> None:
    """Pack a folder as an RO-Crate: inputs, results, versions, social graph, code and the command that repeats it.

    The metadata follow RO-Crate 1.1 and its profile Process Run Crate 0.5. Files are listed with size and SHA-256. The
    same folder gives the same archive, byte for byte.

    \b
    Examples:
      follower-dynamics archive out/chronological chronological.zip
      follower-dynamics archive out/sweep sweep.zip --license CC-BY-4.0 --author "Ada Lovelace"
    """
    from simulation.archive import archive as pack

    pack(folder, out, authors=author or (), licence=licence, title=title, overwrite=force, say=note)
    typer.echo(f"wrote {out}")
    if licence is None:
        note("no licence is stated in it: others may not reuse the data without one (--license CC-BY-4.0)")
