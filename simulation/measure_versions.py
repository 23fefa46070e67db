"""Versions of what a user brings: what an outcome measures, what a plug-in does.

Each is a digest of syntax trees without comments and docstrings (:mod:`simulation.syntax`), and of the values that they
use; paths, machines and versions of Python do not count.
"""

import ast
import copyreg
import hashlib
import importlib.util
import inspect
import sys
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, fields, is_dataclass
from enum import Enum
from functools import cached_property, partial
from importlib import import_module
from pathlib import PurePath
from types import FunctionType, GetSetDescriptorType, MappingProxyType, MemberDescriptorType, MethodType, ModuleType
from typing import Any

from simulation.errors import ParameterError
from simulation.origins import standing_for
from simulation.syntax import Function, function_tree, inner_codes, words
from simulation.versions import PACKAGE


def measure_version(thing: object) -> str:
    """Digest of an outcome function, plug-in or agent class, and of everything of the user's that it uses.

    That is its code and the code it calls, in whatever modules, with the values they use: constants and other globals,
    closures, default arguments, fields of objects, base classes. Of the standard library nothing counts, of other
    installed distributions their version, of this package what `history_version` does not cover.

    It cannot see what a program imports by a name that it computes, nor what it reads from files.

    Parameters
    ----------
    thing
        A function, class, module, or any object made of these and of values that can be pickled.

    Returns
    -------
    str
        16 hexadecimal digits.

    Raises
    ------
    ParameterError
        If something it uses has no value that can be known, such as an open file, or no source text: says what.

    Examples
    --------
    >>> def likes(result):
    ...     return result.daily["likes"].sum()
    >>> measure_version(likes) == measure_version(likes)
    True
    """
    account = _Account()
    account.add(getattr(thing, "__qualname__", type(thing).__qualname__), thing)
    return account.digest()


_ATOMS = (bool, int, float, complex, str, bytes, bytearray, type(None), type(...), type(NotImplemented), range, slice)
_GENERATED = frozenset({"_abc_impl", "_is_protocol", "_is_runtime_protocol", "_make", "_replace", "_asdict"})
"""Members that Python gives to classes."""


