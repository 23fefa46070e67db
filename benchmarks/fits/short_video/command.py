"""The command: fit, compare, and write it all to a folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from benchmarks.fits.short_video.assumptions import screen
from benchmarks.fits.short_video.observed import (
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
from benchmarks.fits.short_video.report import Found, leave
from benchmarks.fits.short_video.worlds import agreement, checked, medians, nearest
from simulation.cli.group import announce_compilation, note
from simulation.errors import FollowerDynamicsError
from simulation.scenario import Scenario
from simulation.study import ScenarioSimulator, calibrate, recover
from simulation.study.folder.files import claim
from simulation.study.run.work import crew
from simulation.versions import history_version

if TYPE_CHECKING:
    pass


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


app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)


@app.command()
def main(
    out: Annotated[Path, typer.Option(help="Folder for what comes out.")] = Path("out/short_video"),
    quick: Annotated[bool, typer.Option("--quick", help="Small worlds and few of them, to see that it works.")] = False,
    budget: Annotated[int | None, typer.Option(help="Simulations of the fit [default: 400].", min=40)] = None,
    workers: Annotated[int | None, typer.Option(help="Processes [default: one per core].", min=1)] = None,
    seed: Annotated[int, typer.Option(help="Of everything drawn.", min=0)] = 1,
    screen: Annotated[bool, typer.Option("--screen", help="First see which assumptions matter at all.")] = False,
    wide: Annotated[bool, typer.Option("--wide", help="Fit also what turned out not to be identifiable.")] = False,
    recover: Annotated[int, typer.Option(help="Trials with known parameters, in small worlds.", min=0)] = 0,
    fresh: Annotated[bool, typer.Option("--fresh", help="Start over in a folder that has another fit.")] = False,
) -> None:
    """Fit the preset short_video to KuaiRand and to the rates of the field, and print its values.

    The data are looked for in the folder that the environment variable FOLLOWER_DATA names.
    """
    try:
        typer.echo(fit(Wanted(out, quick, budget, workers, seed, screen, wide, recover, fresh)))
    except FollowerDynamicsError as error:
        note(f"error: {error}")
        raise typer.Exit(REFUSED) from None
    except KeyboardInterrupt:
        note("stopped: the simulations of the fit are kept, and the same command continues from there")
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
        where = SMALL if wanted.quick else SCREENED
        looked = screen((*seen, *beyond), where, SCREEN_SEEDS, **who) if wanted.screen else None
        drawn = {"budget": budget, "particles": min(size.particles, budget), "seed": wanted.seed}
        place = {"folder": wanted.out / FIT, "fresh": wanted.fresh}
        found = calibrate(free, seen, days=world.days, constants={**world.constants, **GIVEN}, **drawn, **place, **who)
        found.predictive(size.predicted, **who)
        chosen = nearest(found, size.draws, **who) if size.draws else medians(found)
        values = {**GIVEN, **chosen}
        compared = agreement(values, (*seen, *beyond), world, size.seeds, **who)
        full = checked(values, size.full_seeds, **who) if size.full_seeds else None
        small = ScenarioSimulator(Scenario({**SMALL.constants, **GIVEN}, days=SMALL.days))
        trials = {"trials": wanted.recover, "seed": wanted.seed, **RECOVERY}
        again = recover(free, seen, small, **trials, **who) if wanted.recover else None
    return leave(wanted.out, Found(world, found, values, compared, full, looked, again))
