"""The samples of sensitivity analysis: their order, their marginals, their seeds, what they refuse."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats.qmc import discrepancy

from simulation.errors import ParameterError
from simulation.study.design.sampling import morris, saltelli
from tests.told import raises


@pytest.mark.parametrize(("dimensions", "samples"), [(1, 2), (3, 8), (12, 64)])
def test_saltelli_takes_one_input_at_a_time_from_b(dimensions: int, samples: int) -> None:
    rows = saltelli(dimensions, samples, 5)
    assert rows.shape == (samples * (dimensions + 2), dimensions)
    assert rows.min() >= 0 and rows.max() < 1
    blocks = rows.reshape(samples, dimensions + 2, dimensions)
    a, b = blocks[:, 0], blocks[:, -1]
    for place in range(dimensions):
        mixed = a.copy()
        mixed[:, place] = b[:, place]
        np.testing.assert_array_equal(blocks[:, place + 1], mixed)
    assert not (a == b).any()


def test_saltelli_fills_the_cube_more_evenly_than_chance() -> None:
    """A and B together; of 64 independent points in 2 x 2 dimensions, not one in 1,000 sets is as even."""
    blocks = saltelli(2, 64, 3).reshape(64, 4, 2)
    sample = np.hstack([blocks[:, 0], blocks[:, -1]])
    by_chance = [discrepancy(np.random.default_rng(seed).random((64, 4))) for seed in range(100)]
    assert discrepancy(sample) < min(by_chance)
    assert sorted(np.floor(64 * sample[:, 0]).astype(int)) == list(range(64))  # one point in each 64th


@pytest.mark.parametrize("levels", [2, 4, 6])
def test_morris_moves_every_input_once_in_each_trajectory(levels: int) -> None:
    rows = morris(5, 40, 1, levels)
    assert rows.shape == (40 * 6, 5)
    np.testing.assert_allclose(np.unique(rows), np.linspace(0, 1, levels), atol=1e-12)
    assert rows.min() == 0 and rows.max() == 1
    steps = np.diff(rows.reshape(40, 6, 5), axis=1)
    assert ((steps != 0).sum(axis=2) == 1).all() and ((steps != 0).sum(axis=1) == 1).all()
    np.testing.assert_allclose(np.abs(steps[steps != 0]), levels / (2 * (levels - 1)))
    assert {tuple((step != 0).argmax(axis=1)) for step in steps} != {tuple(range(5))}  # in random order
    assert (steps > 0).any() and (steps < 0).any()


@pytest.mark.parametrize("draw", [saltelli, morris])
def test_same_seed_same_sample_and_seed_0_is_one(draw: object) -> None:
    assert callable(draw)
    for seed in (0, 2**64 - 1):
        np.testing.assert_array_equal(draw(3, 8, seed), draw(3, 8, seed))
    assert (draw(3, 8, 0) != draw(3, 8, 1)).any()


def test_samples_leave_numpys_global_state_alone() -> None:
    before = np.random.get_state()[1].copy()  # type: ignore[union-attr, index]
    saltelli(3, 8, 0), morris(3, 8, 0)
    np.testing.assert_array_equal(before, np.random.get_state()[1])  # type: ignore[arg-type, index]


@pytest.mark.parametrize("samples", [1, 3, 100, 0, -4, 8.0, True])
def test_saltelli_refuses_what_is_no_power_of_two(samples: object) -> None:
    with raises(ParameterError, "samples"):
        saltelli(3, samples, 1)  # type: ignore[arg-type]


def test_a_power_of_two_is_named() -> None:
    with raises(ParameterError, "64 128"):
        saltelli(3, 100, 1)


@pytest.mark.parametrize(
    ("arguments", "facts"),
    [
        ((0, 5, 1, 4), "dimensions 0"),
        ((3, 1, 1, 4), "trajectories 1"),
        ((3, 5, 1, 3), "levels 3"),
        ((3, 5, 1, 0), "levels 0"),
        ((3, 5, -1, 4), "seed -1"),
    ],
)
def test_morris_refuses_what_makes_no_sample(arguments: tuple[int, int, int, int], facts: str) -> None:
    with raises(ParameterError, facts):
        morris(*arguments)
