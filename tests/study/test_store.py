"""The folder of a study: whose it is, what is whole, what the tables say."""

from __future__ import annotations

import dataclasses
import json
import os
import subprocess
import sys
import time
import types
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from simulation.errors import OutputError, ParameterError, ResultError
from simulation.files import write_whole
from simulation.interventions import Intervention
from simulation.parameters import KNOWN
from simulation.social_graph import SocialGraph
from simulation.study import Design, Store, full_grid, run_study, spawn_replicates
from simulation.study.folder import lock
from simulation.study.folder.lock import sole_writer
from simulation.study.folder.store import Made
from simulation.study.run.evaluation import evaluation_name, from_file
from tests.study.evaluations import evaluations, fails_above_one, measure, not_storable
from tests.told import raises, tells

BIAS = "feed.popularity_bias"
PLAN = (Intervention(3, BIAS, 0.5), Intervention(4, "purge", 1.0, (2,)))
DESIGN = Design("small", tuple(full_grid({BIAS: [0, 1, 2]})), spawn_replicates(5, 2, 2), 7)


def run(folder: Path, design: Design = DESIGN, **options: object) -> Store:
    """The study done in this process, without a bar."""
    options = {"workers": 1, "progress": False, **options}
    return run_study(design, measure, folder, **options).store  # type: ignore[arg-type]


def run_files(folder: Path) -> list[Path]:
    """Files of finished runs."""
    return sorted((folder / "runs").iterdir())


def test_table_has_one_row_a_run_with_what_was_measured(tmp_path: Path, scratch: Path) -> None:
    table = run(tmp_path / "study").table()
    assert len(table) == len(DESIGN) == 12
    expected = {(point, replicate) for point in range(3) for replicate in DESIGN.replicates}
    assert {(r.point, s) for r in table.itertuples() for s in DESIGN.replicates if r.luck == s.luck} == expected
    assert table["key"].is_unique
    assert (table["high"] == (table[BIAS] > 1)).all()
    noise = table["score"] - table[BIAS]
    spread = noise.groupby(table["luck"]).agg(lambda values: values.max() - values.min())
    assert (spread < 1e-12).all(), "points must meet the same random draws"
    assert noise.round(9).nunique() == 4


def test_tables_are_written_and_agree(tmp_path: Path, scratch: Path) -> None:
    store = run(tmp_path / "study")
    store.write_table(tmp_path / "runs.parquet", tmp_path / "creators.parquet")
    pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "runs.parquet"), store.table())
    details = pd.read_parquet(tmp_path / "creators.parquet")
    assert list(details.columns) == ["point", BIAS, "population", "world", "creator", "followers"]
    assert len(details) == 3 * len(DESIGN)
    for _, one, found in store.finished():
        mine = details[
            (details["point"] == one.point)
            & (details["population"] == one.replicate.population)
            & (details["world"] == one.replicate.world)
        ]
        assert mine["followers"].tolist() == found.table["followers"].to_pylist()
    assert not list(tmp_path.glob(".draft-*"))


def test_nothing_is_run_twice(tmp_path: Path, scratch: Path) -> None:
    first = run(tmp_path / "study").table()
    second = run(tmp_path / "study").table()
    assert set(evaluations(scratch).values()) == {1}
    pd.testing.assert_frame_equal(first, second)


def test_more_replicates_go_on_from_what_is_there(tmp_path: Path, scratch: Path) -> None:
    run(tmp_path / "study")
    more = dataclasses.replace(DESIGN, replicates=spawn_replicates(5, 3, 2))
    assert len(run(tmp_path / "study", more).table()) == 18
    assert set(evaluations(scratch).values()) == {1}


def test_interventions_are_kept_with_the_run_and_with_its_failure(tmp_path: Path, scratch: Path) -> None:
    design = dataclasses.replace(DESIGN, interventions=PLAN)
    data = [
        {"day": 3, "lever": BIAS, "value": 0.5},
        {"day": 4, "lever": "purge", "value": 1.0, "creators": [2]},
    ]
    kept = [found.run["interventions"] for _, _, found in run(tmp_path / "study", design).finished()]
    assert kept == [data] * len(design)
    assert json.loads((tmp_path / "study" / "study.json").read_text())["interventions"] == data
    failures = run_study(design, fails_above_one, tmp_path / "other", workers=1, progress=False).failures
    assert [json.loads(path.read_text())["interventions"] for path in failures] == [data] * 4


