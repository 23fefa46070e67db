"""Paired counterfactuals: what is the same in both worlds, what differs, and what pairing saves."""

from __future__ import annotations

import math
import sys
import traceback
from collections.abc import Mapping
from typing import Any

import networkx as nx
import numpy as np
import pandas as pd
import pytest

from simulation import FollowerModel
from simulation.analysis.headline import HEADLINE
from simulation.errors import FollowerDynamicsError, GraphError, ParameterError
from simulation.factors import FACTORS
from simulation.interventions import Intervention
from simulation.parameters import Parameters
from simulation.study import Counterfactual, counterfactual
from tests.study import outcomes as these
from tests.study.outcomes import FIRST
from tests.told import raises, tells

SMALL: dict[str, object] = {
    "population.users": 60,
    "population.creators": 12,
    "decision.follow_threshold": 0.6,
    "leaving.base_hazard": 0.3,
}
BIAS = "feed.popularity_bias"
HALF = {BIAS: 0.5}


def compare(change: Any = None, base: Any = None, **options: Any) -> Counterfactual:
    """A small comparison in this process."""
    usual: dict[str, Any] = {
        "replicates": 3,
        "days": 10,
        "workers": 1,
        "progress": False,
        "outcomes": {"held": these.follows_held},
    }
    return counterfactual(SMALL if base is None else base, HALF if change is None else change, **usual | options)


# What is compared ---------------------------------------------------------------------------------------------------


def test_each_pair_is_two_runs_of_one_seed_and_luck() -> None:
    found = compare(replicates=2, seed=4).differences
    assert list(found.columns) == ["replicate", "seed", "luck", "outcome", "base", "changed", "difference"]
    assert found["seed"].nunique() == found["luck"].nunique() == 2
    for row in found.itertuples():
        held = []
        for change in ({}, HALF):
            model = FollowerModel(SMALL | change, seed=int(row.seed), luck=int(row.luck))
            model.run_for(10)
            held.append(len(model.result().follows))
        assert [row.base, row.changed, row.difference] == [*held, held[1] - held[0]]


def test_nothing_differs_before_the_first_intervention() -> None:
    outcomes = {"before": these.history_before, "after": these.events_after}
    found = compare(Intervention(FIRST, "session_cap", 1), outcomes=outcomes, record="events")
    by_outcome = found.differences.set_index("outcome")["difference"]
    assert (by_outcome["before"] == 0).all()
    assert (by_outcome["after"] < 0).all()
    assert found.same_until == FIRST
    assert tells(repr(found), f"day {FIRST}")


def test_a_change_of_what_nothing_reads_changes_nothing() -> None:
    """Where popularity has no weight, neither has the prior that is added to it."""
    found = compare({"feed.prior": 3.0}, SMALL | {BIAS: 0.0}, outcomes=HEADLINE, days=30)
    assert (found.differences["difference"] == 0).all()
    table = found.table()
    assert (table[["difference", "low", "high", "increased", "decreased"]] == 0).all(axis=None)
    varying = table["base_deviation"] > 0
    assert np.isinf(table["replicates_saved"][varying]).all()
    assert "all" in found.text()


def test_a_value_from_the_start_is_the_same_as_an_intervention_on_day_0() -> None:
    started, moved = compare(HALF), compare(Intervention(0, BIAS, 0.5))
    pd.testing.assert_frame_equal(started.differences, moved.differences)
    assert (started.differences["difference"] != 0).any()
    assert started.same_until == moved.same_until == 0


def test_values_and_interventions_go_together() -> None:
    item = Intervention(4, "session_cap", 5)
    both = compare([HALF, item]).differences
    assert not both["changed"].equals(compare(HALF).differences["changed"])
    assert not both["changed"].equals(compare(item).differences["changed"])
    assert both["base"].equals(compare(HALF).differences["base"])
    as_data = compare([HALF, {"day": 4, "lever": "session_cap", "value": 5}])
    pd.testing.assert_frame_equal(both, as_data.differences)
    assert as_data.change == (f"{BIAS}=0.5", "4 session.session_cap=5")


def test_interventions_of_the_base_happen_in_both_worlds() -> None:
    plain, capped = compare(), compare(interventions=[Intervention(3, "session_cap", 1)])
    for world in ("base", "changed"):
        assert (capped.differences[world] < plain.differences[world]).all()
    assert tells(repr(capped), "both 3 session.session_cap=1")


def test_the_base_may_be_a_preset_or_parameters() -> None:
    preset = compare(base=SMALL, preset="chronological").differences
    model = FollowerModel(SMALL, preset="chronological", seed=int(preset["seed"][0]), luck=int(preset["luck"][0]))
    model.run_for(10)
    assert preset["base"][0] == len(model.result().follows)
    whole = compare(base=Parameters().with_values(SMALL))
    pd.testing.assert_frame_equal(whole.differences, compare().differences)
    assert whole.base == compare().base == Parameters().with_values(SMALL).changed()


