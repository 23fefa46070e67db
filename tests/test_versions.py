"""Versions: what they must not see (comments, docstrings, places), and what they must (all that a number hangs on)."""

from __future__ import annotations

import ast
import functools
import glob
import linecache
import os
import shutil
import subprocess
import sys
import textwrap
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import simulation
from simulation import FollowerModel, versions
from simulation.analysis.headline import HEADLINE
from simulation.errors import ParameterError, ResultError
from simulation.scenario import Scenario
from simulation.study import Sweep, Uncertainty, run_sweep
from simulation.study.calibration.problem import Observation, Problem, ScenarioSimulator
from simulation.study.folder.remembered import Remembered
from simulation.study.folder.store import Made, Store
from simulation.versions import HISTORY, LOOKING_ON, history_version, measure_version, rules_version, source_files

SOURCE = Path(simulation.__file__).parent


# What an outcome measures ---------------------------------------------------------------------------------------------


@pytest.fixture
def version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The version of ``mine.measure`` (or another name) for files written into a folder of their own and imported."""
    before, count = set(sys.modules), iter(range(100))

    def forget() -> None:
        for name in set(sys.modules) - before:
            if "version_files" in str(getattr(sys.modules[name], "__file__", "")):
                del sys.modules[name]
        versions.standing_for.cache_clear()

    def of(files: Mapping[str, str], name: str = "mine.measure") -> str:
        folder = tmp_path / "version_files" / str(next(count))
        for file, text in files.items():
            path = folder / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(textwrap.dedent(text))
        with monkeypatch.context() as patch:
            patch.syspath_prepend(str(folder))
            for path in folder.iterdir():  # other tests import files of these names, too
                patch.delitem(sys.modules, path.stem, raising=False)
            module, _, attribute = name.rpartition(".")
            found = measure_version(getattr(__import__(module, fromlist=["_"]), attribute))
        forget()
        return found

    yield of
    forget()


MEASURE = {"mine.py": "def measure(result):\n    return result.daily['likes'].sum()\n"}

KEPT = {
    "comment": "# a word\ndef measure(result):  # another\n    return result.daily['likes'].sum()\n",
    "docstring": "def measure(result):\n    '''Likes.'''\n    return result.daily['likes'].sum()\n",
    "layout": "\n\n\ndef measure(result):\n\n    return (result.\n        daily['likes'].sum())\n",
    "another function": "K = 2\ndef other(): return K\ndef measure(result):\n    return result.daily['likes'].sum()\n",
    "imports": "import numpy as np\nimport json\ndef measure(result):\n    return result.daily['likes'].sum()\n",
}


@pytest.mark.parametrize("text", KEPT.values(), ids=KEPT)
def test_what_changes_no_number_keeps_the_version(version: Any, text: str) -> None:
    assert version({"mine.py": text}) == version(MEASURE)


def test_a_function_that_is_moved_to_another_module_keeps_its_version(version: Any) -> None:
    assert version({"elsewhere/deep.py": MEASURE["mine.py"]}, "elsewhere.deep.measure") == version(MEASURE)


CHANGED: dict[str, tuple[dict[str, str], tuple[str, str, str]]] = {
    "its code": (MEASURE, ("mine.py", "likes", "views")),
    "a constant": ({"mine.py": "SCALE = 2\ndef measure(r): return SCALE * r"}, ("mine.py", "= 2", "= 3")),
    "a computed constant": (
        {"mine.py": "import math\nSCALE = math.sqrt(2) * 3\ndef measure(r): return SCALE * r"},
        ("mine.py", "* 3", "* 4"),
    ),
    "an array": (
        {"mine.py": "import numpy as np\nEDGES = np.array([1, 2])\ndef measure(r): return EDGES"},
        ("mine.py", "1, 2", "1, 3"),
    ),
    "a helper": (
        {"mine.py": "from helper import f\ndef measure(r): return f(r)", "helper.py": "def f(r): return 1"},
        ("helper.py", "1", "2"),
    ),
    "a helper's attribute": (
        {"mine.py": "import helper\ndef measure(r): return helper.f(r)", "helper.py": "def f(r): return 1"},
        ("helper.py", "1", "2"),
    ),
    "a helper's constant": (
        {"mine.py": "import helper as h\ndef measure(r): return h.CONST", "helper.py": "CONST = 1"},
        ("helper.py", "1", "2"),
    ),
    "a helper's helper": (
        {
            "mine.py": "from a import f\ndef measure(r): return f(r)",
            "a.py": "import b\ndef f(r): return b.g(r)",
            "b.py": "from c import C\ndef g(r): return C",
            "c.py": "C = 1",
        },
        ("c.py", "1", "2"),
    ),
    "a module deep in a package": (
        {
            "mine.py": "import lab.tools.deep\ndef measure(r): return lab.tools.deep.f(r)",
            "lab/__init__.py": "",
            "lab/tools/__init__.py": "",
            "lab/tools/deep.py": "from .base import BASE\ndef f(r): return BASE",
            "lab/tools/base.py": "BASE = 1",
        },
        ("lab/tools/base.py", "1", "2"),
    ),
    "an import in the function": (
        {"mine.py": "def measure(r):\n    from helper import f\n    return f(r)", "helper.py": "def f(r): return 1"},
        ("helper.py", "1", "2"),
    ),
    "a relative import in the function": (
        {
            "lab/__init__.py": "",
            "mine.py": "from lab.a import measure",
            "lab/a.py": "def measure(r):\n    from .b import f\n    return f(r)",
            "lab/b.py": "def f(r): return 1",
        },
        ("lab/b.py", "1", "2"),
    ),
    "a module imported in the function": (
        {"mine.py": "def measure(r):\n    import a.b\n    return a.b.C", "a/__init__.py": "", "a/b.py": "C = 1"},
        ("a/b.py", "1", "2"),
    ),
    "a module as a whole": (
        {"mine.py": "import helper\ndef measure(r): return getattr(helper, r)", "helper.py": "def f(r): return 1"},
        ("helper.py", "1", "2"),
    ),
    "a closure": (
        {"mine.py": "def make(k):\n    def measure(r): return k * r\n    return measure\nmeasure = make(2)"},
        ("mine.py", "make(2)", "make(3)"),
    ),
    "a closure's function": (
        {"mine.py": "def make(k):\n    return lambda r: k(r)\ndef two(r): return 2\nmeasure = make(two)"},
        ("mine.py", "return 2", "return 3"),
    ),
    "a nested function": (
        {"mine.py": "C = 1\ndef measure(r):\n    def inner():\n        return C\n    return inner()"},
        ("mine.py", "C = 1", "C = 2"),
    ),
    "a comprehension": (
        {"mine.py": "C = 1\ndef measure(r):\n    return [C for _ in r]"},
        ("mine.py", "C = 1", "C = 2"),
    ),
    "a default": ({"mine.py": "K = 2\ndef measure(r, k=K): return k"}, ("mine.py", "K = 2", "K = 3")),
    "a keyword default": ({"mine.py": "K = 2\ndef measure(r, *, k=K): return k"}, ("mine.py", "K = 2", "K = 3")),
    "a partial's argument": (
        {"mine.py": "from functools import partial\ndef f(r, k): return k\nmeasure = partial(f, k=2)"},
        ("mine.py", "k=2", "k=3"),
    ),
    "a partial's function": (
        {"mine.py": "from functools import partial\ndef f(r, k): return k\nmeasure = partial(f, k=2)"},
        ("mine.py", "return k", "return -k"),
    ),
    "a lambda": ({"mine.py": "measure, other = lambda r: 1, lambda r: 2"}, ("mine.py", "1", "3")),
    "a global through another function": (
        {"mine.py": "K = 2\ndef f(): return K\ndef measure(r): return f()"},
        ("mine.py", "K = 2", "K = 3"),
    ),
    "a decorator": (
        {
            "mine.py": """
            from functools import wraps
            def twice(f):
                @wraps(f)
                def call(r): return 2 * f(r)
                return call
            @twice
            def measure(r): return r
            """
        },
        ("mine.py", "2 * f", "3 * f"),
    ),
    "what is decorated": (
        {
            "mine.py": """
            from functools import wraps
            def twice(f):
                @wraps(f)
                def call(r): return 2 * f(r)
                return call
            @twice
            def measure(r): return r
            """
        },
        ("mine.py", "return r\n", "return r + 1\n"),
    ),
    "what is cached": (
        {"mine.py": "from functools import cache\nK = 2\n@cache\ndef measure(r): return K"},
        ("mine.py", "K = 2", "K = 3"),
    ),
    "what a library's decorator holds": (
        {
            "mine.py": """
            from contextlib import contextmanager
            @contextmanager
            def held(): yield 1
            def measure(r):
                with held() as x: return x
            """
        },
        ("mine.py", "yield 1", "yield 2"),
    ),
    "a dispatched function": (
        {
            "mine.py": """
            from functools import singledispatch
            @singledispatch
            def measure(r): return 0
            @measure.register
            def _(r: int): return 1
            """
        },
        ("mine.py", "return 1", "return 2"),
    ),
    "a compiled function": (
        {"mine.py": "import numba\n@numba.njit\ndef f(r): return 1\ndef measure(r): return f(r)"},
        ("mine.py", "return 1", "return 2"),
    ),
    "a callable object's field": (
        {"mine.py": "class M:\n    def __init__(s, k): s.k = k\n    def __call__(s, r): return s.k\nmeasure = M(2)"},
        ("mine.py", "M(2)", "M(3)"),
    ),
    "a callable object's code": (
        {"mine.py": "class M:\n    def __init__(s, k): s.k = k\n    def __call__(s, r): return s.k\nmeasure = M(2)"},
        ("mine.py", "return s.k", "return -s.k"),
    ),
    "a dataclass's field": (
        {
            "mine.py": """
            from dataclasses import dataclass
            @dataclass(frozen=True)
            class M:
                k: float = 1.0
                def __call__(self, r): return self.k
            measure = M(2.0)
            """
        },
        ("mine.py", "M(2.0)", "M(3.0)"),
    ),
    "a dataclass's default": (
        {
            "mine.py": """
            from dataclasses import dataclass, field
            @dataclass
            class M:
                k: list = field(default_factory=lambda: [1])
            def measure(r): return M().k
            """
        },
        ("mine.py", "[1]", "[2]"),
    ),
    "a slot": (
        {
            "mine.py": """
            class M:
                __slots__ = ("k",)
                def __init__(self, k): self.k = k
                def __call__(self, r): return self.k
            measure = M(2)
            """
        },
        ("mine.py", "M(2)", "M(3)"),
    ),
    "a base class's method": (
        {
            "mine.py": "from base import Base\nclass M(Base): pass\ndef measure(r): return M()(r)",
            "base.py": "class Base:\n    def __call__(self, r): return 1",
        },
        ("base.py", "return 1", "return 2"),
    ),
    "a class's constant": (
        {"mine.py": "class M:\n    K = 1\ndef measure(r): return M.K"},
        ("mine.py", "K = 1", "K = 2"),
    ),
    "a property": (
        {"mine.py": "class M:\n    @property\n    def k(self): return 1\ndef measure(r): return M().k"},
        ("mine.py", "return 1", "return 2"),
    ),
    "a static method": (
        {"mine.py": "class M:\n    @staticmethod\n    def k(): return 1\ndef measure(r): return M.k()"},
        ("mine.py", "return 1", "return 2"),
    ),
    "a bound method": (
        {"mine.py": "class M:\n    k = 1\n    def get(self, r): return self.k\nmeasure = M().get"},
        ("mine.py", "k = 1", "k = 2"),
    ),
    "an enumeration": (
        {"mine.py": "import enum\nclass E(enum.Enum):\n    A = 1\ndef measure(r): return E.A.value"},
        ("mine.py", "A = 1", "A = 2"),
    ),
    "a named tuple's default": (
        {"mine.py": "from typing import NamedTuple\nclass measure(NamedTuple):\n    k: int = 1"},
        ("mine.py", "= 1", "= 2"),
    ),
    "a mapping of functions": (
        {"mine.py": "def f(r): return 1\nTABLE = {'f': f}\ndef measure(r): return TABLE['f'](r)"},
        ("mine.py", "return 1", "return 2"),
    ),
    "a factor's rule": (
        {
            "mine.py": """
            from simulation.factors import Factor
            K = 0.5
            def humour(encounter, p): return K
            measure = Factor("humour", humour)
            """
        },
        ("mine.py", "K = 0.5", "K = 0.6"),
    ),
    "a factor's parameter": (
        {
            "mine.py": """
            from simulation.factors import Factor, FactorSection
            def humour(encounter, p): return 0.5
            measure = Factor("humour", humour, FactorSection(weight=2.0))
            """
        },
        ("mine.py", "2.0", "3.0"),
    ),
    "a feed source": (
        {
            "mine.py": """
            import helper
            from simulation.platform.feed import FeedSource
            def rank(view): return helper.weights(view)
            measure = FeedSource("mine", rank)
            """,
            "helper.py": "def weights(view): return view.followers",
        },
        ("helper.py", "followers", "momentum"),
    ),
    "an agent class": (
        {
            "mine.py": "import helper\nfrom simulation.engines.agents import User\nclass measure(User):\n"
            "    def appeal(self, creator): return helper.K",
            "helper.py": "K = 1",
        },
        ("helper.py", "1", "2"),
    ),
    "a pydantic default": (
        {"mine.py": "from pydantic import BaseModel\nclass measure(BaseModel):\n    k: int = 1"},
        ("mine.py", "= 1", "= 2"),
    ),
}


@pytest.mark.parametrize(("files", "edit"), CHANGED.values(), ids=CHANGED)
def test_what_changes_a_number_changes_the_version(
    version: Any, files: dict[str, str], edit: tuple[str, str, str]
) -> None:
    """And a comment in the same place does not."""
    file, old, new = edit
    assert old in files[file]
    before = version(files)
    commented = {name: f"# {name}\n{textwrap.dedent(text)}\n# the end\n" for name, text in files.items()}
    assert version(commented) == before
    assert version({**files, file: files[file].replace(old, new, 1)}) != before


CLOSURE = "def make(k):\n    def measure(r):\n        return k * r\n    return measure\n"


def in_a_notebook(text: str, name: str, number: int) -> Any:
    """What a cell defines: its text is known to linecache, and its module is ``__main__``."""
    file = f"/cells/{number}.py"
    linecache.cache[file] = (len(text), None, text.splitlines(keepends=True), file)
    namespace: dict[str, Any] = {"__name__": "__main__"}
    exec(compile(text, file, "exec"), namespace)
    return namespace[name]


def test_a_function_of_a_notebook_is_known_by_what_it_does() -> None:
    text = "K = 2\ndef measure(r):\n    return K * r\n"
    first = measure_version(in_a_notebook(text, "measure", 1))
    assert measure_version(in_a_notebook(f"# again\n{text}", "measure", 2)) == first
    assert measure_version(in_a_notebook(text.replace("2", "3"), "measure", 3)) != first


def test_values_count_as_they_are_when_asked() -> None:
    make = in_a_notebook(CLOSURE, "make", 4)
    tables = [pd.DataFrame({"a": [1, 2]}), pd.DataFrame({"a": [1, 3]}), pd.DataFrame({"b": [1, 2]}), pd.Series([1, 2])]
    arrays = [np.array([1, 2]), np.array([1.0, 2.0]), np.array([[1, 2]]), np.array(["a", None], dtype=object)]
    others = [1, 1.0, True, "1", None, (1,), [1], {1}, {"1": 1}, np.float64(1), Path("a"), np.random.default_rng(1)]
    found = [measure_version(make(value)) for value in (*tables, *arrays, *others)]
    assert len(set(found)) == len(found)
    again = [measure_version(make(value)) for value in (*tables, *arrays, *others)]
    assert found == again


def test_circles_end() -> None:
    circle: list[Any] = [1]
    circle.append(circle)
    make = in_a_notebook(CLOSURE, "make", 5)
    assert measure_version(make(circle)) != measure_version(make([1]))
    text = "def measure(r):\n    return other(r)\ndef other(r):\n    return measure(r)\n"
    assert measure_version(in_a_notebook(text, "measure", 6)) == measure_version(in_a_notebook(text, "measure", 7))


def test_a_cached_property_that_was_asked_for_changes_nothing() -> None:
    class Measure:
        @functools.cached_property
        def table(self) -> list[int]:
            return [1]

    measure = Measure()
    before = measure_version(measure)
    assert measure.table == [1]
    assert measure_version(measure) == before


@pytest.mark.parametrize("value", ["file", "generator", "table"])
def test_what_cannot_be_known_is_named(value: str, tmp_path: Path) -> None:
    with (tmp_path / "log").open("w") as file:
        unknown = {"file": file, "generator": (k for k in ()), "table": pd.DataFrame({"a": [[1], {}]})}[value]
        make = in_a_notebook(CLOSURE, "make", 8)
        with pytest.raises(ParameterError, match=r"measure uses k"):
            measure_version(make(unknown))


def test_a_function_without_source_text_is_named() -> None:
    namespace: dict[str, Any] = {}
    exec("def typed_in(r): return r", namespace)
    with pytest.raises(ParameterError, match="typed_in"):
        measure_version(namespace["typed_in"])


def test_a_file_that_was_changed_since_it_was_imported_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a notebook the function in memory is still the old one: its numbers must not go under the new one's name."""
    monkeypatch.syspath_prepend(str(tmp_path))
    path = tmp_path / "changed_meanwhile.py"
    path.write_text("def measure(r):\n    return 1\n")
    module = __import__("changed_meanwhile")
    before = measure_version(module.measure)
    path.write_text("# a comment on top moves it\ndef measure(r):\n    return 1\n")
    assert measure_version(module.measure) == before
    path.write_text("# a comment on top moves it\ndef measure(r):\n    return 2\n")
    with pytest.raises(ParameterError, match="changed since"):
        measure_version(module.measure)


