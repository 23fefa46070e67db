"""Real friendship graphs as social graph: views, followers and friends on Twitch's."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from scipy.stats import rankdata

from benchmarks.validation.data import data_file
from benchmarks.validation.field import GINI, KUAIRAND_SOURCE, TOP, Size, measured, worlds
from benchmarks.validation.figures import panels
from benchmarks.validation.target import Band, Effort, Evidence, Target, band
from simulation.analysis.inequality import gini, top_share
from simulation.analysis.market import rank_correlation
from simulation.graph_files import read_graph
from simulation.plots.style import BLACK, BLUE, plain_log_ticks, styled
from simulation.social_graph import SocialGraph

GRAPHS = ("DE", "ENGB", "PTBR")
SHARE = 0.2
"""Creators among users, as in other targets."""


def _graph(folder: Path | None, name: str) -> SocialGraph:
    edges, nodes = (data_file(folder, f"twitch/{name}_{part}.csv") for part in ("edges", "target"))
    assert edges is not None  # the target is skipped without its data
    return read_graph(edges, nodes=nodes)


def _bands(name: str, known: float) -> dict[str, Band]:
    return {
        "gini": band(f"{name}: Gini of followers", *GINI, source=KUAIRAND_SOURCE),
        "top": band(f"{name}: top tenth", *TOP, "of followers", source=KUAIRAND_SOURCE),
        "views": band(f"{name}: rank correlation, views and followers", 0.0, math.inf),
        "friends": band(f"{name}: rank correlation, followers and friends", 0.0, math.inf, given=known),
    }


def _measure(effort: Effort) -> Evidence:
    """The friendship graphs of German, English and Portuguese speaking streamers as social graph of the preset
    `short_video`; a fifth of the users create. Followers must be as unequal as elsewhere, creators with more views
    must have more followers, and those with more friends too, as they have more views on Twitch.
    """
    tables, points = [], []
    bands: list[Band] = []
    for name in GRAPHS[-1:] if effort.quick else GRAPHS:
        graph = _graph(effort.data, name)
        degree = graph.degree()
        real = np.asarray(graph.node_attributes["views"], dtype=np.float64)
        points.append(_points("Twitch", name, degree, real))
        days, seeds = (20, 2) if effort.quick else (90, 5)
        rows = []
        for seed, model in worlds(Size(graph.users, round(SHARE * graph.users), days, seeds), social_graph=graph):
            creators = model.state.creators
            held, views, friends = creators.followers, creators.total_views, degree[creators.user]
            correlations = rank_correlation(views, held), rank_correlation(held, friends)
            rows.append((name, seed, gini(held), top_share(held), *correlations))
            if seed == 0:
                points.append(_points("model", name, friends, views.astype(np.float64)))
        tables.append(pd.DataFrame(rows, columns=["graph", "seed", "gini", "top", "views", "friends"]))
        bands += measured(tables[-1], _bands(name, rank_correlation(real, degree)))
    notes = (
        "Twitch's files hold no followers. Given beside followers and friends is the rank correlation of views with "
        "friends there, so that only the sign is a target. The model's is "
        "hardly more than none: users see what peers follow, not who of their peers creates, so that a creator with "
        "many friends is not found any sooner.",
    )
    found = {"points": pd.concat(points, ignore_index=True), "graphs": pd.concat(tables, ignore_index=True)}
    return Evidence(tuple(bands), found, notes)


def _points(whose: str, graph: str, friends: np.ndarray, views: np.ndarray, classes: int = 12) -> pd.DataFrame:
    """Mean rank of views by number of friends, in classes of about equal size."""
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


@styled
def _figure(evidence: Evidence) -> Figure:
    points = evidence.tables["points"]
    graphs = list(dict.fromkeys(points["graph"]))
    figure, columns = panels(evidence, len(graphs), height=2.0)
    for axes, graph in zip(columns, graphs, strict=True):
        for k, (whose, colour) in enumerate((("model", BLUE), ("Twitch", BLACK))):
            part = points[(points["graph"] == graph) & (points["whose"] == whose)]
            axes.plot(part["friends"], part["rank"], "o-" if whose == "model" else "o", ms=3, mew=0, color=colour)
            axes.text(0.03, 0.97 - 0.1 * k, whose, color=colour, transform=axes.transAxes, va="top", fontsize=7)
        axes.set(xscale="log", ylim=(0, 1), title=graph, xlabel="friends")
        plain_log_ticks(axes.xaxis)
    columns[0].set_ylabel("mean rank by views (1: most)")
    return figure


TWITCH = Target(
    name="twitch",
    title="Views, followers and friends on Twitch's friendship graphs",
    kind="field",
    source="MUSAE (Rozemberczki, Allen and Sarkar 2019)",
    measure=_measure,
    figure=_figure,
    needs=tuple(f"twitch/{name}_{part}.csv" for name in GRAPHS for part in ("edges", "target")),
)