class _Account:
    """A digest in the making. What was met before is told by its number, so circles end."""

    def __init__(self) -> None:
        self._sha = hashlib.sha256()
        self._met: dict[int, tuple[int, object]] = {}
        self._trail: list[str] = []

    def digest(self) -> str:
        return self._sha.hexdigest()[:16]

    def add(self, name: str, value: object) -> None:
        """Take in a value; ``name`` is told to the user if that cannot be done."""
        self._trail.append(name)
        self._add(value)
        self._trail.pop()

    def _say(self, *told: object) -> None:
        self._sha.update(repr(told).encode("utf-8", "backslashreplace"))

    def _add(self, value: object) -> None:
        kind = type(value)
        if kind in _ATOMS:
            self._say(kind.__name__, value)
        elif type(value).__module__.partition(".")[0] in {"numpy", "pandas"} and self._array(value):
            pass
        elif id(value) in self._met:
            self._say("again", self._met[id(value)][0])
        elif kind in {list, tuple, dict, MappingProxyType}:
            self._met[id(value)] = len(self._met), value  # within itself only: equal values may be one object or two
            self._items(value)
            del self._met[id(value)]
        elif kind in {set, frozenset}:
            self._say(kind.__name__, sorted(map(measure_version, value)))  # type: ignore[call-overload]
        else:
            self._met[id(value)] = len(self._met), value
            self._object(value)

    def _items(self, value: Any) -> None:
        self._say(type(value).__name__, len(value))
        pairs = value.items() if isinstance(value, Mapping) else enumerate(value)
        for key, item in pairs:
            if isinstance(value, Mapping):
                self._add(key)
            self.add(f"[{key!r}]", item)

    def _array(self, value: Any) -> bool:
        """Take in numbers of numpy and tables of pandas by their bytes; False where it is something else."""
        import numpy as np

        if isinstance(value, np.ndarray | np.generic) and not value.dtype.hasobject:
            self._say("array", value.dtype.str, np.shape(value), hashlib.sha256(value.tobytes()).hexdigest())
            return True
        pandas = sys.modules.get("pandas")
        if pandas is None or not isinstance(value, pandas.DataFrame | pandas.Series | pandas.Index):
            return False
        table = value if isinstance(value, pandas.DataFrame) else value.to_frame()
        try:
            hashes = pandas.util.hash_pandas_object(value, index=True).to_numpy()
        except TypeError as error:
            raise self._unknown(error) from None
        self._say(type(value).__name__, list(map(repr, table.columns)), list(map(str, table.dtypes)))
        self._array(hashes)
        return True

    def _object(self, value: Any) -> None:
        if isinstance(value, ModuleType):
            self._module(value)
        elif isinstance(value, FunctionType):
            self._function(value)
        elif isinstance(value, type):
            self._class(value)
        elif (inner := _inside(value)) is not None:
            self._say(type(value).__name__, len(inner))
            for function in inner:
                self._add(function)
        elif isinstance(value, PurePath):
            self._say("path", value.as_posix())
        elif isinstance(value, Enum):
            self._say("enum", value.name)
            self._add(type(value))
            self._add(value.value)
        else:
            self._state(value)

    def _state(self, value: Any) -> None:
        """Take in an object by what would make it anew, as pickle and copy ask for it."""
        getattr(value, "__dict__", None)  # a partial has one only after it was asked for
        reduce = copyreg.dispatch_table.get(type(value))
        try:
            made = value.__reduce_ex__(4) if reduce is None else reduce(value)
        except Exception as error:
            raise self._unknown(error) from None
        if isinstance(made, str):  # a name in its module
            module = getattr(value, "__module__", None) or type(value).__module__
            self._say("name", module, made, standing_for(module))
            return
        maker, arguments, state, items, pairs = (*made, None, None, None)[:5]
        self._add(maker)
        self._add(arguments)
        state = {} if state is None else state
        if type(state) is dict and all(type(name) is str for name in state):
            names = sorted(name for name in state if not isinstance(_member(value, name), cached_property))
            self._say("fields", names)
            for name in names:
                self.add(f".{name}", state[name])
        else:
            self._add(state)
        self._items([*(items or ()), *(pairs or ())])

    def _unknown(self, error: object) -> ParameterError:
        return ParameterError(
            f"{self._shown()}: {error}; so it cannot be known whether it changes from one run to the next: let what "
            "is measured not depend on it"
        )

    def _shown(self) -> str:
        first, *others = self._trail
        return first + "".join(f"{'' if name[0] in '.[' else ' uses '}{name}" for name in others)

    def _module(self, module: ModuleType) -> None:
        standing = standing_for(module.__name__)
        self._say("module", module.__name__ if standing else "", standing)
        if standing is None:
            for name, value in sorted(vars(module).items()):
                if not _is_special(name):
                    self._say(name)
                    self.add(name, value)

    def _function(self, function: FunctionType) -> None:
        module = function.__globals__.get("__name__", "__main__")
        standing = standing_for(module)
        closure = dict(zip(function.__code__.co_freevars, map(_content, function.__closure__ or ()), strict=True))
        around = {**closure, **{name: value for name, value in vars(function).items() if name != "is_rule"}}
        if standing is not None:  # somebody else's, but it may call what is the user's
            self._say("function", module, function.__qualname__, standing)
            around = {name: value for name, value in around.items() if _may_call(value)}
        else:
            self._say("function")
            self._code(function)
            around |= {"defaults": function.__defaults__, "keyword defaults": function.__kwdefaults__}
        for name, value in around.items():
            self._say(name)
            self.add(name, value)

    def _code(self, function: FunctionType) -> None:
        """Take in the syntax tree of a function and the globals that it names."""
        code, namespace = function.__code__, function.__globals__
        try:
            tree = function_tree(code, namespace)
        except LookupError as error:
            raise ParameterError(f"{self._shown()}: {error.args[0]}") from None
        self._say(words(tree))
        known = {name: namespace[name] for item in inner_codes(code) for name in item.co_names if name in namespace}
        for root, value in self._imports(tree, namespace):
            if root:
                known[root] = value
        for root, *attributes in sorted(set(_chains(tree))):
            if root in known:
                name, value = _resolve(root, attributes, known[root])
                self._say(name)
                self.add(name, value)

    def _imports(self, tree: Function, namespace: dict[str, Any]) -> Iterator[tuple[str, object]]:
        """What a function imports when it is called, by the name it gets."""
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    module = self._imported(alias.name)
                    top = alias.name.partition(".")[0]
                    yield alias.asname or top, module if alias.asname else sys.modules.get(top)
            elif isinstance(node, ast.ImportFrom):
                name = importlib.util.resolve_name(
                    "." * node.level + (node.module or ""), namespace.get("__package__") or ""
                )
                module = self._imported(name)
                for alias in node.names:
                    if module is not None:
                        value = getattr(module, alias.name, None) or self._imported(f"{name}.{alias.name}")
                        yield alias.asname or alias.name, value

    def _imported(self, name: str) -> ModuleType | None:
        """A module of the user's; None for one of somebody else's, and where there is none."""
        standing = standing_for(name)
        if standing is not None:
            self._say("import", name, standing)
            return None
        try:
            return import_module(name)
        except ImportError:
            self._say("import", name, "missing")
            return None

    def _class(self, cls: type) -> None:
        standing = standing_for(cls.__module__)
        self._say("class", cls.__qualname__, standing)
        if standing is not None:
            return
        for base in (*cls.__bases__, type(cls)):
            self._add(base)
        members = {name: value for name, value in vars(cls).items() if _counts(cls, name, value)}
        if is_dataclass(cls):
            members["fields"] = [(item.name, _default(item)) for item in fields(cls)]
        elif found := vars(cls).get("__pydantic_fields__"):
            members["fields"] = [(name, item.default, item.default_factory) for name, item in found.items()]
        if issubclass(cls, Enum):
            members["members"] = {name: item.value for name, item in cls.__members__.items()}
        for name, value in sorted(members.items()):
            self._say(name)
            self.add(f".{name}", value)


