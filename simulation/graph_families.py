"""Generated social graphs: the families, what each reads, and what it cannot give."""

from __future__ import annotations

import difflib
import itertools
import math
import random
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.errors import GraphError
from simulation.graph_growth import grow_holme_kim
from simulation.social_graph import SocialGraph, check_users, is_whole_number

RECIPROCITY = 0.2
"""Share of directed ties that are returned in generated directed graphs (Kwak et al. 2010 find .22 on Twitter)."""

MAX_COMMUNITIES = 5000
"""A stochastic block model holds a matrix of communities x communities; 5,000 make 200 MB."""

_LFR_ATTEMPTS = 10
_IGRAPH_LOCK = threading.Lock()
"""igraph draws from one generator for the whole process."""


@dataclass(frozen=True)
class _Wanted:
    """What was asked of a generated graph."""

    family: str
    users: int
    mean_degree: float
    rewiring: float
    triangle: float
    communities: int
    mixing: float
    directed: bool

    @property
    def ties(self) -> float:
        """Mean degree of the undirected graph that is to be given directions (undirected: the one asked for).

        With a share q of edges running both ways, reciprocity is 2q / (1 + q) and the mean out-degree (1 + q) / 2 of
        the undirected mean degree.
        """
        if not self.directed:
            return self.mean_degree
        return min(max(self.mean_degree * (2 - RECIPROCITY), 2.0), self.users - 1.0)

    def impossible(self, name: str, why: str) -> GraphError:
        return GraphError(
            f"{name}={getattr(self, name)!r} does not suit a {self.family} graph of {self.users} users: {why}"
        )


@dataclass(frozen=True)
class _Ties:
    """Edges of a generated graph, (E,) each, and the community of each node, (N,)."""

    sources: NDArray[np.integer[Any]]
    targets: NDArray[np.integer[Any]]
    community: NDArray[np.int64] | None = None


def generate(
    family: str,
    users: int,
    *,
    seed: int,
    mean_degree: float,
    rewiring: float,
    triangle: float,
    communities: int,
    mixing: float,
    directed: bool,
) -> SocialGraph:
    """Generate a social graph; the same arguments give the same graph.

    Families, by the library that makes them, and the arguments each reads besides ``mean_degree``:

    - ``watts_strogatz`` (igraph): ring of nearest peers, a share ``rewiring`` of ties moved at both ends. Every
      undirected mean degree is even, so ``mean_degree`` is rounded to an even number, at least 2.
    - ``barabasi_albert`` (igraph): newcomers choose peers in proportion to degree; half the mean degree on average.
    - ``holme_kim`` (here): the same, closing a triangle with probability ``triangle``; each newcomer brings a whole
      number of ties, so the mean degree is an even number less a little for the beginning.
    - ``stochastic_block`` (igraph): ``communities`` of equal size, a share ``mixing`` of ties between them.
    - ``lfr`` (networkx; Lancichinetti et al. 2008): power laws of degree (exponent 3) and of community size (1.5), a
      share ``mixing`` of ties between communities, whose number follows from the sizes.
    - ``erdos_renyi`` (igraph): so many ties at random, G(n, m).
    - ``none``: no ties, as with ``mean_degree`` 0.

    Users are shuffled, so an id says nothing of age, place on the ring or community (kept as node attribute
    ``community``). ``directed``: ``mean_degree`` is the out-degree. ``erdos_renyi`` and ``stochastic_block`` draw each
    direction by itself; in the others a tie of the undirected graph runs one way, drawn at random, and so many run both
    ways that ``RECIPROCITY`` comes out (more where the degrees must be even, or where the graph is nearly complete).

    Raises ``GraphError`` naming the argument that cannot be met.
    """
    wanted = _Wanted(family, users, mean_degree, rewiring, triangle, communities, mixing, directed)
    _check(wanted, seed)
    if family == "none" or mean_degree == 0:
        return SocialGraph.from_edges([], [], users, directed=directed)
    rng = np.random.default_rng(seed)
    ties = _FAMILIES[family](wanted, rng)
    if directed and family not in ("erdos_renyi", "stochastic_block"):
        ties = _give_directions(ties, round(users * mean_degree), rng)
    place = rng.permutation(users).astype(np.int32)
    attributes: dict[str, NDArray[Any]] = {}
    if ties.community is not None:
        attributes["community"] = np.empty_like(ties.community)
        attributes["community"][place] = ties.community
    return SocialGraph.from_edges(
        place[ties.sources], place[ties.targets], users, directed=directed, node_attributes=attributes
    )


