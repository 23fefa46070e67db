"""Measures of `experiments.net_followers`, on tables small enough to be counted by hand."""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from experiments.net_followers import INTEREST, QUALITY, ebb_and_flow, ebbs, ledger_gap, lost_to, mood_with_net, own
from simulation.experiment.groups import pearson

CAUSES = ("shared_interest", "talent", "consistency", "overload")


def made(gained: Any, lost: Any, cause: str = "talent", **columns: Any) -> Any:
    """A result in which all gains and losses, (days, creators) each, have one cause."""
    gained, lost = np.asarray(gained), np.asarray(lost)
    days, creators = gained.shape
    followers = (gained - lost).cumsum(axis=0)
    table = {"day": np.repeat(np.arange(days), creators), "creator": np.tile(np.arange(creators), days)}
    table |= {"followers": followers.ravel(), "gained": gained.ravel(), "lost": lost.ravel()}
    for word, counts in (("gained", gained), ("lost", lost)):
        table |= {f"{word}_{name}": counts.ravel() * (name == cause) for name in CAUSES}
    table |= {"mood": np.zeros(days * creators), "away": np.zeros(days * creators, bool)}
    table |= {name: np.asarray(values).ravel() for name, values in columns.items()}
    total = followers.sum(axis=1)
    daily = {"follow_edges": total, "follows": gained.sum(axis=1), "unfollows": lost.sum(axis=1)}
    return SimpleNamespace(
        days=days,
        cause_names=CAUSES,
        creator_days=pd.DataFrame(table),
        daily=pd.DataFrame(daily),
        creators=pd.DataFrame({"followers": followers[-1], "bought": 0}),
        follows=pd.DataFrame({"creator": np.repeat(np.arange(creators), followers[-1].clip(min=0))}),
    )


def test_books_that_balance_are_not_ledger_gap() -> None:
    assert ledger_gap(made([[3, 0], [2, 1]], [[0, 0], [1, 1]])) == 0.0


@pytest.mark.parametrize("column", ["followers", "gained", "lost", "gained_talent", "lost_overload"])
def test_one_follower_too_many_anywhere_is_found(column: str) -> None:
    result = made([[3, 0], [2, 1]], [[0, 0], [1, 1]])
    result.creator_days.loc[2, column] += 1
    assert ledger_gap(result) == 1.0


def test_followers_who_are_in_no_list_are_found() -> None:
    result = made([[3, 0]], [[0, 0]])
    result.follows = result.follows.iloc[1:]
    assert ledger_gap(result) == 1.0


def test_losses_are_counted_by_cause_over_days_held() -> None:
    # Held at the start of the three days: 0, 4, 3; one is lost on day 1.
    gained, lost = [[4], [0], [0]], [[0], [1], [0]]
    assert lost_to(made(gained, lost, "talent"), QUALITY) == pytest.approx(1000 / 7)
    assert lost_to(made(gained, lost, "consistency"), QUALITY) == pytest.approx(1000 / 7)
    assert lost_to(made(gained, lost, "shared_interest"), QUALITY) == 0.0
    assert lost_to(made(gained, lost, "shared_interest"), INTEREST) == pytest.approx(1000 / 7)
    assert math.isnan(lost_to(made([[0]], [[0]]), QUALITY))


def test_counts_that_come_by_chance_neither_ebb_nor_flow() -> None:
    # Skellam counts at rates that differ between creators: over 20,000 creator-weeks the ratio is 1, with a standard
    # error of about .01.
    draws = np.random.default_rng(1)
    rates = draws.uniform(0.5, 2.0, 2500)
    steady = made(draws.poisson(rates, (56, 2500)), draws.poisson(0.3, (56, 2500)))
    assert ebb_and_flow(steady) == pytest.approx(1.0, abs=0.05)
    waves = rates * (1 + np.sin(np.arange(56) * 2 * np.pi / 28))[:, None]
    assert ebb_and_flow(made(draws.poisson(waves), draws.poisson(0.3, (56, 2500)))) > 1.5


def test_a_steady_rise_is_no_flow() -> None:
    rise = np.repeat(np.arange(8), 7)[:, None] * np.ones((1, 3), int)
    assert ebb_and_flow(made(rise, np.zeros_like(rise))) == pytest.approx(0.0, abs=1e-12)
    assert math.isnan(ebb_and_flow(made(rise[:14], rise[:14])))


def test_weeks_of_loss_are_counted_among_those_that_moved() -> None:
    gained, lost = np.zeros((21, 2), int), np.zeros((21, 2), int)
    gained[0, 0], lost[8, 0], gained[15, 0], lost[16, 0] = 2, 1, 1, 1  # creator 0: up, down, even; creator 1: nothing
    assert ebbs(made(gained, lost)) == pytest.approx(1 / 3)
    assert math.isnan(ebbs(made(np.zeros((7, 1), int), np.zeros((7, 1), int))))


def test_moods_that_go_by_net_followers_correlate_with_them() -> None:
    draws = np.random.default_rng(2)
    gained = np.zeros((56, 6), int)
    gained[::7] = draws.integers(0, 9, (8, 6))
    mood = np.log1p(gained).cumsum(axis=0)
    away = np.zeros(gained.shape, bool)
    assert mood_with_net(made(gained, 0 * gained, mood=mood, away=away)) == pytest.approx(1.0)
    assert mood_with_net(made(gained, 0 * gained, mood=-mood, away=away)) == pytest.approx(-1.0)
    mood[:, 0], away[40, 0] = draws.normal(size=56), True  # whoever was away does not count
    assert mood_with_net(made(gained, 0 * gained, mood=mood, away=away)) == pytest.approx(1.0)
    assert math.isnan(mood_with_net(made(gained, 0 * gained)))


def test_what_is_left_without_the_means_of_rows_and_columns() -> None:
    additive = np.arange(4.0)[:, None] + np.arange(3.0)
    assert own(additive) == pytest.approx(np.zeros((4, 3)))
    assert math.isnan(pearson(own(additive), own(additive)))
    assert own(np.empty((2, 0))).shape == (2, 0)
