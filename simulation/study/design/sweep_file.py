"""A sweep described in a TOML file: a table ``[sweep]``, and beside it what stays the same, as in the file of a run.

[sweep]
days = 120
preset = "tiktok"              # where the parameters start from
samples = 64                   # points of a Latin hypercube; see `sampling`
replicates = 4                 # populations that every point meets
outcomes = ["follower_gini", "mine.py:rate"]   # headline outcomes, and functions of a result of one's own
graph = "friends.csv"          # sought beside this file

[sweep.uncertainties]          # of which only a range is known
"decision.follow_sharpness" = [7.0, 21.0]
"feed.prior" = { low = 0.1, high = 10.0, scale = "log" }

[sweep.levers]                 # that somebody may choose
"feed.popularity_bias" = [0.0, 0.5, 1.0]

[population]                   # constants: any section of the parameters
users = 500

[[interventions]]
day = 60
lever = "hide_like_counts"
value = true
"""

from collections.abc import Container, Iterator, Mapping
from pathlib import Path
from typing import Any

from simulation.errors import ConfigError, FollowerDynamicsError, ParameterError
from simulation.interventions import as_data
from simulation.parameters import everything, nested, read_toml
from simulation.records.schema import RECORDS
from simulation.scenario import Scenario
from simulation.scenario_file import (
    NAMED,
    RUN_KEYS,
    Check,
    is_text,
    key_problems,
    named_objects,
    names_of_objects,
    whole,
)
from simulation.settings import leaves, unknown_setting
from simulation.social_graph import python_value
from simulation.study.design.choices import CHOICES, choice_named, choices_written
from simulation.study.design.outcomes import named_outcomes, references_of
from simulation.study.design.space import Uncertainty
from simulation.study.design.sweep import Sweep

_KEYS: dict[str, tuple[Check, str]] = {
    **{name: RUN_KEYS[name] for name in ("preset", "seed", "days", "graph", "creators", *NAMED)},
    "name": (is_text, "a name"),
    "sampling": (is_text, "full_grid, latin_hypercube, sobol or morris"),
    "samples": (
        lambda value: isinstance(value, list) or whole(1)(value),
        "a whole number of at least 1, or those that a Latin hypercube grew by: [64, 128]",
    ),
    "replicates": (whole(1), "a whole number of at least 1"),
    "worlds": (whole(1), "a whole number of at least 1"),
    "shared": (lambda value: isinstance(value, bool), "true or false"),
    "outcomes": (
        lambda value: isinstance(value, list | dict),
        'a list of names such as "follower_gini" or "mine.py:rate", or a table of them',
    ),
    "record": (
        lambda value: value in RECORDS,
        '"daily", or "events" or "posts" for outcomes that need the event log or the table of posts',
    ),
    "uncertainties": (lambda value: isinstance(value, dict), "a table of ranges"),
    "levers": (lambda value: isinstance(value, dict), "a table of lists of values"),
}
"""Keys of the table [sweep], what they must be, and that in words."""


def read_sweep(path: Path, *, load: bool = True, without: Container[str] = ()) -> tuple[Sweep, Path | None]:
    """A sweep and the file of its social graph (None: one is generated for each run), checked without running it.

    Parameters
    ----------
    path
        The file; graphs and ``file.py:name`` in it are sought beside it.
    load
        Whether to load what is not the package's own, by its references; else the sweep can be looked at, not run.
    without
        Names of outcomes that are not loaded.

    Raises
    ------
    ConfigError
        If the file cannot be read, or a key is unknown or not allowed; names the file, the key, and what would do.
    """
    tree = read_toml(path)
    listed = tree.pop("interventions", [])
    table = tree.pop("sweep", None)
    if table is None:
        raise ConfigError(f"{path}: a sweep needs a table [sweep], and below it for example days = 120")
    constants = dict(leaves(tree))
    problems = list(key_problems(table, "sweep", _KEYS, "days = 120"))
    objects, lost = ({}, None) if problems else _objects(path, table)  # before names are checked: parameters are theirs
    if lost and load:
        raise lost
    problems += [_unknown(name) for name in constants if name not in everything().known()]
    if isinstance(table, dict) and "days" not in table:
        problems.append("sweep.days is missing: say how many days each run has")
    if problems:
        raise lost or ConfigError(f"{path}: {'; '.join(dict.fromkeys(problems))}")
    graph = table.pop("graph", None)
    try:
        uncertainties = [_uncertainty(name, given) for name, given in _ranges(table.pop("uncertainties", {}))]
        levers: dict[str, Any] = {}
        for name, given in table.pop("levers", {}).items():
            if name in CHOICES:
                levers[name] = choice_named(path, name, given, load=load)
            else:
                levers |= leaves({name: given})
        table["levers"] = levers
        if "outcomes" in table:
            table["outcomes"] = named_outcomes(table["outcomes"], path.parent, load=load, without=without)
        given = {name: table.pop(name) for name in (*NAMED, "creators", "preset") if name in table}
        if not load:
            given.pop("creators", None)  # which may need parameters of what is not loaded
        named = {name: given[name] for name in ("creators", "preset") if name in given}
        table["scenario"] = Scenario(constants if "creators" in named else {}, **(objects if load else {}), **named)
        sweep = Sweep(
            **{"name": path.stem, **table}, uncertainties=uncertainties, constants=constants, interventions=listed
        )
    except FollowerDynamicsError as error:
        raise lost or ConfigError(f"{path}: {error}") from None
    return sweep, None if graph is None else path.parent / graph