def _check(wanted: _Wanted, seed: int) -> None:
    if wanted.family not in FAMILIES:
        near = difflib.get_close_matches(str(wanted.family), FAMILIES, n=1)
        hint = f" (did you mean {near[0]}?)" if near else ""
        raise GraphError(f"family={wanted.family!r} is unknown{hint}; known are {', '.join(FAMILIES)}")
    if not (is_whole_number(seed) and seed >= 0):
        raise GraphError(f"seed={seed!r} must be a whole number of at least 0")
    check_users(wanted.users)
    for name in ("rewiring", "triangle", "mixing"):
        if not 0 <= getattr(wanted, name) <= 1:
            raise GraphError(f"{name}={getattr(wanted, name)!r} must lie in [0, 1]")
    if not (is_whole_number(wanted.communities) and wanted.communities >= 1):
        raise GraphError(f"communities={wanted.communities!r} must be a whole number of at least 1")
    if not 0 <= wanted.mean_degree < math.inf:
        raise GraphError(f"mean_degree={wanted.mean_degree!r} must be a finite number of at least 0")
    if wanted.family == "none" or wanted.mean_degree == 0:
        return
    if wanted.mean_degree > wanted.users - 1:
        raise wanted.impossible("mean_degree", f"nobody can have more than {wanted.users - 1} peers")
    least = 1 if wanted.directed else 2
    if wanted.family not in ("erdos_renyi", "stochastic_block") and wanted.mean_degree < least:
        raise wanted.impossible("mean_degree", f"it must be 0 or at least {least}, for everyone has a tie")


def _with_igraph(make: Callable[[Any], Any], rng: np.random.Generator) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return both ends of the edges of ``make(igraph)``, igraph's random numbers being seeded for that long only."""
    import igraph

    with _IGRAPH_LOCK:
        igraph.set_random_number_generator(random.Random(int(rng.integers(2**63))))
        try:
            graph = make(igraph)
        finally:
            # Python's random module is what igraph uses unless told otherwise.
            igraph.set_random_number_generator(random)
    nodes = range(graph.vcount())
    tails = np.repeat(np.arange(len(nodes), dtype=np.int32), graph.degree(mode="out"))
    # Row by row: one list of all edges would take 150 bytes an edge.
    rows = (graph.neighbors(node, mode="out") for node in nodes)
    heads = np.fromiter(itertools.chain.from_iterable(rows), np.int32, len(tails))
    once = slice(None) if graph.is_directed() else tails < heads
    return tails[once], heads[once]


