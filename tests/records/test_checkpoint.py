"""The folder of a checkpoint: damaged, of another version, or with something else in it."""

from __future__ import annotations

import errno
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from simulation.errors import OutputError, ResultError
from simulation.factors import FACTORS, Factor
from simulation.model import FollowerModel
from simulation.records import checkpoint
from simulation.records.checkpoint import CARD, Checkpoint, checkpoint_draft, is_checkpoint, remove_checkpoint
from tests.resumed import assert_same_run, busy
from tests.told import raises, tells

TINY = 20_000


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkpoint with parts on disk; not to be changed."""
    model = busy()
    model._recorder._limit = TINY
    model.run_for(10)
    return model.save_checkpoint(tmp_path_factory.mktemp("checkpoint") / "c")


@pytest.fixture
def folder(written: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(written, tmp_path / "c"))


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def kinds(folder: Path) -> dict[str, Path]:
    """A file of every kind."""
    return {path.name.partition("-")[0]: path for path in sorted(folder.iterdir())}


KINDS = (
    "checkpoint.json", "creator_days", "events", "records", "social_graph", "social_graph_nodes", "state", "topic_days",
)  # fmt: skip


def test_a_file_of_every_kind_is_there(written: Path) -> None:
    assert tuple(kinds(written)) == KINDS


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 2 // 3])


def emptied(path: Path) -> None:
    path.write_bytes(b"")


def flipped(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def longer(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"\0")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("damage", [cut, emptied, flipped, longer, Path.unlink], ids=lambda f: f.__name__)
def test_damage_to_any_file_is_noticed(folder: Path, kind: str, damage: Callable[[Path], None]) -> None:
    file = kinds(folder)[kind]
    damage(file)
    before = contents(folder)
    with pytest.raises(ResultError) as caught:
        FollowerModel.from_checkpoint(folder)
    said = str(caught.value)
    assert str(file if kind != CARD else folder) in said
    assert any(tells(said, facts) for facts in ("damaged", "missing", "not checkpoint.json"))
    assert contents(folder) == before, "what is left is left alone"


def change_card(folder: Path, **changes: Any) -> None:
    card = json.loads((folder / CARD).read_text())
    (folder / CARD).write_text(json.dumps(card | changes))


def test_a_number_changed_in_the_card(folder: Path) -> None:
    text = (folder / CARD).read_text()
    assert '"steps": 10' in text
    (folder / CARD).write_text(text.replace('"steps": 10', '"steps": 11'))
    with raises(ResultError, "checkpoint.json damaged"):
        FollowerModel.from_checkpoint(folder)


def test_another_format(folder: Path) -> None:
    change_card(folder, format=9, package_version="7.0")
    with raises(ResultError, "format 9 version 7.0 format 1"):
        FollowerModel.from_checkpoint(folder)


@pytest.mark.parametrize("card", ['{"kind": "study"}', "[1, 2]", '"checkpoint"'])
def test_something_else_by_that_name(folder: Path, card: str) -> None:
    (folder / CARD).write_text(card)
    with raises(ResultError, "package checkpoint"):
        FollowerModel.from_checkpoint(folder)


@pytest.mark.parametrize("what", ["history version", "numpy", "numba", "machine"])
def test_another_version_of_what_numbers_depend_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str) -> None:
    """A rule of one's own may compute with NumPy; those of the package go on with any version, on any machine."""
    half = Factor("half", lambda encounter, p: 0.5)
    folder, plain = tmp_path / "own", tmp_path / "plain"
    FollowerModel({"population.users": 60}, factors=[*FACTORS, half], engine="mesa").save_checkpoint(folder)
    FollowerModel({"population.users": 60}).save_checkpoint(plain)
    then = checkpoint.made_by(foreign=True)
    newer = {**then, what: "newer"}
    monkeypatch.setattr(
        checkpoint, "made_by", lambda foreign: newer if foreign else {"history version": newer["history version"]}
    )
    if what != "history version":
        assert FollowerModel.from_checkpoint(plain).day == 0
    before = contents(folder)
    with pytest.raises(ResultError) as caught:
        FollowerModel.from_checkpoint(folder, factors=[*FACTORS, half])
    said = str(caught.value)
    assert tells(said, f"checkpoint version {what} {then[what]}")
    assert tells(said, "history")
    assert contents(folder) == before


