"""Sets of sensitivities in one table: told apart, ranked, and drawn as a table of numbers where they are many."""

import math
import textwrap

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from numpy.typing import NDArray

from simulation.analysis.tables import FloatArray
from simulation.analysis.wording import number, value_text, words
from simulation.arguments import whole_number
from simulation.errors import ParameterError
from simulation.plots.axes import in_cell, shaded
from simulation.plots.style import BLACK, DOUBLE, one_axes

ROW, CELL = 0.17, 0.3
"""Height of a row and width of a column of the table, inches."""
LETTER = 0.053
"""Width of a letter, inches."""
HEADING = 26
"""Letters in a line of a column's heading."""


def told_apart(sensitivities: pd.DataFrame, needed: tuple[str, ...]) -> dict[str, pd.DataFrame]:
    """Sets of rows by name: those with the same values left of ``parameter``, such as levers and outcome.

    Raises:
        ParameterError: a needed column is not there, or there is no row.
    """
    missing = [name for name in ("parameter", *needed) if name not in sensitivities]
    if missing or sensitivities.empty:
        raise ParameterError(
            f"there is nothing to draw: the table has no {'row' if not missing else 'column ' + ', '.join(missing)}"
        )
    place = list(sensitivities.columns).index("parameter")
    if place == 0:
        return {"": sensitivities}
    keys = list(sensitivities.columns[:place])
    return {_title(keys, found): part for found, part in sensitivities.groupby(keys, sort=False)}


def _title(keys: list[str], values: tuple[object, ...]) -> str:
    """The outcome, then what levers are at: "follower gini, popularity bias = 0.5"."""
    named = dict(zip(keys, values, strict=True))
    outcome = words(str(named.pop("outcome", "")))
    levers = [f"{words(name.rpartition('.')[2])} = {value_text(value)}" for name, value in named.items()]
    return ", ".join([*([outcome] if outcome else []), *levers])


def one_set(
    table: pd.DataFrame, needed: tuple[str, ...], kind: str, column: str, rows: list[str] | None
) -> pd.DataFrame:
    """Rows of a table's only set, by parameter: ``rows`` from top to bottom, else as `ranked`.

    Raises:
        ParameterError: as `told_apart`, or there are several sets.
    """
    sets = told_apart(table, needed)
    if len(sets) > 1:
        raise ParameterError(f"one set of axes takes one set of {kind}, not {len(sets)}: choose an outcome and levers")
    return table.set_index("parameter").loc[rows or ranked(sets, column, None)]


def ranked(sets: dict[str, pd.DataFrame], column: str, top: int | None) -> list[str]:
    """Parameters, the one with the largest mean over sets first; those without a number last.

    Raises:
        ParameterError: ``top`` is no positive whole number.
    """
    if top is not None:
        whole_number("top", top)
    means = pd.concat(sets.values()).groupby("parameter", sort=False)[column].mean()
    return [str(name) for name in means.sort_values(ascending=False, kind="stable").index[:top]]


def matrix(sets: dict[str, pd.DataFrame], rows: list[str], column: str) -> FloatArray:
    """One number for every parameter and set, (rows, sets)."""
    found: FloatArray = np.array([part.set_index("parameter")[column].reindex(rows) for part in sets.values()], float).T
    return found


def two(value: float) -> str:
    """Two digits after the point and none before it where that is 0, as indices are written."""
    text = number(value, 2)
    return "0" if text == "0.00" else text.replace("0.", ".", 1) if abs(value) < 0.995 else text


def names_width(rows: list[str]) -> float:
    """Inches that the longest name takes."""
    return LETTER * max(map(len, rows))


def heat(
    value: FloatArray,
    certain: NDArray[np.bool_],
    rows: list[str],
    columns: list[str],
    about: str,
    most: float | None = None,
) -> Figure:
    """A table of numbers on shades of blue: ``value`` (rows, columns), in brackets where not ``certain``.

    ``most`` is the value of the darkest shade, else the largest there is; ``about`` says what the numbers are and what
    brackets mean. A dash stands for NaN.
    """
    headings = ["\n".join(textwrap.wrap(name, HEADING)) for name in columns]
    width = max(DOUBLE, names_width(rows) + CELL * len(columns) + 1.2)
    figure, axes = one_axes(width, 1.9 + ROW * len(rows))
    finite = value[np.isfinite(value)]
    darkest = most or (float(finite.max()) if finite.size else 0.0) or 1.0
    shaded(axes, value, 0, 1.15 * darkest, rows, headings, rotation=45, ha="left", rotation_mode="anchor", fontsize=6.5)
    for (row, column), share in np.ndenumerate(value):
        shade = "white" if share >= 0.65 * darkest else BLACK
        text = two(share) if certain[row, column] else f"({two(share)})" if math.isfinite(share) else "\N{EN DASH}"
        in_cell(axes, row, column, text, shade)
    axes.xaxis.tick_top()
    axes.tick_params(length=0)
    axes.invert_yaxis()
    axes.set_xlabel(about, loc="left")
    return figure