def test_parameters_that_follow_others_go_on_following_them() -> None:
    """Minds off means that nothing else moves, unless somebody says so; the base does not say so."""
    found = compare({"creators.minds": "off"}, outcomes={"fomo": lambda result: result.users["fomo"].std()})
    seed, luck = (int(found.differences[name][0]) for name in ("seed", "luck"))
    model = FollowerModel({**SMALL, "creators.minds": "off"}, seed=seed, luck=luck)
    assert not model.parameters["wellbeing.moves"]
    model.run_for(10)
    assert found.differences["changed"][0] == model.result().users["fomo"].std()


def test_a_social_graph_is_shared_by_all() -> None:
    values = {name: value for name, value in SMALL.items() if not name.startswith("population")}
    users = compare(base=values, social_graph=nx.karate_club_graph(), outcomes={"users": lambda r: len(r.users)})
    assert (users.differences["base"] == 34).all()


def test_more_replicates_leave_the_first_as_they_are() -> None:
    few, more = compare(replicates=2).differences, compare(replicates=4).differences
    pd.testing.assert_frame_equal(few, more.iloc[:2])
    assert not compare(replicates=2, seed=1).differences["seed"].equals(few["seed"])


# Where it is simulated ------------------------------------------------------------------------------------------------


def test_processes_give_the_numbers_this_process_gives() -> None:
    here, there = (compare(replicates=2, workers=workers, outcomes=HEADLINE, days=30) for workers in (1, 2))
    pd.testing.assert_frame_equal(here.differences, there.differences)


def test_lambdas_and_functions_of_a_notebook_work_everywhere_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    """None of them in a module that worker processes could import."""
    main, wanted = sys.modules["__main__"], 60

    def mine(result: Any) -> float:
        return float(len(result.users) == wanted)

    mine.__module__, mine.__qualname__ = "__main__", "mine"
    monkeypatch.setattr(main, "mine", mine, raising=False)
    monkeypatch.delattr(main, "__file__", raising=False)
    outcomes = {"users": lambda result: len(result.users), "mine": mine, "views": HEADLINE["views"]}
    here, there = (compare(outcomes=outcomes, workers=workers) for workers in (1, 2))
    pd.testing.assert_frame_equal(here.differences, there.differences)
    assert set(here.differences.query("outcome == 'mine'")["base"]) == {1.0}


def test_the_bar_counts_worlds(capsys: pytest.CaptureFixture[str]) -> None:
    compare(progress=True)
    shown = capsys.readouterr()
    assert "6/6" in shown.err and shown.out == ""


# What is told -------------------------------------------------------------------------------------------------------


def test_the_table_has_the_numbers_of_the_differences() -> None:
    found = compare(outcomes={"held": these.follows_held, "likes": these.likes}, replicates=4)
    rows, table = found.differences.set_index("outcome"), found.table()
    assert list(table.index) == ["held", "likes"]
    assert found.replicates == 4
    for name in table.index:
        row, drawn = table.loc[name], rows.loc[name]
        assert row["base"] == drawn["base"].mean()
        assert row["difference"] == pytest.approx(drawn["difference"].mean())
        assert row["increased"] == (drawn["difference"] > 0).sum()
        variances = drawn[["base", "changed"]].var().sum() / drawn["difference"].var()
        assert row["replicates_saved"] == pytest.approx(variances)
        assert row["saved_low"] < row["replicates_saved"] < row["saved_high"]
    assert (compare(replicates=4, level=0.5).table()["high"] < table["high"][["held"]]).all()


def test_it_shows_itself_in_words_markdown_and_html() -> None:
    found = compare(outcomes={"held": these.follows_held, **{n: HEADLINE[n] for n in ("views", "user_mood")}}, days=30)
    text, page = repr(found), found._repr_html_()
    base = found.table().loc["views", "base"]
    for shown in (text, page, found.markdown()):
        assert tells(shown, f"{BIAS}=0.5 3 pairs worlds 30 days")
        assert f"{base:,.0f}" in shown and "user mood" in shown and "95% interval" in shown
    assert tells(page, "title='Follows held at the end.'")
    assert text.splitlines()[4].split()[:1] == ["held"]
    mood = next(line for line in text.splitlines() if line.startswith("user mood"))
    assert "%" not in mood  # a share of a mood says nothing
    assert math.isnan(float(found.table().loc["user_mood", "relative"]))


def test_signs_are_counted_where_replicates_are_few() -> None:
    assert "up / down" in repr(compare())
    assert "up / down" not in repr(compare(replicates=10, days=3))


# What pairing saves -------------------------------------------------------------------------------------------------


