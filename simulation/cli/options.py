"""Options that several commands share, each declared once."""

from pathlib import Path
from typing import Annotated, Literal

import typer

EngineChoice = Literal["compiled", "mesa"]

ResultFolder = Annotated[Path, typer.Argument(metavar="DIR", help="Folder of a result, as `run --out DIR` left it.")]
Engine = Annotated[
    EngineChoice | None,
    typer.Option(help="Loops over arrays (compiled) or agents one can read (mesa); the history is the same."),
]
Threads = Annotated[
    int | None,
    typer.Option(
        min=1, metavar="N", help="Threads of the compiled engine; changes nothing but the speed.  [default: all cores]"
    ),
]
Config = Annotated[Path | None, typer.Argument(metavar="CONFIG", help="TOML file; not needed where --preset is given.")]
Preset = Annotated[str | None, typer.Option(metavar="NAME", help="Start from a preset; `presets` lists them.")]
Settings = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="NAME=VALUE", help="Set a parameter; may be given again and again."),
]
Interventions = Annotated[
    list[str] | None,
    typer.Option(
        "--intervene",
        metavar='"DAY LEVER=VALUE [@ CREATORS]"',
        help="Move a lever, or do something to creators, as a day begins; may be given again and again; `levers` "
        "lists them.",
    ),
]
Graph = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Social graph: .csv .tsv .txt .edges .graphml .gexf, with or without .gz."),
]
Days = Annotated[int | None, typer.Option(min=1, metavar="N", help="Days to simulate.  [default: 365]")]
Workers = Annotated[int | None, typer.Option(min=1, metavar="N", help="Processes.  [default: all cores]")]
