"""What an experiment in arms leaves for readers: tables, figures, and a summary in words."""

from __future__ import annotations

from simulation.experiment.figures import effects_figure, robustness_figure
from simulation.experiment.judge import Findings
from simulation.experiment.report import summary
from simulation.experiment.run import DEPENDENCE, EFFECTS, ROBUSTNESS, write_table
from simulation.files import write_whole
from simulation.plots import save


def report(found: Findings) -> None:
    """Write effects, robustness, figures and the summary.

    Raises
    ------
    OutputError
        If something cannot be written.
    """
    out, robustness = found.options.out, found.robustness
    write_table(out / EFFECTS, found.effects)
    write_table(out / ROBUSTNESS, robustness.table)
    write_table(out / DEPENDENCE, robustness.dependence)
    drawn = {"effects": effects_figure(found)}
    if robustness.told:
        drawn["robustness"] = robustness_figure(found)
    if found.experiment.figures is not None:
        drawn |= dict(found.experiment.figures(found))
    for name, figure in drawn.items():
        save(figure, out / "figures" / name)
    write_whole(out / "summary.md", summary(found, list(drawn)).encode())
    found.options.say(f"wrote {out}: summary.md, {len(drawn)} figures, tables")
