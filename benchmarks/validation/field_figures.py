"""What figures of field targets share: bands with what was found, as a small table beside what is shown."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from simulation.plots.style import BLACK, GREY, VERMILLION

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from benchmarks.validation.target import Band


def number(value: float) -> str:
    """Three significant digits, without an exponent; a dash for none."""
    if not math.isfinite(value):
        return "–"  # noqa: RUF001, as a table has it
    digits = max(0, 2 - math.floor(math.log10(abs(value)))) if value else 0
    return f"{value:.{digits}f}"


def wanted(band: Band) -> str:
    """The range of a band in words."""
    if math.isinf(band.high):
        return f"above {number(band.low)}"
    return f"below {number(band.high)}" if math.isinf(band.low) else f"{number(band.low)} to {number(band.high)}"


def table_of_bands(axes: Axes, bands: Sequence[Band], size: float = 6.5) -> None:
    """Fill axes with one line a band: name, mean with its 95% interval, range; a missed one in another colour."""
    axes.set_axis_off()
    head = ("", "model (95% interval)", "wanted")
    rows = [
        (
            f"{band.name}{', ' + band.unit if band.unit else ''}",
            f"{number(band.found.estimate)} ({number(band.found.low)} to {number(band.found.high)})",
            wanted(band) + ("" if band.met else ": missed"),
        )
        for band in bands
    ]
    step = 1.0 / (len(rows) + 1)
    for line, row in enumerate((head, *rows)):
        colour = GREY if line == 0 else BLACK if bands[line - 1].met else VERMILLION
        for x, text, side in zip((0.0, 0.74, 0.78), row, ("left", "right", "left"), strict=True):
            axes.text(
                x, 1 - (line + 0.5) * step, text, ha=side, va="center", fontsize=size, color=colour,
                transform=axes.transAxes,
            )  # fmt: skip
