"""One look for every figure: paper widths, colour-blind safe colours, direct labels, and how figures are saved.

Matplotlib is never used through pyplot: no window system is needed, and a figure is freed when it is dropped.
"""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from functools import wraps
from io import BytesIO
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.text import Annotation
from matplotlib.ticker import FuncFormatter, NullFormatter
from scipy.optimize import isotonic_regression

from simulation.analysis.tables import FloatArray
from simulation.analysis.wording import number
from simulation.files import make_folder, whole_file

P = ParamSpec("P")
R = TypeVar("R")

SINGLE, DOUBLE = 3.5, 7.0
"""Widths of one and of two columns, inches."""

# Okabe & Ito (2008), told apart by readers with any common colour blindness.
BLACK, ORANGE, SKY, GREEN = "#000000", "#E69F00", "#56B4E9", "#009E73"
YELLOW, BLUE, VERMILLION, PURPLE = "#F0E442", "#0072B2", "#D55E00", "#CC79A7"
GREY, PALE, SAND = "#7F7F7F", "#C8C8C8", "#E8D9BC"
LINES = (BLUE, VERMILLION, GREEN, ORANGE, PURPLE, SKY)
"""Colours of lines that carry a label each, in order; yellow is too faint for a line."""
SCALES: dict[str, tuple[str, str, str]] = {
    "mood": (VERMILLION, "#F4F4F2", BLUE),
    "authenticity": (YELLOW, SKY, "#08306B"),
}
"""Lowest, middle and highest of what creators are coloured by: low and high mood about a pale middle; authenticity in
lightness too."""

TICKS = {"labelsize": 7, "major.width": 0.6, "minor.width": 0.4, "major.size": 2.5, "minor.size": 1.5}
RC: dict[Any, Any] = {
    **{f"{axis}tick.{name}": value for axis in "xy" for name, value in TICKS.items()},
    "figure.dpi": 120,
    "font.family": "DejaVu Sans",  # shipped with Matplotlib: the same figure on every machine
    "font.size": 7.5,
    "axes.labelsize": 7.5,
    "axes.titlesize": 8,
    "axes.titlelocation": "left",
    "axes.titlepad": 5,
    "axes.linewidth": 0.6,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "lines.linewidth": 1.1,
    "lines.solid_capstyle": "round",
    "pdf.fonttype": 42,  # text stays text in the PDF, as journals ask
    "axes.axisbelow": True,
    "legend.frameon": False,
}


DPI = 300
"""Dots an inch of saved pictures."""


def styled(function: Callable[P, R]) -> Callable[P, R]:
    """Run ``function`` under the settings of this project, whatever the caller's own are."""

    @wraps(function)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> R:
        with mpl.rc_context():
            mpl.rcdefaults()
            mpl.rcParams.update(RC)
            return function(*args, **kwargs)

    return wrapper


class PaperFigure(Figure):
    """A Matplotlib figure that shows itself in a notebook, as pyplot, which is never used, would see to."""

    def _repr_png_(self) -> bytes:
        """The figure as PNG at 150 dots an inch."""
        buffer = BytesIO()
        self.savefig(buffer, format="png", dpi=150)
        return buffer.getvalue()


def new_figure(width: float, height: float) -> Figure:
    """An empty figure of ``width`` x ``height`` inches that lays itself out and shows itself in a notebook."""
    return PaperFigure(figsize=(width, height), layout="constrained")


def one_axes(width: float, height: float) -> tuple[Figure, Axes]:
    """A figure with one set of axes, `new_figure`."""
    figure = new_figure(width, height)
    return figure, figure.add_subplot()


