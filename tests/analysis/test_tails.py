"""Power-law fits: known exponents come back, KuaiRand's is about 2.2."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from simulation.analysis import ccdf, fit_power_law, fit_tail
from simulation.errors import ParameterError
from tests.told import raises


def pareto(exponent: float, minimum: float, size: int, seed: int) -> np.ndarray:
    uniform = np.random.default_rng(seed).random(size)
    return minimum * (1 - uniform) ** (-1 / (exponent - 1))


@pytest.mark.parametrize("exponent", [1.7, 2.2, 3.0])
def test_continuous_exponent_comes_back(exponent: float) -> None:
    fit = fit_tail(pareto(exponent, 2.0, 20_000, 1), 2.0, discrete=False)
    assert abs(fit.exponent - exponent) < 4 * fit.standard_error
    assert fit.count == 20_000
    assert fit.distance < 1.63 / np.sqrt(20_000)


@pytest.mark.parametrize("exponent", [1.8, 2.5, 3.5])
@pytest.mark.parametrize("minimum", [1, 6])
def test_discrete_exponent_comes_back_even_from_one(exponent: float, minimum: int) -> None:
    x = np.random.default_rng(2).zipf(exponent, 100_000)
    fit = fit_tail(x, minimum)
    assert abs(fit.exponent - exponent) < 4 * fit.standard_error
    assert fit.distance < 1.63 / np.sqrt(fit.count)


def test_large_cutoffs_agree_with_the_zeta_form() -> None:
    x = np.floor(pareto(2.3, 900, 30_000, 3))
    below, above = fit_tail(x, 999), fit_tail(x, 1000)
    assert below.exponent == pytest.approx(above.exponent, abs=0.005)


def test_cutoff_is_found_where_the_tail_begins() -> None:
    rng = np.random.default_rng(4)
    x = np.concatenate([rng.integers(1, 50, 20_000), np.floor(pareto(2.4, 50, 10_000, 5))])
    fit = fit_power_law(x)
    assert 40 <= fit.minimum <= 90
    assert fit.exponent == pytest.approx(2.4, abs=0.1)


def test_no_tail_no_fit() -> None:
    for values in ([], [0, 0, 0], [3] * 100, [1, 2, 3]):
        fit = fit_power_law(values)
        assert fit.count == 0
        assert np.isnan(fit.exponent)
    with raises(ParameterError, "minimum"):
        fit_tail([1, 2, 3], 0)


def test_ccdf_counts_from_above() -> None:
    value, share = ccdf([1, 1, 5, 0])
    assert value.tolist() == [0, 1, 5]
    assert share.tolist() == [1.0, 0.75, 0.25]


def test_kuairand_exponent(kuairand_file: Path) -> None:
    followers = pd.read_csv(kuairand_file)["fans_user_num"].to_numpy()
    assert fit_power_law(followers).exponent == pytest.approx(2.2, abs=0.05)
