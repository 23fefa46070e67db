"""Measures of the experiment ``strategies``, on tables made by hand."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from experiments.strategies import (
    ALL,
    EXPERIMENT,
    FEW,
    HALF,
    SHARES,
    group_of,
    keep,
    measure,
    measure_model,
    shares_by_day,
    sign,
    within,
)
from simulation.analysis import Interval
from simulation.creators.strategies import STRATEGIES
from simulation.experiment.options import Scale

SIZE = Scale(users=125, days=40, replicates=2, samples=2)


def world(days: int = 40) -> Any:
    """Twenty creators; those with even numbers chase trends, and the first half has one like a day each."""
    count = 20
    table = pd.DataFrame(
        {
            "day": np.repeat(np.arange(days), count),
            "creator": np.tile(np.arange(count), days),
            "likes": np.tile(np.arange(count) < 10, days).astype(int),
            "mood": np.repeat(np.arange(days), count),
            "authenticity": 0.5,
            "burnout": 0.0,
            "gained": np.tile(np.arange(count) % 2 == 0, days).astype(int),
            "lost": 0,
            "strategy": pd.Categorical(
                np.tile(["chase_trends", "own_voice"] * (count // 2), days), categories=STRATEGIES
            ),
        }
    )
    creators = pd.DataFrame({"followers": np.arange(count)})
    return SimpleNamespace(creator_days=table, creators=creators, days=days)


def test_everybody_is_told_what_to_keep_to() -> None:
    for word, share in SHARES.items():
        kept = keep(SIZE, "engage", share)
        using = {creator for item in kept if item.value == "engage" for creator in item.creators}
        others = {creator for item in kept if item.value == "own_voice" for creator in item.creators}
        assert using | others == set(range(20)) and not using & others
        assert len(using) == {FEW: 2, HALF: 10, ALL: 20}[word]
        assert {item.day for item in kept} == {10}


def test_groups_of_an_arm_are_those_who_use_its_strategy() -> None:
    numbers = np.arange(20)
    for word in (FEW, HALF):
        using = next(item for item in keep(SIZE, "engage", SHARES[word]) if item.value == "engage").creators
        assert tuple(numbers[group_of(20, word)]) == using
        assert set(numbers[group_of(20, f"others_{word}")]) == set(range(20)) - set(using)


def test_followers_of_groups_sum_to_all() -> None:
    found = measure(world())
    assert found["followers_few"] == 1
    assert found["followers_all"] == sum(range(20))
    for word in (FEW, HALF):
        assert found[f"followers_{word}"] + found[f"followers_others_{word}"] == found["followers_all"]


def test_likes_and_moods_of_the_half() -> None:
    assert measure(world())["likes_half"] == 30 * 10
    assert measure(world())["mood_half"] == pytest.approx(np.arange(12, 40).mean())


def test_shares_of_strategies_by_day() -> None:
    found = shares_by_day(world(2))
    assert found["chase_trends"].tolist() == found["own_voice"].tolist() == [0.5, 0.5]
    assert found["engage"].tolist() == [0, 0]


def test_correlation_within_rows() -> None:
    used = np.array([[True, True, False], [True, True, True]])
    first = np.array([[1.0, 2.0, 99.0], [10.0, 20.0, 30.0]])
    assert within(first, first, used) == pytest.approx(1.0)
    assert within(first, -3 * first + np.array([[5.0], [7.0]]), used) == pytest.approx(-1.0), (
        "levels of rows are no part"
    )
    assert np.isnan(within(first, np.ones((2, 3)), used))


def test_learned_values_are_held_against_followers_gained() -> None:
    table = world(14)
    # In the second week everybody does what the neighbour did, and those who chase gain.
    rows = table.creator_days["day"] >= 7
    names = table.creator_days["strategy"].to_numpy().astype(str)
    flipped = np.where(rows, np.where(names == "own_voice", "chase_trends", "own_voice"), names)
    table.creator_days["strategy"] = pd.Categorical(flipped, categories=STRATEGIES)
    table.creator_days["gained"] = (flipped == "chase_trends").astype(int)
    values = np.zeros((20, len(STRATEGIES)))
    values[:, 1] = 2.0

    def model(kept: int) -> Any:
        minds = SimpleNamespace(values=values, kept=np.full(20, kept))
        return SimpleNamespace(result=lambda: table, state=SimpleNamespace(minds=minds))

    assert measure_model(model(-1))["values_follow_payoffs"] == pytest.approx(1.0)
    assert np.isnan(measure_model(model(1))["values_follow_payoffs"]), "who is not free learns nothing of it"


def test_signs_of_intervals() -> None:
    bounds = ((1, 2), (-2, -1), (-1, 1), (np.nan, np.nan))
    assert [sign(Interval(0.0, low, high, 0.95)) for low, high in bounds] == [1, -1, 0, 0]


def test_every_arm_of_a_strategy_is_compared() -> None:
    compared = {name for expected in EXPERIMENT.expectations for name in expected.arms}
    assert {arm.name for arm in EXPERIMENT.arms} == compared
