"""Options that several commands share, each declared once."""

from pathlib import Path
from typing import Annotated, Literal

import typer

EngineChoice = Literal["compiled", "mesa"]
RecordChoice = Literal["daily", "events", "posts"]

ResultFolder = Annotated[Path, typer.Argument(metavar="DIR", help="Folder of a result, as `run --out DIR` left it.")]
Engine = Annotated[
    EngineChoice | None,
    typer.Option(help="compiled: fast loops over arrays; mesa: readable agents. Both give the same history."),
]
Threads = Annotated[
    int | None,
    typer.Option(min=1, metavar="N", help="Threads of the compiled engine; affects speed only.  [default: all cores]"),
]
Config = Annotated[Path | None, typer.Argument(metavar="CONFIG", help="TOML file; not needed where --preset is given.")]
Preset = Annotated[str | None, typer.Option(metavar="NAME", help="Start from a preset; `presets` lists them.")]
Settings = Annotated[
    list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help="Set a parameter (repeatable).")
]
Plugins = Annotated[
    list[str] | None,
    typer.Option(
        "--plugin",
        metavar="FILE.py:NAME",
        help="Take in a plug-in of your own: a rule, strategy, column, act, phase, factor or feed source (repeatable).",
    ),
]
Interventions = Annotated[
    list[str] | None,
    typer.Option(
        "--intervene",
        metavar='"DAY LEVER=VALUE [@ CREATORS]"',
        help="Change a lever, or act on creators, from the start of a day (repeatable); `levers` "
        "lists what can be changed.",
    ),
]
Code = Annotated[
    Path | None,
    typer.Option(metavar="FOLDER", help="Folder of your own modules and files.  [default: where they were]"),
]
Graph = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Social graph: .csv .tsv .txt .edges .graphml .gexf, with or without .gz."),
]
Record = Annotated[
    RecordChoice,
    typer.Option(
        help="What to store besides the tables by day. daily: nothing; events: every follow and unfollow, with its "
        "cause; posts: also every post, with its views and likes.",
        show_default=True,
    ),
]
Days = Annotated[int | None, typer.Option(min=1, metavar="N", help="Days to simulate.  [default: 365]")]
Workers = Annotated[int | None, typer.Option(min=1, metavar="N", help="Processes.  [default: all cores]")]
Outcomes = Annotated[
    list[str] | None, typer.Option("--outcome", metavar="NAME", help="Only this outcome (repeatable).")
]
