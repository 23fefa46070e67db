"""Distributions: laws against theory, edges, the same bits compiled and interpreted, and bits pinned for ever.

Statistical tests have fixed seeds, so each fails always or never; a perfect implementation would fail one with
probability :data:`ERROR_RATE`.
"""

from __future__ import annotations

import hashlib
import math
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import special, stats

from simulation.compiling import compiled
from simulation.distributions import beta, dirichlet, log_gamma, normal, uniform
from simulation.randomness import Stream, standard_normal, uniforms

ERROR_RATE = 1e-6
Z = float(stats.norm.isf(ERROR_RATE / 2))
"""Standard errors that a mean may be off."""
LAST = 2**64 - 1
MANY = 200_000
SHAPES = [0.01, 0.3, 1.0, 2.5, 50.0, 1000.0]


@compiled
def _fill_log_gamma(seed: Any, stream: int, part: int, shape: float, out: Any) -> None:
    for i in range(out.size):
        out[i] = log_gamma(seed, stream, i, 0, part, shape)


def log_gammas(shape: float, count: int = MANY, seed: int = 5) -> Any:
    """Logarithms of gamma numbers: a compiled loop, as traits are drawn."""
    out = np.empty(count)
    _fill_log_gamma(np.uint64(seed), int(Stream.TOPICS), 0, shape, out)
    return out


def log_gamma_law(shape: float) -> Callable[[Any], Any]:
    """Distribution function of the logarithm of a gamma number, where the number itself would underflow too."""

    def law(x: Any) -> Any:
        # The first term of the series; the next is some e**x of it.
        small = np.exp(shape * np.minimum(x, -40.0) - special.gammaln(shape + 1.0))
        return np.where(x < -40.0, small, special.gammainc(shape, np.exp(np.maximum(x, -40.0))))

    return law


def assert_mean(draws: Any, mean: float, variance: float) -> None:
    assert abs(draws.mean() - mean) < Z * math.sqrt(variance / draws.size)


# --- uniform and normal -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("seed", "part"), [(0, 0), (1, 0), (1, 7), (2**63, 0), (LAST, 0)])
def test_uniform_numbers_are_uniform(seed: int, part: int) -> None:
    draws = uniform(seed, Stream.CREATORS, MANY, part=part)
    assert draws.min() >= 0.0 and draws.max() < 1.0
    assert stats.kstest(draws, "uniform").pvalue > ERROR_RATE
    assert_mean(draws, 0.5, 1.0 / 12.0)


@pytest.mark.parametrize(("seed", "part"), [(0, 0), (1, 0), (1, 7), (2**63, 0), (LAST, 0)])
def test_normal_numbers_are_standard_normal(seed: int, part: int) -> None:
    draws = normal(seed, Stream.IDENTITY, MANY, part=part)
    assert stats.kstest(draws, "norm").pvalue > ERROR_RATE
    for power, moment, variance in ((1, 0.0, 1.0), (2, 1.0, 2.0), (3, 0.0, 15.0), (4, 3.0, 96.0)):
        assert_mean(draws**power, moment, variance)


def test_normal_tails_are_as_long_as_they_should_be() -> None:
    draws = np.abs(normal(3, Stream.IDENTITY, 1_000_000))
    for bound in (3.0, 4.0, 4.5):
        beyond = 2.0 * stats.norm.sf(bound)
        assert stats.binomtest(int((draws > bound).sum()), draws.size, beyond).pvalue > ERROR_RATE


def test_normal_columns_are_independent() -> None:
    columns = normal(4, Stream.IDENTITY, MANY, 3)
    assert columns.shape == (MANY, 3)
    for one, other in ((0, 1), (0, 2), (1, 2)):
        # The signs and sizes of a pair: neither goes by the other.
        assert abs(stats.pearsonr(columns[:, one], columns[:, other]).statistic) < Z / math.sqrt(MANY)
        assert abs(stats.pearsonr(columns[:, one] ** 2, columns[:, other] ** 2).statistic) < Z / math.sqrt(MANY)
        cells = special.ndtr(columns[:, [one, other]])
        counts, _, _ = np.histogram2d(cells[:, 0], cells[:, 1], bins=20, range=[[0, 1], [0, 1]])
        assert stats.chisquare(counts.ravel()).pvalue > ERROR_RATE


