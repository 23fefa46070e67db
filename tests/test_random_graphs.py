"""Random graphs against the laws they promise: every outcome of tiny graphs, exponents and moments of larger ones.

Seeds are fixed, so a test fails always or never; ``ERROR_RATE`` is the chance that it would with correct code and other
seeds.
"""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Callable, Hashable, Iterable
from itertools import combinations

import igraph
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar
from scipy.stats import binom, chisquare, kstest

from simulation.random_graphs import draws
from simulation.random_graphs.draws import directed_ties, give_one_more, graph_key, shuffled
from simulation.random_graphs.growth import barabasi_albert
from simulation.random_graphs.lfr import _members, lfr
from simulation.random_graphs.pair_set import add, holds, pair_key, pair_set, remove
from simulation.random_graphs.pairs import erdos_renyi, stochastic_block
from simulation.random_graphs.ring import watts_strogatz
from simulation.random_graphs.wiring import Layer, wire

ERROR_RATE = 1e-6
Ends = tuple[np.ndarray, np.ndarray]


def ties(ends: Ends, directed: bool = False) -> frozenset[tuple[int, int]]:
    pairs = list(zip(ends[0].tolist(), ends[1].tolist(), strict=True))
    return frozenset(pairs if directed else [(min(pair), max(pair)) for pair in pairs])


def assert_drawn_by(probability: dict[Hashable, float], outcomes: Iterable[Hashable]) -> None:
    """Chi-squared test of outcomes, independent by their seeds, against the probability of each that can be."""
    counts = Counter(outcomes)
    assert set(counts) <= set(probability)
    observed = np.array([counts[outcome] for outcome in probability])
    expected = np.array(list(probability.values())) * observed.sum()
    assert expected.min() >= 5
    assert chisquare(observed, expected).pvalue > ERROR_RATE


def equal(outcomes: Iterable[Hashable]) -> dict[Hashable, float]:
    every = list(outcomes)
    return {outcome: 1 / len(every) for outcome in every}


def keys(number: int) -> list[np.uint64]:
    return [np.uint64(seed) for seed in range(number)]


# ---------------------------------------------------------------- what the families share


def test_steps_of_draws_differ_from_one_another() -> None:
    steps = [value for name, value in vars(draws).items() if name.isupper() and name != "GRAPH"]
    assert len(set(steps)) == len(steps) == 21


def test_a_seed_is_its_own_key_and_larger_ones_have_different_keys() -> None:
    assert [int(graph_key(seed)) for seed in (0, 7, 2**64 - 1)] == [0, 7, 2**64 - 1]
    larger = [1, 2**64, 2**64 + 1, 2**65, 2**65 + 1, 2**128, 2**128 + 1, 2**128 + 2**64]
    assert len({int(graph_key(seed)) for seed in larger}) == len(larger)


def test_every_order_of_users_is_as_likely() -> None:
    orders = [tuple(shuffled(4, key).tolist()) for key in keys(2400)]
    assert len(set(orders)) == 24
    assert_drawn_by(equal(sorted(set(orders))), orders)


def test_every_choice_of_those_who_bring_one_more_is_as_likely() -> None:
    def chosen(key: np.uint64) -> tuple[int, ...]:
        counts = np.zeros(7, dtype=np.int64)
        give_one_more(counts, 2, 2, key)
        return tuple(np.flatnonzero(counts).tolist())

    assert_drawn_by(equal(combinations(range(2, 7), 2)), [chosen(key) for key in keys(1000)])


def test_every_way_to_give_directions_is_as_likely() -> None:
    sources, targets = np.array([0, 2], dtype=np.int32), np.array([1, 3], dtype=np.int32)
    found = [ties(directed_ties(sources, targets, 3, key), directed=True) for key in keys(800)]
    both = [{(0, 1), (1, 0), (2, 3)}, {(0, 1), (1, 0), (3, 2)}, {(0, 1), (2, 3), (3, 2)}, {(1, 0), (2, 3), (3, 2)}]
    assert_drawn_by(equal(map(frozenset, both)), found)


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6), st.booleans()), max_size=60))
def test_a_set_of_pairs_is_a_set(steps: list[tuple[int, int, bool]]) -> None:
    """In a table so small that searches run into one another and round its end."""
    table, plain = pair_set(28), set[int]()
    assert table.size == 64
    table = table[:32].copy()
    for user, peer, adds in steps:
        key = pair_key(user, peer, 7)
        assert key == pair_key(peer, user, 7)
        assert holds(table, key) == (key in plain)
        if adds:
            assert add(table, key) == (key not in plain)
            plain.add(key)
        elif key in plain:
            remove(table, key)
            plain.remove(key)
    assert set(table[table >= 0].tolist()) == plain
    assert all(holds(table, key) for key in plain)


