"""Archives: whole, described as RO-Crate 1.1 asks, the same bytes again, and refused where they would mislead."""

import errno
import hashlib
import json
import shutil
import zipfile
from collections.abc import Callable
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from typer.testing import CliRunner

from simulation import FollowerModel, Parameters, load_result
from simulation.archive import archive
from simulation.checkpoints import write_checkpoint
from simulation.cli import app
from simulation.errors import OutputError, ParameterError, ResultError
from simulation.graph_files import read_graph
from simulation.study.design.sweep_file import read_sweep
from simulation.study.folder.sweep_folder import open_sweep, run_sweep
from tests.told import raises

SMALL = Parameters().with_values({"population.users": 60, "population.creators": 8})
AUTHOR = "Ada Lovelace, https://orcid.org/0000-0002-1825-0097"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a result, a checkpoint, a sweep on a given graph, and an experiment."""
    place = tmp_path_factory.mktemp("made")
    model = FollowerModel(SMALL, seed=1)
    model.run_for(3)
    model.result().save(place / "one run")
    write_checkpoint(model, place / "held-checkpoint", {"days": 9, "checkpoint_every": 3, "overwrite": False})
    model.save_checkpoint(place / "by hand-checkpoint")
    (place / "inputs").mkdir()
    (place / "inputs" / "friends.csv").write_text("\n".join(f"{k},{(k + 1) % 30}" for k in range(30)))
    (place / "inputs" / "s.toml").write_text(
        '[sweep]\ndays = 2\nreplicates = 2\noutcomes = ["follower_gini"]\ngraph = "friends.csv"\n'
        '[sweep.levers]\n"feed.popularity_bias" = [0.0, 1.0]\n'
    )
    sweep, graph = read_sweep(place / "inputs" / "s.toml")
    assert graph is not None
    run_sweep(sweep, place / "sweep", social_graph=read_graph(graph), graph_file=graph, workers=1)
    experiment = place / "claim"
    shutil.copytree(place / "sweep", experiment / "studies" / "effects")
    (experiment / "experiment.json").write_text(
        json.dumps({"kind": "experiment", "name": "bandwagon", "quick": True, "users": 60, "days": 2, "seed": 7})
    )
    (experiment / "summary.md").write_text("# Bandwagon\n")
    return place


def metadata(file: Path) -> dict[str, dict[str, Any]]:
    """Entities of the metadata by @id."""
    with zipfile.ZipFile(file) as packed:
        found = json.loads(packed.read("ro-crate-metadata.json"))
    assert found["@context"][0] == "https://w3id.org/ro/crate/1.1/context"
    entities = found["@graph"]
    assert len({entity["@id"] for entity in entities}) == len(entities)
    return {entity["@id"]: entity for entity in entities}


def references(value: object) -> list[str]:
    if isinstance(value, dict):
        assert set(value) == {"@id"}, "JSON-LD must be flat: entities refer to others by @id only"
        return [value["@id"]]
    return [found for item in value for found in references(item)] if isinstance(value, list) else []


def check_crate(file: Path) -> dict[str, dict[str, Any]]:
    """What RO-Crate 1.1 and Process Run Crate 0.5 say MUST be, section by section."""
    entities = metadata(file)
    # RO-Crate 1.1, Root Data Entity: the metadata file descriptor.
    descriptor = entities["ro-crate-metadata.json"]
    assert descriptor["@type"] == "CreativeWork" and descriptor["about"] == {"@id": "./"}
    assert descriptor["conformsTo"] == {"@id": "https://w3id.org/ro/crate/1.1"}
    # RO-Crate 1.1, Root Data Entity: direct properties.
    root = entities["./"]
    assert root["@type"] == "Dataset" and root["name"] and root["description"] and root["license"]
    datetime.fromisoformat(root["datePublished"])
    # RO-Crate 1.1, JSON-LD: flattened and compacted; every entity has @id and @type.
    for entity in entities.values():
        assert entity["@id"] and entity["@type"]
        for name, value in entity.items():
            for reference in references(value):
                assert reference in entities or reference.startswith("https://"), (entity["@id"], name, reference)
    # RO-Crate 1.1, Data Entities: URI paths relative to the root, present, and linked from the root by hasPart.
    files = {entity["@id"]: entity for entity in entities.values() if entity["@type"] == "File"}
    assert set(references(root["hasPart"])) == set(files)
    with zipfile.ZipFile(file) as packed:
        assert packed.testzip() is None
        names = set(packed.namelist())
        assert {unquote(name) for name in files} | {"ro-crate-metadata.json"} == names
        for name, entity in files.items():
            data = packed.read(unquote(name))
            assert " " not in name and not name.startswith(("/", ".."))
            assert entity["contentSize"] == str(len(data))
            assert entity["sha256"] == hashlib.sha256(data).hexdigest()
    # Process Run Crate 0.5: conformsTo the profile, an action with an instrument, mentioned by the root.
    assert root["conformsTo"]["@id"] == "https://w3id.org/ro/wfrun/process/0.5" and root["mentions"]["@id"] == "#run"
    action = entities["#run"]
    assert action["@type"] == "CreateAction"
    assert entities[action["instrument"]["@id"]]["@type"] == "SoftwareApplication"
    datetime.fromisoformat(action["endTime"])
    return entities


@pytest.mark.parametrize(
    ("name", "command"),
    [
        ("one run", "follower-dynamics rerun 'one run'"),
        ("held-checkpoint", "follower-dynamics resume held"),
        ("by hand-checkpoint", "FollowerModel.from_checkpoint('by hand-checkpoint')"),
        ("sweep", "follower-dynamics sweep run sweep/sweep.toml --out again"),
        ("claim", "follower-dynamics experiment bandwagon --quick --users 60 --days 2 --seed 7 --out claim"),
    ],
)
def test_what_is_packed_is_whole_and_described(made: Path, tmp_path: Path, name: str, command: str) -> None:
    out = archive(made / name, tmp_path / "deep" / "out.zip", authors=[AUTHOR, "B. Test"], licence="CC-BY-4.0")
    entities = check_crate(out)
    with zipfile.ZipFile(out) as packed:
        packed.extractall(tmp_path / "again")
        readme = packed.read("README.md").decode()
        environment = json.loads(packed.read("environment.json"))
    assert command in readme and command in entities["#run"]["description"]
    assert environment["packed_by"]["libraries"]["numpy"] and environment["packed_by"]["python"]
    there = {path.relative_to(made / name).as_posix(): path.read_bytes() for path in (made / name).rglob("*.parquet")}
    assert there
    for path, data in there.items():
        assert (tmp_path / "again" / name / path).read_bytes() == data
    assert entities["https://spdx.org/licenses/CC-BY-4.0"]["@type"] == "CreativeWork"
    people = [entity for entity in entities.values() if entity["@type"] == "Person"]
    assert [person["name"] for person in people] == ["Ada Lovelace", "B. Test"]
    assert people[0]["@id"] == "https://orcid.org/0000-0002-1825-0097"


def test_the_validator_of_the_specification_agrees(made: Path, tmp_path: Path) -> None:
    services = pytest.importorskip("rocrate_validator.services", reason="needs roc-validator")
    out = archive(made / "one run", tmp_path / "out.zip")
    for profile in ("ro-crate-1.1", "process-run-crate-0.5"):
        settings = {"rocrate_uri": str(out), "profile_identifier": profile, "requirement_severity": "REQUIRED"}
        assert services.validate(settings).passed()


def test_a_packed_run_and_a_packed_sweep_open_elsewhere(made: Path, tmp_path: Path) -> None:
    for name in ("one run", "sweep"):
        with zipfile.ZipFile(archive(made / name, tmp_path / f"{name}.zip")) as packed:
            packed.extractall(tmp_path)
    again, first = (load_result(place / "one run") for place in (tmp_path, made))
    assert again.events.equals(first.events)
    sweep = open_sweep(tmp_path / "sweep")
    assert sweep.graph_file == tmp_path / "sweep" / "friends.csv" and sweep.graph_file.exists()
    assert len(sweep.table()) == 4


def test_graphs_that_are_levers_are_packed(tmp_path: Path) -> None:
    texts = []
    for name in ("here", "there"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "friends.csv").write_text("\n".join(f"{k},{(k + len(name)) % 30}" for k in range(30)))
        texts.append(f'"{name}/friends.csv"')
    (tmp_path / "s.toml").write_text(
        '[sweep]\ndays = 2\nreplicates = 1\noutcomes = ["views"]\n[sweep.levers]\n'
        f"social_graph = [{', '.join(texts)}]\n[population]\ncreators = 8\n"
    )
    table = run_sweep(read_sweep(tmp_path / "s.toml")[0], tmp_path / "sweep", workers=1).store.table()
    with zipfile.ZipFile(archive(tmp_path / "sweep", tmp_path / "sweep.zip")) as packed:
        packed.extractall(tmp_path / "elsewhere")
    shutil.rmtree(tmp_path / "here")
    again = run_sweep(read_sweep(tmp_path / "elsewhere" / "sweep" / "sweep.toml")[0], tmp_path / "again", workers=1)
    assert again.store.table()["views"].tolist() == table["views"].tolist()
    with raises(ResultError, "friends.csv missing"):
        archive(tmp_path / "sweep", tmp_path / "more.zip")


def test_versions_that_made_a_run_stand_in_it(made: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(archive(made / "one run", tmp_path / "out.zip")) as packed:
        made_by = json.loads(packed.read("environment.json"))["made_by"]
        inputs = references(json.loads(packed.read("ro-crate-metadata.json"))["@graph"][4]["object"])
    given = load_result(made / "one run").provenance
    assert made_by["package_version"] == given["package_version"] and made_by["libraries"] == given["libraries"]
    assert {unquote(name).removeprefix("one run/") for name in inputs} >= {"scenario.toml", "social_graph.parquet"}


def test_the_same_folder_gives_the_same_bytes(made: Path, tmp_path: Path) -> None:
    first, second = (archive(made / "sweep", tmp_path / name).read_bytes() for name in ("a.zip", "b.zip"))
    assert first == second


@pytest.mark.parametrize(
    ("licence", "stated"),
    [
        (None, "No licence"),
        ("https://example.org/terms", {"@id": "https://example.org/terms"}),
        ("Ask first, then use.", "Ask first, then use."),
    ],
)
def test_licences(made: Path, tmp_path: Path, licence: str | None, stated: object) -> None:
    root = check_crate(archive(made / "one run", tmp_path / "out.zip", licence=licence, title="A title"))["./"]
    assert root["license"] == stated or str(root["license"]).startswith(str(stated))
    assert root["name"] == "A title"


def damage(path: str, change: Callable[[bytes], bytes]) -> Callable[[Path], None]:
    def to(folder: Path) -> None:
        (folder / path).write_bytes(change((folder / path).read_bytes()))

    return to


@pytest.mark.parametrize(
    ("name", "spoil", "blamed"),
    [
        ("one run", damage("events.parquet", lambda data: data[: len(data) // 2]), "events.parquet"),
        ("one run", damage("provenance.json", lambda data: data[:-9]), "provenance.json"),
        ("one run", damage("scenario.toml", lambda data: b"[" + data), "scenario.toml"),
        ("one run", lambda folder: (folder / "users.parquet").unlink(), "users.parquet"),
        ("held-checkpoint", lambda folder: next(folder.glob("state-*.npz")).unlink(), "state-"),
        ("sweep", lambda folder: next((folder / "runs").iterdir()).write_bytes(b"PAR1"), "runs"),
        ("claim", lambda folder: (folder / "summary.md").unlink(), "summary.md"),
        ("inputs", lambda folder: None, "no result"),
    ],
)
def test_what_is_damaged_or_no_result_is_refused(
    made: Path, tmp_path: Path, name: str, spoil: Callable[[Path], None], blamed: str
) -> None:
    folder = tmp_path / name
    shutil.copytree(made / name, folder)
    spoil(folder)
    with raises(ResultError, blamed):
        archive(folder, tmp_path / "out.zip")
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_a_missing_graph_is_missed(made: Path, tmp_path: Path) -> None:
    shutil.copytree(made / "sweep", tmp_path / "sweep")
    declaration = tmp_path / "sweep" / "sweep.toml"
    declaration.write_text(declaration.read_text().replace("friends.csv", "enemies.csv"))
    with raises(ResultError, "enemies.csv missing"):
        archive(tmp_path / "sweep", tmp_path / "out.zip")


def test_nothing_is_replaced_unasked(made: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.zip"
    out.write_text("mine")
    with raises(OutputError, "exists"):
        archive(made / "one run", out)
    assert out.read_text() == "mine"
    check_crate(archive(made / "one run", out, overwrite=True))
    with raises(ResultError, "exist"):
        archive(tmp_path / "nowhere", tmp_path / "other.zip")
    with raises(ParameterError, "lies folder"):
        archive(made / "one run", made / "one run" / "out.zip")
    with raises(ParameterError, "empty"):
        archive(made / "one run", tmp_path / "other.zip", authors=[" "])


@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, "No space left on device"), KeyboardInterrupt()])
def test_a_full_disk_or_a_stop_leaves_what_was_there(
    made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    out = tmp_path / "out.zip"
    out.write_text("mine")

    class Full(BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            raise error

    monkeypatch.setattr("simulation.archive.crate.BytesIO", Full)
    with pytest.raises((OutputError, KeyboardInterrupt)):
        archive(made / "one run", out, overwrite=True)
    assert out.read_text() == "mine" and list(tmp_path.iterdir()) == [out]


def test_the_command(made: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.zip"
    run = [str(made / "one run"), str(out), "--author", AUTHOR, "--license", "CC0-1.0", "--title", "Mine"]
    first = CliRunner().invoke(app, ["archive", *run])
    assert first.exit_code == 0 and str(out) in first.stdout
    root = check_crate(out)["./"]
    assert root["name"] == "Mine" and root["license"] == {"@id": "https://spdx.org/licenses/CC0-1.0"}
    assert CliRunner().invoke(app, ["archive", *run]).exit_code == 2
    refused = CliRunner().invoke(app, ["archive", *run])
    assert refused.exit_code == 2
    assert "(--overwrite)" in refused.output
    assert CliRunner().invoke(app, ["archive", *run, "--overwrite"]).exit_code == 0
