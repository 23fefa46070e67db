"""Versions of the package: what decides a history, and what compiled code is made of.

Each is a digest of syntax trees without comments and docstrings (:mod:`simulation.syntax`); paths, machines and
versions of Python do not count. :mod:`simulation.measure_versions` has those of what a user brings.
"""

import ast
import gc
import hashlib
import tomllib
from functools import cache, lru_cache
from pathlib import Path

from simulation.syntax import words

PACKAGE = __name__.partition(".")[0]

COMPILED = (
    "acquaintances",
    "arithmetic",
    "by_reference",
    "columns",
    "communities",
    "compiling",
    "creators",
    "declare",
    "distributions",
    "engines",
    "events",
    "factors",
    "ledger",
    "people",
    "platform",
    "plugins",
    "population",
    "posts",
    "random_graphs",
    "randomness",
    "recall",
    "renewal",
    "same_bits",
    "schedule",
    "state",
    "users",
    "vector_loops",
    "worlds",
)
"""Modules and packages that compiled code is made of."""
HISTORY = (
    *COMPILED,
    "descriptions",
    "graph_families",
    "interventions",
    "model",
    "parameters",
    "phases",
    "planned",
    "presets",
    "records",
    "scenario",
    "scenario_parts",
    "settings",
    "social_graph",
    "traits",
    "vectors",
)
"""Modules and packages that decide a history, and what a result says of it."""
LOOKING_ON = {
    "arguments": "refuses numbers",
    "at_rest": "keeps worlds, and gives them back as they were",
    "checkpoints": "gives back a state as it was",
    "errors": "words",
    "files": "files",
    "graph_files": "reads a graph, which counts by its edges",
    "measure_versions": "names versions, by which nothing is computed",
    "memory": "frees models that were dropped",
    "naming": "finds plug-ins, which have versions of their own",
    "origins": "names versions, by which nothing is computed",
    "records.checkpoint": "files",
    "records.compare": "compares two results",
    "records.provenance": "describes what was given",
    "records.storage": "files",
    "scenario_file": "reads a scenario, which counts by its values",
    "syntax": "names versions, by which nothing is computed",
    "versions": "names versions, by which nothing is computed",
}
"""Modules that a model imports though no history depends on them, and why."""


@cache
def history_version() -> str:
    """Digest of all code of the package that decides a history: two runs with one digest and one input are the same."""
    return _package_digest(HISTORY)


@cache
def rules_version() -> str:
    """Digest of all code of the package that compiled loops are made of."""
    return _package_digest(COMPILED)


def is_rules_code(module: str | None) -> bool:
    """Whether `rules_version` covers a module; what was typed in has none."""
    return (
        module is not None
        and module.startswith(f"{PACKAGE}.")
        and is_part(module.removeprefix(f"{PACKAGE}."), COMPILED)
    )


def is_part(module: str, parts: tuple[str, ...]) -> bool:
    """Whether a module of the package is one of some parts of it, or in one, and does more than look on."""
    names = module.split(".")
    begins = {".".join(names[:count]) for count in range(1, len(names) + 1)}
    return not begins.isdisjoint(parts) and begins.isdisjoint(LOOKING_ON)


def source_files(parts: tuple[str, ...]) -> dict[str, Path]:
    """The files of parts of the package by module, without those that only look on; tables of data by file name."""
    root = Path(__file__).parent
    found = {}
    for part in parts:
        for path in (root / f"{part}.py", *(root / part).rglob("*.py")):
            name = ".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__")
            if path.exists() and name not in LOOKING_ON:
                found[name] = path
        if (table := root / f"{part}.toml").exists():
            found[table.name] = table
    return dict(sorted(found.items()))


def _package_digest(parts: tuple[str, ...]) -> str:
    digest = hashlib.sha256()
    collecting = gc.isenabled()
    gc.disable()  # it would look through each tree many times
    try:
        for name, path in source_files(parts).items():
            digest.update(repr((name, _source_digest(path.read_bytes(), path.suffix))).encode())
    finally:
        if collecting:
            gc.enable()
    return digest.hexdigest()[:16]


@lru_cache(maxsize=1024)
def _source_digest(source: bytes, suffix: str) -> str:
    meaning = words(ast.parse(source)) if suffix == ".py" else tomllib.loads(source.decode())
    return hashlib.sha256(repr(meaning).encode()).hexdigest()
