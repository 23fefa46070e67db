"""The world before the first day: who the users are, how alike peers are, who creates."""

from __future__ import annotations

import math
from typing import Any

import networkx as nx
import numpy as np
import pytest
from scipy import stats

from simulation.errors import ParameterError
from simulation.factors import FACTORS, Factor, FactorSection
from simulation.factors.taste import pair_taste
from simulation.parameters import Parameters
from simulation.people import factor_sections
from simulation.population import REFERENCE_START
from simulation.social_graph import SocialGraph
from simulation.state import NO_DAY, State
from tests.told import raises
from tests.worlds import built, nobody_knows_anybody, ring

ERROR_RATE = 1e-6


# --- traits -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("concentration", [0.01, 0.3, 100.0])
def test_directions_have_unit_length_and_no_part_below_zero(concentration: float) -> None:
    state = built(
        users__interest_concentration=concentration,
        users__emotional_concentration=concentration,
        creators__voice_concentration=concentration,
    )
    directions = (
        state.users.interests,
        state.users.taste,
        state.creators.topics,
        state.posts.topics,
        state.creators.expression,
    )
    for rows in directions:
        assert (rows >= 0.0).all()
        np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1.0, rtol=0.0, atol=1e-14)


def test_factor_weights_sum_to_one_and_go_by_the_means() -> None:
    state = built(users=4000, factors__talent__weight=3.0, factors__consistency__weight=0.0)
    weights = state.users.factor_weights
    assert weights.shape == (4000, len(FACTORS))
    np.testing.assert_allclose(weights.sum(axis=1), 1.0, rtol=0.0, atol=1e-15)
    names = [factor.name for factor in FACTORS]
    assert (weights[:, names.index("consistency")] == 0.0).all()
    others = np.median(weights[:, names.index("shared_interest")])
    assert np.median(weights[:, names.index("talent")]) / others == pytest.approx(3.0, rel=0.1)


def test_without_spread_everybody_weighs_alike() -> None:
    weights = built(users__weight_sigma=0.0).users.factor_weights
    means = np.array([factor.parameters.weight for factor in FACTORS])
    np.testing.assert_allclose(weights, np.tile(means / means.sum(), (len(weights), 1)), rtol=1e-15)


def test_when_nothing_weighs_anything_the_population_is_refused() -> None:
    weightless: Any = {f"factors__{factor.name}__weight": 0.0 for factor in FACTORS}
    with raises(ParameterError, "factors.*.weight"):
        built(**weightless)


@pytest.mark.parametrize(
    ("name", "trait"),
    [
        ("users__activity_mean", "activity"),
        ("users__escapism_mean", "escapism"),
        ("users__conformity_mean", "conformity"),
        ("creators__talent_mean", "talent"),
        ("creators__authenticity_mean", "authenticity"),
        ("creators__intensity_mean", "intensity"),
        ("creators__regularity_mean", "regularity"),
    ],
)
@pytest.mark.parametrize("mean", [0.0, 0.2, 0.7, 1.0])
def test_shares_have_the_mean_that_is_asked_for(name: str, trait: str, mean: float) -> None:
    changed: Any = {name: mean}
    state = built(2000, 2000, graph=nobody_knows_anybody(2000), **changed)
    values = getattr(state.users if name.startswith("users") else state.creators, trait)
    assert ((values >= 0.0) & (values <= 1.0)).all()
    if mean in {0.0, 1.0}:
        assert (values == mean).all()
    else:
        z = (values.mean() - mean) / (values.std() / math.sqrt(values.size))
        assert abs(z) < stats.norm.isf(ERROR_RATE / 2)


@pytest.mark.parametrize(("validation", "influence"), [(0.8, 0.2), (0.9, 0.1), (0.7, 0.3), (1.0, 0.0), (0.0, 1.0)])
def test_motives_may_leave_no_creative_joy(validation: float, influence: float) -> None:
    """Also where 1 - .8 - .2 is a little below 0."""
    motives = built(creators__validation_mean=validation, creators__influence_mean=influence).minds.motives
    np.testing.assert_allclose(motives.sum(axis=1), 1.0, rtol=0.0, atol=1e-15)
    assert (motives[:, 2] < 1e-15).all()


