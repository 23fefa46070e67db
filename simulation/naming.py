"""Objects by name: ``package.module:name``, or ``file.py:name`` with the file sought next to the file that names it."""

import difflib
import hashlib
import importlib
import importlib.util
import inspect
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import cloudpickle

from simulation.errors import ConfigError

BY_FILE = "__named_by_file__"
"""Marks a module that was run as a file: no other process finds it by its name."""
NOWHERE = "?"
"""Stands for the module of what no reference finds again: a lambda, what a function made, a notebook's function."""


def load_object(reference: str, beside: Path | None = None) -> Any:
    """The object that a reference names; its module is imported, or its file run, for that.

    Parameters
    ----------
    reference
        ``module:name`` or ``file.py:name``, a folder before it where it lies in one: ``../code/module:name``; the name
        may have dots, as in ``mine:Fans.loyal``.
    beside
        Folder in which files and modules are sought first; None takes the working directory.

    Raises
    ------
    ConfigError
        If the reference is written in another way, or there is no such module, file or name.

    Examples
    --------
    >>> load_object("simulation.factors:FACTORS")[0].name
    'shared_interest'
    """
    place, colon, name = reference.rpartition(":")
    if not (colon and place and name):
        raise ConfigError(f"{reference!r} names no object: write module:name or file.py:name, such as mine.py:novelty")
    if place == NOWHERE:
        raise ConfigError(
            f"{name!r} was given in Python, and no file has it under a name (a lambda, what another function made, a "
            f"notebook's function): assign it to one at the top level of a file ({name} = ...), and give file.py:{name}"
        )
    folder = Path.cwd() if beside is None else Path(beside).resolve()
    found: Any = _module(place, folder, reference)
    for part in name.split("."):
        if not hasattr(found, part):
            near = difflib.get_close_matches(part, dir(found), n=1)
            hint = f"; did you mean {near[0]}?" if near else ""
            raise ConfigError(f"{reference!r}: {place} has no {part!r}{hint}")
        found = getattr(found, part)
    return found


def _module(place: str, folder: Path, reference: str) -> ModuleType:
    file = (folder / place).resolve()
    for known in (folder, file.parent):
        _seek_in(known)
    try:
        if not place.endswith(".py"):
            return importlib.import_module(place.rpartition("/")[2])
        main = sys.modules["__main__"]
        if Path(getattr(main, "__file__", None) or ".").resolve() == file:
            return main
        name = f"{file.stem}_{hashlib.sha256(str(file).encode()).hexdigest()[:8]}"
        if name in sys.modules:
            return sys.modules[name]
        if not file.is_file():
            raise ConfigError(f"{reference!r}: there is no file {file}: put it there, or name it where it is")
        return run_file(file, name)
    except ConfigError:
        raise
    except ModuleNotFoundError as error:
        wanted = place.removesuffix(".py").rpartition("/")[2]
        what = f"there is no module {error.name!r}"
        if place.endswith(".py") or not wanted.startswith(f"{error.name}"):
            what = f"{place} imports {error.name!r}, and there is no such module"
        raise ConfigError(f"{reference!r}: {what}, neither in {file.parent} nor installed") from None
    except Exception as error:
        raise ConfigError(f"{reference!r}: {place} cannot be imported: {type(error).__name__}: {error}") from error


def _seek_in(folder: Path) -> None:
    """Let modules of a folder be imported, as Python does for the folder of a script."""
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))


def moved(reference: str, folder: str | Path) -> str:
    """The reference with its file or module in another folder."""
    place, _, name = reference.rpartition(":")
    return f"{Path(folder, Path(place).name).as_posix()}:{name}"


def run_file(file: Path, name: str) -> ModuleType:
    """Run a Python file as a module of this name, whose functions and classes reach other processes by value."""
    _seek_in(file.parent)
    spec = importlib.util.spec_from_file_location(name, file)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    module.__dict__[BY_FILE] = True
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    cloudpickle.register_pickle_by_value(module)  # other processes cannot import it
    return module


def reference_of(thing: object) -> str | None:
    """The reference by which :func:`load_object` finds a function, a class, or an object that a module holds.

    Returns
    -------
    str or None
        None for what no module holds under a name: a lambda, what a function or a notebook defined.
    """
    functions = (thing, *(vars(thing).values() if hasattr(thing, "__dict__") else ()))
    first = sorted({str(getattr(part, "__module__", None)) for part in functions if callable(part)})
    # An object made of others' functions, such as a partial, stands in a module that none of these names.
    for module in filter(None, (sys.modules.get(name) for name in [*first, *sys.modules])):
        for name, value in list(vars(module).items()):
            if value is thing:
                return _reference(module, name)
    return None


def _reference(module: ModuleType, name: str) -> str | None:
    spec, file = getattr(module, "__spec__", None), getattr(module, "__file__", None)
    if (
        spec is not None
        and not hasattr(module, BY_FILE)
        and importlib.util.find_spec(spec.name.partition(".")[0]) is not None
    ):
        return f"{spec.name}:{name}"
    return f"{Path(file).resolve()}:{name}" if file and file.endswith(".py") else None


def source_of(thing: Any) -> str:
    """Source text of a function or class; empty where Python cannot find it."""
    try:
        return inspect.getsource(thing)
    except (OSError, TypeError):
        return ""
