"""Fear of missing out and use correlate about .5: between .4 and .6.

Above .4 a correlation is nearer to .5 than to a medium one (.3 in Cohen 1988); the bound above lies as far off.
"""

import pytest

from benchmarks.validation.directions.viewers import FOMO_AND_USE
from tests.validation.verdicts import assert_holds, judged

pytestmark = pytest.mark.validation


def test_they_correlate_about_one_half() -> None:
    assert_holds(FOMO_AND_USE)


def test_they_do_not_where_the_fear_makes_nobody_open_the_app_or_stay() -> None:
    free = judged(FOMO_AND_USE, {"wellbeing.checking": 0.0, "wellbeing.staying": 0.0}, seeds=4)["correlation"]
    assert free.found.high < free.expectation.low
