"""A sweep that goes on in its folder: with more samples, with outcomes measured later, with outcomes that changed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from simulation import FollowerModel
from simulation.analysis.headline import HEADLINE
from simulation.errors import ParameterError, ResultError
from simulation.naming import load_object
from simulation.study import Study, Sweep, Uncertainty
from simulation.study.design.space import augmented, latin_hypercube_shares
from simulation.study.design.sweep_file import read_sweep
from simulation.study.folder.sweep_folder import found_now, open_sweep
from tests.study import outcomes
from tests.study.test_sweep_folder import BIAS, run, sweep
from tests.told import raises, tells

VIEWS = {"views": HEADLINE["views"]}


def same_runs(one: Study, other: Study) -> None:
    """Whether two studies give one table."""
    tables = (study.store.table().drop(columns="seconds") for study in (one, other))
    pd.testing.assert_frame_equal(*tables)


class TestMoreSamples:
    @pytest.mark.parametrize(("few", "many"), [(4, 8), (4, 12), (1, 2), (5, 7), (7, 8), (10, 64)])
    def test_every_new_point_lies_where_there_was_none(self, few: int, many: int) -> None:
        before = latin_hypercube_shares(3, few, 5)
        after = augmented(before, many, 5)
        assert after.shape == (many, 3) and (after[:few] == before).all()
        assert (after >= 0).all() and (after < 1).all()
        for column in after.T:
            old, new = (np.floor(part * many).astype(int).tolist() for part in (column[:few], column[few:]))
            assert len(set(new)) == len(new) and not set(new) & set(old)
            if many % few == 0:
                assert sorted(old + new) == list(range(many)), "a Latin hypercube"
        assert (augmented(before, many, 5) == after).all()
        assert not (augmented(before, many, 6)[few:] == after[few:]).any()

    def test_a_latin_hypercube_grows_and_the_folder_says_how(self, tmp_path: Path) -> None:
        few = run(sweep(), tmp_path / "a").store.table()
        study = run(sweep(samples=5), tmp_path / "a")
        assert (study.new, study.reused) == (12, 8)
        table = study.store.table()
        pd.testing.assert_frame_equal(table[table["point"] < 4].reset_index(drop=True), few)
        found = open_sweep(tmp_path / "a")
        assert found.sweep.samples == [2, 5] and len(found.table()) == 20
        assert run(sweep(samples=5), tmp_path / "a").new == 0
        assert run(sweep(samples=6), tmp_path / "a").new == 4
        assert open_sweep(tmp_path / "a").sweep.samples == [2, 5, 6]
        assert len(run(sweep(), tmp_path / "a").store.table()) == 8, "fewer are a smaller table"
        assert run(sweep(samples=5), tmp_path / "a").new == 0
        same_runs(run(read_sweep(tmp_path / "a" / "sweep.toml")[0], tmp_path / "b"), study)

    @pytest.mark.parametrize(
        ("more", "fewer", "left", "told"),
        [
            ({"replicates": 3}, {"replicates": 2}, 4, "replicates = 3"),
            ({"samples": [2, 4]}, {"samples": 3}, 8, "samples = [2, 4]"),
            ({"levers": {BIAS: [0.0, 1.0, 2.0]}}, {}, 4, "[0.0, 1.0, 2.0]"),
            ({"levers": {BIAS: [0.0, 2.0]}, "replicates": 3}, {"replicates": 2}, 8, "replicates = 3"),
        ],
        ids=["replicates", "samples", "levers", "both"],
    )
    def test_runs_that_are_left_out_are_told_and_come_back(
        self, tmp_path: Path, more: dict[str, Any], fewer: dict[str, Any], left: int, told: str
    ) -> None:
        large = run(sweep(**more), tmp_path / "a")
        said: list[str] = []
        run(sweep(**fewer), tmp_path / "a", say=said.append)
        assert len(said) == 1 and f"{left} finished runs" in said[0] and told in said[0], said
        again = run(sweep(**more), tmp_path / "a", say=said.append)
        assert again.new == 0
        same_runs(again, large)

    def test_levers_with_names_are_told_by_them(self, tmp_path: Path) -> None:
        levers: dict[str, Any] = {"creators": {"two": [1, 2], "three": [1, 2, 5]}, "engine": ["compiled", "mesa"]}
        run(sweep(uncertainties=[], levers=levers), tmp_path / "a")
        said: list[str] = []
        fewer = {**levers, "creators": {"two": [1, 2]}}
        run(sweep(uncertainties=[], levers=fewer), tmp_path / "a", say=said.append)
        assert "4 finished runs" in said[0] and "creators = ['two', 'three']" in said[0] and "engine" not in said[0]

    def test_nothing_is_told_of_runs_that_stay_or_a_folder_that_is_refused(self, tmp_path: Path) -> None:
        said: list[str] = []
        for one in (sweep(samples=4), sweep(samples=4), sweep(samples=4, replicates=3)):
            run(one, tmp_path / "a", say=said.append)
        with pytest.raises(ResultError):
            run(sweep(samples=3), tmp_path / "a", say=said.append)
        run(sweep(samples=3), tmp_path / "a", say=said.append, fresh=True)
        assert not said

    def test_samples_at_once_are_what_they_were(self, tmp_path: Path) -> None:
        at_once = run(sweep(samples=4), tmp_path / "a")
        assert open_sweep(tmp_path / "a").sweep.samples == 4
        assert sorted(set(at_once.store.table()["feed.prior"])) == sorted(
            {point["feed.prior"] for point in sweep(samples=4).design.points}
        )
        run(sweep(), tmp_path / "b")
        same_runs(run(sweep(samples=4), tmp_path / "b", fresh=True), at_once)

    @pytest.mark.parametrize(
        ("sampling", "few", "many", "new"), [("sobol", 2, 4, 6), ("morris", 2, 3, 2), ("full_grid", 2, 3, 1)]
    )
    def test_other_samples_keep_the_points_that_are_there(
        self, tmp_path: Path, sampling: str, few: int, many: int, new: int
    ) -> None:
        given: dict[str, Any] = {"sampling": sampling, "levers": {}, "replicates": 1, "outcomes": VIEWS}
        before = run(sweep(**given, samples=few), tmp_path / "a")
        study = run(sweep(**given, samples=many), tmp_path / "a")
        assert study.reused == len(before.store.design) and study.new <= new
        same_runs(study, run(sweep(**given, samples=many), tmp_path / "b"))

    @pytest.mark.parametrize(
        ("changes", "says"),
        [
            ({"samples": 3}, "points: 8 there, 6 now"),
            ({"samples": 8, "uncertainties": [Uncertainty("feed.prior", 0.2, 10.0, "log")]}, "points: 8 there, 16 now"),
            ({"samples": 8, "seed": 1}, "seeds"),
        ],
        ids=["fewer", "another range", "another seed"],
    )
    def test_what_shares_no_point_is_refused(self, tmp_path: Path, changes: dict[str, Any], says: str) -> None:
        run(sweep(samples=4), tmp_path / "a")
        with raises(ResultError, says) as caught:
            run(sweep(**changes), tmp_path / "a")
        assert caught.value.path == tmp_path / "a" and "fresh=True" in str(caught.value)

    @pytest.mark.parametrize(
        "changes", [{"samples": []}, {"samples": [4, 4]}, {"samples": [0, 4]}, {"samples": [2, 4], "sampling": "sobol"}]
    )
    def test_numbers_that_do_not_grow_are_refused(self, changes: dict[str, Any]) -> None:
        with raises(ParameterError, "samples"):
            sweep(**changes)


class TestMeasuredLater:
    def test_the_column_stays_and_new_runs_have_it(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        run(sweep(outcomes=VIEWS), tmp_path / "a", keep=True)
        open_sweep(tmp_path / "a").measure({"likes": outcomes.likes}, workers=1, progress=False)
        with monkeypatch.context() as frozen:
            frozen.setattr(FollowerModel, "run_for", None)
            again = run(sweep(outcomes=VIEWS), tmp_path / "a")
        assert again.new == 0 and "likes" in again.store.table()
        more = run(sweep(outcomes=VIEWS, samples=4, replicates=3), tmp_path / "a")
        assert (more.reused, more.new) == (8, 16)
        both = VIEWS | {"likes": outcomes.likes}
        same_runs(more, run(sweep(outcomes=both, samples=[2, 4], replicates=3), tmp_path / "b"))
        assert run(sweep(outcomes=VIEWS, samples=4), tmp_path / "a", fresh=True).store.table().get("likes") is None

    def test_a_list_of_names_will_do(self, tmp_path: Path) -> None:
        run(sweep(outcomes=VIEWS), tmp_path / "a", keep=True)
        table = open_sweep(tmp_path / "a").measure(["user_mood"], workers=1, progress=False).store.table()
        assert {"views", "user_mood"} <= set(table)

    def test_what_no_file_has_must_be_given_again(self, tmp_path: Path) -> None:
        run(sweep(outcomes=VIEWS), tmp_path / "a", keep=True)
        open_sweep(tmp_path / "a").measure({"one": lambda result: 1.0}, workers=1, progress=False)
        with raises(ResultError, "later fresh=True"):
            run(sweep(outcomes=VIEWS), tmp_path / "a")
        given = run(sweep(outcomes=VIEWS | {"one": lambda result: 1.0}), tmp_path / "a")
        assert set(given.store.table()["one"]) == {1.0}


@pytest.fixture
def mine(tmp_path: Path) -> Callable[[float], dict[str, Any]]:
    """Two outcomes of a file that use one constant, once it has that value."""
    path = tmp_path / "mine.py"
    path.write_text(
        "SCALE = 1.0\n\ndef scaled(number):\n    return SCALE * number\n\n"
        "def one(result):\n    return scaled(1.0)\n\ndef two(result):\n    return scaled(2.0)\n"
    )

    def at(scale: float) -> dict[str, Any]:
        found = {name: load_object(f"{path}:{name}") for name in ("one", "two")}
        found["one"].__globals__["SCALE"] = scale
        return VIEWS | found

    return at


class TestStale:
    """Runs whose outcomes are no longer measured as they were."""

    def test_kept_results_are_measured_again(self, tmp_path: Path, mine: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        before = run(sweep(outcomes=mine(1.0)), tmp_path / "a", keep=True).store.table()
        monkeypatch.setattr(FollowerModel, "run_for", None)
        said: list[str] = []
        after = run(sweep(outcomes=mine(3.0)), tmp_path / "a", say=said.append).store.table()
        assert len(said) == 1 and "one, two" in said[0] and tells(said[0], "8 measured")
        assert set(after["one"]) == {3.0} and set(after["two"]) == {6.0}
        assert after["views"].tolist() == before["views"].tolist()

    def test_others_are_refused_until_they_may_be_simulated_again(self, tmp_path: Path, mine: Any) -> None:
        before = run(sweep(outcomes=mine(1.0)), tmp_path / "a").store.table()
        changed = sweep(outcomes=mine(3.0))
        for ask in (lambda: run(changed, tmp_path / "a"), lambda: found_now(changed, tmp_path / "a", None)):
            with pytest.raises(ResultError) as caught:
                ask()
            said = str(caught.value)
            assert tells(said, "one, two 8 runs retry=True fresh=True")
        pd.testing.assert_frame_equal(open_sweep(tmp_path / "a").table(), before)
        told: list[str] = []
        study = run(changed, tmp_path / "a", retry=True, say=told.append)
        assert (study.new, set(study.store.table()["two"])) == (8, {6.0}) and tells(told[0], "8 simulated")
        assert (study.store.table()["views"] == before["views"]).all()
        back = run(sweep(outcomes=mine(1.0)), tmp_path / "a")
        assert back.new == 0, "nothing was thrown away"
        pd.testing.assert_frame_equal(back.store.table(), before)

    def test_where_some_were_kept_only_the_others_are_simulated(self, tmp_path: Path, mine: Any) -> None:
        run(sweep(outcomes=mine(1.0), replicates=1), tmp_path / "a")
        run(sweep(outcomes=mine(1.0)), tmp_path / "a", keep=True)
        changed, told = sweep(outcomes=mine(3.0) | {"likes": outcomes.likes}), list[str]()
        with raises(ResultError, "one two likes new 4 runs"):
            run(changed, tmp_path / "a")
        study = run(changed, tmp_path / "a", retry=True, say=told.append)
        assert tells(told[0], "4 measured") and tells(told[0], "4 simulated")
        assert set(study.store.table()["one"]) == {3.0} and study.complete

    def test_other_values_of_a_lever_do_not_hide_it(self, tmp_path: Path, mine: Any) -> None:
        run(sweep(outcomes=mine(1.0)), tmp_path / "a")
        with raises(ResultError, "one two"):
            run(sweep(outcomes=mine(2.0), levers={BIAS: [0.0, 1.0, 2.0]}), tmp_path / "a")


def test_a_sweep_is_equal_to_what_its_stages_say() -> None:
    grown: Sweep = sweep(samples=[2, 4])
    assert (grown.sample[:2] == sweep().sample).all()
    assert grown.design.points[:4] == sweep().design.points
