"""The central promise: both engines, any threads, any order of agents, one history, bit for bit."""

from collections.abc import Iterator
from typing import Any

import networkx as nx
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulation.distributions import dirichlet
from simulation.factors import FACTORS
from simulation.interventions import Intervention
from simulation.ledger import CAUSES_OF_LEAVING, cause_names
from simulation.presets import PRESETS
from simulation.randomness import Stream
from tests.engines.configurations import Configuration, configurations
from tests.engines.eventful import EVENTFUL, PLAN
from tests.engines.histories import Recorded, arrays, assert_same_history, lived


@pytest.fixture(scope="module", autouse=True)
def small_chunks() -> Iterator[None]:
    """Chunks so small that a few users already keep several threads busy."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("simulation.engines.compiled.SMALLEST_CHUNK", 8)
        yield


SMALL = {"population.users": 60, "population.creators": 12, "population.initial_follows": 3.0}
SEEDS = st.integers(0, 2**64 - 1)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(configurations(), SEEDS, SEEDS, st.integers(0, 14), st.sampled_from(["compiled", "mesa"]))
def test_any_configuration_has_one_history(world: Configuration, seed: int, luck: int, before: int, first: Any) -> None:
    """Whatever happens in it: with one thread, with three, agent by agent, and with another engine from some day on."""
    options: dict[str, Any] = {"seed": seed, "luck": luck, "interventions": world.interventions}
    one = lived(world.days, world.values, threads=1, **options)
    assert_same_history(one, lived(world.days, world.values, threads=3, **options))
    assert_same_history(one, lived(world.days, world.values, engine="mesa", **options))
    before = min(before, world.days)
    switched = lived(before, world.values, engine=first, threads=2, **options)
    switched.engine = "mesa" if first == "compiled" else "compiled"
    switched.run_for(world.days - before)
    assert_same_history(one, switched)


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_has_one_history(name: str) -> None:
    users = int(min(60, PRESETS[name].values.get("population.users", 60)))
    creators = int(min(users, PRESETS[name].values.get("population.creators", 12)))
    sizes: dict[str, object] = {"population.users": users, "population.creators": creators}
    if name == "living":  # of which a segment needs communities enough
        sizes = {"population.users": 200, "users.segments": 3, "population.burn_in": 30}
    compiled = lived(30, sizes, preset=name, seed=5, threads=1)
    assert_same_history(compiled, lived(30, sizes, preset=name, seed=5, threads=2))
    assert_same_history(compiled, lived(30, sizes, preset=name, seed=5, engine="mesa"))
    assert sum(events.user.size for events in compiled.days) > 0


def test_defaults_over_weeks_with_every_kind_of_event() -> None:
    values = {
        "population.users": 250,
        "population.creators": 40,
        "leaving.base_hazard": 0.3,
        "users.attention_median": 6.0,
        "creators.posting_rate_median": 0.3,
        "feed.mix.following": 0.5,
    }
    compiled = lived(40, values, seed=1)
    mesa = lived(40, values, seed=1, engine="mesa")
    assert_same_history(compiled, mesa)
    names = cause_names(tuple(factor.name for factor in FACTORS))
    causes = {names[cause] for events in compiled.days for cause in np.unique(events.cause)}
    weighty = {factor.name for factor in FACTORS if factor.parameters.weight > 0.0}
    assert causes >= weighty | {"absence", "overload", "aspiration"}
    sources = np.unique(np.concatenate([events.source for events in compiled.days]))
    assert set(range(-1, 5)) <= set(sources.tolist()), "every feed source, and none, must have occurred"


@pytest.mark.parametrize("seed", [2**63 - 1, 2**63, 2**64 - 1])
def test_the_largest_seeds_have_one_history(seed: int) -> None:
    """Compiled code takes a plain int for a signed one, which has no room for the upper half of the seeds."""
    compiled = lived(6, SMALL, seed=seed, luck=seed, threads=1)
    assert sum(events.user.size for events in compiled.days) > 0
    assert_same_history(compiled, lived(6, SMALL, seed=seed, luck=seed, threads=2))
    assert_same_history(compiled, lived(6, SMALL, seed=seed, luck=seed, engine="mesa"))


@pytest.mark.parametrize("threads", [2, 3])
def test_number_of_threads_changes_nothing(threads: int) -> None:
    sizes = {"population.users": 3000, "population.present_at_start": 2900, "population.initial_follows": 20.0}
    one = lived(12, EVENTFUL | sizes, seed=2, threads=1, interventions=PLAN)
    several = lived(12, EVENTFUL | sizes, seed=2, threads=threads, interventions=PLAN)
    assert len(several._engine._bounds) > 2 * threads, "every thread must get several chunks"  # type: ignore[attr-defined]
    assert_same_history(one, several)


def test_order_of_agents_changes_nothing() -> None:
    a, b = (Recorded(EVENTFUL, seed=3, engine="mesa", interventions=PLAN) for _ in range(2))
    b.random.seed(99)
    order = [agent.unique_id for agent in b.agents.shuffle()]
    assert order != [agent.unique_id for agent in a.agents.shuffle()]
    a.run_for(16)
    b.run_for(16)
    assert_same_history(a, b)


@pytest.mark.parametrize("first", ["compiled", "mesa"])
def test_switching_engines_mid_run_changes_nothing(first: Any) -> None:
    whole = lived(24, EVENTFUL, seed=4, interventions=PLAN)
    switched = lived(6, EVENTFUL, seed=4, interventions=PLAN, engine=first)
    switched.engine = "mesa" if first == "compiled" else "compiled"
    switched.run_for(7)
    switched.engine = first
    switched.run_for(11)
    assert_same_history(whole, switched)


def test_rows_that_outgrow_their_room_have_one_history() -> None:
    values = {
        "population.users": 160,
        "population.creators": 150,
        "decision.follow_rule": "always",
        "leaving.base_hazard": 0.2,
    }
    compiled = lived(12, values, seed=6)
    assert compiled.state.follows.rows.length.max() > 64, "some user must outgrow two blocks"
    assert_same_history(compiled, lived(12, values, seed=6, engine="mesa"))


def test_reconsidering_every_follow_has_one_history() -> None:
    values = SMALL | {"leaving.reconsider": "all", "leaving.base_hazard": 0.3, "population.initial_follows": 8.0}
    compiled = lived(10, values, seed=12)
    assert_same_history(compiled, lived(10, values, seed=12, engine="mesa"))
    unseen = np.concatenate([events.source for events in compiled.days]) == -1
    assert unseen.sum() > 20, "follows that no post brought up must have ended"


@pytest.mark.parametrize("reconsider", ["seen", "all"])
def test_leaving_for_reasons_has_one_history(reconsider: str) -> None:
    values = {
        "population.users": 150,
        "population.creators": 40,
        "population.initial_follows": 8.0,
        "population.renewal": True,
        "population.departure_rate": 0.01,
        "creators.posting_rate_median": 0.5,
        "decision.follow_threshold": 0.6,
        "users.attention_median": 12.0,
        "session.checks": 5,
        "session.patience": 2,
        "leaving.unfollow_rule": "reasons",
        "leaving.reconsider": reconsider,
        "leaving.reasons.base": 0.05,
        "leaving.reasons.smallness": 1.5,
        "change.curiosity": 0.2,
        "change.curiosity_step": 1.0,
        "leaving.reasons.satiation": 1.0,
    }
    sold = [Intervention(day, "sponsored_post", 1.0, tuple(range(20))) for day in (5, 10, 15)]
    compiled = lived(25, values, seed=2, interventions=sold)
    assert_same_history(compiled, lived(25, values, seed=2, interventions=sold, engine="mesa"))
    table = compiled.result().causes()
    assert (table.loc[[*CAUSES_OF_LEAVING, "absence", "overload"], "lost"] > 0).all(), table["lost"]


def test_events_beyond_the_buffer_are_all_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    values = {"population.users": 400, "population.creators": 60, "decision.follow_rule": "always"}
    roomy = lived(3, values, seed=7, threads=1)
    monkeypatch.setattr("simulation.engines.compiled.EVENT_ROOM", 1)
    assert_same_history(roomy, lived(3, values, seed=7, threads=1))


def test_wide_creator_ids_have_the_same_history(monkeypatch: pytest.MonkeyPatch) -> None:
    narrow = lived(6, SMALL, seed=8)
    monkeypatch.setattr("simulation.state.NARROWEST", 1)
    wide = lived(6, SMALL, seed=8)
    assert wide.state.follows.dtype == np.int32 and narrow.state.follows.dtype == np.uint16
    for left, right in zip(narrow.days, wide.days, strict=True):
        assert all(np.array_equal(x, y) for x, y in zip(left, right, strict=True))


def test_one_more_user_changes_nobody_elses_draws() -> None:
    # What one can see of the crowd depends on how many users there are, so follower counts are hidden here.
    values = {
        "population.initial_follows": 0.0,
        "population.departure_rate": 0.01,
        "feed.hide_follower_counts": True,
        "feed.mix.staged": 0.3,
        "decision.follow_threshold": 0.7,
        "minds.burnout.strain": 0.6,
        "minds.burnout.breaking_point": 0.1,
        "minds.strategy.own_voice_lead": 0.0,
    }
    graph = nx.watts_strogatz_graph(80, 6, 0.1, seed=1)
    creators = list(range(0, 80, 3))
    before = Recorded(values, seed=9, social_graph=graph, creators=creators)
    graph.add_node("newcomer")
    after = Recorded(values, seed=9, social_graph=graph, creators=creators)
    after.state.users.joined[80] = 10**9
    for name, left, right in zip(before.state.users._fields, before.state.users, after.state.users, strict=True):
        assert np.array_equal(left, right[:80]), f"users.{name} changed"
    before.run_for(21)
    after.run_for(21)
    assert sum(events.user.size for events in before.days) > 20
    for left, right in zip(before.days, after.days, strict=True):
        assert all(np.array_equal(x, y) for x, y in zip(left, right, strict=True))
    others = dict(arrays(after.state))
    for name, array in arrays(before.state):
        same = others[name][: len(array)] if name.startswith(("users.", "peers.", "memory.")) else others[name]
        assert np.array_equal(array, same), f"{name} changed"
    assert np.unique(before.state.minds.strategy).size == 5
    assert (before.state.users.left < 21).any() and (before.state.creators.away_until > 0).any()


def test_traits_of_users_do_not_depend_on_how_many_come_after() -> None:
    few = dirichlet(1, Stream.INTERESTS, [0.3] * 4, 10)
    many = dirichlet(1, Stream.INTERESTS, [0.3] * 4, 11)
    assert np.array_equal(few, many[:10])


def test_a_change_of_a_lever_keeps_the_draws() -> None:
    """Common random numbers: raising the follow threshold only ever takes follows of the first day away."""
    low = lived(1, SMALL | {"decision.follow_threshold": 0.7}, seed=10).days[0]
    high = lived(1, SMALL | {"decision.follow_threshold": 0.8}, seed=10).days[0]
    pairs = [
        {(u, c) for u, c, k in zip(e.user.tolist(), e.creator.tolist(), e.kind.tolist(), strict=True) if k > 0}
        for e in (low, high)
    ]
    assert pairs[1] < pairs[0]
