"""Bought followers help where the crowd weighs, do nothing where it does not, and hurt once they are purged."""

import pytest

from benchmarks.validation.directions.buying import BOUGHT_FOLLOWERS
from tests.validation.verdicts import assert_holds, judged

pytestmark = pytest.mark.validation


def test_they_help_with_a_crowd_and_hurt_after_a_purge() -> None:
    assert_holds(BOUGHT_FOLLOWERS)


def test_where_a_purge_exposes_nobody_what_they_brought_stays() -> None:
    kept = judged(BOUGHT_FOLLOWERS, {"minds.voice.exposure": 0.0}, seeds=5, only=["in_the_end"])["in_the_end"]
    assert kept.found.low > 0.0
