"""Small worlds: states as the first day begins, and models to live a few days in."""

from __future__ import annotations

from typing import Any

import networkx as nx
import numpy as np
from numpy.typing import NDArray

from simulation.factors import FACTORS, Factor
from simulation.model import FollowerModel
from simulation.parameters import Parameters
from simulation.plugins import behaviour_of
from simulation.population import build_state
from simulation.social_graph import SocialGraph
from simulation.state import State

SMALL: dict[str, object] = {
    "population.users": 120,
    "population.creators": 20,
    "social_graph.mean_degree": 6.0,
    "decision.follow_threshold": 0.5,
    "decision.follow_sharpness": 6.0,
    "leaving.base_hazard": 0.2,
    "users.attention_median": 4.0,
}
"""Values with which a good deal happens in a few days."""

ENGINES = ("compiled", "mesa")


def karate(**options: Any) -> FollowerModel:
    return FollowerModel(social_graph=nx.karate_club_graph(), threads=1, **options)


def small(**options: Any) -> FollowerModel:
    return FollowerModel(SMALL, **{"seed": 4, "threads": 1, **options})


def ring(users: int, each_side: int = 3) -> SocialGraph:
    """Everybody knows those next to them."""
    return SocialGraph.from_networkx(nx.circulant_graph(users, list(range(1, each_side + 1))))


def nobody_knows_anybody(users: int) -> SocialGraph:
    return SocialGraph.from_networkx(nx.empty_graph(users))


def built(
    users: int = 400,
    creators: int = 50,
    *,
    seed: int = 3,
    graph: SocialGraph | None = None,
    factors: tuple[Factor, ...] = FACTORS,
    chosen: NDArray[np.int64] | None = None,
    **values: Any,
) -> State:
    """A state; parameters are given with ``__`` for the dot."""
    named = {name.replace("__", "."): value for name, value in values.items()}
    parameters = Parameters().with_values({"population.users": users, "population.creators": creators, **named})
    return build_state(parameters, seed, ring(users) if graph is None else graph, behaviour_of(factors), chosen)
