"""Archives of runs with code of one's own: they hold it, and are repeated from it elsewhere, or say why not."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import networkx as nx
import pytest

import simulation
from simulation import FollowerModel, Scenario, load_result
from simulation.archive import archive
from simulation.checkpoints import write_checkpoint
from simulation.errors import ResultError
from simulation.own_code import own_code
from simulation.records import same_tables
from simulation.social_graph import SocialGraph
from simulation.study.design.sweep_file import read_sweep
from simulation.study.folder.sweep_folder import open_sweep, run_sweep
from tests.told import raises

SIZE = {"population.users": 60, "population.creators": 8}
FILES = {
    "scaling.py": "import networkx as nx\n\nSCALE = nx.Graph().number_of_nodes() + 2\n",
    "fans/__init__.py": "",
    "fans/loyal.py": (
        "from simulation import User\n\nfrom .often import SHARE\n\n\nclass Loyal(User):\n"
        "    def watch(self):\n        if self.index % SHARE:\n            super().watch()\n"
    ),
    "fans/often.py": "from . import loyal\n\nSHARE = 3\n",
    "unused.py": "",
    "mine.py": (
        "import json\n\nimport scaling\nfrom simulation import Factor\n\n\ndef rate(result):\n"
        "    return float(result.daily['views'].sum() * scaling.SCALE)\n\n\n"
        "def novel(encounter, p):\n    return 0.5 * encounter.quality\n\n\nnovelty = Factor('novelty', novel)\n"
    ),
    "s.toml": (
        '[sweep]\ndays = 2\noutcomes = ["mine.py:rate"]\n[sweep.levers]\n"feed.popularity_bias" = [0.0, 1.0]\n'
        "[population]\nusers = 60\ncreators = 8\n"
    ),
    "r.toml": (
        '[run]\ndays = 3\nengine = "mesa"\nuser_type = "fans.loyal:Loyal"\nfactors = ["talent", "mine.py:novelty"]\n'
        "[population]\nusers = 60\ncreators = 8\n"
    ),
}


def forget(home: Path) -> None:
    """Let what was imported from a folder be imported anew."""
    for name, module in list(sys.modules.items()):
        if str(getattr(module, "__file__", None)).startswith(str(home)):
            del sys.modules[name]
    sys.path[:] = [place for place in sys.path if not place.startswith(str(home))]


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    """A folder with code, the file of a sweep, and that of a run."""
    home = tmp_path / "home of Ada"
    for name, text in FILES.items():
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text(text)
    yield home
    forget(home)


def unpacked(file: Path, to: Path) -> str:
    """Unpack an archive in a folder; the last command of its README."""
    with zipfile.ZipFile(file) as packed:
        packed.extractall(to)
    block = re.findall(r"```\n(.*?)```", (to / "README.md").read_text(), re.DOTALL)
    return block[0].splitlines()[-1] if block else ""


def repeat(command: str, folder: Path) -> None:
    """Do what a README says, in a process that has nothing but the package."""
    package = str(Path(simulation.__file__).parents[1])
    words = shlex.split(command)
    if words[0] == "follower-dynamics":
        words = [sys.executable, "-m", "simulation", *words[1:]]
    done = subprocess.run(
        words, cwd=folder, env={**os.environ, "PYTHONPATH": package}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def said_of(file: Path) -> str:
    """How an archive says that it is repeated."""
    with zipfile.ZipFile(file) as packed:
        graph = json.loads(packed.read("ro-crate-metadata.json"))["@graph"]
    found: str = next(entity["description"] for entity in graph if entity["@id"] == "#run")
    return found


def test_a_sweep_is_repeated_elsewhere(home: Path, tmp_path: Path) -> None:
    sweep, _ = read_sweep(home / "s.toml")
    run_sweep(sweep, home / "sweep", workers=1, progress=False)
    out, away = archive(home / "sweep", tmp_path / "out.zip"), tmp_path / "away"
    command = unpacked(out, away)
    assert {path.name for path in (away / "code").rglob("*.py")} == {"mine.py", "scaling.py"}
    texts = [path for path in away.rglob("*") if path.suffix in {".toml", ".json", ".md", ".py"}]
    assert not [path for path in texts if str(home) in path.read_text()]
    environment = json.loads((away / "environment.json").read_text())
    assert f"networkx {nx.__version__}" in environment["own_code"]["packages"]
    assert f"networkx=={nx.__version__}" in (away / "README.md").read_text()
    home.rename(tmp_path / "gone")
    repeat(command, away)
    tables = [open_sweep(away / name).table().drop(columns="seconds") for name in ("sweep", "again")]
    assert tables[0].drop(columns="key", errors="ignore").equals(tables[1].drop(columns="key", errors="ignore"))
    forget(home)
    again = archive(away / "sweep", tmp_path / "again.zip")
    forget(away)
    with zipfile.ZipFile(out) as first, zipfile.ZipFile(again) as second:
        assert set(first.namelist()) == set(second.namelist())
        assert first.read("sweep/sweep.toml") == second.read("sweep/sweep.toml")


@pytest.mark.parametrize("kind", ["run", "checkpoint"])
def test_a_run_is_repeated_elsewhere(home: Path, tmp_path: Path, kind: str) -> None:
    model = Scenario.from_toml(home / "r.toml").model(engine="mesa")
    model.run_for(2)
    if kind == "run":
        folder = model.result().save(home / "kept")
    else:
        folder = home / "kept-checkpoint"
        write_checkpoint(model, folder, {"days": 3, "checkpoint_every": 2, "overwrite": False})
    away = tmp_path / "away"
    command = unpacked(archive(folder, tmp_path / "out.zip"), away)
    places = {path.relative_to(away / "code").as_posix() for path in (away / "code").rglob("*.py")}
    assert places == {"mine.py", "scaling.py", "fans/__init__.py", "fans/loyal.py", "fans/often.py"}
    home.rename(tmp_path / "gone")
    repeat(command, away)
    if kind == "run":
        assert str(home) not in (away / "kept" / "scenario.toml").read_text()
        repeat("follower-dynamics run kept/scenario.toml --out again", away)
        assert same_tables(load_result(away / "kept"), load_result(away / "again")) == []
    else:
        model.run_for(1)
        assert same_tables(load_result(away / "kept"), model.result()) == []


class TestWhatCannotBeRepeated:
    """Archives that say so, and what would do."""

    @staticmethod
    def check(folder: Path, *words: str) -> None:
        told: list[str] = []
        out = archive(folder, folder.with_suffix(".zip"), say=told.append)
        assert told == [said_of(out)]
        assert not unpacked(out, folder.with_name("unpacked")), "no command"
        assert not [word for word in words if word not in told[0]], told

    def test_a_state_changed_by_hand(self, tmp_path: Path) -> None:
        model = FollowerModel(SIZE)
        model.state.users.mood[:] = 0.0
        model.run_for(1)
        self.check(model.result().save(tmp_path / "run"), "by hand", "day 0")

    def test_code_that_has_changed(self, home: Path, tmp_path: Path) -> None:
        model = Scenario.from_toml(home / "r.toml").model(engine="mesa")
        model.run_for(1)
        folder = model.result().save(tmp_path / "run")
        (home / "fans" / "often.py").write_text("SHARE = 22\n")
        forget(home)
        sys.path.insert(0, str(home))
        self.check(folder, "'Loyal'", "changed", "user_type=")
        assert not (tmp_path / "unpacked" / "code").exists()

    def test_code_of_a_notebook(self, tmp_path: Path) -> None:
        class Hidden(simulation.User):
            """Found by no name."""

        model = FollowerModel(SIZE, user_type=Hidden, engine="mesa")
        model.run_for(1)
        self.check(model.result().save(tmp_path / "run"), "'Hidden'", "user_type=")

    def test_outcomes_of_a_sweep(self, home: Path, tmp_path: Path) -> None:
        sweep, _ = read_sweep(home / "s.toml")
        hidden = sweep.with_options(outcomes={"views": lambda result: float(result.daily["views"].sum())})
        run_sweep(hidden, tmp_path / "hidden", workers=1, progress=False)
        self.check(tmp_path / "hidden", "views", "file.py")
        run_sweep(sweep, tmp_path / "changed", workers=1, progress=False)
        (home / "scaling.py").write_text("SCALE = 44\n")
        forget(home)
        self.check(tmp_path / "changed", "rate")

    def test_a_graph_given_in_python(self, home: Path, tmp_path: Path) -> None:
        (home / "s.toml").write_text(FILES["s.toml"].partition("[population]")[0])
        sweep, _ = read_sweep(home / "s.toml")
        graph = SocialGraph.from_networkx(nx.karate_club_graph())
        run_sweep(sweep, tmp_path / "sweep", social_graph=graph, workers=1, progress=False)
        self.check(tmp_path / "sweep", "social_graph=")

    @pytest.mark.parametrize(
        ("card", "words"),
        [
            ({"name": "mine"}, ["experiment FILE"]),
            ({"name": "bandwagon", "graph": "ab12"}, ["experiment bandwagon", "--graph FILE"]),
        ],
    )
    def test_an_experiment(self, tmp_path: Path, card: dict[str, Any], words: list[str]) -> None:
        folder = tmp_path / "claim"
        folder.mkdir()
        (folder / "experiment.json").write_text(json.dumps({"kind": "experiment", "seed": 1, **card}))
        (folder / "summary.md").write_text("# It\n")
        self.check(folder, *words)


def test_two_files_of_one_name_are_refused(home: Path, tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text("")
    with raises(ResultError, str(tmp_path / "mine.py")):
        own_code([str(home / "mine.py"), str(tmp_path / "mine.py")])
