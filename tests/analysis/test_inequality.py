"""Inequality: against definitions, known distributions and KuaiRand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulation.analysis import effective_number, gini, lorenz_curve, top_share
from simulation.errors import ParameterError
from tests.told import raises

counts = st.lists(st.integers(0, 10**6), min_size=1, max_size=60)


@given(counts)
def test_gini_is_half_the_relative_mean_absolute_difference(values: list[int]) -> None:
    x = np.array(values, dtype=float)
    expected = np.abs(x[:, None] - x).mean() / (2 * x.mean()) if x.sum() else 0.0
    assert gini(values) == pytest.approx(expected, abs=1e-12)


@given(counts)
def test_gini_is_one_minus_twice_the_area_under_the_lorenz_curve(values: list[int]) -> None:
    population, held = lorenz_curve(values)
    assert gini(values) == pytest.approx(1 - 2 * np.trapezoid(held, population), abs=1e-9)


@given(counts, st.floats(0.01, 1))
def test_top_share_lies_between_equality_and_everything(values: list[int], fraction: float) -> None:
    assert fraction - 1e-9 <= top_share(values, fraction) <= 1 + 1e-9


def test_one_who_holds_everything() -> None:
    values = [0] * 9 + [5]
    assert gini(values) == pytest.approx(0.9)
    assert top_share(values, 0.1) == pytest.approx(1.0)
    assert top_share(values, 0.05) == pytest.approx(0.5)
    assert effective_number(values) == pytest.approx(1.0)


def test_equal_holders_and_nobody_holding_are_alike() -> None:
    for values in ([3, 3, 3, 3], [0, 0, 0, 0]):
        assert gini(values) == 0
        assert top_share(values, 0.25) == pytest.approx(0.25)
        assert effective_number(values) == pytest.approx(4)
        np.testing.assert_allclose(lorenz_curve(values)[1], [0, 0.25, 0.5, 0.75, 1])


def test_of_no_creators_nothing_is_said() -> None:
    assert all(np.isnan(measure([])) for measure in (gini, top_share, effective_number))
    assert [part.tolist() for part in lorenz_curve([])] == [[0.0], [0.0]]


def test_exponential_distribution_has_gini_one_half() -> None:
    assert gini(np.random.default_rng(5).exponential(size=200_000)) == pytest.approx(0.5, abs=0.005)


@pytest.mark.parametrize("values", [[-1, 2], [np.nan, 1], [np.inf, 1], [[1, 2], [3, 4]]])
def test_refuses_what_cannot_be_followers(values: list[float]) -> None:
    with pytest.raises(ParameterError):
        gini(values)


@pytest.mark.parametrize("fraction", [0.0, -0.1, 1.1, np.nan])
def test_refuses_a_fraction_that_is_none(fraction: float) -> None:
    with raises(ParameterError, "fraction"):
        top_share([1, 2], fraction)


def test_kuairand_followers(kuairand_file: Path) -> None:
    followers = pd.read_csv(kuairand_file)["fans_user_num"].to_numpy()
    assert gini(followers) == pytest.approx(0.903, abs=0.0005)
    assert top_share(followers, 0.1) == pytest.approx(0.845, abs=0.0005)
