"""The model as Mesa's users know it: time, accounts, data, and social graphs of all kinds."""

from __future__ import annotations

from typing import Any

import networkx as nx
import numpy as np
import pytest

from simulation.interventions import Intervention
from simulation.ledger import RECIPROCITY
from simulation.model import FollowerModel
from simulation.schedule import SCHEDULE
from simulation.social_graph import SocialGraph
from tests.batches import batch
from tests.engines.histories import Recorded, assert_same_history, lived
from tests.worlds import ENGINES, SMALL, karate, small

# --- time ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("engine", ENGINES)
def test_any_networkx_graph_just_works(engine: Any) -> None:
    model = karate(engine=engine)
    model.run_for(20)
    assert model.state.users.activity.size == 34
    assert model.parameters.population.users == 34
    assert model.state.creators.user.size == model.parameters.population.creators == 5
    assert model.state.creators.total_views.sum() > 1000
    assert nx.utils.graphs_equal(nx.Graph(model.social_graph.edges), nx.Graph(nx.karate_club_graph().edges))
    assert model.follow_graph().number_of_edges() == model.state.creators.followers.sum()


@pytest.mark.parametrize("engine", ENGINES)
def test_a_step_is_a_day(engine: Any) -> None:
    model = small(engine=engine)
    assert (model.day, model.steps, model.state.day) == (0, 0, 0)
    model.step()
    assert (model.day, model.steps, model.state.day) == (1, 1, 1)
    model.run_for(3)
    assert (model.day, model.steps, model.state.day) == (4, 4, 4)


def test_no_days_change_nothing() -> None:
    model = small()
    model.run_for(0)
    assert model.day == 0
    assert model.state.creators.total_views.sum() == 0
    assert model.datacollector.get_model_vars_dataframe().sum().sum() == 0, "one row, of the start"
    assert model.result().days == 0
    assert model.follow_graph().number_of_edges() == 0


def test_days_at_once_are_days_one_by_one() -> None:
    at_once, one_by_one = (lived(0, SMALL, seed=4, threads=1) for _ in range(2))
    at_once.run_for(8)
    for _ in range(8):
        one_by_one.step()
    assert_same_history(at_once, one_by_one)


def test_progress_is_told_day_by_day() -> None:
    told: list[int] = []
    small().run_for(3, progress=told.append)
    assert told == [1, 1, 1]


def test_looking_at_a_result_does_not_disturb_what_follows() -> None:
    plain, watched = lived(6, SMALL, seed=4, threads=1), lived(3, SMALL, seed=4, threads=1)
    watched.result()
    watched.follow_graph()
    _ = watched.agents
    watched.run_for(3)
    assert_same_history(plain, watched)


def test_the_schedule_is_what_a_day_does() -> None:
    called: list[str] = []

    class Told(FollowerModel):
        """Says which phase is simulated."""

    for phase, about in SCHEDULE:
        assert about
        inherited = getattr(FollowerModel, f"_{phase}")

        def told(self: FollowerModel, phase: str = phase, inherited: Any = inherited) -> None:
            called.append(phase)
            inherited(self)

        setattr(Told, f"_{phase}", told)
    Told(SMALL, threads=1).run_for(2)
    assert called == [phase for phase, _ in SCHEDULE] * 2


def test_a_step_of_ones_own_still_counts_as_one() -> None:
    class Own(FollowerModel):
        """Does something after every day."""

        def step(self) -> None:
            super().step()
            self.done = self.steps

    model = Own(SMALL, threads=1)
    model.run_for(2)
    assert (model.done, model.steps, model.day) == (2, 2, 2)


# --- a day's accounts ---------------------------------------------------------------------------------------------


def followed_back(model: Recorded) -> np.ndarray:
    """Followers whom each creator gained today by following somebody first."""
    events = model.days[-1]
    in_return = events.cause == len(model.factors) + RECIPROCITY
    return np.bincount(events.creator[in_return], minlength=model.state.creators.user.size)


@pytest.mark.parametrize("engine", ENGINES)
def test_accounts_balance_every_day(engine: Any) -> None:
    market = [Intervention(3, "bought_followers", 30, (0, 5)), Intervention(9, "purge", 0.5)]
    values = {**SMALL, "population.initial_follows": 4.0}
    model = Recorded(values, seed=4, engine=engine, threads=1, interventions=market)
    creators = model.state.creators
    at_first = creators.followers.copy()
    assert at_first.sum() > 100
    lost = returned = 0
    for _ in range(15):
        before = creators.followers.copy()
        model.step()
        np.testing.assert_array_equal(creators.followers - before, creators.gained - creators.lost)
        _, entries = model.state.follows.entries()
        rows = np.bincount(model.state.follows.rows.creator[entries], minlength=20)
        np.testing.assert_array_equal(creators.followers, rows + creators.bought)
        np.testing.assert_array_equal(creators.followers - at_first, creators.total_gained - creators.total_lost)
        assert (creators.momentum >= 0.0).all()
        assert (creators.likes <= creators.views).all()
        assert not creators.views[~creators.posted].any()
        shown = creators.gained - creators.bought_today - followed_back(model)
        assert (shown >= 0).all() and not shown[~creators.posted].any()
        assert ((creators.consistency >= 0.0) & (creators.consistency <= 1.0)).all()
        assert ((model.state.reference >= 0.0) & (model.state.reference <= 1.0)).all()
        np.testing.assert_allclose(np.linalg.norm(model.state.users.interests, axis=1), 1.0, atol=1e-12)
        assert model.totals.views == creators.views.sum()
        lost += int((creators.lost - creators.purged_today).sum())
        returned += int(followed_back(model).sum())
    assert lost > 20
    assert returned > 0
    assert creators.bought.tolist() == [15 if creator in (0, 5) else 0 for creator in range(20)]
    assert creators.total_gained.sum() > 20


