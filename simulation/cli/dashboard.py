"""Command ``app``: the dashboard in a browser on this machine."""

from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from simulation.cli.group import note
from simulation.cli.options import Plugins, Preset, Threads
from simulation.errors import ConfigError, ParameterError

if TYPE_CHECKING:
    from simulation.scenario import Scenario


def app(
    config: Annotated[
        Path | None, typer.Argument(metavar="CONFIG", help="TOML file, as for `run`: what every window begins with.")
    ] = None,
    preset: Preset = None,
    plugins: Plugins = None,
    seed: Annotated[int | None, typer.Option(metavar="N", help="0 to 2**64 - 1.  [default: 0]")] = None,
    port: Annotated[
        int, typer.Option(min=0, max=65535, metavar="N", help="Port of this machine; 0 takes one that is free.")
    ] = 5006,
    show: Annotated[bool, typer.Option("--open/--no-open", help="Open a browser window.")] = True,
    threads: Threads = None,
) -> None:
    """Open the dashboard in a browser: watch a run, change a lever, compare two runs.

    The dashboard is served to this machine only, at 127.0.0.1, and needs no internet. Each window has its own runs.
    Levers act on the next day; other parameters take effect when the run restarts. Compare adds a run B with common
    random numbers (the same population and random draws), so that every difference is an effect of your change.
    Download a run as a result folder, or as a TOML file that repeats it with `run`. Ctrl-C stops the server.

    \b
    Examples:
      follower-dynamics app
      follower-dynamics app --preset tiktok --seed 7
      follower-dynamics app --plugin contagion.py:CONTAGION
      follower-dynamics app study.toml --port 0 --no-open
    """
    if find_spec("panel") is None:
        raise ConfigError("the dashboard needs Panel, which is not installed: pip install 'follower-dynamics[app]'")
    scenario = _begin(config, preset, seed, plugins or [])
    note("starting ...")
    from simulation.app.serve import start

    def said(address: str) -> None:
        typer.echo(f"{address}  (Ctrl-C stops it)")

    start(scenario, port=port, threads=threads, show=show, said=said)
    note("stopped")


def _begin(config: Path | None, preset: str | None, seed: int | None, plugins: Sequence[str] = ()) -> "Scenario":
    """What every window begins with.

    Raises
    ------
    ConfigError, ParameterError
        If the file or the preset does not do, or asks for what the dashboard has not.
    """
    from simulation.app.beginnings import beginning
    from simulation.scenario_file import brought, read_run_file

    given = {} if config is None else dict(read_run_file(config).arguments)
    for name, what in (("graph", "a social graph from a file"), ("interventions", "interventions planned beforehand")):
        if given.get(name):
            raise ParameterError(f"{config}: the dashboard does not take {what}; `follower-dynamics run` does")
    given |= brought(plugins, given)
    for name in ("graph", "interventions", "days"):  # a window goes on for as long as it is open
        given.pop(name, None)
    preset = preset or given.pop("preset", "default")
    return beginning(**{**given, "preset": preset} | ({} if seed is None else {"seed": seed}))
