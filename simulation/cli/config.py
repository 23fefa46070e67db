"""A run described in a TOML file: a table ``[run]``, and beside it a table for each section of the parameters.

What changes in the middle of the run stands in a list of tables, ``[[interventions]]``.

[run]
preset = "tiktok"        # where the parameters start from
seed = 1
days = 365
engine = "compiled"
graph = "friends.csv"    # sought beside this file

[feed]
popularity_bias = 0.5

[[interventions]]
day = 180
lever = "hide_like_counts"
value = true

[[interventions]]
day = 60
lever = "bought_followers"
value = 500
creators = [3, 17]
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from simulation.cli.options import EngineChoice
from simulation.errors import ConfigError, FollowerDynamicsError, ParameterError
from simulation.interventions import Intervention, check_days, parse_intervention, read_interventions
from simulation.parameters import KNOWN, Parameters, parse_assignment, read_toml
from simulation.settings import leaves, unknown_key, unknown_setting

DAYS = 365
"""Days of a run when nothing is said."""


@dataclass(frozen=True)
class RunPlan:
    """What to run: everything but the parameters may be None, which leaves it to the defaults."""

    values: dict[str, object] = field(default_factory=dict)
    preset: str | None = None
    seed: int | None = None
    days: int | None = None
    engine: EngineChoice | None = None
    graph: Path | None = None
    interventions: tuple[Intervention, ...] = ()

    def with_options(self, assignments: Sequence[str], interventions: Sequence[str] = (), **options: Any) -> "RunPlan":
        """The plan with what the command line says on top of it; its interventions are added to those of the plan.

        Raises
        ------
        ParameterError
            If an assignment is no ``NAME=VALUE`` or names an unknown parameter; if an intervention is written in
            another way, is not allowed, contradicts another one, or falls on a day that the run does not have.
        """
        values = self.values | dict(parse_assignment(text) for text in assignments)
        said = {name: value for name, value in options.items() if value is not None}
        added = [_intervention(text) for text in interventions]
        together = read_interventions([*self.interventions, *added])
        plan = replace(self, values=values, interventions=together, **said)
        check_days(together, plan.days_in_all)
        return plan

    @property
    def days_in_all(self) -> int:
        """Days the run has."""
        return DAYS if self.days is None else self.days

    def parameters(self) -> Parameters:
        """The parameters of the plan: the preset's, with its own values on top.

        Raises
        ------
        ParameterError
            If the preset is unknown or a value is not allowed.
        """
        from simulation.presets import preset

        start = Parameters() if self.preset is None else preset(self.preset)
        return start.with_values(self.values)


def _intervention(text: str) -> Intervention:
    try:
        return parse_intervention(text)
    except ParameterError as error:
        raise ParameterError(f"--intervene {text!r}: {error}") from None


_RUN_KEYS: dict[str, tuple[type, str]] = {
    "preset": (str, "the name of a preset"),
    "seed": (int, "a whole number from 0 to 2**64 - 1"),
    "days": (int, "a whole number of at least 1"),
    "engine": (str, "'compiled' or 'mesa'"),
    "graph": (str, "the name of a graph file"),
}


def read_plan(path: Path) -> RunPlan:
    """Read a plan from a TOML file, and check all that can be checked without running it.

    Raises
    ------
    ConfigError
        If the file cannot be read, or a key is unknown or not allowed; names the file, the key, and what would do.
    """
    tree = read_toml(path)
    run, listed = tree.pop("run", {}), tree.pop("interventions", [])
    values = dict(leaves(tree))
    problems = [
        *_run_problems(run),
        *(unknown_setting(name, "run", _RUN_KEYS, ["[[interventions]]"]) for name in values if name not in KNOWN),
    ]
    if not isinstance(listed, list):
        problems.append(
            "interventions must be a list of tables: write [[interventions]], and below it day, lever, value"
        )
    if problems:
        raise ConfigError(f"{path}: {'; '.join(problems)}")
    graph = run.pop("graph", None)
    try:
        found = read_interventions(listed)
        plan = RunPlan(values, graph=None if graph is None else path.parent / graph, interventions=found, **run)
        plan.parameters()
        if plan.days is not None:  # else the command line may still say how many
            check_days(found, plan.days)
    except FollowerDynamicsError as error:
        raise ConfigError(f"{path}: {error}") from None
    return plan


def _run_problems(run: object) -> Iterator[str]:
    if not isinstance(run, Mapping):
        yield f"run = {run!r} must be a table: write [run], and below it for example seed = 1"
        return
    for name, value in run.items():
        if name not in _RUN_KEYS:
            if name == "interventions":
                yield "interventions do not belong into the table [run]: write [[interventions]] for each of them"
                continue
            yield unknown_key(name, "run", _RUN_KEYS)
            continue
        kind, right = _RUN_KEYS[name]
        wrong = not isinstance(value, kind) or isinstance(value, bool)
        if wrong or (name == "days" and value < 1) or (name == "engine" and value not in {"compiled", "mesa"}):
            yield f"run.{name} = {value!r} is not allowed: it must be {right}"
