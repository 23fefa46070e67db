"""Followees: how unequally users follow, and how that grows with the age of an account."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.validation.field_worlds import FULL, KUAIRAND, KUAIRAND_SOURCE, QUICK, Wanted, kuairand, world
from benchmarks.validation.target import Band, Effort, Evidence, Target
from simulation.analysis.inequality import gini
from simulation.analysis.network import followee_summary

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

AGES = (0, 60, 120, 365, 1000, 10_000)
"""Edges of age classes of accounts, days."""
FULL_DAYS, QUICK_DAYS = (30, 60, 120, 240), (15, 30, 60)
CAP = 5000


def _measure(effort: Effort) -> Evidence:
    import pandas as pd

    size, days = (QUICK, QUICK_DAYS) if effort.quick else (FULL, FULL_DAYS)
    counts = kuairand(effort.data)
    assert counts is not None  # the target is skipped without it
    rows, shown = [], []
    for seed in range(size.seeds):
        model = world(size, seed)
        for day in days:
            model.run_for(day - model.day)
            held = model.state.follows.rows.length.copy()
            rows.append(("model", seed, float(day), *_shape(held)))
        if seed == 0:
            shown.append(_histogram("model", held))
    for old, older in pairwise(AGES):
        part = counts[(counts["register_days"] > old) & (counts["register_days"] <= older)]
        age = float(np.exp(np.log(np.maximum(part["register_days"], 1)).mean()))
        rows.append(("KuaiRand", -1, age, *_shape(part["follow_user_num"].to_numpy())))
    shown.append(_histogram("KuaiRand", counts["follow_user_num"].to_numpy()))
    table = pd.DataFrame(rows, columns=["whose", "seed", "age", "median", "sigma", "gini", "most"])
    return Evidence(_bands(table, days[-1]), {"shape": table, "histogram": pd.concat(shown, ignore_index=True)})


def _bands(table: pd.DataFrame, last: int) -> tuple[Band, ...]:
    real, ours = table[table["whose"] == "KuaiRand"], table[table["whose"] == "model"]
    end = ours[ours["age"] == last]
    by_age = "range over ages of KuaiRand's accounts"
    growth = [_exponent(part) for _, part in ours.groupby("seed")]
    return (
        Wanted(
            "spread (sd) of ln followees", real["sigma"].min(), real["sigma"].max(), given=1.6, source=by_age,
            missed=WHY_NARROW,
        ).found(end["sigma"].tolist()),
        Wanted("Gini of followees", real["gini"].min(), real["gini"].max(), given=0.675, source=by_age,
            missed=WHY_NARROW,
        ).found(end["gini"].tolist()),
        Wanted("most followees", 1.0, CAP, "follows", source="the platform's cap").found(end["most"].tolist()),
        Wanted(
            "growth of the median ~ age to the power", 0.0, 1.0, given=_exponent(real),
            source="sign: it grows, and slower than age",
        ).found(growth),
    )  # fmt: skip


WHY_NARROW = (
    "with some hundred creators there is less to follow than on a platform: the eager follow all that is worth it and "
    "stop, so that the upper end is cut off"
)


def _shape(held: np.ndarray) -> tuple[float, float, float, float]:
    summary = followee_summary(held)
    return summary.median, summary.sigma, gini(held), float(summary.maximum)


def _exponent(part: pd.DataFrame) -> float:
    """Slope of ln median followees on ln age."""
    return float(np.polyfit(np.log(part["age"]), np.log(np.maximum(part["median"], 0.5)), 1)[0])


def _histogram(whose: str, held: np.ndarray) -> pd.DataFrame:
    """Density of ln followees about their mean."""
    import pandas as pd

    logs = np.log(held[held > 0])
    density, edges = np.histogram(logs - logs.mean(), bins=np.arange(-6.0, 6.01, 0.4), density=True)
    return pd.DataFrame({"whose": whose, "middle": (edges[1:] + edges[:-1]) / 2, "density": density})


def _figure(evidence: Evidence) -> Figure:
    from benchmarks.validation.field_figures import table_of_bands
    from simulation.plots.style import BLACK, BLUE, DOUBLE, new_figure, plain_log_ticks, styled

    @styled
    def draw() -> Figure:
        figure = new_figure(DOUBLE, 3.4)
        grid = figure.add_gridspec(2, 3, height_ratios=(1.9, 1))
        first, second, third = (figure.add_subplot(grid[0, k]) for k in range(3))
        shape, density = evidence.tables["shape"], evidence.tables["histogram"]
        for k, (whose, colour, style) in enumerate((("model", BLUE, "-"), ("KuaiRand", BLACK, "o"))):
            part = density[density["whose"] == whose]
            first.plot(part["middle"], part["density"], style, ms=2.5, mew=0, color=colour)
            first.text(0.03, 0.95 - 0.1 * k, whose, color=colour, transform=first.transAxes, fontsize=7, va="top")
            by_age = shape[shape["whose"] == whose].groupby("age")[["median", "sigma"]].mean()
            second.plot(by_age.index, by_age["sigma"], "o-", ms=3, mew=0, color=colour)
            third.plot(by_age.index, by_age["median"], "o-", ms=3, mew=0, color=colour)
        first.set(xlabel="ln followees, less their mean", ylabel="density of users")
        second.set(xscale="log", xlabel="age of accounts, days", ylabel="spread (sd) of ln followees", ylim=(0, 2))
        third.set(xscale="log", yscale="log", xlabel="age of accounts, days", ylabel="median followees")
        plain_log_ticks(second.xaxis)
        plain_log_ticks(third.xaxis)
        plain_log_ticks(third.yaxis)
        table_of_bands(figure.add_subplot(grid[1, :]), evidence.bands)
        return figure

    return draw()


FOLLOWEES = (
    Target(
        name="followees",
        title="How many creators users follow",
        kind="field",
        about="Worlds of the preset `short_video`. The levels of one year and of a platform's lifetime differ, so the "
        "shape is compared (spread of the logarithm, Gini) and how it grows with the age of an account. KuaiRand's "
        "spread is the same at all ages, so it is not age that makes users differ: they differ in how readily they "
        "follow (`users.eagerness_sigma`).",
        source=KUAIRAND_SOURCE,
        measure=_measure,
        figure=_figure,
        needs=(KUAIRAND,),
    ),
)