# ---------------------------------------------------------------- pairs


@pytest.mark.parametrize("count", [2, 4])
def test_erdos_renyi_draws_every_set_of_ties_as_likely(count: int) -> None:
    """Few ties are drawn themselves, many by those left out."""
    sets = map(frozenset, combinations(combinations(range(4), 2), count))
    assert_drawn_by(equal(sets), [ties(erdos_renyi(4, count, False, key)) for key in keys(1500)])


@pytest.mark.parametrize("count", [2, 4])
def test_directed_erdos_renyi_draws_every_set_of_ties_as_likely(count: int) -> None:
    ordered = [(user, peer) for user in range(3) for peer in range(3) if user != peer]
    found = [ties(erdos_renyi(3, count, True, key), directed=True) for key in keys(1500)]
    assert_drawn_by(equal(map(frozenset, combinations(ordered, count))), found)


@pytest.mark.parametrize("directed", [False, True])
def test_stochastic_blocks_draw_every_pair_by_itself(directed: bool) -> None:
    sizes = np.array([2, 1] if directed else [2, 2])
    community = np.repeat([0, 1], sizes)
    users = range(len(community))
    pairs = [(user, peer) for user in users for peer in users if (user != peer if directed else user < peer)]
    chance = {(u, v): 0.6 if community[u] == community[v] else 0.3 for u, v in pairs}
    probability: dict[Hashable, float] = {}
    for number in range(len(pairs) + 1):
        for chosen in combinations(pairs, number):
            probability[frozenset(chosen)] = math.prod(chance[p] if p in chosen else 1 - chance[p] for p in pairs)
    found = [ties(stochastic_block(sizes, 0.6, 0.3, directed, key)[0], directed) for key in keys(6000)]
    assert_drawn_by(probability, found)


def test_ties_of_blocks_are_as_many_as_their_probabilities_say() -> None:
    sizes = np.array([300, 200, 100])
    (sources, targets), community = stochastic_block(sizes, 0.05, 0.01, False, np.uint64(3))
    assert np.bincount(community).tolist() == sizes.tolist()
    counts = np.zeros((3, 3), dtype=int)
    np.add.at(counts, (community[sources], community[targets]), 1)
    for a in range(3):
        for b in range(a, 3):
            pairs = sizes[a] * (sizes[a] - 1) // 2 if a == b else sizes[a] * sizes[b]
            law = binom(pairs, 0.05 if a == b else 0.01)
            assert min(law.cdf(counts[a, b]), law.sf(counts[a, b] - 1)) > ERROR_RATE


def test_probabilities_of_0_and_1_are_kept_to() -> None:
    (sources, targets), community = stochastic_block(np.array([3, 2]), 1.0, 0.0, False, np.uint64(3))
    assert ties((sources, targets)) == {(0, 1), (0, 2), (1, 2), (3, 4)}
    assert community.tolist() == [0, 0, 0, 1, 1]
    assert len(stochastic_block(np.array([3, 2]), 0.0, 1.0, True, np.uint64(3))[0][0]) == 12
    assert len(stochastic_block(np.array([3, 2]), 5e-324, 1e-300, True, np.uint64(3))[0][0]) == 0


# ---------------------------------------------------------------- the ring


def test_a_ring_with_every_tie_moved_is_any_set_of_so_many_ties() -> None:
    sets = map(frozenset, combinations(combinations(range(5), 2), 5))
    assert_drawn_by(equal(sets), [ties(watts_strogatz(5, 1, 1.0, key)) for key in keys(5000)])


def test_each_tie_of_the_ring_is_moved_by_itself() -> None:
    """100 rings of 1,000 ties; a moved tie comes back to a place of the ring with probability 1,000 / 124,750."""
    ring = ties(watts_strogatz(500, 2, 0.0, np.uint64(0)))
    assert ring == {(min(i, (i + d) % 500), max(i, (i + d) % 500)) for i in range(500) for d in (1, 2)}
    left = sum(len(ring & ties(watts_strogatz(500, 2, 0.3, key))) for key in keys(100))
    assert left == pytest.approx(100_000 * 0.7, abs=5 * math.sqrt(100_000 * 0.7 * 0.3) + 400)


