"""Command ``check``: does the model at its defaults look like the world?"""

from typing import Annotated

import typer

from simulation.cli.group import note
from simulation.cli.options import Threads

MISSED = 1
"""Exit code where a target is missed."""
QUICK_SEEDS = 2


def check(
    seeds: Annotated[int, typer.Option(min=1, metavar="N", help="Replicates, seeds 0 to N - 1.")] = 5,
    quick: Annotated[bool, typer.Option("--quick", help=f"At most {QUICK_SEEDS} seeds.")] = False,
    threads: Threads = None,
) -> None:
    """Compare default runs of one year with published figures.

    Exit code 0: every target is met; 1: one is missed.

    \b
    Examples:
      follower-dynamics check
      follower-dynamics check --quick
    """
    from simulation.analysis.targets import check as measure
    from simulation.analysis.targets import format_check
    from simulation.cli.config import DAYS
    from simulation.cli.run import live
    from simulation.model import FollowerModel

    count = min(seeds, QUICK_SEEDS) if quick else seeds
    results = []
    for seed in range(count):
        model = FollowerModel(seed=seed, threads=threads)
        live(model, DAYS, f"seed {seed}, {seed + 1} of {count}")
        results.append(model.result())
    table = measure(results)
    typer.echo(f"defaults, {DAYS} days, {count} seed{'' if count == 1 else 's'}\n\n{format_check(table)}")
    if not table["passed"].all():
        note("the mean over seeds is outside the band of a target")
        raise typer.Exit(MISSED)
