"""Memory: models that were dropped are freed, in time and by Mesa of any version, and nothing made for them stays."""

from __future__ import annotations

import copy
import gc
import weakref
from collections.abc import Callable, Iterator
from typing import Any

import psutil  # type: ignore[import-untyped]
import pytest

from simulation import memory
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


LARGE = {"population.users": 8000, "population.creators": 50, "social_graph.family": "none", "session.slots": 1.0}
"""A world of some 5 MB: so MANY of them hold 400 MB, more than twice what may be added."""
MANY = 80


def test_many_large_models_in_a_row_need_no_more_memory_than_a_few(without_garbage_collector: None) -> None:
    """The collector is off, so that it cannot come by chance; all that is freed is freed by the model made next."""
    dropped(lambda: FollowerModel(LARGE, threads=1))
    before = most = psutil.Process().memory_info().rss
    left = []
    for seed in range(MANY):
        left.append(dropped(lambda seed=seed: FollowerModel(LARGE, threads=1, seed=seed)))  # type: ignore[misc]
        most = max(most, psutil.Process().memory_info().rss)
    assert most - before < memory.FLOOR + 80_000_000
    assert sum(model() is not None for model in left) < 30


def test_many_copies_in_a_row_need_no_more_memory_than_a_few(without_garbage_collector: None) -> None:
    """As where a world is branched into its counterfactuals."""
    model = FollowerModel(LARGE, threads=1)
    model.run_for(2)
    copy.deepcopy(model).run_for(1)
    before = most = psutil.Process().memory_info().rss
    for _ in range(MANY):
        copy.deepcopy(model).run_for(1)
        most = max(most, psutil.Process().memory_info().rss)
    assert most - before < memory.FLOOR + 80_000_000


def test_models_in_use_do_not_bring_the_collector_again_and_again(monkeypatch: pytest.MonkeyPatch) -> None:
    collected: list[int] = []
    monkeypatch.setattr(memory.gc, "collect", lambda: collected.append(1))
    monkeypatch.setattr(memory, "FLOOR", 1)
    monkeypatch.setattr(memory, "_MODELS", memory._Models())
    models = [karate() for _ in range(40)]
    assert 4 <= len(collected) <= 7, "once for every doubling"
    assert len(models) == 40


def test_small_models_are_left_to_python(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "_MODELS", memory._Models())
    monkeypatch.setattr(memory.gc, "collect", lambda: pytest.fail("collected for a few kilobytes"))
    for _ in range(20):
        karate()


@pytest.mark.parametrize("engine", ENGINES)
def test_many_small_models_are_freed_by_the_garbage_collector(engine: Any) -> None:
    """With agents as well, which Mesa 3.3 numbers by a table that keeps their model."""
    dropped(lambda: karate(engine=engine))
    gc.collect()
    before = psutil.Process().memory_info().rss
    left = [dropped(lambda: karate(engine=engine)) for _ in range(MANY)]
    gc.collect()
    assert [model() for model in left] == [None] * MANY
    assert psutil.Process().memory_info().rss - before < 8_000_000


def test_a_model_on_many_threads_is_freed_too() -> None:
    values = {"population.users": 2100, "population.creators": 20, "social_graph.family": "none"}
    gone = dropped(lambda: FollowerModel(values, threads=2))
    gc.collect()
    assert gone() is None


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
