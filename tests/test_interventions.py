"""Interventions: what one is, what is refused and in which words, and the ways in and out."""

from __future__ import annotations

import doctest
import json
import tomllib
from typing import Any

import numpy as np
import pytest
import tomli_w
from hypothesis import given
from hypothesis import strategies as st

from simulation import interventions
from simulation.errors import ParameterError
from simulation.interventions import (
    ACTS,
    LEVERS,
    Intervention,
    as_data,
    check_days,
    lever_name,
    parse_intervention,
    read_interventions,
)
from simulation.parameters import KNOWN
from tests.told import raises, tells

BIAS = "feed.popularity_bias"


def refusal(*arguments: Any, **named: Any) -> str:
    with pytest.raises(ParameterError) as caught:
        Intervention(*arguments, **named)
    return str(caught.value)


def values_of(act: interventions.Act) -> st.SearchStrategy[Any]:
    """Every value that an act may have."""
    if act.choices:
        return st.sampled_from(act.choices)
    return st.integers(int(act.low), int(act.high)) if act.whole else st.floats(act.low, act.high)


@st.composite
def any_intervention(draw: st.DrawFn) -> Intervention:
    """A lever or act with any value it may have."""
    day, lever = draw(st.integers(0, 10**6)), draw(st.sampled_from([*LEVERS, *ACTS]))
    if lever in ACTS:
        act = ACTS[lever]
        value: Any = draw(values_of(act))
        if act.adds_up:  # up to eight of them may meet one creator
            value = min(value, int(act.high) // 8)
        least = 0 if act.everybody else 1
        return Intervention(day, lever, value, tuple(draw(st.sets(st.integers(0, 99), min_size=least))))
    declared = LEVERS[lever]
    if isinstance(declared.default, bool):
        return Intervention(day, lever, draw(st.booleans()))
    assert declared.low is not None
    assert declared.high is not None
    whole = isinstance(declared.default, int)
    low, high = int(declared.low), int(declared.high)
    return Intervention(day, lever, draw(st.integers(low, high) if whole else st.floats(declared.low, declared.high)))


def free_of_contradictions(found: list[Intervention]) -> list[Intervention]:
    """At most one of a lever and day."""
    return list({(item.day, item.lever): item for item in found}.values())


def test_the_examples_are_true() -> None:
    tried = doctest.testmod(interventions)
    assert tried.attempted >= 5
    assert tried.failed == 0


# --- levers and acts --------------------------------------------------------------------------------------------------


def test_levers_are_the_parameters_declared_as_levers() -> None:
    assert set(LEVERS) == {name for name, declared in KNOWN.items() if declared.kind == "lever"}
    assert {BIAS, "feed.hide_follower_counts", "feed.mix.popular"} <= set(LEVERS)


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
def test_every_act_says_what_it_is_and_has_a_name_that_is_nobody_elses(act: interventions.Act) -> None:
    assert len(act.about.split()) >= 4
    assert act.about[0].isupper()
    assert not act.about.endswith(".")
    assert act.unit
    assert act.low < act.high
    assert act.name not in {known.rpartition(".")[2] for known in KNOWN}


def test_the_end_of_a_name_is_enough_where_no_other_lever_ends_so() -> None:
    ends = [lever.rpartition(".")[2] for lever in LEVERS]
    for lever, end in zip(LEVERS, ends, strict=True):
        if ends.count(end) == 1:
            assert lever_name(end) == lever
    assert lever_name("mix.popular") == "feed.mix.popular"
    assert lever_name("popularity_bias") == BIAS
    assert lever_name("purge") == "purge"


def test_an_end_that_two_levers_share_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    levers = {**LEVERS, "other.popularity_bias": LEVERS[BIAS]}
    monkeypatch.setattr("simulation.interventions._levers", lambda: levers)
    with raises(ParameterError, "'popularity_bias'") as caught:
        lever_name("popularity_bias")
    assert BIAS in str(caught.value)
    assert "other.popularity_bias" in str(caught.value)
    assert lever_name(BIAS) == BIAS


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("popularty_bias", f"lever 'popularty_bias' {BIAS}"),
        ("feed.popularty_bias", f"{BIAS}"),
        ("bought_folowers", "bought_followers"),
        ("xyzzy", "lever 'xyzzy' `follower-dynamics levers`"),
        ("", "lever ''"),
        ("population.users", "population.users constant"),
        ("users", "population.users constant"),
        ("feed.prior", "feed.prior uncertainty"),
        ("follow_threshold", "decision.follow_threshold uncertainty"),
        (3, "lever 3 'feed.popularity_bias'"),
    ],
)
def test_what_is_no_lever_is_refused(name: Any, says: str) -> None:
    assert tells(refusal(0, name, 1), says)