@pytest.mark.validation
def test_pairing_saves_ten_times_the_replicates_on_headline_outcomes() -> None:
    """Fixed seeds. With two other studies' seeds the least of these was 32, so 10 leaves a factor of 3.

    Left out are two sums of rare events, unfollows and burnout, where 300 users in 30 days give 14 to 53.
    """
    outcomes = {name: HEADLINE[name] for name in HEADLINE if name not in {"unfollows_per_tie_day", "creator_burnout"}}
    found = compare(
        Intervention(10, BIAS, 0.8), {"population.users": 300}, outcomes=outcomes, replicates=24, days=30
    ).table()
    assert (found["replicates_saved"] > 10).all(), found["replicates_saved"]
    shorter = (found["unpaired_high"] - found["unpaired_low"]) / (found["high"] - found["low"])
    assert (shorter > 3).all(), shorter  # the square root of 10, less what Student's t takes for its fewer freedoms


# What is refused ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({}, "empty"),
        ([], "empty"),
        ("feed.popularity_bias", "mapping"),
        (3, "mapping"),
        ([3], "intervention 1: 3 is neither"),
        ({"feed.popularity": 1.0}, "parameter 'feed.popularity'"),
        ({BIAS: -1.0}, "not allowed"),
        ({BIAS: 1}, "feed.popularity_bias 1.0 base"),
        ({BIAS: 0.5, "population.users": 60}, "population.users 60 base"),
        ([HALF, HALF], "sets feed.popularity_bias twice"),
        ([Intervention(3, BIAS, 1.0)], "'3 feed.popularity_bias=1.0' changes nothing"),
        ([HALF, Intervention(3, BIAS, 0.5)], "'3 feed.popularity_bias=0.5' changes nothing"),
        ([Intervention(2, BIAS, 0.5), Intervention(3, BIAS, 0.5)], "'3 feed.popularity_bias=0.5' changes nothing"),
        (Intervention(10, BIAS, 0.5), "day 10 days 0 9"),
        (Intervention(3, "bought_followers", 5, creators=(99,)), "no creator 99"),
        ({"lever": BIAS, "value": 0.5}, "no day"),
    ],
)
def test_refuses_a_change_that_is_none(change: Any, words: str) -> None:
    with raises(ParameterError, words):
        compare(change)


def test_a_lever_may_go_back_to_where_it_was() -> None:
    found = compare([Intervention(2, "session_cap", 1), Intervention(5, "session_cap", 60)])
    assert (found.differences["difference"] < 0).all()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"replicates": 1}, "replicates 1 2"),
        ({"replicates": 2.0}, "replicates = 2.0"),
        ({"days": 0}, "days 0 1"),
        ({"days": True}, "days = True"),
        ({"seed": -1}, "seed = -1"),
        ({"level": 1.0}, "level 1.0 between 0 1"),
        ({"workers": 0}, "workers = 0"),
        ({"outcomes": {}}, "one"),
        ({"outcomes": {"held": 3}}, "outcome 'held' 3 function"),
        ({"outcomes": {3: these.likes}}, "outcome 3"),
        ({"outcomes": [these.likes]}, "mapping"),
        ({"base": {"feed.popularity": 1.0}}, "'feed.popularity' mean"),
        ({"base": Parameters(), "preset": "tiktok"}, "preset Parameters"),
        ({"preset": "tictoc"}, "tictoc"),
        ({"social_graph": nx.karate_club_graph()}, "population.users 60 34"),
        ({"factors": FACTORS[:1], "base": {**SMALL, "factors.talent.weight": 2.0}}, "factor 'talent'"),
    ],
)
def test_refuses_what_cannot_be_run(options: dict[str, Any], words: str) -> None:
    with raises(ParameterError, words):
        compare(**options)


def test_refuses_a_graph_that_is_none() -> None:
    with raises(GraphError, "networkx"):
        compare(social_graph=[(0, 1)])


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize(
    ("outcomes", "words"),
    [
        ({"held": these.follows_held, "rare": these.missing_in_changed}, "changed outcome 'rare' nan"),
        ({"odd": these.fails_in_base}, "base outcome 'odd' ArithmeticError"),
        ({"wide": these.no_number}, "outcome 'wide' TypeError"),
    ],
)
def test_a_failure_tells_the_world_its_seeds_and_its_parameters(
    outcomes: Mapping[str, Any], words: str, workers: int
) -> None:
    with raises(FollowerDynamicsError, words) as caught:
        compare(outcomes=outcomes, workers=workers, replicates=2, interventions=[Intervention(3, "session_cap", 5)])
    said = str(caught.value)
    seeds = compare(replicates=2).differences
    assert "replicate 0" in said or "replicate 1" in said
    assert any(f"seed={row.seed}, luck={row.luck}" in said for row in seeds.itertuples())
    assert "'population.users': 60" in said and "3 session.session_cap=5" in said and "10 days" in said
    assert "Traceback" not in said
    assert "in _measured" in "".join(traceback.format_exception(caught.value)), "where it was lived, it says where"


def test_a_worker_that_is_killed_is_reported() -> None:
    with raises(FollowerDynamicsError, "died"):
        compare(outcomes={"end": these.ends_worker}, workers=2)
