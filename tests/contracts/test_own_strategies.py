"""Strategies of one's own: chosen beside the model's, the same in both engines, recorded, and refused where broken."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from simulation.creators.strategies import STRATEGIES, Strategy, week
from simulation.declare import Section, parameter
from simulation.errors import ParameterError, PluginError
from simulation.interventions import Intervention
from simulation.model import FollowerModel
from simulation.records import load_result
from tests.contracts.own import ENGINES, EVERYTHING, REASONS, spark
from tests.engines.histories import Recorded, assert_same_history, lived
from tests.told import raises

VALUES = {"population.users": 90, "population.creators": 40, "minds.burnout.moves": False}


class Craft(Section):
    pace: float = parameter(0.5, about="Posting rate, as a multiple of the natural one", bounds=(0.0, 1.0))
    polish: float = parameter(0.2, about="What care adds to a post's quality", bounds=(0.0, 1.0), kind="lever")
    fuse: int = parameter(-1, about="Day on which the plan raises", unit="days", bounds=(-1, 1000))
    lock: int = parameter(-1, about="Day on which it raises to whom it is open", unit="days", bounds=(-1, 1000))


def crafted(me: Any, p: Any) -> Any:
    return week(
        pace=p.pace + spark(me.day, p.fuse),
        polish=p.polish * (1.0 - 0.1 * me.luck),
        trend=0.2 * me.own.heed,
        audience=0.1,
    )


def may_craft(me: Any, p: Any) -> bool:
    return bool(me.account_age >= 5 and me.mood > -0.9 + spark(me.day, p.lock))


CRAFT = Strategy("careful", crafted, Craft(), may_craft)
GREEDY = Strategy("greedy", lambda me, p: week(pace=11.0 if me.day > 6 else 1.0), may=lambda me, p: False)
KEPT = [Intervention(4, "keep_strategy", "careful", creators=tuple(range(10)))]


def crowd(days: int, **options: Any) -> Recorded:
    given = {
        "plugins": [CRAFT, GREEDY, *EVERYTHING],
        "factors": REASONS,
        "seed": 3,
        "threads": 1,
        "interventions": KEPT,
        **options,
    }
    return lived(days, VALUES, **given)


@pytest.fixture(scope="module")
def both() -> list[Recorded]:
    """The same days in either engine."""
    return [crowd(20, engine=engine) for engine in ENGINES]


def test_both_engines_live_one_history(both: list[Recorded]) -> None:
    assert_same_history(*both)
    for name in ("strategy", "values", "pace", "polish", "audience_share"):
        assert np.array_equal(*(getattr(model.state.minds, name) for model in both)), name


def test_it_competes_with_the_models_own(both: list[Recorded]) -> None:
    chosen = both[1].result().creator_days.query("day >= 12 and creator >= 10")["strategy"]
    assert tuple(chosen.cat.categories) == (*STRATEGIES, "careful", "greedy")
    assert {"careful", "own_voice"} <= set(chosen)
    assert "greedy" not in set(chosen)


def test_who_keeps_to_it_posts_less_and_better(both: list[Recorded]) -> None:
    creators, minds = both[1].state.creators, both[1].state.minds
    kept = np.arange(40) < 10
    assert (minds.strategy[kept] == len(STRATEGIES)).all()
    plain = minds.strategy == 0
    assert creators.rate[kept].mean() / creators.posting_rate[kept].mean() < 0.7
    assert creators.rate[plain].mean() / creators.posting_rate[plain].mean() > 0.7
    assert (minds.polish[kept] > 0.17).all() and not minds.polish[plain].any()


def test_results_tell_it_by_name_after_they_were_stored(both: list[Recorded], tmp_path: Path) -> None:
    result = both[0].result()
    assert (result.creators["strategy"][:10] == "careful").all()
    result.save(tmp_path / "run")
    stored = load_result(tmp_path / "run")
    assert stored.creator_days["strategy"].equals(result.creator_days["strategy"])


def test_its_parameters_are_levers() -> None:
    without = crowd(20, engine="mesa", interventions=[*KEPT, Intervention(5, "careful.polish", 0.0)])
    assert not without.state.minds.polish.any()


@pytest.mark.parametrize("engine", ENGINES)
def test_a_week_out_of_bounds_is_refused_with_name_and_place(engine: Any) -> None:
    keep = [Intervention(0, "keep_strategy", "greedy")]
    with raises(PluginError, plugin="greedy") as error:
        crowd(10, engine=engine, interventions=keep)
    assert all(word in str(error.value) for word in ("pace = 11.0", "creator ", "[0, 10]"))


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("name", ["fuse", "lock"])
def test_one_that_raises_is_named_with_the_creator_and_the_day(engine: Any, name: str) -> None:
    kept = KEPT if name == "lock" else [Intervention(0, "keep_strategy", "careful")]
    with raises(PluginError, "careful ZeroDivisionError creator day 8", plugin="careful") as error:
        crowd(10, engine=engine, interventions=kept, **{f"careful.{name}": 8})
    assert isinstance(error.value.__cause__, ZeroDivisionError)


def test_slips_are_told_before_the_first_day() -> None:
    def broken(me: Any, p: Any) -> Any:
        return week(pace=1.0 / (me.creator - me.creator))

    def boundless(me: Any, p: Any) -> Any:
        return week(pace=math.nan)

    for plan, word in (
        (broken, "ZeroDivisionError"),
        (lambda me, p: 0.5, "week("),
        (boundless, "pace = nan for creator 3 on day 20"),
    ):
        with raises(PluginError, plugin="slip") as error:
            FollowerModel(VALUES, plugins=[Strategy("slip", plan)], engine="mesa")
        assert word in str(error.value)
    with raises(PluginError, plugin="slip"):
        Strategy("slip", lambda me: week())  # type: ignore[arg-type, misc]
    with raises(PluginError, plugin="engage"):
        FollowerModel(VALUES, plugins=[Strategy("engage", lambda me, p: week())])


def test_what_cannot_be_compiled_is_told_with_its_line() -> None:
    def wordy(me: Any, p: Any) -> Any:
        return week(pace=float(len(sorted(f"{me.creator}"))))

    with raises(PluginError, plugin="wordy") as error:
        FollowerModel(VALUES, plugins=[Strategy("wordy", wordy)])
    assert "line " in str(error.value) and Path(__file__).name in str(error.value)


def test_to_keep_to_one_that_is_not_there_is_refused() -> None:
    with raises(ParameterError, parameter="keep_strategy"):
        FollowerModel(VALUES, interventions=KEPT)