def test_numbers_are_those_at_their_addresses() -> None:
    words = [uniforms(np.uint64(9), Stream.FAME, i, 0, 2, 0) for i in range(20)]  # type: ignore[arg-type]
    assert uniform(9, Stream.FAME, 20, part=2).tolist() == [word[0] for word in words]
    assert normal(9, Stream.FAME, 20, part=2).tolist() == [standard_normal(word[0], word[1]) for word in words]
    word = uniforms(np.uint64(9), Stream.FAME, 3, 1, 2, 0)
    assert normal(9, Stream.FAME, 4, 2, part=2)[3, 1] == standard_normal(word[0], word[1])


# --- gamma --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", SHAPES)
def test_gamma_numbers_have_the_law_of_their_shape(shape: float) -> None:
    draws = log_gammas(shape)
    assert np.isfinite(draws).all()
    assert stats.kstest(draws, log_gamma_law(shape)).pvalue > ERROR_RATE
    assert_mean(draws, float(special.digamma(shape)), float(special.polygamma(1, shape)))
    sizes = np.exp(draws)
    assert_mean(sizes, shape, shape)
    assert_mean((sizes - shape) ** 2, shape, 2.0 * shape**2 + 6.0 * shape)


@pytest.mark.parametrize("shape", [1e6, 1e9])
def test_gamma_numbers_of_very_large_shape_are_normal(shape: float) -> None:
    """Their skewness, 2 / sqrt(shape), is below what so many numbers could tell."""
    draws = (np.exp(log_gammas(shape)) - shape) / math.sqrt(shape)
    assert stats.kstest(draws, "norm").pvalue > ERROR_RATE
    assert_mean(draws, 0.0, 1.0)
    assert_mean(draws**2, 1.0, 2.0)


@pytest.mark.parametrize("shape", [1e-6, 1e-100])
def test_gamma_numbers_of_very_small_shape_are_exponential_in_their_logarithm(shape: float) -> None:
    assert stats.kstest(-shape * log_gammas(shape), "expon").pvalue > ERROR_RATE


def test_gamma_numbers_of_shape_zero_are_zero() -> None:
    assert (log_gammas(0.0, 10) == -math.inf).all()


# --- beta ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("mean", "concentration"), [(0.5, 2.0), (0.3, 4.0), (0.65, 2.4), (0.02, 50.0), (0.9, 0.9)])
def test_beta_numbers_have_their_law(mean: float, concentration: float) -> None:
    draws = beta(6, Stream.TALENT, mean, concentration, MANY)
    assert draws.min() >= 0.0 and draws.max() <= 1.0
    law = stats.beta(mean * concentration, (1.0 - mean) * concentration)
    # Cells of equal chance; none ends near 1, where floats are too coarse for a law of the chance beyond.
    inner = law.ppf(np.arange(1, 50) / 50)
    edges = np.concatenate([[0.0], inner[inner < 0.999], [1.0]])
    counts, _ = np.histogram(draws, edges)
    assert stats.chisquare(counts, MANY * np.diff(law.cdf(edges))).pvalue > ERROR_RATE
    assert_mean(draws, mean, law.var())
    off = (draws - mean) ** 2
    assert_mean(off, law.var(), float(law.expect(lambda x: (x - mean) ** 4)) - law.var() ** 2)


@pytest.mark.parametrize("mean", [0.02, 0.5, 0.7])
def test_beta_numbers_of_small_concentration_are_all_or_nothing(mean: float) -> None:
    draws = beta(7, Stream.TALENT, mean, 1e-3, MANY)
    law = stats.beta(mean * 1e-3, (1.0 - mean) * 1e-3)
    between = float(law.cdf(0.999) - law.cdf(0.001))
    inner = int(((draws > 0.001) & (draws < 0.999)).sum())
    assert stats.binomtest(inner, MANY, between).pvalue > ERROR_RATE
    assert stats.binomtest(int((draws > 0.5).sum()), MANY, float(law.sf(0.5))).pvalue > ERROR_RATE
    assert_mean(draws, mean, law.var())


