"""Burnout: what strains and what heals, the pace it leaves, pauses, and quitting."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.creators.burnout import BurnoutParameters, burnout_after, days_away, rate_under
from simulation.state import NEVER


def test_burnout_is_its_equation() -> None:
    p = BurnoutParameters(strain=0.2, recovery=0.05, rest=0.3)
    assert burnout_after(0.4, -0.5, 1.2, False, p) == pytest.approx(0.4 + 0.2 * 1.2 * 0.5 * 0.6 - 0.05 * 0.4, abs=1e-15)
    assert burnout_after(0.4, -0.5, 1.2, True, p) == pytest.approx(0.7 * 0.4, abs=1e-15)


def test_only_effort_under_low_mood_strains() -> None:
    p = BurnoutParameters()
    healed = (1.0 - p.recovery) * 0.4
    for mood, effort in ((0.0, 1.5), (0.9, 1.5), (-0.9, 0.0)):
        assert burnout_after(0.4, mood, effort, False, p) == pytest.approx(healed, rel=1e-14)
    strained = [burnout_after(0.4, mood, effort, False, p) for mood, effort in ((-0.3, 1.0), (-0.6, 1.0), (-0.6, 1.5))]
    assert healed < strained[0] < strained[1] < strained[2]


def test_it_settles_where_strain_and_recovery_balance_and_within_its_bounds() -> None:
    p = BurnoutParameters(strain=0.06, recovery=0.02)
    burnout = 0.0
    for _ in range(2000):
        burnout = burnout_after(burnout, -1.0, 1.0, False, p)
    assert burnout == pytest.approx(0.06 / 0.08, rel=1e-9)
    assert burnout_after(0.9, -1.0, 10.0, False, BurnoutParameters(strain=1.0)) <= 1.0
    assert burnout_after(0.9, 0.0, 1.0, False, BurnoutParameters(recovery=1.0)) == 0.0


def test_burnout_slows_posting_by_its_share() -> None:
    p = BurnoutParameters(slowdown=0.4)
    assert rate_under(0.5, 1.2, 0.0, p) == pytest.approx(0.6, rel=1e-15)
    assert rate_under(0.5, 1.2, 0.5, p) == pytest.approx(0.6 * 0.8, rel=1e-15)
    assert rate_under(0.9, 1.5, 0.0, p) == 1.0
    assert rate_under(0.0, 1.5, 0.0, p) == 0.0


def test_pauses_begin_at_the_breaking_point_and_are_for_good_with_their_probability() -> None:
    p = BurnoutParameters(breaking_point=0.6, hiatus=14, quitting=0.25)
    below = np.nextafter(0.6, 0.0).item()
    for uniform in (0.0, 0.3, 0.999):
        assert days_away(below, uniform, NEVER, p) == 0
        assert days_away(0.6, uniform, NEVER, p) == (NEVER if uniform < 0.25 else 14)
    cells = 1000
    forever = sum(days_away(0.8, (k + 0.5) / cells, NEVER, p) == NEVER for k in range(cells))
    assert forever == 250


def test_burnout_that_does_not_move_stays_exactly_and_nobody_pauses() -> None:
    p = BurnoutParameters(moves=False)
    for burnout in (0.0, 0.1 + 0.2, 1.0):
        assert burnout_after(burnout, -1.0, 2.0, False, p) == burnout
        assert burnout_after(burnout, -1.0, 2.0, True, p) == burnout
        assert days_away(burnout, 0.0, NEVER, p) == 0
