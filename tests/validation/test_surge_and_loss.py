"""A surge of likes lifts mood, and a loss lowers it more: exactly so for one creator, and where it happens to many."""

from dataclasses import replace

import pytest

from benchmarks.validation.directions.branches import claim
from benchmarks.validation.directions.likes import SURGE_AND_LOSS, VIEWERS, constant_likes
from simulation.parameters import Parameters
from tests.validation.verdicts import assert_holds, judged
from tests.worlds import ENGINES

pytestmark = pytest.mark.validation

USED_TO = [VIEWERS // 2] * 400
"""Days until nothing of these likes is a surprise."""
EVEN = claim("loss_weighs", "A loss moves mood as much as a surge, to a tenth", "times", 0.9, 1.1)
ENGINES_AND_DAYS = [(engine, USED_TO if engine == "compiled" else USED_TO[:250]) for engine in ENGINES]


@pytest.mark.parametrize(("engine", "calm"), ENGINES_AND_DAYS)
def test_a_loss_weighs_as_a_surge_times_the_loss_aversion(engine: str, calm: list[int]) -> None:
    """15 likes are as far above 7 in log(1 + likes) as 3 are below."""
    surge, loss = (constant_likes([*calm, count], engine).mood[-2:] for count in (VIEWERS, VIEWERS // 4))
    assert abs(surge[0]) < 1e-8
    assert surge[1] > 0.0 > loss[1]
    assert -loss[1] / surge[1] == pytest.approx(Parameters().minds.mood.loss_aversion, rel=1e-6)


def test_where_everybody_gets_more_or_fewer_likes_the_loss_weighs_more() -> None:
    assert_holds(SURGE_AND_LOSS)


def test_without_loss_aversion_neither_weighs_a_tenth_more() -> None:
    """Even so a loss weighs 1.5% more, with a standard deviation of 3.2% (160 seeds): weights that differ by a tenth
    would pass with probability .01, these fail with probability .0002.
    """
    even = replace(SURGE_AND_LOSS, claims=(EVEN,))
    assert judged(even, {"minds.mood.loss_aversion": 1.0})[EVEN.name].holds(0.01)