@pytest.mark.parametrize(("validation", "influence"), [(0.8, 0.20001), (1.0, 1e-15), (1.0, 1.0)])
def test_motives_that_are_more_than_the_whole_are_refused(validation: float, influence: float) -> None:
    with raises(ParameterError, "sum 1"):
        built(creators__validation_mean=validation, creators__influence_mean=influence)


def test_attention_is_lognormal_up_to_its_cap() -> None:
    attention = built(4000, graph=nobody_knows_anybody(4000), users__attention_sigma=1.0).users.attention
    assert stats.kstest(np.log(attention / 155.0), "norm").pvalue > ERROR_RATE
    capped = built(4000, graph=nobody_knows_anybody(4000), users__attention_cap=155.0).users.attention
    assert capped.max() == 155.0
    assert np.mean(capped == 155.0) == pytest.approx(0.5, abs=0.05)


def test_eagerness_multiplies_odds_by_a_lognormal_of_mean_one_that_rises_with_attention() -> None:
    assert not built(50, graph=nobody_knows_anybody(50)).users.eagerness.any()
    users = built(4000, graph=nobody_knows_anybody(4000), users__eagerness_sigma=0.8, users__attention_cap=1e6).users
    assert stats.kstest((users.eagerness + 0.32) / 0.8, "norm").pvalue > ERROR_RATE
    odds = np.exp(users.eagerness)
    assert abs(odds.mean() - 1.0) < stats.norm.isf(ERROR_RATE / 2) * odds.std() / math.sqrt(4000)
    np.testing.assert_array_equal(np.argsort(users.eagerness), np.argsort(users.attention))


def test_posting_rates_are_lognormal_and_never_more_than_one_a_day() -> None:
    rates = built(4000, 4000, graph=nobody_knows_anybody(4000), creators__posting_rate_sigma=2.0).creators.posting_rate
    assert rates.min() > 0.0
    assert rates.max() == 1.0
    assert np.median(rates) == pytest.approx(0.5, rel=0.15)
    phases = built(4000, 4000, graph=nobody_knows_anybody(4000)).creators.phase
    assert stats.kstest(phases, "uniform").pvalue > ERROR_RATE


def test_everything_starts_in_the_middle_or_at_nothing() -> None:
    state = built(change__aspiration_start=0.4)
    assert set(state.users.aspiration.tolist()) == {0.4}
    assert set(state.users.best_followed.tolist()) == {-1.0}
    assert state.reference.tolist() == [REFERENCE_START] * len(FACTORS)
    assert state.day == 0
    creators = state.creators
    np.testing.assert_array_equal(state.posts.quality, creators.talent)
    np.testing.assert_array_equal(state.posts.topics, creators.topics)
    assert set(state.posts.day.tolist()) == {NO_DAY}
    np.testing.assert_array_equal(creators.consistency, creators.regularity)
    for count in ("followers", "gained", "lost", "views", "likes", "total_gained", "total_views", "momentum"):
        assert not getattr(creators, count).any()


def test_what_may_change_is_no_view_of_what_may_not() -> None:
    state = built()
    creators = state.creators
    for one, other in (
        (creators.topics, state.posts.topics),
        (creators.talent, state.posts.quality),
        (creators.regularity, creators.consistency),
    ):
        assert not np.shares_memory(one, other)


def test_memory_of_a_state_is_that_of_its_arrays() -> None:
    state = built(100, 10)
    groups = (state.users, state.creators, state.posts, state.minds, state.trends, state.peers, state.follows.rows)
    arrays = [*(array for group in groups for array in group), state.reference]
    assert state.nbytes() == sum(array.nbytes for array in arrays)


# --- likeness -----------------------------------------------------------------------------------------------------


def likeness_of_peers(state: State) -> float:
    """How far the mean cosine of peers' interests lies from that of any two users (0) toward identity (1)."""
    interests, start, peer = state.users.interests, state.peers.start, state.peers.peer
    rows = np.repeat(np.arange(interests.shape[0]), np.diff(start))
    peers, anybody = (interests[rows] * interests[peer]).sum(axis=1).mean(), (interests @ interests.T).mean()
    return float((peers - anybody) / (1.0 - anybody))


