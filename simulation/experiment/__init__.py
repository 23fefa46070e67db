"""Experiments: declare arms and expected results; running, judging, figures and the summary are done for you.

- ``declare``: `Arm`, `Expectation`, `Experiment`, `Quantity`; ``world``: `World`, one world to simulate
- ``run``: the main study and the robustness study; ``judge``: `Findings`, what came out; ``robustness``, ``uncertain``:
  the same where all uncertain parameters vary
- ``report``, ``figures``, ``wording``: summary.md and the figures that every experiment has
- ``groups``, ``draw``, ``volume``: helpers for measures and figures; holding how much is followed
- ``library``: the experiments that are shipped, and those in files of one's own

The guide is docs/writing-an-experiment.md.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from simulation.experiment.declare import Arm, Expectation, Experiment, Quantity, headline
    from simulation.experiment.judge import Findings
    from simulation.experiment.options import Options, Scale
    from simulation.experiment.uncertain import around
    from simulation.experiment.world import World

_HOME = {
    **dict.fromkeys(("Arm", "Expectation", "Experiment", "Quantity", "headline"), "declare"),
    **dict.fromkeys(("Options", "Scale"), "options"),
    "Findings": "judge",
    "World": "world",
    "around": "uncertain",
}

__all__ = [
    "Arm",
    "Expectation",
    "Experiment",
    "Findings",
    "Options",
    "Quantity",
    "Scale",
    "World",
    "around",
    "headline",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return __all__
