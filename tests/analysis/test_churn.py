"""Spells, hazard and churn: by hand, by brute force day by day, and on a process of known hazard."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from simulation.analysis import (
    age_edges,
    churn_by_period,
    hazard_by_age,
    new_to_old_hazard,
    tie_days,
    tie_spells,
    unfollow_hazard,
)
from simulation.errors import ParameterError, ResultError
from tests.tables import RunTables
from tests.told import raises


def log(rows: list[tuple[int, int, int, str]], causes: tuple[str, ...] = ()) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["day", "user", "creator", "kind"])
    table["cause"] = [*causes, *["talent"] * (len(rows) - len(causes))]
    table["kind"] = pd.Categorical(table["kind"], categories=["follow", "unfollow"])
    return table


def ties(rows: list[tuple[int, int, int]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["user", "creator", "day"])


def test_spells_by_hand() -> None:
    """User 0 leaves an old tie on day 2, follows 5 on day 1, leaves on 4, returns on 6; user 1 keeps an old tie."""
    events = log([(1, 0, 5, "follow"), (2, 0, 3, "unfollow"), (4, 0, 5, "unfollow"), (6, 0, 5, "follow")])
    spells = tie_spells(events, ties([(0, 5, 6), (1, 3, -1)]), days=10)
    table = sorted(
        zip(
            *(getattr(spells, name).tolist() for name in ("user", "creator", "start", "end", "unfollowed")), strict=True
        )
    )
    assert table == [(0, 3, -1, 2, True), (0, 5, 1, 4, True), (0, 5, 6, 9, False), (1, 3, -1, 9, False)]
    assert sorted(spells.duration.tolist()) == [3, 3, 3, 10]


def test_leaving_the_platform_is_no_unfollow() -> None:
    """User 0 follows two on day 1 and leaves the platform on day 4; user 1 unfollows one of them the same day."""
    events = log(
        [(1, 0, 5, "follow"), (1, 0, 6, "follow"), (4, 0, 5, "unfollow"), (4, 0, 6, "unfollow"), (4, 1, 5, "unfollow")],
        ("talent", "talent", "departure", "departure", "talent"),
    )
    spells = tie_spells(events, ties([]), days=10)
    assert sorted(zip(spells.user.tolist(), spells.end.tolist(), spells.unfollowed.tolist(), strict=True)) == [
        (0, 4, False), (0, 4, False), (1, 4, True),
    ]  # fmt: skip
    assert spells.duration.sum() == 3 + 3 + 5
    assert hazard_by_age(spells, [1, 10])[["unfollows", "tie_days"]].to_numpy().tolist() == [[0, 6]]
    daily = pd.DataFrame(
        {
            "follow_edges": [1, 3, 3, 3, 0],
            "follows": [0, 2, 0, 0, 0],
            "unfollows": [0, 0, 0, 0, 3],
            "unfollows_by_departure": [0, 0, 0, 0, 2],
        }
    )
    assert unfollow_hazard(daily) == 1 / 11
    assert churn_by_period(daily, 5)["unfollows"].tolist() == [3]


def test_a_follow_back_on_the_day_of_an_unfollow_begins_a_new_spell() -> None:
    events = log([(2, 0, 3, "unfollow"), (2, 0, 3, "follow")])
    spells = tie_spells(events, ties([(0, 3, 2)]), days=5)
    assert sorted(zip(spells.start.tolist(), spells.end.tolist(), strict=True)) == [(-1, 2), (2, 4)]


def test_nothing_happened() -> None:
    spells = tie_spells(log([]), ties([(0, 1, -1)]), days=4)
    assert spells.duration.tolist() == [4]
    empty = tie_spells(log([]), ties([]), days=4)
    assert empty.duration.size == 0
    assert np.isnan(new_to_old_hazard(empty))
    assert hazard_by_age(empty)["unfollows"].sum() == 0


def test_tables_of_different_runs_are_refused() -> None:
    events = log([(1, 0, 5, "follow")])
    with raises(ResultError, "one run"):
        tie_spells(events, ties([]), days=3)
    with raises(ResultError, "twice"):
        tie_spells(log([(1, 0, 5, "follow"), (2, 0, 5, "follow")]), ties([(0, 5, 2)]), days=3)


def brute_force(run: RunTables) -> tuple[dict[int, int], dict[int, int]]:
    """Tie-days and unfollows by age (0: unknown), one day and tie after the other."""
    age: dict[tuple[int, int], int | None] = {
        (int(u), int(c)): None for u, c in zip(*np.nonzero(run.initial), strict=True)
    }
    risk: dict[int, int] = {}
    lost: dict[int, int] = {}
    by_day = {day: rows for day, rows in run.events.groupby("day")}
    for day in range(run.days):
        for began in age.values():
            known = 0 if began is None else day - began
            risk[known] = risk.get(known, 0) + 1
        rows = by_day[day]
        for user, creator, kind, cause in zip(
            *(rows[name] for name in ("user", "creator", "kind", "cause")), strict=True
        ):
            tie = (int(user), int(creator))
            if kind == "follow":
                age[tie] = day
                continue
            left = age.pop(tie)
            if cause == "departure":
                continue
            known = 0 if left is None else day - left
            lost[known] = lost.get(known, 0) + 1
    return risk, lost


def test_exposure_and_hazard_agree_with_a_count_day_by_day(run: RunTables) -> None:
    risk, lost = brute_force(run)
    spells = tie_spells(run.events, run.follows, run.days)
    assert spells.duration.sum() == tie_days(run.daily) == sum(risk.values())
    departed = run.daily["unfollows_by_departure"].sum()
    assert departed > 0
    assert spells.unfollowed.sum() == run.daily["unfollows"].sum() - departed == sum(lost.values())
    assert unfollow_hazard(run.daily) == pytest.approx(sum(lost.values()) / sum(risk.values()))
    table = hazard_by_age(spells, np.arange(1, run.days))
    assert table["tie_days"].tolist() == [risk.get(age, 0) for age in table["age_low"]]
    assert table["unfollows"].tolist() == [lost.get(age, 0) for age in table["age_low"]]


def test_coarse_bins_hold_what_fine_bins_hold(run: RunTables) -> None:
    spells = tie_spells(run.events, run.follows, run.days)
    fine, coarse = hazard_by_age(spells, np.arange(1, run.days + 1)), hazard_by_age(spells)
    assert coarse[["unfollows", "tie_days"]].sum().tolist() == fine[["unfollows", "tie_days"]].sum().tolist()
    assert (coarse["low"] <= coarse["hazard"]).all()
    assert (coarse["hazard"] <= coarse["high"]).all()


def geometric_ties(
    hazards: tuple[float, float], days: int = 400, size: int = 20_000, seed: int = 8
) -> tuple[pd.DataFrame, pd.DataFrame, int]:
    """Ties begun on day 0, dropped with one hazard up to age 30 and another after: events and final follows."""
    rng = np.random.default_rng(seed)
    by_age = np.where(np.arange(1, days) <= 30, hazards[0], hazards[1])
    dropped = rng.random((size, days - 1)) < by_age
    life = np.where(dropped.any(axis=1), dropped.argmax(axis=1) + 1, days)
    ended = life < days
    follows = [(0, i, 0, "follow") for i in range(size)]
    unfollows = [(int(life[i]), int(i), 0, "unfollow") for i in np.flatnonzero(ended)]
    return log(follows + unfollows), ties([(int(i), 0, 0) for i in np.flatnonzero(~ended)]), days


def test_known_hazards_come_back() -> None:
    """20,000 ties: hazards .006 then .002 within four standard errors (error rate below 1e-3)."""
    spells = tie_spells(*geometric_ties((0.006, 0.002)))
    table = hazard_by_age(spells, [1, 31, 400])
    error = np.sqrt(table["unfollows"]) / table["tie_days"]
    assert (np.abs(table["hazard"] - [0.006, 0.002]) < 4 * error).all()
    ratio = new_to_old_hazard(spells)
    assert ratio == pytest.approx(table["hazard"][0] / table["hazard"][1])


def test_old_ties_count_as_old_once_seen_long_enough() -> None:
    """An initial tie dropped on day 40 was seen 41 days: 11 of them as an old tie; its first 30 count for nothing."""
    events = log([(0, 1, 0, "follow"), (10, 1, 0, "unfollow"), (40, 0, 0, "unfollow")])
    spells = tie_spells(events, ties([]), days=50)
    assert new_to_old_hazard(spells) == pytest.approx((1 / 10) / (1 / 11))


def test_age_edges_cover_every_age_once() -> None:
    for oldest in (1, 2, 7, 364):
        edges = age_edges(oldest)
        assert edges[0] == 1
        assert edges[-1] == oldest + 1
        assert (np.diff(edges) > 0).all()


@pytest.mark.parametrize("edges", [[1], [0, 5], [1, 5, 5], [[1, 2], [3, 4]]])
def test_refuses_edges_that_are_none(run: RunTables, edges: list[int]) -> None:
    with raises(ParameterError, "edges"):
        hazard_by_age(tie_spells(run.events, run.follows, run.days), edges)


def test_churn_by_period(run: RunTables) -> None:
    table = churn_by_period(run.daily, 40)
    assert table["first_day"].tolist() == [0, 40]
    assert table["last_day"].tolist() == [39, 79]
    assert table["ties"][0] == run.initial.sum()
    assert table["ties"][1] == run.daily["follow_edges"][39]
    assert table["unfollows"][1] == run.daily["unfollows"][40:80].sum()
    assert table["churn"][1] == pytest.approx(table["unfollows"][1] / table["ties"][1])
    with raises(ParameterError, 1, parameter="period", value=0):
        churn_by_period(run.daily, 0)
