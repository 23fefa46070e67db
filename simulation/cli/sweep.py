"""Command ``sweep``: many runs declared in a file, done so that none is lost, looked at meanwhile and afterwards."""

import typer

from simulation.cli import sweep_plot, sweep_run, sweep_status, sweep_table

app: typer.Typer = typer.Typer(add_completion=False, no_args_is_help=True, rich_markup_mode=None)


@app.callback()
def _about() -> None:
    """Define, run, resume and plot parameter sweeps.

    A TOML file says what is varied, how often, and what is measured.

    `run` may be stopped or killed at any moment; the same command continues where it was. The other commands need only
    its folder, and can be used while it is running.

    \b
    Examples:
      follower-dynamics sweep run sweep.toml --out out/sweep --dry-run
      follower-dynamics sweep run sweep.toml --out out/sweep
      follower-dynamics sweep status out/sweep
      follower-dynamics sweep table out/sweep --outcome follower_gini
      follower-dynamics sweep plot out/sweep --outcome follower_gini --against feed.popularity_bias
    """


for _command, _summary in (
    (sweep_run.run, "Run a sweep that a file declares, or what is missing of it."),
    (sweep_status.status, "Print progress, failures with causes, and time left."),
    (sweep_run.retry, "Repeat failed and missing runs."),
    (sweep_run.measure, "Measure more outcomes on stored results."),
    (sweep_table.table, "Print means and intervals, or write the table of all runs."),
    (sweep_plot.plot, "Plot outcomes against the parameters that were varied."),
    (sweep_plot.sensitivity, "Find what outcomes depend on (Sobol, Morris)."),
):
    app.command(short_help=_summary)(_command)
