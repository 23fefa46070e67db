"""Targets of a world at rest: what is counted of a future, by hand; and in their quick form they run and are drawn."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import numpy as np
import pytest

from benchmarks.validation.data import data_folder
from benchmarks.validation.rest_lives import ebb_and_flow, give, unfollowers
from benchmarks.validation.rest_peers import rewired, ties_of
from benchmarks.validation.rest_worlds import Future, future, standing
from benchmarks.validation.target import Effort
from benchmarks.validation.targets import AT_REST
from tests.worlds import small

BY_NAME = {target.name: target for target in AT_REST}


def lived(rows: list[tuple[int, int, int, bool, bool]], followers: Any = ((9, 9), (9, 9))) -> Future:
    """A future of two creators, from (user, creator, day, begun, left)."""
    user, creator, day, begun, left = (np.array(column) for column in zip(*rows, strict=True))
    return Future(np.array(followers), user, creator, day, begun, left)


def test_a_tie_that_stood_is_broken_once_and_by_its_user() -> None:
    life = lived(
        [
            (0, 1, 0, False, True),  # stood, and is ended
            (0, 1, 1, True, False),  # begins again
            (0, 1, 2, False, True),  # ended again: counts as an unfollow, not as a standing tie
            (2, 1, 0, False, False),  # left the platform
            (3, 1, 1, False, True),  # did not stand
            (4, 0, 1, False, True),  # stood, of another creator
        ]
    )
    ties = np.array([0 * 2 + 1, 2 * 2 + 1, 4 * 2 + 0])
    assert life.broken(ties, np.array([1])) == 1
    assert life.broken(ties, np.array([0, 1])) == 2
    assert life.unfollows(np.array([1])) == 3
    assert life.gained(np.array([0, 1])).tolist() == [0, 1]
    assert unfollowers(life, ties) == pytest.approx(2 / 3)


def test_a_future_is_what_the_model_lived() -> None:
    model = small(record="daily")
    before = standing(model)
    life = future(model, 6)
    change = life.begun.sum() - (~life.begun).sum()
    assert standing(model).size - before.size == change == life.followers[-1].sum() - life.followers[0].sum()
    assert np.array_equal(np.unique(standing(model)), np.sort(standing(model)))
    assert life.begun.any() and life.left.any()


def test_months_that_end_lower_are_counted_of_accounts_that_stay() -> None:
    model = small(record="daily")
    followers = np.full((61, 20), 5)
    followers[0, :3] = followers[30, :3] = followers[60, :3] = 50
    followers[30, 0] = 40  # down and up
    followers[31, 1] = 0  # closed
    model.state.creators.joined[:] = -100
    assert ebb_and_flow(lived([(0, 0, 0, True, False)], followers), model) == pytest.approx(1 / 4)


def test_followers_are_given_and_the_books_balance() -> None:
    model = small(record="daily")
    groups = [np.array([k]) for k in range(4)]
    give(model, groups, seed=1)
    assert model.state.creators.followers[:4].tolist() == [1, 4, 16, 64]
    assert np.unique(standing(model)).size == standing(model).size == 85
    model.run_for(2)


def test_rewiring_keeps_how_many_peers_everybody_has() -> None:
    model = small(record="daily")
    graph = rewired(model, seed=1)
    assert graph.degree().tolist() == model.scenario.graph().degree().tolist()
    assert np.array_equal(graph.node_attributes["community"], model.state.users.community)
    assert len(ties_of(model)) == graph.peers.size
    assert not np.array_equal(graph.peers, model.state.peers.peer)


@pytest.mark.validation
@pytest.mark.parametrize("name", BY_NAME)
def test_it_gives_numbers_and_a_figure(name: str) -> None:
    effort = Effort(quick=True, data=data_folder())
    if lacking := BY_NAME[name].lacks(effort):
        pytest.skip(f"real data are not there: {', '.join(lacking)}")
    evidence = BY_NAME[name].measure(effort)
    assert all(band.fitted is not None and band.source for band in evidence.bands)
    file = BytesIO()
    BY_NAME[name].figure(evidence).savefig(file, format="png")
    assert len(file.getvalue()) > 10_000
