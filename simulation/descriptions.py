"""Parts of a scenario as plain values that JSON holds: graphs, creators, and code that is not the package's own."""

import hashlib
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.errors import ParameterError
from simulation.measure_versions import measure_version
from simulation.naming import reference_of, source_of
from simulation.social_graph import SocialGraph


def described_graph(graph: SocialGraph) -> dict[str, Any]:
    """A social graph in numbers."""
    return {
        "origin": "given",
        "digest": graph.digest(),
        "users": graph.users,
        "edges": graph.edges,
        "directed": graph.directed,
        "dropped_self_loops": graph.dropped_self_loops,
        "dropped_duplicates": graph.dropped_duplicates,
    }


def described_creators(users: NDArray[np.int64]) -> dict[str, Any]:
    """Which users create, shape (M,), in numbers."""
    digest = hashlib.sha256(np.ascontiguousarray(users, dtype="<i8").data).hexdigest()
    return {"count": int(users.size), "digest": digest}


def described(thing: object, own: bool, code: object) -> dict[str, Any]:
    """A factor, source or class: whether it is the package's own, else its version, source text and reference."""
    if own:
        return {"own": True, "source": None}
    return {
        "own": False,
        "version": _version_of(thing),
        "source": source_of(code),
        "reference": reference_of(thing),
    }


def _version_of(thing: object) -> str | None:
    """Version of a plug-in with all that it uses; None where its source text cannot be read, as in a plain prompt."""
    try:
        return measure_version(thing)
    except ParameterError:
        return None


def what_counts(told: Mapping[str, Any]) -> dict[str, Any]:
    """A description without the words that decide nothing: a preset's name, and texts and places of versioned code."""
    found = {name: value for name, value in told.items() if name != "preset"}
    for name in ("factors", "sources"):
        found[name] = [_versioned(item) for item in told[name]]
    for name in ("user_type", "creator_type", "model_type"):
        found[name] = _versioned(told[name])
    return found


def _versioned(item: Mapping[str, Any] | None) -> dict[str, Any] | None:
    words = {"source", "reference"} if item and item.get("version") else ()
    return None if item is None else {name: value for name, value in item.items() if name not in words}


def described_type(kind: type, base: type | None) -> dict[str, Any]:
    """The same of a class, with its name; ``base`` is the package's own."""
    return {"name": kind.__name__, **described(kind, kind is base, kind)}
