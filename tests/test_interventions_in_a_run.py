"""Interventions in a run: levers that move on their day, and acts that are done."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from simulation.errors import ParameterError
from simulation.interventions import (
    LEVERS,
    Intervention,
    apply_levers,
    read_interventions,
    settings_by_day,
)
from simulation.parameters import Parameters
from tests.engines.histories import assert_same_history, lived
from tests.told import raises
from tests.worlds import ENGINES, SMALL, small

BIAS = "feed.popularity_bias"


# --- levers moved -----------------------------------------------------------------------------------------------------


def test_levers_that_are_due_move_and_nothing_else() -> None:
    start = Parameters().with_values({"population.users": 99})
    moved = apply_levers(
        start, [Intervention(3, BIAS, 0.5), Intervention(3, "purge", 1), Intervention(3, "distinct", True)]
    )
    changes = {name: value for name, value in moved.flat().items() if value != start[name]}
    assert changes == {BIAS: 0.5, "feed.distinct": True}
    assert apply_levers(start, []) is start
    assert apply_levers(start, [Intervention(3, "purge", 1)]) is start


def test_settings_follow_each_other() -> None:
    start = Parameters()
    known = read_interventions(
        [
            {"day": 9, "lever": BIAS, "value": 2},
            {"day": 4, "lever": "distinct", "value": True},
            {"day": 4, "lever": BIAS, "value": 0},
            {"day": 6, "lever": "purge", "value": 1},
        ]
    )
    settings = settings_by_day(start, known)
    assert [(day, p.feed.popularity_bias, p.feed.distinct) for day, p in settings] == [(4, 0.0, True), (9, 2.0, True)]
    assert settings_by_day(start, []) == []


# --- in a run ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    "change",
    [
        {"lever": "popularity_bias", "value": 4.0},
        {"lever": "session_cap", "value": 2},
        {"lever": "bought_followers", "value": 500, "creators": [3]},
    ],
    ids=lambda change: str(change["lever"]),
)
def test_a_run_is_the_same_until_the_day_and_another_after_it(engine: Any, change: Mapping[str, object]) -> None:
    plain, changed = small(engine=engine), small(engine=engine, interventions=[{"day": 4, **change}])
    for day in range(8):
        plain.step()
        changed.step()
        tables = [model.result().creator_days for model in (plain, changed)]
        same = tables[0].query("day == @day").equals(tables[1].query("day == @day"))
        assert same == (day < 4), f"day {day}"


def test_a_lever_set_to_what_it_is_changes_nothing() -> None:
    same = [{"day": 3, "lever": BIAS, "value": Parameters()[BIAS]}]
    assert_same_history(lived(7, SMALL, seed=4, threads=1), lived(7, SMALL, seed=4, threads=1, interventions=same))


def test_a_lever_moved_on_the_first_day_is_a_lever_set() -> None:
    moved = lived(6, SMALL, seed=4, threads=1, interventions=[{"day": 0, "lever": BIAS, "value": 3}])
    assert_same_history(moved, lived(6, {**SMALL, BIAS: 3.0}, seed=4, threads=1))


def test_bought_followers_are_counted_until_they_are_purged() -> None:
    plan = [
        {"day": 2, "lever": "bought_followers", "value": 500, "creators": [3, 17]},
        {"day": 4, "lever": "purge", "value": 1.0, "creators": [3]},
    ]
    result = lived(6, SMALL, seed=4, threads=1, interventions=plan).result()
    followers = result.creator_days.pivot(index="day", columns="creator", values="followers")
    held = [
        result.follows_at(day).groupby("creator").size().reindex(range(20), fill_value=0).tolist() for day in range(6)
    ]
    surplus = followers - np.array(held)
    bought = {3: [0, 0, 500, 500, 0, 0], 17: [0, 0, 500, 500, 500, 500]}
    for creator in range(20):
        assert surplus[creator].tolist() == bought.get(creator, [0] * 6)


def test_a_result_knows_what_was_done_and_where_the_run_began() -> None:
    plan = [Intervention(1, BIAS, 3), Intervention(9, "purge", 1)]
    result = lived(3, SMALL, seed=4, threads=1, interventions=plan).result()
    assert result.interventions == tuple(plan)
    assert result.parameters[BIAS] == result.provenance["parameters"][BIAS] == Parameters()[BIAS]


@pytest.mark.parametrize(
    ("plan", "says"),
    [
        ([{"day": 1, "lever": "bought_likes", "value": 5, "creators": [20]}], "creator 20"),
        ([{"day": 1, "lever": "users", "value": 5}], "intervention 1 population.users constant"),
        (
            [
                {"day": day, "lever": name, "value": 0}
                for day, name in enumerate(lever for lever in LEVERS if lever.startswith("feed.mix."))
            ],
            "every share 0",
        ),
        (3, "list"),
    ],
    ids=["creator", "no lever", "a feed of nothing", "no list"],
)
def test_a_model_refuses_before_the_first_day(plan: Any, says: str) -> None:
    with raises(ParameterError, says):
        small(interventions=plan)
