"""Command ``export``: the follow graph for other programs."""

from pathlib import Path
from typing import Annotated

import typer

from simulation.cli.options import ResultFolder


def export(
    folder: ResultFolder,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="Its name says the format: .graphml .gexf .csv, with or without .gz.")
    ],
    day: Annotated[
        int | None, typer.Option(metavar="D", help="At the end of this day; -1: before the first.  [default: the last]")
    ] = None,
) -> None:
    """Write the follow graph of any day to a file: GraphML, GEXF or CSV.

    Nodes are user ids (with the creator's number for creators); an edge runs from a follower to the followed,
    with the creator's number and the day of following.

    \b
    Examples:
      follower-dynamics export out/chronological follows.graphml
      follower-dynamics export out/chronological early.csv.gz --day 30
    """
    from simulation.export import export_graph
    from simulation.records import load_result

    result = load_result(folder)
    export_graph(result, file, day)
    typer.echo(f"wrote {file}")
