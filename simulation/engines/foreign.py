"""Rules from outside the package, as the compiler takes them: tried before a loop is made of them."""

import hashlib
import inspect
import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

from simulation.compiling import compiled, is_ours
from simulation.engines.chunk import Chunk
from simulation.errors import FactorError, ParameterError, PluginError
from simulation.factors.base import Factor
from simulation.measure_versions import measure_version
from simulation.plugins import Behaviour, DecisionRule, Decisions, Rules, place_of, probability
from simulation.randomness import stream_of


def version_of(rules: Rules) -> str | None:
    """Version of what a loop is made of, with all that rules from outside the package use.

    None where the source of one cannot be read: then no machine code made of it may be kept.
    """
    try:
        told = (
            [(column.name, column.of, column.width, column.tie_start) for column in rules.columns],
            [_version(rule) for rule in rules.factors],
            [[(name, _version(rule)) for name, rule in kind] for kind in rules.decisions],
        )
    except ParameterError:
        return None
    return hashlib.sha256(repr(told).encode()).hexdigest()[:16]


def _version(rule: Callable[..., float]) -> str:
    return f"{rule.__module__}.{rule.__qualname__}" if is_ours(rule) else measure_version(rule)


def check_compiles(trials: Iterable[tuple[Factor | DecisionRule, tuple[Any, ...]]]) -> None:
    """Compile each rule of one's own by itself, and hold it against what Python makes of it.

    Parameters
    ----------
    trials
        Factors and rules, with arguments to try them with.

    Raises
    ------
    PluginError
        If one cannot be compiled, with the line and the cause; or if it gives other bits than in Python: then the
        engines' histories would differ.
    """
    for plugin, arguments in trials:
        if not is_ours(plugin.rule):
            _hold_against(plugin, arguments)


def refuse_broken(chunk: Chunk, behaviour: Behaviour) -> None:
    """Raise where a rule of one's own gave no probability to a loop.

    Raises
    ------
    PluginError
        Names the rule, what it gave, and about whom.
    """
    stream, value, user, creator = chunk.scratch.broken.tolist()
    for plugin in behaviour.rules:
        if stream == stream_of(plugin.name):
            probability(plugin, value, place_of(int(user), int(creator), chunk.day))


def _hold_against(plugin: Factor | DecisionRule, arguments: tuple[Any, ...]) -> None:
    expected = float(plugin.rule(*arguments))
    try:
        found = _alone(plugin.rule, len(arguments))(*arguments)
    except Exception as error:
        raise _refusal(
            plugin,
            f"cannot be compiled: {cause_of(error, plugin.rule)}; write its rule with numbers, arrays, functions of "
            "simulation.arithmetic and functions marked with simulation.compiling.rule, or use engine='mesa'",
        ) from error
    if found != expected:
        raise _refusal(
            plugin,
            f"gives {found!r} compiled and {expected!r} in Python for {arguments[0]}: write powers as products "
            "(x * x), and take exp, log and the like from simulation.arithmetic",
        )


def _refusal(plugin: Factor | DecisionRule, why: str) -> PluginError:
    if isinstance(plugin, Factor):
        return FactorError(f"factor {plugin.name!r} {why}", factor=plugin.name)
    return PluginError(f"{plugin.told} {why}", plugin=plugin.name)


@lru_cache(maxsize=64)
def _alone(rule: Callable[..., float], arguments: int) -> Any:
    if arguments == 2:

        def evaluate(first: Any, p: Any) -> float:
            return float(rule(first, p))
    else:

        def evaluate(first: Any, second: Any, p: Any) -> float:  # type: ignore[misc]
            return float(rule(first, second, p))

    return compiled(evaluate, made_of=version_of(Rules((rule,), (), Decisions((), (), (), ()))))


def cause_of(error: Exception, function: Callable[..., Any]) -> str:
    """What the compiler says is wrong with a function, in one line, and in which line of which file.

    Its message nests what it tried, the innermost first: the first place in a file that is not the compiler's own is
    where the trouble is, and stands indented like the sentence that tells what it is.
    """
    told = re.sub(r"\x1b\[[0-9;]*m", "", str(error))
    told = re.sub(r"(Encounter|Choice|Opening)\((?:[^()]|\([^()]*\))*\)", r"\1", told)
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
