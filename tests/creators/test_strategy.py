"""Strategies: the softmax that chooses them, what is learnt of them, which are open, and what they do to a post."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest

from simulation.creators.strategies import MODEL_STRATEGIES, STRATEGIES, week
from simulation.creators.strategy import (
    OWN_VOICE,
    WEEK,
    StrategyParameters,
    blend,
    choose_strategy,
    judged,
    plans_today,
    value_after,
)
from simulation.plugins import sample_standings

VALUES = np.array([[9.0, 9.0, 9.0, 9.0, 9.0], [0.5, -0.2, 0.31, 0.0, 0.44], [-9.0, 9.0, 0.0, 1.0, 2.0]])
ALL = tuple(range(len(STRATEGIES)))
STANDING = sample_standings(())[0]
CELLS = 4000


def softmax(values: np.ndarray, temperature: float, open_to_all: tuple[int, ...] = ALL) -> np.ndarray:
    """Probabilities of Luce's rule, nothing for strategies that are shut."""
    weights = np.zeros(len(STRATEGIES))
    weights[list(open_to_all)] = np.exp((values[list(open_to_all)] - values.max()) / temperature)
    shares: np.ndarray = weights / weights.sum()
    return shares


def opened(p: Any) -> list[bool]:
    """Which strategies are open."""
    return [strategy.may(STANDING, p) for strategy in MODEL_STRATEGIES]


def chosen_shares(values: np.ndarray, creator: int, obsession: float, p: Any) -> np.ndarray:
    """Shares of the unit interval in which each strategy is chosen."""
    chosen = [choose_strategy(values, creator, opened(p), obsession, (k + 0.5) / CELLS, p) for k in range(CELLS)]
    return np.bincount(chosen, minlength=len(STRATEGIES)) / CELLS


# --- the choice ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("temperature", "cooling", "obsession"), [(0.25, 0.5, 0.0), (0.25, 0.5, 1.0), (1.5, 0.9, 0.3)])
def test_strategies_are_chosen_by_softmax_over_their_values(
    temperature: float, cooling: float, obsession: float
) -> None:
    p = StrategyParameters(temperature=temperature, cooling=cooling).values()
    for creator in range(3):
        expected = softmax(VALUES[creator], temperature * (1.0 - cooling * obsession))
        np.testing.assert_allclose(chosen_shares(VALUES, creator, obsession, p), expected, atol=5 / CELLS)


def test_the_obsessed_choose_the_best_more_often() -> None:
    p = StrategyParameters(cooling=0.8).values()
    best = [chosen_shares(VALUES, 1, obsession, p)[OWN_VOICE] for obsession in (0.0, 0.5, 1.0)]
    assert best == sorted(set(best))


@pytest.mark.parametrize("shut", [("chase_trends",), ("engage", "analytics"), STRATEGIES[1:]], ids="+".join)
def test_a_strategy_that_is_shut_is_never_chosen_and_the_others_share_what_it_had(shut: tuple[str, ...]) -> None:
    p = StrategyParameters(**dict.fromkeys(shut, False)).values()
    still = tuple(s for s in ALL if STRATEGIES[s] not in shut)
    assert tuple(np.flatnonzero(opened(p))) == still
    for creator in range(3):
        shares = chosen_shares(VALUES, creator, 0.0, p)
        assert not shares[[s for s in ALL if s not in still]].any()
        np.testing.assert_allclose(shares, softmax(VALUES[creator], p.temperature, still), atol=5 / CELLS)


def test_very_good_and_very_bad_strategies_overflow_nothing() -> None:
    values = np.array([[-1e6, 1e6, 0.0, -1e6, 3.0], [0.0, -1e6, -1e6, -1e6, 1e6]])
    p = StrategyParameters(temperature=0.01, cooling=0.99).values()
    for uniform in (0.0, 0.5, 1.0 - 2.0**-53):
        chosen = [choose_strategy(values, creator, opened(p), 1.0, uniform, p) for creator in range(2)]
        assert [STRATEGIES[number] for number in chosen] == ["chase_trends", "analytics"]


def test_where_nothing_is_chosen_everybody_keeps_the_own_voice() -> None:
    p = StrategyParameters(moves=False).values()
    for creator, uniform in itertools.product(range(3), (0.0, 0.4, 1.0 - 2.0**-53)):
        assert choose_strategy(VALUES, creator, opened(p), 0.7, uniform, p) == OWN_VOICE


