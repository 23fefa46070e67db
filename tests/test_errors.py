"""Errors: what they are to a caller, their fields, and their way through a process boundary."""

import pickle
from pathlib import Path

import pytest

from simulation.errors import (
    ConfigError,
    FactorError,
    FollowerDynamicsError,
    GraphError,
    OutputError,
    ParameterError,
    ResultError,
)

ERRORS = [
    (ParameterError("b; c", parameter="b", value=2, allowed="1", near=["bb"]), ValueError),
    (ConfigError("words", path="a.toml"), ValueError),
    (GraphError("words", path="a.csv"), ValueError),
    (FactorError("words", factor="humour"), ValueError),
    (ResultError("words", path=Path("a")), ValueError),
    (OutputError("words", path=Path("a")), OSError),
]


@pytest.mark.parametrize(("error", "builtin"), ERRORS)
def test_an_error_is_what_a_caller_expects_and_survives_pickling(
    error: FollowerDynamicsError, builtin: type[Exception]
) -> None:
    assert isinstance(error, FollowerDynamicsError)
    assert isinstance(error, builtin)
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is type(error)
    assert str(again) == str(error)
    assert vars(again) == vars(error)


@pytest.mark.parametrize("kind", [ConfigError, GraphError, ResultError, OutputError])
def test_errors_of_files_name_a_path_or_none(kind: type[ConfigError]) -> None:
    assert kind("words", path="folder/file").path == Path("folder/file")
    assert kind("words").path is None


def test_other_words_keep_the_fields() -> None:
    error = ParameterError("x", parameter="a.b", value=3, allowed="4", near=("a.c",), several=[ParameterError("y")])
    other = error.said("in line 1: x")
    assert str(other) == "in line 1: x"
    assert vars(other) == vars(error)
