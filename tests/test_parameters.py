"""The parameter tree: the ways in, what is refused and in which words, and the way out to TOML and back."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from simulation.errors import ConfigError, ParameterError
from simulation.parameters import KNOWN, Parameters, parse_assignment, read_toml
from simulation.users.decisions import DecisionParameters
from tests.told import raises

NUMBERS = [name for name, declared in KNOWN.items() if declared.low is not None]
WHOLE = [name for name in NUMBERS if type(KNOWN[name].default) is int]
REAL = [name for name in NUMBERS if type(KNOWN[name].default) is float]
WORDS = [name for name, declared in KNOWN.items() if declared.choices]
FLAGS = [name for name, declared in KNOWN.items() if isinstance(declared.default, bool)]


def valid(name: str) -> st.SearchStrategy[Any]:
    declared = KNOWN[name]
    if declared.choices:
        return st.sampled_from(declared.choices)
    if isinstance(declared.default, bool):
        return st.booleans()
    assert declared.low is not None
    assert declared.high is not None
    if isinstance(declared.default, int):
        return st.integers(int(declared.low), int(declared.high))
    return st.floats(declared.low, declared.high)


@st.composite
def settings_of_some(draw: st.DrawFn) -> dict[str, Any]:
    names = draw(st.lists(st.sampled_from(sorted(KNOWN)), unique=True, max_size=12))
    return {name: draw(valid(name)) for name in names}


def test_the_four_types_of_parameters_are_all_there_are() -> None:
    assert sorted([*WHOLE, *REAL, *WORDS, *FLAGS]) == sorted(KNOWN)


# --- bounds and types ---------------------------------------------------------------------------------------------


def refused(name: str, value: Any) -> ParameterError:
    """The error of setting a parameter to a value, which names both."""
    with pytest.raises(ParameterError) as caught:
        Parameters().with_values({name: value})
    assert caught.value.parameter == name
    assert caught.value.value is value
    for part in (name, repr(value), caught.value.allowed, repr(KNOWN[name].default)):
        assert part in str(caught.value)
    return caught.value


def test_bounds_are_inclusive() -> None:
    for name in NUMBERS:
        declared = KNOWN[name]
        kind: Any = type(declared.default)
        for bound in (declared.low, declared.high):
            assert Parameters().with_values({name: kind(bound)})[name] == bound, name


def test_what_lies_beyond_a_bound_is_refused_with_name_value_and_bounds() -> None:
    for name in NUMBERS:
        declared = KNOWN[name]
        assert declared.low is not None
        assert declared.high is not None
        whole = name in WHOLE
        below = int(declared.low) - 1 if whole else math.nextafter(declared.low, -math.inf)
        above = int(declared.high) + 1 if whole else math.nextafter(declared.high, math.inf)
        for value in (below, above):
            allowed = refused(name, value).allowed
            for part in (f"{declared.low:g}", f"{declared.high:g}", "" if declared.unit == "1" else declared.unit):
                assert part in allowed


@pytest.mark.parametrize(
    ("names", "allowed", "wrong"),
    [
        (REAL, "a finite number", [math.nan, math.inf, -math.inf, True, False, "0.5", None, [0.5], 1j]),
        (WHOLE, "a whole number", [1.5, 1.0, math.nan, True, "1", None, [1]]),
        (FLAGS, "true or false", [0, 1, "true", None]),
        (WORDS, "one of", ["Logit", "", 0, None]),
    ],
    ids=["real", "whole", "flag", "word"],
)
def test_every_parameter_takes_values_of_its_type_only(names: list[str], allowed: str, wrong: list[Any]) -> None:
    for name in names:
        for value in wrong:
            found = refused(name, value).allowed
            assert found.startswith(allowed)
            assert all(word in found for word in KNOWN[name].choices)


def test_whole_numbers_do_for_real_parameters() -> None:
    assert Parameters().with_values({"decision.follow_threshold": 1})["decision.follow_threshold"] == 1.0


@pytest.mark.parametrize("kind", [np.int64, np.int32, np.uint16])
def test_whole_numbers_of_numpy_are_whole_numbers(kind: type[Any]) -> None:
    """Sizes are often computed: ``{"population.users": array.size // 2}``."""
    found = Parameters().with_values({"population.users": kind(70)})["population.users"]
    assert found == 70
    assert type(found) is int


@pytest.mark.parametrize("kind", [np.float64, np.float32])
def test_real_numbers_of_numpy_are_real_numbers(kind: type[Any]) -> None:
    found = Parameters().with_values({"decision.follow_threshold": kind(0.5)})["decision.follow_threshold"]
    assert found == 0.5
    assert isinstance(found, float)


def test_all_problems_are_told_at_once() -> None:
    with pytest.raises(ParameterError) as caught:
        Parameters(decision={"follow_threshold": 9.0}, feed={"prior": -1.0})
    assert {one.parameter: one.value for one in caught.value.several} == {
        "decision.follow_threshold": 9.0,
        "feed.prior": -1.0,
    }
    assert all(str(one) in str(caught.value) for one in caught.value.several)


# --- names --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("decision.follow_treshold", "decision.follow_threshold"),
        ("popularity_bias", "feed.popularity_bias"),
        ("platform.popularity_bias", "feed.popularity_bias"),
        ("population.user", "population.users"),
        ("factors.talent.wieght", "factors.talent.weight"),
        ("feed.mix.folowing", "feed.mix.following"),
    ],
)
def test_an_unknown_name_is_refused_and_the_nearest_known_one_named(name: str, near: str) -> None:
    with pytest.raises(ParameterError) as caught:
        Parameters().with_values({name: 1})
    assert caught.value.parameter == name
    assert near in caught.value.near
    for part in (name, *caught.value.near):
        assert part in str(caught.value)
    with pytest.raises(ParameterError) as read:
        Parameters()[name]
    assert str(read.value) == str(caught.value)


