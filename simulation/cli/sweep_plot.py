"""Commands ``sweep plot`` and ``sweep sensitivity``: what came out of a sweep as figures, and what it depends on."""

import difflib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from simulation import plots
from simulation.cli.group import note
from simulation.cli.options import Outcomes
from simulation.cli.sweep_status import SweepFolder
from simulation.cli.sweep_table import chosen_outcomes, finished_runs
from simulation.errors import ParameterError

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from simulation.study import Sweep
    from simulation.study.folder.sweep_folder import SweepFolder as Found

COLOURS = 6
"""Values that a parameter told apart by colour may have."""
MAPPED = 3
"""Values that both parameters of a map have at least: fewer are seen better as lines."""
WIDE = 30.0
"""Values of a lever that are so many times another one are drawn on a logarithmic axis."""

FiguresFolder = Annotated[
    Path | None, typer.Option(metavar="DIR", help="Folder for the figures.  [default: figures, in the sweep's]")
]


def plot(
    folder: SweepFolder,
    outcome: Outcomes = None,
    against: Annotated[
        str | None, typer.Option(metavar="NAME", help="The lever or uncertainty on the axis.  [default: all of them]")
    ] = None,
    colour: Annotated[
        str | None, typer.Option(metavar="NAME", help="A parameter whose values (at most six) are drawn as lines.")
    ] = None,
    out: FiguresFolder = None,
) -> None:
    """Plot outcomes against the parameters that were varied, as PDF and PNG.

    For a lever, or an uncertainty on a grid: replicates, means and 95% intervals. For sampled uncertainties: points, a
    running mean and rank correlations. For two levers with at least three values each: a map as well. The last part of
    a parameter's name is enough if it is unambiguous.

    \b
    Examples:
      follower-dynamics sweep plot out/sweep
      follower-dynamics sweep plot out/sweep --outcome follower_gini --against popularity_bias
      follower-dynamics sweep plot out/sweep --outcome views --against follow_sharpness --colour popularity_bias
    """
    from simulation.study.folder.store import FIGURES
    from simulation.study.folder.sweep_folder import open_sweep

    found = open_sweep(folder)
    chosen = chosen_outcomes(found, outcome)
    if not found.sweep.varied:
        raise ParameterError(f"{folder}: nothing is varied in this sweep, so there is nothing to draw against")
    axis, shade = (None if name is None else _varied(found.sweep, name) for name in (against, colour))
    if axis is not None and axis == shade:
        raise ParameterError(f"--colour {axis} is on the axis already: choose another parameter")
    runs = finished_runs(found)
    place = out or found.folder / FIGURES
    drawn: list[Path] = []
    for name in chosen:
        if runs[name].notna().any():
            for stem, figure in _figures(found.sweep, runs, name, axis, shade):
                drawn += plots.save(figure, place / stem)
        else:
            note(f"{name} is undefined (zero denominator) in all runs: not drawn")
    typer.echo("\n".join(map(str, drawn)))


def sensitivity(folder: SweepFolder, outcome: Outcomes = None, out: FiguresFolder = None) -> None:
    """Print and plot which uncertain parameters an outcome depends on, and how strongly.

    Needs a finished sweep whose sampling is "sobol" (first and total order indices) or "morris" (elementary effects),
    and gives intervals that cover both the sample and the random draws. Writes sensitivity.csv and a figure.

    \b
    Examples:
      follower-dynamics sweep sensitivity out/sweep
      follower-dynamics sweep sensitivity out/sweep --outcome follower_gini --outcome views
    """
    from simulation.files import make_folder, write_whole
    from simulation.study.folder.store import FIGURES
    from simulation.study.folder.sweep_folder import open_sweep
    from simulation.study.sensitivity.sensitivity_text import sensitivity_text
    from simulation.study.sensitivity.table import check_sampling, sensitivity_of

    found = open_sweep(folder)
    check_sampling(found.sweep)
    chosen = chosen_outcomes(found, outcome)
    runs = finished_runs(found)
    indices = sensitivity_of(found.sweep, runs, chosen if outcome else _numbers(found, runs, chosen))
    place = out or found.folder / FIGURES
    make_folder(place)
    write_whole(place / "sensitivity.csv", indices.to_csv(index=False).encode())
    draw = plots.sobol if found.sweep.sampling == "sobol" else plots.morris
    drawn = plots.save(draw(indices), place / "sensitivity")
    typer.echo(sensitivity_text(indices))
    typer.echo("\n".join(map(str, [place / "sensitivity.csv", *drawn])))


