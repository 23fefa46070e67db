"""Provenance: every input of a run as it was given, and what it ran on."""

import platform
import sys
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import cache
from importlib import metadata
from typing import Any

from simulation.compiling import code_version
from simulation.creators.acts import BROUGHT_ACTS, Act
from simulation.creators.strategies import STRATEGIES_KNOWN, Strategy
from simulation.declare import BROUGHT, Declaration, declarations, section_of
from simulation.errors import PluginError
from simulation.parameters import Sections
from simulation.records.schema import SCHEMA_VERSION
from simulation.same_bits import guarantee
from simulation.scenario_file import foreign_items
from simulation.versions import history_version

DISTRIBUTION = "follower-dynamics"
LIBRARIES = ("numpy", "numba", "mesa", "networkx", "pandas", "pyarrow", "scipy", "pydantic")
"""Libraries whose versions can change numbers or files."""

NOT_INSTALLED = "not installed"


@cache
def version_of(distribution: str) -> str:
    """Version of an installed distribution, without importing it."""
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return NOT_INSTALLED


def package_version() -> str:
    """Version of this package, as its source has it: what an editable installation noted may be older."""
    from simulation import __version__

    return __version__


def surroundings() -> dict[str, Any]:
    """What this process runs on: versions of the package, of Python and libraries, and the machine."""
    return {
        "package": DISTRIBUTION,
        "package_version": package_version(),
        "python": platform.python_version(),
        "libraries": {name: version_of(name) for name in LIBRARIES},
        "platform": platform.platform(),
        "machine": platform.machine(),
    }


def sections_told(provenance: Mapping[str, Any]) -> Sections:
    """Parameters that plug-ins of a run brought, as its provenance declares them."""
    told = [(f"factors.{item['name']}", item.get("declared")) for item in provenance.get("factors", [])]
    told += [(item["name"], item["declared"]) for item in provenance.get("plugins", [])]
    return tuple((table, section_of(Declaration(**one) for one in of)) for table, of in told if of)


def names_told(descriptions: Iterable[Mapping[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """What plug-ins of some descriptions are called, and declare, for :func:`remember` where they are gone."""
    found: dict[str, list[dict[str, Any]]] = {"factors": [], "plugins": []}
    for argument, item in (pair for told in descriptions for pair in foreign_items(told)):
        if argument in found:
            kept = {key: item.get(key) for key in ("name", "kind", "declared", "fields")}
            found[argument] += [kept] if kept not in found[argument] else []
    return found


def remember(told: Mapping[str, Any]) -> None:
    """Make the names of plug-ins known that may be gone: to look at what they brought, not to run anything."""
    for table, section in sections_told(told):
        BROUGHT.add(table, tuple(declarations(type(section))), section, gone=True)
    for item in told.get("plugins", []):
        if item["kind"] == "Act":
            BROUGHT_ACTS.add(
                item["name"], repr(item["fields"]), Act(item["name"], do=_gone, **item["fields"]), gone=True
            )
        if item["kind"] == "Strategy" and item["name"] not in STRATEGIES_KNOWN:
            Strategy(item["name"], lambda me, p: _gone())


def _gone(*_: Any) -> Any:
    raise PluginError("this plug-in is known by its name only: its file was not found")


def build(
    description: Mapping[str, Any],
    *,
    engine: str,
    threads: int,
    days: int,
    seconds: float,
    started: datetime | None = None,
) -> dict[str, Any]:
    """Provenance of a run as plain values that JSON can hold: what it was of, and what it ran on.

    Parameters
    ----------
    description
        Of the scenario, see :meth:`simulation.scenario.Scenario.description`; social graph and creators as they are.
    engine, threads, days, seconds
        The engine of the latest day, its threads, days simulated, and the wall time of that.
    started
        When the model was made, with its time zone; None where that was not noted.
    """
    outside = [item["name"] for _, item in foreign_items(description)]
    return {
        "schema_version": SCHEMA_VERSION,
        **surroundings(),
        "history_version": history_version(),
        "code_version": code_version(),
        "same_bits": {**guarantee(), "outside": outside},
        "byte_order": sys.byteorder,
        **description,
        "engine": engine,
        "threads": int(threads),
        "days": int(days),
        "started": None if started is None else started.astimezone(UTC).isoformat(timespec="seconds"),
        "described": datetime.now(UTC).isoformat(timespec="seconds"),
        "wall_seconds": round(float(seconds), 6),
    }
