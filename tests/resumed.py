"""Worlds whose runs are stopped and gone on with, and what must be the same afterwards."""

from __future__ import annotations

from typing import Any

import numpy as np

from simulation.model import FollowerModel
from simulation.records import same_tables
from simulation.records.state_arrays import state_arrays
from tests.engines.histories import bits

BUSY: dict[str, object] = {
    "population.users": 150,
    "population.creators": 25,
    "population.initial_follows": 3.0,
    "population.arrivals_per_day": 4,
    "population.present_at_start": 90,
    "decision.follow_threshold": 0.5,
    "leaving.base_hazard": 0.3,
    "users.attention_median": 4.0,
    "population.departure_rate": 0.003,
    "creators.posting_rate_median": 0.8,
    "feed.mix.staged": 0.1,
    "trends.moves": True,
    "wellbeing.moves": True,
    "follow_back.moves": True,
}
"""Values with which users arrive and leave, and much happens in a few days."""


def busy(days: int = 0, **options: Any) -> FollowerModel:
    """A busy model after some days."""
    model = FollowerModel(BUSY, **{"seed": 4, "threads": 2, **options})
    model.run_for(days)
    return model


def assert_same_run(a: FollowerModel, b: FollowerModel) -> None:
    """Same state, same result tables and inputs, same rows collected: to the last bit."""
    left, right = state_arrays(a.state), state_arrays(b.state)
    assert left.keys() == right.keys()
    different = [name for name in left if bits(left[name]) != bits(right[name])]
    assert different == []
    results = a.result(), b.result()
    assert same_tables(*results) == []
    assert a.datacollector.model_vars == b.datacollector.model_vars
    assert (a.day, a.steps) == (b.day, b.steps)
    changing = {"engine", "threads", "started", "described", "wall_seconds"}
    given = [{k: v for k, v in result.provenance.items() if k not in changing} for result in results]
    assert given[0] == given[1]
    assert a.parameters == b.parameters
    totals = [vars(model.totals) for model in (a, b)]
    assert all(np.array_equal(totals[0][name], totals[1][name]) for name in totals[0])
