"""Laws: they sum to one, have the moments that theory states, and tend to their limits."""

import itertools

import numpy as np
import pytest
from scipy import stats

from benchmarks.validation import laws
from benchmarks.validation.popularity_exponent import weight
from simulation.analysis.tables import FloatArray


def moments(law: FloatArray) -> tuple[float, float]:
    assert law.sum() == pytest.approx(1.0, abs=1e-9)
    value = np.arange(law.size)
    mean = float(law @ value)
    return mean, float(law @ (value - mean) ** 2)


def test_two_states() -> None:
    """The mean solves its own step; the variance of the chain is that of the covariance."""
    days = np.arange(1, 30)
    mean = laws.two_state_mean(50, 0.06, 0.04, days)
    assert mean[1:] == pytest.approx(mean[:-1] * 0.96 + (50 - mean[:-1]) * 0.06)
    covariance = laws.two_state_covariance(50, 0.06, 0.04, days)
    for day in (1, 6, 29):
        assert moments(laws.two_state(50, 0.06, 0.04, day)) == pytest.approx(
            (mean[day - 1], covariance[day - 1, day - 1])
        )
    assert laws.two_state_mean(50, 0.06, 0.04, np.array([1000]))[0] == pytest.approx(30.0)


def test_meritocratic() -> None:
    n = 40
    mean, variance = moments(laws.records(n - 1))
    assert mean == pytest.approx(laws.harmonic(n - 1))
    assert variance == pytest.approx(laws.harmonic(n - 1) - laws.harmonic(n - 1, 2))
    assert laws.records(n - 1)[1] == pytest.approx(1.0 / (n - 1))
    for rank in (2, 3, 17, n):
        assert moments(laws.followers_of_rank(n, rank))[0] == pytest.approx(n / rank)
    time = laws.last_of_geometric(n, 1.0 / (n - 1), 60 * n)
    assert time @ np.arange(time.size) == pytest.approx((n - 1) * laws.harmonic(n), rel=0.01)


def test_on_the_way_by_counting_every_history_of_three_meetings_among_four() -> None:
    """Talents fall with the number: 0 is the best."""
    best, followed = np.zeros(4), np.zeros(5)
    for met in itertools.product(range(4), repeat=3):
        best[min(met)] += 1 / 64
        follows = {other for day, other in enumerate(met) if other < min((*met[:day], 9))}
        followed[len(follows)] += 1 / 64
    assert laws.best_met(4, 3) == pytest.approx(best)
    assert laws.records_met(4, 3) == pytest.approx(followed)


def test_urn_tends_to_beta() -> None:
    k, n, a = 5, 4000, 0.7
    mean, variance = moments(laws.beta_binomial(n, a, (k - 1) * a))
    assert mean / n == pytest.approx(1 / k)
    assert variance / n**2 == pytest.approx(stats.beta.var(a, (k - 1) * a) * (1 + k * a / n), rel=1e-6)
    assert stats.beta.var(a, (k - 1) * a) == pytest.approx((1 / k) * (1 - 1 / k) / (k * a + 1))


@pytest.mark.parametrize(("m", "a"), [(1, 0.5), (1, 1.0), (3, 1.0), (3, 6.0)])
def test_price_at_finite_size_tends_to_prices_law(m: int, a: float) -> None:
    limit = laws.price(np.arange(10**6), m, a)
    assert limit.sum() == pytest.approx(1.0, abs=1e-3)
    off = []
    for arrivals in (100, 800):
        nodes = laws.price_finite(10, arrivals, m, a)
        assert nodes.sum() == pytest.approx(10 + arrivals)
        assert nodes @ np.arange(nodes.size) == pytest.approx(m * arrivals)
        off.append(np.abs(nodes[:8] / (10 + arrivals) - limit[:8]).max())
    assert off[1] < off[0] / 4
    assert off[1] < 0.015


def test_with_one_link_the_rate_equation_of_price_is_what_every_history_gives() -> None:
    assert laws.price_finite(1, 18, 1, 0.7) == pytest.approx(laws.attachment_exact(18, 0.7, 1.0))


@pytest.mark.parametrize("gamma", [0.5, 1.5, 3.0])
def test_the_largest_in_degree(gamma: float) -> None:
    law = laws.largest_in_degree(16, 1.0, gamma)
    assert law.sum() == pytest.approx(1.0)
    assert law[-1] == pytest.approx(laws.star(16, 1.0, gamma))


def test_below_one_the_law_is_a_stretched_exponential() -> None:
    """With A(q) = sqrt(q + 1), log P(q) falls as -2 mu sqrt(q) in the end, and finite size comes near soon."""
    limit = laws.attachment(weight(0.5), 3000)
    assert limit.sum() == pytest.approx(1.0)
    mu = limit[0] / (1.0 - limit[0])  # P(0) = mu / (1 + mu)
    q = np.array([200, 800])
    slope = np.diff(np.log(limit[q])) / np.diff(np.sqrt(q + 1.0))
    assert slope[0] == pytest.approx(-2.0 * mu, rel=0.1)
    exact, rate = laws.attachment_exact(20, 1.0, 0.5), laws.attachment_finite(weight(0.5), 20)
    assert np.abs(exact - rate).max() < 0.5
    finite = laws.attachment_finite(weight(0.5), 600) / 601
    assert np.abs(finite[:8] - limit[:8]).max() < 1 / 600
