"""The central promise: both engines, any threads, any order of agents, one history, bit for bit."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import networkx as nx
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulation.declare import Declaration
from simulation.parameters import KNOWN
from simulation.presets import PRESETS
from simulation.randomness import Stream, generator
from tests.engines.histories import Recorded, assert_same_history, lived


@pytest.fixture(scope="module", autouse=True)
def small_chunks() -> Iterator[None]:
    """Chunks so small that a few users already keep several threads busy."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("simulation.engines.compiled.SMALLEST_CHUNK", 8)
        yield


SMALL = {"population.users": 60, "population.creators": 12, "population.initial_follows": 3.0}
KEPT = {
    "population.users",
    "population.creators",
    "population.topics",
    "population.arrivals_per_day",
    "population.present_at_start",
    "population.initial_follows",
}
"""Sizes, drawn apart so that they fit together and stay small."""


def _values(declared: Declaration) -> st.SearchStrategy[object]:
    """Any value of a parameter that leaves something to happen."""
    if declared.choices:
        return st.sampled_from(declared.choices)
    if isinstance(declared.default, bool):
        return st.booleans()
    assert declared.low is not None and declared.high is not None
    if isinstance(declared.default, int):
        return st.integers(int(declared.low), int(min(declared.high, max(4 * int(declared.default), 4))))
    assert isinstance(declared.default, float)
    return st.floats(declared.low, min(declared.high, 4.0 * max(declared.default, 0.25)))


@st.composite
def configurations(draw: st.DrawFn) -> dict[str, object]:
    """A random model: some parameters anywhere within their bounds, sizes small."""
    users = draw(st.integers(2, 70))
    values: dict[str, object] = {
        "population.users": users,
        "population.creators": draw(st.integers(1, users)),
        "population.topics": draw(st.integers(1, 5)),
        "population.arrivals_per_day": draw(st.integers(0, 5)),
        "population.present_at_start": draw(st.integers(0, users)),
        "population.initial_follows": draw(st.floats(0.0, 10.0)),
        "social_graph.family": draw(st.sampled_from(["none", "erdos_renyi"])),
        "social_graph.mean_degree": draw(st.floats(0.0, 1.0)) * min(users - 1, 6),
        "session.slots": draw(st.floats(0.0, 15.0)),
    }
    values["feed.mix.random"] = draw(st.floats(0.01, 1.0))  # some source must have a share
    free = [name for name in KNOWN if name not in values and name not in KEPT and not name.startswith("social_graph.")]
    for name in draw(st.lists(st.sampled_from(free), max_size=12, unique=True)):
        values[name] = draw(_values(KNOWN[name]))
    return values


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(configurations(), st.integers(0, 2**64 - 1), st.integers(0, 2**64 - 1), st.integers(1, 3))
def test_any_configuration_has_one_history(values: dict[str, object], seed: int, luck: int, threads: int) -> None:
    days = 4
    compiled = lived(days, values, seed=seed, luck=luck, engine="compiled", threads=threads)
    assert_same_history(compiled, lived(days, values, seed=seed, luck=luck, engine="mesa"))


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_has_one_history(name: str) -> None:
    users = int(min(60, PRESETS[name].values.get("population.users", 60)))
    creators = int(min(users, PRESETS[name].values.get("population.creators", 12)))
    sizes = {"population.users": users, "population.creators": creators}
    compiled = lived(15, sizes, preset=name, seed=5, threads=1)
    assert_same_history(compiled, lived(15, sizes, preset=name, seed=5, threads=2))
    assert_same_history(compiled, lived(15, sizes, preset=name, seed=5, engine="mesa"))
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
    causes = np.unique(np.concatenate([events.cause for events in compiled.days]))
    assert set(range(9)) <= set(causes.tolist()), "six factors, absence, overload and aspiration must all have occurred"
    sources = np.unique(np.concatenate([events.source for events in compiled.days]))
    assert set(range(-1, 5)) <= set(sources.tolist()), "every feed source, and none, must have occurred"


@pytest.mark.parametrize("threads", [2, 3])
def test_number_of_threads_changes_nothing(threads: int) -> None:
    values = {"population.users": 3000, "population.creators": 300, "population.initial_follows": 20.0}
    one = lived(8, values, seed=2, threads=1)
    several = lived(8, values, seed=2, threads=threads)
    assert len(several._engine._bounds) > 2 * threads, "every thread must get several chunks"  # type: ignore[attr-defined]
    assert_same_history(one, several)


def test_order_of_agents_changes_nothing() -> None:
    a = Recorded(SMALL, seed=3, engine="mesa")
    b = Recorded(SMALL, seed=3, engine="mesa")
    b.random.seed(99)
    order = [agent.unique_id for agent in b.agents.shuffle()]
    assert order != [agent.unique_id for agent in a.agents.shuffle()]
    a.run_for(10)
    b.run_for(10)
    assert_same_history(a, b)


def test_switching_engines_mid_run_changes_nothing() -> None:
    whole = lived(12, SMALL, seed=4)
    switched = lived(4, SMALL, seed=4)
    switched.engine = "mesa"
    switched.run_for(3)
    switched.engine = "compiled"
    switched.run_for(5)
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
    values = {"population.initial_follows": 0.0, "feed.hide_follower_counts": True, "decision.follow_threshold": 0.7}
    graph = nx.watts_strogatz_graph(80, 6, 0.1, seed=1)
    creators = list(range(0, 80, 7))
    before = Recorded(values, seed=9, social_graph=graph, creators=creators)
    graph.add_node("newcomer")
    after = Recorded(values, seed=9, social_graph=graph, creators=creators)
    after.state.users.joined[80] = 10**9
    for name, left, right in zip(before.state.users._fields, before.state.users, after.state.users, strict=True):
        assert np.array_equal(left, right[:80]), f"users.{name} changed"
    before.run_for(15)
    after.run_for(15)
    assert sum(events.user.size for events in before.days) > 20
    for left, right in zip(before.days, after.days, strict=True):
        assert all(np.array_equal(x, y) for x, y in zip(left, right, strict=True))


def test_traits_of_users_do_not_depend_on_how_many_come_after() -> None:
    few = generator(1, Stream.INTERESTS).standard_gamma(0.3, (10, 4))
    many = generator(1, Stream.INTERESTS).standard_gamma(0.3, (11, 4))
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


def test_interpreted_loops_have_the_same_history() -> None:
    """The compiled engine's own source, run line by line by Python, agrees with what the compiler made of it."""
    script = (
        "from tests.engines.histories import lived\n"
        "import hashlib\n"
        "values = {'population.users': 40, 'population.creators': 9, 'population.initial_follows': 3.0,"
        " 'leaving.base_hazard': 0.02, 'users.attention_median': 3.0, 'leaving.reconsider': 'all',"
        " 'leaving.tidy_probability': 1.0}\n"
        "model = lived(5, values, seed=11, threads=1)\n"
        "digest = hashlib.sha256()\n"
        "[digest.update(column.tobytes()) for events in model.days for column in events]\n"
        "print(sum(e.user.size for e in model.days), digest.hexdigest())\n"
    )
    root = Path(__file__).parents[2]
    outputs = [
        subprocess.run(
            [sys.executable, "-W", "ignore", "-c", script],
            env={**os.environ, "NUMBA_DISABLE_JIT": disabled},
            cwd=root,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for disabled in ("0", "1")
    ]
    assert outputs[0] == outputs[1] and int(outputs[0].split()[0]) > 0