def _watts_strogatz(wanted: _Wanted, rng: np.random.Generator) -> _Ties:
    # Directed: rounded down, for edges that run both ways make up what is missing.
    reach = math.floor(wanted.ties / 2 + (0 if wanted.directed else 0.5))
    reach = min(reach, (wanted.users - 1) // 2)
    if reach < 1:
        raise wanted.impossible("users", "a ring needs at least 3")
    complete = 2 * reach == wanted.users - 1
    if not complete and 2 * reach > 0.9 * (wanted.users - 1) and wanted.rewiring > 0:
        # igraph draws a new place until it finds a free one.
        raise wanted.impossible("mean_degree", "too few pairs are left without a tie to rewire to")
    # At less than one tie in 1e16, igraph's count of ties up to the next one to move overflows, and it never ends.
    rewiring = 0.0 if complete or wanted.rewiring < 1e-16 else float(wanted.rewiring)
    return _Ties(
        *_with_igraph(
            lambda ig: ig.Graph.Watts_Strogatz(1, wanted.users, reach, rewiring, allowed_edge_types="simple"), rng
        )
    )


def _barabasi_albert(wanted: _Wanted, rng: np.random.Generator) -> _Ties:
    # Newcomer i can bring i ties at most. Bring the same number each as far as that goes, and one more for some,
    # drawn at random, so that the mean degree comes out for any number, odd or broken.
    total = min(round(wanted.users * wanted.ties / 2), wanted.users * (wanted.users - 1) // 2)
    age = np.arange(wanted.users)
    # With m each, the first m bring fewer, and m users - m (m + 1) / 2 ties come together.
    too_many = (m for m in range(wanted.users) if m * wanted.users - m * (m + 1) // 2 > total)
    each = next(too_many, wanted.users) - 1
    brings = np.minimum(age, each)
    brings[rng.choice(np.flatnonzero(age > each), total - int(brings.sum()), replace=False)] += 1
    return _Ties(*_with_igraph(lambda ig: ig.Graph.Barabasi(wanted.users, brings.tolist(), zero_appeal=0), rng))


def _holme_kim(wanted: _Wanted, rng: np.random.Generator) -> _Ties:
    # m ties each give a mean degree of 2 m (n - m) / n, at most n / 2.
    room = wanted.users**2 - 2 * wanted.users * wanted.ties
    if room < 0:
        raise wanted.impossible("mean_degree", "growth from a few first users reaches half of everybody at most")
    root = (wanted.users - math.sqrt(room)) / 2
    each = max(1, math.floor(root) if wanted.directed else round(root))
    return _Ties(*grow_holme_kim(wanted.users, each, float(wanted.triangle), int(rng.integers(2**32))))


def _erdos_renyi(wanted: _Wanted, rng: np.random.Generator) -> _Ties:
    count = round(wanted.users * wanted.mean_degree / (1 if wanted.directed else 2))
    return _Ties(*_with_igraph(lambda ig: ig.Graph.Erdos_Renyi(wanted.users, m=count, directed=wanted.directed), rng))


def _stochastic_block(wanted: _Wanted, rng: np.random.Generator) -> _Ties:
    users, blocks = wanted.users, wanted.communities
    if blocks > min(users, MAX_COMMUNITIES):
        raise wanted.impossible("communities", f"it must be at most {min(users, MAX_COMMUNITIES)}")
    if blocks == 1 and wanted.mixing > 0:
        raise wanted.impossible("mixing", "with communities=1 nobody is outside, so it must be 0")
    sizes = np.full(blocks, users // blocks, dtype=np.int64)
    sizes[: users % blocks] += 1
    pairs_within = int((sizes * (sizes - 1)).sum())
    pairs_between = users * (users - 1) - pairs_within
    within = wanted.mean_degree * (1 - wanted.mixing) * users
    between = wanted.mean_degree * wanted.mixing * users
    if within > pairs_within:
        raise wanted.impossible(
            "mean_degree", f"communities of {sizes[0]} have too few members for so many ties inside"
        )
    if between > pairs_between:
        raise wanted.impossible("mixing", f"there are too few users outside communities of {sizes[0]} for so many ties")
    matrix = np.full((blocks, blocks), between / max(pairs_between, 1))
    np.fill_diagonal(matrix, within / max(pairs_within, 1))
    ends = _with_igraph(
        lambda ig: ig.Graph.SBM(matrix.tolist(), sizes.tolist(), directed=wanted.directed, allowed_edge_types="simple"),
        rng,
    )
    return _Ties(*ends, community=np.repeat(np.arange(blocks), sizes))


def _lfr(wanted: _Wanted, rng: np.random.Generator) -> _Ties:
    # networkx gives more ties between communities than asked (mixing .44 for .3) and more ties in all, so a few too
    # many are asked for and the surplus of either kind is removed at random.
    half = wanted.users * wanted.ties / 2
    between, within = round(half * wanted.mixing), round(half * (1 - wanted.mixing))
    asked = wanted.ties
    for _ in range(_LFR_ATTEMPTS):
        found = _networkx_lfr(wanted, asked, int(rng.integers(2**32)))
        if found is None:
            continue
        edges, community = found
        inside = community[edges[:, 0]] == community[edges[:, 1]]
        near, far = np.flatnonzero(inside), np.flatnonzero(~inside)
        if len(near) >= within and len(far) >= between:
            kept = np.concatenate((rng.choice(near, within, replace=False), rng.choice(far, between, replace=False)))
            return _Ties(edges[kept, 0], edges[kept, 1], community)
        asked *= 1.1
    raise wanted.impossible(
        "mean_degree",
        f"no division into communities was found in {_LFR_ATTEMPTS} attempts at mixing={wanted.mixing!r}; more users, "
        "fewer ties or mixing nearer to .2 would be right",
    )


def _networkx_lfr(wanted: _Wanted, mean_degree: float, seed: int) -> tuple[NDArray[np.int64], NDArray[np.int64]] | None:
    """Return one LFR graph, its edges (E, 2) without self loops and its communities (N,); None where none is found."""
    import networkx as nx

    users = wanted.users
    largest_degree = min(round(max(math.sqrt(users), 3 * mean_degree)), users // 3)
    smallest = max(10, round(mean_degree))
    # Nobody may need more peers outside than there are users outside: networkx would look for them for ever.
    largest = min(max(2 * largest_degree, 2 * smallest), users // 2)
    if largest <= smallest or mean_degree >= largest_degree:
        return None
    try:
        graph = nx.LFR_benchmark_graph(
            users,
            3,
            1.5,
            wanted.mixing,
            average_degree=mean_degree,
            max_degree=largest_degree,
            min_community=smallest,
            max_community=largest,
            max_iters=1000,
            seed=seed,
        )
    except nx.ExceededMaxIterations:
        return None
    community = np.full(users, -1, dtype=np.int64)
    for node in range(users):
        if community[node] < 0:
            community[list(graph.nodes[node]["community"])] = community.max() + 1
    edges = np.array([(u, v) for u, v in graph.edges() if u != v], dtype=np.int64).reshape(-1, 2)
    return edges, community


def _give_directions(ties: _Ties, count: int, rng: np.random.Generator) -> _Ties:
    """Give every edge one direction at random, and to as many as make ``count`` ties the other one too."""
    edges = len(ties.sources)
    both = rng.permutation(edges)[: max(count - edges, 0)]
    flipped = rng.random(edges) < 0.5
    tails = np.where(flipped, ties.targets, ties.sources)
    heads = np.where(flipped, ties.sources, ties.targets)
    return _Ties(np.concatenate((tails, heads[both])), np.concatenate((heads, tails[both])), ties.community)


_FAMILIES: dict[str, Callable[[_Wanted, np.random.Generator], _Ties]] = {
    "watts_strogatz": _watts_strogatz,
    "barabasi_albert": _barabasi_albert,
    "holme_kim": _holme_kim,
    "stochastic_block": _stochastic_block,
    "lfr": _lfr,
    "erdos_renyi": _erdos_renyi,
}
FAMILIES: tuple[str, ...] = (*_FAMILIES, "none")
"""Names of the families of generated graphs."""
