"""Means over replicates: what counts as one, what is averaged over, what intervals stand on."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest

from simulation.analysis.intervals import t_interval
from simulation.analysis.replicates import mean_intervals, replicate_column, replicate_means
from simulation.errors import ParameterError
from tests.told import raises


def runs(populations: int, worlds: int, **changes: Any) -> pd.DataFrame:
    """Two values of a lever crossed with two of something else; the outcome tells where it comes from."""
    rows = [
        {
            "lever": lever,
            "other": other,
            "population": population,
            "world": world,
            "outcome": 100 * lever + 10 * other + population + 0.1 * world,
        }
        for population in range(populations)
        for world in range(worlds)
        for lever in (0.0, 1.0)
        for other in (0, 1)
    ]
    return pd.DataFrame(rows).assign(**changes)


def test_worlds_of_a_population_are_one_replicate() -> None:
    table = runs(3, 2)
    assert replicate_column(table) == "population"
    found = replicate_means(table, ["lever"], "outcome")
    # Over two others, 0 and 10, and two worlds, 0 and 0.1.
    assert found.to_dict("list") == {
        "lever": [0.0] * 3 + [1.0] * 3,
        "replicate": [0, 1, 2] * 2,
        "value": pytest.approx([5.05, 6.05, 7.05, 105.05, 106.05, 107.05]),
    }


def test_of_one_population_worlds_are_the_replicates() -> None:
    table = runs(1, 3)
    assert replicate_column(table) == "world"
    found = mean_intervals(table, ["lever", "other"], "outcome")
    assert found["mean"].tolist() == pytest.approx([0.1, 10.1, 100.1, 110.1])
    assert found["replicates"].tolist() == [3] * 4


def test_intervals_are_students_over_replicates_alone() -> None:
    """Whatever else is varied widens nothing, however many runs there are of it."""
    found = mean_intervals(runs(3, 2), ["lever"], "outcome", confidence=0.9)
    expected = t_interval([5.05, 6.05, 7.05], 0.9)
    assert found.iloc[0][["mean", "low", "high"]].tolist() == pytest.approx(expected[:3])


def test_one_replicate_has_no_interval() -> None:
    found = mean_intervals(runs(1, 1), ["lever"], "outcome")
    assert found["mean"].tolist() == [5.0, 105.0]
    assert found[["low", "high"]].isna().all(axis=None)


def test_runs_without_a_number_are_passed_over() -> None:
    table = runs(2, 1)
    table.loc[(table["lever"] == 1) & (table["population"] == 1), "outcome"] = math.nan
    found = mean_intervals(table, ["lever"], "outcome")
    assert found["mean"].tolist() == [5.5, 105.0]
    assert found["replicates"].tolist() == [2, 1] and np.isnan(found["low"].iloc[1])
    assert mean_intervals(table.assign(outcome=math.nan), ["lever"], "outcome").empty


def test_a_column_that_is_not_there_is_named() -> None:
    with raises(ParameterError, "column 'fame'"):
        replicate_means(runs(1, 1), ["lever"], "fame")
    with raises(ParameterError, "column 'bias'"):
        mean_intervals(runs(1, 1), ["bias"], "outcome")
