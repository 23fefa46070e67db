"""The scenario that a command is asked for: a TOML file, a preset, and what the command line says on top of it."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulation.analysis.wording import counted
from simulation.cli.group import note
from simulation.errors import ParameterError
from simulation.interventions import Intervention, parse_intervention
from simulation.parameters import parse_assignment
from simulation.scenario_file import RunFile, brought, read_run_file

if TYPE_CHECKING:
    from simulation.scenario import Scenario
    from simulation.social_graph import SocialGraph

DAYS = 365
"""Days of a run when nothing is said."""


def asked(
    config: Path | None,
    assignments: Sequence[str] = (),
    interventions: Sequence[str] = (),
    plugins: Sequence[str] = (),
    **options: Any,
) -> "tuple[Scenario, str | None]":
    """The scenario with its days, and the engine where one was named.

    Parameters
    ----------
    config
        A TOML file, see :mod:`simulation.scenario_file`; None: the defaults.
    assignments, interventions
        Texts ``NAME=VALUE`` and ``DAY LEVER=VALUE [@ CREATORS]``, on top of what the file says.
    plugins
        References to plug-ins, beside those of the file.
    **options
        Arguments of a :class:`~simulation.scenario.Scenario`, ``graph`` (a path) or ``engine``, in place of the
        file's; None where nothing was said.

    Raises
    ------
    ParameterError
        If an assignment or intervention is not allowed, or falls on a day that the run does not have.
    ConfigError
        If the file cannot be read or does not say what it should.
    """
    from simulation.scenario import Scenario

    file = RunFile(None, {}, None) if config is None else read_run_file(config)
    said = {name: value for name, value in options.items() if value is not None}
    engine = said.pop("engine", None) or file.engine
    said |= brought(plugins, file.arguments)  # before anything is set: they may bring parameters
    values = file.arguments.get("values", {}) | dict(parse_assignment(text) for text in assignments)
    planned = [*file.arguments.get("interventions", ()), *map(_intervention, interventions)]
    days = said.pop("days", None) or file.arguments.get("days", DAYS)
    scenario = Scenario.from_file(file, **said, values=values, interventions=planned, days=days)
    if scenario.social_graph is not None:
        tell_graph(said.get("graph") or file.arguments["graph"], scenario.graph())
    return scenario, engine


def _intervention(text: str) -> Intervention:
    try:
        return parse_intervention(text)
    except ParameterError as error:
        raise ParameterError(f"--intervene {text!r}: {error}") from None


def tell_graph(file: Path, graph: "SocialGraph") -> None:
    """Say what was read from a graph file, and what was dropped."""
    dropped = [
        counted(count, name)
        for count, name in ((graph.dropped_self_loops, "self-loop"), (graph.dropped_duplicates, "duplicate edge"))
        if count
    ]
    directed = "directed " if graph.directed else ""
    said = f"; dropped {' and '.join(dropped)}" if dropped else ""
    note(f"{file}: {graph.users:,} users, {graph.edges:,} {directed}edges{said}")
