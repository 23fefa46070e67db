"""The ledger: contributions against appeal, against Shapley's own definition, and the rules for causes."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from simulation.factors import FACTORS
from simulation.ledger import (
    ABSENCE,
    ASPIRATION,
    BEGAN,
    BY_CREATOR,
    CHANGES,
    FOLLOW,
    OVERLOAD,
    RULE,
    STRUCTURAL_CAUSES,
    UNFOLLOW,
    account_for_change,
    began_values,
    cause_by_reasons,
    cause_names,
    contribute,
    follow_cause,
    reason_names,
    unfollow_cause,
    weighted_sum,
)
from simulation.state import WHOLE, write_beginning
from simulation.users.decisions import ALWAYS, BEST_SO_FAR, LOGIT
from simulation.users.decisions import CONSTANT as CONSTANT_FOLLOW
from simulation.users.leaving import CONSTANT, NEVER, SATISFACTION
from simulation.users.reasons import CHANNELS

FACTOR_COUNT = 6
UNIT = st.floats(0.0, 1.0)
ROW = arrays(np.float64, FACTOR_COUNT, elements=UNIT)
CONTRIBUTIONS = st.lists(st.sampled_from([-0.2, -0.1, 0.0, 0.05, 0.2]), min_size=6, max_size=6)
EVEN = np.full((1, 6), 1 / 6)
"""Weights of a user to whom all six factors count alike."""


def contributions_of(weights: np.ndarray, values: np.ndarray, reference: np.ndarray) -> np.ndarray:
    out = np.full((3, weights.size), np.nan)
    contribute(np.stack([np.zeros_like(weights), weights]), 1, values, reference, out, 2)
    assert np.isnan(out[:2]).all()
    found: np.ndarray = out[2]
    return found


def shapley(weights: np.ndarray, values: np.ndarray, reference: np.ndarray) -> list[float]:
    """By definition: what each factor adds to a coalition, averaged over all coalitions with Shapley's weights."""
    count = weights.size

    def appeal(coalition: tuple[int, ...]) -> float:
        post = [values[f] if f in coalition else reference[f] for f in range(count)]
        return float(weighted_sum(weights[None], 0, post))

    found = []
    for f in range(count):
        others = [g for g in range(count) if g != f]
        total = 0.0
        for size in range(count):
            share = math.factorial(size) * math.factorial(count - size - 1) / math.factorial(count)
            for coalition in itertools.combinations(others, size):
                total += share * (appeal((*coalition, f)) - appeal(coalition))
        found.append(total)
    return found


# --- contributions ------------------------------------------------------------------------------------------------


@settings(max_examples=200, deadline=None)
@given(ROW, ROW, ROW)
def test_contributions_and_reference_sum_to_the_appeal(
    weights: np.ndarray, values: np.ndarray, reference: np.ndarray
) -> None:
    appeal = weighted_sum(weights[None], 0, values)
    base = weighted_sum(weights[None], 0, reference)
    assert contributions_of(weights, values, reference).sum() + base == pytest.approx(appeal, abs=1e-12)


@settings(max_examples=10, deadline=None)
@given(ROW, ROW, ROW)
def test_contributions_are_shapley_values(weights: np.ndarray, values: np.ndarray, reference: np.ndarray) -> None:
    np.testing.assert_allclose(
        contributions_of(weights, values, reference), shapley(weights, values, reference), rtol=0.0, atol=1e-12
    )


@given(ROW, ROW)
def test_weighted_sums_are_taken_in_the_order_of_factors(weights: np.ndarray, values: np.ndarray) -> None:
    expected = 0.0
    for weight, value in zip(weights.tolist(), values.tolist(), strict=True):
        expected += weight * value
    assert weighted_sum(np.stack([weights, weights]), 1, values) == expected


def test_a_factor_at_its_reference_or_without_weight_contributes_nothing() -> None:
    weights, values = np.array([0.5, 0.0, 0.5]), np.array([0.7, 0.9, 0.4])
    found = contributions_of(weights, values, np.array([0.7, 0.1, 0.6]))
    assert found[:2].tolist() == [0.0, 0.0]
    assert found[2] == pytest.approx(-0.1)


# --- causes -------------------------------------------------------------------------------------------------------


def test_causes_are_the_factors_and_then_the_structural_ones() -> None:
    names = cause_names(tuple(factor.name for factor in FACTORS))
    count = len(FACTORS)
    assert names[:count] == tuple(factor.name for factor in FACTORS)
    assert names[count:] == STRUCTURAL_CAUSES
    assert names[count + ABSENCE] == "absence"
    assert names[count + OVERLOAD] == "overload"
    assert names[count + ASPIRATION] == "aspiration"
    assert names[count + RULE] == "rule"
    assert (FOLLOW, UNFOLLOW) == (1, -1)


@given(CONTRIBUTIONS)
def test_a_follow_is_put_down_to_what_spoke_most_for_it(listed: list[float]) -> None:
    row = np.array([[9.0] * 6, listed])
    assert follow_cause(EVEN, 0, row, 1, LOGIT) == listed.index(max(listed))


def test_no_follow_is_put_down_to_a_factor_without_weight() -> None:
    weights, contributions = np.array([[0.0, 0.5, 0.5, 0.0]]), np.array([[0.0, -0.2, -0.1, 0.0]])
    assert follow_cause(weights, 0, contributions, 0, LOGIT) == 2


