"""A sweep in its folder: run, gone on with, extended, started over, and found again."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd
import pytest

from simulation import FollowerModel
from simulation.analysis.headline import HEADLINE
from simulation.engines.agents import User
from simulation.errors import ConfigError, OutcomeError, ParameterError, ResultError
from simulation.graph_files import read_graph
from simulation.interventions import Intervention
from simulation.presets import PRESETS
from simulation.records import Result
from simulation.scenario import Scenario
from simulation.social_graph import SocialGraph
from simulation.study import Study, Sweep, Uncertainty, run_sweep
from simulation.study.design.sweep_file import read_sweep
from simulation.study.folder.sweep_folder import found_now, open_sweep
from tests.study import outcomes
from tests.told import raises

BIAS, SLOTS, CAP = "feed.popularity_bias", "session.slots", "session.session_cap"
SMALL: dict[str, object] = {"population.users": 40, "population.creators": 8, "decision.follow_threshold": 0.6}
VIEWS = {"views": HEADLINE["views"]}
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
    study = run(sweep(scenario=Scenario(preset="tiktok")), tmp_path / "a")
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
    assert found.progress().finished == 3, "what it is is known from the first run on"
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
    with raises(OSError, "power cut"):
        run(sweep(days=5), tmp_path / "a", fresh=True)
    monkeypatch.undo()
    assert read_sweep(tmp_path / "a" / "sweep.toml")[0].days == 4, "cut off between forgetting and writing"
    study = run(sweep(days=5), tmp_path / "a")
    assert (study.new, study.reused) == (8, 0)
    assert open_sweep(tmp_path / "a").sweep.days == 5


def _refuse(*_: object) -> None:
    raise OSError("power cut")


def notebook(monkeypatch: pytest.MonkeyPatch, path: Path, text: str) -> ModuleType:
    """The main module as a notebook has it: with functions, and no file that other processes could run."""
    found = ModuleType("__main__")
    found.__spec__ = None
    monkeypatch.setitem(sys.modules, "__main__", found)
    path.write_text(text)
    exec(compile(path.read_text(), str(path), "exec"), found.__dict__)
    return found


def test_functions_of_a_notebook_and_lambdas_run_in_processes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cell = notebook(monkeypatch, tmp_path / "cell.py", "import os\n\ndef process(result):\n    return os.getpid()\n")
    known = sweep(outcomes={"process": cell.process, "three": lambda result: 3.0})
    table = run(known, tmp_path / "a", workers=2).store.table()
    assert os.getpid() not in set(table["process"]) and set(table["three"]) == {3.0}
    found = open_sweep(tmp_path / "a")
    assert found.progress().finished == 8 and list(found.sweep.outcomes) == ["process", "three"]
    with raises(ConfigError, "'process' file.py:process run_sweep retry=True"):
        found.loaded()


def test_what_a_function_made_is_run_again_by_the_advice_that_is_given(tmp_path: Path) -> None:
    """A closure in a file: in Python by the same call, in the shell once a file has a name for it."""

    def made(scale: float) -> Callable[[Result], float]:
        def views(result: Result) -> float:
            return scale * float(result.daily["views"].sum())

        return views

    known = sweep(outcomes={"scaled": made(2.0)})
    done = run(known, tmp_path / "a").store
    next((tmp_path / "a" / "runs").iterdir()).unlink()
    with pytest.raises(ConfigError) as caught:
        open_sweep(tmp_path / "a").loaded()
    said = str(caught.value)
    assert "'scaled'" in said and "what another function made" in said
    assert "file.py:scaled" in said and "run_sweep with retry=True" in said
    again = run(known, tmp_path / "a", retry=True)
    assert (again.new, again.reused) == (1, 7) and len(done.table()) == 8


def test_other_values_and_more_samples_go_on_where_the_folder_stands(tmp_path: Path) -> None:
    run(sweep(), tmp_path / "a")
    wider = sweep(levers={BIAS: [0.0, 0.5, 1.0]})
    study = run(wider, tmp_path / "a")
    assert (study.new, study.reused) == (4, 8)
    whole = run(wider, tmp_path / "b").store.table()
    pd.testing.assert_frame_equal(study.store.table().drop(columns="seconds"), whole.drop(columns="seconds"))
    with raises(ResultError, "days 4 5"):
        run(sweep(days=5), tmp_path / "a")
    assert open_sweep(tmp_path / "a").progress().finished == 12


def partial_of(least: float) -> Callable[[Any], float]:
    """An outcome that fails in runs with fewer views."""

    def partial(result: Any) -> float:
        return 1.0 / int(result.daily["views"].sum() >= least)

    return partial


class TestMeasure:
    """New outcomes on results that were kept."""

    def test_nothing_is_simulated_again(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        before = run(sweep(outcomes={"views": HEADLINE["views"]}), tmp_path / "a", keep=True).store.table()
        direct = run(sweep(outcomes={"likes": outcomes.likes}), tmp_path / "b").store.table()
        monkeypatch.setattr(FollowerModel, "run_for", None)
        study = open_sweep(tmp_path / "a").measure({"likes": outcomes.likes}, workers=1, progress=False)
        assert study.complete and study.new == 8
        after = study.store.table()
        assert after["views"].tolist() == before["views"].tolist()
        assert after["likes"].tolist() == direct["likes"].tolist()
        assert list(open_sweep(tmp_path / "a").sweep.outcomes) == ["views", "likes"]

    def test_without_results_it_is_refused(self, tmp_path: Path) -> None:
        run(sweep(), tmp_path / "a")
        with raises(ResultError, "8 8 runs"):
            open_sweep(tmp_path / "a").measure({"likes": outcomes.likes}, progress=False)
        assert not (tmp_path / "a" / "results").exists()

    def test_one_that_fails_in_some_runs_changes_nothing(self, tmp_path: Path) -> None:
        run(sweep(outcomes={"views": HEADLINE["views"]}), tmp_path / "a", keep=True)
        before = open_sweep(tmp_path / "a").table()
        views = sorted(before["views"])[4]
        with raises(OutcomeError, "'partial' fails ZeroDivisionError of 8 runs") as caught:
            open_sweep(tmp_path / "a").measure({"partial": partial_of(views)}, workers=1, progress=False)
        assert "in partial" in caught.value.__notes__[0], "the traceback"
        pd.testing.assert_frame_equal(open_sweep(tmp_path / "a").table(), before)
        assert len(list((tmp_path / "a" / "runs").iterdir())) == 8 and not any((tmp_path / "a" / "failed").iterdir())
        assert run(sweep(outcomes={"views": HEADLINE["views"]}), tmp_path / "a").new == 0

    def test_runs_that_had_failed_do_not_stop_others(self, tmp_path: Path) -> None:
        views = sorted(run(sweep(outcomes={"views": HEADLINE["views"]}), tmp_path / "b").store.table()["views"])[4]
        first = run(sweep(outcomes={"partial": partial_of(views)}), tmp_path / "a", keep=True)
        assert 0 < len(first.failures) < 8
        given = {"partial": partial_of(views), "likes": outcomes.likes}
        study = open_sweep(tmp_path / "a").measure(given, workers=1, progress=False)
        assert (study.new, len(study.failures)) == (8 - len(first.failures), len(first.failures))
        assert study.store.table()["likes"].notna().all()

    def test_a_damaged_result_is_simulated_again(self, tmp_path: Path) -> None:
        known = sweep(outcomes={"views": HEADLINE["views"]})
        before = run(known, tmp_path / "a", keep=True).store.table()
        for path in (tmp_path / "a" / "results").glob("*/daily.parquet"):
            path.write_bytes(b"broken")
        both = {"views": HEADLINE["views"], "likes": outcomes.likes}
        after = run(sweep(outcomes=both), tmp_path / "a").store.table()
        assert after["views"].tolist() == before["views"].tolist()

    def test_a_lambda_of_before_must_be_given_again(self, tmp_path: Path) -> None:
        run(sweep(outcomes={"one": lambda result: 1.0}), tmp_path / "a", keep=True)
        with raises(ConfigError, "'one' Python"):
            open_sweep(tmp_path / "a").measure({"likes": outcomes.likes}, workers=1, progress=False)
        study = open_sweep(tmp_path / "a").measure({"one": lambda result: 2.0}, workers=1, progress=False)
        assert set(study.store.table()["one"]) == {2.0}


def test_all_runs_share_a_scenario(tmp_path: Path) -> None:
    scenario = Scenario({**SMALL, BIAS: 0.3}, preset="tiktok", creators=[1, 2, 5], social_graph=None, days=4, seed=9)
    given = {"days": 0, "constants": {}, "scenario": scenario, "outcomes": {"creators": creators_of}}
    table = run(sweep(**given), tmp_path / "a").store.table()
    assert set(table["creators"]) == {3.0} and set(table[BIAS]) == {0.0, 1.0} and set(table["days"]) == {4}
    assert open_sweep(tmp_path / "a").loaded().base.creators == (1, 2, 5)


class Loyal(User):
    """Never unfollows anybody."""

    def leaving_chance(self, creator: int) -> float:
        return 0.0


CHOICES: dict[str, Any] = {
    "engine": ["compiled", "mesa"],
    "creators": {"two": [1, 2], "three": [1, 2, 5]},
    "interventions": {"nothing": [], "early": [Intervention(1, CAP, 1)], "late": [Intervention(3, CAP, 1)]},
}


def test_levers_that_are_no_parameters(tmp_path: Path) -> None:
    given = {"uncertainties": [], "levers": CHOICES, "replicates": 1}
    measures = {"count": creators_of, "likes": outcomes.likes}
    study = run(sweep(**given, outcomes=measures), tmp_path / "a")
    table = study.store.table()
    assert len(table) == 12 and study.complete
    assert dict(table.groupby("creators")["count"].first()) == {"two": 2.0, "three": 3.0}
    likes = table.pivot(index=["creators", "interventions"], columns="engine", values="likes")
    assert (likes["compiled"] == likes["mesa"]).all(), "one history"
    assert likes["mesa"].groupby("creators").nunique().min() > 1, "interventions do something"
    found = open_sweep(tmp_path / "a")
    assert found.progress().finished == 12
    assert found.loaded().design == sweep(**given, outcomes=measures).design
    fewer = {**CHOICES, "creators": {"two": [1, 2], "four": [1, 2, 5, 6]}, "engine": ["compiled"]}
    again = run(sweep(**{**given, "levers": fewer}, outcomes=measures), tmp_path / "a")
    assert (again.new, again.reused) == (3, 3)


def test_agent_classes_are_levers(tmp_path: Path) -> None:
    given = {"uncertainties": [], "levers": {"user_type": [User, Loyal]}, "replicates": 1}
    table = run(sweep(**given), tmp_path / "a").store.table()
    assert table["user_type"].tolist() == ["User", "Loyal"]
    assert open_sweep(tmp_path / "a").loaded().choices["user_type"]["Loyal"] is Loyal
    pd.testing.assert_frame_equal(open_sweep(tmp_path / "a").table(), table)


@pytest.mark.parametrize(
    ("levers", "says"),
    [
        ({"engine": ["fast"]}, "'compiled' 'mesa'"),
        ({"creators": [[1, 2], [3]]}, "mapping"),
        ({"interventions": {"late": [Intervention(9, CAP, 1)]}}, "9"),
        ({"user_type": {"mine": int}}, "agent class"),
    ],
)
def test_alternatives_that_are_none_are_refused(levers: dict[str, Any], says: str) -> None:
    with raises(ParameterError, says):
        sweep(levers=levers)


def creators_of(result: Result) -> float:
    return float(len(result.creators))


class TestGraph:
    def test_its_nodes_are_the_users(self, tmp_path: Path) -> None:
        known = sweep(constants={"population.creators": 8}, outcomes={"views": HEADLINE["views"]})
        given = run(known, tmp_path / "a", social_graph=GRAPH).store.table()
        other = run(known, tmp_path / "b", social_graph=GRAPH.from_edges([0], [1], 30, directed=False)).store.table()
        assert set(given["key"]).isdisjoint(other["key"])

    def test_another_number_of_users_is_refused_before_the_folder_is_made(self, tmp_path: Path) -> None:
        with raises(ParameterError, "population.users 40 30"):
            run(sweep(), tmp_path / "a", social_graph=GRAPH)
        varied = sweep(levers={"population.users": [30, 40]}, constants={})
        with raises(ParameterError, "population.users 40 30"):
            run(varied, tmp_path / "a", social_graph=GRAPH)
        assert not (tmp_path / "a").exists()
        assert run(sweep(constants={**SMALL, "population.users": 30}), tmp_path / "a", social_graph=GRAPH).complete

    def test_its_file_is_named_in_the_declaration(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(tmp_path)
        known = sweep(constants={"population.creators": 8})
        run(known, tmp_path / "a", social_graph=GRAPH, graph_file=Path("friends.csv"))
        found = open_sweep(tmp_path / "a")
        assert found.graph_file == tmp_path.resolve() / "friends.csv"
        assert found.progress().finished == 8, "the file need not be there for that"

    def test_graphs_are_levers_of_a_file_as_in_python(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        beside = tmp_path / "below"
        beside.mkdir()
        text = (
            '[sweep]\nname = "small"\ndays = 4\nreplicates = 2\noutcomes = ["views"]\n[sweep.levers]\n'
            'social_graph = {{ ring = "ring.csv", mine = "mine.py:graph", none = "generated" }}\n'
            "[population]\nusers = {users}\ncreators = 8\n"
        )
        (beside / "ring.csv").write_text("".join(f"{k},{(k + 1) % 30}\n" for k in range(30)))
        (beside / "mine.py").write_text(
            "from simulation.social_graph import SocialGraph\n\n"
            "graph = SocialGraph.from_edges(list(range(29)), list(range(1, 30)), 30, directed=False)\n"
        )
        (beside / "s.toml").write_text(text.format(users=30))
        known, graph = read_sweep(beside / "s.toml")
        assert graph is None
        table = run(known, tmp_path / "a").store.table()
        monkeypatch.chdir(beside)
        graphs = {"ring": read_graph("ring.csv"), "mine": GRAPH, "none": None}
        size = {"population.users": 30, "population.creators": 8}
        given = {"uncertainties": [], "levers": {"social_graph": graphs}, "constants": size, "outcomes": VIEWS}
        python = run(sweep(**given), tmp_path / "b").store.table()
        pd.testing.assert_frame_equal(table.drop(columns="seconds"), python.drop(columns="seconds"))
        found = open_sweep(tmp_path / "a")
        assert found.progress().finished == 6 and found.loaded().design == known.design
        listed = text.replace('{{ ring = "ring.csv", mine = "mine.py:graph", none = "generated" }}', '["ring.csv"]')
        (beside / "s.toml").write_text(listed.format(users=30))
        names = run(read_sweep(beside / "s.toml")[0], tmp_path / "c").store.table()["social_graph"]
        assert names.tolist() == ["ring.csv"] * 2
        for wrong, users, says in (("rung.csv", 30, "rung.csv"), ("ring.csv", 31, "31 but the social graph has 30")):
            (beside / "s.toml").write_text(listed.replace("ring.csv", wrong).format(users=users))
            with raises(ConfigError, says):
                read_sweep(beside / "s.toml")


class TestOpen:
    def test_finds_what_was_run(self, tmp_path: Path) -> None:
        known = sweep()
        study = run(known, tmp_path / "a")
        found = open_sweep(tmp_path / "a")
        assert found.sweep.design == known.design and found.sweep.outcomes == known.outcomes
        assert found.same_code and found.graph_file is None
        pd.testing.assert_frame_equal(found.table(), study.store.table())

    def test_touches_nothing(self, tmp_path: Path) -> None:
        """A draft is what a sweep that is running just now writes."""
        run(sweep(), tmp_path / "a")
        (tmp_path / "a" / "runs" / ".draft-now").write_bytes(b"half")
        broken = next((tmp_path / "a" / "runs").glob("*.parquet"))
        broken.write_bytes(b"broken")
        before = files(tmp_path / "a")
        found = open_sweep(tmp_path / "a")
        progress = found.progress()
        assert (progress.finished, progress.waiting, progress.damaged) == (7, 1, [broken])
        damaged: list[Path] = []
        assert (len(found.table(damaged)), damaged) == (7, [broken])
        assert found_now(sweep(), tmp_path / "a", None)[1] is not None
        assert files(tmp_path / "a") == before
        with raises(ResultError, broken, "run"):
            found.table()

    def test_on_another_version_of_the_code(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        table = run(sweep(), tmp_path / "a").store.table()
        for module in ("store", "sweep_folder"):
            monkeypatch.setattr(f"simulation.study.folder.{module}.history_version", lambda: "another")
        found = open_sweep(tmp_path / "a")
        assert not found.same_code
        pd.testing.assert_frame_equal(found.table(), table)
        with raises(ResultError, "changed", path=tmp_path / "a"):
            run(sweep(), tmp_path / "a")
        with raises(ResultError, "changed", path=tmp_path / "a"):
            found_now(sweep(), tmp_path / "a", None)

    @pytest.mark.parametrize(
        ("make", "says"),
        [
            (lambda folder: None, "exist `follower-dynamics sweep run FILE --out DIR`"),
            (lambda folder: folder.write_text("x"), "file"),
            (lambda folder: folder.mkdir(), "study.json"),
        ],
        ids=["nothing", "a file", "an empty folder"],
    )
    def test_no_sweep_is_refused(self, tmp_path: Path, make: Any, says: str) -> None:
        make(tmp_path / "a")
        with raises(ResultError, tmp_path / "a", says):
            open_sweep(tmp_path / "a")

    def test_damaged_files_of_its_own_are_refused(self, tmp_path: Path) -> None:
        run(sweep(), tmp_path / "a")
        declaration, card = tmp_path / "a" / "sweep.toml", tmp_path / "a" / "study.json"
        whole = declaration.read_text()
        declaration.write_text(whole[: len(whole) // 2])
        with raises(ConfigError, "sweep.toml untouched"):
            open_sweep(tmp_path / "a")
        declaration.write_text(whole.replace("days = 4", "days = 5"))
        with raises(ResultError, "days 4 5"):
            open_sweep(tmp_path / "a")
        assert run(sweep(), tmp_path / "a").reused == 8, "the same call writes it anew"
        assert declaration.read_text() == whole
        card.write_text(json.dumps({"kind": "comparison"}))
        with raises(ResultError, "study"):
            open_sweep(tmp_path / "a")


def test_what_would_be_found_there_without_touching_it(tmp_path: Path) -> None:
    assert found_now(sweep(), tmp_path / "a", None)[1] is None
    (tmp_path / "a").mkdir()
    assert found_now(sweep(), tmp_path / "a", None)[1] is None
    (tmp_path / "a" / "notes.txt").write_text("mine")
    for fresh in (False, True):
        with raises(ResultError, tmp_path / "a", "files"):
            found_now(sweep(), tmp_path / "a", None, fresh=fresh)
    run(sweep(), tmp_path / "b")
    with raises(ResultError, "another study", path=tmp_path / "b"):
        found_now(sweep(days=5), tmp_path / "b", None)
    assert found_now(sweep(days=5), tmp_path / "b", None, fresh=True)[1] is None


def test_more_creators_than_users_at_any_point_are_refused_before_the_folder_is_made(tmp_path: Path) -> None:
    varied = sweep(levers={"population.creators": [5, 35]}, constants={"population.users": 30})
    with raises(ParameterError, "population.creators 35 30"):
        run(varied, tmp_path / "a")
    with raises(ParameterError, "population.creators 50 30"):
        run(sweep(constants={"population.creators": 50}), tmp_path / "a", social_graph=GRAPH)
    assert not (tmp_path / "a").exists()
