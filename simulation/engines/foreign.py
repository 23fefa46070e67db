"""Rules from outside the package, as the compiler takes them: tried before a loop is made of them."""

import hashlib
import inspect
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from simulation.columns import Column
from simulation.compiling import compiled, is_ours
from simulation.declare import raised
from simulation.engines.chunk import Chunk, factor_number
from simulation.errors import ParameterError, PluginError
from simulation.factors.base import Factor, decision_place, in_bounds
from simulation.measure_versions import measure_version
from simulation.plugins import Behaviour, Trial, probability
from simulation.randomness import stream_of


def version_of(columns: Iterable[Column], functions: Iterable[tuple[str, Callable[..., Any]]]) -> str | None:
    """Version of what a loop is made of: columns of one's own, and functions by what they are to the loop.

    All that functions from outside the package use is part of it. None where the source of one cannot be read: then no
    machine code made of it may be kept.
    """
    try:
        told = (
            [(column.name, column.of, column.width, column.tie_start) for column in columns],
            [(name, _version(function)) for name, function in functions],
        )
    except ParameterError:
        return None
    return hashlib.sha256(repr(told).encode()).hexdigest()[:16]


def _version(rule: Callable[..., Any]) -> str:
    return f"{rule.__module__}.{rule.__qualname__}" if is_ours(rule) else measure_version(rule)


def check_compiles(trials: Iterable[Trial]) -> None:
    """Compile each rule of one's own by itself, and hold it against what Python makes of it.

    Parameters
    ----------
    trials
        Factors, rules and strategies, with functions of theirs and arguments to try these with.

    Raises
    ------
    PluginError
        If one cannot be compiled, with the line and the cause; or if it gives other bits than in Python: then the
        engines' histories would differ.
    """
    for plugin, function, arguments in trials:
        if not is_ours(function):
            _hold_against(plugin, function, arguments)


def refuse_broken(chunk: Chunk, behaviour: Behaviour) -> None:
    """Raise where a rule or factor of one's own gave a loop what lies out of bounds.

    Raises
    ------
    PluginError
        Names it, what it gave, and about whom.
    """
    number, value, user, creator = chunk.scratch.broken.tolist()
    if number:
        plugin, where = _numbered(behaviour, number), decision_place(int(user), int(creator), chunk.day)
        if isinstance(plugin, Factor):
            in_bounds(plugin, value, where)
        else:
            probability(plugin, value, where)


@contextmanager
def naming(chunk: Chunk, behaviour: Behaviour) -> Iterator[None]:
    """Raise what a rule or factor of one's own raises within a loop as an error that names it.

    Raises
    ------
    PluginError
        Names it, what it raised, and about whom.
    """
    try:
        yield
    except Exception as error:
        number, user, creator = chunk.scratch.asked.tolist()
        if not number:
            missing = np.flatnonzero(np.isnan(chunk.scratch.values))
            number = factor_number(int(missing[0])) if missing.size else 0
        if not number:
            raise
        plugin, where = _numbered(behaviour, number), decision_place(int(user), int(creator), chunk.day)
        raise plugin.refusal(f"{plugin.told} raised {raised(error)} {where}", plugin=plugin.name) from error


def _numbered(behaviour: Behaviour, number: float) -> Any:
    """A rule by its stream, or a factor by its number."""
    if number < 0:
        return behaviour.factors[-1 - int(number)]
    return next(plugin for plugin in behaviour.rules if number == stream_of(plugin.name))


def _hold_against(plugin: Any, function: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    expected = function(*arguments)
    try:
        found = _alone(function, len(arguments))(*arguments)
    except Exception as error:
        raise _refusal(
            plugin,
            f"cannot be compiled: {cause_of(error, function)}; write its rule with numbers, arrays, functions of "
            "simulation.arithmetic and functions marked with simulation.compiling.rule, or use engine='mesa'",
        ) from error
    if found != expected:
        raise _refusal(
            plugin,
            f"gives {found!r} compiled and {expected!r} in Python for {arguments[0]}: write powers as products "
            "(x * x), and take exp, log and the like from simulation.arithmetic",
        )


def _refusal(plugin: Any, why: str) -> PluginError:
    refused: PluginError = plugin.refusal(f"{plugin.told} {why}", plugin=plugin.name)
    return refused


@lru_cache(maxsize=64)
def _alone(rule: Callable[..., Any], arguments: int) -> Any:
    if arguments == 2:

        def evaluate(first: Any, p: Any) -> Any:
            return rule(first, p)
    else:

        def evaluate(first: Any, second: Any, p: Any) -> Any:  # type: ignore[misc]
            return rule(first, second, p)

    return compiled(evaluate, made_of=version_of((), [("alone", rule)]))


def cause_of(error: Exception, function: Callable[..., Any]) -> str:
    """What the compiler says is wrong with a function, in one line, and in which line of which file.

    Its message nests what it tried, the innermost first: the first place in a file that is not the compiler's own is
    where the trouble is, and stands indented like the sentence that tells what it is.
    """
    told = re.sub(r"\x1b\[[0-9;]*m", "", str(error))
    told = re.sub(r"(Encounter|Choice|Opening|Standing)\((?:[^()]|\([^()]*\))*\)", r"\1", told)
    lines = told.splitlines()
    for at, line in enumerate(lines):
        place = re.match(r'( *)File "([^"]+)", line (\d+)', line)
        if place and not {"numba", "simulation"} & set(Path(place[2]).parts):
            said = [text for text in lines[:at] if re.match(place[1] + _REASON, text)]
            reason = said[-1].strip() if said else "something in it"
            shapes = [text.strip(" >") for text in lines[:at] if re.match(place[1] + " >>>", text)]
            told = f"{reason} {shapes[-1]}" if reason.endswith(":") and shapes else reason
            return f"line {place[3]} of {Path(place[2]).name}: {told}"
    where = inspect.getsourcefile(function)
    reason = next((text.strip() for text in lines if re.match(_REASON, text)), str(error))
    return f"{Path(where).name if where else function.__name__}: {reason}"


_REASON = r"(?!During|There are|File|Failed|raised|Rejected|>>>|- Of|\s|<|\^|def |$)"
"""How a line of the compiler's message begins that says what is wrong."""
