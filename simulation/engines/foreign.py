"""Rules from outside the package, as the compiler takes them: tried before a loop is made of them."""

import hashlib
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from simulation.compiling import compiled, is_ours
from simulation.errors import FactorError, ParameterError
from simulation.factors.base import Encounter, Factor, FactorRule
from simulation.versions import measure_version


def version_of(rules: Sequence[Callable[..., Any]]) -> str | None:
    """Version of rules that a loop is made of, with all that those from outside the package use.

    None where the source of one cannot be read: then no machine code made of it may be kept.
    """
    told = hashlib.sha256()
    for rule in rules:
        try:
            name = f"{rule.__module__}.{rule.__qualname__}" if is_ours(rule) else measure_version(rule)
            told.update(f"{name};".encode())
        except ParameterError:
            return None
    return told.hexdigest()[:16]


@lru_cache(maxsize=32)
def _alone(rule: FactorRule) -> Any:
    def evaluate(encounter: Encounter, p: Any) -> float:
        return float(rule(encounter, p))

    return compiled(evaluate, made_of=version_of([rule]))


def check_compiles(factor: Factor, values: Any, encounters: list[Encounter]) -> None:
    """Compile a factor's rule by itself, and hold it against what Python makes of it.

    Raises
    ------
    FactorError
        If it cannot be compiled, or gives other bits than in Python: then the engines' histories would differ.
    """
    for encounter in encounters:
        expected = float(factor.rule(encounter, values))
        try:
            found = _alone(factor.rule)(encounter, values)
        except Exception as error:
            raise FactorError(
                f"factor {factor.name!r} cannot be compiled ({type(error).__name__}): write its rule with numbers, "
                "arrays and functions of simulation.arithmetic only, or use engine='mesa'",
                factor=factor.name,
            ) from error
        if found != expected:
            raise FactorError(
                f"factor {factor.name!r} gives {found!r} compiled and {expected!r} in Python for {encounter}: write "
                "powers as products (x * x), and take exp, log and the like from simulation.arithmetic",
                factor=factor.name,
            )
