"""Measures of `experiments.wellbeing`, on tables and graphs made by hand."""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import Any

import networkx as nx
import numpy as np
import pandas as pd
import pytest

from experiments.wellbeing import EXPERIMENT, begin, measure, measure_model, shared_with_peers
from simulation.experiment.options import Scale
from simulation.model import FollowerModel


def made(days: int = 60, **users: Any) -> Any:
    """Users as given, who stay; two of them, and after a third of the days twice the follows and views."""
    late = np.arange(days) >= days // 3
    daily = pd.DataFrame({"day": np.arange(days), "users": 2, "follows": 1 + late, "views": 10 * (1 + late)})
    daily["mood"] = np.where(np.arange(days) >= days - 28, 0.4, 9.0)
    count = len(next(iter(users.values()), [0, 0]))
    given = {"left": [-1] * count, "set_point": [0.0] * count, "fomo": [0.0] * count, "use": [0.0] * count, **users}
    return SimpleNamespace(days=days, daily=daily, users=pd.DataFrame(given))


def test_wellbeing_is_told_in_deviations_between_set_points() -> None:
    assert measure(made(set_point=[-0.2, 0.0, 0.2]))["user_wellbeing"] == pytest.approx(2.0)
    assert math.isnan(measure(made(set_point=[0.1, 0.1, 0.1]))["user_wellbeing"])


def test_those_who_left_count_no_more() -> None:
    result = made(set_point=[-0.2, 0.0, 0.2, 50.0], fomo=[0.1, 0.2, 0.3, 0.0], use=[1.0, 2.0, 3.0, 99.0])
    result.users.loc[3, "left"] = 5
    assert measure(result)["user_wellbeing"] == pytest.approx(2.0)
    assert measure(result)["fomo_and_use"] == pytest.approx(1.0)


def test_fear_and_use_that_do_not_vary_do_not_correlate() -> None:
    assert math.isnan(measure(made(fomo=[0.1, 0.2, 0.3], use=[1.0, 1.0, 1.0]))["fomo_and_use"])
    assert measure(made(fomo=[0.1, 0.2, 0.3], use=[3.0, 2.0, 1.0]))["fomo_and_use"] == pytest.approx(-1.0)


def test_prices_are_counted_from_the_day_on_which_ways_out_begin() -> None:
    assert measure(made())["follows_since"] == 1.0
    assert measure(made())["views_since"] == 10.0
    for arm in EXPERIMENT.arms:
        days = {item.day for item in arm.interventions_at(Scale(100, 60, 2, 2))}
        assert days <= {begin(60)} and begin(60) == 20


def path_of_four() -> FollowerModel:
    """Users 0 - 1 - 2 - 3 in a row, who follow nobody yet; 0 and 3 are creators."""
    return FollowerModel(
        {"creators.minds": "off", "population.creators": 2}, seed=1, social_graph=nx.path_graph(4), creators=[0, 3]
    )


def test_follows_shared_with_peers_are_found_along_the_social_graph() -> None:
    model = path_of_four()
    follows = SimpleNamespace(
        entries=lambda: (np.array([0, 1, 1, 2]), np.arange(4)), rows=SimpleNamespace(creator=np.array([1, 0, 1, 0]))
    )
    state = SimpleNamespace(
        follows=follows, users=model.state.users, creators=SimpleNamespace(user=model.state.creators.user)
    )
    world: Any = SimpleNamespace(state=state, social_graph=model.social_graph)
    # 0 follows what 1 follows; of what 1 follows each is followed by a peer (0 or 2); 2 follows what 1 follows.
    np.testing.assert_array_equal(shared_with_peers(world), [1.0, 1.0, 1.0, np.nan])
    follows.entries = lambda: (np.array([0, 1, 1, 3]), np.arange(4))
    # 1 shares one of two with 0; what 3 follows, its only peer 2 does not.
    np.testing.assert_array_equal(shared_with_peers(world), [1.0, 0.5, np.nan, 0.0])


def test_nobody_followed_tells_nothing_of_conformity() -> None:
    assert math.isnan(measure_model(path_of_four())["conformity_and_peers"])
