"""The files of code that is not the package's own, and the installed distributions that it uses."""

import ast
import importlib.util
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from simulation.errors import ResultError
from simulation.origins import standing_for
from simulation.versions import PACKAGE


@dataclass
class OwnCode:
    """What a run needs besides this package."""

    files: dict[str, Path] = field(default_factory=dict)
    """By their place in a folder from which they can be imported."""
    packages: set[str] = field(default_factory=set)
    """Installed distributions with their versions, as ``name version``."""


def own_code(places: Iterable[str]) -> OwnCode:
    """Files and modules with all that they import, wherever in them; what they read besides is not seen.

    Parameters
    ----------
    places
        Of code that can be imported here: a path that ends in ``.py``, or the name of a module.

    Raises
    ------
    ResultError
        If two files would have one place.
    """
    found = OwnCode()
    for place in places:
        if place.endswith(".py"):
            _take(found, Path(place).name, Path(place), "")
        else:
            _take_module(found, place)
    return found


def _take_module(found: OwnCode, name: str) -> None:
    standing = standing_for(name)
    if standing is not None:
        found.packages |= {standing} - {"python", "history"}
    elif name.partition(".")[0] != PACKAGE:
        parts = name.split(".")
        for count in range(1, len(parts) + 1):
            module = ".".join(parts[:count])
            if (file := _file_of(module)) is not None:
                package = file.stem == "__init__"
                place = "/".join(parts[:count]) + (f"/{file.name}" if package else file.suffix)
                _take(found, place, file, module if package else module.rpartition(".")[0])


def _file_of(module: str) -> Path | None:
    """The file of a module; None where there is none, as for a name that another module holds."""
    try:
        spec = importlib.util.find_spec(module)
    except (ImportError, ValueError):
        return None
    return Path(spec.origin) if spec is not None and spec.has_location and spec.origin else None


def _take(found: OwnCode, place: str, file: Path, package: str) -> None:
    file = file.resolve()
    new, there = place not in found.files, found.files.setdefault(place, file)
    if there != file:
        raise ResultError(f"{there} and {file} have one name, and code is packed by its name: rename one", path=file)
    if new and file.suffix == ".py":
        for name in _imports(ast.parse(file.read_bytes()), package):
            _take_module(found, name)


def _imports(tree: ast.AST, package: str) -> Iterator[str]:
    """Names of the modules that a file imports, with names in them that may be modules as well."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and (package or not node.level):
            module = importlib.util.resolve_name("." * node.level + (node.module or ""), package)
            yield from (f"{module}.{alias.name}" for alias in node.names)
