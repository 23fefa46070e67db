"""Versions of what users bring: they change with all that a number depends on, and with nothing else."""

from __future__ import annotations

import functools
import linecache
import sys
import textwrap
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from simulation import origins
from simulation.errors import ParameterError
from simulation.measure_versions import measure_version
from tests.told import raises


@pytest.fixture
def version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The version of ``mine.measure`` (or another name) for files written into a folder of their own and imported."""
    before, count = set(sys.modules), iter(range(100))

    def forget() -> None:
        for name in set(sys.modules) - before:
            if "version_files" in str(getattr(sys.modules[name], "__file__", "")):
                del sys.modules[name]
        origins.standing_for.cache_clear()

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
        with raises(ParameterError, "measure k"):
            measure_version(make(unknown))


def test_a_function_without_source_text_is_named() -> None:
    namespace: dict[str, Any] = {}
    exec("def typed_in(r): return r", namespace)
    with raises(ParameterError, "typed_in"):
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
    with raises(ParameterError, "changed"):
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
    with raises(ParameterError, "changed"):
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


def test_a_partial_stays_the_same_whoever_looks_at_its_fields() -> None:
    sixth = functools.partial(pow, exp=6)
    before = measure_version(sixth)
    vars(sixth)
    assert measure_version(sixth) == before
