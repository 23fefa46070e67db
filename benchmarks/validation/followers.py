"""Followers: how unequally creators share them, with a recommender and without."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.validation.field_worlds import (
    FULL,
    KUAIRAND_SOURCE,
    QUICK,
    SHORT_VIDEO,
    Wanted,
    kuairand,
    thinned,
    world,
)
from benchmarks.validation.target import Effort, Evidence, Target
from simulation.analysis.inequality import gini, top_share
from simulation.analysis.tails import ccdf

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

SETTINGS = ("default", SHORT_VIDEO, "random")
"""Presets; the last is the default world without a recommender."""
REAL = "KuaiRand"
GINI, TOP = (0.80, 0.97), (0.70, 0.95)


def _measure(effort: Effort) -> Evidence:
    import pandas as pd

    size = QUICK if effort.quick else FULL
    rows, curves = [], []
    for setting in SETTINGS:
        for seed in range(size.seeds):
            model = world(size, seed, setting)
            model.run_for(size.days)
            held = model.state.creators.followers.astype(np.float64)
            rows.append((setting, seed, gini(held), top_share(held)))
            if seed == 0:
                curves.append(_curve(setting, held))
    notes: tuple[str, ...] = ()
    real = kuairand(effort.data)
    if real is not None:
        held = real["fans_user_num"].to_numpy(np.float64)
        curves.append(_curve(REAL, held))
        notes = (f"KuaiRand itself has a Gini of {gini(held):.3f} and a top tenth of {top_share(held):.3f}.",)
    table = pd.DataFrame(rows, columns=["setting", "seed", "gini", "top"])
    of = {name: part for name, part in table.groupby("setting")}
    bands = []
    for setting in SETTINGS[:2]:
        bands.append(Wanted(f"Gini, {setting}", *GINI, given=0.903).found(of[setting]["gini"].tolist()))
        bands.append(
            Wanted(f"top tenth, {setting}", *TOP, "of followers", given=0.845).found(of[setting]["top"].tolist())
        )
    for column, name in (("gini", "Gini"), ("top", "top tenth")):
        less = of["default"][column].to_numpy() - of["random"][column].to_numpy()
        bands.append(Wanted(f"{name}, default less random feed", 0.0, math.inf).found(less.tolist()))
    return Evidence(tuple(bands), {"curves": pd.concat(curves, ignore_index=True), "inequality": table}, notes)


def _curve(setting: str, held: np.ndarray) -> pd.DataFrame:
    import pandas as pd

    value, share = ccdf(held)
    shown = thinned(share)
    return pd.DataFrame({"setting": setting, "followers": value[shown] / held.mean(), "share": share[shown]})


def _figure(evidence: Evidence) -> Figure:
    from benchmarks.validation.field_figures import table_of_bands
    from simulation.plots.style import BLACK, BLUE, DOUBLE, GREEN, GREY, VERMILLION, new_figure, plain_log_ticks, styled

    @styled
    def draw() -> Figure:
        figure = new_figure(DOUBLE, 4.2)
        axes, below = figure.subplots(2, 1, height_ratios=(2, 1))
        curves = evidence.tables["curves"]
        colours = {"default": BLUE, SHORT_VIDEO: VERMILLION, "random": GREEN, REAL: BLACK}
        for k, (setting, colour) in enumerate(colours.items()):
            part = curves[(curves["setting"] == setting) & (curves["followers"] > 0)]
            if len(part):
                style = "o" if setting == REAL else "-"
                axes.plot(part["followers"], part["share"], style, ms=1.8, mew=0, color=colour)
                axes.text(0.03, 0.36 - 0.1 * k, setting, color=colour, transform=axes.transAxes, fontsize=7)
        axes.set(xscale="log", yscale="log", ylabel="share of creators with at least as many")
        axes.set_xlabel("followers, as a multiple of the mean")
        axes.set_xlim(1e-3, None)
        plain_log_ticks(axes.xaxis)
        plain_log_ticks(axes.yaxis)
        axes.axvline(1.0, color=GREY, lw=0.5)
        table_of_bands(below, evidence.bands)
        return figure

    return draw()


FOLLOWERS = (
    Target(
        name="follower_inequality",
        title="Inequality of followers",
        kind="field",
        about="Worlds of the defaults, of the preset `short_video`, and of the defaults with a feed of pure chance: "
        "the Gini coefficient of followers and the share of the most followed tenth of creators, beside KuaiRand's. "
        "Curves are relative to the mean, since the levels of a year and of a platform's lifetime differ.",
        source=KUAIRAND_SOURCE,
        measure=_measure,
        figure=_figure,
    ),
)
