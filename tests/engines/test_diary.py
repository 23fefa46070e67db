"""A diary records what happened in a session, and changes nothing."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.engines.diary import Moment
from simulation.model import FollowerModel
from simulation.users.decisions import like_probability

VALUES = {"population.users": 60, "population.creators": 12, "decision.follow_threshold": 0.6}
DAYS = 4


@pytest.fixture(scope="module")
def kept() -> tuple[FollowerModel, dict[int, list[Moment]]]:
    """A model all of whose users kept a diary from day 6 on."""
    model = FollowerModel(VALUES, seed=3, threads=1)
    model.run_for(6)
    model.engine = "mesa"
    for agent in model.agents:
        agent.diary = []
    model.run_for(DAYS)
    return model, {agent.index: agent.diary for agent in model.agents}


def test_a_diary_changes_no_history(kept: tuple[FollowerModel, dict[int, list[Moment]]]) -> None:
    plain = FollowerModel(VALUES, seed=3, threads=1)
    plain.run_for(6 + DAYS)
    assert plain.result().events.equals(kept[0].result().events)
    assert plain.result().creator_days.equals(kept[0].result().creator_days)


def test_it_holds_every_view_like_and_decision(kept: tuple[FollowerModel, dict[int, list[Moment]]]) -> None:
    model, diaries = kept
    moments = [moment for diary in diaries.values() for moment in diary]
    daily = model.result().daily.iloc[6:]
    assert sum(moment.slots for moment in moments) == daily["views"].sum()
    assert sum(moment.liked for moment in moments) == daily["likes"].sum()
    log = model.result().events
    log = log[(log["day"] >= 6) & (log["cause"] != "reciprocity")]
    seen = {
        (moment.day, user, moment.creator, "follow" if moment.followed else "unfollow")
        for user, diary in diaries.items()
        for moment in diary
        if moment.followed or moment.left
    }
    told = set(zip(log["day"], log["user"], log["creator"], log["kind"].astype(str), strict=True))
    assert seen
    assert {row for row in told if row[3] == "follow"} == {row for row in seen if row[3] == "follow"}
    assert {row for row in seen if row[3] == "unfollow"} <= told


def test_its_numbers_are_those_of_the_log(kept: tuple[FollowerModel, dict[int, list[Moment]]]) -> None:
    model, diaries = kept
    log = model.result().events.set_index(["day", "user", "creator"])
    checked = 0
    for user, diary in diaries.items():
        for moment in diary:
            assert 0.0 <= moment.follow_chance <= 1.0 and 0.0 <= moment.leave_chance <= 1.0
            assert (moment.follow_chance == 0.0) == moment.following
            if moment.followed or moment.left:
                row = log.loc[(moment.day, user, moment.creator)]
                chance = moment.follow_chance if moment.followed else moment.leave_chance
                assert (row["appeal"], row["probability"]) == (moment.appeal, chance)
                parts = [row[f"contribution_{name}"] for name in moment.contributions]
                assert parts == list(moment.contributions.values())
                checked += 1
    assert checked > 20


def test_factors_times_weights_are_the_appeal(kept: tuple[FollowerModel, dict[int, list[Moment]]]) -> None:
    model, diaries = kept
    decision = model.parameters.decision
    for user, diary in diaries.items():
        weights = model.state.users.factor_weights[user]
        for moment in diary:
            assert float(np.dot(weights, list(moment.factors.values()))) == pytest.approx(moment.appeal, abs=1e-12)
            assert moment.like_chance == like_probability(moment.appeal, int(moment.following), 0, 0.0, decision)
            if not moment.following:
                assert moment.follow_chance == pytest.approx(
                    1.0 / (1.0 + np.exp(-decision.follow_sharpness * (moment.appeal - decision.follow_threshold)))
                )


def test_nobody_keeps_one_unasked() -> None:
    model = FollowerModel(VALUES, seed=3, engine="mesa")
    model.run_for(1)
    assert all(agent.diary is None for agent in model.agents)
