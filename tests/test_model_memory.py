"""Memory: a model is freed when it is dropped, and nothing made for it stays."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable, Iterator
from typing import Any

import mesa
import psutil  # type: ignore[import-untyped]
import pytest

from simulation.factors import FACTORS, Factor
from simulation.model import FollowerModel
from tests.worlds import ENGINES, karate


@pytest.fixture
def without_garbage_collector() -> Iterator[None]:
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def dropped(make: Callable[[], FollowerModel]) -> weakref.ref[FollowerModel]:
    """A model made, lived for two days, asked for what it can give, and dropped."""
    model = make()
    model.run_for(2)
    model.datacollector.get_model_vars_dataframe()
    return weakref.ref(model)


def test_200_models_in_a_row_leave_nothing_behind(without_garbage_collector: None) -> None:
    """Every model is freed the moment it is dropped, without help of the garbage collector."""
    dropped(karate)
    before = psutil.Process().memory_info().rss
    for _ in range(200):
        assert dropped(karate)() is None
    assert psutil.Process().memory_info().rss - before < 20_000_000


def test_a_model_on_many_threads_is_freed_too(without_garbage_collector: None) -> None:
    values = {"population.users": 2100, "population.creators": 20, "social_graph.family": "none"}
    assert dropped(lambda: FollowerModel(values, threads=2))() is None


def test_models_with_agents_are_freed_by_the_garbage_collector() -> None:
    left = [dropped(lambda: karate(engine="mesa")) for _ in range(20)]
    gc.collect()
    assert [model() for model in left] == [None] * 20


def test_mesa_s_table_of_agent_numbers_keeps_no_model() -> None:
    model = karate(engine="mesa")
    model.step()
    assert model not in mesa.Agent._ids
    assert not any(isinstance(key, FollowerModel) for key in mesa.Agent._ids)


@pytest.mark.parametrize("engine", ENGINES)
def test_what_models_leave_behind_does_not_add_up(engine: Any) -> None:
    """Nothing made for one model may be kept for all time, for example in the compiler's tables of functions."""

    def left_after(models: int) -> int:
        for _ in range(models):
            dropped(lambda: karate(engine=engine))
        gc.collect()
        return len(gc.get_objects())

    left_after(3)
    few, more = left_after(1), left_after(12)
    assert more - few < 12


def test_a_result_outlives_its_model() -> None:
    model = karate(seed=3)
    model.run_for(3)
    result, gone = model.result(), weakref.ref(model)
    del model
    gc.collect()
    assert gone() is None
    assert result.days == 3


def test_own_factors_are_no_reason_to_keep_a_model() -> None:
    mine = Factor("mine", lambda met, p: 0.5)
    model = karate(engine="mesa", factors=[*FACTORS, mine])
    model.step()
    gone = weakref.ref(model)
    del model
    gc.collect()
    assert gone() is None
