"""Rules of leaving for reasons, and of looking at creators one follows, keep the contract."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from simulation.compiling import rule
from simulation.users.checking import falls_silent, is_news, is_usual, next_checked
from simulation.users.leaving import LeavingParameters, hazard_bound
from simulation.users.reasons import (
    ReasonsParameters,
    alternatives_part,
    change_part,
    dose_after,
    drift_part,
    hazard_for_reasons,
    log_ratio,
    overload_part,
    reasons_bound,
    satiation_part,
    satisfaction_by_posts,
    smallness_part,
    sponsored_part,
    usual_satisfaction_after,
    weight_of_newest,
)
from simulation.users.session import SessionParameters
from tests.contracts.contract import UNIT, RuleContract, ranges, sections

REASONS = sections(ReasonsParameters())
LEAVING = sections(LeavingParameters(unfollow_rule="reasons"))
DAYS = (0.0, 400.0)
POSTS = (1.0, 500.0)
MOST = 2000.0
"""The largest weight times the largest sharpness."""


class TestWeightOfNewest(RuleContract):
    call = staticmethod(rule(lambda x, k, p: weight_of_newest(x[k, 0], x[k, 1])))
    columns = ranges(rate=UNIT, posts=POSTS)
    whole = frozenset({"posts"})
    bounds = (0.0, 1.0)
    rises_with = ("rate",)
    falls_with = ("posts",)


class TestUsualSatisfactionAfter(RuleContract):
    call = staticmethod(rule(lambda x, k, p: usual_satisfaction_after(x[k, 0], x[k, 1], x[k, 2], p)))
    columns = ranges(usual=UNIT, appeal=UNIT, posts=POSTS)
    whole = frozenset({"posts"})
    settings = REASONS
    rises_with = ("usual", "appeal")


class TestSatisfactionByPosts(RuleContract):
    call = staticmethod(rule(lambda x, k, p: satisfaction_by_posts(x[k, 0], x[k, 1], x[k, 2], p)))
    columns = ranges(satisfaction=UNIT, appeal=UNIT, posts=POSTS)
    whole = frozenset({"posts"})
    settings = LEAVING
    rises_with = ("satisfaction", "appeal")


class TestDoseAfter(RuleContract):
    call = staticmethod(rule(lambda x, k, p: dose_after(x[k, 0], int(x[k, 1]), p)))
    columns = ranges(dose=(0.0, 20.0), days=DAYS)
    whole = frozenset({"days"})
    settings = REASONS
    bounds = (1.0, 21.0)
    rises_with = ("dose",)
    falls_with = ("days",)


class TestChangePart(RuleContract):
    call = staticmethod(rule(lambda x, k, p: change_part(x[k, 0], x[k, 1], p)))
    columns = ranges(usual=UNIT, satisfaction=UNIT)
    settings = LEAVING
    bounds = (-MOST, MOST)
    rises_with = ("usual",)
    falls_with = ("satisfaction",)


class TestAlternativesPart(RuleContract):
    call = staticmethod(rule(lambda x, k, p: alternatives_part(x[k, 0], x[k, 1], p)))
    columns = ranges(reference=UNIT, satisfaction=UNIT)
    settings = LEAVING
    bounds = (-MOST, MOST)
    rises_with = ("reference",)
    falls_with = ("satisfaction",)


class TestSatiationPart(RuleContract):
    call = staticmethod(rule(lambda x, k, p: satiation_part(x[k, 0], p)))
    columns = ranges(dose=(0.0, 100.0))
    settings = REASONS
    bounds = (0.0, 1000.0)
    rises_with = ("dose",)


class TestSmallnessPart(RuleContract):
    call = staticmethod(rule(lambda x, k, p: smallness_part(x[k, 0], x[k, 1], x[k, 2], p)))
    columns = ranges(crowd=UNIT, fomo=UNIT, low=(-3.0, 3.0))
    settings = REASONS
    bounds = (0.0, 40.0)
    rises_with = ("crowd", "fomo", "low")


class TestSponsoredPart(RuleContract):
    call = staticmethod(rule(lambda x, k, p: sponsored_part(x[k, 0], x[k, 1], x[k, 2], p)))
    columns = ranges(paid=UNIT, fit=UNIT, crowd=UNIT)
    settings = REASONS
    bounds = (0.0, 20.0)
    rises_with = ("paid", "crowd")
    falls_with = ("fit",)


class TestDriftPart(RuleContract):
    call = staticmethod(rule(lambda x, k, p: drift_part(x[k, 0], x[k, 1], p)))
    columns = ranges(similarity_before=UNIT, similarity=UNIT)
    settings = REASONS
    bounds = (-100.0, 100.0)
    rises_with = ("similarity_before",)
    falls_with = ("similarity",)


class TestOverloadPart(RuleContract):
    call = staticmethod(rule(lambda x, k, p: overload_part(x[k, 0], p)))
    columns = ranges(load=(0.0, 1e7))
    settings = LEAVING
    bounds = (0.0, 25.0)
    rises_with = ("load",)


class TestLogRatio(RuleContract):
    call = staticmethod(rule(lambda x, k, p: log_ratio(x[k, 0], p)))
    columns = ranges(total=(-30.0, 30.0))
    settings = REASONS
    bounds = (-20.0, 20.0)
    rises_with = ("total",)


class TestHazardForReasons(RuleContract):
    call = staticmethod(rule(lambda x, k, p: hazard_for_reasons(x[k, 0], int(x[k, 1]), int(x[k, 2]), p)))
    columns = ranges(ratio=(-20.0, 20.0), age=DAYS, mutual=UNIT)
    whole = frozenset({"age", "mutual"})
    settings = LEAVING
    rises_with = ("ratio",)
    falls_with = ("age", "mutual")


class TestReasonsBound(RuleContract):
    call = staticmethod(rule(lambda x, k, p: reasons_bound(p)))
    columns = ranges(nothing=UNIT)
    settings = LEAVING
    bounds = (0.0, 1e11)


@settings(max_examples=300, deadline=None)
@given(
    st.floats(-50.0, 50.0), st.integers(0, 5000), st.integers(0, 1), st.floats(0.0, 50.0), st.floats(0.0, 1.0),
    st.floats(0.0, 100.0), st.floats(0.0, 20.0),
)  # fmt: skip
def test_the_bound_of_the_hazard_for_reasons_is_one(
    total: float, age: int, mutual: int, load: float, base: float, fragile: float, highest: float
) -> None:
    reasons = {"base": base, "highest": highest}
    p: Any = LeavingParameters(unfollow_rule="reasons", new_tie_fragility=fragile, reasons=reasons).values()
    assert hazard_for_reasons(log_ratio(total, p.reasons), age, mutual, p) <= hazard_bound(load, p)


# --- looking at creators one follows ------------------------------------------------------------------------------

ROOM = np.zeros((2000, 4), dtype=np.int64)


@rule
def call_checked(x: Any, k: int, p: Any) -> Any:
    """The last of four ties looked at."""
    for place in range(3):
        p[k, place] = next_checked(p[k], place, int(x[k, 0]), 4, x[k, 1 + place])
    return next_checked(p[k], 3, int(x[k, 0]), 4, x[k, 4])


class TestNextChecked(RuleContract):
    call = staticmethod(call_checked)
    columns = ranges(held=(4.0, 300.0), **{f"u_{k}": (0.0, 1.0 - 2.0**-53) for k in range(4)})
    whole = frozenset({"held"})
    settings = (ROOM,)
    bounds = (0.0, 299.0)


class TestIsNews(RuleContract):
    call = staticmethod(rule(lambda x, k, p: 1.0 if is_news(x[k, 0] > 0.5, int(x[k, 1]), int(x[k, 2])) else 0.0))
    columns = ranges(visible=UNIT, newest=DAYS, seen=DAYS)
    whole = frozenset({"newest", "seen"})
    rises_with = ("visible", "newest")
    falls_with = ("seen",)


class TestIsUsual(RuleContract):
    call = staticmethod(rule(lambda x, k, p: 1.0 if is_usual(x[k, 0] > 0.5, p) else 0.0))
    columns = ranges(followed_path=UNIT)
    settings = sections(SessionParameters())
    falls_with = ("followed_path",)


class TestFallsSilent(RuleContract):
    call = staticmethod(
        rule(lambda x, k, p: 1.0 if falls_silent(x[k, 0] > 0.5, int(x[k, 1]), int(x[k, 2]), p) else 0.0)
    )
    columns = ranges(visible=UNIT, day=DAYS, seen=DAYS)
    whole = frozenset({"day", "seen"})
    settings = sections(SessionParameters())
    rises_with = ("day",)
    falls_with = ("visible", "seen")


@given(st.integers(1, 40), st.data())
def test_ties_looked_at_are_different(held: int, data: st.DataObject) -> None:
    most = data.draw(st.integers(1, held))
    checked: list[int] = []
    for count in range(most):
        checked.append(next_checked(checked, count, held, most, data.draw(st.floats(0.0, 1.0, exclude_max=True))))
    assert len(set(checked)) == most and min(checked) >= 0 and max(checked) < held


def test_every_set_of_ties_is_equally_likely() -> None:
    luck = np.random.default_rng(0)
    counts: dict[frozenset[int], int] = {}
    for _ in range(6000):
        checked: list[int] = []
        for count in range(2):
            checked.append(next_checked(checked, count, 4, 2, luck.random()))
        counts[frozenset(checked)] = counts.get(frozenset(checked), 0) + 1
    assert len(counts) == 6
    # Chi-squared with 5 degrees of freedom is above 20.5 with probability .001.
    assert sum((count - 1000) ** 2 / 1000 for count in counts.values()) < 20.5
