"""What minds cost is measured between two models of the same people, pair by pair. Nothing here is timed."""

import os
from typing import Any

import pytest

from benchmarks.measure import Plan
from benchmarks.minds import block_days, minds_cost, summed_up
from tests.told import raises


def block(seconds: float, views: int) -> dict[str, Any]:
    return {"seconds": seconds, "views": views}


def test_blocks_are_whole_weeks_and_long_enough() -> None:
    for users, days in ((10_000, 35), (100_000, 7), (60_000, 7), (40_000, 14), (10_000_000, 7)):
        assert block_days(users) == days


def test_ratios_are_paired_by_round() -> None:
    blocks = {"off": [block(1.0, 100), block(4.0, 100), block(1.0, 100)], "on": [block(1.2, 80), block(5.0, 100)] * 2}
    found = summed_up(10_000, 1_600, 2, {**blocks, "on": blocks["on"][:3]})
    assert found["label"] == "2 threads"
    assert found["times"]["values"] == pytest.approx([1.2, 1.25, 1.2])
    assert found["times_per_view"]["values"] == pytest.approx([1.5, 1.25, 1.5])
    assert found["us_per_user_day"]["off"]["values"] == pytest.approx([1e6 / 350_000, 4e6 / 350_000, 1e6 / 350_000])
    assert found["views_per_user_day"]["on"] == pytest.approx(260 / 1_050_000)
    assert (found["first_day"], found["last_day"]) == (14, 14 + 3 * 35 - 1)


def test_the_models_differ_in_minds_alone() -> None:
    found = minds_cost(1_000, 1, 1, os.environ)
    assert (found["users"], found["creators"], found["threads"]) == (1_000, 160, 1)
    off, on = (found["views_per_user_day"][setting] for setting in ("off", "on"))
    assert off != on
    assert on == pytest.approx(off, rel=0.5)


def test_a_failure_is_said() -> None:
    with raises(RuntimeError, "1,000 users code 1"):
        minds_cost(1_000, 0, 1, os.environ)


def test_the_plan_has_one_thread_and_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("benchmarks.measure.cores", lambda: 4)
    assert Plan().minds() == [(10_000, 1), (10_000, 4), (100_000, 1), (100_000, 4)]
    monkeypatch.setattr("benchmarks.measure.cores", lambda: 1)
    assert Plan(minds_users=(500,)).minds() == [(500, 1)]
