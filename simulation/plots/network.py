"""Drawings of the follow graph and of the social graph."""

import random
from collections.abc import Hashable, Mapping
from typing import Any, Literal

import igraph
import networkx as nx
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from simulation.analysis.tables import FloatArray, GraphTables
from simulation.arguments import one_of
from simulation.plots.axes import alone
from simulation.plots.style import BLUE, GREY, SINGLE, SKY, styled, write

SMALL = 1000
"""Nodes up to which networkx lays out and draws; above, igraph's layouts."""
MOST_EDGES = 10_000
"""Edges drawn at most: a random sample stands for more, and the figure says so."""

Layout = Literal["auto", "fr", "drl"]


def positions(graph: "nx.Graph[Any]", seed: int = 0, layout: Layout = "auto") -> FloatArray:
    """Coordinates (nodes, 2) in the order of ``graph.nodes``, the same for the same seed.

    ``auto``: networkx's spring layout up to 1,000 nodes, igraph's Fruchterman-Reingold up to 5,000, DrL above.

    Raises:
        ParameterError: ``layout`` is none of these.
    """
    one_of("layout", layout, ("auto", "fr", "drl"))
    n = graph.number_of_nodes()
    if layout == "auto" and n <= SMALL:
        placed = nx.spring_layout(graph, seed=seed, k=1.6 / max(n, 1) ** 0.5, iterations=80)
        return np.array([placed[node] for node in graph.nodes]).reshape(n, 2)
    chosen = layout if layout != "auto" else ("fr" if n <= 5 * SMALL else "drl")
    index = {node: k for k, node in enumerate(graph.nodes)}
    return igraph_positions(n, [(index[a], index[b]) for a, b in graph.edges()], seed, chosen)


def igraph_positions(nodes: int, edges: list[tuple[int, int]], seed: int, layout: str) -> FloatArray:
    """Coordinates (nodes, 2) by one of igraph's layouts; ``edges`` are pairs of numbers of nodes."""
    drawn = igraph.Graph(n=nodes, edges=edges)
    # igraph draws from one global generator: lend it a seeded one, then give Python's back.
    igraph.set_random_number_generator(random.Random(seed))
    try:
        coordinates = drawn.layout(layout).coords
    finally:
        igraph.set_random_number_generator(random)
    return np.asarray(coordinates, dtype=np.float64).reshape(nodes, 2)


def draw_network(
    axes: Axes,
    graph: "nx.Graph[Any]",
    sizes: Mapping[Any, float],
    title: str,
    *,
    highlight: frozenset[Hashable] = frozenset(),
    seed: int = 0,
    layout: Layout = "auto",
) -> None:
    """Nodes with areas after ``sizes``, edges without arrows, ``highlight`` in a stronger colour and on top."""
    nodes, few = list(graph.nodes), len(graph) <= SMALL
    xy = positions(graph, seed, layout)
    edges = list(graph.edges())
    if len(edges) > MOST_EDGES:
        edges = random.Random(seed).sample(edges, MOST_EDGES)
        drawn = f"{MOST_EDGES:,} of {graph.number_of_edges():,} edges drawn, at random"
        write(axes, drawn, (0, 0), fontsize=6, color=GREY, va="top")
    at = dict(zip(nodes, xy, strict=True))
    look: dict[str, Any] = {"width": 0.35, "edge_color": GREY, "hide_ticks": False, "arrows": False}
    alpha = float(np.clip(400 / max(len(edges), 1), 0.04, 0.5))
    lines = nx.draw_networkx_edges(graph, at, edgelist=edges, ax=axes, alpha=alpha, **look)
    if edges:
        lines.set_rasterized(True)
    weight = np.array([float(sizes.get(node, 0.0)) for node in nodes])
    # Points squared: no node above 110, all together at most an eighth of the page.
    scale = min(110 / max(float(weight.max(initial=0.0)), 1.0), 7000 / max(float(weight.sum()), 1.0))
    area = (4.0 if few else 1.0) + scale * weight
    strong = np.array([node in highlight for node in nodes], dtype=bool)
    for chosen, fill, level in ((~strong, SKY, 2), (strong, BLUE, 3)):
        x, y = xy[chosen].T
        wide = 0.3 if few else 0.15
        axes.scatter(x, y, s=area[chosen], color=fill, linewidths=wide, edgecolors="white", zorder=level)
    axes.set_axis_off()
    if nodes:
        # Square limits: the drawing fills the page whatever the layout's own shape.
        middle, reach = (xy.max(axis=0) + xy.min(axis=0)) / 2, max(float(np.ptp(xy, axis=0).max()), 1e-9) * 0.53
        axes.set(xlim=middle[0] + [-reach, reach], ylim=middle[1] + [-reach, reach])
    axes.set_aspect("equal")
    axes.set_title(title, fontsize=7)


@styled
def follow_graph(result: GraphTables, day: int | None = None, *, seed: int = 0, layout: Layout = "auto") -> Figure:
    """The follow graph at the end of a day: users light, creators dark, areas after followers, edges without direction.

    Users who neither follow nor are followed are left out.

    Args:
        result: its ``follow_graph(day)`` and table ``creators``.
        day: default the last.
        seed: of the layout.
        layout: as in `positions`.

    Raises:
        ParameterError: unknown layout.
    """
    graph = result.follow_graph(day)
    connected = graph.subgraph([node for node, degree in graph.degree() if degree > 0])
    followers = dict(connected.in_degree())
    creators = frozenset(int(user) for user in result.creators["user"])
    most = max(followers.values(), default=0)
    when = "" if day is None else f" on day {day}"
    title = f"creators (dark) and users (light){when}; area: followers, at most {most:,}"
    return alone(
        SINGLE, SINGLE, draw_network, connected, followers, title, highlight=creators, seed=seed, layout=layout
    )


@styled
def social_graph(
    graph: "nx.Graph[Any]",
    followers: Mapping[Any, float] | None = None,
    *,
    highlight: frozenset[Hashable] = frozenset(),
    seed: int = 0,
    layout: Layout = "auto",
) -> Figure:
    """Any networkx graph, drawn with areas after ``followers`` (default: after degree).

    Args:
        graph: a graph of any kind.
        followers: number for each node; nodes without one count as 0.
        highlight: nodes in the stronger colour, such as creators.
        seed: of the layout.
        layout: as in `positions`.

    Raises:
        ParameterError: unknown layout.
    """
    sizes = dict(graph.degree()) if followers is None else followers
    meaning = "degree" if followers is None else "followers"
    title = f"{graph.number_of_nodes():,} nodes, {graph.number_of_edges():,} edges; area: {meaning}"
    return alone(SINGLE, SINGLE, draw_network, graph, sizes, title, highlight=highlight, seed=seed, layout=layout)
