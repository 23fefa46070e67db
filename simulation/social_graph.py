"""The social graph: who knows whom, generated or taken from networkx (files: ``graph_files``).

Peers are what the model reads of it: whose follows a user sees (MODEL 4.6, feed source ``friends``) and along whom
interests are alike (``homophily``). The graph itself does not change during a run.
"""

from __future__ import annotations

import difflib
import hashlib
import itertools
import math
import random
import threading
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from simulation.errors import GraphError

if TYPE_CHECKING:
    import networkx as nx

RECIPROCITY = 0.2
"""Share of directed ties that are returned in generated directed graphs (Kwak et al. 2010 find .22 on Twitter)."""

MAX_COMMUNITIES = 5000
"""A stochastic block model holds a matrix of communities x communities; 5,000 make 200 MB."""


@dataclass(frozen=True, eq=False)
class SocialGraph:
    """Who knows whom, as compressed sparse rows (CSR).

    Without self loops and parallel edges. Raises ``GraphError`` where the arrays do not fit together.
    """

    start: NDArray[np.int64]
    """(N + 1,) where the row of each user begins in ``peers``."""
    peers: NDArray[np.int32]
    """(E,) peers of user i are ``peers[start[i]:start[i + 1]]``, ascending; an undirected edge stands in both rows."""
    directed: bool
    """Directed: the peers of i are its successors, those whom i pays attention to."""
    labels: tuple[Hashable, ...] | None = None
    """(N,) the node each user came from; None: the user ids 0..N-1 themselves."""
    node_attributes: Mapping[str, NDArray[Any]] = field(default_factory=dict)
    """Each (N,): ``community``, or what the graph or the node file said of its nodes."""
    weights: NDArray[np.float64] | None = None
    """(E,) as ``peers``. Kept and written back; the dynamics do not use them: a peer is a peer."""
    dropped_self_loops: int = 0
    dropped_duplicates: int = 0
    """Parallel edges merged into one (their weights summed)."""

    def __post_init__(self) -> None:
        """Check that the parts fit together (sorted, symmetric rows are up to ``from_edges``)."""
        if len(self.start) < 2 or self.start[0] != 0 or self.start[-1] != len(self.peers):
            raise GraphError(
                "start must run from 0 to the number of peers and hold one entry more than there are users"
            )
        for name, part in {"labels": self.labels, **self.node_attributes}.items():
            if part is not None and len(part) != self.users:
                raise GraphError(f"{name} has {len(part)} entries; a graph of {self.users} users needs as many")
        if self.labels is not None and len(set(self.labels)) != self.users:
            raise GraphError("labels must differ from one another: two users share one")
        if self.weights is not None and len(self.weights) != len(self.peers):
            raise GraphError(f"weights has {len(self.weights)} entries; {len(self.peers)} peers need as many")

    @property
    def users(self) -> int:
        """Number of users N."""
        return len(self.start) - 1

    @property
    def edges(self) -> int:
        """Number of edges as networkx counts them: an undirected edge is one."""
        return len(self.peers) if self.directed else len(self.peers) // 2

    def degree(self) -> NDArray[np.int64]:
        """Return the number of peers of each user, (N,); of a directed graph the out-degree."""
        return np.diff(self.start)

    def digest(self) -> str:
        """Return the SHA-256 of the structure the dynamics see (direction, rows), the same on every platform."""
        hashed = hashlib.sha256(f"social graph, directed={self.directed}, users={self.users}\n".encode())
        hashed.update(np.ascontiguousarray(self.start, dtype="<i8").data)
        hashed.update(np.ascontiguousarray(self.peers, dtype="<i4").data)
        return hashed.hexdigest()

    def to_networkx(self) -> nx.Graph[Any]:
        """Return a networkx ``Graph`` or ``DiGraph`` with labels, attributes and weights as Python types."""
        import networkx as nx

        graph: nx.Graph[Any] = nx.DiGraph() if self.directed else nx.Graph()
        nodes: Sequence[Hashable] = range(self.users) if self.labels is None else self.labels
        graph.add_nodes_from(nodes)
        for name, column in self.node_attributes.items():
            for node, value in zip(nodes, column.tolist(), strict=True):
                if value is not None:
                    graph.nodes[node][name] = python_value(value)
        rows = np.repeat(np.arange(self.users), self.degree())
        once = slice(None) if self.directed else rows < self.peers
        ends = [[nodes[i] for i in column[once].tolist()] for column in (rows, self.peers)]
        if self.weights is None:
            graph.add_edges_from(zip(*ends, strict=True))
        else:
            graph.add_weighted_edges_from(zip(*ends, self.weights[once].tolist(), strict=True))
        return graph

    @classmethod
    def from_networkx(cls, graph: nx.Graph[Any]) -> SocialGraph:
        """Take over any networkx graph, directed or not, simple or multi; users stand in the order of its nodes.

        Self loops are dropped and parallel edges merged, both counted. Edges without ``weight`` count 1 where others
        have one. Raises ``GraphError``: not a networkx graph, no nodes, a weight that is negative or not finite.
        """
        import networkx as nx

        if not isinstance(graph, nx.Graph):
            raise GraphError(f"a social graph must be a networkx graph, but this is of type {type(graph).__name__}")
        nodes = tuple(graph)
        if not nodes:
            raise GraphError("the social graph is empty: it needs at least one node")
        index = {node: i for i, node in enumerate(nodes)}
        count = graph.number_of_edges()
        sources = np.fromiter((index[u] for u, _ in graph.edges()), np.int32, count)
        targets = np.fromiter((index[v] for _, v in graph.edges()), np.int32, count)
        weights = None
        weighted: Iterable[tuple[Any, Any, Any]] = graph.edges(data="weight")
        if any(weight is not None for _, _, weight in weighted):
            weights = np.fromiter((_weight(*edge) for edge in weighted), np.float64, count)
        names = dict.fromkeys(name for _, data in graph.nodes(data=True) for name in data)
        return cls.from_edges(
            sources,
            targets,
            len(nodes),
            directed=graph.is_directed(),
            labels=None if all(_is_count(node) and node == i for i, node in enumerate(nodes)) else nodes,
            node_attributes={
                str(name): attribute_column(graph.nodes[node].get(name) for node in nodes) for name in names
            },
            weights=weights,
        )

    @classmethod
    def from_edges(
        cls,
        sources: ArrayLike,
        targets: ArrayLike,
        users: int,
        *,
        directed: bool,
        labels: tuple[Hashable, ...] | None = None,
        node_attributes: Mapping[str, NDArray[Any]] | None = None,
        weights: ArrayLike | None = None,
    ) -> SocialGraph:
        """Build the rows from the two ends of each edge, (E,) user ids each; about 50 bytes an edge while it works.

        Self loops are dropped; parallel edges (undirected: in either direction) are merged and their weights summed.
        Raises ``GraphError``: ids that are no integers in 0..users-1, lengths that differ, bad weights.
        """
        if not (_is_count(users) and 1 <= users < 2**31):
            raise GraphError(f"users={users!r}: a social graph needs a whole number of users from 1 to 2^31 - 1")
        users = int(users)
        tails, heads = (_user_ids(name, ids, users) for name, ids in (("sources", sources), ("targets", targets)))
        if len(tails) != len(heads):
            raise GraphError(f"{len(tails)} sources and {len(heads)} targets: every edge needs one of each")
        loads = None if weights is None else _checked_weights(weights, len(tails))
        apart = tails != heads
        self_loops = len(tails) - int(np.count_nonzero(apart))
        if self_loops:
            tails, heads = tails[apart], heads[apart]
            loads = None if loads is None else loads[apart]
        # One integer per edge sorts an edge list by row and then by peer, in place and without a second index array.
        keys = (tails if directed else np.minimum(tails, heads)).astype(np.int64)
        keys *= users
        keys += heads if directed else np.maximum(tails, heads)
        found = len(keys)
        keys, loads = _merge(keys, loads)
        duplicates = found - len(keys)
        if not directed:
            low, high = np.divmod(keys, users)
            high *= users
            high += low
            keys = np.concatenate((keys, high))
            del low, high
            keys, loads = _merge(keys, None if loads is None else np.tile(loads, 2))
        start = np.searchsorted(keys, np.arange(users + 1, dtype=np.int64) * users)
        keys %= users
        return cls(
            start=start.astype(np.int64, copy=False),
            peers=keys.astype(np.int32),
            directed=directed,
            labels=labels,
            node_attributes=dict(node_attributes or {}),
            weights=loads,
            dropped_self_loops=self_loops,
            dropped_duplicates=duplicates,
        )


