"""One early like: the pair differs in the like alone, likes bring likes where they are gone by, and only there."""

import numpy as np
import pytest

from benchmarks.validation import Effort
from benchmarks.validation.early_like import EARLY_LIKE, FINAL, NEXT, effects, lives


def test_the_same_people_see_the_same_posts_on_the_day() -> None:
    (views, likes), (usual_views, usual) = (lives(1, 160, given) for given in (1, 0))
    np.testing.assert_array_equal(views[0], usual_views[0])
    assert (likes[0] >= usual[0]).all(), "on the same draws, one more like takes none away"
    assert likes[0].sum() > usual[0].sum()


def test_it_sways_nobody_who_does_not_go_by_likes() -> None:
    found, _ = effects(1, 160, **{"decision.like_herding": 0.0})
    assert found[NEXT] == 1.0


def test_a_post_counts_until_the_next_one() -> None:
    views, likes = lives(2, 800, 0)
    assert (views[1:].sum(axis=0) == 0).any(), "some posts live for a day"
    assert (views[1:].sum(axis=0) > 0).any(), "and some for longer"
    assert (likes <= views).all()


def test_it_is_met_and_drawn() -> None:
    found = EARLY_LIKE.measure(Effort(quick=True))
    assert [(band.name, band.given) for band in found.bands] == [(NEXT, 1.32), (FINAL, 1.25)]
    assert [(band.low, band.high) for band in found.bands] == [
        pytest.approx((1.16, 1.48)),
        pytest.approx((1.125, 1.375)),
    ]
    assert found.bands[0].met and found.bands[1].found.low > 1.0
    ratios, ages = EARLY_LIKE.figure(found).axes
    assert [label.get_text() for label in ratios.get_yticklabels()] == [
        "next likes,\nper view",
        "likes in the end,\nper post",
    ]
    assert ages.get_xlabel() == "age of the post (days)"