def test_homophily_makes_peers_alike() -> None:
    found = [likeness_of_peers(built(users=1000, users__homophily=h)) for h in (0.0, 0.3, 0.8)]
    assert abs(found[0]) < 0.02
    assert found[1] > found[0] + 0.1
    assert found[2] > found[1] + 0.1


def test_homophily_makes_peers_alike_in_identity_too() -> None:
    distances = []
    for h in (0.0, 0.5):
        identity = built(users=1000, users__homophily=h).users.identity
        near = np.linalg.norm(identity - np.roll(identity, 1, axis=0), axis=1).mean()
        distances.append(near / np.linalg.norm(identity - np.roll(identity, 500, axis=0), axis=1).mean())
    assert distances[0] == pytest.approx(1.0, abs=0.1)
    assert distances[1] < 0.7


def community_and_strangers(state: State) -> tuple[float, float]:
    """Mean cosine of interests within a community, and between users of different ones."""
    interests, community = state.users.interests, state.users.community
    cosine, same = interests @ interests.T, community[:, None] == community[None, :]
    np.fill_diagonal(same, False)
    return float(cosine[same].mean()), float(cosine[community[:, None] != community[None, :]].mean())


def test_shared_interests_make_a_community_alike_and_leave_strangers_as_they_were() -> None:
    graph = ring(3000)
    found = [
        community_and_strangers(built(3000, graph=graph, users__homophily=0.0, users__shared_interests=share))
        for share in (0.0, 0.5, 0.9)
    ]
    within, between = zip(*found, strict=True)
    assert within[0] == pytest.approx(between[0], abs=0.02)
    # Two who share the community's interests are one; the expected cosine of the others is that of strangers.
    for share, near, far in zip((0.0, 0.5, 0.9), within, between, strict=True):
        assert far == pytest.approx(between[0], abs=0.01)
        assert near == pytest.approx(far + share * share * (1.0 - far), abs=0.03)


def test_shared_values_keep_their_spread() -> None:
    identity = built(3000, graph=ring(3000), users__homophily=0.0, users__shared_interests=0.8).users.identity
    assert identity.std() == pytest.approx(1.0, abs=0.05)
    near = (identity - np.roll(identity, 1, axis=0)).std() / math.sqrt(2.0)
    assert near == pytest.approx(math.sqrt(0.2), abs=0.15)


def test_a_graph_may_say_who_belongs_together() -> None:
    graph = nx.circulant_graph(60, [1, 2])
    nx.set_node_attributes(graph, {node: f"town {node % 7}" for node in graph}, "community")
    nx.set_node_attributes(graph, {node: "left" if node < 20 else "right" for node in graph}, "segment")
    state = built(60, 10, graph=SocialGraph.from_networkx(graph), users__segments=5)
    np.testing.assert_array_equal(state.users.community, np.arange(60) % 7)
    np.testing.assert_array_equal(state.users.segment, np.arange(60) >= 20)
    np.testing.assert_array_equal(state.creators.segment, state.users.segment[state.creators.user])


def test_tastes_are_those_of_pairs_and_never_change() -> None:
    state = built(400, 50)
    found = np.array([[pair_taste(a, b) for b in state.creators.key.tolist()] for a in state.users.key.tolist()])
    assert (found > 0.0).all() and (found < 1.0).all()
    assert found.mean() == pytest.approx(0.5, abs=0.005)
    assert found.std() == pytest.approx(math.sqrt(4.0 * (256.0**2 - 1.0) / 12.0) / 1024.0, rel=0.02)
    # Nobody is liked, and nobody likes, more than chance makes of independent numbers.
    rows, columns = (found.mean(axis=axis).std() * math.sqrt(found.shape[axis]) / found.std() for axis in (1, 0))
    assert rows == pytest.approx(1.0, abs=0.15)
    assert columns == pytest.approx(1.0, abs=0.4)


def test_full_homophily_is_the_mean_of_the_peers() -> None:
    own = built(users=30, creators=5, users__homophily=0.0).users.identity
    mixed = built(users=30, creators=5, users__homophily=1.0, users__homophily_rounds=1).users.identity
    expected = sum(np.roll(own, step, axis=0) for step in (-3, -2, -1, 1, 2, 3)) / 6.0
    np.testing.assert_allclose(mixed, expected, atol=1e-12)


