"""Named tuples that compiled loops hand from rule to rule by their address."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pytest
from numba.core.errors import TypingError

from simulation.by_reference import by_reference
from simulation.compiling import INTERPRETED, compiled, rule
from tests.told import raises


class Scales(NamedTuple):
    factor: float
    upside_down: bool


class Crowd(NamedTuple):
    mood: Any
    interests: Any


class World(NamedTuple):
    day: int
    crowd: Crowd
    scales: Scales
    many: tuple[Scales, ...]


@rule
def raised(crowd: Crowd, i: int, scales: Scales, day: int) -> None:
    crowd.mood[i] += scales.factor * crowd.interests[i, 1] * day
    crowd.interests[i, 0] = 1.0 if scales.upside_down else 0.0


@rule
def raised_all(w: World) -> float:
    for i in range(w.crowd.mood.size):
        raised(w.crowd, i, w.scales, w.day)
    return w.many[1].factor


def loop(world: World) -> float:
    w = by_reference(world)
    return raised_all(w)


def made() -> World:
    interests = np.arange(6.0).reshape(2, 3)[:, ::2]  # no neighbours in memory
    scales = Scales(0.5, True)
    return World(3, Crowd(np.array([1.0, 2.0]), interests), scales, (scales, Scales(0.25, False)))


def test_rules_read_and_write_what_lies_there() -> None:
    plain, fast = made(), made()
    assert (loop(plain), compiled(loop)(fast)) == (0.25, 0.25)
    assert plain.crowd.mood.tolist() == [1.0 + 0.5 * 2.0 * 3, 2.0 + 0.5 * 5.0 * 3]
    for before, after in zip(plain.crowd, fast.crowd, strict=True):
        np.testing.assert_array_equal(before, after)


@pytest.mark.skipif(INTERPRETED, reason="Python says it in its own words")
def test_a_name_that_is_not_there_is_told() -> None:
    def lost(world: World) -> float:
        return by_reference(world).crowd.temper[0]  # type: ignore[attr-defined, no-any-return]

    with raises(TypingError, "'temper'"):
        compiled(lost)(made())