def _default(item: Any) -> object:
    """The default of a dataclass's field, or what makes it."""
    return [given for given in (item.default, item.default_factory) if given is not MISSING]


def _is_special(name: str) -> bool:
    return name.startswith("__") and name.endswith("__")


def _counts(cls: type, name: str, value: object) -> bool:
    """Whether a member of a class was written by its author."""
    if name in _GENERATED or isinstance(value, MemberDescriptorType | GetSetDescriptorType):
        return False
    made_by_enum = issubclass(cls, Enum) and (name in cls.__members__ or name.startswith("_"))
    function = value.__func__ if isinstance(value, staticmethod | classmethod) else value
    if not isinstance(function, FunctionType):
        return not made_by_enum and (not _is_special(name) or isinstance(value, property))
    function = inspect.unwrap(function)
    if function.__code__.co_filename == "<string>" and _is_special(name):  # made by dataclass or namedtuple
        return False
    foreign = standing_for(function.__globals__.get("__name__", "")) is not None
    return not (foreign and (made_by_enum or _is_special(name)))


def _inside(value: object) -> tuple[object, ...] | None:
    """The functions that a wrapper of Python or numba holds; None for anything else."""
    if isinstance(value, property):
        return value.fget, value.fset, value.fdel
    if isinstance(value, staticmethod | classmethod):
        return (value.__func__,)
    if isinstance(value, cached_property):
        return (value.func,)
    if isinstance(value, type(standing_for)):  # functools.cache and lru_cache
        return (value.__wrapped__,)
    if type(value).__module__.startswith("numba.") and (function := getattr(value, "py_func", None)) is not None:
        return (function,)
    return None


def _may_call(value: object) -> bool:
    if isinstance(value, Mapping):
        return any(map(_may_call, value.values()))
    return isinstance(value, FunctionType | MethodType | partial | type) or _inside(value) is not None


def _member(value: object, name: str) -> object:
    return inspect.getattr_static(type(value), name, None)


def _content(cell: Any) -> object:
    try:
        return cell.cell_contents
    except ValueError:
        return "not there yet"


def _chains(node: ast.AST) -> Iterator[tuple[str, ...]]:
    """Every name in a tree with the attributes that are read from it: ``a.b.c`` is one chain of three."""
    attributes: list[str] = []
    inner = node
    while isinstance(inner, ast.Attribute):
        attributes.append(inner.attr)
        inner = inner.value
    if isinstance(inner, ast.Name):
        yield inner.id, *reversed(attributes)
        return
    for child in ast.iter_child_nodes(inner):
        yield from _chains(child)


def _resolve(name: str, attributes: list[str], value: object) -> tuple[str, object]:
    """Follow attributes as long as they lead through modules of the user's or of this package."""
    for attribute in attributes:
        own = isinstance(value, ModuleType) and (
            value.__name__.partition(".")[0] == PACKAGE or standing_for(value.__name__) is None
        )
        if not own or not hasattr(value, attribute):
            break
        name, value = f"{name}.{attribute}", getattr(value, attribute)
    return name, value
