"""The command ``follower-dynamics``: a thin layer that reads arguments, calls the package and prints what comes out.

Each command is a file. Whatever takes long to import is imported inside the commands, so that ``--help`` is there at
once.
"""

from typing import Annotated

import typer

from simulation.cli import (
    archive,
    check,
    compare,
    dashboard,
    demo,
    experiment,
    export,
    listing,
    odd,
    rerun,
    resume,
    run,
    show,
    sweep,
)
from simulation.cli.group import KindGroup

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
    A quick demo of half a minute, without arguments:
      follower-dynamics demo
    \b
    Simulate a year, look at the result, and repeat it:
      follower-dynamics run --preset chronological --seed 1 --out out/chronological
      follower-dynamics show out/chronological
      follower-dynamics rerun out/chronological
    """


for _command, _summary in (
    (demo.demo, "Quick demo: simulate 180 days, print a summary, save figures."),
    (run.run, "Simulate a scenario and store the result in a folder."),
    (resume.resume, "Continue a run that was stopped."),
    (compare.compare, "Run paired simulations with and without a change."),
    (experiment.experiment, "Run an experiment: a shipped one, or a file of your own."),
    (show.show, "Summarise and plot a stored run."),
    (rerun.rerun, "Run a stored result again and compare it bit for bit."),
    (export.export, "Write the follow graph of a day for other programs."),
    (archive.archive, "Pack a result for publication, as an RO-Crate."),
    (odd.odd, "Describe a model in the ODD protocol, plug-ins included."),
    (dashboard.app, "Open the dashboard in a browser: watch, change, compare."),
    (listing.parameters, "List the parameters and what they mean."),
    (listing.levers, "List what can be changed during a run."),
    (listing.presets, "List the presets, or print one."),
    (check.check, "Compare default runs with published figures."),
):
    app.command(short_help=_summary)(_command)
app.add_typer(sweep.app, name="sweep", short_help="Define, run, resume and plot parameter sweeps.")


def main() -> None:
    """Entry point of the command."""
    app(prog_name="follower-dynamics")
