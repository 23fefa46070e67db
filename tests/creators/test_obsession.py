"""Obsession: fed by surprises and by worry in those who live by validation, and fading in all."""

from __future__ import annotations

import pytest

from simulation.creators.obsession import ObsessionParameters, obsession_after


def test_obsession_is_its_equation() -> None:
    p = ObsessionParameters(craving=0.4, worry=0.3, fade=0.05)
    found = obsession_after(0.2, 0.6, 0.5, 0.1, p)
    assert found == pytest.approx(0.95 * 0.2 + 0.6 * (0.4 * 0.5 + 0.3 * 0.1) * 0.8, abs=1e-15)


def test_surges_and_falls_both_feed_it_and_disappointment_or_relief_do_not() -> None:
    p = ObsessionParameters()
    calm = obsession_after(0.3, 0.5, 0.0, 0.0, p)
    assert calm == pytest.approx((1.0 - p.fade) * 0.3, rel=1e-15)
    assert obsession_after(0.3, 0.5, 0.4, 0.0, p) > calm
    assert obsession_after(0.3, 0.5, 0.0, 0.4, p) > calm
    assert obsession_after(0.3, 0.5, -0.4, -0.4, p) == calm


def test_who_does_not_live_by_validation_does_not_come_to_crave() -> None:
    p = ObsessionParameters()
    assert obsession_after(0.3, 0.0, 1.0, 1.0, p) == obsession_after(0.3, 0.0, 0.0, 0.0, p)
    fed = [obsession_after(0.3, validation, 1.0, 0.0, p) for validation in (0.0, 0.3, 0.6, 1.0)]
    assert fed == sorted(set(fed))


def test_it_grows_toward_its_most_and_fades_to_nothing() -> None:
    p = ObsessionParameters(craving=0.2, worry=0.0, fade=0.05)
    obsession = 0.1
    for _ in range(400):
        obsession = obsession_after(obsession, 1.0, 1.0, 0.0, p)
    assert obsession == pytest.approx(0.2 / (0.2 + 0.05), rel=1e-9)
    for _ in range(400):
        obsession = obsession_after(obsession, 1.0, 0.0, 0.0, p)
    assert obsession < 1e-8


def test_it_stays_within_its_bounds_however_strong_the_craving() -> None:
    p = ObsessionParameters(craving=2.0, worry=5.0, fade=0.0)
    assert obsession_after(0.5, 1.0, 1.0, 2.0, p) == 1.0
    assert obsession_after(1.0, 1.0, 1.0, 2.0, p) == 1.0


def test_an_obsession_that_does_not_move_stays_exactly() -> None:
    p = ObsessionParameters(moves=False)
    for obsession in (0.0, 0.1 + 0.2, 1.0):
        assert obsession_after(obsession, 1.0, 1.0, 1.0, p) == obsession
