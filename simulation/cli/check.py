"""Command ``check``: does the model at its defaults, or as a preset sets it, look like the world?"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from simulation.analysis.wording import counted
from simulation.cli.group import note
from simulation.cli.options import Preset, Settings, Threads

if TYPE_CHECKING:
    from simulation.analysis.rest import Look
    from simulation.model import FollowerModel
    from simulation.scenario import Scenario

MISSED = 1
"""Exit code where a target is missed."""
QUICK_SEEDS = 2
QUICK_AGES = 2
"""Ages of a world at rest at which a quick check looks, the first ones."""


def check(
    seeds: Annotated[int, typer.Option(min=1, metavar="N", help="Replicates, seeds 0 to N - 1.")] = 5,
    quick: Annotated[bool, typer.Option("--quick", help=f"At most {QUICK_SEEDS} seeds, and a shorter life.")] = False,
    preset: Preset = None,
    settings: Settings = None,
    threads: Threads = None,
) -> None:
    """Compare runs with published figures: of one year, or of a world at rest on days 0, 180, 360 and 1,080.

    A preset whose world comes to rest before day 0 (population.burn_in), as `living` does, is held against the same
    bands at every age, over all users; any other, and the defaults, after one year.

    Exit code 0: every target is met; 1: one is missed.

    \b
    Examples:
      follower-dynamics check
      follower-dynamics check --quick
      follower-dynamics check --preset living --seeds 3
    """
    from simulation.cli.config import asked

    count = min(seeds, QUICK_SEEDS) if quick else seeds
    scenarios = [asked(None, settings or [], preset=preset, seed=seed)[0] for seed in range(count)]
    rests = scenarios[0].parameters.population.burn_in > 0
    told, met = (_at_rest if rests else _after_a_year)(scenarios, quick, threads)
    typer.echo(f"{'defaults' if preset is None else preset}, {told}")
    if not met:
        note("the mean over seeds is outside the band of a target")
        raise typer.Exit(MISSED)


def _after_a_year(scenarios: "Sequence[Scenario]", quick: bool, threads: int | None) -> tuple[str, bool]:
    """What was measured of the last day, as text, and whether every target is met."""
    from simulation.analysis.targets import check as measure
    from simulation.analysis.targets import format_check
    from simulation.cli.config import DAYS
    from simulation.cli.run import live

    results = []
    for scenario in scenarios:
        model = scenario.model(threads=threads)
        live(model, DAYS, _which(scenario, scenarios))
        results.append(model.result())
    table = measure(results)
    return f"{DAYS} days, {counted(len(scenarios), 'seed')}\n\n{format_check(table)}", bool(table["passed"].all())


def _at_rest(scenarios: "Sequence[Scenario]", quick: bool, threads: int | None) -> tuple[str, bool]:
    """What was measured at each age, as text, and whether every target is met at all of them."""
    from simulation.analysis.rest import AGES, WINDOW, check_at_rest, format_at_rest

    ages = AGES[:QUICK_AGES] if quick else AGES
    lives = [_looks(scenario, ages, WINDOW, _which(scenario, scenarios), threads) for scenario in scenarios]
    table = check_at_rest(lives, ages)
    burn_in, users = scenarios[0].parameters.population.burn_in, scenarios[0].parameters.population.users
    told = f"{users:,} users at rest after {burn_in} days, {counted(len(scenarios), 'seed')}; rates over {WINDOW} days"
    return f"{told}\n\n{format_at_rest(table)}", bool(table["passed"].all())


def _looks(scenario: "Scenario", ages: Sequence[int], window: int, which: str, threads: int | None) -> "list[Look]":
    from simulation.analysis.rest import look
    from simulation.cli.run import live, made

    model: FollowerModel = made(scenario, threads=threads, record="daily")
    looks = []
    for age in ages:
        live(model, age - model.day, which)
        now = model.result()
        live(model, window, which)
        looks.append(look(now, model.result(), scenario.parameters.population.departure_rate))
    return looks


def _which(scenario: "Scenario", scenarios: "Sequence[Scenario]") -> str:
    return f"seed {scenario.seed}, {scenario.seed + 1} of {len(scenarios)}"
