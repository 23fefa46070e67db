"""Nudges to take a break, in a run."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.engines.histories import assert_same_history, lived
from tests.worlds import ENGINES, SMALL

VALUES = {**SMALL, "session.nudge_after": 6}


@pytest.mark.parametrize("engine", ENGINES)
def test_a_nudge_that_all_heed_ends_every_session(engine: Any) -> None:
    model = lived(4, {**VALUES, "session.break_nudge": 1.0}, seed=4, threads=1, engine=engine)
    for totals in model.counts:
        assert 0 < totals.views <= 6 * totals.sessions


def test_the_more_heed_it_the_less_is_watched_and_nobody_opens_the_app_less_on_the_first_day() -> None:
    first = [lived(1, {**VALUES, "session.break_nudge": p}, seed=4, threads=1).counts[0] for p in (0.0, 0.5, 1.0)]
    assert len({totals.sessions for totals in first}) == 1
    views = [totals.views for totals in first]
    assert views == sorted(set(views), reverse=True)


def test_a_nudge_after_the_longest_session_changes_nothing() -> None:
    plain = lived(5, SMALL, seed=4, threads=1)
    nudged = lived(5, {**SMALL, "session.break_nudge": 1.0, "session.nudge_after": 60}, seed=4, threads=1)
    assert_same_history(plain, nudged)


def test_a_lever_moved_in_a_run_nudges_from_that_day_on() -> None:
    nudge = [
        {"day": 3, "lever": "session.break_nudge", "value": 1.0},
        {"day": 3, "lever": "session.nudge_after", "value": 2},
    ]
    model = lived(6, SMALL, seed=4, threads=1, interventions=nudge)
    lengths = np.array([totals.views / totals.sessions for totals in model.counts])
    assert (lengths[:3] > 4.0).all()
    assert (lengths[3:] <= 2.0).all()