def test_a_name_like_nothing_known_points_to_the_list() -> None:
    with raises(ParameterError, "`follower-dynamics parameters`") as caught:
        Parameters()["xyzzy"]
    assert (caught.value.parameter, caught.value.near) == ("xyzzy", ())


@pytest.mark.parametrize("name", ["decision", "feed.mix", "feed.values", "decision.follow_rule.x", "", ".", "self"])
def test_only_parameters_have_values(name: str) -> None:
    with pytest.raises(ParameterError) as caught:
        Parameters().with_values({name: 1})
    assert caught.value.parameter == name


@pytest.mark.parametrize("name", ["decisions", "self", "seed"])
def test_an_unknown_section_is_refused(name: str) -> None:
    with pytest.raises(ParameterError) as caught:
        Parameters(**{name: {}})
    assert caught.value.parameter == name


def test_a_name_unknown_inside_a_section_is_refused() -> None:
    with pytest.raises(ParameterError) as caught:
        Parameters(decision={"follow_treshold": 0.5})
    assert (caught.value.parameter, caught.value.near[0]) == ("decision.follow_treshold", "decision.follow_threshold")


@pytest.mark.parametrize("value", [3, "x", [1], None])
def test_a_section_must_be_a_table(value: Any) -> None:
    with pytest.raises(ParameterError) as caught:
        Parameters(decision=value)
    assert (caught.value.parameter, caught.value.value) == ("decision", value)
    assert "table" in caught.value.allowed


# --- the tree -----------------------------------------------------------------------------------------------------


def test_the_three_ways_to_set_a_parameter_agree() -> None:
    by_table = Parameters(decision={"follow_threshold": 0.6})
    by_section = Parameters(decision=DecisionParameters(follow_threshold=0.6))
    by_name = Parameters().with_values({"decision.follow_threshold": 0.6})
    assert by_table == by_section == by_name
    assert by_table != Parameters()


def test_parameters_are_frozen() -> None:
    parameters = Parameters()
    with pytest.raises(ValidationError):
        parameters.decision = DecisionParameters()
    with pytest.raises(ValidationError):
        parameters.decision.follow_threshold = 0.1


def test_with_values_leaves_the_original_alone() -> None:
    parameters = Parameters()
    changed = parameters.with_values({"feed.mix.random": 0.5})
    assert parameters == Parameters()
    assert changed.changed() == {"feed.mix.random": 0.5}


@settings(max_examples=60, deadline=None)
@given(settings_of_some())
def test_flat_changed_and_items_agree(values: dict[str, Any]) -> None:
    parameters = Parameters().with_values(values)
    flat = parameters.flat()
    assert list(flat) == list(KNOWN)
    assert {name: flat[name] for name in values} == values
    assert all(parameters[name] == value for name, value in flat.items())
    assert parameters.changed() == {name: v for name, v in values.items() if v != KNOWN[name].default}
    assert Parameters().with_values(flat) == parameters
    assert Parameters().with_values(parameters.changed()) == parameters


# --- TOML ---------------------------------------------------------------------------------------------------------


