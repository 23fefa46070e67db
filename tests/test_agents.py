"""Agents: users and creators as Mesa's agent sets, views of the state, subclassed; and the engine they run on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import mesa
import numpy as np
import pytest

from simulation.creators.strategies import STRATEGIES
from simulation.engines.agents import User
from simulation.engines.creator import Creator
from simulation.errors import FollowerDynamicsError, ParameterError, PluginError
from simulation.factors import Encounter
from simulation.interventions import Intervention
from simulation.ledger import RECIPROCITY
from simulation.state import NEVER
from tests.engines.histories import Recorded, assert_same_history, lived
from tests.told import raises
from tests.worlds import ENGINES, SMALL, karate, small

BURNT_OUT = {"minds.burnout.strain": 0.8, "minds.burnout.breaking_point": 0.1}
"""Creators pause within two weeks."""

# --- agents -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("engine", ENGINES)
def test_agents_are_an_agent_set_of_users_and_creators(engine: Any) -> None:
    model = small(engine=engine)
    agents = model.agents
    assert isinstance(agents.select(at_most=3), mesa.agent.AgentSet)
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
        assert agent.mood == state.users.mood[agent.index]
        assert agent.fomo == state.users.fomo[agent.index]
        assert agent.escapism == state.users.escapism[agent.index]
        assert agent.is_here == (state.users.joined[agent.index] <= 5 < state.users.left[agent.index])
        if isinstance(agent, Creator):
            assert agent.followers == state.creators.followers[agent.creator]
            assert agent.authenticity == state.creators.authenticity[agent.creator]
            assert agent.spirits == state.minds.mood[agent.creator]
            assert agent.obsession == state.minds.obsession[agent.creator]
            assert agent.strategy == STRATEGIES[state.minds.strategy[agent.creator]]
            assert agent.is_away == (state.creators.away_until[agent.creator] > 5)
    creators = [agent for agent in agents if isinstance(agent, Creator)]
    assert len({agent.strategy for agent in creators}) > 1
    assert len({agent.spirits for agent in creators}) > 1


def test_agents_know_who_has_left_who_pauses_and_who_is_new() -> None:
    values = {**SMALL, "population.arrivals_per_day": 10, "population.present_at_start": 60}
    model = small_world(values | {"population.departure_rate": 0.05, "population.creators_from": "anyone"}, BURNT_OUT)
    seen: dict[str, set[bool]] = {"here": set(), "away": set(), "new": set()}
    for _ in range(12):
        model.step()
        for creator in model.agents_by_type[Creator]:
            seen["here"].add(creator.is_here)
            seen["away"].add(creator.is_away)
            seen["new"].add(creator.is_new)
            assert creator.is_new == (model.state.creators.joined[creator.creator] >= model.day)
            assert creator.is_here or creator.is_new or creator.index in np.flatnonzero(model.state.users.left < 12)
    assert all(found == {False, True} for found in seen.values())


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

    class RenamedCreator(Creator):
        """A creator by another name."""

    usual = lived(9, SMALL | BURNT_OUT, seed=4, engine="mesa")
    renamed = lived(9, SMALL | BURNT_OUT, seed=4, engine="mesa", user_type=Renamed, creator_type=RenamedCreator)
    assert_same_history(usual, renamed)


# --- what creators and viewers do, put otherwise ------------------------------------------------------------------


def small_world(values: Mapping[str, object], *more: Mapping[str, object], days: int = 0, **options: Any) -> Recorded:
    """The small world of agents, with more values."""
    merged = dict(values)
    for part in more:
        merged |= part
    return lived(days, merged, **{"seed": 4, "engine": "mesa", **options})


def test_a_creator_who_never_learns_goes_on_as_before() -> None:
    class Stubborn(Creator):
        """Draws no lesson from a week."""

        def learn(self) -> None:
            pass

    stubborn = small_world(SMALL, days=15, creator_type=Stubborn).state.minds
    usual = small_world(SMALL, days=15).state.minds
    at_first = small_world(SMALL).state.minds.values
    np.testing.assert_array_equal(stubborn.values, at_first)
    assert (usual.values != at_first).any()
    assert stubborn.trials.max() > 7, "weeks are never closed"


def test_a_creator_without_plans_keeps_strategy_and_pace() -> None:
    class Carefree(Creator):
        """Plans nothing."""

        def plan(self) -> None:
            pass

    model = small_world(SMALL, days=15, creator_type=Carefree)
    assert {creator.strategy for creator in model.agents_by_type[Carefree]} == {"own_voice"}
    np.testing.assert_array_equal(model.state.creators.rate, model.state.creators.posting_rate)
    assert model.state.minds.mood.any(), "who does not plan still feels"


def test_a_creator_s_plan_may_be_ones_own() -> None:
    class Warm(Creator):
        """Engages with followers every week, and never tires of it."""

        def plan(self) -> None:
            super().plan()
            if not self.is_away:
                self.set_out(STRATEGIES.index("engage"))

    model = small_world(SMALL, days=9, creator_type=Warm)
    assert {creator.strategy for creator in model.agents_by_type[Warm]} == {"engage"}
    assert (model.state.creators.engagement == model.parameters.minds.strategy.warmth).all()
    assert (model.state.creators.partner == -1).all()


def test_a_creator_may_choose_what_to_post_about() -> None:
    class Monomaniac(Creator):
        """Posts about the first topic, whatever the voice."""

        def choose_topics(self) -> None:
            self.newest.topics[:] = np.eye(3)[0]

    model = small_world(SMALL, {"population.topics": 3}, days=9, creator_type=Monomaniac)
    creators = model.state.creators
    posted = creators.total_views > 0
    assert posted.sum() > 10
    np.testing.assert_array_equal(model.state.posts.topics[posted], np.eye(3)[np.zeros(posted.sum(), dtype=int)])
    usual = small_world(SMALL, {"population.topics": 3}, days=9).state.creators
    assert creators.authenticity.mean() < usual.authenticity.mean(), "posts off their own voice cost authenticity"


def test_a_creator_who_feels_nothing_keeps_a_mind_at_rest() -> None:
    class Unmoved(Creator):
        """Takes no number to heart."""

        def feel_numbers(self) -> None:
            pass

    model = small_world(SMALL, BURNT_OUT, days=12, creator_type=Unmoved)
    minds, at_first = model.state.minds, small_world(SMALL, BURNT_OUT).state.minds
    for name in ("mood", "obsession", "burnout", "reward", "expected_reward", "average_reward", "comparison"):
        np.testing.assert_array_equal(getattr(minds, name), getattr(at_first, name), name)
    assert not (model.state.creators.away_until > 0).any()
    assert (small_world(SMALL, BURNT_OUT, days=12).state.creators.away_until > 0).any()


def test_what_creators_take_in_is_read_before_it_is_felt() -> None:
    class Vain(Creator):
        """Takes every post for a triumph."""

        def read_numbers(self) -> float:
            super().read_numbers()
            return 10.0

        def compare(self) -> float:
            return 0.0

    vain, usual = (small_world(SMALL, days=12, creator_type=kind).state for kind in (Vain, Creator))
    posted = vain.minds.trials > 0
    assert posted.sum() > 10
    assert (vain.minds.mood[posted] > 0.0).all() and (vain.minds.burnout == 0.0).all()
    assert usual.minds.mood.min() < 0.0 and usual.minds.burnout.max() > 0.0


@pytest.mark.parametrize("aloof", [False, True])
def test_a_creator_may_never_follow_back(aloof: bool) -> None:
    class Aloof(Creator):
        """Returns no follow."""

        def follow_back(self, fan: User) -> None:
            pass

    values = {"population.creators": 80, "follow_back.courtesy": 1.0}
    model = small_world(SMALL, values, days=6, creator_type=Aloof if aloof else Creator)
    answers = sum(int((events.cause == len(model.factors) + RECIPROCITY).sum()) for events in model.days)
    assert (answers == 0) == aloof


def test_nobody_need_leave_the_platform() -> None:
    class Loyal(User):
        """Stays."""

        def depart(self) -> None:
            pass

    class LoyalCreator(Loyal, Creator):
        """Stays, and creates."""

    leaving = {"population.departure_rate": 0.2}
    left = [
        (small_world(SMALL, leaving, days=5, **types).state.users.left < NEVER).sum()
        for types in ({}, {"user_type": Loyal, "creator_type": LoyalCreator})
    ]
    assert left[0] > 40 and left[1] == 0


def test_a_viewer_may_have_feelings_of_ones_own() -> None:
    class Serene(User):
        """Is not moved by watching, nor by a day without."""

        def feel(self, seen: Any) -> None:
            pass

        def rest(self) -> None:
            pass

    class SereneCreator(Serene, Creator):
        """The same, and creates."""

    serene = small_world(SMALL, days=6, user_type=Serene, creator_type=SereneCreator).state.users
    usual, at_first = small_world(SMALL, days=6).state.users, small_world(SMALL).state.users
    for name in ("mood", "fomo", "use"):
        np.testing.assert_array_equal(getattr(serene, name), getattr(at_first, name), name)
        assert (getattr(usual, name) != getattr(at_first, name)).any(), name


def test_a_viewer_may_pass_partners_over() -> None:
    class Purist(User):
        """Wants to see those followed, not those with whom they work."""

        def or_partner(self, creator: int, which: float) -> int:
            return creator

    class PuristCreator(Purist, Creator):
        """The same, and creates."""

    values = {
        **dict.fromkeys(("feed.mix.friends", "feed.mix.popular", "feed.mix.interest", "feed.mix.random"), 0.0),
        "feed.mix.following": 1.0,
        "session.slots": 6.0,
        "population.initial_follows": 4.0,
        "minds.strategy.shared": 1.0,
    }
    together = [Intervention(0, "keep_strategy", "collaborate")]
    found = [
        small_world(SMALL, values, days=12, interventions=together, **types)
        for types in ({}, {"user_type": Purist, "creator_type": PuristCreator})
    ]
    shared = [sum(int((events.source == 0)[events.kind == 1].sum()) for events in model.days) for model in found]
    assert shared[0] > 0 and shared[1] == 0, "only by a partner can one meet somebody new among those followed"


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

    with raises(ParameterError, "engine='mesa'"):
        small(user_type=Own)
    model = small(engine="mesa", user_type=Own)
    with raises(ParameterError, "engine='mesa'"):
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


# --- classes of one's own -----------------------------------------------------------------------------------------


class Reluctant(User):
    """Follows nobody."""

    def following_chance(self, encounter: Encounter, appeal: float) -> float:
        return 0.0


class Private(Reluctant):
    """The same, but for those who create."""

    creators_too = False


def followed_by(model: Recorded) -> set[bool]:
    """Whether those who followed anybody create."""
    follows = np.concatenate([day.user[day.kind == 1] for day in model.days])
    return set((model.state.users.creator[follows] >= 0).tolist())


def test_a_class_of_users_changes_those_who_create_too_unless_it_says_otherwise() -> None:
    values = {**SMALL, "follow_back.moves": False}
    assert followed_by(lived(6, values, seed=3, engine="mesa")) == {True, False}
    assert followed_by(lived(6, values, seed=3, engine="mesa", user_type=Reluctant)) == set()
    assert followed_by(lived(6, values, seed=3, engine="mesa", user_type=Private)) == {True}
    own = type("Mine", (Creator,), {})
    model = lived(6, values, seed=3, engine="mesa", user_type=Reluctant, creator_type=own)
    assert followed_by(model) == {True}


@pytest.mark.parametrize("hook", ["liking_chance", "following_chance", "leaving_chance", "opening_chance"])
@pytest.mark.parametrize("chance", [1.5, -0.1, float("nan"), "often"])
def test_a_hook_that_gives_no_probability_is_refused(hook: str, chance: Any) -> None:
    wrong = type("Wrong", (User,), {hook: lambda self, *arguments: chance})
    values = {**SMALL, "leaving.reconsider": "all"}
    with raises(PluginError, f"Wrong.{hook}", repr(chance), "user", "day", plugin="Wrong"):
        lived(3, values, seed=3, engine="mesa", user_type=wrong)


def test_an_appeal_that_its_factors_do_not_make_is_refused() -> None:
    class Dazzled(User):
        def appeal(self, encounter: Encounter) -> tuple[float, list[float]]:
            appeal, factors = super().appeal(encounter)
            return appeal + 0.3, factors

    with raises(PluginError, "Dazzled.appeal", "day 0", plugin="Dazzled"):
        lived(1, SMALL, seed=3, engine="mesa", user_type=Dazzled)


def test_attributes_can_be_set_as_mesa_users_do() -> None:
    model = lived(0, SMALL, seed=3, engine="mesa")
    model.agents.set("mood", 0.25).set("aspiration", 0.5)
    assert (model.state.users.mood == 0.25).all()
    assert model.agents.agg("aspiration", max) == 0.5
    agent: Any = model.agents[0]
    agent.interests = np.eye(8)[0]
    assert model.state.users.interests[0].tolist() == [1.0] + [0.0] * 7
    with raises(FollowerDynamicsError, "model.step()"):
        model.agents.shuffle_do("watch")


def test_an_agents_draw_belongs_to_its_name() -> None:
    agents: Any = lived(1, SMALL, seed=3, engine="mesa").agents
    draws = [agent.uniform(name, 2) for name in ("one", "other") for agent in agents]
    assert len(set(draws)) == len(draws)
    again: Any = lived(1, SMALL, seed=3, engine="mesa").agents
    assert draws[0] == again[0].uniform("one", 2)
