"""No code that decides a history calls anything whose bits differ between machines or versions of a library.

Elsewhere such calls are fine (a figure may differ by a pixel), but listed in elsewhere.toml, so that one is not added
without thought: move the arithmetic to the modules that decide, or add the call to the list.
"""

import tomllib
from functools import cache
from pathlib import Path

import pytest

import simulation
from tests.bits.calls import Call, calls

ROOT = Path(simulation.__file__).parent
ELSEWHERE = ("analysis", "app", "archive.py", "cli", "experiment", "export.py", "graph_files", "plots", "study")
"""Packages and modules that decide no history: they read what is finished, or say which worlds to run."""
EXCEPTIONS: dict[tuple[str, str], str] = {
    (file, name): "made-up encounters on which a user's own rule is tried before the first day; no history has them"
    for file, name in [
        ("factors/base.py", "np.random"),
        ("factors/base.py", ".random()"),
        ("factors/base.py", ".integers()"),
        ("plugins.py", "np.random"),
        ("plugins.py", ".random()"),
    ]
}
"""In modules that decide: file, call and why its bits do not matter."""


@cache
def found() -> dict[str, list[Call]]:
    """Every such call in the package, by file."""
    files = {path.relative_to(ROOT).as_posix(): path for path in sorted(ROOT.rglob("*.py"))}
    return {name: calls(path.read_text(encoding="utf-8")) for name, path in files.items()}


def decides(file: str) -> bool:
    return file.split("/")[0] not in ELSEWHERE


def listed() -> dict[str, set[str]]:
    """Calls that files elsewhere may have."""
    groups = tomllib.loads(Path(__file__).with_name("elsewhere.toml").read_text(encoding="utf-8"))["group"]
    entries = [(file, set(names)) for group in groups for file, names in group["calls"].items()]
    assert len(dict(entries)) == len(entries), "a file is listed twice in elsewhere.toml"
    assert all(group["reason"] for group in groups)
    return dict(entries)


def say(file: str, call: Call) -> str:
    return f"simulation/{file}:{call.line}: {call.name}: use {call.advice}"


def test_what_decides_histories_calls_nothing_whose_bits_differ() -> None:
    wrong = [
        say(file, call)
        for file, present in found().items()
        for call in present
        if decides(file) and (file, call.name) not in EXCEPTIONS
    ]
    assert not wrong, "bits that differ between machines or versions decide histories:\n" + "\n".join(wrong)


def test_such_calls_elsewhere_are_listed() -> None:
    allowed = listed()
    wrong = [
        f"{say(file, call)} (or, if no history depends on it, list it in tests/bits/elsewhere.toml)"
        for file, present in found().items()
        for call in present
        if not decides(file) and call.name not in allowed.get(file, set())
    ]
    assert not wrong, "calls that are not listed:\n" + "\n".join(wrong)


def test_nothing_is_listed_that_is_gone() -> None:
    entries = {(file, name) for file, names in listed().items() for name in names} | set(EXCEPTIONS)
    gone = entries - {(file, call.name) for file, present in found().items() for call in present}
    assert not gone, f"remove from the list: {sorted(gone)}"
    assert not [file for file in listed() if decides(file)], "elsewhere.toml lists files that decide"


NUMPY, MATH = "import numpy as np\n", "import math\n"


