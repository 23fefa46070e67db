"""What each family of generated graphs promises, and what is refused."""

from __future__ import annotations

import math
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import spearmanr

from simulation.errors import GraphError
from simulation.graph_families import FAMILIES, RECIPROCITY, generate
from simulation.random_graphs import lfr
from simulation.social_graph import SocialGraph
from tests.told import raises

ROOT = Path(__file__).parents[1]
TIED = [family for family in FAMILIES if family != "none"]
FROM_UNDIRECTED = ["watts_strogatz", "barabasi_albert", "holme_kim", "lfr"]


def made(family: str, users: int = 1000, **changes: Any) -> SocialGraph:
    arguments: dict[str, Any] = {
        "seed": 1,
        "mean_degree": 10,
        "rewiring": 0.1,
        "triangle": 0.5,
        "communities": 5,
        "mixing": 0.2,
        "directed": False,
    }
    return generate(family, users, **{**arguments, **changes})


def rows(graph: SocialGraph) -> np.ndarray:
    return np.repeat(np.arange(graph.users), graph.degree())


@pytest.mark.parametrize("directed", [False, True])
@pytest.mark.parametrize("family", TIED)
def test_generated_graphs_are_simple_have_the_degree_asked_and_hang_on_the_seed_alone(
    family: str, directed: bool
) -> None:
    graph = made(family, directed=directed)
    again = made(family, directed=directed)
    row = rows(graph)
    ties = set(zip(row.tolist(), graph.peers.tolist(), strict=True))
    assert graph.users == 1000
    assert graph.directed == directed
    assert graph.digest() == again.digest()
    assert graph.digest() != made(family, directed=directed, seed=2).digest()
    # Only stochastic_block has a random number of edges: its standard error here is below 2%.
    tolerance = 0.06 if family == "stochastic_block" else 0.02
    assert graph.degree().mean() == pytest.approx(10, rel=tolerance)
    assert not np.any(row == graph.peers)
    assert len(ties) == len(graph.peers)
    assert np.all(np.diff(graph.peers)[np.diff(row) == 0] > 0)
    assert directed or ties == {(v, u) for u, v in ties}
    assert graph.dropped_duplicates == graph.dropped_self_loops == 0


@pytest.mark.parametrize("family", FROM_UNDIRECTED)
def test_directed_ties_are_returned_at_the_rate_stated(family: str) -> None:
    graph = made(family, directed=True).to_networkx()
    # holme_kim cannot have just any mean degree, and makes up for it with more ties that run both ways.
    tolerance = 0.04 if family == "holme_kim" else 0.01
    assert nx.overall_reciprocity(graph) == pytest.approx(RECIPROCITY, abs=tolerance)


def test_directions_are_drawn_and_do_not_follow_the_order_of_growth() -> None:
    graph = made("barabasi_albert", 4000, directed=True)
    received = np.bincount(graph.peers, minlength=4000)
    hubs = np.argsort(graph.degree() + received)[-50:]
    share = received[hubs].sum() / (received[hubs] + graph.degree()[hubs]).sum()
    assert share == pytest.approx(0.5, abs=0.03)


@pytest.mark.parametrize("family", ["erdos_renyi", "stochastic_block"])
def test_families_directed_by_nature_return_ties_only_by_chance(family: str) -> None:
    assert nx.overall_reciprocity(made(family, directed=True).to_networkx()) < 0.06


@pytest.mark.parametrize("family", ["barabasi_albert", "holme_kim", "lfr"])
def test_ids_say_nothing_of_degree(family: str) -> None:
    degree = made(family, 4000).degree()
    # Spearman's, whose standard error is 1 / sqrt(N) = .016; by age it would be about -.7 in the first two.
    assert abs(spearmanr(np.arange(4000), degree).statistic) < 0.06


def test_ids_say_nothing_of_the_place_on_the_ring() -> None:
    graph = made("watts_strogatz", rewiring=0.0)
    distance = np.abs(rows(graph) - graph.peers)
    assert (np.minimum(distance, 1000 - distance) <= 5).mean() < 0.05


