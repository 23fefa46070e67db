"""Two plug-ins of one name in one process: each scenario means its own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from simulation.creators.acts import BROUGHT_ACTS, Act
from simulation.declare import BROUGHT, Section, parameter
from simulation.engines.agents import User
from simulation.errors import ParameterError
from simulation.experiment import Arm
from simulation.experiment.run import points_of
from simulation.interventions import Intervention
from simulation.parameters import everything
from simulation.plugins import FollowRule
from simulation.records.provenance import names_told, remember
from simulation.scenario import Scenario
from simulation.study import Sweep
from tests.study.test_plugins_in_studies import experiment
from tests.told import raises


class Days(Section):
    times: int = parameter(3, about="Days", unit="days", bounds=(1, 7), kind="lever")


class Share(Section):
    times: float = parameter(0.5, about="Share", bounds=(0.0, 1.0), kind="lever")
    doubt: float = parameter(0.1, about="Doubt", bounds=(0.0, 1.0))


class Fan(User):
    """Of an agent class of one's own, so that nothing is compiled."""


def after_days(encounter: Any, choice: Any, p: Any) -> float:
    return 1.0 if encounter.day >= p.times else 0.0


def by_share(encounter: Any, choice: Any, p: Any) -> float:
    return float(p.times)


def small(world: Any, who: Any, value: Any) -> None:
    world.state.creators.sponsored[who] = value


def large(world: Any, who: Any, value: Any) -> None:
    world.state.creators.sponsored[who] = value


SIZES = {"population.users": 20, "population.creators": 3}


@pytest.fixture(params=["days first", "share first"])
def both(request: pytest.FixtureRequest) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Arguments of two scenarios, whose plug-ins were made in either order."""

    def days() -> dict[str, Any]:
        badge = Act("badge", about="Few", unit="1", do=small, high=1, everybody=True)
        return {"plugins": [FollowRule("twice", after_days, Days()), badge], "user_type": Fan}

    def share() -> dict[str, Any]:
        badge = Act("badge", about="Many", unit="1", do=large, low=5, high=9, whole=True)
        return {"plugins": [FollowRule("twice", by_share, Share()), badge], "user_type": Fan}

    first = days() if request.param == "days first" else None
    second = share()
    yield first or days(), second
    BROUGHT.forget("twice")
    BROUGHT_ACTS.forget("badge")


def test_a_value_is_what_the_plugin_of_the_scenario_allows(both: Any) -> None:
    days, share = (Scenario(SIZES, **given) for given in both)
    assert days.with_interventions(Intervention(1, "twice.times", 5)).interventions[0].value == 5
    (fraction,) = share.with_interventions(Intervention(1, "twice.times", 1)).interventions
    assert (fraction.value, type(fraction.value)) == (1.0, float)
    with raises(ParameterError, "twice.times 5 0 to 1"):
        share.with_interventions(Intervention(1, "twice.times", 5))
    with raises(ParameterError, "twice.times 0.5 whole"):
        days.with_interventions(Intervention(1, "twice.times", 0.5))
    with raises(ParameterError, "twice.times 8"):
        Intervention(1, "twice.times", 8)


def test_an_act_is_the_one_of_the_scenario(both: Any) -> None:
    days, share = (Scenario(SIZES, **given) for given in both)
    (few,) = days.with_interventions(Intervention(1, "badge", 1)).interventions
    assert (few.value, type(few.value)) == (1.0, float)
    assert share.with_interventions(Intervention(1, "badge", 7, (0,))).interventions[0].value == 7
    with raises(ParameterError, "badge 7 0 to 1"):
        days.with_interventions(Intervention(1, "badge", 7))
    with raises(ParameterError, "badge whole 5 to 9"):
        share.with_interventions(Intervention(1, "badge", 1, (0,)))
    with raises(ParameterError, "badge creators"):
        share.with_interventions(Intervention(1, "badge", 7))
    with raises(ParameterError, "badge 3.5"):
        Intervention(1, "badge", 3.5)


def test_each_does_its_own(both: Any) -> None:
    days, share = both
    model = Scenario(SIZES, interventions=[Intervention(1, "twice.times", 7)], **days).model()
    model.run_for(3)
    assert not (model.result().events["kind"] == "follow").any()
    told = Scenario(SIZES, interventions=[Intervention(1, "twice.times", 1)], **share).model()
    told.run_for(3)
    assert (told.result().events["probability"] == 1.0).any()


def test_studies_mean_the_plugin_of_their_scenario(both: Any) -> None:
    days, share = both
    for given, values in ((days, [1, 7]), (share, [0.25, 0.75])):
        sweep = Sweep("mine", days=2, levers={"twice.times": values}, scenario=Scenario(SIZES, **given))
        assert [point["twice.times"] for point in sweep.design.points] == values
    arms = (
        Arm("days", "by days", scenario=days),
        Arm("share", "by share", scenario=share),
        Arm("rare", "seldom", {"twice.times": 0.25}, scenario=share),
    )
    points = points_of(experiment(*arms), arms)
    assert [point["twice.times"] for point in points] == [3, 0.5, 0.25]


def test_the_same_place_again_takes_the_place_of_what_was() -> None:
    for high in (7, 3):

        class Again(Section):
            times: int = parameter(2, about="Days", bounds=(1, high), kind="lever")

        FollowRule("again", after_days, Again())
        Act("wave", about="Waves", unit="1", do=small, high=high, everybody=True)
    with raises(ParameterError, "again.times 5 1 to 3"):
        Intervention(1, "again.times", 5)
    with raises(ParameterError, "wave 5 0 to 3"):
        Intervention(1, "wave", 5)
    BROUGHT.forget("again")
    BROUGHT_ACTS.forget("wave")


def test_what_a_result_tells_of_is_known_beside_the_plugin_of_that_name(both: Any) -> None:
    told = names_told([Scenario(SIZES, **both[0]).description()])
    for known in ("twice", "badge"):
        BROUGHT.forget(known)
        BROUGHT_ACTS.forget(known)
    assert "twice.times" not in everything().known()
    FollowRule("twice", by_share, Share())
    remember(told)
    assert everything().known()["twice.times"].default == 0.5
    assert Intervention(1, "twice.times", 5).value == 5
    assert Intervention(1, "badge", np.float64(0.5)).value == 0.5
