"""What all figures of the dashboard share: a plain frame, the colours of the package, and how a view is spoken to."""

from collections.abc import Container, Iterable, Mapping
from typing import Any, Protocol

from bokeh.models import BasicTicker, ColumnDataSource, CustomJSTickFormatter, FactorRange, NumeralTickFormatter
from bokeh.plotting import figure

from simulation.app.session import Session
from simulation.plots.style import BLUE, VERMILLION

COLOURS = {"A": BLUE, "B": VERMILLION}
"""Run A and run B, wherever both are drawn; B is dashed as well, for who sees no colours."""
INK, FAINT, LINE, PAPER = "#1F2933", "#5F6B76", "#9AA5B1", "#FFFFFF"
DASHES = {"A": "solid", "B": "dashed"}


class View(Protocol):
    """One figure, or one text, with what it says in words."""

    roots: dict[str, Any]
    """What is put on the page, by the name of its place there."""

    def begin(self, session: Session) -> None:
        """Show runs that were started, or started over."""
        ...

    def draw(self, session: Session) -> dict[str, str]:
        """Show the runs as they are now; returns a sentence for each place that has one, for who cannot see it."""
        ...


def plain_figure(x: str, y: str, *, height: int = 260, **options: Any) -> Any:
    """An empty figure as wide as its place, with the two axes named (quantity and unit).

    It is drawn on a plain canvas: without a graphics card, WebGL took the browser twice the time for ten figures.
    """
    made = figure(
        height=height,
        sizing_mode="stretch_width",
        min_width=200,
        toolbar_location=None,
        tools="",
        x_axis_label=x,
        y_axis_label=y,
        background_fill_color=PAPER,
        border_fill_color=PAPER,
        outline_line_color=None,
        **options,
    )
    made.grid.grid_line_color = "#E8ECEF"
    made.axis.axis_label_text_font_style = "normal"
    made.axis.axis_label_text_color = INK
    made.axis.major_label_text_color = FAINT
    made.axis.axis_label_text_font_size = made.axis.major_label_text_font_size = "12px"
    made.axis.axis_line_color = made.axis.major_tick_line_color = LINE
    made.axis.minor_tick_line_color = None
    made.min_border_right = 12
    return made


def run_line(made: Any, x: str, y: str, source: Any, run: str, label: str = "", **look: Any) -> None:
    """A line of one run, in its colour unless told otherwise, with its dashes and its place in the legend."""
    usual = {"color": COLOURS[run], "line_width": 2.4}
    made.line(x, y, source=source, line_dash=DASHES[run], legend_label=label or f"run {run}", **{**usual, **look})


def of_runs(*columns: str) -> dict[str, ColumnDataSource]:
    """Empty numbers of both runs."""
    return {run: ColumnDataSource({column: [] for column in columns}) for run in COLOURS}


def only(runs: Container[str], made: Any, sources: Mapping[str, ColumnDataSource]) -> None:
    """Clear the curves of a run that is not there, and its place in the legend."""
    for item in made.legend[0].items:
        item.visible = str(item.label.value)[-1] in runs
    for run, source in sources.items():
        if run not in runs:
            source.data = {column: [] for column in source.data}


def bar_figure(x: str, *, height: int, **options: Any) -> tuple[Any, FactorRange]:
    """A figure for bars to the right or left, and its rows, which are named."""
    rows = FactorRange(factors=[])
    made = plain_figure(x, "", height=height, y_range=rows, **options)
    made.ygrid.visible = False
    made.yaxis.major_tick_line_color = None
    return made, rows


def html_table(heads: Iterable[str], rows: Iterable[str], style: str = "") -> str:
    """A table with a row of heads; rows are in HTML."""
    head = "".join(f"<th scope='col'>{name}</th>" for name in heads)
    return f"<table{style}><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"


def counts(axis: Any) -> None:
    """Ticks at whole numbers, with a comma at thousands."""
    axis.ticker = BasicTicker(min_interval=1)
    axis.formatter = NumeralTickFormatter(format="0,0")


def without_sign(axis: Any) -> None:
    """Ticks at whole numbers, those below zero written as what they stand for: so many lost."""
    axis.ticker = BasicTicker(min_interval=1)
    axis.formatter = CustomJSTickFormatter(code="return Math.abs(tick).toLocaleString('en')")


def legend_below(made: Any) -> None:
    """A legend above the drawing, in one row, where it hides nothing."""
    legend = made.legend[0]
    made.add_layout(legend, "above")
    legend.update(orientation="horizontal", padding=0, margin=2, spacing=12, glyph_width=18)
    legend.update(border_line_color=None, background_fill_alpha=0, label_text_font_size="12px", label_text_color=INK)


def plain(axis: Any) -> None:
    """Write the ticks of a logarithmic axis as numbers, not as powers of ten."""
    axis.formatter = CustomJSTickFormatter(code="return tick.toLocaleString('en', {maximumSignificantDigits: 2})")
