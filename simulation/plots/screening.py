"""Which parameters outcomes depend on at all: Morris's elementary effects of one outcome or several."""

import math

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.transforms import Bbox

from simulation.plots.axes import name_rows
from simulation.plots.sets import heat, matrix, names_width, one_set, ranked, told_apart
from simulation.plots.style import BLUE, DOUBLE, ORANGE, PALE, figure_of, new_figure, styled, write

NEEDED = ("mu_star", "mu_star_low", "mu_star_high", "sigma", "luck", "deviation")
LABELS = 12
"""At most so many points are numbered."""
ROW = 0.15
"""Height of a row, inches."""
FROM_LUCK = math.sqrt(2 / math.pi)
"""mu* of a parameter that does nothing, in standard deviations of random draws: mean |z| of a standard normal z."""
PLACES = ((5, 0), (0, 7), (0, -7), (-5, 0), (5, 5), (5, -5), (-5, 5), (-5, -5))
"""Where a number may stand beside its point: points right and up."""


@styled
def morris(effects: pd.DataFrame, *, top: int | None = None) -> Figure:
    """Elementary effects over the whole range of each parameter, in the unit of the outcome.

    Left, mu* (mean absolute effect) with its interval, sorted; a tick marks what random draws alone make of a parameter
    that does nothing. Right, mu* against sigma, the leading parameters by their number on the left: above the line,
    effects differ more with where in the space one is (interactions, curvature) than they are large.

    Several sets of effects (outcomes, with the values of the levers) are drawn as a table instead: mu* in standard
    deviations of the outcome between points, in brackets where its interval reaches down to what random draws alone
    give.

    Args:
        effects: from `simulation.study.sensitivity.table`; columns left of ``parameter`` tell sets apart.
        top: draw only so many parameters.

    Raises:
        ParameterError: there are no such effects, or nothing to draw.
    """
    sets = told_apart(effects, NEEDED)
    if len(sets) > 1:
        scaled = {name: _in_deviations(part) for name, part in sets.items()}
        rows = ranked(scaled, "mu_star", top)
        value, low, luck = (matrix(scaled, rows, column) for column in ("mu_star", "mu_star_low", "luck"))
        beyond = low > FROM_LUCK * np.nan_to_num(luck)
        about = "mean absolute effect mu*, standard deviations of the outcome\n(in brackets: not beyond random draws)"
        return heat(value, beyond, rows, list(sets), about)
    rows = ranked(sets, "mu_star", top)
    figure = new_figure(DOUBLE, max(2.6, 0.7 + ROW * len(rows)))
    bars, scatter = figure.subplots(1, 2, width_ratios=[max(1.4, 4.4 - names_width(rows)), 2.4])
    ((name, part),) = sets.items()
    bars.set_title(name)
    draw_mu_star(bars, part, rows)
    draw_morris(scatter, part, rows)
    return figure


def _in_deviations(part: pd.DataFrame) -> pd.DataFrame:
    """Effects in standard deviations of the outcome between points; NaN for an outcome that never varies."""
    scale = part["deviation"].where(part["deviation"] > 0)
    columns = ["mu_star", "mu_star_low", "luck"]
    return part.assign(**{name: part[name] / scale for name in columns})


def draw_mu_star(axes: Axes, effects: pd.DataFrame, rows: list[str] | None = None) -> None:
    """Bars of mu* with intervals on axes of your own; ``rows``: parameters from top to bottom, else sorted.

    Raises:
        ParameterError: there are no such effects, or several sets of them.
    """
    part = one_set(effects, NEEDED, "effects", "mu_star", rows)
    heights = np.arange(len(part))[::-1]
    axes.barh(heights, part["mu_star"], height=0.62, color=PALE, zorder=1)
    axes.hlines(heights, part["mu_star_low"], part["mu_star_high"], color=BLUE, lw=1.2, zorder=2)
    axes.plot(part["mu_star"], heights, "o", ms=3, color=BLUE, zorder=3)
    if part["luck"].notna().any():
        axes.plot(FROM_LUCK * part["luck"], heights, "|", ms=6, mew=1.4, color=ORANGE, zorder=4)
        # In the lower right corner, where the shortest bars are.
        write(axes, "random draws alone", (1, 0), (-2, 3), ha="right", va="baseline", color=ORANGE, fontsize=7.5)
    name_rows(axes, heights, [f"{name}  {place}" for place, name in enumerate(part.index, 1)])
    axes.spines["left"].set_visible(True)
    axes.set_xlim(left=0)
    axes.set_xlabel("mean absolute effect mu* (unit of outcome)")


def draw_morris(axes: Axes, effects: pd.DataFrame, rows: list[str] | None = None, *, labels: int = LABELS) -> None:
    """mu* against sigma on axes of your own, the ``labels`` leading parameters numbered where there is room.

    Raises:
        ParameterError: there are no such effects, or several sets of them.
    """
    part = one_set(effects, NEEDED, "effects", "mu_star", rows)
    right, top = (1.1 * float(part[name].max()) or 1.0 for name in ("mu_star", "sigma"))
    least = min(right, top)
    axes.plot([0, least], [0, least], color=PALE, lw=0.8, zorder=0)
    axes.plot(part["mu_star"], part["sigma"], "o", ms=3.4, color=BLUE, mec="white", mew=0.4, clip_on=False)
    axes.set(xlim=(0, right), ylim=(0, top))
    axes.set(xlabel="mean absolute effect mu*", ylabel="standard deviation of effects, sigma")
    _number_points(axes, part, labels)


def _number_points(axes: Axes, part: pd.DataFrame, labels: int) -> None:
    """Numbers of the leading points, each in the first place where it covers no number, no point and no axis."""
    figure_of(axes).draw_without_rendering()  # only now it is known where points lie
    points = axes.transData.transform(part[["mu_star", "sigma"]].to_numpy(np.float64))
    taken = [Bbox.from_extents(x - 3, y - 3, x + 3, y + 3) for x, y in points]
    inside = axes.get_window_extent()
    leading = part[["mu_star", "sigma"]][:labels].itertuples(index=False, name=None)
    for place, point in enumerate(leading, 1):
        for offset in PLACES:
            text = write(axes, str(place), point, offset, xycoords="data", ha="center", va="center", fontsize=6)
            text.set_in_layout(False)
            box = text.get_window_extent()
            free = box.x0 > inside.x0 + 3 and box.y0 > inside.y0 + 3
            if free and not any(box.overlaps(other) for other in taken):
                taken.append(box)
                break
            text.remove()
