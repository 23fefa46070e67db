"""A sweep in its folder: run, gone on with, extended, started over, and found again."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd
import pytest

from simulation import FollowerModel
from simulation.analysis.headline import HEADLINE
from simulation.errors import ConfigError, ParameterError, ResultError
from simulation.presets import PRESETS
from simulation.social_graph import SocialGraph
from simulation.study import Study, Sweep, Uncertainty, run_sweep
from simulation.study.design.sweep_file import read_sweep
from simulation.study.folder.sweep_folder import kept_now, open_sweep
from tests.study import outcomes

BIAS, SLOTS = "feed.popularity_bias", "session.slots"
SMALL: dict[str, object] = {"population.users": 40, "population.creators": 8, "decision.follow_threshold": 0.6}
GRAPH = SocialGraph.from_edges(list(range(29)), list(range(1, 30)), 30, directed=False)


def sweep(**changes: Any) -> Sweep:
    """Two points of one uncertainty, two levers' values, two populations: eight runs."""
    base: dict[str, Any] = {
        "name": "small",
        "days": 4,
        "uncertainties": [Uncertainty("feed.prior", 0.1, 10.0, "log")],
        "levers": {BIAS: [0.0, 1.0]},
        "constants": SMALL,
        "outcomes": {name: HEADLINE[name] for name in ("views", "follower_gini", "likes_per_view")},
        "samples": 2,
        "replicates": 2,
    }
    return Sweep(**base | changes)


def run(known: Sweep, folder: Path, **options: Any) -> Study:
    """In this process, without a bar."""
    return run_sweep(known, folder, **{"workers": 1, "progress": False, **options})


def files(folder: Path) -> dict[str, tuple[bytes, int]]:
    """Content and time of change of every file in a folder."""
    found = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): (path.read_bytes(), path.stat().st_mtime_ns) for path in found}


def test_every_row_of_the_table_is_what_the_model_gives(tmp_path: Path) -> None:
    """Seeds, parameters and outcomes of a row, put into FollowerModel by hand."""
    study = run(sweep(preset="tiktok"), tmp_path / "a")
    table = pd.read_parquet(tmp_path / "a" / "runs.parquet")
    assert len(table) == study.new == 8
    pd.testing.assert_frame_equal(table, study.store.table())
    for row in table.to_dict("records"):
        given = {**PRESETS["tiktok"].values, **SMALL, "feed.prior": row["feed.prior"], BIAS: row[BIAS]}
        model = FollowerModel(given, seed=row["seed"], luck=row["luck"], record="daily")
        model.run_for(4)
        for name in ("views", "follower_gini", "likes_per_view"):
            assert row[name] == pytest.approx(HEADLINE[name](model.result()), rel=0, abs=0, nan_ok=True)


def test_processes_give_the_numbers_this_process_gives(tmp_path: Path) -> None:
    here, there = (run(sweep(), tmp_path / f"{count}", workers=count).store.table() for count in (1, 2))
    pd.testing.assert_frame_equal(here.drop(columns="seconds"), there.drop(columns="seconds"))


def test_an_outcome_of_nothing_is_nan_and_no_failure(tmp_path: Path) -> None:
    study = run(sweep(uncertainties=(), levers={SLOTS: [0.0, 10.0]}), tmp_path / "a")
    assert study.complete
    table = pd.read_parquet(tmp_path / "a" / "runs.parquet")
    assert table["likes_per_view"].dtype == np.float64
    assert table["likes_per_view"].isna().tolist() == (table[SLOTS] == 0).tolist()
    assert (table.loc[table[SLOTS] == 0, "views"] == 0).all()


def test_what_is_there_is_not_run_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = run(sweep(), tmp_path / "a")
    before = files(tmp_path / "a" / "runs")
    monkeypatch.setattr(FollowerModel, "run_for", None)
    again = run(sweep(), tmp_path / "a")
    assert (first.new, again.new, again.reused) == (8, 0, 8)
    assert files(tmp_path / "a" / "runs") == before


def test_a_sweep_that_was_stopped_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lived: list[int] = []
    run_for = FollowerModel.run_for

    def stopped(self: FollowerModel, days: int) -> None:
        if len(lived) == 3:
            raise KeyboardInterrupt
        run_for(self, days)
        lived.append(days)

    monkeypatch.setattr(FollowerModel, "run_for", stopped)
    with pytest.raises(KeyboardInterrupt):
        run(sweep(), tmp_path / "a")
    assert not (tmp_path / "a" / "runs.parquet").exists()
    found = open_sweep(tmp_path / "a")
    assert found.kept.progress().finished == 3, "what it is is known from the first run on"
    monkeypatch.setattr(FollowerModel, "run_for", run_for)
    study = run(sweep(), tmp_path / "a")
    assert (study.new, study.reused) == (5, 3)
    whole = run(sweep(), tmp_path / "b").store.table()
    pd.testing.assert_frame_equal(study.store.table().drop(columns="seconds"), whole.drop(columns="seconds"))


