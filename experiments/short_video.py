"""The fit behind the preset ``short_video``: assumptions fitted to KuaiRand and to the rates of the field.

``python -m experiments.short_video`` leaves a folder with the posterior, figures and a summary, and prints the values
it finds; docs/calibration.md says how those of the preset were chosen. Parameters that
these observations do not tell of stay at their defaults.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import typer

from experiments.short_video_data import (
    FREE,
    GIVEN,
    SCREENED,
    SMALL,
    UNTOLD,
    USUAL,
    observations,
    out_of_reach,
    read_counts,
)
from simulation.cli.group import announce_compilation, note
from simulation.errors import FollowerDynamicsError
from simulation.study.folder.files import claim
from simulation.versions import history_version


class Size(NamedTuple):
    """How much is done."""

    budget: int
    """Simulations of the fit."""
    particles: int
    """Draws of its rounds."""
    predicted: int
    """Worlds of the predictive check."""
    seeds: int
    """Fresh seeds on which defaults and preset are compared."""
    full_seeds: int
    """The same in worlds of default size; 0 leaves that out."""
    draws: int
    """Draws of the posterior among which worlds of default size choose; 0 takes medians."""


WHOLE, QUICK = Size(400, 120, 40, 8, 3, 24), Size(120, 40, 6, 2, 0, 0)
SCREEN_SEEDS = (11, 12, 13)
RECOVERY = {"budget": 300, "particles": 80}
FIT = "fit"
"""Folder of the simulations of the fit, from which the same command goes on where it was stopped."""
CONTENTS = (
    FIT,
    "posterior.csv",
    "simulations.parquet",
    "agreement.csv",
    "screen.csv",
    "recovery.csv",
    "figures",
    "summary.md",
    "short_video.toml",
)
REFUSED, INTERRUPTED = 2, 130

app = typer.Typer(
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@dataclass(frozen=True)
class Wanted:
    """What was asked for."""

    out: Path
    quick: bool = False
    budget: int | None = None
    workers: int | None = None
    seed: int = 1
    screen: bool = False
    wide: bool = False
    recover: int = 0
    fresh: bool = False
    progress: bool = True


def _option(text: str, *names: str, **more: Any) -> Any:
    return typer.Option(*names, help=text, **more)


@app.command()
def main(
    out: Annotated[Path, _option("Folder for what comes out.", metavar="DIR")] = Path("out/short_video"),
    quick: Annotated[bool, _option("Small worlds and few of them, to see that it works.", "--quick")] = False,
    budget: Annotated[int | None, _option("Simulations of the fit.", min=40, metavar="N", show_default="400")] = None,
    workers: Annotated[int | None, _option("Processes.", min=1, metavar="N", show_default="one a core")] = None,
    seed: Annotated[int, _option("Of everything drawn.", min=0, metavar="N")] = 1,
    screen: Annotated[bool, _option("First see which assumptions matter at all.", "--screen")] = False,
    wide: Annotated[bool, _option("Fit also what turned out not to be identifiable.", "--wide")] = False,
    recover: Annotated[int, _option("Trials with known parameters, in small worlds.", min=0, metavar="TRIALS")] = 0,
    fresh: Annotated[bool, _option("Start over in a folder that has another fit.", "--fresh")] = False,
) -> None:
    """Fit the preset short_video to KuaiRand and to the rates of the field, and print its values.

    The data are looked for in the folder that the environment variable FOLLOWER_DATA names.

    \b
    Examples:
      python -m experiments.short_video --quick
      python -m experiments.short_video --screen --recover 20
      python -m experiments.short_video --wide --out out/wide
    """  # noqa: D301, because \\b tells the help to leave a paragraph as it is
    try:
        typer.echo(fit(Wanted(out, quick, budget, workers, seed, screen, wide, recover, fresh)))
    except FollowerDynamicsError as error:
        note(f"error: {error}")
        raise typer.Exit(REFUSED) from None
    except KeyboardInterrupt:
        note("stopped: the simulations of the fit are kept, and the same command goes on from there")
        raise typer.Exit(INTERRUPTED) from None


def fit(wanted: Wanted) -> str:
    """Do all of it, leave it in the folder, and return the summary.

    Raises
    ------
    ConfigError
        If the data are not there.
    ResultError, OutputError
        If the folder belongs to something else, or cannot be written.
    """
    from experiments.short_video_report import Found, leave
    from experiments.short_video_runs import agreement, checked, medians, nearest
    from experiments.short_video_screen import screen
    from simulation.study import LivedWorld, calibrate, recover
    from simulation.study.run.work import crew

    counts = read_counts()
    seen, beyond = observations(counts), out_of_reach(counts)
    settings = {"quick": wanted.quick, "wide": wanted.wide, "budget": wanted.budget, "seed": wanted.seed}
    identity = {"name": "short_video", **settings, "code": history_version()}
    claim(wanted.out, "experiment", identity, fresh=wanted.fresh, contents=CONTENTS)
    announce_compilation("compiled")
    size, world = (QUICK, SMALL) if wanted.quick else (WHOLE, USUAL)
    budget, free = wanted.budget or size.budget, (*FREE, *UNTOLD) if wanted.wide else FREE
    with crew(wanted.workers) as hands:
        who: dict[str, Any] = {"workers": 1, "executor": hands, "progress": wanted.progress}
        looked = (
            screen((*seen, *beyond), SMALL if wanted.quick else SCREENED, SCREEN_SEEDS, **who)
            if wanted.screen
            else None
        )
        drawn = {"budget": budget, "particles": min(size.particles, budget), "seed": wanted.seed}
        place = {"folder": wanted.out / FIT, "fresh": wanted.fresh}
        found = calibrate(free, seen, days=world.days, constants={**world.constants, **GIVEN}, **drawn, **place, **who)
        found.predictive(size.predicted, **who)
        chosen = nearest(found, size.draws, **who) if size.draws else medians(found)
        values = {**GIVEN, **chosen}
        compared = agreement(values, (*seen, *beyond), world, size.seeds, **who)
        full = checked(values, size.full_seeds, **who) if size.full_seeds else None
        small = LivedWorld(SMALL.days, {**SMALL.constants, **GIVEN})
        again = (
            recover(free, seen, small, trials=wanted.recover, seed=wanted.seed, **RECOVERY, **who)
            if wanted.recover
            else None
        )
    return leave(wanted.out, Found(world, found, values, compared, full, looked, again))


if __name__ == "__main__":
    app(prog_name="python -m experiments.short_video")
