"""Hiding like counts lowers likes a little (by 2 to 7%; the field study of 2019 found 4.4%) and obsession more."""

import pytest

from benchmarks.validation.directions.likes import HIDDEN_COUNTS
from tests.validation.verdicts import assert_holds, judged

pytestmark = pytest.mark.validation


def test_likes_fall_a_little_and_obsession_more() -> None:
    assert_holds(HIDDEN_COUNTS)


def test_viewers_whom_others_likes_do_not_prompt_like_as_before() -> None:
    likes = judged(HIDDEN_COUNTS, {"decision.like_prompt": 0.0}, seeds=8)["likes"]
    assert likes.found.low > likes.expectation.high
