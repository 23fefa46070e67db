"""Growth rates, bursts, safer ties and tails on numbers whose law is known."""

import numpy as np
import pytest

from benchmarks.validation.bursts import dispersion, waiting_burstiness
from benchmarks.validation.growth_rates import growth_rates, size_classes, spread_by_size, tent_or_bell
from benchmarks.validation.safer_ties import hazard_ratio
from benchmarks.validation.tail_comparison import TailComparison, compare_tail
from benchmarks.validation.tail_laws import fitted
from simulation.errors import ParameterError
from tests.told import raises


def test_growth_rates_leave_out_the_small_and_those_who_lost_all() -> None:
    sizes, rates = growth_rates([5, 10, 20, 40], [50, 20, 0, 20])
    assert sizes.tolist() == [10.0, 40.0]
    np.testing.assert_allclose(rates, [np.log(2), -np.log(2)])
    with raises(ParameterError, "length"):
        growth_rates([1, 2], [1])
    with raises(ParameterError, "above 0", parameter="least", value=0):
        growth_rates([1], [1], least=0)


def test_size_classes_hold_equally_many() -> None:
    assert size_classes([30, 10, 20, 40], 2).tolist() == [1, 0, 0, 1]


@pytest.mark.parametrize(("law", "sign"), [("laplace", 1.0), ("normal", -1.0)])
def test_tent_and_bell_are_told_apart_in_classes_that_spread_differently(law: str, sign: float) -> None:
    luck = np.random.default_rng(1)
    sizes = np.geomspace(10, 1000, 2000)
    found = tent_or_bell(sizes, getattr(luck, law)(size=2000) * sizes**-0.3, classes=10)
    assert found.rates == 2000
    assert sign * found.ratio > 4
    assert found.p < 1e-4


def test_rates_that_are_all_equal_say_nothing() -> None:
    assert np.isnan(tent_or_bell(np.arange(50.0), np.zeros(50)).ratio)
    with raises(ParameterError, "length"):
        tent_or_bell([1.0], [1.0, 2.0])


def test_the_power_by_which_spread_falls_is_found() -> None:
    sizes = np.repeat([10.0, 100.0, 1000.0], 100)
    rates = np.tile([-1.0, 1.0], 150) * sizes**-0.25
    middle, spread, beta = spread_by_size(sizes, rates, classes=3)
    np.testing.assert_allclose(middle, [10, 100, 1000])
    assert beta == pytest.approx(0.25)
    assert spread[0] > spread[1] > spread[2]
    assert np.isnan(spread_by_size(np.ones(9), np.arange(9.0), classes=3)[2])


def test_followers_by_the_clock_by_chance_and_in_bursts() -> None:
    assert waiting_burstiness(np.full(50, 3)) == pytest.approx(-1.0)
    chance = np.random.default_rng(2).poisson(0.1, 20_000)
    assert waiting_burstiness(chance) == pytest.approx(0.0, abs=0.03)
    assert dispersion(chance) == pytest.approx(1.0, abs=0.05)
    burst = np.zeros(100, dtype=int)
    burst[[10, 90]] = 20
    assert waiting_burstiness(burst) > 0.5
    assert dispersion(burst) == pytest.approx(20 * 20 * 2 * 0.98 / 99 / 0.4)
    assert np.isnan(waiting_burstiness([1, 1]))
    assert np.isnan(dispersion([0, 0, 0]))
    with raises(ParameterError, "least 0"):
        dispersion([-1, 2])


def test_hazard_ratio_by_hand_and_within_strata() -> None:
    kind, days, dropped = [True, True, False, False], [10, 10, 5, 5], [True, False, True, False]
    assert hazard_ratio(kind, days, dropped) == pytest.approx((1 / 20) / (1 / 10))
    # Each stratum has the same hazard for both kinds, but the kind is rare where hazards are low: crude it looks risky.
    kind = np.repeat([True, False, True, False], [80, 20, 20, 80])
    stratum = np.repeat([0, 0, 1, 1], [80, 20, 20, 80])
    dropped = np.zeros(200, dtype=bool)
    dropped[[*range(40), *range(80, 90), *range(100, 102), *range(120, 128)]] = True
    assert hazard_ratio(kind, np.ones(200), dropped) == pytest.approx(42 / 18)
    assert hazard_ratio(kind, np.ones(200), dropped, stratum) == pytest.approx(1.0)
    assert np.isnan(hazard_ratio([True, True], [1, 1], [True, False]))
    with raises(ParameterError, "length"):
        hazard_ratio([True], [1, 2], [True])


def test_verdicts_follow_sign_and_p() -> None:
    assert TailComparison("lognormal", 2.0, 0.01).verdict == "power_law"
    assert TailComparison("lognormal", -2.0, 0.01).verdict == "lognormal"
    assert TailComparison("lognormal", -2.0, 0.3).verdict == "undecided"
    assert TailComparison("lognormal", float("nan"), float("nan")).verdict == "undecided"


def test_a_power_law_and_an_exponential_are_told_apart() -> None:
    luck = np.random.default_rng(3)
    fit, (against,) = compare_tail(luck.zipf(2.3, 3000), minimum=1, rivals=("exponential",))
    assert fit.exponent == pytest.approx(2.3, abs=0.1)
    assert against.verdict == "power_law"
    _, (against,) = compare_tail(luck.geometric(0.02, 3000), minimum=1, rivals=("exponential",))
    assert against.verdict == "exponential"
    assert compare_tail([0, 0, 1])[1] == ()


@pytest.mark.parametrize("law", ["lognormal", "stretched_exponential"])
def test_laws_that_come_near_a_power_law_are_never_much_worse_than_it(law: str) -> None:
    for minimum in (1, 5, 400):
        values = np.random.default_rng(4).zipf(2.2, 20_000)
        tail = values[values >= minimum]
        nearest = fitted(law, tail, minimum, 2.2).sum() - fitted("power_law", tail, minimum, 2.2).sum()
        assert nearest > -0.5
    bell = np.rint(np.exp(np.random.default_rng(5).normal(4.0, 0.5, 3000)))
    assert compare_tail(bell, minimum=20, rivals=("lognormal",))[1][0].verdict == "lognormal"
