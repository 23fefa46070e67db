"""Special cases: running a preset at some size, reading off who follows whom, and figures of points beside laws."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Literal, NamedTuple, TypeVar

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from benchmarks.validation import gof
from benchmarks.validation.target import Evidence, Fit
from simulation.analysis.tables import BoolArray, FloatArray, IntArray
from simulation.model import FollowerModel
from simulation.plots.style import DOUBLE, GREY, LINES, new_figure, plain_log_ticks, styled

Engine = Literal["compiled", "mesa"]
T = TypeVar("T")
Rows = Sequence[tuple[float, ...]]
ENGINES: tuple[Engine, ...] = ("compiled", "mesa")
ONE_TOPIC: Mapping[str, object] = {"population.topics": 1}
"""Where no rule looks at topics, one is enough, and a day costs a fifth less."""


class Size(NamedTuple):
    """How large a world is, how often, and by which engine."""

    engine: Engine
    people: int
    """Users; those who arrive, where users do."""
    seeds: range
    """One world each; sizes share none, so they have no random draws in common."""

    def __str__(self) -> str:
        return f"{self.people:,} users, {self.engine}"


def world(
    preset: str,
    seed: int,
    engine: Engine = "compiled",
    values: Mapping[str, object] | None = None,
    creators: Sequence[int] | None = None,
) -> FollowerModel:
    """A model on its first morning."""
    return FollowerModel(values, preset=preset, seed=seed, engine=engine, creators=creators, threads=1, record="daily")


def follower_path(model: FollowerModel, days: int) -> IntArray:
    """Follower counts at the end of each day, shape (days, M)."""
    model.run_for(days)
    path = model.result().creator_days["followers"].to_numpy(np.int64)
    return np.asarray(path.reshape(days, -1))


def follow_matrix(model: FollowerModel) -> BoolArray:
    """Who follows whom, shape (N, M)."""
    users, entries = model.state.follows.entries()
    matrix = np.zeros((model.state.users.activity.size, model.state.creators.user.size), dtype=np.bool_)
    matrix[users, model.state.follows.rows.creator[entries]] = True
    return matrix


def arrivals_and_choices(model: FollowerModel) -> Iterator[tuple[int, list[int]]]:
    """Everybody who arrived and the creators followed then, in order; nobody may ever have left."""
    for user in np.flatnonzero(model.state.users.joined >= 0).tolist():
        yield user, [int(creator) for creator in model.state.follows.of(user)]


def places_of_choices(model: FollowerModel, a: float, gamma: float, luck: np.random.Generator) -> FloatArray:
    """Where each choice of an arrival falls in its law, given everything before it: uniform if the law is right.

    The law is (followers + a)^gamma at the day's beginning, over the creators of earlier days, without those whom
    the same arrival chose before. Creators are laid out from the most followed to the least. NaN for a choice that
    the law excludes.
    """
    creators = model.state.creators
    followers = np.zeros(creators.user.size)
    places = []
    for user, chosen in arrivals_and_choices(model):
        weight = np.where(creators.joined < model.state.users.joined[user], (followers + a) ** gamma, 0.0)
        order = np.argsort(-followers, kind="stable")
        for choice in chosen:
            laid_out = weight[order] / weight.sum()
            at = int(np.flatnonzero(order == choice)[0])
            place = min(1.0, laid_out[:at].sum() + luck.random() * laid_out[at])
            places.append(place if laid_out[at] > 0.0 else np.nan)
            weight[choice] = 0.0
        followers[chosen] += 1.0
    return np.array(places)


def sizes(kind: Callable[..., T], compiled: Rows, mesa: Rows, first: int = 0) -> tuple[T, ...]:
    """Settings by engine: arguments of each, of which the last is its number of seeds; no two share a seed."""
    found: list[T] = []
    for engine, rows in (("compiled", compiled), ("mesa", mesa)):
        for *what, count in rows:
            found.append(kind(engine, *what, range(first, first + int(count))))
            first += int(count)
    return tuple(found)


def every_choice(name: str, law: str, places: Sequence[FloatArray]) -> Fit:
    """A fit of all choices of many worlds, from where each falls in its law."""
    joined = np.concatenate(places)
    return Fit(name, law, "Kolmogorov-Smirnov, places in the law given all before", gof.uniform(joined), joined.size)


# Figures ------------------------------------------------------------------------------------------------------------


class Panel(NamedTuple):
    """One set of axes."""

    name: str
    """Which rows of the table it shows, and its title."""
    x: str
    y: str
    """Axis labels, with units."""
    log: str = ""
    """Which axes are logarithmic: any of x and y."""
    key: Literal["upper right", "upper left", "lower right", "lower left"] = "upper right"
    """Corner in which the series are named: upper or lower, left or right."""


def shown(panel: str, series: str, engine: Engine, x: ArrayLike, found: ArrayLike, law: ArrayLike) -> pd.DataFrame:
    """Rows of the table that a figure shows: what was found at each x, and what the law says there."""
    return pd.DataFrame(
        {"panel": panel, "series": series, "engine": engine, "x": np.asarray(x, dtype=np.float64), "found": found,
         "law": law}
    )  # fmt: skip


def distribution(
    panel: str, series: str, engine: Engine, values: IntArray, law: FloatArray, *, tail: bool = False
) -> pd.DataFrame:
    """Those rows for the distribution of whole numbers; with ``tail``, for the share at or above each.

    Values that the law gives less than one thousandth of, and that were not found, are left out.
    """
    found = np.bincount(values.ravel(), minlength=law.size)[: law.size] / values.size
    seen = np.flatnonzero((found > 0.0) | (law > 1e-3))
    if tail:
        found, law = (np.cumsum(share[::-1])[::-1] for share in (found, law))
    kept = slice(int(seen.min()), int(seen.max()) + 1)
    return shown(panel, series, engine, np.arange(law.size)[kept], found[kept], law[kept])


@styled
def law_figure(evidence: Evidence, panels: Sequence[Panel], height: float = 2.6) -> Figure:
    """The table of laws, one panel for each of ``panels``, side by side.

    Lines are laws; filled points the compiled engine, rings Mesa. A series has the same colour in all of them.
    """
    table = evidence.tables["law"]
    figure = new_figure(DOUBLE, height)
    axes = figure.subplots(1, len(panels), squeeze=False)[0]
    colours = {series: LINES[place % len(LINES)] for place, series in enumerate(dict.fromkeys(table["series"]))}
    for ax, panel in zip(axes, panels, strict=True):
        _draw(ax, table[table["panel"] == panel.name], panel, colours)
    engines = set(table["engine"])
    marks = {"compiled": "filled points: compiled engine", "mesa": "rings: Mesa engine"}
    said = ["lines: law", *(text for engine, text in marks.items() if engine in engines)]
    figure.supxlabel("   ".join(said), fontsize=6.5, color=GREY)
    return figure


def _draw(axes: Axes, rows: pd.DataFrame, panel: Panel, colours: Mapping[str, str]) -> None:
    for series, unsorted in rows.groupby("series", sort=False):
        part, colour = unsorted.sort_values("x"), colours[str(series)]
        axes.plot(part["x"], part["law"], color=colour, lw=1.0, zorder=1, label=series)
        few = part[part["found"] > 0.0] if "y" in panel.log else part
        face, size = "white" if part["engine"].iloc[0] == "mesa" else colour, 2.0 if len(few) > 40 else 3.0
        axes.plot(few["x"], few["found"], "o", ms=size, mfc=face, mec=colour, mew=0.7, ls="", zorder=2)
    if "x" in panel.log:
        axes.set_xscale("log")
        plain_log_ticks(axes.xaxis)
    if "y" in panel.log:
        axes.set_yscale("log")
        axes.set_ylim(bottom=0.5 * float(rows.loc[rows["found"] > 0.0, "found"].min()))
        plain_log_ticks(axes.yaxis)
    axes.set(xlabel=panel.x, ylabel=panel.y)
    axes.set_title(panel.name)
    axes.legend(loc=panel.key, labelcolor="linecolor", fontsize=6, handlelength=0, handletextpad=0, edgecolor="none")