def test_every_creator_plans_once_a_week_and_a_seventh_of_them_each_day() -> None:
    for creator in range(20):
        days = [day for day in range(70) if plans_today(creator, day)]
        assert np.diff(days).tolist() == [WEEK] * 9
    assert [sum(plans_today(j, day) for j in range(700)) for day in range(WEEK)] == [100] * WEEK


# --- what is learnt -----------------------------------------------------------------------------------------------


def test_the_obsessed_judge_by_numbers_alone() -> None:
    p = StrategyParameters(metric_chasing=1.0)
    assert judged(3.0, 1.0, 0.0, p) == 3.0
    assert judged(3.0, 1.0, 1.0, p) == 1.0
    assert judged(3.0, 1.0, 0.25, p) == pytest.approx(2.5, rel=1e-15)
    assert judged(3.0, 1.0, 1.0, StrategyParameters(metric_chasing=0.0)) == 3.0


def test_a_strategy_is_worth_what_it_brings_beyond_what_one_is_used_to() -> None:
    p = StrategyParameters(learning_rate=0.3)
    assert value_after(0.5, 2.0, 1.2, p) == pytest.approx(0.7 * 0.5 + 0.3 * 0.8, rel=1e-14)
    value = 0.5
    for _ in range(80):
        value = value_after(value, 2.0, 1.2, p)
    assert value == pytest.approx(0.8, abs=1e-10)
    assert value_after(0.0, 1.2, 1.2, p) == 0.0


def test_each_strategy_changes_what_it_is_about_and_nothing_else() -> None:
    p = StrategyParameters(engaging_effort=1.7, warmth=0.4, trend_mix=0.6, capture=0.2, drift=0.01)
    assert {strategy.name: strategy.plan(STANDING, p) for strategy in MODEL_STRATEGIES} == {
        "own_voice": week(),
        "chase_trends": week(trend=0.6),
        "engage": week(warmth=0.4, strain=1.7),
        "collaborate": week(collaborates=True),
        "analytics": week(audience=0.2, drift=0.01),
    }
    assert week() == (1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0)


# --- what a post is about -----------------------------------------------------------------------------------------


def unit_rows(seed: int, rows: int = 6, topics: int = 5) -> np.ndarray:
    made = np.random.default_rng(seed).random((rows, topics))
    scaled: np.ndarray = made / np.linalg.norm(made, axis=1, keepdims=True)
    return scaled


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.9, 1.0])
def test_a_blend_is_the_weighted_mean_at_unit_length_and_no_other_row_moves(share: float) -> None:
    own, other, post = unit_rows(1), unit_rows(2), np.full((6, 5), 7.0)
    untouched = own.copy(), other.copy()
    blend(own, 2, other, 4, share, post, 5)
    expected = (1.0 - share) * own[2] + share * other[4]
    np.testing.assert_allclose(post[5], expected / np.linalg.norm(expected), rtol=1e-14)
    assert np.linalg.norm(post[5]) == pytest.approx(1.0, rel=1e-14)
    assert (np.delete(post, 5, axis=0) == 7.0).all()
    np.testing.assert_array_equal(own, untouched[0])
    np.testing.assert_array_equal(other, untouched[1])


def test_a_blend_with_nothing_leaves_the_own_voice_to_the_bit() -> None:
    own, post = unit_rows(3), np.zeros((6, 5))
    for share, other in ((0.0, unit_rows(4)), (1.0, np.zeros((6, 5)))):
        blend(own, 1, other, 3, share, post, 1)
        assert post[1].tobytes() == own[1].tobytes()


def test_a_blend_may_be_written_over_what_it_is_made_of() -> None:
    apart, in_place, other = np.zeros((6, 5)), unit_rows(5), unit_rows(6)
    blend(in_place.copy(), 3, other, 0, 0.4, apart, 3)
    blend(in_place, 3, other, 0, 0.4, in_place, 3)
    assert in_place[3].tobytes() == apart[3].tobytes()
    unchanged = in_place.copy()
    blend(in_place, 3, other, 0, 0.0, in_place, 3)
    assert in_place.tobytes() == unchanged.tobytes()