@pytest.mark.parametrize(
    ("source", "name"),
    [
        (f"{MATH}y = math.exp(x)", "math.exp"),
        ("from math import log as ln\ny = ln(x)", "math.log"),
        (f"{MATH}ys = map(math.tanh, xs)", "math.tanh"),
        (f"{MATH}n = int(math.log2(x))", "math.log2"),
        (f"{MATH}y = math.fma(a, b, c)", "math.fma"),
        (f"{MATH}y = math.dist(a, b)", "math.dist"),
        (f"{NUMPY}y = np.exp(x)", "np.exp"),
        ("import numpy\ny = numpy.arctan2(x, z)", "np.arctan2"),
        ("def f():\n    from numpy import power\n    return power(2, x)", "np.power"),
        ("import cmath\ny = cmath.sqrt(x)", "cmath.sqrt"),
        ("y = x**2", "**"),
        ("y = 10.0**-3", "**"),
        ("y = 10**places", "**"),
        ("x **= 2", "**"),
        ("y = pow(x, 2)", "pow()"),
        ("y = a @ b", "@"),
        ("a @= b", "@"),
        ("y = a.dot(b)", ".dot()"),
        (f"{NUMPY}y = np.einsum('ij,j', a, b)", "np.einsum"),
        (f"{NUMPY}y = np.linalg.norm(a)", "np.linalg"),
        ("from numpy.linalg import norm\ny = norm(a)", "np.linalg"),
        (f"{NUMPY}y = np.fft.fft(a)", "np.fft"),
        (f"{NUMPY}y = np.interp(x, a, b)", "np.interp"),
        (f"{NUMPY}y = np.sum(x)", "np.sum"),
        (f"{NUMPY}y = np.sum(x, dtype=np.float64)", "np.sum"),
        ("y = x.sum()", ".sum()"),
        ("y = x[x > 0].mean(axis=1)", ".mean()"),
        ("y = (x > 0).std()", ".std()"),
        ("y = int(x.mean())", ".mean()"),
        (f"{NUMPY}y = np.add.reduceat(x, at)", "np.add.reduceat"),
        (f"{NUMPY}y = np.add.reduce(x)", "np.add.reduce"),
        ("y = sum(xs)", "sum()"),
        ("y = sum(x.weight for x in xs)", "sum()"),
        ("import statistics\ny = statistics.fmean(xs)", "statistics.fmean"),
        ("from scipy.stats import norm\ny = norm.ppf(x)", "scipy.stats"),
        ("import scipy.special as special\ny = special.gammaln(x)", "scipy.special"),
        ("y = table['a'].rolling(7)", ".rolling()"),
        (f"{NUMPY}rng = np.random.default_rng(1)", "np.random"),
        ("x = rng.normal(0.0, 1.0, 10)", ".normal()"),
        ("x = self.rng.permutation(10)", ".permutation()"),
        ("import random\nx = random.random()", "random.random"),
        ("from random import Random\nx = Random(1)", "random.Random"),
        ("import igraph\ng = igraph.Graph.Erdos_Renyi(10, m=20)", ".Erdos_Renyi()"),
        ("import networkx as nx\ng = nx.LFR_benchmark_graph(10, 2, 2, 0.1)", "networkx.LFR_benchmark_graph"),
        ("import networkx as nx\ng = nx.gnp_random_graph(10, 0.1)", "networkx.gnp_random_graph"),
        ("import numba\nf = numba.njit(fastmath=True)(g)", "fastmath"),
        ("import numba\nf = numba.njit(fastmath={'nnan'})(g)", "fastmath"),
    ],
)
def test_caught(source: str, name: str) -> None:
    assert name in {call.name for call in calls(source)}
    assert all(call.line == len(source.splitlines()) or "def" in source for call in calls(source))
    assert all(call.advice for call in calls(source))


@pytest.mark.parametrize(
    "source",
    [
        "from simulation.arithmetic import exp, power\ny = exp(x) * power(x, 2.0)",
        "from simulation.vectors import mean, total\ny = total(x) + mean(x)",
        "from simulation import vectors\ny = vectors.mean(x)",
        f"{MATH}y = math.sqrt(x) + math.floor(x) + math.fsum(xs) + math.copysign(x, -1.0) + math.ceil(math.fabs(x))",
        f"{NUMPY}y = np.sqrt(x) + np.abs(x) + np.maximum(x, 0.0) + np.floor(x)",
        f"{NUMPY}y = np.cumsum(x)[-1] + np.bincount(i, weights=w) + np.add.accumulate(x) + x.cumsum()",
        f"{NUMPY}np.add.at(x, i, w)",
        f"{NUMPY}y = np.outer(a, b)",
        "y = 2**40 + 2.0**bits + 2.0**-54 + 10**6 + (-3) ** 2",
        "y = x * x",
        f"{NUMPY}n = np.sum(counts, axis=0, dtype=np.int64)",
        f"{NUMPY}n = np.add.reduceat(counts, at, dtype=np.int64)",
        "n = int(counts.sum())",
        f"{NUMPY}n = int(np.sum(counts)) + np.sum(x > 0) + np.mean(x > 0)",
        "n = (x > 0).sum() + ((x > 0) & known).sum() + (~(x > 0)).sum()",
        "n = sum(1 for x in xs if x) + sum(x is None for x in xs) + sum(len(x) for x in xs) + sum(x.size for x in xs)",
        "n = sum(int(x) for x in xs) + int(sum(xs))",
        "everything = sum(lists, [])",
        f"{NUMPY}s = np.random.SeedSequence(1).spawn(2)",
        "class A:\n    def f(self):\n        return self.sample(1)",
        "import numba\nf = numba.njit(fastmath=False)(g)",
        "import networkx as nx\nd = nx.Graph(edges).degree()",
        "y = pow(3, 5, 7)",
        "@decorator\ndef f(**options): return g(**options)",
    ],
)
def test_not_caught(source: str) -> None:
    assert calls(source) == []
