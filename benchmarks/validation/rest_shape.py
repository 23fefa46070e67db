"""A world at rest over years: the shape of following, over all users, at every age."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from benchmarks.validation.figures import table_of_bands
from benchmarks.validation.rest_worlds import at_rest, seeds_of, users_of
from benchmarks.validation.target import Band, Effort, Evidence, Target
from simulation.analysis.rest import AGES, AT_REST, WINDOW, Look, RestTarget, look
from simulation.model import FollowerModel
from simulation.plots.style import BLUE, DOUBLE, SAND, VERMILLION, new_figure, styled

LARGE, LARGE_SEEDS = 20_000, 2
"""Users of the worlds in which the most followed creator is looked at, and how many there are."""
QUICK_AGES = AGES[:2]
COLUMNS = 4
"""Panels of the figure in a row."""


def looks(model: FollowerModel, ages: tuple[int, ...]) -> list[Look]:
    """A world at some ages."""
    found = []
    for age in ages:
        model.run_for(age - model.day)
        now = model.result()
        model.run_for(WINDOW)
        found.append(look(now, model.result(), model.parameters.population.departure_rate))
    return found


def _band(target: RestTarget, age: int) -> Band:
    name, about = f"{target.says}, day {age}", TRIED.get(target.name, "")
    return Band(
        name,
        low=target.low,
        high=target.high,
        unit=target.unit,
        source=target.source,
        fitted=target.fitted,
        holds=target.holds,
        missed=about,
    )


TRIED: dict[str, str] = {
    "most followed": (
        "tried: sixteen settings of the preset, one to three worlds each; .18 to .52, with single stars that reach "
        "most of their segment. What lowers it (more taste, more weight of common ground, a feed less led by what is "
        "popular) lowers the Gini coefficient as well, which is published where this is a goal: the coefficient was "
        "kept in its band"
    ),
    "follower Gini": "tried: sixteen settings of the preset, one to three worlds each; .78 to .88",
}
"""What was tried where a row is missed."""


def _measure(effort: Effort) -> Evidence:
    """Worlds of the preset `living` after their burn-in, looked at on days 0, 180, 360 and 1,080 and over the {WINDOW}
    days from each; the same numbers as `follower-dynamics check --preset living` prints, over all users, of whom half
    never post. Bands of the Gini coefficient and the top tenth are those of samples of 5,000 users of KuaiRand; counts
    grow with the number of users, so that medians are compared with each other. Net: change of all ties, as a share of
    the follows begun, with the ties that departures end counted by how many are to be expected, as a single star who
    leaves would else decide; 0 lies in the interval of a world at rest.
    """
    ages = QUICK_AGES if effort.quick else AGES
    lives = {seed: looks(at_rest(users_of(effort), seed), ages) for seed in seeds_of(effort)}
    rows = [
        {"seed": seed, "age": age, **{target.name: target.measure(seen) for target in AT_REST}}
        for seed, life in lives.items()
        for age, seen in zip(ages, life, strict=True)
    ]
    table = pd.DataFrame(rows)
    bands: list[Band] = []
    for target in AT_REST:
        for age in ages:
            values = table.loc[table["age"] == age, target.name].tolist()
            bands.append(_band(target, age).measured(values))
    if not effort.quick:
        (most,) = [target for target in AT_REST if target.name == "most followed"]
        reach = []
        for seed in range(LARGE_SEEDS):
            held = at_rest(LARGE, seed).state.creators.followers
            reach.append(float(held.max()) / LARGE)
        bands.append(replace(_band(most, 0), name=f"most followed of {LARGE:,} users, day 0").measured(reach))
    return Evidence(tuple(bands), {"ages": table})


@styled
def _figure(evidence: Evidence) -> Figure:
    """A panel for each number, over ages."""
    names = [target.name for target in AT_REST]
    rows = -(-len(names) // COLUMNS)
    below = 0.19 * (len(evidence.bands) + 1)
    figure = new_figure(DOUBLE, 1.7 * rows + below)
    grid = figure.add_gridspec(rows + 1, COLUMNS, height_ratios=[1.7] * rows + [below])
    table_of_bands(figure.add_subplot(grid[rows, :]), evidence.bands)
    for k, name in enumerate(names):
        axes = figure.add_subplot(grid[k // COLUMNS, k % COLUMNS])
        _over_ages(axes, [band for band in evidence.bands if band.name.startswith(f"{name}, day")])
        axes.set_title(name)
    return figure


def _over_ages(axes: Axes, bands: list[Band]) -> None:
    at = np.arange(len(bands))
    axes.axhspan(bands[0].low, bands[0].high, color=SAND, lw=0, zorder=0)
    for x, band in zip(at, bands, strict=True):
        colour = BLUE if band.met else VERMILLION
        axes.vlines(x, band.found.low, band.found.high, color=colour, lw=1.4)
        axes.plot(x, band.found.estimate, "o" if band.met else "X", ms=3.6, color=colour)
    axes.set_xticks(at, [band.name.rpartition(" ")[2] for band in bands])
    axes.set_xlabel("day")
    axes.margins(x=0.2, y=0.2)


SHAPE = Target(
    name="rest_shape",
    title="At rest: the shape of following at every age",
    kind="field",
    source="KuaiRand (Gao et al. 2022); Pew Research Center 2024; Kwak et al. 2011",
    measure=_measure,
    figure=_figure,
)
"""The shape of following."""
