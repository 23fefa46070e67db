"""Command ``sweep``: many runs declared in a file, done so that none is lost, looked at meanwhile and afterwards."""

import typer

from simulation.cli import sweep_plot, sweep_run, sweep_status, sweep_table

app: typer.Typer = typer.Typer(add_completion=False, no_args_is_help=True, rich_markup_mode=None)


@app.callback()
def _about() -> None:
    """Many runs: what is varied, how often, and what is measured stands in a file.

    `run` may be stopped or killed at any moment; the same command goes on from there. The folder it leaves is all that
    the others need, and they can look at it while it is being filled.

    \b
    Examples:
      follower-dynamics sweep run sweep.toml --out out/sweep --dry-run
      follower-dynamics sweep run sweep.toml --out out/sweep
      follower-dynamics sweep status out/sweep
      follower-dynamics sweep table out/sweep --outcome follower_gini
      follower-dynamics sweep plot out/sweep --outcome follower_gini --against feed.popularity_bias
    """


for _command, _summary in (
    (sweep_run.run, "Run what a file declares, or what is still missing of it."),
    (sweep_status.status, "How far it is: finished, failed and why, time left."),
    (sweep_run.retry, "Run again what failed, and whatever is missing."),
    (sweep_run.measure, "Measure more outcomes on results that were kept."),
    (sweep_table.table, "Means and intervals; or the table of all runs as a file."),
    (sweep_plot.plot, "Figures: an outcome against what was varied."),
    (sweep_plot.sensitivity, "What an outcome depends on: Sobol indices, Morris's effects."),
):
    app.command(short_help=_summary)(_command)
