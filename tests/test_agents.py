"""Agents: users and creators as Mesa's agent sets, views of the state, subclassed; and the engine they run on."""

from __future__ import annotations

from typing import Any

import mesa
import numpy as np
import pytest

from simulation.engines.agents import User
from simulation.engines.creator import Creator
from simulation.errors import ParameterError
from tests.engines.histories import assert_same_history, lived
from tests.worlds import ENGINES, SMALL, karate, small

# --- agents -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("engine", ENGINES)
def test_agents_are_an_agent_set_of_users_and_creators(engine: Any) -> None:
    model = small(engine=engine)
    agents = model.agents
    assert isinstance(agents, mesa.agent.AgentSet)
    assert len(agents) == 120
    assert [agent.unique_id for agent in agents] == list(range(1, 121))
    assert [agent.index for agent in agents] == list(range(120))
    by_type = model.agents_by_type
    assert set(by_type) == {User, Creator}
    assert len(by_type[Creator]) == 20
    assert len(by_type[User]) == 100
    assert [agent.index for agent in by_type[Creator]] == model.state.creators.user.tolist()
    assert [agent.creator for agent in by_type[Creator]] == list(range(20))
    assert {type(agent) for agent in agents.select(agent_type=User)} == {User, Creator}
    assert model.agents is agents


@pytest.mark.parametrize("engine", ENGINES)
def test_agents_are_views_of_the_state(engine: Any) -> None:
    model = small(engine=engine)
    agents = list(model.agents)
    model.run_for(5)
    state = model.state
    assert sum(len(agent.following) for agent in agents) == state.creators.followers.sum() > 50
    for agent in agents:
        assert agent.following == state.follows.of(agent.index).tolist()
        assert agent.peers == sorted(model.social_graph[agent.index])
        assert agent.aspiration == state.users.aspiration[agent.index]
        assert agent.attention == state.users.attention[agent.index]
        assert agent.own_creator == state.users.creator[agent.index]
        np.testing.assert_array_equal(agent.interests, state.users.interests[agent.index])
        for creator in agent.following:
            entry = agent.entry(creator)
            assert state.follows.rows.creator[entry] == creator
            assert agent.satisfaction(creator) == state.follows.rows.satisfaction[entry]
        if isinstance(agent, Creator):
            assert agent.followers == state.creators.followers[agent.creator]


def test_agents_collect_like_any_agents_of_mesa() -> None:
    model = small(engine="mesa")
    model.run_for(3)
    assert sum(model.agents.get("own_creator")) == sum(range(20)) - 100
    assert model.agents.select(lambda agent: isinstance(agent, Creator)).agg("followers", sum) == sum(
        model.state.creators.followers
    )


def test_a_user_of_ones_own_lives_by_its_own_rule() -> None:
    class Stoic(User):
        """Likes nothing."""

        def like(self, encounter: Any, appeal: float) -> bool:
            return False

    class StoicCreator(Creator):
        """Likes nothing, and creates."""

        def like(self, encounter: Any, appeal: float) -> bool:
            return False

    stoic = small(engine="mesa", user_type=Stoic, creator_type=StoicCreator)
    stoic.run_for(5)
    assert set(stoic.agents_by_type) == {Stoic, StoicCreator}
    assert stoic.state.creators.total_likes.sum() == 0
    assert stoic.state.creators.total_views.sum() > 0
    usual = small(engine="mesa")
    usual.run_for(5)
    assert usual.state.creators.total_likes.sum() > 0


def test_a_subclass_that_changes_nothing_lives_the_same_history() -> None:
    class Renamed(User):
        """A user by another name."""

    usual = lived(5, SMALL, seed=4, engine="mesa")
    renamed = lived(5, SMALL, seed=4, engine="mesa", user_type=Renamed)
    assert_same_history(usual, renamed)


# --- engines ------------------------------------------------------------------------------------------------------


def test_the_engine_may_change_on_any_day() -> None:
    one, both = lived(9, SMALL, seed=4, threads=1), lived(3, SMALL, seed=4, threads=1)
    engine: Any
    for engine in ("mesa", "compiled"):
        both.engine = engine
        assert both.engine == engine
        both.run_for(3)
    assert_same_history(one, both)


def test_agents_of_ones_own_keep_to_the_mesa_engine() -> None:
    class Own(User):
        """Somebody."""

    with pytest.raises(ParameterError, match="agent classes of your own run on engine='mesa' only"):
        small(user_type=Own)
    model = small(engine="mesa", user_type=Own)
    with pytest.raises(ParameterError, match="engine='mesa' only"):
        model.engine = "compiled"
    assert model.engine == "mesa"
    model.step()


@pytest.mark.parametrize("engine", ENGINES)
def test_luck_is_what_happens_and_the_seed_is_who_is_there(engine: Any) -> None:
    one, same, lucky, other = (
        lived(6, SMALL, engine=engine, threads=1, **options)
        for options in ({"seed": 4}, {"seed": 4, "luck": 4}, {"seed": 4, "luck": 5}, {"seed": 5, "luck": 4})
    )
    assert_same_history(one, same)
    np.testing.assert_array_equal(one.state.creators.talent, lucky.state.creators.talent)
    np.testing.assert_array_equal(one.state.peers.peer, lucky.state.peers.peer)
    assert one.state.creators.total_likes.tolist() != lucky.state.creators.total_likes.tolist()
    assert one.state.creators.talent.tolist() != other.state.creators.talent.tolist()


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("seed", [2**63 - 1, 2**63, 2**64 - 1])
def test_the_largest_seeds_do_as_well(engine: Any, seed: int) -> None:
    model = karate(engine=engine, seed=seed)
    karate(engine=engine, seed=1).step()
    model.run_for(2)
    assert model.state.creators.total_views.sum() > 0
