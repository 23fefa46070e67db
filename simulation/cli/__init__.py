"""The command ``follower-dynamics``: a thin layer that reads arguments, calls the package and prints what comes out.

Each command is a file. Whatever takes long to import is imported inside the commands, so that ``--help`` is there at
once.
"""

from typing import Annotated

import typer

from simulation.cli.check import check
from simulation.cli.demo import demo
from simulation.cli.export import export
from simulation.cli.group import KindGroup
from simulation.cli.listing import parameters, presets
from simulation.cli.rerun import rerun
from simulation.cli.run import run
from simulation.cli.show import show

app = typer.Typer(
    cls=KindGroup,
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        from simulation import __version__

        typer.echo(f"follower-dynamics {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")] = False,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Simulate why people follow and unfollow creators on a short-video platform.

    \b
    A first look, half a minute, no arguments needed:
      follower-dynamics demo
    \b
    A year of your own, what came out of it, and the same once more:
      follower-dynamics run --preset tiktok --seed 1 --out out/tiktok
      follower-dynamics show out/tiktok
      follower-dynamics rerun out/tiktok
    """


for _command in (demo, run, show, rerun, export, parameters, presets, check):
    app.command()(_command)


def main() -> None:
    """Entry point of the command."""
    app(prog_name="follower-dynamics")
