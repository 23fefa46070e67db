"""Mesa's batch runner in all versions that are supported: the same call, and how what it does differs."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Mapping
from typing import Any

import mesa
from packaging.version import Version

from simulation.model import FollowerModel

SEEDS_BY_RNG = "rng" in inspect.signature(mesa.batch_run).parameters
"""Since Mesa 3.4 seeds are an argument of the runner's and the outermost loop; before, parameters like any other."""

STOPS_IN_TIME = Version(mesa.__version__) >= Version("3.5")
"""Since Mesa 3.5 no day is simulated beyond the last, and a model that ends itself keeps its last day."""


def batch(model: type[FollowerModel], parameters: Mapping[str, Any], seeds: Iterable[int], **options: Any) -> Any:
    """Rows of :func:`mesa.batch_run` for all of some seeds."""
    if SEEDS_BY_RNG:
        return mesa.batch_run(model, parameters, rng=list(seeds), display_progress=False, **options)
    return mesa.batch_run(model, {**parameters, "seed": list(seeds)}, display_progress=False, **options)