# --- one intervention -------------------------------------------------------------------------------------------------


def test_an_intervention_is_normal_once_it_is_made() -> None:
    made = Intervention(np.int64(3), "popularity_bias", np.float32(0.5))  # type: ignore[arg-type]
    assert made == Intervention(3, BIAS, 0.5)
    assert (type(made.day), type(made.value)) == (int, float)
    assert type(Intervention(3, BIAS, 0).value) is float
    bought = Intervention(0, "bought_followers", np.int32(7), [np.int64(17), 3])  # type: ignore[arg-type]
    assert bought == Intervention(0, "bought_followers", 7, (3, 17))
    assert {type(item) for item in (bought.value, *bought.creators)} == {int}
    assert hash(made) == hash(Intervention(3, BIAS, 0.5))


@pytest.mark.parametrize("day", [-1, 1.0, True, "3", None, np.float64(2)])
def test_a_day_is_a_whole_number(day: Any) -> None:
    with raises(ParameterError, "day", repr(day), "whole number 0", parameter="day"):
        Intervention(day, BIAS, 1.0)


@pytest.mark.parametrize(
    ("lever", "value", "says"),
    [
        (BIAS, 99, "feed.popularity_bias 99 finite number 0 5"),
        (BIAS, float("nan"), "finite number"),
        (BIAS, True, "finite number"),
        ("hide_follower_counts", 1, "feed.hide_follower_counts 1 true false"),
        ("bought_followers", 0, "bought_followers 0 whole number 1"),
        ("bought_followers", 2.0, "whole number 1"),
        ("bought_followers", True, "whole number 1"),
        ("bought_followers", 10**12, "whole number 1"),
        ("bought_likes", "many", "bought_likes 'many' whole number"),
        ("purge", 1.01, "purge 1.01 finite number 0 1"),
        ("purge", float("nan"), "finite number 0 1"),
        ("purge", False, "finite number 0 1"),
        ("sponsored_post", -0.1, "sponsored_post -0.1 finite number 0 1"),
        ("sponsored_post", None, "finite number 0 1"),
    ],
)
def test_a_value_is_of_the_kind_and_within_the_bounds_declared(lever: str, value: Any, says: str) -> None:
    creators = (1,) if lever in ACTS else ()
    assert tells(refusal(0, lever, value, creators), says)


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
def test_bounds_of_acts_are_inclusive(act: interventions.Act) -> None:
    for bound in act.choices or (act.low, act.high):
        assert Intervention(0, act.name, bound, (0,)).value == bound


@pytest.mark.parametrize("creators", ["3,17", 3, None, [1.0], [True], [-1], ["3"], {3: 17}, [None]])
def test_creators_are_whole_numbers(creators: Any) -> None:
    assert tells(refusal(0, "bought_likes", 5, creators), "creators", repr(creators), "numbers 0 [3, 17]")


def test_each_creator_is_named_once() -> None:
    assert tells(refusal(0, "bought_likes", 5, (3, 4, 3)), "once")


def test_a_lever_holds_for_everybody() -> None:
    assert tells(refusal(0, "popularity_bias", 1.0, (3,)), BIAS, "creators")


@pytest.mark.parametrize("name", ACTS)
def test_an_act_is_done_to_creators_and_only_some_to_all(name: str) -> None:
    value = "engage" if name == "keep_strategy" else 1
    if name in {"purge", "keep_strategy"}:
        assert Intervention(0, name, value).creators == ()
    else:
        assert tells(refusal(0, name, value), name, "creators")


