"""Targets of the field in their quick form: they run, say the same again, and what is not about size is met.

Quick worlds are small and young, so that levels (Gini, rates) are for the full form; signs must be right already.
"""

from __future__ import annotations

from functools import lru_cache
from io import BytesIO

import pytest

from benchmarks.validation.data import data_folder
from benchmarks.validation.target import Effort, Evidence
from benchmarks.validation.targets import FIELD

pytestmark = pytest.mark.validation

BY_NAME = {target.name: target for target in FIELD}
SIGNS = {
    "follower_inequality": ("Gini, default - random feed", "top tenth, default - random feed"),
    "unfollowing": (
        "hazard in the first 30 days over later",
        "hazard of mutual ties over others, among creators",
    ),
    "twitch": ("PTBR: rank correlation, views and followers",),
}


@lru_cache
def measured(name: str) -> Evidence:
    effort = Effort(quick=True, data=data_folder())
    lacking = BY_NAME[name].lacks(effort)
    if lacking:
        pytest.skip(f"real data are not there: {', '.join(lacking)}")
    return BY_NAME[name].measure(effort)


@pytest.mark.parametrize("name", BY_NAME)
def test_it_gives_numbers_and_a_figure(name: str) -> None:
    evidence = measured(name)
    assert evidence.bands
    assert all(band.seeds >= 2 for band in evidence.bands)
    assert all(band.found.estimate == band.found.estimate for band in evidence.bands)
    file = BytesIO()
    BY_NAME[name].figure(evidence).savefig(file, format="png")
    assert len(file.getvalue()) > 10_000


@pytest.mark.parametrize(("name", "band"), [(name, band) for name, bands in SIGNS.items() for band in bands])
def test_signs_are_right_in_small_worlds_too(name: str, band: str) -> None:
    (found,) = [one for one in measured(name).bands if one.name == band]
    assert found.met


def test_it_says_the_same_again() -> None:
    assert BY_NAME["feed"].measure(Effort(quick=True)).bands == measured("feed").bands
