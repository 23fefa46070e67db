"""Small functions of numbers and vectors, in plain Python."""

import math
from collections.abc import Sequence
from operator import mul

Vector = list[float]


def logistic(x: float) -> float:
    """1 / (1 + exp(-x)), without overflow."""
    smaller = math.exp(-abs(x))
    return (1.0 if x >= 0 else smaller) / (1.0 + smaller)


def dot(a: Vector, b: Vector) -> float:
    """Inner product."""
    total: float = sum(map(mul, a, b))
    return total


def unit(vector: Vector) -> Vector:
    """The vector scaled to unit length."""
    length = math.sqrt(dot(vector, vector))
    return [x / length for x in vector]


def toward(a: Vector, b: Vector, share: float) -> Vector:
    """The vector moved toward another by a share of the way."""
    return [x + share * (y - x) for x, y in zip(a, b, strict=True)]


def mean(vectors: Sequence[Vector]) -> Vector:
    """Mean of several vectors."""
    return [sum(column) / len(vectors) for column in zip(*vectors, strict=True)]


def clip(x: float) -> float:
    """The number, or the nearer end of [0, 1]."""
    return min(1.0, max(0.0, x))
