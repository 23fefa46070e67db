"""A result: past follow graphs, causes, ledgers, and what it shows of itself."""

from __future__ import annotations

from typing import Any

import networkx as nx
import numpy as np
import pandas as pd
import pytest

from simulation.creators.strategies import STRATEGIES
from simulation.errors import ParameterError
from simulation.ledger import STRUCTURAL_CAUSES
from simulation.records import Result
from simulation.social_graph import SocialGraph
from tests.records.world import CAUSES, FACTOR_NAMES, FOLLOW, UNFOLLOW, World, happening
from tests.told import raises, tells


def test_the_follow_graph_of_any_past_day_is_what_it_was() -> None:
    world = World(creator_users=(1, 3, 4, 5))
    began = {(0, 0): -1, (2, 1): -1}
    history = [dict(began)]
    for day in range(25):
        world.live_randomly(1, seed=day)
        began = {pair: began.get(pair, day) for pair in world.pairs()}
        history.append(began)
    result = world.result()
    users = result.creators["user"].tolist()
    for day in range(-1, 25):
        graph = result.follow_graph(day)
        edges = {(u, data["creator"]): data["day"] for u, _, data in graph.edges(data=True)}
        assert edges == history[day + 1], f"day {day}"
        assert all(users[data["creator"]] == v for _, v, data in graph.edges(data=True))
        table = result.follows_at(day)
        assert {(u, c): d for u, c, d in table.itertuples(index=False)} == edges
        assert table["user"].is_monotonic_increasing
        assert (table.dtypes == np.int32).all()
    assert nx.utils.graphs_equal(result.follow_graph(), result.follow_graph(24))


def test_a_past_day_after_which_nobody_left() -> None:
    world = World()
    for day in range(3):
        world.live(happening(5, day, FOLLOW))
    assert sorted(world.result().follow_graph(1).edges) == [(0, 1), (2, 3), (5, 1), (5, 3)]


def test_nodes_of_the_follow_graph_know_who_they_are() -> None:
    world = World(graph=SocialGraph.from_networkx(nx.relabel_nodes(nx.path_graph(6), dict(enumerate("abcdef")))))
    world.live(happening(5, 0, FOLLOW))
    graph = world.result().follow_graph()
    assert sorted(graph) == [0, 1, 2, 3, 4, 5]
    assert graph.nodes[1] == {"creator": 0, "label": "b"}
    assert graph.nodes[5] == {"label": "f"}
    assert world.result().creators["label"].tolist() == ["b", "d", "e"]


@pytest.mark.parametrize("day", [-2, 8, 3.0, True, "3"])
def test_a_day_that_was_not_is_refused(result: Result, day: object) -> None:
    with raises(ParameterError, "-1 7", parameter="day", value=day):
        result.follow_graph(day)  # type: ignore[arg-type]


@pytest.mark.parametrize("creator", [None, 0, 2])
def test_causes_sum_up_the_log(result: Result, creator: int | None) -> None:
    table = result.causes(creator)
    events = result.events if creator is None else result.events[result.events["creator"] == creator]
    assert table.index.tolist() == [*CAUSES, "total"]
    for kind, word in (("follow", "gained"), ("unfollow", "lost")):
        ours = events[events["kind"] == kind]
        assert len(ours) > 0
        expected = ours["cause"].value_counts().reindex(CAUSES).tolist()
        assert table[word].tolist() == [*expected, len(ours)]
        np.testing.assert_allclose(table[f"share_{word}"], table[word] / len(ours))
        column = table[f"contribution_to_{kind}s"]
        for name in FACTOR_NAMES:
            assert column[name] == pytest.approx(ours[f"contribution_{name}"].mean())
        assert column["total"] == pytest.approx((ours["appeal"] - ours["reference"]).mean())
        assert column[list(STRUCTURAL_CAUSES)].isna().all()
    assert (table["net"] == table["gained"] - table["lost"]).all()


def test_causes_of_a_creator_to_whom_nothing_happened_are_nan() -> None:
    world = World()
    world.live(happening(5, 0, FOLLOW))
    table = world.result().causes(2)
    assert (table["gained"] == 0).all()
    assert (
        table[["share_gained", "share_lost", "contribution_to_follows", "contribution_to_unfollows"]]
        .isna()
        .to_numpy()
        .all()
    )


def test_the_ledger_balances_every_day(result: Result) -> None:
    for creator, before in ((0, 1), (1, 1), (2, 0)):
        books = result.ledger(creator)
        assert books.index.name == "day"
        assert books.index.tolist() == list(range(8))
        assert (books["net"] == books["gained"] - books["lost"]).all()
        assert (books["followers"].diff(1).fillna(books["followers"].iloc[0] - before) == books["net"]).all()
        for word in ("gained", "lost"):
            assert (books[[f"{word}_{cause}" for cause in CAUSES]].sum(axis=1) == books[word]).all()


@pytest.mark.parametrize("ask", ["causes", "ledger"])
@pytest.mark.parametrize("creator", [-1, 3, 1.5])
def test_an_unknown_creator_is_refused(result: Result, ask: str, creator: int) -> None:
    with raises(ParameterError, "0 2", parameter="creator", value=creator):
        getattr(result, ask)(creator)


def test_contributions_and_reference_sum_to_the_appeal(result: Result) -> None:
    events = result.events
    total = events["reference"] + events[[f"contribution_{name}" for name in FACTOR_NAMES]].sum(axis=1)
    np.testing.assert_allclose(total, events["appeal"], rtol=0, atol=1e-12)