def moments(make: Callable[[int], igraph.Graph], number: int = 16) -> tuple[np.ndarray, np.ndarray]:
    """Mean of clustering and of the spread and skewness of degrees over some graphs, and its squared error."""
    rows = []
    for seed in range(number):
        graph = make(seed)
        degree = np.array(graph.degree(), dtype=float)
        apart = degree - degree.mean()
        clustering = graph.transitivity_avglocal_undirected(mode="zero")
        rows.append([graph.transitivity_undirected(), clustering, degree.std(), np.cbrt((apart**3).mean())])
    found = np.array(rows)
    return found.mean(axis=0), found.var(axis=0, ddof=1) / number


def assert_alike(ours: Callable[[int], Ends], theirs: Callable[[int], igraph.Graph], users: int) -> None:
    def make(seed: int) -> igraph.Graph:
        return igraph.Graph(n=users, edges=np.column_stack(ours(seed)).tolist())

    (mean, error), (reference, reference_error) = moments(make), moments(theirs)
    # Four comparisons at 5 standard errors of some 30 degrees of freedom: one false alarm in 10,000 changes of draws.
    assert np.all(np.abs(mean - reference) < 5 * np.sqrt(error + reference_error))


@pytest.mark.parametrize("rewiring", [0.05, 0.5])
def test_rewired_rings_have_the_clustering_and_degrees_of_the_rule_transcribed(rewiring: float) -> None:
    """igraph's own moves either end with the probability given, so that more ties are moved."""

    def transcribed(seed: int) -> igraph.Graph:
        draw = random.Random(seed)
        ring = [(i, (i + d) % 300) for i in range(300) for d in range(1, 5)]
        kept = {(min(pair), max(pair)) for pair in ring if draw.random() >= rewiring}
        free = [pair for pair in combinations(range(300), 2) if pair not in kept]
        return igraph.Graph(n=300, edges=[*kept, *draw.sample(free, len(ring) - len(kept))])

    assert_alike(lambda seed: watts_strogatz(300, 4, rewiring, np.uint64(seed)), transcribed, 300)


# ---------------------------------------------------------------- growth


def test_barabasi_albert_chooses_by_degree() -> None:
    """0 - 1, then 2 to either, then 3 in proportion to degree: the hub with 1/2, else the other two with 1/4 each."""
    probability: dict[Hashable, float] = {}
    for hub in (0, 1):
        for peer in range(3):
            probability[frozenset([(0, 1), (hub, 2), (peer, 3)])] = 0.25 if peer == hub else 0.125
    assert_drawn_by(probability, [ties(barabasi_albert(4, 3, key)) for key in keys(800)])


def test_barabasi_albert_has_the_hubs_and_triangles_of_igraphs() -> None:
    brings = np.minimum(np.arange(1000), 4).tolist()
    assert_alike(
        lambda seed: barabasi_albert(1000, sum(brings), np.uint64(seed)),
        lambda seed: igraph.Graph.Barabasi(1000, brings, zero_appeal=0),
        1000,
    )


