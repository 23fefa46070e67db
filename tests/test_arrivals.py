"""Users who arrive over time, and creators among them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.engines.histories import Recorded, assert_same_history, lived
from tests.worlds import ENGINES, SMALL, built

GROWING = {
    **SMALL,
    "population.creators": 30,
    "population.arrivals_per_day": 8,
    "population.present_at_start": 40,
    "creators.posting_rate_median": 1.0,
}


def test_creators_are_those_present_or_anyone() -> None:
    options = {"population__arrivals_per_day": 8, "population__present_at_start": 80}
    present = built(400, 50, population__creators_from="present", **options).creators
    anyone = built(400, 50, population__creators_from="anyone", **options).creators
    assert (present.joined == -1).all()
    assert (present.user < 80).all()
    np.testing.assert_array_equal(anyone.joined, np.where(anyone.user < 80, -1, (anyone.user - 80) // 8))
    assert 2 <= (anyone.joined == -1).sum() <= 25, "about a fifth of them were there from the start"
    assert anyone.joined.max() > 30


def test_where_nobody_arrives_it_makes_no_difference_whom_creators_are_drawn_from() -> None:
    present, anyone = (built(400, 50, population__creators_from=word).creators for word in ("present", "anyone"))
    np.testing.assert_array_equal(present.user, anyone.user)


@pytest.mark.parametrize("engine", ENGINES)
def test_creators_arrive_over_time_and_post_from_the_day_after(engine: Any) -> None:
    model = Recorded({**GROWING, "population.creators_from": "anyone"}, seed=4, threads=1, engine=engine)
    creators, joined = model.state.creators, model.state.creators.joined
    minds_at_first = model.state.minds.mood.copy()
    active = []
    for day in range(12):
        model.step()
        new = joined >= day
        assert not creators.posted[new].any()
        assert not creators.views[new].any()
        assert (model.state.minds.mood[new] == minds_at_first[new]).all()
        assert (model.state.minds.trials[new] == 0).all()
        active.append(int(creators.posted.sum()))
    assert len(set(joined.tolist())) > 4
    assert active[-1] > active[0] + 8
    assert (creators.total_views[joined > 2] > 0).any()


@pytest.mark.parametrize("word", ["present", "anyone"])
def test_both_engines_agree_while_users_and_creators_arrive(word: str) -> None:
    values = {**GROWING, "population.creators_from": word, "population.departure_rate": 0.02}
    assert_same_history(*(lived(10, values, seed=7, threads=1, engine=engine) for engine in ENGINES))