@settings(max_examples=60, deadline=None)
@given(values=settings_of_some(), only_changed=st.booleans())
def test_toml_comes_back_equal(
    tmp_path_factory: pytest.TempPathFactory, values: dict[str, Any], only_changed: bool
) -> None:
    parameters = Parameters().with_values(values)
    path = tmp_path_factory.getbasetemp() / "parameters.toml"
    path.write_text(parameters.to_toml(only_changed=only_changed), encoding="utf-8")
    assert Parameters.from_toml(path) == parameters


def test_toml_of_the_defaults_holds_everything_or_nothing() -> None:
    assert Parameters().to_toml(only_changed=True) == ""
    assert Parameters().to_toml().count(" = ") == len(KNOWN)


def test_toml_accepts_path_and_text(tmp_path: Path) -> None:
    path = tmp_path / "parameters.toml"
    path.write_text("[decision]\nfollow_threshold = 0.6\n[feed.mix]\nrandom = 1\n")
    for way in (path, str(path)):
        assert Parameters.from_toml(way).changed() == {"decision.follow_threshold": 0.6, "feed.mix.random": 1.0}


@pytest.mark.parametrize("content", [b"[decision\n", b"a = 1\na = 2\n", b"\xff\xfe\x00", b"PK\x03\x04\x00\x00"])
def test_what_is_no_toml_is_refused_by_file_name(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "broken.toml"
    path.write_bytes(content)
    with raises(ConfigError, "TOML") as caught:
        read_toml(path)
    assert caught.value.path == path
    assert str(path) in str(caught.value)


def test_a_file_that_is_not_there_or_is_a_folder_is_refused(tmp_path: Path) -> None:
    for path, why in ((tmp_path / "nothing.toml", "file"), (tmp_path, "read")):
        with raises(ConfigError, why) as caught:
            Parameters.from_toml(path)
        assert caught.value.path == path
        assert str(path) in str(caught.value)


@pytest.mark.parametrize(
    ("text", "parameter"),
    [
        ("[decision]\nfollow_treshold = 0.5", "decision.follow_treshold"),
        ("[decisoin]\nfollow_threshold = 0.5", "decisoin"),
        ("decision = 3", "decision"),
        ("[decision]\nfollow_threshold = nan", "decision.follow_threshold"),
        ("[decision]\nfollow_threshold = 1979-05-27", "decision.follow_threshold"),
        ("self = 1", "self"),
    ],
)
def test_toml_that_does_not_say_what_it_should_is_refused(tmp_path: Path, text: str, parameter: str) -> None:
    path = tmp_path / "wrong.toml"
    path.write_text(text)
    with pytest.raises(ParameterError) as caught:
        Parameters.from_toml(path)
    assert caught.value.parameter == parameter
    assert parameter in str(caught.value)


# --- name=value ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("decision.follow_threshold=0.6", ("decision.follow_threshold", 0.6)),
        (" population.users = 1_000 ", ("population.users", 1000)),
        ("feed.distinct=true", ("feed.distinct", True)),
        ("decision.follow_rule=always", ("decision.follow_rule", "always")),
        ('decision.follow_rule="always"', ("decision.follow_rule", "always")),
        ("feed.prior=1e-3", ("feed.prior", 1e-3)),
        ("feed.distinct=maybe = so", ("feed.distinct", "maybe = so")),
    ],
)
def test_assignments_are_read_as_toml_values(text: str, expected: tuple[str, object]) -> None:
    found = parse_assignment(text)
    assert found == expected
    assert type(found[1]) is type(expected[1])


@pytest.mark.parametrize("text", ["", "decision.follow_threshold", "decision.follow_threshold=", "feed.prior=  "])
def test_assignments_that_set_nothing_are_refused(text: str) -> None:
    with raises(ParameterError, "NAME=VALUE"):
        parse_assignment(text)


@pytest.mark.parametrize("text", ["=1", "follow_treshold=1", "decision=1"])
def test_assignments_to_unknown_names_are_refused(text: str) -> None:
    with pytest.raises(ParameterError) as caught:
        parse_assignment(text)
    assert caught.value.parameter == text.removesuffix("=1")


def test_an_assignment_is_one_value() -> None:
    """A line break must not smuggle in a second assignment, of which nothing would be heard again."""
    refused(*parse_assignment("population.users=5\nanything = 7"))


@settings(max_examples=60, deadline=None)
@given(settings_of_some())
def test_assignments_written_as_toml_set_what_they_say(values: dict[str, Any]) -> None:
    import tomli_w

    texts = [f"{name}={tomli_w.dumps({'x': value}).partition('=')[2].strip()}" for name, value in values.items()]
    assert Parameters().with_values(dict(parse_assignment(text) for text in texts)).flat() == {
        **Parameters().flat(),
        **values,
    }
