"""Levers that are no parameters: alternatives with names, such as sets of interventions, creators or agent classes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, cast

from simulation.arguments import one_of
from simulation.errors import ParameterError
from simulation.graph_files import read_graph
from simulation.interventions import Intervention, as_data, check_days, read_interventions
from simulation.naming import NOWHERE, load_object, reference_of
from simulation.scenario import Scenario
from simulation.scenario_file import NAMED, named_objects, names_of_objects

CHOICES = ("engine", "interventions", "creators", "social_graph", *NAMED)
"""Names of these levers: the engine, and arguments of a `Scenario`."""
ENGINES = ("compiled", "mesa")
GENERATED = "generated"
"""Among social graphs of a file: the one that every run generates."""

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


@dataclass(frozen=True)
class NamedGraph:
    """A social graph by its file, or by a reference such as ``mine.py:graph``; read when it is first needed."""

    text: str
    beside: Path
    """Folder in which it is sought."""

    @cached_property
    def file(self) -> Path | None:
        """The file; None for a reference."""
        return self.beside / self.text if is_graph_file(self.text) else None

    @cached_property
    def graph(self) -> Any:
        """The graph.

        Raises
        ------
        GraphError, ConfigError
            If it cannot be read, or a reference leads to nothing.
        """
        return load_object(self.text, self.beside) if self.file is None else read_graph(self.file)

    def written(self) -> str:
        """The same from any folder."""
        return str((self.beside / self.text).resolve()) if self.file or ".py:" in self.text else self.text


def is_graph_file(text: str) -> bool:
    """Whether a social graph among levers is a file: neither a reference nor generated."""
    return text != GENERATED and ":" not in (Path(text).suffix or text)


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
    if isinstance(value, NamedGraph):
        value = value.graph
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
    if isinstance(value, NamedGraph):
        return value.written()
    if lever == "social_graph" and value is None:
        return GENERATED
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
    if lever == "social_graph" and isinstance(values, list):
        values = {str(text): text for text in values}
    if lever in ("engine", "interventions", "creators") or not isinstance(values, Mapping):
        return values
    if not load:
        return {name: Reference(str(text)) for name, text in values.items()}
    if lever not in NAMED:
        texts = {name: str(text) for name, text in values.items()}
        return {name: None if text == GENERATED else NamedGraph(text, path.parent) for name, text in texts.items()}
    return {name: named_objects(path, {lever: text}, "sweep.levers")[lever] for name, text in values.items()}
