"""A feed source, column, phase, act or agent class that raises: an error names it, the day and the cause."""

from __future__ import annotations

from typing import Any

import networkx as nx
import numpy as np
import pytest

from simulation.columns import Column
from simulation.creators.acts import Act
from simulation.engines.agents import User
from simulation.errors import PluginError
from simulation.interventions import Intervention
from simulation.model import FollowerModel
from simulation.platform.feed import SOURCES, FeedSource
from simulation.worlds import Phase
from tests.contracts.own import ENGINES
from tests.told import raises

DAY = 3


def late(day: int) -> float:
    """1, but on a day on which it is looked for in vain."""
    return 1.0 if day != DAY else {}["morning"]


def source(**options: Any) -> dict[str, Any]:
    return {"sources": [*SOURCES, FeedSource("mine", **{"rank": lambda view: 1.0 + view.momentum, **options})]}


BROKEN: dict[str, dict[str, Any]] = {
    "rank": source(rank=lambda view: late(view.day) + view.momentum, share=0.3),
    "words": source(rank=lambda view: ["a lot"] * view.momentum.size if view.day == DAY else view.momentum, share=0.3),
    "groups": source(
        rank=lambda view: [1.0 + view.momentum],
        share=0.3,
        groups=lambda view: np.full(view.users, int(late(view.day)) - 1),
    ),
    "phase": {"plugins": [Phase("mine", after="settle", do=lambda world, p: late(world.day))]},
    "act": {
        "plugins": [Act("mine", about="Nothing", unit="1", do=lambda world, who, value: late(world.day))],
        "interventions": [Intervention(DAY, "mine", 1, creators=(0,))],
    },
}


def club(days: int, **options: Any) -> None:
    model = FollowerModel({"population.creators": 6}, social_graph=nx.karate_club_graph(), threads=1, **options)
    model.run_for(days)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("what", BROKEN)
def test_what_raises_is_named_with_the_day_and_the_cause(engine: Any, what: str) -> None:
    cause = ValueError if what == "words" else KeyError
    with raises(PluginError, f"mine' raised {cause.__name__} day {DAY}", plugin="mine") as error:
        club(DAY + 1, engine=engine, **BROKEN[what])
    assert isinstance(error.value.__cause__, cause)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("start", [lambda count, draw: {}["morning"], lambda count, draw: ["a"] * count])
def test_a_column_that_cannot_begin_is_named(engine: Any, start: Any) -> None:
    with raises(PluginError, "mine' raised 34 users", plugin="mine") as error:
        club(0, engine=engine, plugins=[Column("mine", of="users", start=start)])
    assert isinstance(error.value.__cause__, KeyError | ValueError)


class Forgetful(User):
    """Looks for a key on some day."""

    def liking_chance(self, encounter: Any, appeal: float) -> float:
        """Some, most days."""
        return 0.5 * late(encounter.day)


def test_an_agent_class_that_raises_is_named_with_its_method_the_user_and_the_day() -> None:
    with raises(PluginError, f"Forgetful liking_chance raised KeyError user day {DAY}", plugin="Forgetful") as error:
        club(DAY + 1, engine="mesa", user_type=Forgetful)
    assert isinstance(error.value.__cause__, KeyError)
