"""What the experiment ``algorithm`` measures, on small tables made by hand."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from experiments.algorithm import (
    EXPERIMENT,
    RECOMMENDED,
    USUAL_MIX,
    aspiration,
    interest_shown,
    old_ties_left,
    popular_views,
    switched_on,
)
from simulation.experiment.groups import merit
from simulation.experiment.options import Scale
from simulation.model import FollowerModel
from simulation.parameters import Parameters


def result(**tables: Any) -> Any:
    return SimpleNamespace(**tables)


def test_views_of_the_popular_are_of_those_popular_before() -> None:
    """Ten creators, one is the tenth: 7 on the day before the last four weeks; 3 overtakes it later and counts not."""
    rows = []
    for day in range(30):
        for creator in range(10):
            star = 7 if day < 5 else 3
            rows.append(
                {"day": day, "creator": creator, "followers": 100 if creator == star else creator % 3, "views": 1}
            )
    table = pd.DataFrame(rows)
    table.loc[(table["creator"] == 7) & (table["day"] >= 2), "views"] = 11
    assert popular_views(result(creator_days=table, days=30)) == pytest.approx(11 / 20)
    assert popular_views(result(creator_days=table[table["day"] < 3], days=3)) == pytest.approx(12 / 30)


def test_views_of_nobody_are_a_share_of_nothing() -> None:
    table = pd.DataFrame({"day": [0, 1], "creator": [0, 0], "followers": [1, 1], "views": [0, 0]})
    assert np.isnan(popular_views(result(creator_days=table, days=2)))


def test_the_aspiration_level_is_that_of_users_still_there() -> None:
    users = pd.DataFrame({"aspiration": [0.4, 0.6, 0.9], "left": [-1, -1, 5]})
    assert aspiration(result(users=users)) == pytest.approx(0.5)


def test_only_follows_held_at_half_time_count() -> None:
    """Ten days; half time is day 5. Ties: held 0-4 (not there any more), 1-7 (3 days at risk), 2-end (5), 6-8 (new)."""
    events = [
        (0, 0, 0, "follow"),
        (1, 0, 1, "follow"),
        (2, 1, 0, "follow"),
        (4, 0, 0, "unfollow"),
        (6, 1, 1, "follow"),
        (7, 0, 1, "unfollow"),
        (8, 1, 1, "unfollow"),
    ]
    log = pd.DataFrame(events, columns=["day", "user", "creator", "kind"]).assign(cause="talent")
    held = pd.DataFrame({"user": [1], "creator": [0], "day": [2]})
    assert old_ties_left(result(events=log, follows=held, days=10)) == pytest.approx(1 / 8)
    assert np.isnan(old_ties_left(result(events=log.iloc[[4, 6]], follows=held.iloc[:0], days=10)))


def test_merit_is_a_rank_correlation() -> None:
    creators = pd.DataFrame({"followers": [1, 5, 9, 100], "talent": [0.1, 0.2, 0.3, 0.4]})
    assert merit(result(creators=creators)) == pytest.approx(1.0)


def test_interest_shown_is_the_factor_of_that_name() -> None:
    model = FollowerModel({"population.users": 60}, seed=1, threads=1)
    model.run_for(2)
    assert interest_shown(model) == model.state.reference[0] and model.factors[0].name == "shared_interest"


def test_the_switch_restores_the_usual_feed() -> None:
    arm = next(arm for arm in EXPERIMENT.arms if arm.name == "switched on")
    before = Parameters().with_values(arm.values)
    items = switched_on(Scale(100, 20, 2, 2))
    assert {item.day for item in items} == {10}
    after = before.with_values({item.lever: item.value for item in items})
    assert after == Parameters().with_values(USUAL_MIX) and after["feed.mix.random"] == 0.05
    assert sum(before[name] for name in RECOMMENDED) == pytest.approx(sum(USUAL_MIX.values()))


def test_arms_give_the_recommended_share_away_whole() -> None:
    for arm in EXPERIMENT.arms:
        parameters = Parameters().with_values(arm.values)
        assert sum(parameters[name] for name in RECOMMENDED) == pytest.approx(0.85), arm.name
        assert (parameters["feed.mix.following"], parameters["feed.mix.friends"]) == (0.10, 0.05)
