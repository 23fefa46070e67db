"""Real friendship graphs as social graph: views, followers and friends on Twitch's."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.validation.field_worlds import KUAIRAND_SOURCE, Size, Wanted, world
from benchmarks.validation.target import Effort, Evidence, Target
from simulation.analysis.inequality import gini, top_share
from simulation.analysis.market import rank_correlation
from simulation.graph_files import read_graph
from simulation.social_graph import SocialGraph

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

GRAPHS = ("DE", "ENGB", "PTBR")
FULL_DAYS, QUICK_DAYS = 90, 20
SHARE = 0.2
"""Creators among users, as in other targets."""


def _graph(folder: Path, name: str) -> SocialGraph:
    return read_graph(folder / f"twitch/{name}_edges.csv", nodes=folder / f"twitch/{name}_target.csv")


def _measure(effort: Effort) -> Evidence:
    import pandas as pd

    assert effort.data is not None  # the target is skipped without it
    rows, points, bands = [], [], []
    for name in GRAPHS[-1:] if effort.quick else GRAPHS:
        graph = _graph(effort.data, name)
        degree = graph.degree()
        real = np.asarray(graph.node_attributes["views"], dtype=np.float64)
        known = rank_correlation(real, degree)
        points.append(_points("Twitch", name, degree, real))
        size = Size(graph.users, round(SHARE * graph.users), QUICK_DAYS if effort.quick else FULL_DAYS, 5)
        for seed in range(2 if effort.quick else size.seeds):
            model = world(size, seed, social_graph=graph)
            model.run_for(size.days)
            creators = model.state.creators
            held, views, friends = creators.followers, creators.total_views, degree[creators.user]
            rows.append(
                (
                    name,
                    seed,
                    gini(held),
                    top_share(held),
                    rank_correlation(views, held),
                    rank_correlation(held, friends),
                )
            )
            if seed == 0:
                points.append(_points("model", name, friends, views.astype(np.float64)))
        table = pd.DataFrame(rows, columns=["graph", "seed", "gini", "top", "views", "friends"])
        part = table[table["graph"] == name]
        bands += [
            Wanted(f"{name}: Gini of followers", 0.80, 0.97, source=KUAIRAND_SOURCE).found(part["gini"].tolist()),
            Wanted(f"{name}: top tenth", 0.70, 0.95, "of followers", source=KUAIRAND_SOURCE).found(
                part["top"].tolist()
            ),
            Wanted(f"{name}: rank correlation, views and followers", 0.0, math.inf).found(part["views"].tolist()),
            Wanted(f"{name}: rank correlation, followers and friends", 0.0, math.inf, given=known).found(
                part["friends"].tolist()
            ),
        ]
    notes = (
        "Twitch's files hold no followers. Given beside followers and friends is the rank correlation of views with "
        "friends there, so that only the sign is a target. The model's is "
        "hardly more than none: users see what peers follow, not who of their peers creates, so that a creator with "
        "many friends is not found any sooner.",
    )
    return Evidence(tuple(bands), {"points": pd.concat(points, ignore_index=True), "graphs": table}, notes)


def _points(whose: str, graph: str, friends: np.ndarray, views: np.ndarray, classes: int = 12) -> pd.DataFrame:
    """Mean rank of views by number of friends, in classes of about equal size."""
    import pandas as pd
    from scipy.stats import rankdata

    order = np.argsort(friends, kind="stable")
    rank = rankdata(views) / views.size
    parts = [part for part in np.array_split(order, classes) if part.size]
    return pd.DataFrame(
        {
            "whose": whose,
            "graph": graph,
            "friends": [float(friends[part].mean()) for part in parts],
            "rank": [float(rank[part].mean()) for part in parts],
        }
    )


def _figure(evidence: Evidence) -> Figure:
    from benchmarks.validation.field_figures import table_of_bands
    from simulation.plots.style import BLACK, BLUE, DOUBLE, new_figure, plain_log_ticks, styled

    @styled
    def draw() -> Figure:
        points = evidence.tables["points"]
        graphs = list(dict.fromkeys(points["graph"]))
        figure = new_figure(DOUBLE, 2.1 + 0.19 * (len(evidence.bands) + 1))
        grid = figure.add_gridspec(2, len(graphs), height_ratios=(2.0, 0.19 * (len(evidence.bands) + 1)))
        for column, graph in enumerate(graphs):
            axes = figure.add_subplot(grid[0, column])
            for k, (whose, colour) in enumerate((("model", BLUE), ("Twitch", BLACK))):
                part = points[(points["graph"] == graph) & (points["whose"] == whose)]
                axes.plot(part["friends"], part["rank"], "o-" if whose == "model" else "o", ms=3, mew=0, color=colour)
                axes.text(0.03, 0.97 - 0.1 * k, whose, color=colour, transform=axes.transAxes, va="top", fontsize=7)
            axes.set(xscale="log", ylim=(0, 1), title=graph, xlabel="friends")
            axes.set_ylabel("mean rank by views (1: most)" if column == 0 else "")
            plain_log_ticks(axes.xaxis)
        table_of_bands(figure.add_subplot(grid[1, :]), evidence.bands)
        return figure

    return draw()


TWITCH = (
    Target(
        name="twitch",
        title="Views, followers and friends on Twitch's friendship graphs",
        kind="field",
        about="The friendship graphs of German, English and Portuguese speaking streamers as social graph of the "
        "preset `short_video`; a fifth of the users create. Followers must be as unequal as elsewhere, creators with "
        "more views must have more followers, and those with more friends too, as they have more views on Twitch.",
        source="MUSAE (Rozemberczki, Allen and Sarkar 2019)",
        measure=_measure,
        figure=_figure,
        needs=tuple(f"twitch/{name}_{part}.csv" for name in GRAPHS for part in ("edges", "target")),
    ),
)
