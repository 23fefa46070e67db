"""Unpredictability and rank correlation: by hand, by brute force, and on the Music Lab data."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import spearmanr

from simulation.analysis import (
    item_unpredictability,
    market_shares,
    rank_correlation,
    rank_correlation_interval,
    unpredictability,
    world_gini,
)
from simulation.errors import ParameterError
from tests.told import raises


def test_unpredictability_is_the_mean_over_pairs_of_worlds() -> None:
    counts = np.random.default_rng(3).integers(1, 50, (7, 12))
    share = counts / counts.sum(axis=1, keepdims=True)
    pairs = np.array([np.abs(a - b) for a, b in combinations(share, 2)])
    np.testing.assert_allclose(item_unpredictability(counts), pairs.mean(axis=0))
    assert unpredictability(counts) == pytest.approx(pairs.mean())


def test_extremes_of_unpredictability() -> None:
    assert unpredictability([[1, 2, 3], [2, 4, 6]]) == pytest.approx(0, abs=1e-15)
    assert unpredictability([[5, 0], [0, 9]]) == pytest.approx(1.0)
    assert np.isnan(unpredictability([[1, 2, 3]]))
    assert np.isnan(unpredictability([[1, 2], [0, 0]]))
    assert np.isnan(unpredictability(np.empty((3, 0))))


def test_a_world_without_choices_has_no_shares() -> None:
    assert np.isnan(market_shares([[0, 0], [1, 3]])[0]).all()
    gini = world_gini([[0, 0], [1, 3]])
    assert np.isnan(gini[0])
    assert gini[1] == pytest.approx(0.25)


@pytest.mark.parametrize("counts", [[1, 2], [[1, -2], [1, 1]], [[1, np.nan], [1, 1]]])
def test_refuses_what_cannot_be_worlds(counts: list[float]) -> None:
    with pytest.raises(ParameterError):
        unpredictability(counts)


def test_rank_correlation_is_spearmans_with_ties() -> None:
    rng = np.random.default_rng(9)
    quality, success = rng.integers(0, 8, 40), rng.integers(0, 8, 40)
    assert rank_correlation(success, quality) == pytest.approx(spearmanr(success, quality).statistic)
    assert rank_correlation(np.exp(quality), quality) == pytest.approx(1)
    assert np.isnan(rank_correlation([1, 1, 1], [1, 2, 3]))
    assert np.isnan(rank_correlation([1], [2]))
    with raises(ParameterError, "length"):
        rank_correlation([1, 2], [1, 2, 3])


def test_interval_of_the_rank_correlation_covers_the_truth() -> None:
    """300 samples of a bivariate normal; coverage of a 90% interval within 4 standard errors (error below 1e-4)."""
    rng = np.random.default_rng(12)
    pearson = 0.6
    truth = 6 / np.pi * np.arcsin(pearson / 2)
    covered = 0
    for _ in range(300):
        x, noise = rng.normal(size=(2, 60))
        interval = rank_correlation_interval(x, pearson * x + np.sqrt(1 - pearson**2) * noise, 0.9)
        covered += interval.low <= truth <= interval.high
    assert abs(covered - 270) < 4 * np.sqrt(300 * 0.9 * 0.1)


def test_interval_of_a_perfect_or_tiny_sample() -> None:
    assert rank_correlation_interval([1, 2, 3, 4, 5], [1, 2, 3, 4, 5]).low == pytest.approx(1)
    assert np.isnan(rank_correlation_interval([1, 2, 4], [1, 4, 2]).low)


@pytest.mark.parametrize(
    ("experiment", "g_single", "g_social", "g_spread", "u_social", "rho"),
    [(1, 0.244, 0.340, 0.046, 0.0082, 0.77), (2, 0.187, 0.498, 0.038, 0.0126, 0.66)],
)
def test_music_lab(
    musiclab_files: dict[int, Path],
    experiment: int,
    g_single: float,
    g_social: float,
    g_spread: float,
    u_social: float,
    rho: float,
) -> None:
    """Salganik, Dodds & Watts (2006): columns are eight social worlds, then the independent one."""
    table = np.loadtxt(musiclab_files[experiment], delimiter=",", dtype=np.int64)[:, 1:].T
    social, single = table[:8], table[8]
    assert world_gini([single])[0] == pytest.approx(g_single, abs=0.0005)
    assert world_gini(social).mean() == pytest.approx(g_social, abs=0.0005)
    assert world_gini(social).std(ddof=1) == pytest.approx(g_spread, abs=0.0005)
    assert unpredictability(social) == pytest.approx(u_social, abs=0.00005)
    assert np.mean([rank_correlation(world, single) for world in social]) == pytest.approx(rho, abs=0.005)
