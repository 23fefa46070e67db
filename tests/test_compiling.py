"""Compilation: rules stay plain Python, changed rules make a new cache, an unwritable folder makes none."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numba
import numpy as np
import pytest

import simulation
from simulation.compiling import INTERPRETED, cache_folder, compiled, compiled_version, rule
from simulation.versions import rules_version

SOURCE = Path(simulation.__file__).parent


def test_a_rule_stays_the_function_it_was() -> None:
    def double(x: float) -> float:
        return 2.0 * x

    assert rule(double) is double
    assert rule(rule(double)) is double
    assert double(1.5) == 3.0


def test_a_compiled_loop_calls_rules_and_writes_where_it_is_told() -> None:
    @rule
    def double(x: float) -> float:
        return 2.0 * x

    @compiled
    def fill(out: Any) -> None:
        for k in range(out.size):
            out[k] = double(k)

    out = np.empty(4)
    fill(out)
    assert out.tolist() == [0.0, 2.0, 4.0, 6.0]


def test_the_cache_is_that_of_the_rules_and_of_the_compiler() -> None:
    assert compiled_version() == f"{rules_version()}-numba{numba.__version__}"


@pytest.fixture
def fresh_folder(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """Ask for the cache folder anew, with an environment of the test's own."""
    monkeypatch.setattr(numba.config, "CACHE_DIR", "")
    cache_folder.cache_clear()
    yield monkeypatch
    cache_folder.cache_clear()


def test_the_cache_stands_where_numba_is_told_to_keep_it(fresh_folder: pytest.MonkeyPatch, tmp_path: Path) -> None:
    fresh_folder.setattr(numba.config, "CACHE_DIR", str(tmp_path))
    assert cache_folder() == str(tmp_path / "follower-dynamics" / compiled_version())
    assert Path(str(cache_folder())).is_dir()


@pytest.mark.parametrize(
    ("platform", "variable", "below"),
    [
        ("linux", "XDG_CACHE_HOME", "."),
        ("win32", "LOCALAPPDATA", "."),
        ("linux", "HOME", ".cache"),
        ("darwin", "HOME", "Library/Caches"),
    ],
)
def test_the_cache_stands_where_the_system_keeps_caches(
    fresh_folder: pytest.MonkeyPatch, tmp_path: Path, platform: str, variable: str, below: str
) -> None:
    fresh_folder.setattr(sys, "platform", platform)
    fresh_folder.delenv("XDG_CACHE_HOME", raising=False)
    fresh_folder.setenv(variable, str(tmp_path))
    if variable == "HOME":
        fresh_folder.setattr(Path, "home", lambda: tmp_path)
    assert cache_folder() == str(tmp_path / below / "follower-dynamics" / compiled_version())


def test_without_a_folder_to_write_to_loops_still_compile(fresh_folder: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file where the folder should be")
    fresh_folder.setattr(numba.config, "CACHE_DIR", str(tmp_path / "taken"))
    assert cache_folder() is None

    @compiled
    def one(x: float) -> float:
        return x + 1.0

    assert one(1.0) == 2.0


FACTOR = """
import numpy as np
from simulation.declare import parameter
from simulation.factors import Factor, FactorSection

SHARES = np.array([0.0, {value}])

class HumourParameters(FactorSection):
    scale: float = parameter(1.0, about="Scale", bounds=(0.0, 1.0))

def humour(encounter, p):
    return p.scale * SHARES[1]

HUMOUR = Factor("humour", humour, HumourParameters())
"""

RUN = """
import sys
sys.path.insert(0, sys.argv[1])
from colleague import HUMOUR
from simulation.engines.foreign import _alone
from simulation.factors import TALENT, sample_encounters
from simulation.model import FollowerModel
values = {"population.users": 30, "population.creators": 5, "social_graph.mean_degree": 2.0}
model = FollowerModel(values, factors=[TALENT, HUMOUR], threads=1)
humour = _alone(HUMOUR.rule, 2)  # compiled and kept as the loop is, which takes half a minute
print(humour(sample_encounters(30, 5)[0], HUMOUR.parameters.values()), sum(humour.stats.cache_hits.values()))
print(model._engine._watch._cache.cache_path)
"""


@pytest.mark.skipif(INTERPRETED, reason="nothing is compiled here (NUMBA_DISABLE_JIT)")
def test_machine_code_of_a_factor_of_ones_own_is_kept_and_an_edit_of_it_is_seen(tmp_path: Path) -> None:
    """A factor in a module beside the script: the loop of one edition must not be used for another."""
    found, places = [], []
    for value in (0.25, 0.75, 0.25):
        (tmp_path / "colleague.py").write_text(FACTOR.format(value=value))
        command = [sys.executable, "-c", RUN, str(tmp_path)]
        environment = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path / "kept")}
        done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=SOURCE.parent, env=environment)
        number, hits, place = done.stdout.split()
        found.append((float(number), int(hits)))
        places.append(place)
    assert found == [(0.25, 0), (0.75, 0), (0.25, 1)]
    assert places[0] == places[2] != places[1]


KEPT = """
import numpy as np
from simulation import vector_loops
out = np.empty(1)
vector_loops.exp_each(np.zeros(1), out)
print(out[0], sum(vector_loops.exp_each.stats.cache_hits.values()))
"""


@pytest.mark.skipif(INTERPRETED, reason="nothing is compiled here (NUMBA_DISABLE_JIT)")
def test_a_comment_costs_no_compilation_and_a_rule_does(tmp_path: Path) -> None:
    shutil.copytree(SOURCE, tmp_path / "simulation", ignore=shutil.ignore_patterns("__pycache__"))
    loops = tmp_path / "simulation" / "vector_loops.py"
    text = loops.read_text(encoding="utf-8")
    edits = [text, "# a comment that moves every function\n" + text, text.replace("= exp(x[n])", "= 2.0 * exp(x[n])")]
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path / "kept"), "PYTHONPATH": str(tmp_path)}
    found = []
    for edited in edits:
        loops.write_text(edited, encoding="utf-8")
        command = [sys.executable, "-c", KEPT]
        done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=tmp_path, env=environment)
        found.append(done.stdout.split())
    assert found == [["1.0", "0"], ["1.0", "1"], ["2.0", "0"]]
