"""Chasing metrics raises the followers of creators with a strong voice early, and costs them later.

Where else it holds, and where it does not, stands in ``docs/directions.md``.
"""

import pytest

from benchmarks.validation.directions.voices import PARADOX
from tests.validation.verdicts import assert_holds, judged

pytestmark = pytest.mark.validation


def test_trends_pay_soon_and_cost_later() -> None:
    assert_holds(PARADOX)


def test_they_go_on_paying_where_authenticity_does_not_erode() -> None:
    later = judged(PARADOX, {"minds.voice.erosion": 0.0}, seeds=10)["later"]
    assert later.found.low > later.expectation.high
