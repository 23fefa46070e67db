"""Every exact target in its quick form: laws hold in both engines, and figures show it."""

from functools import cache

import pytest

from simulation.validation.exact import EXACT
from simulation.validation.target import Effort, Evidence, Target
from tests.special_cases import FITS, refused


@cache
def evidence(name: str) -> Evidence:
    return next(target for target in EXACT if target.name == name).measure(Effort(quick=True))


@pytest.mark.parametrize("target", EXACT, ids=lambda target: target.name)
def test_the_laws_hold(target: Target) -> None:
    found = evidence(target.name)
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
    assert len(found.fits) < FITS / 3


def test_targets_are_named_apart_and_are_laws() -> None:
    assert len({target.name for target in EXACT}) == len(EXACT) == 8
    assert {target.kind for target in EXACT} == {"exact"}


def test_the_family_stays_small_enough_for_its_bound() -> None:
    assert sum(len(evidence(target.name).fits) for target in EXACT) < FITS