@given(CONTRIBUTIONS)
def test_an_unfollow_is_put_down_to_what_spoke_most_against_staying(listed: list[float]) -> None:
    row = np.array([[-9.0] * 6, listed])
    total = 0.0
    for contribution in listed:
        total += contribution
    expected = listed.index(min(listed)) if total < 0.0 else 6 + ASPIRATION
    assert unfollow_cause(row, 1, False, SATISFACTION) == expected


@given(CONTRIBUTIONS)
def test_who_did_not_post_was_left_for_that(listed: list[float]) -> None:
    assert unfollow_cause(np.array([listed]), 0, True, SATISFACTION) == 6 + ABSENCE


@given(CONTRIBUTIONS, st.booleans())
def test_where_a_rule_decided_the_rule_is_the_cause(listed: list[float], missing: bool) -> None:
    row = np.array([listed])
    for follow_rule in (ALWAYS, CONSTANT_FOLLOW, BEST_SO_FAR):
        assert follow_cause(EVEN, 0, row, 0, follow_rule) == 6 + RULE
    for unfollow_rule in (CONSTANT, NEVER):
        assert unfollow_cause(row, 0, missing, unfollow_rule) == 6 + RULE


def test_causes_count_from_the_number_of_factors_there_are() -> None:
    one = np.array([[-0.3]])
    assert follow_cause(np.ones((1, 1)), 0, one, 0, LOGIT) == 0
    assert unfollow_cause(one, 0, False, SATISFACTION) == 0
    assert unfollow_cause(one, 0, True, SATISFACTION) == 1 + ABSENCE


# --- leaving for reasons ------------------------------------------------------------------------------------------


@settings(max_examples=200, deadline=None)
@given(ROW, ROW, ROW, UNIT, UNIT, st.integers(0, 10**6))
def test_changes_sum_to_the_appeal_less_that_of_the_beginning(
    weights: np.ndarray, values: np.ndarray, then: np.ndarray, former_user: float, former_peers: float, peers: int
) -> None:
    """By factor and by whom, whatever the appeals in between; and a beginning is kept to half a step."""
    began, kept = np.zeros((2, FACTOR_COUNT + 1), np.uint8), np.full(FACTOR_COUNT, np.nan)
    write_beginning(began, 1, then, peers)
    assert not began[0].any() and began[1, -1] == min(peers, WHOLE - 1)
    began_values(began, 1, values, kept)
    np.testing.assert_allclose(kept, then, rtol=0.0, atol=0.5 / WHOLE + 1e-12)
    out = np.zeros((2, CHANGES + FACTOR_COUNT + len(CHANNELS)))
    account_for_change(np.stack([weights * 0.0, weights]), 1, values, kept, former_user, former_peers, out, 1)
    appeal = weighted_sum(weights[None], 0, values)
    assert not out[0].any()
    assert out[1, BEGAN] == weighted_sum(weights[None], 0, kept)
    assert out[1, BEGAN] + out[1, CHANGES : CHANGES + FACTOR_COUNT].sum() == pytest.approx(appeal, abs=1e-12)
    assert out[1, BEGAN] + out[1, BY_CREATOR:CHANGES].sum() == pytest.approx(appeal, abs=1e-12)


def test_a_beginning_that_is_not_known_is_that_of_now() -> None:
    began, kept, values = np.full((1, 7), WHOLE, np.uint8), np.zeros(6), np.linspace(0.0, 1.0, 6)
    began_values(began, 0, values, kept)
    assert kept.tolist() == values.tolist()


def reasons_row(parts: dict[str, float], by: dict[str, float] | None = None) -> np.ndarray:
    names = reason_names(tuple(f"f{k}" for k in range(FACTOR_COUNT)))
    row = np.zeros((1, len(names)))
    for kind, given_values in (("part", parts), ("change", by or {})):
        for name, value in given_values.items():
            row[0, names.index(f"{kind}_{name}")] = value
    return row


@pytest.mark.parametrize(
    ("parts", "by", "cause"),
    [
        ({"change": 1.0, "overload": 0.2}, {"by_creator": -0.3, "by_user": -0.1}, "creator_changed"),
        ({"change": 1.0}, {"by_creator": 0.1, "by_user": -0.1, "by_peers": -0.05}, "user_changed"),
        ({"change": 1.0}, {"by_creator": 0.1, "by_peers": -0.05}, "peers_changed"),
        ({"change": 1.0, "alternatives": 1.5}, {"by_creator": -0.3}, "alternatives"),
        ({"satiation": 0.8, "change": -0.1}, {}, "satiation"),
        ({"smallness": 0.8}, {}, "smallness"),
        ({"sponsored": 0.8}, {}, "sponsored"),
        ({"drift": 0.8, "change": 0.5}, {"by_creator": -1.0}, "user_changed"),
        ({"overload": 0.8}, {}, "overload"),
        ({"overload": 0.8, "change": -0.2}, {}, "whim"),
        ({}, {}, "whim"),
    ],
)
def test_a_tie_ends_by_its_largest_channel_if_they_double_the_hazard(
    parts: dict[str, float], by: dict[str, float], cause: str
) -> None:
    row, names = reasons_row(parts, by), cause_names(tuple(f"f{k}" for k in range(FACTOR_COUNT)), reasons=True)
    assert names[cause_by_reasons(row, 0, FACTOR_COUNT, False)] == cause
    assert names[cause_by_reasons(row, 0, FACTOR_COUNT, True)] == "absence"
