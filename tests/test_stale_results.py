"""Stored results are reused while the code that made them does the same, and only then."""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from simulation import FollowerModel, origins
from simulation.analysis.headline import HEADLINE
from simulation.errors import ResultError
from simulation.scenario import Scenario
from simulation.study import Sweep, Uncertainty, run_sweep
from simulation.study.calibration.problem import Observation, Problem, ScenarioSimulator
from simulation.study.calibration.remembered import remembered_in
from simulation.study.folder.store import Made, Store
from tests.told import raises

HELPED = {
    "mine.py": """
    import helper
    from simulation.factors import Factor

    def make(k):
        def humour(encounter, p):
            return k * encounter.quality
        return humour

    def measure(result):
        return helper.scaled(result.daily["likes"].sum())

    HUMOUR = Factor("humour", make(0.5))
    """,
    "helper.py": "SCALE = 2\ndef scaled(x): return SCALE * x\n",
}
SMALL = {"population.users": 30, "population.creators": 5}


@pytest.fixture
def mine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Imports ``mine`` anew after a file of it was edited."""
    folder, count = tmp_path / "modules", iter(range(100))

    def again(file: str = "mine.py", old: str = "", new: str = "") -> Any:
        text = textwrap.dedent(HELPED[file]).replace(old, new, 1)
        place = folder / str(next(count))
        place.mkdir(parents=True)
        for name, kept in HELPED.items():
            (place / name).write_text(text if name == file else textwrap.dedent(kept))
        for name in ("mine", "helper"):
            sys.modules.pop(name, None)
        origins.standing_for.cache_clear()
        with monkeypatch.context() as patch:
            patch.syspath_prepend(str(place))
            return __import__("mine")

    yield again
    for name in ("mine", "helper"):
        sys.modules.pop(name, None)


def sweep_of(outcome: Any, **given: Any) -> Sweep:
    levers = {"feed.popularity_bias": [0.0, 1.0]}
    outcomes = {"likes": outcome}
    return Sweep(name="small", days=2, levers=levers, constants=SMALL, outcomes=outcomes, replicates=1, **given)


def test_a_study_is_stale_only_when_its_numbers_would_be_others(mine: Any, tmp_path: Path) -> None:
    def again(module: Any) -> Any:
        return run_sweep(sweep_of(module.measure), tmp_path / "study", workers=1, progress=False)

    assert again(mine()).new == 2
    assert again(mine("helper.py", "SCALE = 2", "# a comment\nSCALE = 2  # another")).new == 0
    assert again(mine("mine.py", "def measure(result):", "def measure(result):\n    '''Likes.'''")).new == 0
    with raises(ResultError, "likes 2 runs"):
        again(mine("helper.py", "SCALE = 2", "SCALE = 3"))
    assert again(mine()).new == 0


def test_a_study_with_another_plug_in_is_another(mine: Any, tmp_path: Path) -> None:
    def claimed(module: Any) -> None:
        sweep = sweep_of(HEADLINE["follows_held"], scenario=Scenario(factors=[module.HUMOUR]))
        store = Store(tmp_path / "study", sweep.design, Made.now(sweep.worlds_measured(), None))
        with store.writing():
            (store.folder / "runs" / "of-this-study.parquet").touch()

    claimed(mine())
    claimed(mine("mine.py", "def humour", "# a comment\n    def humour"))
    with raises(ResultError, "humour"):
        claimed(mine("mine.py", "make(0.5)", "make(0.6)"))


def test_a_checkpoint_goes_on_with_the_same_closure_only(mine: Any, tmp_path: Path) -> None:
    model = FollowerModel(SMALL, factors=[mine().HUMOUR], engine="mesa", seed=1)
    model.step()
    model.save_checkpoint(tmp_path / "a")
    commented = mine("mine.py", "def make", "# a comment\ndef make")
    assert FollowerModel.from_checkpoint(tmp_path / "a", factors=[commented.HUMOUR]).day == 1
    with raises(ResultError, "factors humour"):
        FollowerModel.from_checkpoint(tmp_path / "a", factors=[mine("mine.py", "make(0.5)", "make(0.6)").HUMOUR])


def test_a_calibration_forgets_what_another_version_measured(mine: Any, tmp_path: Path) -> None:
    """Of the simulator, and of what is observed in it."""

    def claimed(simulator: Any, measure: Any) -> None:
        problem = Problem(
            (Uncertainty("feed.popularity_bias", 0.0, 1.0),), (Observation("likes", measure, 1.0, 1.0),), simulator
        )
        remembered_in(tmp_path / "fit", problem, 4, 1.0, 1)

    other = mine("helper.py", "SCALE = 2", "SCALE = 3")
    claimed(ScenarioSimulator(Scenario(days=2)), mine().measure)
    claimed(ScenarioSimulator(Scenario(days=2)), mine().measure)
    with pytest.raises(ResultError):
        claimed(ScenarioSimulator(Scenario(days=2)), other.measure)
    with pytest.raises(ResultError):
        claimed(mine().measure, mine().measure)
