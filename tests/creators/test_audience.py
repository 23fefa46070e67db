"""Analytics: what a creator comes to know of the followers' interests."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.creators.audience import audience_after
from simulation.creators.strategy import StrategyParameters

P = StrategyParameters(audience_memory=0.8)
EVERYBODY = np.array([True, True, True])
HEARD = np.array([[30, 40, 0], [0, 0, 0], [5, 0, 12]], dtype=np.int64)


def test_the_first_day_is_all_that_is_known_whatever_the_unit() -> None:
    for unit in (1, 2**32):
        audience = np.zeros((3, 3))
        audience_after(audience, unit * HEARD, EVERYBODY, P)
        np.testing.assert_allclose(audience, [[0.6, 0.8, 0.0], [0.0, 0.0, 0.0], [5 / 13, 0.0, 12 / 13]], atol=1e-15)


def test_a_day_is_mixed_into_what_was_known_at_unit_length() -> None:
    audience = np.array([[1.0, 0.0, 0.0]] * 3)
    audience_after(audience, HEARD, EVERYBODY, P)
    mixed = 0.8 * np.array([1.0, 0.0, 0.0]) + 0.2 * np.array([0.6, 0.8, 0.0])
    np.testing.assert_allclose(audience[0], mixed / np.linalg.norm(mixed), rtol=1e-14)
    assert audience[1].tolist() == [1.0, 0.0, 0.0], "who heard nothing keeps what was known"


def test_only_those_who_listen_come_to_know() -> None:
    audience = np.array([[0.0, 0.0, 1.0]] * 3)
    audience_after(audience, HEARD, np.array([False, True, False]), P)
    np.testing.assert_array_equal(audience, [[0.0, 0.0, 1.0]] * 3)


def test_what_is_known_comes_to_be_what_the_audience_is() -> None:
    audience = np.array([[0.0, 0.0, 1.0]] * 3)
    for _ in range(200):
        audience_after(audience, HEARD, EVERYBODY, P)
    np.testing.assert_allclose(audience[0], [0.6, 0.8, 0.0], atol=1e-12)
    assert np.linalg.norm(audience, axis=1) == pytest.approx(1.0)