def test_no_folder_a_file_and_another_folder(tmp_path: Path) -> None:
    with raises(ResultError, "nowhere exist"):
        FollowerModel.from_checkpoint(tmp_path / "nowhere")
    (tmp_path / "x").write_text("")
    with raises(ResultError, "x file folder"):
        FollowerModel.from_checkpoint(tmp_path / "x")
    with raises(ResultError, "checkpoint.json"):
        FollowerModel.from_checkpoint(tmp_path)


@pytest.mark.parametrize("kind", ["checkpoint.json", "state"])
def test_a_file_that_may_not_be_read(folder: Path, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    path, honest = kinds(folder)[kind], Path.open

    def denied(self: Path, *arguments: Any, **options: Any) -> Any:
        if self == path:
            raise PermissionError(errno.EACCES, "Permission denied")
        return honest(self, *arguments, **options)

    monkeypatch.setattr(Path, "open", denied)
    with raises(ResultError, f"{path.name} Permission denied"):
        FollowerModel.from_checkpoint(folder)


def test_a_folder_of_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "notes-1.txt").write_text("mine")
    with raises(OutputError, "'notes-1.txt' checkpoint"):
        busy(0).save_checkpoint(tmp_path)
    with raises(OutputError, "notes-1.txt checkpoint"):
        busy(0).save_checkpoint(tmp_path / "notes-1.txt")
    assert contents(tmp_path) == {"notes-1.txt": b"mine"}


def test_what_is_no_longer_part_of_it_is_removed(folder: Path) -> None:
    left = folder / "state-0123456789ab.npz"  # as a process that was killed leaves it
    left.write_bytes(b"half")
    model = FollowerModel.from_checkpoint(folder)
    model.run_for(1)
    model.save_checkpoint(folder)
    named = set(json.loads((folder / CARD).read_text())["files"])
    assert {path.name for path in folder.iterdir()} == named | {CARD}
    assert left.name not in named


def test_over_a_damaged_checkpoint(folder: Path) -> None:
    flipped(folder / CARD)
    cut(kinds(folder)["social_graph"])
    model = busy(2)
    model.save_checkpoint(folder)
    assert_same_run(model, FollowerModel.from_checkpoint(folder))


def test_a_part_that_lost_bytes_meanwhile_is_written_again(folder: Path) -> None:
    model = FollowerModel.from_checkpoint(folder)
    part = kinds(folder)["events"]
    part.unlink()
    part.write_bytes(b"short")
    model.save_checkpoint(folder)
    assert_same_run(model, FollowerModel.from_checkpoint(folder))


def test_files_that_somebody_removes_meanwhile(folder: Path) -> None:
    model = FollowerModel.from_checkpoint(folder)
    before = (folder / CARD).read_bytes()
    with (
        raises(OutputError, "another run"),
        checkpoint_draft(folder) as draft,
    ):
        name = draft.add_arrays("state", {"x": np.zeros(3)})
        (folder / name).unlink()
        draft.commit({})
    assert (folder / CARD).read_bytes() == before
    assert_same_run(model, FollowerModel.from_checkpoint(folder))


def test_removing_leaves_what_is_not_part_of_it(folder: Path) -> None:
    assert is_checkpoint(folder)
    (folder / "notes.txt").write_text("mine")
    remove_checkpoint(folder)
    assert contents(folder) == {"notes.txt": b"mine"}
    (folder / "notes.txt").unlink()
    remove_checkpoint(folder)
    assert not folder.exists()
    remove_checkpoint(folder)


def test_what_cannot_be_removed_is_told(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(*_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "unlink", denied)
    with raises(OutputError, "c removed Permission denied"):
        remove_checkpoint(folder)


def test_objects_are_refused(tmp_path: Path) -> None:
    with (
        raises(TypeError, "state objects"),
        checkpoint_draft(tmp_path / "c") as draft,
    ):
        draft.add_arrays("state", {"x": np.array([{}])})
    assert not (tmp_path / "c").exists()


def test_arrays_of_another_shape_are_refused(folder: Path) -> None:
    stored = Checkpoint(folder)
    arrays = dict(np.load(folder / stored.content["state"]))
    arrays["users.activity"] = arrays["users.activity"][:-1]
    with checkpoint_draft(folder) as draft:
        for name in [*stored._files]:
            assert draft._reuse(name)
        draft.commit({**stored.content, "state": draft.add_arrays("state", arrays)})
    with raises(ResultError, "users.activity float64 (149,) (150,)"):
        FollowerModel.from_checkpoint(folder)
