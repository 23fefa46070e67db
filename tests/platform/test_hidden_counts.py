"""Hidden like and follower counts: what viewers and creators no longer see, and what stays as it was."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from simulation.creators.reward import impression
from simulation.interventions import Intervention
from tests.engines.histories import Recorded, bits, lived
from tests.worlds import ENGINES, SMALL

SILENT = {**SMALL, "decision.like_prompt": 0.0}
"""The sight of others' likes prompts nobody, so that on the first day hiding them changes only what creators feel."""


@pytest.mark.parametrize("engine", ENGINES)
def test_hidden_likes_reward_nobody(engine: Any) -> None:
    shown, hidden = (
        lived(1, {**SILENT, "feed.hide_like_counts": hide}, seed=4, threads=1, engine=engine) for hide in (False, True)
    )
    for left, right in zip(shown.days[0], hidden.days[0], strict=True):
        assert bits(left) == bits(right), "viewers do as they did"
    likes = shown.state.creators.likes
    assert bits(likes) == bits(hidden.state.creators.likes)
    lost = shown.state.minds.reward - hidden.state.minds.reward
    worth = shown.state.minds.motives[:, 0] * np.array([impression(n) for n in likes.tolist()])
    np.testing.assert_allclose(lost, np.where(shown.state.creators.visible, worth, 0.0), atol=1e-12)
    assert (lost > 0.1).sum() > 5
    assert not hidden.state.minds.usual_likes.any()


@pytest.mark.parametrize("engine", ENGINES)
def test_likes_hidden_in_the_middle_of_a_run_are_taken_to_be_as_usual(engine: Any) -> None:
    model = Recorded(SMALL, seed=4, threads=1, engine=engine, interventions=[Intervention(5, "hide_like_counts", True)])
    model.run_for(5)
    usual = model.state.minds.usual_likes.copy()
    assert (usual > 0.0).sum() > 10
    model.run_for(6)
    assert bits(model.state.minds.usual_likes) == bits(usual)
    assert model.state.creators.likes.sum() > 0


@pytest.mark.parametrize("engine", ENGINES)
def test_hidden_follower_counts_leave_nobody_to_look_up_to_and_no_crowd(engine: Any) -> None:
    model = lived(6, {**SMALL, "feed.hide_follower_counts": True}, seed=4, threads=1, engine=engine)
    assert model.state.creators.followers.sum() > 20
    assert not model.state.creators.crowd.any()
    assert not model.state.minds.comparison.any()
    assert not model.state.minds.usual_net.any()


def test_without_the_sight_of_likes_fewer_are_given() -> None:
    likes = [
        sum(
            totals.likes
            for totals in lived(
                4, {**SMALL, "decision.like_prompt": 0.05, "feed.hide_like_counts": hide}, seed=4, threads=1
            ).counts
        )
        for hide in (False, True)
    ]
    assert likes[1] < 0.95 * likes[0]
