"""What the experiment ``bandwagon`` makes of its worlds: estimates, figures, and a summary in words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pandas as pd

from experiments.bandwagon import BIAS, CROWD, THRESHOLD, WEIGHT
from experiments.bandwagon_figures import measure_figure, panels, two_worlds
from experiments.bandwagon_robustness import findings
from experiments.bandwagon_summary import corners, summary
from experiments.worlds import MEASURES, estimates, within_populations
from simulation.experiment.figures import robustness_figure
from simulation.experiment.judge import Findings
from simulation.experiment.options import Options, Setting
from simulation.experiment.robustness import Robustness
from simulation.experiment.run import DEPENDENCE, ROBUSTNESS, SAMPLES, write_table
from simulation.files import write_whole
from simulation.plots import save

if TYPE_CHECKING:
    from matplotlib.figure import Figure

LEVERS = (BIAS, WEIGHT, CROWD, THRESHOLD)


def report(options: Options, found: Setting, robustness: Robustness) -> None:
    """Read what the studies left in the folder, and leave estimates, figures and the summary beside it.

    Parameters
    ----------
    robustness
        What sampled points say.

    Raises
    ------
    OutputError
        If something cannot be written.
    """
    runs, creators, thresholds = (
        pd.read_parquet(options.out / f"{name}.parquet") for name in ("runs", "creators", "thresholds")
    )
    points = runs.groupby("point")[list(LEVERS)].first()
    measured = within_populations(creators)
    table = estimates(measured, points, BIAS)
    write_table(options.out / "estimates.parquet", table)
    for name, part in ((SAMPLES, "samples"), (ROBUSTNESS, "table"), (DEPENDENCE, "dependence")):
        write_table(options.out / name, getattr(robustness, part))
    ends = findings(options, found, points, measured, robustness)
    figures = _figures(table, points, creators, ends)
    drawn = [save(figure, options.out / "figures" / name)[1] for name, figure in figures]
    text = summary(options, found, points, measured, table, runs, thresholds, ends)
    write_whole(options.out / "summary.md", text.encode())
    options.say(f"wrote {options.out}: summary.md, {len(drawn)} figures, runs.parquet, creators.parquet")


def _figures(
    table: pd.DataFrame, points: pd.DataFrame, creators: pd.DataFrame, ends: Findings
) -> Iterator[tuple[str, Figure]]:
    for measure in MEASURES:
        yield measure, measure_figure(table, measure)
    yield "bandwagon", panels(table)
    none, heavy = corners(points)
    yield "two_worlds", two_worlds(creators, {_title(points, none): (none, 0), _title(points, heavy): (heavy, 0)})
    if ends.robustness.told:
        yield "robustness", robustness_figure(ends)


def _title(points: pd.DataFrame, point: int) -> str:
    return f"weight {points[WEIGHT][point]:g}, popularity bias {points[BIAS][point]:g}"
