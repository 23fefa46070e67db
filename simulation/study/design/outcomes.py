"""What is measured: headline outcomes, and functions of a result of one's own, by name or by reference."""

from collections.abc import Callable, Container, Mapping
from pathlib import Path
from typing import Any

from simulation.analysis.headline import HEADLINE, headline
from simulation.errors import ParameterError
from simulation.naming import NOWHERE, load_object, reference_of
from simulation.study.design.choices import Reference

Outcomes = Mapping[str, Callable[[Any], float]]


def checked_outcomes(outcomes: object) -> Outcomes:
    """Outcomes as a mapping of names to functions; a list has names as a file does, sought in the working directory.

    Raises
    ------
    ParameterError
        If it is none, or empty.
    """
    if not isinstance(outcomes, Mapping) or not outcomes:
        return named_outcomes(outcomes, Path.cwd())
    for name, measure in outcomes.items():
        if not isinstance(name, str) or not callable(measure):
            raise ParameterError(f"outcome {name!r} = {measure!r} must be a function of a result, named by a text")
    return dict(outcomes)


def named_outcomes(
    given: object, beside: Path, *, load: bool = True, without: Container[str] = ()
) -> dict[str, Callable[[Any], float]]:
    """Outcomes from a list of names, or a table of names by what the outcome is called.

    Raises
    ------
    ParameterError, ConfigError
        If one is unknown, or a reference leads to nothing that can be called.
    """
    if not isinstance(given, Mapping):
        texts = given if isinstance(given, list) else []
        if any(callable(text) for text in texts):
            raise ParameterError('outcomes in a list are names; functions need a mapping: {"rate": rate}')
        given = {str(text).rpartition(":")[2]: text for text in texts}
        if len(given) < len(texts):
            raise ParameterError("two outcomes have one name: name each, in a file by a table [sweep.outcomes]")
    found: dict[str, Callable[[Any], float]] = {}
    for name, text in given.items():
        if not (isinstance(text, str) and ":" in text):
            found[name] = headline([text])[text]
            continue
        measure = load_object(text, beside) if load and name not in without else Reference(text)
        if not callable(measure):
            raise ParameterError(f"the outcome {text!r} must be a function of a result, not {measure!r}")
        found[name] = measure
    if not found:
        raise ParameterError("outcomes must be a list of at least one name, or a mapping of names to functions")
    return found


def references_of(outcomes: Mapping[str, Callable[[Any], float]]) -> dict[str, str]:
    """Outcomes as texts that `named_outcomes` reads back, by name."""
    own = {id(measure): name for name, measure in HEADLINE.items()}
    return {
        name: own.get(id(measure)) or reference_of(measure) or f"{NOWHERE}:{name}" for name, measure in outcomes.items()
    }