def python_value(value: Any) -> Any:
    """Return numpy scalars as Python values, everything else as it is."""
    return value.item() if isinstance(value, np.generic) else value


def attribute_column(values: Iterable[Any]) -> NDArray[Any]:
    """Return a node attribute as an array: bool, int64 or float64 where all values are so, else of objects."""
    column = [python_value(value) for value in values]
    kinds = {type(value) for value in column}
    if kinds == {bool}:
        return np.array(column, dtype=np.bool_)
    if kinds == {int} and all(-(2**63) <= value < 2**63 for value in column):
        return np.array(column, dtype=np.int64)
    if kinds == {float}:
        return np.array(column, dtype=np.float64)
    return np.fromiter(column, dtype=object, count=len(column))


def _is_count(value: object) -> bool:
    return isinstance(value, int | np.integer) and not isinstance(value, bool)


def _weight(source: Hashable, target: Hashable, value: Any) -> float:
    try:
        weight = 1.0 if value is None else float(value)
    except (TypeError, ValueError):
        weight = math.nan
    if not 0 <= weight < math.inf:
        raise GraphError(f"edge {source!r} - {target!r} has weight {value!r}; weights must be finite and not negative")
    return weight


def _checked_weights(weights: ArrayLike, count: int) -> NDArray[np.float64]:
    values = np.asarray(weights, dtype=np.float64)
    if values.shape != (count,):
        raise GraphError(f"weights has shape {values.shape}; {count} edges need one weight each")
    wrong = np.flatnonzero(~(np.isfinite(values) & (values >= 0)))
    if len(wrong):
        raise GraphError(f"weights[{wrong[0]}] is {values[wrong[0]]}; weights must be finite and not negative")
    return values