@pytest.mark.parametrize("mean", [0.02, 0.5, 0.7])
def test_beta_numbers_of_large_concentration_are_all_alike(mean: float) -> None:
    deviation = math.sqrt(mean * (1.0 - mean) / 1e9)
    draws = (beta(8, Stream.TALENT, mean, 1e9, MANY) - mean) / deviation
    assert stats.kstest(draws, "norm").pvalue > ERROR_RATE


@pytest.mark.parametrize("mean", [0.0, 1.0, 0, 1])
@pytest.mark.parametrize("concentration", [1e-3, 4.0, 1e9])
def test_a_mean_at_either_end_leaves_nothing_to_chance(mean: float, concentration: float) -> None:
    draws = beta(1, Stream.TALENT, mean, concentration, 7)
    assert draws.dtype == np.float64 and draws.tolist() == [float(mean)] * 7


@pytest.mark.parametrize("mean", [1e-300, 1e-17, 1.0 - 2.0**-53])
@pytest.mark.parametrize("concentration", [0.1, 4.0, 1e9])
def test_a_mean_close_to_either_end_gives_shares(mean: float, concentration: float) -> None:
    draws = beta(1, Stream.TALENT, mean, concentration, 1000)
    assert (draws >= 0.0).all() and (draws <= 1.0).all()
    assert abs(draws.mean() - mean) < 1e-6


# --- Dirichlet ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("alpha", [[0.2] * 10, [1.0] * 4, [2.0, 1.0, 2.0], [0.05, 3.0, 40.0, 0.5], [100.0] * 3])
def test_dirichlet_rows_have_their_law(alpha: list[float]) -> None:
    rows, whole = dirichlet(11, Stream.INTERESTS, alpha, MANY), sum(alpha)
    for k, a in enumerate(alpha):
        law = stats.beta(a, whole - a)
        # Each share alone is Beta.
        edges = np.concatenate([[0.0], law.ppf(np.arange(1, 20) / 20), [1.0]])
        counts, _ = np.histogram(rows[:, k], edges)
        assert stats.chisquare(counts, MANY * np.diff(law.cdf(edges))).pvalue > ERROR_RATE
    assert_moments_of_dirichlet(rows, np.array(alpha))


def assert_moments_of_dirichlet(rows: Any, alpha: Any) -> None:
    """Means and all second moments of the shares, E(x_i x_j) = a_i (a_j + [i = j]) / (a (a + 1))."""
    whole = alpha.sum()
    for i in range(alpha.size):
        assert_mean(rows[:, i], alpha[i] / whole, stats.beta(alpha[i], whole - alpha[i]).var())
        for j in range(i + 1):
            product = rows[:, i] * rows[:, j]
            expected = alpha[i] * (alpha[j] + (i == j)) / (whole * (whole + 1.0))
            assert_mean(product, expected, product.var())


def test_what_of_a_dirichlet_row_is_left_is_independent_of_a_share() -> None:
    """A share says nothing of how the others divide the rest, as theory says of no other law of shares."""
    rows = dirichlet(12, Stream.INTERESTS, [0.8, 1.5, 3.0], MANY)
    share = stats.beta(0.8, 4.5).cdf(rows[:, 0])
    division = stats.beta(1.5, 3.0).cdf(rows[:, 1] / (rows[:, 1] + rows[:, 2]))
    counts, _, _ = np.histogram2d(share, division, bins=20, range=[[0, 1], [0, 1]])
    assert stats.chisquare(counts.ravel()).pvalue > ERROR_RATE


def test_dirichlet_rows_of_tiny_parameters_pick_one_column_by_its_size() -> None:
    alpha = np.array([1e-6, 2e-6, 0.0, 3e-6])
    rows = dirichlet(13, Stream.INTERESTS, alpha, MANY)
    counts = np.bincount(rows.argmax(axis=1), minlength=4)
    assert (rows.max(axis=1) > 1.0 - 1e-9).mean() > 0.999
    assert counts[2] == 0
    assert stats.chisquare(counts[[0, 1, 3]], MANY * np.array([1, 2, 3]) / 6).pvalue > ERROR_RATE