def test_who_has_no_peers_keeps_their_own_interests() -> None:
    graph = SocialGraph.from_networkx(nx.disjoint_union(nx.complete_graph(20), nx.empty_graph(20)))
    own, mixed = (built(40, 5, graph=graph, users__homophily=h).users.interests for h in (0.0, 0.5))
    np.testing.assert_allclose(mixed[20:], own[20:], rtol=1e-14)
    assert not np.allclose(mixed[:20], own[:20])


def test_a_creator_is_the_user_it_is() -> None:
    state = built()
    users = state.creators.user
    np.testing.assert_array_equal(state.creators.identity, state.users.identity[users])
    np.testing.assert_array_equal(state.users.creator[users], np.arange(50))
    assert (np.delete(state.users.creator, users) == -1).all()


# --- who creates --------------------------------------------------------------------------------------------------


def test_creators_are_drawn_uniformly_without_repeats() -> None:
    times = np.zeros(20)
    for seed in range(600):
        users = built(20, 5, seed=seed, graph=nobody_knows_anybody(20)).creators.user
        assert (np.diff(users) > 0).all()
        times[users] += 1
    assert times.sum() == 3000
    # Draws without replacement vary less than a multinomial: scaled by (20 - 5) / (20 - 1) the statistic is chi-square.
    statistic = ((times - 150.0) ** 2 / 150.0).sum() * 19.0 / 15.0
    assert stats.chi2.sf(statistic, 19) > ERROR_RATE


def test_creators_may_be_named() -> None:
    chosen = np.array([3, 7, 20])
    state = built(40, 3, graph=nobody_knows_anybody(40), chosen=chosen)
    assert state.creators.user.tolist() == [3, 7, 20]
    assert np.flatnonzero(state.users.creator >= 0).tolist() == [3, 7, 20]


def test_everybody_may_create_but_not_more_than_everybody() -> None:
    assert built(30, 30).creators.user.tolist() == list(range(30))
    with raises(ParameterError, "population.creators 31 population.users 30"):
        built(30, 31)


# --- more users ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("initial_follows", [0.0, 5.0])
def test_more_users_leave_the_first_as_they_are(initial_follows: float) -> None:
    """Without ties to the new ones; creators are named, for who is drawn depends on how many there are."""
    chosen = np.arange(0, 60, 3)
    few, many = (
        built(
            users,
            20,
            graph=nobody_knows_anybody(users),
            chosen=chosen,
            population__initial_follows=initial_follows,
        )
        for users in (60, 61)
    )
    for name, first, longer in zip(few.users._fields, few.users, many.users, strict=True):
        np.testing.assert_array_equal(first, longer[:60], err_msg=name)
    for name, before, after in zip(few.creators._fields, few.creators, many.creators, strict=True):
        if name not in {"followers", "momentum"}:
            np.testing.assert_array_equal(before, after, err_msg=name)
    assert [few.follows.of(user).tolist() for user in range(60)] == [
        many.follows.of(user).tolist() for user in range(60)
    ]


def test_more_factors_leave_the_draws_of_the_first_as_they_are() -> None:
    """Weights are ratios: between two factors they stay, whatever else counts."""
    seventh = Factor("seventh", lambda met, p: 0.5, FactorSection(weight=2.0))
    six = built().users.factor_weights
    seven = built(factors=(*FACTORS, seventh)).users.factor_weights
    np.testing.assert_allclose(seven[:, 1] / seven[:, 0], six[:, 1] / six[:, 0], rtol=1e-13)


@pytest.mark.parametrize("name", ["seventh", "values", "copy", "model_fields", "weight"])
def test_a_factor_of_ones_own_brings_its_parameters_whatever_its_name(name: str) -> None:
    section = FactorSection(weight=2.0)
    assert factor_sections([Factor(name, lambda met, p: 0.5, section)], Parameters()) == (section,)


def test_the_model_s_own_factors_take_their_parameters_from_the_tree() -> None:
    parameters = Parameters().with_values({"factors.talent.weight": 2.5})
    weights = {factor.name: factor.parameters.weight for factor in FACTORS} | {"talent": 2.5}
    assert [section.weight for section in factor_sections(FACTORS, parameters)] == list(weights.values())  # type: ignore[attr-defined]