def _user_ids(name: str, ids: ArrayLike, users: int) -> NDArray[np.integer[Any]]:
    array = np.asarray(ids)
    if array.ndim != 1 or (array.size and array.dtype.kind not in "iu"):
        raise GraphError(f"{name} must be a one-dimensional array of whole numbers, got {array.ndim}-d {array.dtype}")
    outside = np.flatnonzero((array < 0) | (array >= users))
    if len(outside):
        raise GraphError(f"{name}[{outside[0]}] is {array[outside[0]]}; user ids run from 0 to {users - 1}")
    return array if array.dtype.kind == "i" else array.astype(np.int64)


def _merge(
    keys: NDArray[np.int64], weights: NDArray[np.float64] | None
) -> tuple[NDArray[np.int64], NDArray[np.float64] | None]:
    """Sort edges by key and merge equal ones, summing their weights; ``keys`` is overwritten."""
    if weights is None:
        keys.sort()
    else:
        order = np.argsort(keys, kind="stable")
        keys, weights = keys[order], weights[order]
    first = np.ones(len(keys), dtype=np.bool_)
    np.not_equal(keys[1:], keys[:-1], out=first[1:])
    if first.all():
        return keys, weights
    return keys[first], None if weights is None else np.add.reduceat(weights, np.flatnonzero(first))


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
    - ``holme_kim`` (networkx): the same, closing a triangle with probability ``triangle``; each newcomer brings a whole
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
    place = rng.permutation(users)
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
    if not (_is_count(seed) and seed >= 0):
        raise GraphError(f"seed={seed!r} must be a whole number of at least 0")
    if not (_is_count(wanted.users) and 1 <= wanted.users < 2**31):
        raise GraphError(f"users={wanted.users!r} must be a whole number from 1 to 2^31 - 1")
    for name in ("rewiring", "triangle", "mixing"):
        if not 0 <= getattr(wanted, name) <= 1:
            raise GraphError(f"{name}={getattr(wanted, name)!r} must lie in [0, 1]")
    if not (_is_count(wanted.communities) and wanted.communities >= 1):
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


