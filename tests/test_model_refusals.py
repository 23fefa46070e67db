"""What makes no model is refused in one sentence that says which argument is wrong."""

from __future__ import annotations

from typing import Any

import networkx as nx
import pytest

from simulation.engines.agents import User
from simulation.errors import FactorError, FollowerDynamicsError, GraphError, ParameterError
from simulation.factors import FACTORS
from simulation.model import FollowerModel
from simulation.parameters import Parameters
from simulation.platform.feed import SOURCES, FeedSource, rank_random
from tests.told import raises
from tests.worlds import small

CLUB = nx.karate_club_graph()


@pytest.mark.parametrize(
    ("options", "error", "key"),
    [
        ({"seed": -1}, ParameterError, "seed -1 0 2**64 - 1"),
        ({"seed": None}, ParameterError, "seed None 0 2**64 - 1"),
        ({"luck": 1.5}, ParameterError, "1.5 0 2**64 - 1"),
        ({"engine": "fast"}, ParameterError, "engine 'fast' 'compiled' 'mesa'"),
        ({"record": "all"}, ParameterError, "record 'all' 'daily' 'events' 'posts'"),
        ({"threads": 0}, ParameterError, "threads 0 1"),
        ({"threads": True}, ParameterError, "threads = True"),
        ({"threads": 1.0}, ParameterError, "threads = 1.0"),
        ({"preset": "tiktak"}, ParameterError, "tiktok"),
        ({"preset": "tiktok", "parameters": Parameters()}, ParameterError, "preset"),
        ({"parameters": [1]}, ParameterError, "list"),
        ({"parameters": {"population.user": 3}}, ParameterError, "population.users"),
        ({"parameters": {"population.creators": 50}}, ParameterError, "population.creators = 50"),
        ({"factors": []}, FactorError, "Factor"),
        ({"factors": [max]}, FactorError, "Factor"),
        ({"factors": 5}, FactorError, "Factor"),
        ({"factors": [*FACTORS, FACTORS[0]]}, FactorError, "names"),
        ({"sources": [*SOURCES, SOURCES[0]]}, ParameterError, "names"),
        ({"sources": [FeedSource("mine", rank_random)]}, ParameterError, "'mine'"),
        ({"sources": [rank_random]}, ParameterError, "sources"),
        ({"creators": [0, 34]}, ParameterError, "from 0 to 33"),
        ({"creators": [-1]}, ParameterError, "from 0 to 33"),
        ({"creators": [3, 3]}, ParameterError, "creators"),
        ({"creators": []}, ParameterError, "creators"),
        ({"creators": [1.5, 2.5]}, ParameterError, "creators"),
        ({"creators": ["ann"]}, ParameterError, "creators"),
        ({"creators": 5}, ParameterError, "creators"),
        ({"social_graph": [(0, 1)]}, GraphError, "networkx"),
        ({"social_graph": nx.Graph()}, GraphError, "empty"),
        ({"engine": "mesa", "user_type": int}, ParameterError, "user_type"),
        ({"engine": "mesa", "creator_type": User}, ParameterError, "creator_type"),
    ],
    ids=lambda part: "-".join(part) if isinstance(part, dict) else "",
)
def test_what_makes_no_model_is_refused_in_one_sentence(options: dict[str, Any], error: Any, key: str) -> None:
    with raises(error, key) as caught:
        FollowerModel(**{"social_graph": CLUB, "threads": 1, **options})
    assert isinstance(caught.value, FollowerDynamicsError)


def test_too_few_users_for_the_generated_graph_are_refused() -> None:
    with raises(GraphError, "mean_degree"):
        FollowerModel({"population.users": 5, "population.creators": 1})


@pytest.mark.parametrize("days", [-1, 1.0, True, "7", None])
def test_days_that_are_no_days_are_refused(days: Any) -> None:
    model = small()
    with raises(ParameterError, repr(days), 0, parameter="days", value=days):
        model.run_for(days)
    assert model.day == 0
