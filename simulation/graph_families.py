"""Generated social graphs: the families, what each reads, and what it cannot give."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.errors import GraphError, nearest
from simulation.random_graphs.draws import directed_ties, graph_key, shuffled
from simulation.random_graphs.growth import barabasi_albert, holme_kim
from simulation.random_graphs.lfr import lfr
from simulation.random_graphs.pairs import erdos_renyi, stochastic_block
from simulation.random_graphs.ring import watts_strogatz
from simulation.social_graph import SocialGraph, check_users, is_whole_number

RECIPROCITY = 0.2
"""Share of directed ties that are returned in generated directed graphs (Kwak et al. 2010 find .22 on Twitter)."""


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

    sources: NDArray[np.int32]
    targets: NDArray[np.int32]
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
    """Generate a social graph; the same arguments give the same graph on every machine.

    Families, and the arguments each reads besides ``mean_degree``:

    - ``watts_strogatz``: ring of nearest peers, each tie moved to another pair with probability ``rewiring``. Every
      undirected mean degree is even, so ``mean_degree`` is rounded to an even number, at least 2.
    - ``barabasi_albert``: newcomers choose peers in proportion to degree; half the mean degree on average.
    - ``holme_kim``: the same, closing a triangle with probability ``triangle``; each newcomer brings a whole number of
      ties, so the mean degree is an even number less a little for the beginning.
    - ``stochastic_block``: ``communities`` of equal size, a share ``mixing`` of ties between them, each pair by itself.
    - ``lfr`` (Lancichinetti et al. 2008): power laws of degree (exponent 3) and of community size (1.5), a share
      ``mixing`` of everybody's ties between communities, whose number follows from the sizes. The number of ties and
      the share between communities are exact, but for rounding.
    - ``erdos_renyi``: so many ties at random, G(n, m).
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
    key = graph_key(int(seed))
    ties = _FAMILIES[family](wanted, key)
    if directed and family not in ("erdos_renyi", "stochastic_block"):
        ends = directed_ties(ties.sources, ties.targets, round(users * mean_degree), key)
        ties = _Ties(*ends, ties.community)
    place = shuffled(users, key)
    attributes: dict[str, NDArray[Any]] = {}
    if ties.community is not None:
        attributes["community"] = np.empty_like(ties.community)
        attributes["community"][place] = ties.community
    return SocialGraph.from_edges(
        place[ties.sources], place[ties.targets], users, directed=directed, node_attributes=attributes
    )


def _check(wanted: _Wanted, seed: int) -> None:
    if wanted.family not in FAMILIES:
        raise GraphError(f"family={wanted.family!r} is unknown; {nearest(str(wanted.family), FAMILIES)}")
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


def _watts_strogatz(wanted: _Wanted, key: np.uint64) -> _Ties:
    # Directed: rounded down, for edges that run both ways make up what is missing.
    reach = math.floor(wanted.ties / 2 + (0 if wanted.directed else 0.5))
    reach = min(reach, (wanted.users - 1) // 2)
    if reach < 1:
        raise wanted.impossible("users", "a ring needs at least 3")
    complete = 2 * reach == wanted.users - 1
    if not complete and 2 * reach > 0.9 * (wanted.users - 1) and wanted.rewiring > 0:
        raise wanted.impossible("mean_degree", "too few pairs are left without a tie to rewire to")
    # Where everybody has everybody, every tie would go back to where it was.
    return _Ties(*watts_strogatz(wanted.users, reach, 0.0 if complete else float(wanted.rewiring), key))


def _barabasi_albert(wanted: _Wanted, key: np.uint64) -> _Ties:
    total = min(round(wanted.users * wanted.ties / 2), wanted.users * (wanted.users - 1) // 2)
    return _Ties(*barabasi_albert(wanted.users, total, key))


def _holme_kim(wanted: _Wanted, key: np.uint64) -> _Ties:
    # m ties each give a mean degree of 2 m (n - m) / n, at most n / 2.
    room = wanted.users * wanted.users - 2 * wanted.users * wanted.ties
    if room < 0:
        raise wanted.impossible("mean_degree", "growth from a few first users reaches half of everybody at most")
    root = (wanted.users - math.sqrt(room)) / 2
    each = max(1, math.floor(root) if wanted.directed else round(root))
    return _Ties(*holme_kim(wanted.users, each, float(wanted.triangle), key))


def _erdos_renyi(wanted: _Wanted, key: np.uint64) -> _Ties:
    count = round(wanted.users * wanted.mean_degree / (1 if wanted.directed else 2))
    return _Ties(*erdos_renyi(wanted.users, count, wanted.directed, key))


def _stochastic_block(wanted: _Wanted, key: np.uint64) -> _Ties:
    users, blocks = wanted.users, int(wanted.communities)
    if blocks > users:
        raise wanted.impossible("communities", f"it must be at most {users}")
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
    ends, community = stochastic_block(
        sizes, within / max(pairs_within, 1), between / max(pairs_between, 1), wanted.directed, key
    )
    return _Ties(*ends, community)


def _lfr(wanted: _Wanted, key: np.uint64) -> _Ties:
    found = lfr(wanted.users, wanted.ties, wanted.mixing, key)
    if found is None:
        raise wanted.impossible(
            "mean_degree",
            f"no division into communities has room for all ties inside at mixing={wanted.mixing!r}; more users, fewer "
            "ties or more mixing would be right",
        )
    return _Ties(*found)


_FAMILIES: dict[str, Callable[[_Wanted, np.uint64], _Ties]] = {
    "watts_strogatz": _watts_strogatz,
    "barabasi_albert": _barabasi_albert,
    "holme_kim": _holme_kim,
    "stochastic_block": _stochastic_block,
    "lfr": _lfr,
    "erdos_renyi": _erdos_renyi,
}
FAMILIES: tuple[str, ...] = (*_FAMILIES, "none")
"""Names of the families of generated graphs."""
