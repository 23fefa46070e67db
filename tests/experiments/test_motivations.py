"""Measures of the experiment ``motivations``: on tables made by hand."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from experiments.motivations import creators, measure, measure_model, own_voice_change
from simulation.experiment.draw import by_fifth


def tables() -> Any:
    """Two days and three creators; the third works on no day, and has no habits."""
    days = pd.DataFrame(
        [
            (0, 0, "own_voice", False, 0.1, 0.0, 0.5),
            (0, 1, "chase_trends", False, 0.5, 0.0, 0.4),
            (0, 2, "own_voice", True, 0.9, 0.0, 0.3),
            (1, 0, "engage", False, 0.3, 0.2, 0.5),
            (1, 1, "own_voice", False, 0.7, -0.2, 0.4),
            (1, 2, "own_voice", True, 0.9, 0.0, 0.3),
        ],
        columns=["day", "creator", "strategy", "away", "obsession", "mood", "authenticity"],
    ).assign(posted=[True, True, False, True, True, False], reward=[1.0, 4.0, 0.0, 3.0, 4.0, 0.0])
    own = pd.DataFrame(
        {
            "creator": [0, 1, 2],
            "motive_validation": [0.1, 0.6, 0.8],
            "motive_influence": [0.1, 0.1, 0.1],
            "motive_joy": [0.8, 0.3, 0.1],
            "authenticity_baseline": [0.5, 0.6, 0.6],
            "followers": [3, 2, 1],
        }
    )
    return SimpleNamespace(creator_days=days, creators=own, daily=pd.DataFrame({"quit": [0, 1]}), days=2)


def test_habits_by_hand() -> None:
    result = tables()
    assert creators(result)["own_voice"] == pytest.approx([1.0, 0.5, np.nan], nan_ok=True)
    assert measure(result)["own_voice"] == pytest.approx(0.75), (
        "engaging leaves the voice alone, and breaks do not count"
    )
    assert measure(result)["authenticity_kept"] == pytest.approx((0.0 - 0.2 - 0.3) / 3)
    assert measure(result)["reward_spread"] == pytest.approx((np.sqrt(2) + 0.0) / 2), "of the two who posted"
    assert measure(result)["gave_up"] == pytest.approx(1 / 3)
    assert creators(result)["obsession"] == pytest.approx([0.2, 0.6, 0.9])


def test_change_of_habits_is_between_the_first_four_weeks_and_the_last() -> None:
    result = tables()
    middle = result.creator_days.assign(day=40, strategy="analytics")
    late = result.creator_days.assign(day=70, strategy=["own_voice", "engage", "analytics"] * 2)
    result.creator_days, result.days = pd.concat([result.creator_days, middle, late]), 80
    assert own_voice_change(result) == pytest.approx(1.0 - 0.75)


def test_correlations_leave_out_who_never_worked() -> None:
    result = tables()
    assert measure(result)["obsession_by_validation"] == pytest.approx(1)
    assert measure(result)["own_voice_by_joy"] == pytest.approx(1)


def test_escapism_of_viewers() -> None:
    """Use is activity times a length that grows with escapism; one user has left and does not count."""
    escapism = np.array([0.1, 0.5, 0.9, 0.3])
    activity = np.array([0.9, 0.2, 0.1, 0.5])
    users = SimpleNamespace(
        escapism=escapism,
        activity=activity,
        use=activity * (10 + escapism) * [1, 1, 1, 99],
        mood=0.2 * escapism + [0.3, -0.1, 0.4, 50],
        set_point=np.array([0.3, -0.1, 0.4, 0.0]),
        left=np.array([99, 99, 99, 5]),
    )
    model: Any = SimpleNamespace(state=SimpleNamespace(users=users, day=9))
    assert measure_model(model)["session_by_escapism"] == pytest.approx(1)
    assert measure_model(model)["mood_by_escapism"] == pytest.approx(0.2)


def test_fifths_are_means_over_replicates() -> None:
    rows = [
        {"arm": arm, "replicate": replicate, "joy": place / 10, "mood": place + 10 * replicate}
        for arm in ("usual", "joy")
        for replicate in (0, 1)
        for place in range(10)
    ]
    table = by_fifth(pd.DataFrame(rows), "joy", ("mood",)).loc["usual"]
    means = table.assign(mood=table["mood"] / table["creators"]).groupby("fifth").mean()
    assert means["joy"].tolist() == pytest.approx([0.05, 0.25, 0.45, 0.65, 0.85])
    assert means["mood"].tolist() == pytest.approx([5.5, 7.5, 9.5, 11.5, 13.5])
    assert len(table) == 5 * 2 and (table["creators"] == 2).all()