@pytest.mark.parametrize("engine", ENGINES)
def test_nobody_follows_oneself_or_anybody_twice(engine: Any) -> None:
    values = {**SMALL, "population.creators": 120, "decision.follow_threshold": 0.2}
    model = FollowerModel(values, engine=engine, threads=1)
    model.run_for(10)
    for user in range(120):
        row = model.state.follows.of(user).tolist()
        assert user not in row
        assert len(set(row)) == len(row)
    assert model.state.creators.followers.max() > 20


# --- data ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("engine", ENGINES)
def test_the_data_collector_has_a_row_of_the_start_and_one_a_day(engine: Any) -> None:
    model = small(engine=engine)
    model.run_for(7)
    table = model.datacollector.get_model_vars_dataframe()
    assert list(table) == ["sessions", "views", "likes", "follows", "unfollows", "follow_edges"]
    assert table.index.tolist() == list(range(8)) and model.steps == 7
    assert table["views"].sum() == model.state.creators.total_views.sum()
    assert table["likes"].sum() == model.state.creators.total_likes.sum()
    assert (table["follows"] - table["unfollows"]).cumsum().tolist() == table["follow_edges"].tolist()
    assert (table["sessions"] <= 120).all()
    assert table["unfollows"].sum() > 0


@pytest.mark.parametrize("engine", ENGINES)
def test_the_data_collector_counts_what_the_daily_table_counts(engine: Any) -> None:
    """Bought and purged followers are in neither: they are nobody's follows."""
    market = [Intervention(1, "bought_followers", 100, (0, 3)), Intervention(4, "purge", 0.5)]
    model = small(engine=engine, interventions=market)
    model.run_for(7)
    table, daily = model.datacollector.get_model_vars_dataframe(), model.result().daily
    assert daily["bought"].sum() == 200 and daily["purged"].sum() == 100
    for name in table:
        assert table[name].tolist()[1:] == daily[name].tolist(), name


def test_mesa_s_own_batch_runner_can_run_it() -> None:
    given = {"parameters": [SMALL], "threads": 1}
    rows = batch(FollowerModel, given, seeds=[1, 2], number_processes=1, max_steps=2)
    assert len(rows) == 2
    assert rows[0]["views"] > 0
    assert rows[0]["views"] != rows[1]["views"]


# --- graphs of all kinds ------------------------------------------------------------------------------------------


def test_ties_of_a_directed_graph_run_one_way() -> None:
    graph = nx.DiGraph([(0, 1), (0, 2), (2, 1), (3, 0)])
    model = FollowerModel({"population.creators": 2}, social_graph=graph, engine="mesa", seed=1)
    assert [agent.peers for agent in model.agents] == [[1, 2], [], [1], [0]]
    assert model.social_graph.is_directed()
    model.run_for(3)


def test_nodes_may_have_names() -> None:
    graph = nx.Graph([("ann", "bob"), ("bob", "cat"), ("cat", "dan")])
    model = FollowerModel({"population.creators": 2, "decision.follow_rule": "always"}, social_graph=graph, seed=1)
    model.run_for(10)
    assert set(model.social_graph) == {"ann", "bob", "cat", "dan"}
    assert [agent.peers for agent in model.agents] == [[1], [0, 2], [1, 3], [2]]
    assert model.state.creators.followers.sum() > 0


@pytest.mark.parametrize("engine", ENGINES)
def test_two_users_and_one_creator_are_enough(engine: Any) -> None:
    model = FollowerModel(
        {"decision.follow_rule": "always", "leaving.unfollow_rule": "never"},
        social_graph=nx.path_graph(2),
        creators=[1],
        engine=engine,
        threads=1,
    )
    model.run_for(20)
    assert model.state.creators.followers.tolist() == [1]
    assert model.state.follows.of(0).tolist() == [0]
    assert model.state.follows.of(1).tolist() == []


@pytest.mark.parametrize("engine", ENGINES)
def test_somebody_alone_sees_nobody(engine: Any) -> None:
    model = FollowerModel({}, social_graph=nx.empty_graph(1), engine=engine, threads=1)
    model.run_for(5)
    assert model.state.creators.total_views.tolist() == [0]
    assert model.datacollector.get_model_vars_dataframe()["sessions"].sum() > 0


def test_creators_may_be_named() -> None:
    model = karate(creators=[33, 0, 5])
    assert model.state.creators.user.tolist() == [0, 5, 33]
    assert model.parameters.population.creators == 3


def test_a_given_graph_is_taken_as_it_is() -> None:
    graph = SocialGraph.from_networkx(nx.karate_club_graph())
    one, other = karate(), FollowerModel(social_graph=graph, threads=1)
    np.testing.assert_array_equal(one.state.peers.peer, other.state.peers.peer)
