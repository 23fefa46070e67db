"""What figures of sweeps share: labels with units, places of values on an axis, lines for another parameter."""

from collections.abc import Sequence
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.axis import Axis

from simulation.analysis.headline import HEADLINE
from simulation.analysis.wording import value_text, words
from simulation.errors import ParameterError
from simulation.plots.axes import one_two_five
from simulation.plots.style import BLUE, GREY, LINES, plain_log_ticks, write

SHORT = 300.0
"""A logarithmic axis whose ends have a smaller ratio has room for more ticks than powers of ten."""


def name_in_words(parameter: str) -> str:
    """The end of a dotted name, in words."""
    return words(parameter.rpartition(".")[2])


def parameter_label(parameter: str) -> str:
    """Name and unit of a parameter, for an axis."""
    return _with_unit(name_in_words(parameter), _unit(parameter))


def _unit(parameter: str) -> str:
    from simulation.parameters import everything  # brings the compiler along, which figures of runs can do without

    known = everything().known()
    return known[parameter].unit if parameter in known else "1"


def outcome_label(outcome: str) -> str:
    """Meaning and unit of a headline outcome, for an axis; of another one its name."""
    known = HEADLINE.get(outcome)
    return words(outcome) if known is None else _with_unit(known.about, known.unit)


def _with_unit(text: str, unit: str) -> str:
    return text if unit == "1" else f"{text} ({unit})"


def is_number(values: "pd.Series[Any]") -> bool:
    """Whether values are numbers, which yes and no are not."""
    return bool(pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values))


def lines_of(table: pd.DataFrame, colour: str | None) -> list[tuple[str, pd.DataFrame, str]]:
    """Title, runs and shade of the line of every value of a parameter; one line of all runs without any.

    Raises:
        ParameterError: there are more values than can be told apart.
    """
    if colour is None:
        return [("", table, BLUE)]
    values = sorted(table[colour].unique())
    if len(values) > len(LINES):
        raise ParameterError(
            f"{colour} has {len(values)} values, and more than {len(LINES)} lines cannot be told apart: draw against "
            "it, or colour by another parameter"
        )
    name, unit = name_in_words(colour), _unit(colour)
    return [
        (f"{name} {value_text(value)}{'' if unit == '1' else f' {unit}'}", table[table[colour] == value], shade)
        for value, shade in zip(values, LINES, strict=False)
    ]


def log_ticks(axis: Axis) -> None:
    """Ticks of a logarithmic axis as plain numbers, at 1, 2 and 5 times powers of ten where the axis is not long."""
    low, high = axis.get_view_interval()
    (one_two_five if low > 0 and high < SHORT * low else plain_log_ticks)(axis)


def write_above(axes: Axes, lines: Sequence[tuple[str, str]]) -> None:
    """Small lines of text above the axes, each (text, colour): what is drawn."""
    for row, (text, colour) in enumerate(reversed(lines)):
        write(axes, text, (0, 1), (0, 4 + 8.5 * row), va="bottom", color=colour)


def describe(axes: Axes, *lines: str) -> None:
    """The same in grey, for what the marks are."""
    write_above(axes, [(line, GREY) for line in lines if line])