@pytest.mark.parametrize("damage", ["truncated", "empty", "other"])
def test_damaged_run_is_set_aside_and_run_again(tmp_path: Path, scratch: Path, damage: str) -> None:
    whole = run(tmp_path / "study").table()
    victim, other = run_files(tmp_path / "study")[:2]
    data = victim.read_bytes()
    if damage == "truncated":
        victim.write_bytes(data[:-20])
    elif damage == "empty":
        victim.write_bytes(b"")
    else:
        victim.write_bytes(other.read_bytes())
    said: list[str] = []
    again = run(tmp_path / "study", say=said.append).table()
    assert len(said) == 1 and victim.name in said[0] and "run again" in said[0]
    assert (tmp_path / "study" / "set_aside" / victim.name).exists()
    assert sorted(evaluations(scratch).values()) == [1] * 11 + [2]
    pd.testing.assert_frame_equal(again.drop(columns="seconds"), whole.drop(columns="seconds"))


def test_a_changed_byte_is_noticed_or_changes_nothing(tmp_path: Path, scratch: Path) -> None:
    run(tmp_path / "study")
    path = run_files(tmp_path / "study")[0]
    data, whole = path.read_bytes(), from_file(path)
    refused = 0
    for place in np.random.default_rng(1).integers(len(data), size=400):
        changed = bytearray(data)
        changed[place] ^= 1 << int(place % 8)
        path.write_bytes(changed)
        try:
            found = from_file(path)
        except ResultError:
            refused += 1
        else:
            assert (found.run, found.values, found.seconds) == (whole.run, whole.values, whole.seconds)
            assert found.table.equals(whole.table)
    assert refused > 100


def test_runs_are_named_by_all_they_depend_on(tmp_path: Path, scratch: Path) -> None:
    def keys(folder: str, design: Design, evaluate: object = measure, graph: SocialGraph | None = None) -> set[str]:
        return {key for key, _ in Store(tmp_path / folder, design, Made.now(evaluate, graph)).runs()}  # type: ignore[arg-type]

    base = keys("a", DESIGN)
    graph = SocialGraph.from_edges([0, 1], [1, 2], 3, directed=False)
    others = [
        keys("b", dataclasses.replace(DESIGN, days=8)),
        keys("c", dataclasses.replace(DESIGN, constants={"population.users": 10})),
        keys("d", dataclasses.replace(DESIGN, replicates=spawn_replicates(6, 2, 2))),
        keys("e", DESIGN, fails_above_one),
        keys("f", DESIGN, measure, graph),
        keys("h", dataclasses.replace(DESIGN, interventions=PLAN)),
        keys("i", dataclasses.replace(DESIGN, interventions=PLAN[:1])),
    ]
    assert len(base) == 12
    assert not any(base & other for other in others)
    assert not others[-1] & others[-2]
    assert keys("g", dataclasses.replace(DESIGN, name="renamed")) == base


def test_folder_of_another_study_is_refused_and_says_what_differs(tmp_path: Path, scratch: Path) -> None:
    run(tmp_path / "study")
    cases = {
        "days: 7 there, 8 now": dataclasses.replace(DESIGN, days=8),
        'name: "small" there, "other" now': dataclasses.replace(DESIGN, name="other"),
        "population.users: null there, 10 now": dataclasses.replace(DESIGN, constants={"population.users": 10}),
        "points: 3 there, 1 now": dataclasses.replace(DESIGN, points=({BIAS: 0.5},)),
        "interventions": dataclasses.replace(DESIGN, interventions=PLAN),
        "seeds": dataclasses.replace(DESIGN, replicates=spawn_replicates(6, 2, 2)),
    }
    for says, other in cases.items():
        with raises(ResultError, says):
            run(tmp_path / "study", other)
    assert len(run(tmp_path / "study").table()) == 12


def test_a_study_with_other_points_goes_on_with_the_runs_it_shares(tmp_path: Path, scratch: Path) -> None:
    run(tmp_path / "study")
    for values in ([0, 1, 2, 3], [2, 3]):
        other = dataclasses.replace(DESIGN, points=tuple(full_grid({BIAS: values})))
        table = run(tmp_path / "study", other).table()
        assert sorted(set(table[BIAS])) == values and len(table) == 4 * len(values)
        assert json.loads((tmp_path / "study" / "study.json").read_text())["points"] == len(values)
    assert set(evaluations(scratch).values()) == {1} and len(evaluations(scratch)) == 16


