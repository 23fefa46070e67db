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
