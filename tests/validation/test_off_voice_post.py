"""An ordinary off-voice post costs an established creator 0 to 1% of followers; more of it, and a larger one, more.

In the field a sponsored post costs about .2% (Cheng and Zhang 2025).
"""

import pytest

from benchmarks.validation.directions.voices import OFF_VOICE
from tests.validation.verdicts import assert_holds

pytestmark = pytest.mark.validation


def test_it_costs_a_little_more_the_larger_it_and_the_creator_are() -> None:
    assert_holds(OFF_VOICE)