@pytest.mark.parametrize("family", ["stochastic_block", "lfr"])
@pytest.mark.parametrize("mixing", [0.0, 0.3])
def test_communities_are_kept_are_not_in_order_and_mix_as_asked(family: str, mixing: float) -> None:
    graph = made(family, 2000, mixing=mixing)
    community = graph.node_attributes["community"]
    outside = (community[rows(graph)] != community[graph.peers]).mean()
    assert outside == pytest.approx(mixing, abs=0.02)
    assert abs(np.corrcoef(np.arange(2000), community)[0, 1]) < 0.08
    sizes = np.bincount(community)
    assert sizes.sum() == 2000
    assert sizes.tolist() == [400] * 5 if family == "stochastic_block" else sizes.min() >= 10


def test_scale_free_families_have_hubs_and_the_others_have_none() -> None:
    largest = {family: int(made(family, 2000).degree().max()) for family in TIED}
    assert min(largest["barabasi_albert"], largest["holme_kim"]) > 80
    assert max(largest["watts_strogatz"], largest["erdos_renyi"], largest["stochastic_block"]) < 35


def test_triangles_and_rewiring_do_what_they_are_called() -> None:
    def clustering(family: str, **changes: Any) -> float:
        return nx.average_clustering(made(family, **changes).to_networkx())

    # The ring of k = 10 has clustering 3 (k - 2) / (4 (k - 1)) = 2/3 (Watts & Strogatz 1998).
    assert clustering("watts_strogatz", rewiring=0.0) == pytest.approx(2 / 3)
    assert clustering("watts_strogatz", rewiring=1.0) < 0.05
    assert clustering("holme_kim", triangle=1.0) > clustering("holme_kim", triangle=0.0) + 0.1


@pytest.mark.parametrize("mean_degree", [2, 5, 7.5])
def test_barabasi_albert_and_erdos_renyi_have_any_mean_degree(mean_degree: float) -> None:
    for family in ("barabasi_albert", "erdos_renyi"):
        assert made(family, mean_degree=mean_degree).degree().mean() == pytest.approx(mean_degree, abs=0.002)


@pytest.mark.parametrize(("asked", "given_degree"), [(2, 2), (3, 4), (5, 6), (4.9, 4)])
def test_a_ring_rounds_to_an_even_degree(asked: float, given_degree: int) -> None:
    assert made("watts_strogatz", mean_degree=asked).degree().mean() == given_degree
    assert made("watts_strogatz", mean_degree=asked, directed=True).degree().mean() == pytest.approx(asked, abs=0.001)


@pytest.mark.parametrize("rewiring", [5e-324, 1e-300, 1e-100, 1e-19])
def test_next_to_no_rewiring_is_none_and_comes_to_an_end(rewiring: float) -> None:
    assert made("watts_strogatz", rewiring=rewiring).digest() == made("watts_strogatz", rewiring=0.0).digest()


@pytest.mark.parametrize("family", ["watts_strogatz", "barabasi_albert", "erdos_renyi"])
def test_everyone_may_know_everyone(family: str) -> None:
    assert made(family, 11, mean_degree=10).edges == 55


@pytest.mark.parametrize("family", FAMILIES)
def test_no_ties_where_none_are_asked(family: str) -> None:
    assert made(family, 7, mean_degree=0).peers.size == 0
    assert made("none", 7).users == 7
    assert made("none", 7).edges == 0


def test_200_000_users_come_out_whole() -> None:
    graph = made("watts_strogatz", 200_000)
    assert graph.edges == 1_000_000


def test_generating_leaves_other_random_numbers_alone_and_does_not_hang_on_them() -> None:
    random.seed(5)
    np.random.seed(5)
    before, numbers_before = random.getstate(), np.random.get_state()[1]
    first = [made(family).digest() for family in TIED]
    assert random.getstate() == before
    assert np.array_equal(np.random.get_state()[1], numbers_before)
    random.seed(6)
    assert [made(family).digest() for family in TIED] == first


