"""Versions of the package: comments, docstrings and places keep them, an edit of any rule does not."""

from __future__ import annotations

import ast
import glob
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import simulation
from simulation import versions
from simulation.versions import HISTORY, LOOKING_ON, history_version, rules_version, source_files

SOURCE = Path(simulation.__file__).parent


@pytest.fixture
def copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the package's sources that the digests look at."""
    folder = tmp_path / "simulation"
    shutil.copytree(SOURCE, folder, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(versions, "__file__", str(folder / "versions.py"))
    return folder


def now() -> tuple[str, str]:
    return history_version.__wrapped__(), rules_version.__wrapped__()


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_comments_docstrings_and_layout_keep_every_version(copy: Path) -> None:
    before = now()
    assert before == (history_version(), rules_version())
    for name in ("factors/talent.py", "model.py", "state.py", "engines/watching.py", "plots/panels.py"):
        path = copy / name
        text = path.read_text(encoding="utf-8")
        path.write_text(f'"""Another docstring."""\n# a comment\n\n{text}\n\n# the end\n', encoding="utf-8")
    edit(copy / "factors" / "talent.py", '"""', '"""Edited. ')
    assert now() == before


PYTHONS = sorted(
    python
    for minor in (11, 12, 13)
    for places in ("/usr/bin", "/usr/local/bin", f"{Path.home()}/.pyenv/versions/3.{minor}.*/bin")
    for python in glob.glob(f"{places}/python3.{minor}")
)
PLUG_IN = """
import dataclasses, enum, typing, helper

class Kind(enum.Enum):
    ONE = 1

@dataclasses.dataclass(frozen=True)
class Scale:
    by: float = 2.0
    kind: Kind = Kind.ONE

class Pair(typing.NamedTuple):
    a: int = 1

def measure(r, scale=Scale(), pair=Pair()):
    text = f"{r!r:>{scale.by}.2f} and {scale.by:} {r=}" "more" f"{r}"
    return [helper.CONST * x for x in r if (y := x) > 0 and Kind.ONE], (lambda: pair), text
"""


def test_every_python_gives_the_same_versions(tmp_path: Path) -> None:
    """In any folder, any process and any version of Python, NumPy or none."""
    if len(PYTHONS) < 2:
        pytest.skip("needs several versions of Python on this machine")
    found = []
    for number, python in enumerate([sys.executable, *PYTHONS]):
        folder = tmp_path / str(number)
        shutil.copytree(SOURCE, folder / "simulation", ignore=shutil.ignore_patterns("__pycache__"))
        (folder / "mine.py").write_text(PLUG_IN)
        (folder / "helper.py").write_text("CONST = 1\n")
        (folder / "simulation" / "model.py").open("a").write("# a comment\n" * number)
        command = [python, "-c", ASK]
        environment = {**os.environ, "PYTHONPATH": str(folder), "PYTHONHASHSEED": str(number)}
        done = subprocess.run(command, capture_output=True, text=True, env=environment, cwd=folder, check=False)
        assert done.returncode == 0, done.stderr
        found.append(done.stdout)
    assert found == [found[0]] * len(found)


ASK = """
import mine
from simulation.measure_versions import measure_version
from simulation.versions import history_version, rules_version
print(history_version(), rules_version(), measure_version(mine.measure), measure_version(mine.Scale()))
"""


@pytest.mark.parametrize("name", ["plots/panels.py", "cli/run.py", "analysis/tails.py", "app/page.py", "errors.py"])
def test_an_edit_of_what_only_looks_on_keeps_every_version(copy: Path, name: str) -> None:
    before = now()
    path = copy / name
    path.write_text(path.read_text(encoding="utf-8") + "\nEDITED = 1\n", encoding="utf-8")
    assert now() == before


def test_an_edit_of_a_rule_is_another_history(copy: Path) -> None:
    before = now()
    edit(copy / "factors" / "talent.py", "return encounter.quality", "return 0.5 * encounter.quality")
    after = now()
    assert after[0] != before[0]
    assert after[1] != before[1]


def test_a_file_that_is_renamed_is_another_source(copy: Path) -> None:
    before = now()
    (copy / "factors" / "talent.py").rename(copy / "factors" / "skill.py")
    assert now()[1] != before[1]


RULES = ["compiling", "declare", "distributions", "engines.watching", "events", "ledger", "population", "users.leaving"]


@pytest.mark.parametrize("name", [*RULES, "interventions", "model", "presets", "records.recorder", "vectors"])
def test_an_edit_of_any_part_is_another_history(copy: Path, name: str) -> None:
    """And one of what is compiled makes a new cache: also of what gives compiled code the order of its columns."""
    before = now()
    path = source_files(HISTORY)[name]
    path.write_text(path.read_text(encoding="utf-8") + "\nEDITED = 1\n", encoding="utf-8")
    after = now()
    assert after[0] != before[0]
    assert (after[1] != before[1]) == (name in RULES)


def test_presets_decide_by_their_values(copy: Path) -> None:
    """The file that holds them counts as what it says, as all others do."""
    before = now()
    edit(copy / "presets.toml", "[parts.every_day]", "# as exact results are stated\n[parts.every_day]")
    assert now() == before
    edit(copy / "presets.toml", "users.activity_mean = 1.0", "users.activity_mean = 0.9")
    after = now()
    assert after[0] != before[0]
    assert after[1] == before[1]


def imports(tree: ast.AST) -> Iterator[str]:
    """Modules of the package that a source imports, anywhere in it, but for type checkers."""
    if isinstance(tree, ast.If) and "TYPE_CHECKING" in ast.dump(tree.test):
        return
    if isinstance(tree, ast.ImportFrom) and tree.module:
        yield tree.module
        yield from (f"{tree.module}.{alias.name}" for alias in tree.names)
    if isinstance(tree, ast.Import):
        yield from (alias.name for alias in tree.names)
    for child in ast.iter_child_nodes(tree):
        yield from imports(child)


def file_of(module: str) -> Path | None:
    parts = module.split(".")
    if parts[0] != "simulation":
        return None
    path = SOURCE.joinpath(*parts[1:])
    return next((p for p in (path / "__init__.py", path.with_suffix(".py")) if len(parts) > 1 and p.exists()), None)


def reached(*modules: str) -> set[str]:
    """The modules of the package that these import, directly or not, with the packages they stand in."""
    found: set[str] = set()
    waiting = list(modules)
    while waiting:
        module = waiting.pop()
        path = file_of(module)
        if path is None or module in found:
            continue
        found.add(module)
        waiting += [module.rpartition(".")[0], *imports(ast.parse(path.read_bytes()))]
    return {module.removeprefix("simulation.") for module in found}


def test_what_a_model_imports_decides_its_history_or_is_known_not_to() -> None:
    unknown = reached("simulation.model") - set(source_files(HISTORY))
    packages = {name.partition(".")[0] for name in unknown}
    assert {name for name in unknown if not {name, name.partition(".")[0]} & set(LOOKING_ON)} == set()
    assert set(LOOKING_ON) - {"measure_versions", "origins", "syntax", "versions"} <= unknown | packages


MARKS = {"compiled", "inlined", "rule"}
INTERPRETED = {
    "parameters": "compiled loops get named tuples, whose names and types are part of what they are compiled for",
    "social_graph": "compiled loops get its arrays",
    "traits": "draws users with NumPy",
    "vectors": "hands arrays to compiled loops",
}
"""Modules that those with compiled rules import, and why no compiled code is made of them."""


def test_every_file_with_a_compiled_rule_counts_in_both_versions() -> None:
    """Also the files whose constants, types and order of columns compiled code is made of."""
    rules = {
        ".".join(("simulation", *path.relative_to(SOURCE).with_suffix("").parts)).removesuffix(".__init__")
        for path in SOURCE.rglob("*.py")
        for tree in [ast.parse(path.read_bytes())]
        if MARKS & {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        and any(name.rpartition(".")[2] in MARKS for name in imports(tree))
    }
    assert len(rules) > 40
    rules -= {"simulation.study.run.shared"}  # marks rules of the user's own that come to another process
    assert {name.removeprefix("simulation.") for name in rules} <= set(source_files(versions.COMPILED))
    assert set(source_files(versions.COMPILED)) <= set(source_files(HISTORY))
    assert reached(*rules) - {*source_files(versions.COMPILED), *LOOKING_ON} == set(INTERPRETED)
