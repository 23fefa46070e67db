"""Compiled growth against a plain transcription of Holme and Kim's rule."""

from __future__ import annotations

import random
from collections.abc import Callable

import networkx as nx
import numpy as np
import pytest

from simulation.random_graphs.growth import holme_kim


def grown(users: int, each: int, triangle: float, seed: int) -> nx.Graph[int]:
    sources, targets = holme_kim(users, each, triangle, np.uint64(seed))
    graph: nx.Graph[int] = nx.empty_graph(users)
    graph.add_edges_from(zip(sources.tolist(), targets.tolist(), strict=True))
    return graph


def transcribed(users: int, each: int, triangle: float, seed: int) -> nx.Graph[int]:
    """Holme and Kim in plain Python.

    networkx's own draws by degree, then takes them in the order of a hash set, small numbers first, so that its oldest
    users have half as many peers again.
    """
    draw = random.Random(seed)
    graph: nx.Graph[int] = nx.empty_graph(each)
    ends = list(range(each))
    for newcomer in range(each, users):
        graph.add_node(newcomer)
        drawn = -1
        while graph.degree(newcomer) < each:
            free = [i for i in graph[drawn] if i != newcomer and i not in graph[newcomer]] if drawn >= 0 else []
            if free and draw.random() < triangle:
                graph.add_edge(newcomer, draw.choice(free))
                continue
            drawn = draw.choice(ends)
            while drawn in graph[newcomer]:
                drawn = draw.choice(ends)
            graph.add_edge(newcomer, drawn)
        ends += [*graph[newcomer], *[newcomer] * each]
    return graph


@pytest.mark.parametrize(("users", "each", "triangle"), [(1000, 5, 0.5), (1000, 3, 1.0), (200, 40, 0.5)])
def test_compiled_growth_has_the_hubs_and_triangles_of_the_rule(users: int, each: int, triangle: float) -> None:
    def moments(make: Callable[[int, int, float, int], nx.Graph[int]]) -> np.ndarray:
        graphs = [make(users, each, triangle, seed) for seed in range(8)]
        degrees = [np.array([degree for _, degree in graph.degree()]) for graph in graphs]
        return np.array(
            [[nx.transitivity(g), nx.average_clustering(g), d.std()] for g, d in zip(graphs, degrees, strict=True)]
        )

    fast, plain = moments(grown), moments(transcribed)
    error = np.sqrt((fast.var(axis=0, ddof=1) + plain.var(axis=0, ddof=1)) / 8)
    # Nine comparisons at 4 standard errors: one false alarm in a hundred changes of the draws, none without one.
    assert np.all(np.abs(fast.mean(axis=0) - plain.mean(axis=0)) < 4 * error)


@pytest.mark.parametrize(("users", "each"), [(2, 1), (6, 5), (5, 5), (50, 25)])
@pytest.mark.parametrize("triangle", [0.0, 1.0])
def test_every_newcomer_brings_so_many_different_peers(users: int, each: int, triangle: float) -> None:
    sources, targets = holme_kim(users, each, triangle, np.uint64(2**32 - 1))
    assert sources.tolist() == np.repeat(np.arange(each, users), each).tolist()
    assert np.all(targets < sources)
    assert len(set(zip(sources.tolist(), targets.tolist(), strict=True))) == each * (users - each)