def test_purchases_of_a_creator_may_not_add_up_to_more_than_the_most() -> None:
    bought = [Intervention(day, "bought_followers", 40_000_000, (3, 4)) for day in (1, 2)]
    assert len(read_interventions(bought)) == 2
    third = Intervention(9, "bought_followers", 40_000_000, (4,))
    with raises(ParameterError, "bought_followers creator 4 120,000,000 100,000,000"):
        read_interventions([*bought, third])


def test_a_strategy_to_keep_to_is_one_of_those_there_are() -> None:
    says = "keep_strategy 'shout' own_voice, chase_trends, engage, collaborate"
    assert tells(refusal(0, "keep_strategy", "shout", (1,)), says)
    assert parse_intervention("30 keep_strategy=engage @ 2,1") == Intervention(30, "keep_strategy", "engage", (1, 2))


# --- several ----------------------------------------------------------------------------------------------------------


def test_they_come_by_day_and_within_a_day_as_given() -> None:
    given = [
        Intervention(5, "session_cap", 9),
        {"day": 2, "lever": "bought_followers", "value": 10, "creators": [1]},
        Intervention(5, BIAS, 0.5),
        {"day": 2, "lever": "bought_followers", "value": 10, "creators": [1]},
        {"day": 0, "lever": "purge", "value": 1},
    ]
    found = read_interventions(given)  # type: ignore[arg-type]
    assert [(item.day, item.lever) for item in found] == [
        (0, "purge"),
        (2, "bought_followers"),
        (2, "bought_followers"),
        (5, "session.session_cap"),
        (5, BIAS),
    ]
    assert read_interventions(iter(found)) == found
    assert read_interventions([]) == ()


def several(*given: Any, creators: int | None = None) -> str:
    with pytest.raises(ParameterError) as caught:
        read_interventions([Intervention(0, "purge", 1), *given], creators)
    return str(caught.value)


def test_a_refusal_says_which_one_it_is_about() -> None:
    says = several({"day": 2, "lever": "popularty_bias", "value": 1})
    assert tells(says, "intervention 2 'popularty_bias'", BIAS)
    says = several({"day": 2, "lever": BIAS, "value": 1}, {"day": -1, "lever": BIAS, "value": 1})
    assert tells(says, "intervention 3 day -1 whole number 0")


@pytest.mark.parametrize(
    ("item", "says"),
    [
        ({"day": 1, "lever": BIAS}, "value day lever value"),
        ({"creators": [1]}, "day lever value"),
        ({"day": 1, "lever": BIAS, "valeu": 1}, "'valeu' value"),
        ({"day": 1, "lever": BIAS, "value": 1, "xyzzy": 1}, "day lever value creators"),
        ({"day": 1, "lever": BIAS, "value": 1, 3: 1}, "3 intervention"),
        ("30 popularity_bias=1", "Intervention mapping day lever value"),
        (None, "None Intervention mapping"),
    ],
)
def test_a_mapping_has_the_names_of_an_intervention(item: Any, says: str) -> None:
    assert tells(several(item), "intervention 2", says)


@pytest.mark.parametrize("given", [{"day": 1, "lever": BIAS, "value": 1}, "30 popularity_bias=1", None, 3])
def test_one_alone_is_no_list(given: Any) -> None:
    with raises(ParameterError, "list"):
        read_interventions(given)


def test_creators_are_there() -> None:
    item = {"day": 1, "lever": "bought_likes", "value": 5, "creators": [0, 12]}
    assert tells(several(item, creators=12), "intervention 2 creator 12 0 11")
    assert len(read_interventions([item], 13)) == 1
    assert len(read_interventions([item])) == 1


def test_a_lever_has_one_value_a_day() -> None:
    first, second = {"day": 3, "lever": BIAS, "value": 0.5}, {"day": 3, "lever": "popularity_bias", "value": 2}
    says = several(first, {"day": 4, "lever": BIAS, "value": 1}, second)
    assert tells(says, "2 and 4 day 3", BIAS, "0.5 2.0")
    assert len(read_interventions([first, first])) == 2


