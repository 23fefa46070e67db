"""Numbers that are arguments of functions: refused where they are not what they must be."""

import math

from simulation.errors import ParameterError


def whole_number(name: str, value: object, least: int = 1, most: int | None = None) -> int:
    """A whole number of at least so much, and at most so much where there is a bound.

    Raises
    ------
    ParameterError
        If it is none, or beyond.
    """
    if isinstance(value, bool) or not isinstance(value, int) or value < least or (most is not None and value > most):
        right = f"of at least {least}" if most is None else f"from {least} to {most}"
        raise ParameterError(f"{name} = {value!r} must be a whole number {right}")
    return value


def real_number(name: str, value: object, low: float = 0.0, high: float = math.inf) -> float:
    """A number between two bounds, both excluded.

    Raises
    ------
    ParameterError
        If it is none, or not between them.
    """
    if isinstance(value, bool) or not isinstance(value, int | float) or not low < value < high:
        right = f"be a number above {low:g}" if math.isinf(high) else f"lie between {low:g} and {high:g}, both excluded"
        raise ParameterError(f"{name} = {value!r} must {right}")
    return value
