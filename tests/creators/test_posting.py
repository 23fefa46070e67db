"""A new pace begins where the old one stands."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from simulation.creators.posting import PostingParameters, due_today, phase_after, realised_quality

SIXTEENTHS = st.integers(0, 16).map(lambda n: n / 16.0)
PHASES = st.floats(0.0, 1.0, exclude_max=True)


@given(SIXTEENTHS, SIXTEENTHS, st.integers(0, 15).map(lambda n: n / 16.0), st.integers(0, 5000))
def test_the_new_schedule_stands_exactly_where_the_old_one_did(
    rate: float, new_rate: float, phase: float, day: int
) -> None:
    """Sixteenths are exact numbers, so nothing is lost to rounding."""
    new_phase = phase_after(phase, rate, new_rate, day)
    assert 0.0 <= new_phase < 1.0
    old, new = (Fraction(r) * day + Fraction(p) for r, p in ((rate, phase), (new_rate, new_phase)))
    assert (old - new).denominator == 1


@given(st.floats(0.0, 1.0), PHASES, st.integers(0, 5000))
def test_the_same_pace_keeps_its_phase_to_the_bit(rate: float, phase: float, day: int) -> None:
    assert phase_after(phase, rate, rate, day) == phase


@given(st.floats(0.01, 1.0), st.floats(0.01, 1.0), PHASES, st.integers(0, 2000))
def test_a_change_of_pace_neither_brings_a_post_forward_nor_puts_one_off(
    rate: float, new_rate: float, phase: float, day: int
) -> None:
    """Until the next post, the share of it that is done grows by the new rate a day, from where it stood."""
    done = rate * day + phase - math.floor(rate * day + phase)
    assume(1e-6 < done < 1.0 - 1e-6)
    new_phase = phase_after(phase, rate, new_rate, day)
    waited = next(n for n in range(200) if due_today(new_rate, new_phase, day + n))
    assert done + new_rate * waited < 1.0 + 1e-6
    assert done + new_rate * (waited + 1) > 1.0 - 1e-6


@pytest.mark.parametrize("weeks", [1, 40])
def test_a_pace_that_changes_every_week_gives_as_many_posts_as_its_rates_sum_to(weeks: int) -> None:
    rates = [0.31 + 0.6 * ((7 * week) % 11) / 11.0 for week in range(weeks)]
    rate, phase, posts = 0.5, 0.2, 0
    for day in range(7 * weeks):
        if day % 7 == 0:
            phase, rate = phase_after(phase, rate, rates[day // 7], day), rates[day // 7]
        posts += due_today(rate, phase, day)
    assert abs(posts - 7.0 * sum(rates)) <= 1.0


@given(st.floats(-8.0, 8.0), st.floats(0.0, 1.0))
def test_tails_stretch_the_noise_by_the_square_of_its_size(normal: float, tail: float) -> None:
    p = PostingParameters(quality_noise=0.1, quality_tail=tail)
    expected = 0.5 + 0.5 * 0.1 * normal * math.exp(0.5 * tail * normal * normal)
    assert realised_quality(0.5, 0.5, normal, p) == pytest.approx(min(1.0, max(0.0, expected)), abs=1e-12)
    plain = realised_quality(0.5, 0.5, normal, PostingParameters(quality_noise=0.1))
    assert abs(realised_quality(0.5, 0.5, normal, p) - 0.5) >= abs(plain - 0.5) - 1e-15