def test_generating_calls_no_library_whose_graphs_may_change() -> None:
    script = (
        "import sys\n"
        "from simulation.graph_families import FAMILIES, generate\n"
        "for family in FAMILIES:\n"
        "    generate(family, 100, seed=1, mean_degree=6, rewiring=0.1, triangle=0.5, communities=4, mixing=0.2,\n"
        "             directed=True)\n"
        "print(sorted({'igraph', 'networkx'} & set(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


DIGESTS = {
    "watts_strogatz": [
        "6aefd34b4767cd01d00e992fbac8d6f2",
        "7505264b67dffec7834a8174947608a7",
    ],
    "barabasi_albert": [
        "4c8cebc61ed7789a19f41944d5da9f29",
        "dfc3c4f35e3c643282fdd903dcd74b67",
    ],
    "holme_kim": [
        "abeef96993592f0e549a8f4dc5c1109e",
        "052fca119342bb282919eccabb0e8a55",
    ],
    "stochastic_block": [
        "ff53f403b6673959da022efadb7c369a",
        "97e3b900e4b2fbc66974681b46bf07dd",
    ],
    "lfr": [
        "39a1ee321c1a6f71dead6430abbd555b",
        "949c125b6829a59bf68aa5ea7a37a31c",
    ],
    "erdos_renyi": [
        "b7eefdbe6b826755fa464472691c7fb4",
        "a4de2fb02c04f4ba62cd7ee8f89e0f72",
    ],
}
"""Graphs of 100 users as they are for ever, undirected and directed."""


@pytest.mark.parametrize("family", TIED)
def test_graphs_are_the_same_on_every_machine(family: str) -> None:
    found = [made(family, 100, mean_degree=6, directed=directed).digest()[:32] for directed in (False, True)]
    assert found == DIGESTS[family]


@pytest.mark.parametrize("directed", [False, True])
@pytest.mark.parametrize("family", TIED)
def test_seeds_beyond_64_bits_have_graphs_of_their_own(family: str, directed: bool) -> None:
    seeds = (1, 2**64 - 1, 2**64 + 1, 2**128 + 1)
    assert len({made(family, 100, mean_degree=6, directed=directed, seed=seed).digest() for seed in seeds}) == 4


@pytest.mark.parametrize("family", ["barabasi_albert", "erdos_renyi", "stochastic_block"])
def test_two_users_may_know_each_other(family: str) -> None:
    graph = made(family, 2, mean_degree=1, directed=True, communities=1, mixing=0.0)
    assert graph.peers.tolist() == [1, 0]


def test_communities_of_one_have_ties_outside_only() -> None:
    graph = made("stochastic_block", 300, communities=300, mixing=1.0)
    assert graph.degree().mean() == pytest.approx(10, rel=0.12)
    assert sorted(graph.node_attributes["community"].tolist()) == list(range(300))


@pytest.mark.parametrize("directed", [False, True])
@pytest.mark.parametrize("mixing", [0.0, 1.0])
@pytest.mark.parametrize("family", ["stochastic_block", "lfr"])
def test_no_tie_or_every_tie_runs_to_another_community(family: str, mixing: float, directed: bool) -> None:
    graph = made(family, mixing=mixing, directed=directed)
    community = graph.node_attributes["community"]
    assert np.all((community[rows(graph)] != community[graph.peers]) == bool(mixing))


@pytest.mark.parametrize(("users", "mean_degree"), [(22, 3), (40, 2), (99, 7.5), (100, 10), (1001, 11)])
@pytest.mark.parametrize("mixing", [0.0, 0.37, 1.0])
def test_lfr_finds_a_division_in_small_graphs_too(users: int, mean_degree: float, mixing: float) -> None:
    for seed in range(10):
        graph = made("lfr", users, mean_degree=mean_degree, mixing=mixing, seed=seed)
        assert graph.edges == round(users * mean_degree / 2)
        community = graph.node_attributes["community"]
        assert np.bincount(community).min() >= 10
        outside = np.count_nonzero(community[rows(graph)] != community[graph.peers])
        assert outside == 2 * round(graph.edges * mixing)


def test_lfr_gives_up_in_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lfr, "ATTEMPTS", 0)
    with raises(GraphError, "mean_degree=10 communities mixing=0.2"):
        made("lfr")


