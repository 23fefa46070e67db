"""Where a module comes from: this package, the user, Python, or an installed distribution."""

import importlib.util
import sys
import sysconfig
from functools import cache
from importlib import metadata
from pathlib import Path

from simulation.versions import HISTORY, PACKAGE, is_part


@cache
def standing_for(module: str) -> str | None:
    """What stands for the code of a module that is not read; None where it is, for it is the user's or of this package.

    Code of this package that decides a history has a version of its own.
    """
    top = module.partition(".")[0]
    if top == PACKAGE:
        return "history" if is_part(module.removeprefix(f"{PACKAGE}."), HISTORY) else None
    if top in {"__main__", ""}:
        return None
    file = _file_of(top)
    if file is None:
        return "python" if top in sys.stdlib_module_names else None
    if {"site-packages", "dist-packages"} & set(file.parts) or _is_unpacked(top, file):
        return _distribution(top)
    libraries = (Path(sysconfig.get_path(name)) for name in ("stdlib", "platstdlib"))
    return "python" if any(file.is_relative_to(library) for library in libraries) else None


def _file_of(top: str) -> Path | None:
    """Where a module or package lies, without importing it; None for one that is built in, or not to be found."""
    module = sys.modules.get(top)
    try:
        spec = importlib.util.find_spec(top) if module is None else module.__spec__
    except (ImportError, ValueError):
        spec = None
    places = [getattr(module, "__file__", None), *(getattr(module, "__path__", None) or ())]
    if spec is not None and spec.has_location:
        places.append(spec.origin)
    if spec is not None:
        places += spec.submodule_search_locations or ()
    return next((Path(place) for place in places if place), None)


def _is_unpacked(top: str, file: Path) -> bool:
    """Whether a module lies where ``pip install --target`` put it: beside a list of files that names it."""
    lists = (
        metadata.PathDistribution(place).files for folder in file.parents[:2] for place in folder.glob("*.dist-info")
    )
    return any(entry.parts[0] in {top, f"{top}.py"} for files in lists for entry in files or ())


def _distribution(top: str) -> str:
    """Name and version of the distribution that a module was installed with."""
    try:
        return f"{top} {metadata.version(top)}"
    except metadata.PackageNotFoundError:
        return " ".join(
            f"{name} {metadata.version(name)}" for name in metadata.packages_distributions().get(top, [top])
        )