@styled
def save(figure: Figure, path_stem: str | Path) -> list[Path]:
    """Write ``figure`` as ``<path_stem>.pdf`` and ``<path_stem>.png`` (300 dots an inch), each whole or not at all.

    Folders are made where missing. No date is written, so the same call on the same result gives the same bytes.

    Returns:
        The two paths, PDF first.

    Raises:
        OutputError: a folder or file cannot be written.
    """
    stem = Path(path_stem)
    paths = [stem.with_name(f"{stem.name}.{suffix}") for suffix in ("pdf", "png")]
    make_folder(stem.parent)
    with ExitStack() as both:  # neither is replaced before both are drawn
        drafts = [both.enter_context(whole_file(path)) for path in paths]
        for path, draft in zip(paths, drafts, strict=True):
            metadata = {"CreationDate": None} if path.suffix == ".pdf" else None
            figure.savefig(draft, format=path.suffix[1:], dpi=DPI, metadata=metadata)
    return paths


def spread(positions: Sequence[float] | FloatArray, gap: float, low: float, high: float) -> FloatArray:
    """Positions moved apart to at least ``gap``, in order and as little as a sweep needs, within [low, high].

    Where they cannot all fit, they are spaced evenly over the whole range.
    """
    wanted = np.asarray(positions, dtype=np.float64)
    n = wanted.size
    if n == 0:
        return wanted
    if gap * (n - 1) >= high - low:
        placed = np.linspace(low, high, n) if n > 1 else np.clip(wanted, low, high)
    else:
        # In order, positions minus their rank's offset must not fall.
        ranks = np.arange(n) * gap
        placed = np.clip(isotonic_regression(np.sort(wanted) - ranks).x, low, high - ranks[-1]) + ranks
    result = np.empty(n)
    result[np.argsort(wanted, kind="stable")] = placed
    return result


def figure_of(axes: Axes) -> Figure:
    """The whole figure, which axes of ours always have."""
    figure = axes.get_figure(root=True)
    assert figure is not None
    return figure


def label_ends(axes: Axes, labels: Sequence[tuple[float, str, str]], size: float = 7.0) -> None:
    """Write each (y in data units, text, colour) to the right of the axes, moved apart where they would overlap."""
    figure = figure_of(axes)
    figure.draw_without_rendering()
    height = axes.get_window_extent().height * 72 / figure.dpi
    to_pixels, to_axes = axes.get_yaxis_transform(), axes.transAxes.inverted()
    heights = [float(to_axes.transform(to_pixels.transform((1, y)))[1]) for y, _, _ in labels]
    placed = spread(heights, 1.15 * size / height, 0.0, 1.0)
    for (_, text, colour), at in zip(labels, placed, strict=True):
        write(axes, text, (1, at), (3, 0), color=colour, fontsize=size, va="center")


def label_key(axes: Axes, entries: Sequence[tuple[str, str]], size: float = 6.5) -> None:
    """A key right of the axes, centred: one line for each (text, colour), a coloured square before black text."""
    step = 1.35 * size
    for row, (text, colour) in enumerate(entries):
        y = step * ((len(entries) - 1) / 2 - row)
        for x, part, shade in ((5.0, "\N{BLACK SQUARE}", colour), (5.0 + 1.35 * size, text, BLACK)):
            write(axes, part, (1, 0.5), (x, y), color=shade, fontsize=size)


def plain_log_ticks(axis: Axis) -> None:
    """Write ticks of a logarithmic axis as plain numbers (1, 10, 1,000; 0.01), not as powers of ten."""
    axis.set_major_formatter(FuncFormatter(lambda value, _: number(value, 0 if value >= 1 or value == 0 else None)))
    axis.set_minor_formatter(NullFormatter())


def beside(axes: Axes, text: str, at: tuple[float, float], right: float, side: str, colour: str) -> None:
    """Text so many points right of a point (share of the width, row)."""
    write(axes, text, at, (right, 0), xycoords=("axes fraction", "data"), ha=side, color=colour)


def write(
    axes: Axes, text: str, at: tuple[float, float], offset: tuple[float, float] = (0, 0), **look: Any
) -> Annotation:
    """Small text so many points from a place (shares of the axes, unless told otherwise), also outside the axes."""
    usual = {"xycoords": "axes fraction", "ha": "left", "va": "center_baseline", "fontsize": 6.5}
    return axes.annotate(text, at, offset, textcoords="offset points", annotation_clip=False, **{**usual, **look})