def assert_shares(rows: Any, alpha: Any) -> None:
    assert np.isfinite(rows).all()
    assert (rows >= 0.0).all()
    assert (rows[:, np.asarray(alpha) == 0.0] == 0.0).all()
    # Each share is half an ulp off its quotient, and the sum that divides them a few.
    assert abs(np.array([math.fsum(row) for row in rows]) - 1.0).max() <= rows.shape[1] * 2.0**-53


@pytest.mark.parametrize(
    "alpha",
    [
        [1.0],
        [1e-300],
        [0.0, 1.0],
        [0.0, 1e-6, 0.0],
        [1e-6] * 6,
        [1e-300] * 3,
        [5e-324, 1.0],
        [1e9, 1e-6, 0.0, 1.0],
        [1e6] * 4,
        [1e12, 1e12],
        [0.01] * 100,
    ],
)
@pytest.mark.parametrize("seed", [0, LAST])
def test_dirichlet_rows_are_shares_whatever_the_parameters(alpha: list[float], seed: int) -> None:
    rows = dirichlet(seed, Stream.MOTIVES, alpha, 2000)
    assert rows.shape == (2000, len(alpha))
    assert_shares(rows, alpha)


SIZES = st.one_of(st.just(0.0), st.sampled_from([1e-300, 1e-6, 0.01, 1.0, 1e6]), st.floats(1e-6, 1e9))


@settings(max_examples=200, deadline=None)
@given(arrays(np.float64, st.integers(1, 8), elements=SIZES).filter(np.any), st.integers(0, LAST), st.integers(0, 40))
def test_dirichlet_rows_are_shares(alpha: Any, seed: int, part: int) -> None:
    assert_shares(dirichlet(seed, Stream.MOTIVES, alpha, 20, part=part), alpha)


# --- arguments ----------------------------------------------------------------------------------------------------


def test_nobody_draws_nothing() -> None:
    assert uniform(1, Stream.FAME, 0).shape == normal(1, Stream.FAME, 0).shape == (0,)
    assert beta(1, Stream.FAME, 0.5, 2.0, 0).shape == beta(1, Stream.FAME, 0.0, 2.0, 0).shape == (0,)
    assert normal(1, Stream.FAME, 0, 3).shape == dirichlet(1, Stream.FAME, [1, 1, 1], 0).shape == (0, 3)


def test_arrays_are_writable_rows_without_gaps() -> None:
    drawn = (
        uniform(1, Stream.FAME, 5),
        normal(1, Stream.FAME, 5),
        normal(1, Stream.FAME, 5, 2),
        beta(1, Stream.FAME, 0.3, 2.0, 5),
        dirichlet(1, Stream.FAME, [1.0, 2.0], 5),
    )
    for array in drawn:
        assert array.dtype == np.float64 and array.flags.c_contiguous and array.flags.writeable


def test_kinds_of_numbers_make_no_difference() -> None:
    for seed in (np.int64(7), np.uint64(7)):
        np.testing.assert_array_equal(uniform(seed, Stream.FAME, 3), uniform(7, Stream.FAME, 3))  # type: ignore[arg-type]
        np.testing.assert_array_equal(normal(seed, Stream.FAME, 3), normal(7, Stream.FAME, 3))  # type: ignore[arg-type]
    floats = dirichlet(7, Stream.FAME, np.array([1.0, 2.0, 3.0]), 3)
    fixed = np.array([1.0, 9.0, 2.0, 9.0, 3.0])[::2]
    fixed.flags.writeable = False
    for alpha in ([1, 2, 3], np.array([1, 2, 3], np.int32), np.array([1, 2, 3], np.float32), fixed):
        np.testing.assert_array_equal(dirichlet(7, Stream.FAME, alpha, 3), floats)


# --- the same bits everywhere -------------------------------------------------------------------------------------