def test_the_order_of_a_set_in_the_code_is_no_change(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A set that comes out of a file of byte code can be in another order than the one that its source makes."""
    monkeypatch.syspath_prepend(str(tmp_path))
    names = [f"cause {number}" for number in range(40)]
    (tmp_path / "sets_in_code.py").write_text(f"def measure(r):\n    return r in {set(names)}, 1 in {{1, 2}}\n")
    module = __import__("sets_in_code")
    code = module.measure.__code__
    turned = tuple(frozenset(sorted(c, key=str, reverse=True)) if c == set(names) else c for c in code.co_consts)
    assert turned == code.co_consts
    before = measure_version(module.measure)
    module.measure.__code__ = code.replace(co_consts=turned)
    assert measure_version(module.measure) == before
    other = tuple(frozenset({*c} - {"cause 1"} | {"cause 99"}) if c == set(names) else c for c in code.co_consts)
    module.measure.__code__ = code.replace(co_consts=other)
    with pytest.raises(ParameterError, match="changed since"):
        measure_version(module.measure)


def test_a_distribution_counts_by_its_version_wherever_it_was_put(version: Any) -> None:
    """``pip install --target`` puts it into any folder; what is installed as editable is the user's own."""
    mine = {"mine.py": "import theirs\ndef measure(r):\n    return theirs.code(r)\n"}
    metadata = "Metadata-Version: 2.1\nName: theirs\nVersion: {}\n"

    def unpacked(returned: int, number: str, files: str = "theirs/__init__.py,,\n") -> str:
        code = f"def code(r):\n    return {returned}\n"
        info = {"METADATA": metadata.format(number), "RECORD": files}
        return version(mine | {"theirs/__init__.py": code} | {f"theirs-1.dist-info/{k}": v for k, v in info.items()})

    assert unpacked(1, "1.0") == unpacked(2, "1.0") != unpacked(1, "1.1")
    assert unpacked(1, "1.0", "other.py,,\n") != unpacked(2, "1.0", "other.py,,\n")


# The package ----------------------------------------------------------------------------------------------------------


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
from simulation.versions import history_version, measure_version, rules_version
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
    assert set(LOOKING_ON) - {"syntax", "versions"} <= unknown | packages


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


# What is stored -------------------------------------------------------------------------------------------------------

HELPED = {
    "mine.py": """
    import helper
    from simulation.factors import Factor

    def make(k):
        def humour(encounter, p):
            return k * encounter.quality
        return humour

    def measure(result):
        return helper.scaled(result.daily["likes"].sum())

    HUMOUR = Factor("humour", make(0.5))
    """,
    "helper.py": "SCALE = 2\ndef scaled(x): return SCALE * x\n",
}
SMALL = {"population.users": 30, "population.creators": 5}


@pytest.fixture
def mine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Imports ``mine`` anew after a file of it was edited."""
    folder, count = tmp_path / "modules", iter(range(100))

    def again(file: str = "mine.py", old: str = "", new: str = "") -> Any:
        text = textwrap.dedent(HELPED[file]).replace(old, new, 1)
        place = folder / str(next(count))
        place.mkdir(parents=True)
        for name, kept in HELPED.items():
            (place / name).write_text(text if name == file else textwrap.dedent(kept))
        for name in ("mine", "helper"):
            sys.modules.pop(name, None)
        versions.standing_for.cache_clear()
        with monkeypatch.context() as patch:
            patch.syspath_prepend(str(place))
            return __import__("mine")

    yield again
    for name in ("mine", "helper"):
        sys.modules.pop(name, None)


def sweep_of(outcome: Any, **given: Any) -> Sweep:
    levers = {"feed.popularity_bias": [0.0, 1.0]}
    outcomes = {"likes": outcome}
    return Sweep(name="small", days=2, levers=levers, constants=SMALL, outcomes=outcomes, replicates=1, **given)


def test_a_study_is_stale_only_when_its_numbers_would_be_others(mine: Any, tmp_path: Path) -> None:
    def again(module: Any) -> Any:
        return run_sweep(sweep_of(module.measure), tmp_path / "study", workers=1, progress=False)

    assert again(mine()).new == 2
    assert again(mine("helper.py", "SCALE = 2", "# a comment\nSCALE = 2  # another")).new == 0
    assert again(mine("mine.py", "def measure(result):", "def measure(result):\n    '''Likes.'''")).new == 0
    with pytest.raises(ResultError, match=r"\(likes\), and 2 runs"):
        again(mine("helper.py", "SCALE = 2", "SCALE = 3"))
    assert again(mine()).new == 0


def test_a_study_with_another_plug_in_is_another(mine: Any, tmp_path: Path) -> None:
    def claimed(module: Any) -> None:
        sweep = sweep_of(HEADLINE["follows_held"], scenario=Scenario(factors=[module.HUMOUR]))
        store = Store(tmp_path / "study", sweep.design, Made.now(sweep.worlds_measured(), None))
        with store.writing():
            (store.folder / "runs" / "of-this-study.parquet").touch()

    claimed(mine())
    claimed(mine("mine.py", "def humour", "# a comment\n    def humour"))
    with pytest.raises(ResultError, match="humour"):
        claimed(mine("mine.py", "make(0.5)", "make(0.6)"))


def test_a_checkpoint_goes_on_with_the_same_closure_only(mine: Any, tmp_path: Path) -> None:
    model = FollowerModel(SMALL, factors=[mine().HUMOUR], engine="mesa", seed=1)
    model.step()
    model.save_checkpoint(tmp_path / "a")
    commented = mine("mine.py", "def make", "# a comment\ndef make")
    assert FollowerModel.from_checkpoint(tmp_path / "a", factors=[commented.HUMOUR]).day == 1
    with pytest.raises(ResultError, match="factors, humour"):
        FollowerModel.from_checkpoint(tmp_path / "a", factors=[mine("mine.py", "make(0.5)", "make(0.6)").HUMOUR])


def test_a_calibration_forgets_what_another_version_measured(mine: Any, tmp_path: Path) -> None:
    """Of the simulator, and of what is observed in it."""

    def claimed(simulator: Any, measure: Any) -> None:
        problem = Problem(
            (Uncertainty("feed.popularity_bias", 0.0, 1.0),), (Observation("likes", measure, 1.0, 1.0),), simulator
        )
        Remembered(tmp_path / "fit", problem, 4, 1.0, 1)

    other = mine("helper.py", "SCALE = 2", "SCALE = 3")
    claimed(ScenarioSimulator(Scenario(days=2)), mine().measure)
    claimed(ScenarioSimulator(Scenario(days=2)), mine().measure)
    with pytest.raises(ResultError):
        claimed(ScenarioSimulator(Scenario(days=2)), other.measure)
    with pytest.raises(ResultError):
        claimed(mine().measure, mine().measure)
