"""Every exact target in its quick form: laws hold in both engines, and figures show it."""

import pytest

from benchmarks.validation.target import Effort, Target
from benchmarks.validation.targets import EXACT
from tests.special_cases import FITS, refused

COUNTS = {
    "two_state": 17,
    "meritocratic": 28,
    "polya": 12,
    "price": 8,
    "null": 11,
    "popularity_exponent": 17,
    "reward_module": 0,
    "effort_module": 0,
}
"""Fits of each target."""


@pytest.mark.parametrize("target", EXACT, ids=lambda target: target.name)
def test_the_laws_hold(target: Target) -> None:
    found = target.measure(Effort(quick=True))
    assert len(found.fits) == COUNTS[target.name]
    assert refused(found.fits) == []
    assert [band for band in found.bands if not band.met] == []
    names = " ".join(check.name for check in found.checks)
    assert "compiled" in names
    assert "mesa" in names
    table = found.tables["law"]
    assert set(table["engine"]) == {"compiled", "mesa"}
    assert table[["x", "found", "law"]].notna().all(axis=None)
    axes = target.figure(found).axes
    assert {ax.get_title(loc="left") for ax in axes} == set(table["panel"])
    assert all(ax.get_xlabel() and ax.get_ylabel() for ax in axes)


def test_targets_are_named_apart_and_the_family_is_small_enough_for_its_bound() -> None:
    assert [target.name for target in EXACT] == list(COUNTS)
    assert {target.kind for target in EXACT} == {"exact"}
    assert sum(COUNTS.values()) < FITS
