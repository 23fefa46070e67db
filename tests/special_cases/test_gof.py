"""Goodness of fit: p-values are uniform under the law, near 0 off it, and those of scipy where scipy has the test."""

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from benchmarks.validation import gof
from simulation.errors import ParameterError
from tests.told import raises

RUNS = 400
BINOMIAL = stats.binom.pmf(np.arange(31), 30, 0.3)
Luck = np.random.Generator


def _counts(luck: Luck, p: float) -> NDArray[np.int64]:
    return luck.binomial(30, p, 400)


def chi_square(luck: Luck, off: float) -> float:
    return gof.goodness_of_fit(_counts(luck, 0.3 + off), BINOMIAL)


def places(luck: Luck, off: float) -> float:
    return gof.uniform(gof.place_in_law(_counts(luck, 0.3 + off), BINOMIAL, luck))


def hotelling(luck: Luck, off: float) -> float:
    rows = luck.multinomial(200, [0.2 + off, 0.3, 0.5 - off], 40) / 200
    return gof.hotelling(rows[:, :2], np.array([0.2, 0.3]))


def known_covariance(luck: Luck, off: float) -> float:
    covariance = np.array([[2.0, 1.0], [1.0, 3.0]])
    mean = luck.multivariate_normal([10.0 * off, 0.0], covariance / 50)
    return gof.known_covariance(mean, np.zeros(2), covariance / 50)


def student(luck: Luck, off: float) -> float:
    return gof.student(luck.normal(3.0 + 5.0 * off, 1.0, 100), 3.0)


TESTS = (chi_square, places, hotelling, known_covariance, student)


@pytest.mark.parametrize("test", TESTS)
def test_p_values_are_uniform_under_the_law(test: Callable[[Luck, float], float]) -> None:
    """Five comparisons at 1e-4 each: by chance any fails with probability 5e-4; the seed is the first tried."""
    luck = np.random.default_rng(0)
    found = np.array([test(luck, 0.0) for _ in range(RUNS)])
    assert stats.kstest(found, "uniform").pvalue > 1e-4
    assert 0.0 < found.min() < found.max() <= 1.0


@pytest.mark.parametrize("test", TESTS)
def test_a_wrong_law_gives_small_p_values(test: Callable[[Luck, float], float]) -> None:
    luck = np.random.default_rng(1)
    assert max(test(luck, 0.1) for _ in range(20)) < 0.01


def test_known_values() -> None:
    observed, expected = np.array([18, 22, 60]), np.array([25.0, 25.0, 50.0])
    assert gof.chi_square(observed, expected) == pytest.approx(stats.chi2.sf(4.32, 2), rel=1e-12)
    values = np.array([0.1, 0.4, 0.55, 0.9])
    assert gof.uniform(values) == pytest.approx(stats.kstest(values, stats.uniform.cdf).pvalue, rel=1e-12)
    assert gof.binomial(7, 10, 0.5) == pytest.approx(0.34375, rel=1e-12)
    # Hotelling's test of one part is Student's
    rows = np.array([1.0, 2.0, 4.0, 4.5, 6.0])
    assert gof.hotelling(np.stack([rows, rows**2], axis=1)[:, :1], np.array([2.0])) == pytest.approx(
        gof.student(rows, 2.0), rel=1e-12
    )


def test_cells_join_neighbours_until_each_expects_enough() -> None:
    assert gof.cells(np.array([1.0, 4.0, 6.0, 3.0, 2.0, 1.0]), 5.0).tolist() == [0, 2, 3]
    assert gof.cells(np.array([1.0, 1.0]), 5.0).tolist() == [0]


def test_what_the_law_excludes_refutes_it() -> None:
    law = np.array([0.0, 0.5, 0.5])
    assert gof.goodness_of_fit(np.array([1, 2] * 50 + [0]), law) == 0.0
    assert gof.goodness_of_fit(np.array([1, 2] * 50 + [3]), law) == 0.0
    assert gof.goodness_of_fit(np.array([1, 2] * 50 + [-1]), law) == 0.0
    where = gof.place_in_law(np.array([0, 1, 2, 3, -1]), law, np.random.default_rng(0))
    assert np.isnan(where).tolist() == [True, False, False, True, True]
    assert gof.uniform(where) == 0.0


def test_too_few_values_are_refused() -> None:
    with raises(ParameterError, "10 one"):
        gof.goodness_of_fit(np.ones(10, dtype=np.int64), np.array([0.5, 0.5]))
    with raises(ParameterError, "2 replicates 2 parts"):
        gof.hotelling(np.eye(2), np.zeros(2))
