"""Communities and segments: found in any graph, small where asked, and the same on every machine."""

from __future__ import annotations

import zlib
from typing import Any

import numpy as np
import pytest

from simulation.communities import communities_of, segments_of
from simulation.errors import GraphError
from simulation.graph_families import generate
from simulation.social_graph import SocialGraph
from tests.told import raises
from tests.worlds import nobody_knows_anybody

USERS = 2000


def graph(family: str, **options: Any) -> SocialGraph:
    asked: dict[str, Any] = {"mean_degree": 10.0, "rewiring": 0.1, "triangle": 0.5, "communities": 80, "mixing": 0.2}
    return generate(family, USERS, seed=1, directed=False, **asked | options)


def found(on: SocialGraph, size: int = 25, seed: int = 5) -> np.ndarray:
    return communities_of(on.start, on.peers, {}, size, seed)


def ties_inside(on: SocialGraph, group: np.ndarray) -> float:
    """Share of ties that stay inside a group."""
    return float((group[np.repeat(np.arange(on.users), on.degree())] == group[on.peers]).mean())


@pytest.mark.parametrize(("family", "inside"), [("stochastic_block", 0.7), ("watts_strogatz", 0.6), ("holme_kim", 0.2)])
def test_communities_are_small_and_hold_ties_together(family: str, inside: float) -> None:
    on = graph(family)
    community = found(on)
    assert np.bincount(community).max() <= 25
    assert set(community) == set(range(community.max() + 1))
    assert ties_inside(on, community) > inside
    assert ties_inside(on, np.random.default_rng(1).permutation(community)) < 0.05


def test_planted_communities_are_found() -> None:
    on = graph("stochastic_block", mixing=0.05)
    planted, community = on.node_attributes["community"], found(on)
    together = community[:, None] == community[None, :]
    assert (planted[:, None] == planted[None, :])[together].mean() > 0.95
    assert together[planted[:, None] == planted[None, :]].mean() > 0.8


def test_who_has_no_peers_is_alone_and_so_is_everybody_where_groups_hold_one() -> None:
    alone = nobody_knows_anybody(50)
    assert found(alone).tolist() == list(range(50))
    assert found(graph("holme_kim"), size=1).tolist() == list(range(USERS))


def test_segments_fall_in_size_as_one_over_rank_and_hold_whole_communities() -> None:
    on = graph("stochastic_block")
    community = found(on)
    segment = segments_of(on.start, on.peers, {}, community, 6, 1.0)
    expected = USERS / np.arange(1, 7) / sum(1.0 / np.arange(1, 7))
    np.testing.assert_allclose(np.bincount(segment), expected, atol=25)
    assert all(np.unique(segment[community == number]).size == 1 for number in range(community.max() + 1))
    # Sum of squared shares is what chance gives.
    assert ties_inside(on, segment) > 0.6 > 2.0 * ((np.bincount(segment) / USERS) ** 2).sum()


def test_one_segment_is_everybody() -> None:
    on = graph("holme_kim")
    assert not segments_of(on.start, on.peers, {}, found(on), 1, 1.0).any()


def test_they_are_the_same_on_every_machine() -> None:
    on = graph("holme_kim")
    community = found(on)
    segment = segments_of(on.start, on.peers, {}, community, 6, 1.0)
    assert [zlib.crc32(array.astype("<i8").tobytes()) for array in (community, segment)] == [1340356016, 3980169976]
    assert not np.array_equal(found(on, seed=6), community)


def test_a_node_without_community_is_refused_where_others_have_one() -> None:
    on = nobody_knows_anybody(3)
    with raises(GraphError, "community", 1):
        communities_of(on.start, on.peers, {"community": np.array(["a", None, "b"], dtype=object)}, 25, 1)