def _with_igraph(make: Callable[[Any], Any], rng: np.random.Generator) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Return both ends of the edges of ``make(igraph)``, igraph's random numbers being seeded for that long only."""
    import igraph  # type: ignore[import-untyped]

    with _IGRAPH_LOCK:
        igraph.set_random_number_generator(random.Random(int(rng.integers(2**63))))
        try:
            graph = make(igraph)
        finally:
            # Python's random module is what igraph uses unless told otherwise.
            igraph.set_random_number_generator(random)
    sources, targets = [], []
    # Rows of so many nodes at a time: one list of all edges takes 150 bytes an edge.
    for first in range(0, graph.vcount(), 65536):
        nodes = range(first, min(first + 65536, graph.vcount()))
        rows = graph.neighborhood(nodes, order=1, mode="out", mindist=1)
        tails = np.repeat(np.arange(nodes.start, nodes.stop), [len(row) for row in rows])
        heads = np.fromiter(itertools.chain.from_iterable(rows), np.int32, len(tails))
        once = slice(None) if graph.is_directed() else tails < heads
        sources.append(tails[once])
        targets.append(heads[once])
    return np.concatenate(sources), np.concatenate(targets)


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
    rewiring = 0.0 if complete else float(wanted.rewiring)
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
    each = next((m for m in range(wanted.users) if np.minimum(age, m).sum() > total), wanted.users) - 1
    brings = np.minimum(age, each)
    brings[rng.choice(np.flatnonzero(age > each), total - int(brings.sum()), replace=False)] += 1
    return _Ties(*_with_igraph(lambda ig: ig.Graph.Barabasi(wanted.users, brings.tolist(), zero_appeal=0), rng))


def _holme_kim(wanted: _Wanted, rng: np.random.Generator) -> _Ties:
    import networkx as nx

    # m ties each give a mean degree of 2 m (n - m) / n, at most n / 2.
    room = wanted.users**2 - 2 * wanted.users * wanted.ties
    if room < 0:
        raise wanted.impossible("mean_degree", "growth from a few first users reaches half of everybody at most")
    root = (wanted.users - math.sqrt(room)) / 2
    each = max(1, math.floor(root) if wanted.directed else round(root))
    graph = nx.powerlaw_cluster_graph(wanted.users, each, wanted.triangle, seed=int(rng.integers(2**32)))
    edges = np.array(graph.edges(), dtype=np.int64).reshape(-1, 2)
    return _Ties(edges[:, 0], edges[:, 1])


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
        ties = _networkx_lfr(wanted, asked, int(rng.integers(2**32)))
        if ties is None or ties.community is None:
            continue
        inside = ties.community[ties.sources] == ties.community[ties.targets]
        near, far = np.flatnonzero(inside), np.flatnonzero(~inside)
        if len(near) >= within and len(far) >= between:
            kept = np.concatenate((rng.choice(near, within, replace=False), rng.choice(far, between, replace=False)))
            return _Ties(ties.sources[kept], ties.targets[kept], ties.community)
        asked *= 1.1
    raise wanted.impossible(
        "mean_degree",
        f"no division into communities was found in {_LFR_ATTEMPTS} attempts at mixing={wanted.mixing!r}; more users, "
        "fewer ties or mixing nearer to .2 would be right",
    )


def _networkx_lfr(wanted: _Wanted, mean_degree: float, seed: int) -> _Ties | None:
    """Return one LFR graph without self loops, or None where networkx finds none."""
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
    return _Ties(edges[:, 0], edges[:, 1], community)


def _give_directions(ties: _Ties, count: int, rng: np.random.Generator) -> _Ties:
    """Give every edge one direction at random, and to as many as make ``count`` ties the other one too."""
    edges = len(ties.sources)
    both = rng.permutation(edges)[: max(count - edges, 0)]
    flipped = rng.random(edges) < 0.5
    tails = np.where(flipped, ties.targets, ties.sources)
    heads = np.where(flipped, ties.sources, ties.targets)
    return _Ties(np.concatenate((tails, heads[both])), np.concatenate((heads, tails[both])), ties.community)


_IGRAPH_LOCK = threading.Lock()
_LFR_ATTEMPTS = 10
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
