"""The social graph: who knows whom, from networkx or a list of edges (generated: ``graph_families``; files:
``graph_files``).

Peers are what the model reads of it: whose follows a user sees (MODEL 4.6, feed source ``friends``) and along whom
interests are alike (``homophily``). The graph itself does not change during a run.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeGuard

import numpy as np
from numpy.typing import ArrayLike, NDArray

from simulation.errors import GraphError

if TYPE_CHECKING:
    import networkx as nx


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
            weights = np.fromiter(
                (edge_weight(f"edge {u!r} - {v!r}", 1.0 if value is None else value) for u, v, value in weighted),
                np.float64,
                count,
            )
        names = dict.fromkeys(name for _, data in graph.nodes(data=True) for name in data)
        return cls.from_edges(
            sources,
            targets,
            len(nodes),
            directed=graph.is_directed(),
            labels=None if all(is_whole_number(node) and node == i for i, node in enumerate(nodes)) else nodes,
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
        users = check_users(users)
        tails, heads = (_user_ids(name, ids, users) for name, ids in (("sources", sources), ("targets", targets)))
        if len(tails) != len(heads):
            raise GraphError(f"{len(tails)} sources and {len(heads)} targets: every edge needs one of each")
        loads = None if weights is None else _checked_weights(weights, len(tails))
        apart = tails != heads
        self_loops = len(tails) - int(np.count_nonzero(apart))
        if self_loops:
            tails, heads = tails[apart], heads[apart]
            loads = None if loads is None else loads[apart]
        if not directed:
            tails, heads = np.minimum(tails, heads), np.maximum(tails, heads)
        keys, loads = _merge(_keys(tails, heads, users), loads)
        duplicates = len(tails) - len(keys)
        if not directed:
            tails, heads = np.divmod(keys, users)
            both_ways = np.concatenate((keys, _keys(heads, tails, users)))
            keys, loads = _merge(both_ways, None if loads is None else np.tile(loads, 2))
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


def is_whole_number(value: object) -> TypeGuard[int]:
    """Whether this is an integer, Python's or NumPy's; a truth value is none."""
    return isinstance(value, int | np.integer) and not isinstance(value, bool)


def check_users(users: object) -> int:
    """Return a number of users as ``int``; raise ``GraphError`` where no graph can have so many."""
    if not (is_whole_number(users) and 1 <= users < 2**31):
        raise GraphError(f"users={users!r} must be a whole number from 1 to 2^31 - 1")
    return int(users)


def edge_weight(where: str, value: Any, **fields: Any) -> float:
    """Return a weight as ``float``; raise ``GraphError`` that begins with ``where`` for what can be none."""
    try:
        weight = float(value)
    except (TypeError, ValueError):
        weight = math.nan
    if not 0 <= weight < math.inf:
        raise GraphError(
            f"{where}: weight {value!r} will not do; weights must be finite numbers of at least 0", **fields
        )
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


def _keys(rows: NDArray[np.integer[Any]], peers: NDArray[np.integer[Any]], users: int) -> NDArray[np.int64]:
    """One integer per edge, by which edges sort by row and then by peer, without a second index array."""
    keys = rows.astype(np.int64)
    keys *= users
    keys += peers
    return keys


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
    if weights is None:
        return keys[first], None
    # bincount adds in order; the sums of reduceat would depend on the processor.
    return keys[first], np.asarray(np.bincount(np.cumsum(first) - 1, weights=weights), np.float64)
