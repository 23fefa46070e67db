"""Arguments of functions: refused where they are not what they must be."""

from __future__ import annotations

import math
from collections.abc import Collection

from simulation.errors import ParameterError


def whole_number(name: str, value: object, least: int = 1, most: int | None = None) -> int:
    """A whole number of at least so much, and at most so much where there is a bound.

    Raises
    ------
    ParameterError
        If it is none, or beyond.
    """
    if isinstance(value, bool) or not isinstance(value, int) or value < least or (most is not None and value > most):
        right = f"a whole number of at least {least}" if most is None else f"a whole number from {least} to {most}"
        raise _refusal(name, value, right)
    return value


def real_number(name: str, value: object, low: float = 0.0, high: float = math.inf) -> float:
    """A number between two bounds, both excluded.

    Raises
    ------
    ParameterError
        If it is none, or not between them.
    """
    if isinstance(value, bool) or not isinstance(value, int | float) or not low < value < high:
        right = f"above {low:g}" if math.isinf(high) else f"between {low:g} and {high:g}, both excluded"
        raise _refusal(name, value, f"a number {right}")
    return value


def one_of(name: str, value: object, known: Collection[str]) -> None:
    """Refuse what is not among some texts.

    Raises
    ------
    ParameterError
        If it is not.
    """
    if not isinstance(value, str) or value not in known:
        raise _refusal(name, value, " or ".join(map(repr, known)))


def _refusal(name: str, value: object, right: str) -> ParameterError:
    return ParameterError(f"{name} = {value!r} must be {right}", parameter=name, value=value, allowed=right)