def test_the_summary_agrees_with_the_tables(result: Result) -> None:
    found = result.summary()
    daily, creators = result.daily, result.creators
    assert (found["users"], found["creators"], found["days"]) == (6, 3, 8)
    assert found["follows"] == (result.events["kind"] == "follow").sum()
    assert found["unfollows"] == (result.events["kind"] == "unfollow").sum()
    assert found["follow_edges"] == len(result.follows)
    assert found["most_followers"] == creators["followers"].max()
    assert creators["followers"][found["most_followed_creator"]] == found["most_followers"]
    assert found["follows_per_user_day"] == found["follows"] / daily["users"].sum()
    held = daily["follow_edges"].shift(1, fill_value=2).sum()
    assert found["unfollows_per_tie_day"] == found["unfollows"] / held


def test_a_result_shows_itself(result: Result) -> None:
    text = repr(result)
    assert text.startswith("<Result: 6 users, 3 creators, 8 days; ")
    assert text.endswith("held; seed 5; engine compiled>")
    table = result._repr_html_()
    assert tells(table, "most followed creator")
    assert "preset" not in table  # there was none
    assert f">{result.summary()['likes_per_view']:.4g}<" in table


def test_nothing_done_to_a_table_changes_the_result(result: Result) -> None:
    mine = result.daily
    mine["views"] = 0
    mine.loc[0, "likes"] = 99
    assert result.daily["views"].tolist() == [21] * 8
    assert result.daily["likes"][0] == 0
    result.provenance["seed"] = 6
    assert result.provenance["seed"] == 5


def test_inputs_are_at_hand(world: World, result: Result) -> None:
    assert result.parameters is world.parameters
    assert result.social_graph is world.graph
    assert result.factor_names == FACTOR_NAMES
    assert result.source_names[0] == "following"


class TestExplain:
    """Why a tie began and ended, in words."""

    def world(self) -> World:
        world = World()
        world.live(
            happening(
                5, 0, FOLLOW, cause="shared_interest", source="friends", reference=0.5, probability=0.271,
                satisfaction=0.68, contributions=(0.12, 0.05, 0.0001, -0.02, 0.0301, -0.0002, 0, 0),
            )
        )  # fmt: skip
        world.live()
        world.live(
            happening(
                5, 0, UNFOLLOW, cause="emotional_connection", source="following", satisfaction=0.31,
                probability=0.0123, contributions=(0, 0, 0, -0.125, 0, -0.05, 0, 0),
            )
        )  # fmt: skip
        world.live(happening(5, 0, FOLLOW, cause="rule", source="random"))
        return world

    def test_several_cycles(self) -> None:
        result = self.world().result()
        facts = [
            "User 5 creator 0 (user 1) 4 days",
            "Day 0: followed peer 0.680 0.500 (+0.180) shared interests (+0.120) talent (+0.050) consistency (+0.030) "
            "against emotional connection (-0.020) (cause: shared_interest) probability 0.271 satisfaction 0.680",
            "Day 2, after 2 days: unfollowed follows emotional connection (cause: emotional_connection) 0.325 0.500 "
            "(-0.175) against emotional connection (-0.125) peers and crowd (-0.050) Satisfaction 0.310 probability "
            "0.0123",
            "Day 3: followed random 0.500 0.500 (+0.000) (cause: rule) probability 0.25 satisfaction 0.625",
            "day 3: still following 0.750",
        ]
        lines = result.explain(5, 0).splitlines()
        assert len(lines) == len(facts) and all(map(tells, lines, facts))

    @pytest.mark.parametrize(
        ("cause", "why"),
        [("absence", "posted"), ("overload", "attention"), ("aspiration", "expect"), ("rule", "rule")],
    )
    def test_causes_that_are_no_factor(self, cause: str, why: str) -> None:
        world = World()
        world.live(happening(2, 1, UNFOLLOW, cause=cause))
        lines = world.result().explain(2, 1).splitlines()
        assert tells(lines[1], "Before day 0: followed")
        assert tells(lines[2], "Day 0: unfollowed", why, f"(cause: {cause})")
        assert tells(lines[3], "day 0: not following")

    def test_a_tie_from_before_the_run_that_lasts(self) -> None:
        world = World()
        world.live()
        lines = world.result().explain(2, 1).splitlines()
        facts = ["User 2 creator 1 (user 3) 1 day", "Before day 0: followed", "day 0: still following 0.500"]
        assert len(lines) == 3 and all(map(tells, lines, facts))

    def test_two_who_never_met(self) -> None:
        assert tells(self.world().result().explain(0, 2), "User 0 creator 2 (user 4) never 4 days")

    def test_oneself(self) -> None:
        assert tells(self.world().result().explain(1, 0), "same person")

    def test_numpy_numbers_are_numbers(self) -> None:
        result = self.world().result()
        user: Any = np.int64(5)
        creator: Any = np.int32(0)
        assert result.explain(user, creator) == result.explain(5, 0)

    @pytest.mark.parametrize(
        ("user", "creator", "key"),
        [
            (6, 0, "user 6 0 5"),
            (-1, 0, "user -1 0 5"),
            (0, 3, "creator 3 0 2"),
            ("0", 0, "user '0' 0 5"),
        ],
    )
    def test_nobody(self, user: int, creator: int, key: str) -> None:
        with raises(ParameterError, key):
            self.world().result().explain(user, creator)


def test_tables_are_plain_pandas(result: Result) -> None:
    assert isinstance(result.events, pd.DataFrame)
    assert {str(result.events[name].dtype) for name in ("day", "user", "creator")} == {"int32"}
    assert result.creator_days["posted"].dtype == bool
    counts = result.daily.columns.get_loc("mood")
    assert result.daily.dtypes[:counts].eq("int64").all()
    assert result.daily.dtypes[counts:].eq("float64").all()
    assert tuple(result.creator_days["strategy"].cat.categories) == STRATEGIES