def test_an_act_that_does_not_add_up_meets_nobody_twice_a_day() -> None:
    assert tells(several(Intervention(0, "purge", 0.5)), "1 and 2 day 0 purge twice")
    assert tells(several(Intervention(0, "purge", 1, (3,))), "1 and 2 day 0 purge twice")
    twice = [Intervention(1, "sponsored_post", 0.5, named) for named in ((1, 2), (3,), (4, 2))]
    with raises(ParameterError, "1 3 day 1 sponsored_post"):
        read_interventions(twice)
    assert len(read_interventions(twice[:2])) == 2


# --- days -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("days", "first", "simulated"), [(5, 0, "0 to 4"), (9, 6, "6 to 8"), (0, 0, None)])
def test_a_day_that_the_run_does_not_have_is_refused(days: int, first: int, simulated: str | None) -> None:
    for day in (first - 1, days):
        if day >= 0:
            with raises(ParameterError, f"'{day} {BIAS}=0.5' day {day}", simulated or "no days"):
                check_days([Intervention(day, BIAS, 0.5)], days, first)
    check_days([Intervention(day, BIAS, 0.5) for day in range(first, days)], days, first)


# --- in and out -------------------------------------------------------------------------------------------------------


@given(st.lists(any_intervention(), max_size=8).map(free_of_contradictions))
def test_data_read_back_are_the_same(found: list[Intervention]) -> None:
    known = read_interventions(found)
    data = as_data(known)
    assert read_interventions(data) == known
    assert read_interventions(json.loads(json.dumps(data))) == known
    assert read_interventions(tomllib.loads(tomli_w.dumps({"i": data}))["i"]) == known


def test_data_have_only_what_is_set() -> None:
    found = (Intervention(1, "purge", 1), Intervention(2, "bought_likes", 5, (3,)))
    assert as_data(found) == [
        {"day": 1, "lever": "purge", "value": 1.0},
        {"day": 2, "lever": "bought_likes", "value": 5, "creators": [3]},
    ]


@given(any_intervention())
def test_text_read_back_is_the_same(found: Intervention) -> None:
    assert parse_intervention(str(found)) == found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("30 popularity_bias=0", Intervention(30, BIAS, 0.0)),
        ("  30   feed.popularity_bias = 0.25 ", Intervention(30, BIAS, 0.25)),
        ("0 hide_follower_counts=true", Intervention(0, "feed.hide_follower_counts", True)),
        ("7 bought_followers=1_000 @ 17, 3", Intervention(7, "bought_followers", 1000, (3, 17))),
        ("7 purge=0.5@2", Intervention(7, "purge", 0.5, (2,))),
    ],
)
def test_text_of_the_command_line(text: str, expected: Intervention) -> None:
    assert parse_intervention(text) == expected


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "'' DAY LEVER=VALUE '30 popularity_bias=0.5'"),
        ("popularity_bias=1", "DAY ACT=VALUE @ CREATORS example '60 bought_followers=500 @ 3,17'"),
        ("30 popularity_bias", "intervention"),
        ("30 popularity_bias=", "intervention"),
        ("30 popularity_bias=1 2", "intervention"),
        ("x popularity_bias=1", "day 'x' whole number"),
        ("-3 popularity_bias=1", "day -3 whole number 0"),
        ("3.5 popularity_bias=1", "day = '3.5' must be"),
        ("3 popularity_bias=high", f"{BIAS} 'high'"),
        ("3 hide_follower_counts=yes", "feed.hide_follower_counts 'yes' true false"),
        ("3 bought_likes=5 @", "creators ('',) numbers"),
        ("3 bought_likes=5 @ 1,x", "creators (1, 'x') numbers"),
        ("3 bought_likes=5", "bought_likes creators"),
    ],
)
def test_text_that_does_not_do(text: str, says: str) -> None:
    with pytest.raises(ParameterError) as caught:
        parse_intervention(text)
    assert tells(str(caught.value), says)
