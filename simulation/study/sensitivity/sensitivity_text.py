"""What a sensitivity analysis found, in sentences and tables of Markdown taken from its numbers."""

import math

import pandas as pd

from simulation.analysis.wording import counted, interval, markdown_table, number, percent
from simulation.arguments import whole_number
from simulation.errors import ParameterError

LEADING = 5
"""Parameters that are listed, unless asked for more."""


def sensitivity_text(found: pd.DataFrame, top: int = LEADING) -> str:
    """The leading parameters of every set of sensitivities, as Markdown: a sentence and a table each.

    Parameters
    ----------
    found
        From :mod:`simulation.study.sensitivity.table` or :mod:`~simulation.study.sensitivity.indices`; columns left of
        ``parameter`` tell
        sets apart.
    top
        Parameters listed, at least 1.

    Raises
    ------
    ParameterError
        If the table holds neither indices nor effects, or ``top`` is no positive whole number.
    """
    whole_number("top", top)
    if "parameter" not in found or ("ST" not in found and "mu_star" not in found):
        raise ParameterError("this is no table of sensitivities: it has no columns parameter, and ST or mu_star")
    keys = list(found.columns[: list(found.columns).index("parameter")])
    sets = found.groupby(keys, sort=False) if keys else [((), found)]
    tell = _sobol if "ST" in found else _morris
    return "\n".join(tell(_name(keys, values), part, top) for values, part in sets)


def _name(keys: list[str], values: tuple[object, ...]) -> str:
    named = dict(zip(keys, values, strict=True))
    outcome = [str(named.pop("outcome"))] if "outcome" in named else []
    return ", ".join([*outcome, *(f"{name} = {value}" for name, value in named.items())]) or "The outcome"


def _sobol(name: str, part: pd.DataFrame, top: int) -> str:
    first = part.iloc[0]
    runs = f"{first['samples']} samples, {counted(first['replicates'], 'replicate')}"
    if not first["deviation"] > 0:
        return f"**{name}** ({runs}) is {number(first['mean'], digits=4)} at every point: no variance to share.\n"
    which = "_expected" if math.isfinite(first["S1_sum_expected"]) else ""
    rest = "interactions" if which else "interactions and random draws"
    total = interval(_ends(first, f"S1_sum{which}"))
    lines = [
        f"**{name}** ({runs}): {_spread(first)} "
        f"First order indices sum to {total}; what is short of 1 is {rest}. {_luck(first, which)}",
        "",
        _table(part, top, f"ST{which}", {"S1": f"S1{which}", "ST": f"ST{which}"}),
    ]
    return "\n".join(lines) + "\n"


def _luck(first: pd.Series, which: str) -> str:
    share = first["luck_share"]
    if not math.isfinite(share):
        return "With one replicate, how far random draws move these numbers is unknown."
    if which:
        return f"Random draws make up {percent(share)} of the variance between points, and are taken off all indices."
    whole = f"({percent(share)} by the estimate)"
    return f"Random draws make up all of the variance between points {whole}: these indices say nothing."


def _morris(name: str, part: pd.DataFrame, top: int) -> str:
    first = part.iloc[0]
    runs = f"{first['samples']} trajectories, {counted(first['replicates'], 'replicate')}"
    lines = [
        f"**{name}** ({runs}): {_spread(first)} Effects of the whole range of a parameter: mean absolute "
        "effect mu*, mean mu, standard deviation sigma, and the standard deviation that random draws alone give:",
        "",
        _table(part, top, "mu_star", {"mu*": "mu_star", "mu": "mu", "sigma": "sigma", "luck": "luck"}),
    ]
    return "\n".join(lines) + "\n"


def _table(part: pd.DataFrame, top: int, by: str, columns: dict[str, str]) -> str:
    leading = part.sort_values(by, ascending=False, kind="stable").head(top)
    rows = [
        [f"`{row['parameter']}`", *(interval(_ends(row, column)) for column in columns.values())]
        for _, row in leading.iterrows()
    ]
    if len(part) > top:
        most = number(part.drop(leading.index)[by].max())
        rows.append([f"{len(part) - top} more, each at most", *(most if it == by else "" for it in columns.values())])
    return markdown_table(["parameter", *columns], rows)


def _ends(row: pd.Series, column: str) -> tuple[float, float, float]:
    """An index, and the ends of its interval where it has one."""
    return row[column], row.get(f"{column}_low", math.nan), row.get(f"{column}_high", math.nan)


def _spread(first: pd.Series) -> str:
    deviation = number(first["deviation"], digits=2)
    return f"mean {number(first['mean'], digits=4)}, standard deviation between points {deviation}."
