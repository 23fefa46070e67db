"""Switches of the new rules: what is frozen stays as it started, bit for bit, and everything else may move."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from simulation.interventions import Intervention
from simulation.ledger import RECIPROCITY
from simulation.parameters import Parameters
from simulation.population import build_state
from simulation.state import State
from tests.engines.histories import Recorded, bits
from tests.worlds import ENGINES, SMALL

DAYS = 15
LIVELY = {
    **SMALL,
    "population.users": 70,
    "population.creators": 40,
    "population.topics": 2,
    "creators.posting_rate_median": 0.8,
    "trends.births": 0.3,
    "minds.burnout.strain": 0.5,
    "minds.burnout.breaking_point": 0.1,
    "minds.strategy.own_voice_lead": 0.0,
    "minds.strategy.temperature": 5.0,
    "follow_back.courtesy": 1.0,
}
"""A small world in which everything that can move does within two weeks."""
DEALS = (
    Intervention(1, "bought_followers", 30, (0, 1, 2)),
    Intervention(3, "sponsored_post", 0.5, tuple(range(40))),
    Intervention(6, "purge", 1.0),
)
"""What costs authenticity."""

FREEZES: dict[str, tuple[str, ...]] = {
    "minds.habituation.moves": (
        "minds.expected_reward",
        "minds.average_reward",
        "minds.accustomed",
        "minds.usual_likes",
        "minds.usual_net",
    ),
    "minds.mood.moves": ("minds.mood", "minds.burnout", "creators.away_until"),  # only low mood strains
    "minds.obsession.moves": ("minds.obsession",),
    "minds.effort.moves": ("minds.effort",),
    "minds.burnout.moves": ("minds.burnout", "creators.away_until"),
    "minds.voice.moves": ("creators.authenticity",),
    "minds.strategy.moves": ("minds.strategy", "creators.engagement", "creators.listening", "creators.partner"),
    "trends.moves": ("trends.background", "trends.fuel", "trends.meme", "trends.heat"),
    "wellbeing.moves": ("users.mood", "users.fomo", "users.use"),
}
"""Parts of the state that a switch leaves as they start. ``follow_back.moves`` leaves events out, not a part."""
ALL = tuple(dict.fromkeys(name for names in FREEZES.values() for name in names))
BY_MINDS = (
    *(name for name in ALL if name.startswith(("minds.", "creators."))),
    "creators.rate",
    "creators.phase",
    "minds.reward",
    "minds.values",
    "minds.comparison",
)
"""What nothing but minds moves."""


def part(state: State, name: str) -> Any:
    group, array = name.split(".")
    return getattr(getattr(state, group), array)


class Watched(Recorded):
    """A model that notes every day which parts of the state are not as they were before the first day."""

    def watch(self, days: int, names: tuple[str, ...]) -> None:
        before = build_state(self.initial_parameters, self.seed, self._graph, self._behaviour)
        self.unmoved = set(names)
        for _ in range(days):
            self.step()
            self.unmoved -= {name for name in names if bits(part(self.state, name)) != bits(part(before, name))}


def lived(engine: Any = "compiled", **values: object) -> Watched:
    changes = {name.replace("__", "."): value for name, value in values.items()}
    model = Watched({**LIVELY, **changes}, seed=4, threads=1, engine=engine, interventions=DEALS)
    model.watch(DAYS, tuple({*ALL, *BY_MINDS}))
    return model


def test_every_switch_is_tested_here() -> None:
    switches = {name for name in Parameters().flat() if name.endswith(".moves")}
    assert switches == {*FREEZES, "follow_back.moves"}


@pytest.mark.parametrize("engine", ENGINES)
def test_with_every_switch_on_everything_moves(engine: Any) -> None:
    model = lived(engine)
    assert not model.unmoved
    assert answers(model) > 5


def test_both_engines_leave_the_same_minds_trends_and_moods() -> None:
    one, other = (lived(engine).state for engine in ENGINES)
    for group in ("users", "creators", "minds", "trends"):
        left, right = getattr(one, group), getattr(other, group)
        for name, x, y in zip(left._fields, left, right, strict=True):
            assert bits(x) == bits(y), f"{group}.{name} differs"


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("switch", FREEZES)
def test_what_is_frozen_stays_as_it_was_and_everything_else_may_move(switch: str, engine: Any) -> None:
    model = lived(engine, **{switch.replace(".", "__"): False})
    assert model.unmoved == set(FREEZES[switch])


def answers(model: Watched) -> int:
    """How many follows were follow-backs."""
    return sum(int((events.cause == len(model.factors) + RECIPROCITY).sum()) for events in model.days)


@pytest.mark.parametrize("engine", ENGINES)
def test_without_follow_backs_nobody_answers_and_everything_else_moves(engine: Any) -> None:
    model = lived(engine, follow_back__moves=False)
    assert answers(model) == 0
    assert not model.unmoved


@pytest.mark.parametrize("engine", ENGINES)
def test_without_minds_nothing_of_all_this_moves(engine: Any) -> None:
    model = lived(engine, creators__minds="off")
    assert model.unmoved == {*ALL, *BY_MINDS}
    assert answers(model) == 0
    assert sum(events.user.size for events in model.days) > 50


def test_without_minds_trends_wellbeing_and_follow_backs_may_still_be_switched_on() -> None:
    model = lived(creators__minds="off", trends__moves=True, wellbeing__moves=True, follow_back__moves=True)
    assert model.unmoved == set(BY_MINDS)
    assert answers(model) > 5


def test_frozen_rules_leave_the_first_model_where_no_follow_hangs_on_them() -> None:
    """All of them frozen one by one is minds off, but for the weekly plans, which then change nothing that is seen."""
    frozen: dict[str, object] = {name.replace(".", "__"): False for name in (*FREEZES, "follow_back.moves")}
    left, right = lived(**frozen, minds__burnout__slowdown=0.0), lived(creators__minds="off")
    for day, (one, other) in enumerate(zip(left.days, right.days, strict=True)):
        for name, x, y in zip(one._fields, one, other, strict=True):
            assert bits(x) == bits(y), f"day {day}: {name}"
    for name in ("topics", "authenticity", "momentum", "followers", "total_views", "total_likes"):
        np.testing.assert_array_equal(getattr(left.state.creators, name), getattr(right.state.creators, name))
