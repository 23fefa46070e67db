"""What is promised about the package: its names, its light import, its versions, and the README's commands."""

import ast
import importlib
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import mypy.api
import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

import simulation
from tests.told import raises

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
README = (ROOT / "README.md").read_text()
INSTALL = "python3 -m venv .venv && .venv/bin/pip install -c constraints.txt -e . && .venv/bin/follower-dynamics demo"
TEST = (
    "python3 -m venv .venv && .venv/bin/pip install -c constraints.txt -e '.[test]' "
    "&& .venv/bin/python -m pytest -n auto --cov=simulation"
)
FAST = '.venv/bin/python -m pytest -n auto -m "not slow"'


LAZY = ("simulation", "simulation.analysis", "simulation.plots", "simulation.study")


@pytest.mark.parametrize("package", LAZY)
def test_every_public_name_is_there(package: str) -> None:
    module = importlib.import_module(package)
    for name in module.__all__:
        assert getattr(module, name) is not None
        assert name in dir(module)


def test_public_names_are_no_modules_by_chance() -> None:
    # A module that was imported hides what the stub means by its name.
    for package in ("analysis", "plots", "study"):
        module = importlib.import_module(f"simulation.{package}")
        there = {path.stem for path in (ROOT / "simulation" / package).iterdir()}
        assert {name for name in module.__all__ if name in there} <= {"trends"}


def test_no_public_name_is_any(tmp_path: Path) -> None:
    names = [f"{package}.{name}" for package in LAZY for name in importlib.import_module(package).__all__]
    names += [f"simulation.FollowerModel().{member}" for member in ("social_graph", "follow_graph()", "result()")]
    script = tmp_path / "names.py"
    script.write_text(
        "".join(f"import {package}\n" for package in LAZY) + "".join(f"reveal_type({n})\n" for n in names)
    )
    cache = ["--cache-dir", str(ROOT / ".mypy_cache")]
    said, errors, status = mypy.api.run([str(script), "--config-file", str(ROOT / "pyproject.toml"), *cache])
    revealed = re.findall(r'Revealed type is "(.*)"', said)
    assert (len(revealed), errors, status) == (len(names), "", 0), said
    assert [name for name, kind in zip(names, revealed, strict=True) if kind == "Any"] == []


def test_a_name_that_is_not_there() -> None:
    with raises(AttributeError, "attribute 'FolowerModel'"):
        simulation.FolowerModel  # noqa: B018


def test_import_is_light() -> None:
    heavy = {"mesa", "numba", "numpy", "pandas", "networkx", "matplotlib", "scipy", "igraph"}
    script = f"import sys, simulation; print(sorted({heavy!r} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_types_are_shipped() -> None:
    assert (ROOT / "simulation" / "py.typed").exists()


def test_one_version_everywhere() -> None:
    cited = re.search(r"^version: (.+)$", (ROOT / "CITATION.cff").read_text(), re.MULTILINE)
    assert cited is not None
    assert cited[1] == simulation.__version__
    assert f"## {simulation.__version__}" in (ROOT / "CHANGELOG.md").read_text()


def constraints(file: str = "constraints.txt") -> dict[str, str]:
    lines = (ROOT / file).read_text().splitlines()
    return {canonicalize_name(name): version for name, _, version in (line.partition("==") for line in lines)}


@pytest.mark.parametrize("file", ["constraints.txt", "constraints-oldest.txt"])
def test_constraints_are_names_and_exact_versions(file: str) -> None:
    for line in (ROOT / file).read_text().splitlines():
        assert re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.+!]+", line), line


def required(*extras: str) -> list[Requirement]:
    """Requirements of the package and of some of its extras; an extra that names others has theirs beside it."""
    lines = [*PROJECT["dependencies"], *(line for extra in extras for line in PROJECT["optional-dependencies"][extra])]
    return [found for found in map(Requirement, lines) if found.name != PROJECT["name"]]


def test_constraints_pin_every_requirement_to_a_version_it_allows() -> None:
    pinned = constraints()
    for requirement in required(*PROJECT["optional-dependencies"]):
        assert requirement.specifier.contains(pinned[canonicalize_name(requirement.name)]), requirement


def test_the_oldest_set_is_the_lower_bounds() -> None:
    bounds = {
        canonicalize_name(requirement.name): Version(specifier.version)
        for requirement in required()
        for specifier in requirement.specifier
        if specifier.operator == ">="
    }
    assert {name: Version(version) for name, version in constraints("constraints-oldest.txt").items()} == bounds


def test_the_versions_of_python_are_those_of_the_classifiers_and_the_readme() -> None:
    minors = [int(line.rpartition(".")[2]) for line in PROJECT["classifiers"] if ":: Python :: 3." in line]
    assert minors == list(range(11, minors[-1] + 1))
    assert PROJECT["requires-python"] == f">=3.11,<3.{minors[-1] + 1}"
    assert f"Python 3.11 to 3.{minors[-1]}" in README


def test_everything_imported_is_required() -> None:
    names = {"tomli_w": "tomli-w", "distributed": "dask"}
    # What an extra brings is imported where it is needed, and its absence is told in a sentence.
    known = {canonicalize_name(requirement.name) for requirement in required("app", "calibration", "cluster")}
    found = set()
    for path in (ROOT / "simulation").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                found |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                found.add(str(node.module).split(".")[0])
    foreign = {name for name in found if name not in sys.stdlib_module_names and name != "simulation"}
    # llvmlite is numba's other half, and numba pins its version.
    missing = {name for name in foreign if canonicalize_name(names.get(name, name)) not in known} - {"llvmlite"}
    assert missing == set()


def test_the_readme_has_the_three_commands_and_ci_runs_all_tests() -> None:
    for command in (INSTALL, TEST, FAST):
        assert f"```sh\n{command}\n```" in README
    script = (ROOT / ".ci" / "run").read_text()
    for part in ("-m venv", "install", "-c constraints.txt -e '.[test]'", "-m pytest -n auto --cov=simulation"):
        assert part in script


def test_the_readme_names_commands_that_there_are() -> None:
    from simulation.cli import app

    known = [getattr(command.callback, "__name__", "") for command in app.registered_commands]
    known += [str(group.name) for group in app.registered_groups]
    heading, *listed = re.findall(r"^\| `([\w-]+)[^|]*` \|", README, re.MULTILINE)
    assert heading == "follower-dynamics"
    assert listed == known


def test_the_quick_start_runs(tmp_path: Path) -> None:
    """At most ten lines, run as they stand."""
    code = re.search(r"```python\n(.+?)```", README, re.DOTALL)
    assert code is not None
    assert len(code[1].splitlines()) <= 10
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", code[1]], cwd=tmp_path, capture_output=True, text=True, check=False, env=environment
    )
    assert done.returncode == 0, done.stderr
    assert "total" in done.stdout
    assert sorted(path.name for path in tmp_path.iterdir()) == ["karate.pdf", "karate.png"]
