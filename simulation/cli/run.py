"""Command ``run``: simulate, and store the result."""

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from simulation.cli.group import announce_compilation
from simulation.cli.options import (
    Config,
    Days,
    Engine,
    Graph,
    Interventions,
    Plugins,
    Preset,
    Record,
    Settings,
    Threads,
)
from simulation.errors import ParameterError
from simulation.study.run.watch import Watch

if TYPE_CHECKING:
    from simulation.model import FollowerModel
    from simulation.scenario import Scenario


def run(
    config: Config = None,
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder to store the result in.")] = ...,  # type: ignore[assignment]
    graph: Graph = None,
    settings: Settings = None,
    preset: Preset = None,
    interventions: Interventions = None,
    plugins: Plugins = None,
    engine: Engine = None,
    seed: Annotated[
        int | None,
        typer.Option(metavar="N", help="0 to 2**64 - 1; the same seed gives the same history.  [default: 0]"),
    ] = None,
    days: Days = None,
    threads: Threads = None,
    record: Record = "events",
    checkpoint_every: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="Write a checkpoint for `resume` every N days.")
    ] = None,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace the result that DIR holds; start a stopped run over.")
    ] = False,
) -> None:
    """Simulate a scenario (a TOML file or a preset), and store the result in a folder.

    The file has a table [run] (preset, seed, days, engine, graph), a table for each section of parameters that it
    changes, and a table [[interventions]] for each change during the run. Options override the file. The scenario.toml
    of a stored result is such a file, too.

    \b
    Examples:
      follower-dynamics run --preset chronological --seed 1 --out out/chronological
      follower-dynamics run study.toml --set feed.popularity_bias=0.5 --out out/half
      follower-dynamics run study.toml --graph friends.csv --days 90 --out out/friends
      follower-dynamics run study.toml --days 3650 --checkpoint-every 30 --out out/long
      follower-dynamics run study.toml --set posting.post_life=4 --record posts --out out/posts
      follower-dynamics run study.toml --intervene "90 hide_like_counts=true" --out out/hidden
      follower-dynamics run study.toml --plugin contagion.py:CONTAGION --set contagion.times=2 --out out/contagion
      follower-dynamics run study.toml --intervene "60 bought_followers=500 @ 3,17" --out out/bought
    \b
    A study.toml:
      [run]
      preset = "instagram"
      seed = 7
      days = 180
      [feed]
      popularity_bias = 0.8
      [[interventions]]
      day = 90
      lever = "popularity_bias"
      value = 0.2
    """
    from simulation.cli.config import asked
    from simulation.cli.resume import Order, carry_out, checkpoint_folder, refuse_unfinished
    from simulation.records.checkpoint import remove_checkpoint

    if config is None and preset is None:
        raise ParameterError(
            "say what to run: a TOML file, or --preset NAME; `follower-dynamics run --preset default --out out/first` "
            "runs the defaults"
        )
    check_folder(out, overwrite, checkpoints=checkpoint_every is not None)
    refuse_unfinished(out, overwrite)
    said = {"preset": preset, "seed": seed, "days": days, "engine": engine, "graph": graph}
    scenario, chosen = asked(config, settings or [], interventions or [], plugins or [], **said)
    model = made(scenario, threads=threads, record=record, **({"engine": chosen} if chosen else {}))
    remove_checkpoint(checkpoint_folder(out))  # before it can be taken for one of this run
    carry_out(Order(cast("int", scenario.days), checkpoint_every, overwrite), model, out)


def made(scenario: "Scenario", **run: Any) -> "FollowerModel":
    """The model of a scenario; where its world has to come to rest first, show how far it is."""
    days = scenario.parameters.population.burn_in
    if days == 0:
        return scenario.model(**run)
    announce_compilation(run.get("engine", "compiled"))
    with Watch("before day 0", days, unit="day", stays=False) as watch:
        return scenario.model(**run, progress=watch.count)


def live(model: "FollowerModel", days: int, what: str = "") -> None:
    """Simulate some days and show how far it is."""
    announce_compilation(model.engine)
    with Watch(what, days, unit="day", stays=False) as watch:
        model.run_for(days, progress=watch.count)


def check_folder(out: Path, overwrite: bool, *, checkpoints: bool = False) -> None:
    """Refuse a folder that cannot take a result, or none beside it checkpoints, before the time for a run is spent.

    Raises
    ------
    OutputError
        If something is there already that may not be replaced, or nothing can be written there.
    """
    from simulation.cli.resume import checkpoint_folder
    from simulation.files import writing
    from simulation.records.storage import refuse_taken

    with writing(out):
        refuse_taken(out, overwrite, "replace it by --overwrite")
        for folder in (out, checkpoint_folder(out)) if checkpoints else (out,):  # by these very names
            if not folder.exists():
                folder.resolve().mkdir(parents=True)
                folder.resolve().rmdir()
        with tempfile.TemporaryDirectory(dir=out.resolve().parent):
            pass
