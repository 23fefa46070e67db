"""What many tasks share, on its way to where they are done: unpacked once in each process."""

import hashlib
import io
import pickle
import traceback
from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple, Self

import cloudpickle

from simulation.compiling import code_version, rule
from simulation.errors import FollowerDynamicsError


def packed(anything: Any) -> bytes:
    """Anything as bytes that ``pickle.loads`` takes: by value where it has no module that could be imported."""
    file = io.BytesIO()
    _Pickler(file).dump(anything)
    return file.getvalue()


def answered(function: Callable[[], Any]) -> bytes:
    """What a function gives, as bytes: its value and None, or None and its exception, with the traceback as a note."""
    try:
        return packed((function(), None))
    except Exception as error:
        error.add_note("".join(traceback.format_exception(error)).rstrip())
        try:
            return packed((None, error))
        except Exception:  # the exception itself cannot travel
            return packed((None, FollowerDynamicsError(f"{type(error).__name__}: {error}")))


class _Pickler(cloudpickle.Pickler):  # type: ignore[misc]  # cloudpickle carries no types
    """Rules that travel by value are rules where they arrive, so that compiled loops can call them there."""

    def reducer_override(self, obj: Any) -> Any:
        reduced = super().reducer_override(obj)
        if isinstance(reduced, tuple) and getattr(obj, "is_rule", False):
            return (*reduced[:5], _restored_rule)
        return reduced


def _restored_rule(function: Any, state: Any) -> None:
    cloudpickle.cloudpickle._function_setstate(function, state)
    del function.is_rule
    rule(function)


class Shared:
    """A function that many tasks share, pickled by value where it has no module that could be imported.

    Parameters
    ----------
    function
        Anything cloudpickle takes: lambdas, closures, partials, callable objects, functions of a notebook.

    Raises
    ------
    FollowerDynamicsError
        If it holds what cannot be sent to other processes, such as an open file.
    """

    def __init__(self, function: Any) -> None:
        try:
            self.data = packed((code_version(), function))
        except Exception as error:
            raise FollowerDynamicsError(
                f"what is evaluated cannot be sent to other processes ({type(error).__name__}: {error}); say workers=1"
            ) from error
        self.digest = hashlib.sha256(self.data).hexdigest()

    def __hash__(self) -> int:
        return hash(self.digest)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Shared) and other.digest == self.digest

    def name_only(self) -> Self:
        """The same without its data, for a process that has it."""
        copy = self.__new__(type(self))
        copy.data, copy.digest = b"", self.digest
        return copy

    def function(self) -> Any:
        """The function; the same object for all tasks that come to one process.

        Raises
        ------
        FollowerDynamicsError
            If it names what cannot be imported here, or here is another version of the code.
        """
        found = _unpacked(self)
        if isinstance(found, _Refusal):
            raise FollowerDynamicsError(found.why)
        return found


class _Refusal(NamedTuple):
    """Why a function cannot be used here; kept, for later tasks come without its data."""

    why: str


@lru_cache(maxsize=4)
def _unpacked(shared: Shared) -> Any:
    try:
        version, function = pickle.loads(shared.data)
    except (ImportError, AttributeError) as error:
        name = error.name if isinstance(error, ImportError) else None
        return _Refusal(
            f"a worker cannot import {repr(name) if name else 'what is evaluated'} ({type(error).__name__}: {error}), "
            "which an outcome, plug-in or agent class needs: install it there, start workers with PYTHONPATH set to "
            "its folder, or name what needs it by its file (FILE.py:NAME), which workers are sent"
        )
    if version != code_version():
        return _Refusal(
            f"the worker has version {code_version()} of the code, and the study {version}: install the same there"
        )
    return function
