"""The check against the bands of data: what it measures, when it passes, how it reads."""

from __future__ import annotations

import dataclasses

import pytest

from simulation.analysis import TARGETS, Target, check, format_check, gini, unfollow_hazard
from simulation.errors import ParameterError
from tests.tables import RunTables, run_tables
from tests.told import raises, tells


def test_measures_are_those_of_the_tables(run: RunTables) -> None:
    table = check([run]).set_index("target")
    assert table["mean"]["follower Gini"] == pytest.approx(gini(run.creators["followers"]))
    assert table["mean"]["unfollow hazard"] == pytest.approx(unfollow_hazard(run.daily))
    assert table["mean"]["follows"] == pytest.approx(run.daily["follows"].sum() / (300 * run.days))
    assert table["mean"]["likes per follow"] == pytest.approx(run.daily["likes"].sum() / run.daily["follows"].sum())
    assert table["mean"]["hazard, first 30 days / later"] > 1
    assert table["interval_low"].isna().all()


def test_bands_decide() -> None:
    values = iter([1.0, 3.0, 1.0, 3.0, 1.0, 3.0])
    targets = [
        Target("inside", low=1.9, high=2.1, measure=lambda _: next(values)),
        Target("below", low=2.1, high=3.0, measure=lambda _: next(values)),
        Target("unbounded", low=1.0, unit="ratio", measure=lambda _: next(values)),
        Target("unknown", low=0.0, high=9.0, measure=lambda _: float("nan")),
    ]
    run = run_tables(30, 5, 10)
    table = check([run, run], targets)
    assert table["passed"].tolist() == [True, False, True, False]
    assert table["mean"].tolist()[:3] == [2, 2, 2]
    assert table["seeds"].tolist() == [2] * 4
    # Student's t with one degree of freedom: 2 +- 12.706.
    assert table["interval_high"][0] == pytest.approx(14.706, abs=0.001)
    text = format_check(table)
    assert tells(text, "2 4 within")
    assert "above 1 " in text


def test_every_measure_of_a_run_where_nothing_happens_is_a_number_or_nan(run: RunTables) -> None:
    quiet = dataclasses.replace(
        run,
        events=run.events.iloc[:0],
        follows=run.follows.iloc[:0],
        daily=run.daily.assign(follows=0, unfollows=0, unfollows_by_departure=0, likes=0, views=0, follow_edges=0),
        creators=run.creators.assign(followers=0),
    )
    table = check([quiet])
    assert not table["passed"].any()
    assert "0 of 7" in format_check(table)


def test_text_is_aligned_and_complete(run: RunTables) -> None:
    lines = format_check(check([run, run_tables(seed=2)])).splitlines()
    assert len(lines) == len(TARGETS) + 3
    start = lines[0].index("band")
    assert all(line[start - 2 : start] == "  " and line[start] != " " for line in lines[2:-1])
    for target, line in zip(TARGETS, lines[2:-1], strict=True):
        assert line.startswith(target.says)
        assert line.endswith(target.source)


def test_no_result_no_check() -> None:
    with raises(ParameterError, "result"):
        check([])