def test_other_code_is_refused(tmp_path: Path, scratch: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run(tmp_path / "study")
    monkeypatch.setattr("simulation.study.folder.store.history_version", lambda: "0123")
    with raises(ResultError, "changed", path=tmp_path / "study"):
        run(tmp_path / "study")


def test_fresh_starts_over_only_a_folder_of_its_kind(tmp_path: Path, scratch: Path) -> None:
    run(tmp_path / "study")
    (tmp_path / "study" / "notes.txt").write_text("mine")
    other = dataclasses.replace(DESIGN, days=8)
    assert len(run(tmp_path / "study", other, fresh=True).table()) == 12
    assert len(run_files(tmp_path / "study")) == 12
    assert (tmp_path / "study" / "notes.txt").read_text() == "mine"
    precious = tmp_path / "precious"
    precious.mkdir()
    (precious / "runs").write_text("mine")
    with raises(ResultError, precious, "study"):
        run(precious, fresh=True)
    assert (precious / "runs").read_text() == "mine"
    (precious / "study.json").write_text('{"kind": "recipe"}')
    with raises(ResultError, precious, "study"):
        run(precious, fresh=True)
    assert (precious / "runs").read_text() == "mine"


def test_folder_that_cannot_be_made_is_refused(tmp_path: Path, scratch: Path) -> None:
    (tmp_path / "file").write_text("")
    with raises(OutputError, tmp_path / "file" / "study", "written"):
        run(tmp_path / "file" / "study")


def test_drafts_of_a_killed_study_are_swept_away(tmp_path: Path, scratch: Path) -> None:
    run(tmp_path / "study")
    draft = tmp_path / "study" / "runs" / ".draft-half"
    draft.write_bytes(b"half")
    assert len(run(tmp_path / "study").table()) == 12
    assert not draft.exists()


@pytest.mark.parametrize("again", [False, True])
def test_run_files_that_vanish_meanwhile_are_run_again_or_missed(
    tmp_path: Path, scratch: Path, monkeypatch: pytest.MonkeyPatch, again: bool
) -> None:
    """Somebody removes the first run file while the last run is done, once or whenever it comes back."""
    keep, kept, said = Store.keep, list[str](), list[str]()

    def robbed(self: Store, key: str, data: bytes) -> None:
        keep(self, key, data)
        kept.append(key)
        if len(kept) == 12 or (again and len(kept) > 12):
            (self.folder / "runs" / f"{kept[0]}.parquet").unlink()

    monkeypatch.setattr(Store, "keep", robbed)
    study = run_study(DESIGN, measure, tmp_path / "study", workers=1, progress=False, say=said.append)
    assert len(kept) == 13 and tells(said[0], "1 run")
    assert (study.missing, study.new, study.complete) == (int(again), 12 - again, not again)
    assert len(study.store.table()) == 12 - again


def test_where_all_runs_fail_the_first_error_is_said_and_the_table_has_its_columns(
    tmp_path: Path, scratch: Path
) -> None:
    said: list[str] = []
    study = run_study(DESIGN, not_storable, tmp_path / "study", workers=1, progress=False, say=said.append)
    assert len(study.failures) == 12 and len(study.store.table()) == 0
    assert tells(said[0], "number text") and str(study.failures[0]) in said[0]
    columns = ["point", BIAS, "population", "world", "seed", "luck", "days", "seconds", "key"]
    assert pd.read_parquet(study.store.write_table()).columns.tolist() == columns


def test_columns_tell_their_units(tmp_path: Path, scratch: Path) -> None:
    schema = pq.read_schema(run(tmp_path / "study").write_table())
    assert schema.field("seconds").metadata == {b"unit": b"s"}
    assert schema.field(BIAS).metadata == {b"unit": KNOWN[BIAS].unit.encode()}


def test_the_folder_tells_what_it_was_made_by(tmp_path: Path, scratch: Path) -> None:
    run(tmp_path / "study")
    card = json.loads((tmp_path / "study" / "study.json").read_text())
    assert card["package_version"] and card["python"].startswith("3.") and card["libraries"]["numpy"] == np.__version__


# One writer ----------------------------------------------------------------------------------------------------------


def test_a_second_writer_is_refused_and_the_first_one_goes_on(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    with sole_writer(tmp_path / "a") as still_mine:
        with raises(OutputError, f"process {os.getpid()}"), sole_writer(tmp_path / "a"):
            pass
        assert (tmp_path / "a" / lock.LOCK).exists()
        still_mine()
    assert not list((tmp_path / "a").iterdir())
    with sole_writer(tmp_path / "a"):
        pass


def test_a_killed_writer_on_this_machine_is_forgotten_at_once(tmp_path: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path; from simulation.study.folder.lock import sole_writer\n"
        "with sole_writer(Path(sys.argv[1])):\n    print('in', flush=True)\n    time.sleep(60)\n"
    )
    with subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE) as other:
        assert other.stdout is not None and other.stdout.readline() == b"in\n"
        with raises(OutputError, f"process {other.pid}"), sole_writer(tmp_path):
            pass
        other.kill()
    assert (tmp_path / lock.LOCK).exists()
    with sole_writer(tmp_path) as still_mine:
        still_mine()


def test_a_writer_on_another_machine_counts_while_it_touches_its_file(tmp_path: Path) -> None:
    """Its locks do not reach here, and its process may have the number of one of ours."""
    there = {"token": "1", "machine": "elsewhere", "host": "node7", "process": os.getpid()}
    path = tmp_path / lock.LOCK
    path.write_text(json.dumps(there))
    with raises(OutputError, f"process {os.getpid()} node7"), sole_writer(tmp_path):
        pass
    assert json.loads(path.read_text()) == there, "it is left to its writer"
    long_ago = path.stat().st_mtime - lock.STALE - 1
    os.utime(path, (long_ago, long_ago))
    with sole_writer(tmp_path) as still_mine:
        still_mine()
        path.write_text(json.dumps(there))  # it was asleep only, and has come back
        with raises(OutputError, "taken"):
            still_mine()
    assert json.loads(path.read_text()) == there


def test_a_writer_touches_its_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lock, "BEAT", 0.01)
    with sole_writer(tmp_path):
        path = tmp_path / lock.LOCK
        os.utime(path, (0, 0))
        deadline = time.monotonic() + 20
        while path.stat().st_mtime == 0:
            assert time.monotonic() < deadline
            time.sleep(0.01)


