"""Follower dynamics: why people follow and unfollow creators on a short-video platform.

>>> from simulation import FollowerModel
>>> model = FollowerModel(preset="tiktok", seed=1)
>>> model.run_for(30)
>>> result = model.result()

Names are imported when first used, so that ``import simulation`` costs nothing: Mesa alone takes a second.
"""

import warnings
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from simulation.factors import FACTORS, Factor, FactorSection
    from simulation.graph_files import read_graph
    from simulation.interventions import Intervention
    from simulation.model import FollowerModel
    from simulation.parameters import Parameters
    from simulation.platform.feed import SOURCES, FeedSource
    from simulation.presets import PRESETS, preset
    from simulation.records import Result, load_result
    from simulation.social_graph import SocialGraph
    from simulation.study.compare.counterfactual import counterfactual

# Mesa imports tqdm, which says this in a notebook where ipywidgets is not installed. Nothing here needs that.
warnings.filterwarnings("ignore", message="IProgress not found")

__version__ = "0.2.0"

__all__ = [
    "FACTORS",
    "PRESETS",
    "SOURCES",
    "Factor",
    "FactorSection",
    "FeedSource",
    "FollowerModel",
    "Intervention",
    "Parameters",
    "Result",
    "SocialGraph",
    "__version__",
    "counterfactual",
    "load_result",
    "preset",
    "read_graph",
]

_HOME = {
    "FACTORS": "simulation.factors",
    "PRESETS": "simulation.presets",
    "SOURCES": "simulation.platform.feed",
    "Factor": "simulation.factors",
    "FactorSection": "simulation.factors",
    "FeedSource": "simulation.platform.feed",
    "FollowerModel": "simulation.model",
    "Intervention": "simulation.interventions",
    "Parameters": "simulation.parameters",
    "Result": "simulation.records",
    "SocialGraph": "simulation.social_graph",
    "counterfactual": "simulation.study.compare.counterfactual",
    "load_result": "simulation.records",
    "preset": "simulation.presets",
    "read_graph": "simulation.graph_files",
}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'simulation' has no attribute {name!r}")
    value = getattr(import_module(_HOME[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOME})
