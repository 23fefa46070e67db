"""Fixtures of the tests of records."""

from __future__ import annotations

import pytest

from simulation.records import Result
from tests.records.world import World


@pytest.fixture
def world() -> World:
    world = World()
    world.live_randomly(8)
    return world


@pytest.fixture
def result(world: World) -> Result:
    return world.result()
