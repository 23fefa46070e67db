"""A sweep described in a TOML file: a table ``[sweep]``, and beside it what stays the same, as in the file of a run.

[sweep]
days = 120
preset = "tiktok"              # where the parameters start from
samples = 64                   # points of a Latin hypercube; see `sampling`
replicates = 4                 # populations that every point meets
outcomes = ["follower_gini", "follows_per_user_day"]
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

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from simulation.analysis.headline import HEADLINE, headline
from simulation.errors import ConfigError, FollowerDynamicsError, ParameterError
from simulation.factors import FACTORS
from simulation.interventions import as_data
from simulation.parameters import KNOWN, read_toml
from simulation.platform.feed import SOURCES
from simulation.settings import leaves, unknown_key, unknown_setting
from simulation.study.design.space import Uncertainty
from simulation.study.design.sweep import Sweep

_KEYS: dict[str, tuple[type, str]] = {
    "name": (str, "a name"),
    "days": (int, "a whole number of at least 1"),
    "preset": (str, "the name of a preset"),
    "graph": (str, "the name of a graph file"),
    "seed": (int, "a whole number from 0 to 2**64 - 1"),
    "sampling": (str, "full_grid, latin_hypercube, sobol or morris"),
    "samples": (int, "a whole number of at least 1"),
    "replicates": (int, "a whole number of at least 1"),
    "worlds": (int, "a whole number of at least 1"),
    "shared": (bool, "true or false"),
    "outcomes": (list, "a list of names of headline outcomes"),
    "uncertainties": (dict, "a table of ranges"),
    "levers": (dict, "a table of lists of values"),
}
"""Keys of the table [sweep], their types, and what they must be."""


def read_sweep(path: Path) -> tuple[Sweep, Path | None]:
    """A sweep and the file of its social graph (None: one is generated for each run), checked without running it.

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
    problems = [*_problems(table), *(_unknown(name) for name in constants if name not in KNOWN)]
    if problems:
        raise ConfigError(f"{path}: {'; '.join(problems)}")
    graph = table.pop("graph", None)
    try:
        uncertainties = [_uncertainty(name, given) for name, given in _ranges(table.pop("uncertainties", {}))]
        table["levers"] = dict(leaves(table.pop("levers", {})))
        if "outcomes" in table:
            table["outcomes"] = headline(table["outcomes"])
        sweep = Sweep(
            **{"name": path.stem, **table}, uncertainties=uncertainties, constants=constants, interventions=listed
        )
    except FollowerDynamicsError as error:
        raise ConfigError(f"{path}: {error}") from None
    return sweep, None if graph is None else path.parent / graph


def write_sweep(sweep: Sweep, graph: Path | None = None) -> str | None:
    """The sweep as TOML that `read_sweep` reads back; None where its outcomes or rules are not the package's own."""
    import tomli_w

    own = all(HEADLINE.get(name) is measure for name, measure in sweep.outcomes.items())
    if not own or sweep.factors is not FACTORS or sweep.sources is not SOURCES or sweep.record != "daily":
        return None
    table: dict[str, Any] = {
        "name": sweep.name,
        "days": sweep.days,
        "seed": sweep.seed,
        "sampling": sweep.sampling,
        "samples": sweep.samples,
        "replicates": sweep.replicates,
        "worlds": sweep.worlds,
        "shared": sweep.shared,
        "outcomes": list(sweep.outcomes),
    }
    if sweep.preset is not None:
        table["preset"] = sweep.preset
    if graph is not None:
        table["graph"] = str(graph.resolve())
    table["uncertainties"] = {
        known.name: {"low": known.low, "high": known.high, "scale": known.scale} for known in sweep.uncertainties
    }
    table["levers"] = {name: [_plain(value) for value in values] for name, values in sweep.levers.items()}
    tree: dict[str, Any] = {"sweep": table}
    for name, value in sweep.constants.items():
        *path, last = name.split(".")
        branch = tree
        for part in path:
            branch = branch.setdefault(part, {})
        branch[last] = _plain(value)
    if sweep.interventions:
        tree["interventions"] = as_data(sweep.design.interventions)
    return tomli_w.dumps(tree)


def _plain(value: object) -> object:
    """A number of NumPy's as Python's own, which TOML knows."""
    return value.item() if isinstance(value, np.generic) else value


def _problems(table: object) -> Iterator[str]:
    if not isinstance(table, Mapping):
        yield f"sweep = {table!r} must be a table: write [sweep], and below it for example days = 120"
        return
    for name, value in table.items():
        if name not in _KEYS:
            yield unknown_key(name, "sweep", _KEYS)
            continue
        kind, right = _KEYS[name]
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            yield f"sweep.{name} = {value!r} is not allowed: it must be {right}"
    if "days" not in table:
        yield "sweep.days is missing: say how many days each run has"


def _unknown(name: str) -> str:
    if name.partition(".")[0] == "run":
        return f"{name}: a sweep has no table [run]; its days, seed, preset and graph stand in [sweep]"
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