def test_a_second_study_in_a_folder_writes_nothing_and_removes_no_draft(tmp_path: Path, scratch: Path) -> None:
    run(tmp_path / "study")
    draft = tmp_path / "study" / "runs" / ".draft-now"
    draft.write_bytes(b"half")
    with sole_writer(tmp_path / "study"):
        for options in ({}, {"fresh": True}):
            with raises(OutputError, "process"):
                run(tmp_path / "study", dataclasses.replace(DESIGN, replicates=spawn_replicates(5, 3, 2)), **options)
        assert draft.exists() and len(run_files(tmp_path / "study")) == 13


def test_a_write_that_fails_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "file"
    write_whole(path, b"old")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with raises(OutputError, "space", path=path):
        write_whole(path, b"new")
    assert path.read_bytes() == b"old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["file"]


def test_a_file_under_another_name_is_not_read(tmp_path: Path, scratch: Path) -> None:
    run(tmp_path / "study")
    original = run_files(tmp_path / "study")[0]
    copy = tmp_path / "copy.parquet"
    copy.write_bytes(original.read_bytes())
    assert from_file(original).values["users"] == 0
    with raises(ResultError, copy, "file"):
        from_file(copy)


def test_a_function_without_a_name_is_known_by_what_it_does() -> None:
    one, same, other = (partial(_power, exponent=exponent) for exponent in (2, 2, 3))
    assert evaluation_name(one) == evaluation_name(same) != evaluation_name(other)


def _power(number: float, exponent: int) -> float:
    return number**exponent


def test_a_function_whose_text_nobody_kept_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    module = types.ModuleType("unwritten")
    exec("def mine(run, graph): ...", module.__dict__)
    monkeypatch.setitem(sys.modules, "unwritten", module)
    with raises(ParameterError, "source text"):
        evaluation_name(module.mine)
