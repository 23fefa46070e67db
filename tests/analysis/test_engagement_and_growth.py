"""Ratios of daily totals, burstiness, peaks, and the shape of the follow graph."""

from __future__ import annotations

from pathlib import Path

import networkx as nx
import numpy as np
import pandas as pd
import pytest

from simulation import analysis
from simulation.errors import ParameterError
from tests.tables import BOUGHT, RunTables


def test_ratios_of_a_table_made_by_hand() -> None:
    daily = pd.DataFrame(
        {
            "users": [10, 10],
            "sessions": [4, 6],
            "views": [40, 60],
            "likes": [3, 7],
            "follows": [1, 4],
            "unfollows": [0, 3],
            "unfollows_by_departure": [0, 1],
        }
    )
    assert analysis.likes_per_follow(daily) == pytest.approx(2)
    assert analysis.likes_per_exposure(daily) == pytest.approx(0.1)
    assert analysis.follows_per_user_day(daily) == pytest.approx(0.25)
    assert analysis.unfollows_per_user_day(daily) == pytest.approx(0.1)
    assert analysis.views_per_session(daily) == pytest.approx(10)
    assert np.isnan(analysis.likes_per_follow(daily.assign(follows=0)))


def test_burstiness_at_its_landmarks() -> None:
    assert analysis.burstiness([4, 4, 4]) == -1
    assert analysis.burstiness(np.random.default_rng(0).exponential(size=200_000)) == pytest.approx(0, abs=0.01)
    one_day = analysis.burstiness([0] * 9999 + [100])
    assert one_day == pytest.approx((np.sqrt(9999) - 1) / (np.sqrt(9999) + 1))
    assert np.isnan(analysis.burstiness([0, 0]))
    assert np.isnan(analysis.burstiness([]))
    with pytest.raises(ParameterError):
        analysis.burstiness([-1, 2])


def test_per_creator_tables_are_in_order_whatever_the_order_of_rows(run: RunTables) -> None:
    shuffled = run.creator_days.sample(frac=1, random_state=1)
    gained = analysis.by_creator(shuffled, "gained")
    assert gained.shape == (len(run.creators), run.days)
    assert gained.sum(axis=1).tolist() == run.creators["gained"].tolist()
    came = gained - analysis.by_creator(shuffled, "gained_bought")
    assert came.sum() == gained.sum() - BOUGHT
    np.testing.assert_allclose(
        analysis.creator_burstiness(shuffled), [analysis.burstiness(row) for row in came], equal_nan=True
    )


def test_days_before_a_creator_joined_do_not_count() -> None:
    table = pd.DataFrame({"creator": [0, 0, 0, 1, 1], "day": [0, 1, 2, 1, 2], "gained": [1, 1, 1, 3, 3]})
    table["gained_bought"] = 0
    assert analysis.creator_burstiness(table).tolist() == [-1, -1]


def test_peak_and_decline() -> None:
    assert analysis.peak_and_decline([1, 8, 8, 2]) == (1, 0.75)
    assert analysis.peak_and_decline([0, 0]) == (0, 0.0)
    with pytest.raises(ParameterError):
        analysis.peak_and_decline([])


def test_reciprocity_is_that_of_the_graph_between_creators(run: RunTables) -> None:
    """Creators of the toy run are users 0 .. 39, so networkx can be asked."""
    between = run.follow_graph().subgraph(range(len(run.creators)))
    assert analysis.reciprocity(run.follows, run.creators) == pytest.approx(nx.overall_reciprocity(between))


def test_reciprocity_where_creators_are_scattered_users() -> None:
    creators = pd.DataFrame({"creator": [0, 1, 2], "user": [7, 3, 9]})
    follows = pd.DataFrame({"user": [7, 3, 9, 1], "creator": [1, 0, 0, 2]})
    # 7 and 3 follow each other, 9 follows 7 unreturned, 1 creates nothing.
    assert analysis.reciprocity(follows, creators) == pytest.approx(2 / 3)
    assert np.isnan(analysis.reciprocity(follows[follows["user"] == 1], creators))
    assert np.isnan(analysis.reciprocity(follows.iloc[:0], creators))


def test_followee_summary() -> None:
    summary = analysis.followee_summary([0, 1, 10, 100])
    assert (summary.users, summary.median, summary.mean, summary.maximum, summary.none) == (4, 5.5, 27.75, 100, 0.25)
    assert summary.log_mean == pytest.approx(np.log(10))
    assert summary.sigma == pytest.approx(np.log(10))
    assert np.isnan(analysis.followee_summary([]).median)
    with pytest.raises(ParameterError):
        analysis.followee_summary([-1])


def test_kuairand_followees(kuairand_file: Path) -> None:
    summary = analysis.followee_summary(pd.read_csv(kuairand_file)["follow_user_num"].to_numpy())
    assert summary.median == 155
    assert summary.sigma == pytest.approx(1.6, abs=0.05)
