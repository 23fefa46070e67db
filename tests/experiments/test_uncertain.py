"""The common rule by which uncertain parameters vary, over all parameters there are."""

from __future__ import annotations

import pytest

from simulation.errors import ParameterError
from simulation.experiment.uncertain import FACTOR, PLAUSIBLE, RANGES, STEPS, around, inert, uncertainties, uncertainty
from simulation.parameters import KNOWN, Parameters
from tests.told import raises

VARIED = {name: found for name in KNOWN if (found := uncertainty(name)) is not None}


def test_ranges_hold_the_default_and_are_allowed() -> None:
    assert len(VARIED) > 100
    for name, found in VARIED.items():
        assert found.low < KNOWN[name].default < found.high, name  # type: ignore[operator]
        assert KNOWN[name].kind == "uncertainty"
    for share in (0.0, 0.5, 1.0):
        corner = Parameters().with_values({name: found.at(share) for name, found in VARIED.items()})
        assert corner["creators.validation_mean"] + corner["creators.influence_mean"] < 1


@pytest.mark.parametrize(
    ("name", "low", "high", "scale"),
    [
        ("leaving.base_hazard", 0.022 / FACTOR, 0.022 * FACTOR, "log"),  # a small share: by the factor
        ("feed.momentum_memory", 1 - 0.03 * FACTOR, 1 - 0.03 / FACTOR, "linear"),  # a large one: what it lacks to 1
        ("minds.effort.most", 1 + 0.2 / FACTOR, 1 + 0.2 * FACTOR, "linear"),  # from a bound that is not 0
        ("decision.follow_threshold", 0.825, 0.925, "linear"),  # a place on the scale of appeal
        ("leaving.margin", -0.05, 0.05, "linear"),
        ("minds.burnout.hiatus", 14, 32, "linear"),  # whole days
    ],
)
def test_the_rule_by_example(name: str, low: float, high: float, scale: str) -> None:
    found = VARIED[name]
    assert (found.low, found.high, found.scale) == (pytest.approx(low), pytest.approx(high), scale)


@pytest.mark.parametrize(
    "name",
    [
        "feed.like_weight",  # 0: switched off
        "population.departure_rate",
        "minds.strategy.metric_chasing",  # 1 of a share: complete
        "minds.mood.moves",  # yes or no
        "decision.follow_rule",  # a word
        "feed.popularity_bias",  # a lever
        "population.users",  # a constant
    ],
)
def test_what_stays(name: str) -> None:
    assert uncertainty(name) is None


def test_exceptions_are_of_parameters_there_are_and_bands_of_what_is_measured() -> None:
    from simulation.experiment.declare import VOLUME

    assert set(STEPS) | set(RANGES) <= set(VARIED)
    assert set(PLAUSIBLE) == set(VOLUME)


def test_what_arms_set_or_nothing_reads_is_not_varied() -> None:
    every = {found.name for found in uncertainties([{}])}
    assert {"minds.mood.envy", "trends.rise", "leaving.margin", "change.curiosity"} <= every
    assert not {name for name in every if name.startswith("feed.pools.") or "initial_follows" in name}
    arms = [{"leaving.margin": 0.1}, {"feed.mix.staged": 0.2, "leaving.margin": 0.0}]
    assert every - {found.name for found in uncertainties(arms)} == {"leaving.margin"}
    read_by_one = {"feed.pools.growth", "decision.like_herding"}
    assert read_by_one <= {found.name for found in uncertainties(arms)} - every
    assert {found.name for found in uncertainties([{}], ("trends.", "minds.mood."))} < every
    off = {found.name for found in uncertainties([{"creators.minds": "off"}])}
    assert not {name for name in off if name.startswith(("minds.", "trends.", "wellbeing.", "follow_back."))}


def test_a_part_of_a_mind_that_is_held_reads_nothing() -> None:
    held = inert(Parameters().with_values({"minds.voice.moves": False}))
    assert "minds.voice.erosion" in held and "minds.mood.envy" not in held


def test_ranges_of_what_arms_set_follow_the_same_rule() -> None:
    envy, weight = around("minds.mood.envy", "factors.talent.weight")
    assert (envy.low, envy.high, envy.scale) == (pytest.approx(0.05 / FACTOR), pytest.approx(0.05 * FACTOR), "log")
    assert (weight.low, weight.high) == (pytest.approx(1 / FACTOR), pytest.approx(FACTOR))
    with raises(ParameterError, "minds.mood.moves"):
        around("minds.mood.moves")