@pytest.mark.parametrize("shared", [True, False])
def test_more_replicates_are_added_to_those_that_are_there(tmp_path: Path, shared: bool) -> None:
    few = run(sweep(shared=shared), tmp_path / "a").store.table()
    study = run(sweep(shared=shared, replicates=3), tmp_path / "a")
    assert (study.new, study.reused) == (4, 8)
    more = pd.read_parquet(tmp_path / "a" / "runs.parquet")
    pd.testing.assert_frame_equal(more[more["population"] < 2], few)
    assert open_sweep(tmp_path / "a").sweep.replicates == 3


def test_fewer_replicates_are_a_smaller_table_and_nothing_is_lost(tmp_path: Path) -> None:
    run(sweep(), tmp_path / "a")
    assert len(run(sweep(replicates=1), tmp_path / "a").store.table()) == 4
    assert (run(sweep(), tmp_path / "a").reused, len(files(tmp_path / "a" / "runs"))) == (8, 8)


def test_fresh_starts_over_and_the_declaration_is_never_absent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run(sweep(), tmp_path / "a")
    monkeypatch.setattr("simulation.study.folder.store.write_whole", _refuse)
    with pytest.raises(OSError, match="power cut"):
        run(sweep(days=5), tmp_path / "a", fresh=True)
    monkeypatch.undo()
    assert read_sweep(tmp_path / "a" / "sweep.toml")[0].days == 4, "cut off between forgetting and writing"
    with pytest.raises(ResultError, match="days: 5 there, 4 now"):
        run(sweep(), tmp_path / "a")
    study = run(sweep(days=5), tmp_path / "a")
    assert (study.new, study.reused) == (8, 0)
    assert open_sweep(tmp_path / "a").sweep.days == 5
    run(sweep(outcomes={"likes": outcomes.likes}), tmp_path / "a", fresh=True)
    assert not (tmp_path / "a" / "sweep.toml").exists(), "it would tell of another sweep"


def _refuse(*_: object) -> None:
    raise OSError("power cut")


def test_functions_that_no_process_finds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ParameterError, match="outcome 'zero' cannot be sent to other processes"):
        run(sweep(outcomes={"zero": lambda result: 0.0}), tmp_path / "a", workers=2)
    assert not (tmp_path / "a").exists()


def test_a_function_of_a_notebook_runs_in_its_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    notebook = ModuleType("__main__")
    notebook.__spec__ = None
    monkeypatch.setitem(sys.modules, "__main__", notebook)
    path = tmp_path / "cell.py"
    path.write_text("def process(result):\n    import os\n    return os.getpid()\n")
    exec(compile(path.read_text(), str(path), "exec"), notebook.__dict__)
    known = sweep(outcomes={"process": notebook.process})  # type: ignore[attr-defined]
    with pytest.raises(ParameterError, match="outcome 'process' cannot be sent"):
        run(known, tmp_path / "a", workers=2)
    study = run(known, tmp_path / "a", workers=None)
    assert study.store.table()["process"].tolist() == [os.getpid()] * 8
    with pytest.raises(ResultError, match=r"has no sweep\.toml.*in Python, by the same call of run_sweep"):
        open_sweep(tmp_path / "a")


