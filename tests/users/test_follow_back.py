"""Follow-backs: the norm of reciprocity, for those who have attention left."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from simulation.ledger import RECIPROCITY, cause_names
from simulation.users.decisions import logistic
from simulation.users.follow_back import follow_back_probability
from tests.engines.histories import Recorded
from tests.worlds import ENGINES, SMALL

TALKATIVE = {**SMALL, "population.creators": 60, "users.attention_median": 155.0}


def test_courtesy_counts_as_appeal_where_attention_is_free() -> None:
    assert follow_back_probability(0.6, 0.0, 10.0, 0.875, 0.275, 0.0) == 0.5
    assert follow_back_probability(0.6, 0.5, 10.0, 0.875, 0.3, 0.0) == pytest.approx(logistic(10.0 * (0.75 - 0.875)))


def test_the_overloaded_go_by_appeal_alone() -> None:
    for load in (1.0, 1.5, 1e6):
        assert follow_back_probability(0.6, load, 10.0, 0.875, 0.3, 0.0) == logistic(10.0 * (0.6 - 0.875))
    chances = [follow_back_probability(0.6, load, 10.0, 0.875, 0.3, 0.0) for load in (0.0, 0.3, 0.6, 0.9, 1.0)]
    assert chances == sorted(set(chances), reverse=True)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_follow_back_answers_a_follow_of_the_same_day_between_creators(engine: Any) -> None:
    model = Recorded({**TALKATIVE, "follow_back.courtesy": 0.5}, seed=4, threads=1, engine=engine)
    creator_of, user_of = model.state.users.creator, model.state.creators.user
    model.run_for(8)
    answers = 0
    for events in model.days:
        made = set(zip(events.user[events.kind == 1].tolist(), events.creator[events.kind == 1].tolist(), strict=True))
        back = events.cause == len(model.factors) + RECIPROCITY
        assert (events.kind[back] == 1).all()
        assert (events.source[back] == -1).all()
        for user, fan in zip(events.user[back].tolist(), events.creator[back].tolist(), strict=True):
            assert creator_of[user] >= 0
            assert (int(user_of[fan]), int(creator_of[user])) in made
            answers += 1
    assert answers > 10
    named = cause_names(tuple(factor.name for factor in model.factors))[len(model.factors) + RECIPROCITY]
    assert (model.result().events["cause"] == named).sum() == answers


def test_courtesy_makes_ties_mutual() -> None:
    shares = []
    for courtesy in (0.0, 0.6):
        model = Recorded({**TALKATIVE, "follow_back.courtesy": courtesy}, seed=4, threads=1)
        model.run_for(15)
        users, entries = model.state.follows.entries()
        between = model.state.users.creator[users] >= 0
        ties = {
            (int(model.state.users.creator[u]), int(model.state.follows.rows.creator[e]))
            for u, e in zip(users[between], entries[between], strict=True)
        }
        shares.append(np.mean([(b, a) in ties for a, b in ties]))
    assert shares[0] < shares[1] - 0.1


def test_without_follow_backs_nobody_answers() -> None:
    model = Recorded({**TALKATIVE, "follow_back.moves": False}, seed=4, threads=1)
    model.run_for(6)
    assert not any((events.cause == len(model.factors) + RECIPROCITY).any() for events in model.days)
    assert sum(events.user.size for events in model.days) > 20
