"""Levers that are no parameters: alternatives with names, such as sets of interventions, creators or agent classes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from simulation.arguments import one_of
from simulation.errors import ParameterError
from simulation.interventions import Intervention, as_data, check_days, read_interventions
from simulation.naming import NOWHERE, load_object, reference_of
from simulation.scenario import Scenario
from simulation.scenario_file import NAMED, named_objects, names_of_objects

CHOICES = ("engine", "interventions", "creators", "social_graph", *NAMED)
"""Names of these levers: the engine, and arguments of a `Scenario`."""
ENGINES = ("compiled", "mesa")

Alternatives = Mapping[str, Mapping[str, Any]]
"""By lever, the values that it takes, by name."""


@dataclass(frozen=True)
class Reference:
    """What only its name is known of: to look at what came out, not to run or measure by it."""

    text: str

    def __call__(self, result: object) -> float:
        """Refuse to measure.

        Raises
        ------
        ParameterError
            Always.
        """
        raise ParameterError(f"{self.text!r} was not loaded")


def read_choices(levers: Mapping[str, object]) -> dict[str, dict[str, Any]]:
    """The alternatives among levers: a mapping of names to values, or a list of values that name themselves.

    Raises
    ------
    ParameterError
        If a value has no name.
    """
    found: dict[str, dict[str, Any]] = {}
    for lever, given in levers.items():
        if lever not in CHOICES:
            continue
        if isinstance(given, Mapping):
            found[lever] = dict(given)
            continue
        values = list(given) if isinstance(given, Iterable) and not isinstance(given, str) else [given]
        if not all(isinstance(value, str | type) for value in values):
            raise ParameterError(f"the lever {lever} needs a mapping: a name for each of its values")
        found[lever] = {getattr(value, "__name__", str(value)): value for value in values}
    return found


def chosen(scenario: Scenario, lever: str, value: Any) -> Scenario:
    """The scenario with one alternative taken; the engine changes none.

    Raises
    ------
    ParameterError
        If the value is not allowed.
    """
    if lever == "engine":
        one_of("engine", value, ENGINES)
        return scenario
    return scenario.with_interventions(*value) if lever == "interventions" else scenario.replace(**{lever: value})


def fingerprints(base: Scenario, choices: Alternatives, days: int) -> dict[str, dict[str, str]]:
    """What the name of a run depends on, by lever and name of the alternative.

    Raises
    ------
    ParameterError
        If an alternative is not allowed.
    """
    if "interventions" in choices:
        for value in choices["interventions"].values():
            check_days(read_interventions(value), days)
    return {
        lever: {name: _fingerprint(base, lever, value) for name, value in values.items()}
        for lever, values in choices.items()
    }


def _fingerprint(base: Scenario, lever: str, value: Any) -> str:
    if isinstance(value, Reference):
        return value.text
    scenario = chosen(base, lever, value)
    return str(value) if lever == "engine" else scenario.digest()


def choices_written(base: Scenario, choices: Alternatives) -> dict[str, Any]:
    """Alternatives as TOML holds them, for `choices_named` to read."""
    return {
        lever: list(values)
        if lever == "engine"
        else {name: _written(base, lever, name, value) for name, value in values.items()}
        for lever, values in choices.items()
    }


def _written(base: Scenario, lever: str, name: str, value: Any) -> Any:
    if lever == "interventions":
        return as_data(read_interventions(cast("list[Intervention]", value)))
    if lever == "creators":
        return list(value)
    if lever in NAMED:
        told = names_of_objects(chosen(base, lever, value).description())
        return told.get(lever) or reference_of(value) or f"{NOWHERE}:{name}"
    return f"{NOWHERE}:{name}"


def choice_named(path: Path, lever: str, values: Any, *, load: bool) -> Any:
    """Alternatives of a lever as a file has them.

    Raises
    ------
    ConfigError
        If a reference leads to nothing.
    """
    if lever in ("engine", "interventions", "creators") or not isinstance(values, Mapping):
        return values
    if not load:
        return {name: Reference(str(text)) for name, text in values.items()}
    if lever not in NAMED:
        return {name: load_object(text, path.parent) for name, text in values.items()}
    return {name: named_objects(path, {lever: text})[lever] for name, text in values.items()}