class TestGraph:
    def test_its_nodes_are_the_users(self, tmp_path: Path) -> None:
        known = sweep(constants={"population.creators": 8}, outcomes={"views": HEADLINE["views"]})
        given = run(known, tmp_path / "a", social_graph=GRAPH).store.table()
        other = run(known, tmp_path / "b", social_graph=GRAPH.from_edges([0], [1], 30, directed=False)).store.table()
        assert set(given["key"]).isdisjoint(other["key"])

    def test_another_number_of_users_is_refused_before_the_folder_is_made(self, tmp_path: Path) -> None:
        with pytest.raises(ParameterError, match=r"population\.users = 40, but the social graph has 30 nodes"):
            run(sweep(), tmp_path / "a", social_graph=GRAPH)
        varied = sweep(levers={"population.users": [30, 40]}, constants={})
        with pytest.raises(ParameterError, match=r"population\.users cannot be varied on a social graph"):
            run(varied, tmp_path / "a", social_graph=GRAPH)
        assert not (tmp_path / "a").exists()
        assert run(sweep(constants={**SMALL, "population.users": 30}), tmp_path / "a", social_graph=GRAPH).complete

    def test_its_file_is_named_in_the_declaration(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(tmp_path)
        known = sweep(constants={"population.creators": 8})
        run(known, tmp_path / "a", social_graph=GRAPH, graph_file=Path("friends.csv"))
        found = open_sweep(tmp_path / "a")
        assert found.graph_file == tmp_path.resolve() / "friends.csv"
        assert found.kept.progress().finished == 8, "the file need not be there for that"


class TestOpen:
    def test_finds_what_was_run(self, tmp_path: Path) -> None:
        known = sweep()
        study = run(known, tmp_path / "a")
        found = open_sweep(tmp_path / "a")
        assert found.sweep.design == known.design and found.sweep.outcomes == known.outcomes
        assert found.same_code and found.graph_file is None
        pd.testing.assert_frame_equal(found.kept.table(), study.store.table())

    def test_touches_nothing(self, tmp_path: Path) -> None:
        """A draft is what a sweep that is running just now writes."""
        run(sweep(), tmp_path / "a")
        (tmp_path / "a" / "runs" / ".draft-now").write_bytes(b"half")
        broken = next((tmp_path / "a" / "runs").glob("*.parquet"))
        broken.write_bytes(b"broken")
        before = files(tmp_path / "a")
        found = open_sweep(tmp_path / "a")
        progress = found.kept.progress()
        assert (progress.finished, progress.waiting, progress.damaged) == (7, 1, [broken])
        damaged: list[Path] = []
        assert (len(found.kept.table(damaged)), damaged) == (7, [broken])
        assert kept_now(sweep(), tmp_path / "a", None) is not None
        assert files(tmp_path / "a") == before
        with pytest.raises(ResultError, match="cannot be read as a run"):
            found.kept.table()

    def test_on_another_version_of_the_code(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        table = run(sweep(), tmp_path / "a").store.table()
        for module in ("folder.store", "folder.sweep_folder", "run.evaluation"):
            monkeypatch.setattr(f"simulation.study.{module}.history_version", lambda: "another")
        found = open_sweep(tmp_path / "a")
        assert not found.same_code
        pd.testing.assert_frame_equal(found.kept.table(), table)
        with pytest.raises(ResultError, match="rules of the package"):
            run(sweep(), tmp_path / "a")
        with pytest.raises(ResultError, match="rules of the package"):
            kept_now(sweep(), tmp_path / "a", None)

    @pytest.mark.parametrize(
        ("make", "says"),
        [
            (lambda folder: None, "does not exist; `follower-dynamics sweep run FILE --out DIR`"),
            (lambda folder: folder.write_text("x"), "is a file, not the folder of a sweep"),
            (lambda folder: folder.mkdir(), r"not the folder of a sweep: it has no study\.json"),
        ],
        ids=["nothing", "a file", "an empty folder"],
    )
    def test_no_sweep_is_refused(self, tmp_path: Path, make: Any, says: str) -> None:
        make(tmp_path / "a")
        with pytest.raises(ResultError, match=says):
            open_sweep(tmp_path / "a")

    def test_damaged_files_of_its_own_are_refused(self, tmp_path: Path) -> None:
        run(sweep(), tmp_path / "a")
        declaration, card = tmp_path / "a" / "sweep.toml", tmp_path / "a" / "study.json"
        whole = declaration.read_text()
        declaration.write_text(whole[: len(whole) // 2])
        with pytest.raises(ConfigError, match=r"sweep\.toml: .*the runs in .* are untouched"):
            open_sweep(tmp_path / "a")
        declaration.write_text(whole.replace("days = 4", "days = 5"))
        with pytest.raises(ResultError, match=r"does not describe the runs that are there.*days: 4 there, 5 now"):
            open_sweep(tmp_path / "a")
        assert run(sweep(), tmp_path / "a").reused == 8, "the same call writes it anew"
        assert declaration.read_text() == whole
        card.write_text(json.dumps({"kind": "comparison"}))
        with pytest.raises(ResultError, match="does not describe any study"):
            open_sweep(tmp_path / "a")


def test_what_would_be_found_there_without_touching_it(tmp_path: Path) -> None:
    assert kept_now(sweep(), tmp_path / "a", None) is None
    (tmp_path / "a").mkdir()
    assert kept_now(sweep(), tmp_path / "a", None) is None
    (tmp_path / "a" / "notes.txt").write_text("mine")
    for fresh in (False, True):
        with pytest.raises(ResultError, match="files here already"):
            kept_now(sweep(), tmp_path / "a", None, fresh=fresh)
    run(sweep(), tmp_path / "b")
    with pytest.raises(ResultError, match="belongs to another study"):
        kept_now(sweep(days=5), tmp_path / "b", None)
    assert kept_now(sweep(days=5), tmp_path / "b", None, fresh=True) is None


def test_more_creators_than_users_at_any_point_are_refused_before_the_folder_is_made(tmp_path: Path) -> None:
    varied = sweep(levers={"population.creators": [5, 35]}, constants={"population.users": 30})
    with pytest.raises(ParameterError, match=r"point \d+ of the sweep has population\.creators = 35 and 30 users"):
        run(varied, tmp_path / "a")
    with pytest.raises(ParameterError, match=r"population\.creators = 50 and 30 users"):
        run(sweep(constants={"population.creators": 50}), tmp_path / "a", social_graph=GRAPH)
    assert not (tmp_path / "a").exists()