def _objects(path: Path, table: Mapping[str, Any]) -> tuple[dict[str, Any], ConfigError | None]:
    """What a file names by references; nothing, and why, where something of that is not found."""
    try:
        return named_objects(path, table, "sweep"), None
    except ConfigError as error:
        return {}, error


def write_sweep(sweep: Sweep, graph: Path | None = None) -> str:
    """The sweep as TOML that `read_sweep` reads back.

    What is not the package's own is named by a reference; what has none, such as a lambda, by a name that can be read,
    and not be run.
    """
    import tomli_w

    outcomes = references_of(sweep.measures)
    table: dict[str, Any] = {
        **{name: getattr(sweep, name) for name in ("name", "days", "seed", "sampling")},
        "samples": list(sweep.stages) if len(sweep.stages) > 1 else sweep.stages[0],
        **{name: getattr(sweep, name) for name in ("replicates", "worlds", "shared")},
        "outcomes": list(outcomes) if all(name == text for name, text in outcomes.items()) else outcomes,
        **names_of_objects(sweep.base.description()),
    }
    if sweep.record != "daily":
        table["record"] = sweep.record
    if sweep.base.creators is not None:
        table["creators"] = list(sweep.base.creators)
    if sweep.base.preset:
        table["preset"] = sweep.base.preset
    if graph is not None:
        table["graph"] = str(graph.resolve())
    table["uncertainties"] = {
        known.name: {"low": known.low, "high": known.high, "scale": known.scale} for known in sweep.uncertainties
    }
    choices = choices_written(sweep.base, sweep.choices)
    levers = {
        name: choices.get(name) or [python_value(value) for value in sweep.levers[name]] for name in sweep.lever_names
    }
    table["levers"] = levers
    tree: dict[str, Any] = {"sweep": table}
    constants = {**dict(sweep.base.values), **sweep.constants}
    tree |= nested({name: python_value(value) for name, value in constants.items() if name not in sweep.varied})
    if sweep.design.interventions:
        tree["interventions"] = as_data(sweep.design.interventions)
    return tomli_w.dumps(tree)


def _unknown(name: str) -> str:
    if name.partition(".")[0] == "run":
        return "a sweep has no table [run]; its days, seed, preset and graph stand in [sweep]"
    return unknown_setting(name, "sweep", _KEYS, ["[[interventions]]"])


def _ranges(tree: Mapping[str, object], prefix: str = "") -> Iterator[tuple[str, object]]:
    """Ranges by dotted name, which may be written with its quotes or without them, as tables inside tables."""
    for name, given in tree.items():
        if isinstance(given, Mapping) and not {"low", "high", "scale"} & set(given):
            yield from _ranges(given, f"{prefix}{name}.")
        else:
            yield prefix + name, given


def _uncertainty(name: str, given: object) -> Uncertainty:
    if isinstance(given, list) and len(given) == 2:
        return Uncertainty(name, given[0], given[1])
    if isinstance(given, Mapping) and {"low", "high"} <= set(given) <= {"low", "high", "scale"}:
        return Uncertainty(name, given["low"], given["high"], given.get("scale", "linear"))
    raise ParameterError(
        f'the range of {name} must be [LOW, HIGH], or {{ low = LOW, high = HIGH, scale = "log" }}, not {given!r}'
    )