def _varied(sweep: "Sweep", name: str) -> str:
    """The parameter that is varied and has this name, or one that ends so.

    Raises
    ------
    ParameterError
        If none is varied that has it, or several are.
    """
    names = [*sweep.levers, *(known.name for known in sweep.uncertainties)]
    ends = [known for known in names if known == name or known.endswith(f".{name}")]
    if len(ends) == 1 or name in ends:
        return name if name in ends else ends[0]
    if ends:
        raise ParameterError(f"{name!r} may be {' or '.join(ends)}: say which")
    near = difflib.get_close_matches(name, [*names, *(known.rpartition(".")[2] for known in names)], n=1)
    hint = f"did you mean {near[0]}?" if near else f"varied are {', '.join(names) or 'none'}"
    raise ParameterError(f"{name!r} is not varied in this sweep; {hint}")


def _figures(
    sweep: "Sweep", runs: "pd.DataFrame", outcome: str, against: str | None, colour: str | None
) -> "Iterator[tuple[str, Figure]]":
    """File name and figure of everything that is drawn of an outcome."""
    logs = _logarithmic(sweep)
    sampled = [] if sweep.sampling == "full_grid" else [known.name for known in sweep.uncertainties]
    stepped = [*sweep.levers, *(known.name for known in sweep.uncertainties if known.name not in sampled)]
    if against is not None:
        stem = f"{outcome}-{against.rpartition('.')[2]}"
        if against in sampled:
            yield stem, plots.sweep_cloud(runs, outcome, [against], colour=colour, log=logs)
        else:
            yield stem, plots.sweep_means(runs, outcome, against, colour=colour, log=against in logs)
        return
    if sampled:
        shade = colour or _told_apart(runs, stepped)
        yield f"{outcome}-uncertainties", plots.sweep_cloud(runs, outcome, sampled, colour=shade, log=logs)
    if axes := [name for name in stepped if name != colour]:
        first, *others = axes
        shade = colour or _told_apart(runs, others)
        yield outcome, plots.sweep_means(runs, outcome, first, colour=shade, log=first in logs)
        mapped = [name for name in stepped if runs[name].nunique() >= MAPPED]
        if len(mapped) == 2 and colour is None:
            yield f"{outcome}-map", plots.sweep_map(runs, outcome, *mapped)


def _told_apart(runs: "pd.DataFrame", names: Sequence[str]) -> str | None:
    """The first parameter whose values can have a colour each."""
    return next((name for name in names if 1 < runs[name].nunique() <= COLOURS), None)


def _logarithmic(sweep: "Sweep") -> list[str]:
    """Parameters whose axis is logarithmic: ranges on a log scale, and levers whose values span orders of magnitude."""
    logs = [known.name for known in sweep.uncertainties if known.scale == "log"]
    for name, values in sweep.levers.items():
        numbers: list[Any] = [value for value in values if not isinstance(value, bool | str)]
        if len(numbers) == len(values) and min(numbers) > 0 and max(numbers) >= WIDE * min(numbers):
            logs.append(name)
    return logs


def _numbers(found: "Found", runs: "pd.DataFrame", outcomes: Sequence[str]) -> list[str]:
    """Outcomes that are a number in every run, where no run is missing; says which are not."""
    import numpy as np

    if len(runs) < len(found.sweep.design):
        return list(outcomes)  # refused, with advice, by the analysis
    chosen = [name for name in outcomes if np.isfinite(runs[name]).all()]
    if left := [name for name in outcomes if name not in chosen]:
        note(f"left out, because they are undefined in some runs: {', '.join(left)}")
    return chosen