def test_degrees_of_barabasi_albert_follow_the_law() -> None:
    """P(K >= k) = m (m + 1) / (k (k + 1)), Bollobas et al. 2001; the beginning and dependence are far below .01."""
    users, each = 50_000, 3
    ends = barabasi_albert(users, each * users - each * (each + 1) // 2, np.uint64(1))
    degree = np.bincount(np.concatenate(ends))
    k = np.arange(each, 60)
    law = each * (each + 1) / (k * (k + 1.0))
    assert np.abs(np.array([(degree >= value).mean() for value in k]) - law).max() < 0.01


# ---------------------------------------------------------------- LFR


def exponent(values: np.ndarray, smallest: int, largest: int) -> tuple[float, float]:
    """Maximum likelihood exponent of a power law cut off at both ends, and its standard error."""
    kept = np.log(values[(values >= smallest) & (values <= largest)])
    grid = np.log(np.arange(smallest, largest + 1))
    found = minimize_scalar(
        lambda a: a * kept.mean() + np.log(np.exp(-a * grid).sum()), bounds=(0.1, 6), method="bounded"
    ).x
    weight = np.exp(-found * grid)
    mean = (weight * grid).sum() / weight.sum()
    return found, 1 / math.sqrt(len(kept) * ((weight * (grid - mean) ** 2).sum() / weight.sum()))


def made_lfr(users: int, mean_degree: float, mixing: float, seed: int = 1) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    found = lfr(users, mean_degree, mixing, np.uint64(seed))
    assert found is not None
    return found


def test_lfr_has_the_exponents_it_is_made_with() -> None:
    sources, targets, community = made_lfr(100_000, 10, 0.1)
    degree = np.bincount(np.concatenate((sources, targets)))
    # The smallest degree is partly left out for the mean's sake, and the largest number is sqrt(N).
    assert degree.max() <= 316
    found, error = exponent(degree, int(np.median(degree)), 316)
    assert found == pytest.approx(3, abs=5 * error)
    found, error = exponent(np.bincount(community), 10, 632)
    assert found == pytest.approx(1.5, abs=5 * error)


@pytest.mark.parametrize(("mixing", "users", "mean_degree"), [(0.0, 1000, 10), (0.3, 5000, 7.5), (1.0, 1000, 18)])
def test_lfr_has_the_ties_asked_inside_and_between(mixing: float, users: int, mean_degree: float) -> None:
    sources, targets, community = made_lfr(users, mean_degree, mixing)
    total = round(users * mean_degree / 2)
    outside = community[sources] != community[targets]
    assert len(sources) == len(ties((sources, targets))) == total
    assert np.count_nonzero(outside) == round(total * mixing)
    degree = np.bincount(np.concatenate((sources, targets)), minlength=users)
    far = np.bincount(np.concatenate((sources[outside], targets[outside])), minlength=users)
    # Everybody's share is met but for rounding, and for ends in odd communities that nobody else could be found for.
    assert (np.abs(far - mixing * degree) > 1.001).mean() < 0.03
    assert np.abs(far - mixing * degree).max() < 4


def test_every_assignment_with_room_for_ties_is_as_likely() -> None:
    inside, sizes = np.array([2, 0, 0, 1, 0]), np.array([3, 2])
    found = []
    for key in keys(600):
        member = _members(inside, sizes, key, 0)
        assert member is not None
        found.append(frozenset(member[:3].tolist()))
    assert_drawn_by(equal(frozenset((0, *two)) for two in combinations([1, 2, 3, 4], 2)), found)
    assert _members(np.array([3, 0, 0, 0, 0]), sizes, np.uint64(0), 0) is None


def test_pentagons_are_wired_as_likely_as_one_another() -> None:
    layer = Layer(np.full(5, 2), 5, between=False)
    found = [ties(wire(layer, np.array([5]), key)) for key in keys(1200)]
    assert len(set(found)) == 12
    assert_drawn_by(equal(set(found)), found)


def test_degrees_are_kept_where_they_can_be() -> None:
    degree = np.concatenate((np.full(20, 14), np.full(20, 3), [19], np.full(19, 5)))
    layer = Layer(degree, int(degree.sum()) // 2, between=False)
    for key in keys(20):
        sources, targets = wire(layer, np.array([20, 20, 20]), key)
        assert np.array_equal(np.bincount(np.concatenate((sources, targets))), degree)
        assert len(ties((sources, targets))) == layer.ties
        assert np.array_equal(sources // 20, targets // 20)


def test_the_number_of_ties_is_met_where_degrees_cannot_be() -> None:
    """Odd sums inside; outside, one of two communities with all the ends."""
    sizes = np.array([5, 5])
    sources, targets = wire(Layer(np.array([1, 1, 1, 0, 0, 1, 1, 1, 0, 0]), 3, between=False), sizes, np.uint64(1))
    assert len(ties((sources, targets))) == 3
    assert np.array_equal(sources // 5, targets // 5)
    sources, targets = wire(Layer(np.repeat([10, 0], 5), 25, between=True), sizes, np.uint64(1))
    assert ties((sources, targets)) == {(user, peer) for user in range(5) for peer in range(5, 10)}


def test_users_of_many_ties_are_spread_over_ids_like_all_others() -> None:
    _, _, community = made_lfr(2000, 10, 0.2)
    place = shuffled(2000, np.uint64(1))
    assert kstest(place[community == 0] / 2000, "uniform").pvalue > ERROR_RATE
