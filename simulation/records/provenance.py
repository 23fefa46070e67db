"""Provenance: every input of a run as it was given, and what it ran on."""

import hashlib
import platform
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from importlib import metadata
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.compiling import code_version
from simulation.factors import FACTORS, Factor
from simulation.interventions import Intervention, as_data
from simulation.parameters import Parameters
from simulation.platform.feed import SOURCES, FeedSource
from simulation.population import factor_sections
from simulation.records.schema import SCHEMA_VERSION
from simulation.same_bits import guarantee
from simulation.social_graph import SocialGraph

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


def build(
    *,
    parameters: Parameters,
    seed: int,
    luck: int,
    engine: str,
    threads: int,
    days: int,
    preset: str | None,
    social_graph: SocialGraph,
    graph_given: bool,
    creators: NDArray[np.int64],
    factors: Sequence[Factor],
    sources: Sequence[FeedSource],
    interventions: Sequence[Intervention] = (),
    seconds: float,
    started: datetime | None = None,
) -> dict[str, Any]:
    """Provenance of a run as plain values that JSON can hold.

    Parameters
    ----------
    parameters, seed, luck, preset, factors, sources
        As the model has them. Factors and sources that are not the package's own are told with their source text.
    interventions
        Of the whole run, those of days that were not lived too.
    engine, threads, days, seconds
        The engine of the latest day, its threads, days lived, and the wall time of living them.
    social_graph, graph_given, creators
        The graph, whether it was given or generated, and the users who create, shape (M,).
    started
        When the model was made, with its time zone; None where that was not noted.
    """
    told_factors, told_sources = [_factor(factor, parameters) for factor in factors], [told_source(s) for s in sources]
    outside = [item["name"] for item in (*told_factors, *told_sources) if not item["own"]]
    return {
        "schema_version": SCHEMA_VERSION,
        "package": DISTRIBUTION,
        "package_version": package_version(),
        "code_version": code_version(),
        "same_bits": {**guarantee(), "outside": outside},
        "python": platform.python_version(),
        "libraries": {name: version_of(name) for name in LIBRARIES},
        "platform": platform.platform(),
        "machine": platform.machine(),
        "byte_order": sys.byteorder,
        "seed": int(seed),
        "luck": int(luck),
        "engine": engine,
        "threads": int(threads),
        "days": int(days),
        "preset": preset,
        "parameters": parameters.flat(),
        "interventions": as_data(interventions),
        "social_graph": _graph(social_graph, parameters, graph_given),
        "creators": {"count": int(creators.size), "digest": _digest(creators)},
        "factors": told_factors,
        "sources": told_sources,
        "started": None if started is None else started.astimezone(UTC).isoformat(timespec="seconds"),
        "described": datetime.now(UTC).isoformat(timespec="seconds"),
        "wall_seconds": round(float(seconds), 6),
    }


def _graph(graph: SocialGraph, parameters: Parameters, given: bool) -> dict[str, Any]:
    return {
        "origin": "given" if given else parameters.social_graph.family,
        "digest": graph.digest(),
        "users": graph.users,
        "edges": graph.edges,
        "directed": graph.directed,
        "dropped_self_loops": graph.dropped_self_loops,
        "dropped_duplicates": graph.dropped_duplicates,
    }


def _digest(creators: NDArray[np.int64]) -> str:
    return hashlib.sha256(np.ascontiguousarray(creators, dtype="<i8").data).hexdigest()


def _factor(factor: Factor, parameters: Parameters) -> dict[str, Any]:
    (section,) = factor_sections([factor], parameters)
    own = factor in FACTORS
    return {
        "name": factor.name,
        "own": own,
        "parameters": section.model_dump(mode="json"),
        "source": None if own else factor.source(),
    }


def told_source(source: FeedSource) -> dict[str, Any]:
    """A feed source as plain values, with its source text where it is not the package's own."""
    own = any(source is known for known in SOURCES)
    return {
        "name": source.name,
        "own": own,
        "share": source.share,
        "source": None if own else _source_text(source),
    }


def _source_text(source: FeedSource) -> str:
    import inspect

    try:
        return inspect.getsource(source.rank)
    except (OSError, TypeError):
        return ""