@pytest.mark.parametrize(
    ("family", "users", "changes", "message"),
    [
        ("barabasi_abert", 100, {}, "family='barabasi_abert' barabasi_albert"),
        ("erdos_renyi", 0, {}, "users=0 1"),
        ("erdos_renyi", 10.0, {}, "users=10.0"),
        ("erdos_renyi", 100, {"seed": -1}, "seed=-1 0"),
        ("erdos_renyi", 100, {"seed": True}, "seed=True"),
        ("erdos_renyi", 100, {"mean_degree": -1}, "mean_degree=-1 0"),
        ("erdos_renyi", 100, {"mean_degree": math.nan}, "mean_degree=nan"),
        ("erdos_renyi", 100, {"mean_degree": math.inf}, "mean_degree=inf"),
        ("erdos_renyi", 10, {"mean_degree": 10}, "mean_degree=10 9 peers"),
        ("watts_strogatz", 100, {"rewiring": 1.1}, "rewiring=1.1 [0, 1]"),
        ("watts_strogatz", 100, {"rewiring": math.nan}, "rewiring=nan"),
        ("watts_strogatz", 100, {"mean_degree": 1}, "mean_degree=1 2"),
        ("watts_strogatz", 100, {"mean_degree": 0.5, "directed": True}, "mean_degree=0.5 1"),
        ("watts_strogatz", 2, {"mean_degree": 1, "directed": True}, "users=2 3"),
        ("watts_strogatz", 100, {"mean_degree": 96}, "mean_degree=96 pairs"),
        ("holme_kim", 100, {"triangle": -0.1}, "triangle=-0.1"),
        ("holme_kim", 20, {"mean_degree": 15}, "mean_degree=15 half"),
        ("stochastic_block", 100, {"mixing": 2}, "mixing=2"),
        ("stochastic_block", 100, {"communities": 0}, "communities=0"),
        ("stochastic_block", 100, {"communities": 2.5}, "communities=2.5"),
        ("stochastic_block", 100, {"communities": 101}, "communities=101 100"),
        ("stochastic_block", 100, {"communities": 1}, "mixing=0.2 communities=1"),
        ("stochastic_block", 100, {"communities": 20}, "mean_degree=10 communities 5"),
        (
            "stochastic_block",
            20,
            {"communities": 2, "mixing": 1, "mean_degree": 15},
            "mixing=1 users outside",
        ),
        ("lfr", 30, {"mean_degree": 10}, "mean_degree=10 communities"),
        ("lfr", 21, {"mean_degree": 3}, "mean_degree=3 communities"),
        ("lfr", 23, {"mean_degree": 3}, "mean_degree=3 communities"),
    ],
)
def test_impossible_graphs_are_refused_by_the_name_of_the_argument(
    family: str, users: Any, changes: dict[str, Any], message: str
) -> None:
    with raises(GraphError, message):
        made(family, users, **changes)


@settings(max_examples=100, deadline=None)
@given(
    st.sampled_from(TIED),
    st.integers(1, 60),
    st.floats(0, 40),
    st.floats(0, 1),
    st.integers(1, 5),
    st.booleans(),
    st.integers(0, 2**70),
)
def test_a_graph_of_any_size_comes_out_or_is_refused(
    family: str, users: int, mean_degree: float, share: float, communities: int, directed: bool, seed: int
) -> None:
    try:
        graph = made(
            family,
            users,
            mean_degree=mean_degree,
            rewiring=share,
            triangle=share,
            mixing=share,
            communities=communities,
            directed=directed,
            seed=seed,
        )
    except GraphError as error:
        assert any(name in str(error) for name in ("users=", "mean_degree=", "communities=", "mixing="))
    else:
        assert graph.users == users
        assert not np.any(rows(graph) == graph.peers)
        if family == "erdos_renyi":
            assert graph.edges == round(users * mean_degree / (1 if directed else 2))
