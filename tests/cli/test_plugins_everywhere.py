"""Plug-ins on the command line: listed, set, run; and what is said where one is missing."""

from __future__ import annotations

import csv
import io
import sys
from pathlib import Path
from typing import Any

import pytest

from simulation.creators.strategies import STRATEGIES_KNOWN
from simulation.declare import BROUGHT
from simulation.records import load_result
from tests.cli.test_resume import stopping_after
from tests.told import tells

MINE = """
from simulation import Act, Column, Factor, FollowRule, Section, Strategy, User, parameter, week


class Pushy(Section):
    push: float = parameter(0.5, about="Chance to follow", bounds=(0.0, 1.0), kind="lever", source="Somebody 2020")


class Craft(Section):
    pace: float = parameter(0.5, about="Posting rate", unit="1/day", bounds=(0.0, 1.0))


class Fan(User):
    pass


PUSHY = FollowRule("pushy", lambda encounter, choice, p: p.push, Pushy())
CRAFT = Strategy("craft", lambda me, p: week(pace=p.pace), Craft())
VERIFIED = Column("verified", of="creators")
BADGE = Act("badge", about="A badge", unit="1", do=lambda world, who, value: world.columns.verified.fill(value))
TRUST = Factor("trust", lambda encounter, p: encounter.own.verified)
"""
SWEEP = """
[sweep]
days = 3
replicates = 2
outcomes = ["follows_held"]
plugins = ["mine.py:PUSHY", "mine.py:CRAFT"]
user_type = "mine.py:Fan"
[sweep.levers]
"pushy.push" = [0.0, 1.0]
[population]
users = 30
creators = 4
[craft]
pace = 0.2
[[interventions]]
day = 1
lever = "keep_strategy"
value = "craft"
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.py").write_text(MINE)
    (tmp_path / "sweep.toml").write_text(SWEEP)
    return tmp_path


def forget(folder: Path) -> None:
    """As in a new process, with the file gone."""
    (folder / "mine.py").unlink()
    for name in ("pushy", "craft"):
        BROUGHT.forget(name)
        STRATEGIES_KNOWN.pop(name, None)
    for name in [name for name in sys.modules if name.startswith("mine_")]:
        del sys.modules[name]


def test_parameters_levers_and_acts_are_listed(folder: Path, say: Any) -> None:
    brought = [f"--plugin=mine.py:{name}" for name in ("PUSHY", "CRAFT", "VERIFIED", "BADGE", "TRUST")]
    rows = {row["name"]: row for row in csv.DictReader(io.StringIO(say("parameters", "--format=csv", *brought).out))}
    assert (rows["craft.pace"]["unit"], rows["craft.pace"]["bounds"]) == ("1/day", "0 .. 1")
    assert rows["pushy.push"]["source"] == "Somebody 2020"
    levers = {row["name"] for row in csv.DictReader(io.StringIO(say("levers", "--format=csv", *brought).out))}
    assert {"pushy.push", "badge"} <= levers
    assert "craft.pace" not in levers
    say("parameters", "--plugin=mine.py:PUSH").refused("PUSH", "did you mean PUSHY")
    say("parameters", *brought, "--plugin=mine.py:PUSHY").refused("pushy", "twice")
    say("parameters", "--plugin=mine.py:Craft").refused("Craft", "no plug-in", "Strategy")


def test_a_plugin_is_run_beside_those_of_the_file(folder: Path, say: Any) -> None:
    (folder / "run.toml").write_text(
        '[run]\nplugins = ["mine.py:CRAFT"]\nuser_type = "mine.py:Fan"\n[craft]\npace = 0.1\n'
    )
    sizes = ["--set=population.users=30", "--set=population.creators=4", "--days=3"]
    said = say("run", "run.toml", *sizes, "--plugin=mine.py:PUSHY", "--set=pushy.push=1", "--out=out")
    assert said.code == 0, said
    found = load_result(folder / "out")
    assert (found.provenance["engine"], found.parameters["pushy.push"]) == ("mesa", 1.0)
    assert [item["name"] for item in found.provenance["plugins"]] == ["craft", "pushy"]
    forget(folder)
    say("rerun", "out").refused("craft", "mine.py", "--code")
    say("run", "run.toml", "--out=again").refused("run.plugins", "mine.py:CRAFT", "no file")
    say("run", "--preset=default", "--set=pushy.push=1", "--out=again").refused("pushy.push", "--plugin")
    say("run", "--preset=default", "--intervene=3 keep_strategy=craft", "--out=again").refused("craft", "plug-ins")
    say("run", "--preset=default", "--intervene=3 pushy.push=1", "--out=again").refused("pushy.push", "--plugin")


def test_a_run_that_was_stopped_needs_its_plugin_and_what_that_imports(folder: Path, say: Any) -> None:
    """On the way to go on as on the way to repeat: what is missing, where it was sought, and how it is named."""
    (folder / "helping.py").write_text("def halved(x):\n    return 0.5 * x\n")
    file = folder / "mine.py"
    file.write_text(MINE.replace("p.push,", "helping.halved(p.push),").replace("\nfrom", "\nimport helping\nfrom", 1))
    (folder / "run.toml").write_text('[run]\ndays = 6\nplugins = ["mine.py:PUSHY"]\nuser_type = "mine.py:Fan"\n')
    sizes = ["--set=population.users=30", "--set=population.creators=4"]
    with stopping_after(3):
        assert say("run", "run.toml", *sizes, "--out=out", "--checkpoint-every=2").code == 130
    text = file.read_text()
    forget(folder)
    say("resume", "out").refused("'pushy'", f"{file}:PUSHY", f"no file {file}", "--code FOLDER")
    file.write_text(text)
    (folder / "helping.py").rename(folder / "elsewhere.txt")
    sys.modules.pop("helping")
    say("resume", "out").refused("'pushy'", f"{file} imports 'helping'", str(folder), "--code FOLDER")
    (folder / "elsewhere.txt").rename(folder / "helping.py")
    file.write_text(text.replace("0.5, about", "0.25, about"))
    say("resume", "out").refused("'pushy'", f"{file}:PUSHY", "changed", "--code FOLDER")
    forget(folder)
    file.write_text(text)
    assert say("resume", "out").code == 0
    assert load_result(folder / "out").days == 6
    sys.modules.pop("helping")


def test_workers_that_cannot_import_a_plugin_say_which_module_and_what_to_do(folder: Path, say: Any) -> None:
    """A module that only this process finds, as on a cluster where it is not installed."""
    away = "import multiprocessing\nif multiprocessing.parent_process() is not None:\n    raise ModuleNotFoundError("
    (folder / "faraway.py").write_text(f"{away}\"No module named 'faraway'\", name='faraway')\n" + MINE)
    (folder / "sweep.toml").write_text(SWEEP.replace("mine.py:", "faraway:"))
    said = say("sweep", "run", "sweep.toml", "--out=out", "--workers=2")
    assert said.code != 0
    assert tells(said.err, "4 of 4 runs failed cannot import 'faraway' PYTHONPATH FILE.py:NAME")
    for name in ("pushy", "craft"):
        BROUGHT.forget(name)
        STRATEGIES_KNOWN.pop(name, None)
    (folder / "faraway.py").unlink()
    sys.modules.pop("faraway")
    say("sweep", "retry", "out").refused("sweep.plugins", "no module 'faraway'", str(folder))


def test_a_sweep_can_be_looked_at_without_its_plugins(folder: Path, say: Any) -> None:
    said = say("sweep", "run", "sweep.toml", "--out=out", "--workers=1")
    assert said.code == 0, said
    forget(folder)
    said = say("sweep", "status", "out")
    assert said.code == 0, said
    assert "4 of 4" in said.out
    assert "mine.py:PUSHY" in said.out
    assert say("sweep", "table", "out").code == 0
    assert say("sweep", "plot", "out", "--out=figures").code == 0
    say("sweep", "retry", "out").refused("sweep.plugins", "mine.py:PUSHY", "no file")


def test_a_lever_of_a_plugin_that_is_not_there_is_refused_before_anything_runs(folder: Path, say: Any) -> None:
    (folder / "sweep.toml").write_text(SWEEP.replace(', "mine.py:CRAFT"', "").partition("[[")[0])
    say("sweep", "run", "sweep.toml", "--out=out").refused("craft")
    assert not (folder / "out").exists()
