"""The script that makes the preset ``short_video``: assumptions fitted to KuaiRand and to the rates of the field.

``python -m experiments.short_video`` leaves a folder with the posterior, figures and a summary, and prints the values
of the preset. Parameters that these observations do not tell of stay at their defaults.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from experiments.short_video_data import FREE, SMALL, USUAL, observations, read_counts
from simulation.cli.compilation import announce_compilation
from simulation.cli.group import note
from simulation.compiling import code_version
from simulation.errors import FollowerDynamicsError
from simulation.study.files import claim

BUDGET, PARTICLES, PREDICTED, SEEDS, FULL_SEEDS = 600, 130, 40, 10, 3
"""Simulations of the fit and draws of its rounds; worlds of the predictive check; fresh seeds of the comparison, and of
that in worlds of default size."""
QUICK = {"budget": 120, "particles": 40, "predicted": 6, "seeds": 2, "full_seeds": 0}
RECOVERY_BUDGET, RECOVERY_PARTICLES = 300, 80
SCREEN_SEEDS = (11, 12, 13)
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


def _option(text: str, *names: str, **more: Any) -> Any:
    return typer.Option(*names, help=text, **more)


@app.command()
def main(
    out: Annotated[Path, _option("Folder for what comes out.", metavar="DIR")] = Path("out/short_video"),
    quick: Annotated[bool, _option("Small worlds and few of them: seconds, to see that it works.")] = False,
    budget: Annotated[int | None, _option("Simulations of the fit.", min=40, metavar="N", show_default=False)] = None,
    workers: Annotated[int | None, _option("Processes.", min=1, metavar="N", show_default="one a core")] = None,
    seed: Annotated[int, _option("Of everything drawn.", min=0, metavar="N")] = 1,
    screen: Annotated[bool, _option("First see which assumptions matter at all.", "--screen")] = False,
    recover: Annotated[int, _option("Trials with known parameters, in small worlds.", min=0, metavar="TRIALS")] = 0,
    fresh: Annotated[bool, _option("Start over in a folder that has another fit.", "--fresh")] = False,
) -> None:
    """Fit the preset short_video to KuaiRand and to the rates of the field, and print its values.

    The data are looked for in the folder that the environment variable FOLLOWER_DATA names.

    \b
    Examples:
      python -m experiments.short_video --quick
      python -m experiments.short_video --screen --recover 20
    """  # noqa: D301, because \\b tells the help to leave a paragraph as it is
    try:
        print(
            fit(
                out,
                quick=quick,
                budget=budget,
                workers=workers,
                seed=seed,
                screened=screen,
                trials=recover,
                fresh=fresh,
            )
        )
    except FollowerDynamicsError as error:
        note(f"error: {error}")
        raise typer.Exit(REFUSED) from None
    except KeyboardInterrupt:
        note("stopped")
        raise typer.Exit(INTERRUPTED) from None


def fit(
    out: Path,
    *,
    quick: bool = False,
    budget: int | None = None,
    workers: int | None = None,
    seed: int = 1,
    screened: bool = False,
    trials: int = 0,
    fresh: bool = False,
    progress: bool = True,
) -> str:
    """Do all of it, leave it in ``out``, and return the summary.

    Raises
    ------
    ConfigError
        If the data are not there.
    ResultError, OutputError
        If the folder belongs to something else, or cannot be written.
    """
    from experiments.short_video_report import Found, leave
    from experiments.short_video_runs import agreement, checked, rounded
    from experiments.short_video_screen import screen
    from simulation.study import LivedWorld, calibrate
    from simulation.study import recover as recover_known
    from simulation.study.numbered import crew

    seen = observations(read_counts())
    identity = {"name": "short_video", "quick": quick, "budget": budget, "seed": seed, "code": code_version()}
    claim(out, "experiment", identity, fresh=fresh, contents=CONTENTS)
    announce_compilation("compiled")
    size = {"budget": BUDGET, "particles": PARTICLES, "predicted": PREDICTED, "seeds": SEEDS, "full_seeds": FULL_SEEDS}
    size = QUICK if quick else size
    world, spent = SMALL if quick else USUAL, budget or size["budget"]
    with crew(workers) as hands:
        who: dict[str, Any] = {"workers": 1, "executor": hands, "progress": progress}
        looked = screen(seen, world, SCREEN_SEEDS, **who) if screened else None
        found = calibrate(
            FREE,
            seen,
            days=world.days,
            constants=world.constants,
            budget=spent,
            particles=min(size["particles"], spent),
            seed=seed,
            folder=out / FIT,
            fresh=fresh,
            **who,
        )
        found.predictive(size["predicted"], **who)
        values = rounded(found)
        compared = agreement(values, seen, world, size["seeds"], **who)
        full = checked(values, size["full_seeds"], **who) if size["full_seeds"] else None
        again = None
        if trials:
            again = recover_known(
                FREE,
                seen,
                LivedWorld(SMALL.days, SMALL.constants),
                trials=trials,
                seed=seed,
                budget=RECOVERY_BUDGET,
                particles=RECOVERY_PARTICLES,
                **who,
            )
    return leave(out, Found(world, found, values, compared, full, looked, again))


if __name__ == "__main__":
    app(prog_name="python -m experiments.short_video")