PINNED: dict[str, tuple[float, ...]] = {
    "uniform": (
        0.9630668675433894,
        0.17877693004438133,
        0.8146910299967638,
    ),
    "uniform, last seed": (
        0.002742523724912571,
        0.20941608069500373,
        0.036129850642326766,
    ),
    "normal": (
        0.24409081351147216,
        0.6937756494291103,
        -1.0404402655136802,
        1.516435751900134,
    ),
    "normal, last seed": (
        0.5702324297659755,
        -0.12896054449548314,
        1.936806727470714,
    ),
    "beta": (
        0.3331280036589388,
        0.0739958192744199,
        0.20938386558608837,
    ),
    "beta, small": (
        0.9883368846066862,
        0.999999408608538,
        0.00047697691176413093,
    ),
    "beta, large": (
        0.34999432727428265,
        0.34998371388952065,
        0.35001329454200975,
    ),
    "dirichlet": (
        0.26158350059296676,
        0.0001262487197940826,
        0.04593397208230315,
        0.692356278604936,
        8.579858741012419e-06,
        0.9449625936843039,
        0.05286149738346188,
        0.0021673290734932705,
    ),
    "dirichlet, mixed": (
        0.0,
        5.403627800873572e-32,
        3.148182370910545e-05,
        0.0021754048720049827,
        0.997793113304286,
        0.0,
        6.50354178333006e-58,
        0.001718957951106199,
        0.004714962884081908,
        0.9935660791648119,
    ),
}
"""Numbers as every machine, processor and version must draw them."""


def pinned() -> dict[str, tuple[float, ...]]:
    """The numbers that :data:`PINNED` holds, drawn here and now."""
    found: dict[str, Any] = {
        "uniform": uniform(1, Stream.CREATORS, 3),
        "uniform, last seed": uniform(LAST, Stream.CREATORS, 3, part=1),
        "normal": normal(1, Stream.IDENTITY, 2, 2),
        "normal, last seed": normal(LAST, Stream.WEIGHTS, 3, part=5),
        "beta": beta(1, Stream.TALENT, 0.5, 5.0, 3),
        "beta, small": beta(2**63, Stream.ACTIVITY, 0.3, 0.2, 3),
        "beta, large": beta(3, Stream.FOMO, 0.35, 1e9, 3),
        "dirichlet": dirichlet(1, Stream.INTERESTS, [0.3] * 4, 2),
        "dirichlet, mixed": dirichlet(LAST, Stream.MOTIVES, [0.0, 1e-2, 1.0, 2.5, 1000.0], 2, part=2),
    }
    return {name: tuple(np.ravel(numbers).tolist()) for name, numbers in found.items()}


def digests() -> list[str]:
    """Many more numbers as digests of their bits."""
    drawn = (
        uniform(2, Stream.CREATORS, 500),
        normal(2, Stream.IDENTITY, 250, 2),
        beta(LAST, Stream.TALENT, 0.65, 2.4, 300),
        dirichlet(3, Stream.INTERESTS, [0.0, 1e-300, 1e-6, 0.01, 0.3, 1.0, 2.5, 50.0, 1000.0, 1e9], 100),
        dirichlet(LAST, Stream.TASTE, [0.01] * 8, 100),
    )
    return [hashlib.sha256(array.tobytes()).hexdigest() for array in drawn]


DIGESTS = [
    "0a445d7813712b85ad50db469f51bdbb62e176fb351c4112e4ac848e3b731e91",
    "76be162375436a8457eb5285f06d8ffcdd8c0786b30bab95085815149125d4bd",
    "7f47cbbc1f695f072036d224d14ab375f828b033f3f7a5e685b613783cf56c93",
    "8c12d4eeaabb25025ba23b1f730884786ab0584c02eb6ffdc1f06010076483b4",
    "92d78bc664d6fd0dcdf8d86961b341d061139f051af5eda27065e88a52f6f57f",
]
"""Digests as every machine must find them; bytes are those of a little-endian processor, as all supported ones are."""


@pytest.mark.parametrize("name", PINNED)
def test_numbers_are_pinned(name: str) -> None:
    assert pinned()[name] == PINNED[name]


def test_all_pinned_numbers_are_drawn() -> None:
    assert set(pinned()) == set(PINNED)


def test_bits_are_pinned() -> None:
    assert digests() == DIGESTS


def test_interpreted_loops_draw_the_same_bits() -> None:
    program = "from tests.test_distributions import digests, pinned; print(pinned()); print(*digests(), sep='\\n')"
    interpreted = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program],
        env={**os.environ, "NUMBA_DISABLE_JIT": "1"},
        cwd=Path(__file__).parents[1],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert interpreted.splitlines() == [str(PINNED), *DIGESTS]
