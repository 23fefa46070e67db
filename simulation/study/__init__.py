"""Studies: many runs declared at once, done on all cores, kept so that none is lost.

- ``sweep``: `Sweep`, many runs declared in a few lines; ``space``, ``sampling``: what is varied, and how;
  ``sweep_file``: the same as a file; ``sweep_folder``: `run_sweep`, and `open_sweep` for what it left
- ``designs``: points, replicates with spawned seeds, the runs they make
- ``evaluation``: what is asked of a run, and its file
- ``store``: the folder of a study and its tidy tables; ``kept``: the same, only looked at
- ``runner``: `run_study`; ``work``, ``pool``, ``executors``, ``payload``, ``cluster``: where runs are done;
  ``watch``: how far it is
- ``counterfactual``: two worlds that differ in one change, compared pair by pair; ``worlds``: how they are lived;
  ``comparison``: what was found
- ``calibration``: `calibrate`; ``problem``: what is calibrated to what; ``smc``, ``numbered``: how draws are found;
  ``posterior``: what was found; ``recovery``: whether known parameters are found again
- ``sensitivity``: `sensitivity_of` a sweep; ``indices``: Sobol indices, Morris's effects, and what luck does to them;
  ``sensitivity_text``: the same in words
- ``directions``: what a change must do, measured in worlds that part on a day
- ``files``: files that are there whole or not at all
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from simulation.study.calibration.calibrate import calibrate
    from simulation.study.calibration.posterior import Calibration
    from simulation.study.calibration.problem import LivedWorld, Observation
    from simulation.study.calibration.recovery import Recovery, recover
    from simulation.study.compare.comparison import Counterfactual
    from simulation.study.compare.counterfactual import counterfactual
    from simulation.study.design.designs import Design, Replicate, Run, full_grid, spawn_replicates
    from simulation.study.design.space import Uncertainty, latin_hypercube
    from simulation.study.design.sweep import Sweep
    from simulation.study.folder.store import Store
    from simulation.study.folder.sweep_folder import open_sweep, run_sweep
    from simulation.study.run.evaluation import Evaluate, Outcome
    from simulation.study.run.runner import Study, run_study
    from simulation.study.sensitivity.indices import morris_effects, sobol_indices
    from simulation.study.sensitivity.table import sensitivity_of
    from simulation.study.sensitivity.text import sensitivity_text

_HOME = {
    "calibration.calibrate": ("calibrate",),
    "calibration.posterior": ("Calibration",),
    "calibration.problem": (
        "LivedWorld",
        "Observation",
    ),
    "calibration.recovery": (
        "Recovery",
        "recover",
    ),
    "compare.comparison": ("Counterfactual",),
    "compare.counterfactual": ("counterfactual",),
    "design.designs": (
        "Design",
        "Replicate",
        "Run",
        "full_grid",
        "spawn_replicates",
    ),
    "design.space": (
        "Uncertainty",
        "latin_hypercube",
    ),
    "design.sweep": ("Sweep",),
    "folder.store": ("Store",),
    "folder.sweep_folder": (
        "open_sweep",
        "run_sweep",
    ),
    "run.evaluation": (
        "Evaluate",
        "Outcome",
    ),
    "run.runner": (
        "Study",
        "run_study",
    ),
    "sensitivity.indices": (
        "morris_effects",
        "sobol_indices",
    ),
    "sensitivity.table": ("sensitivity_of",),
    "sensitivity.text": ("sensitivity_text",),
}
"""Module of this package, and the names it has: they are imported when first used."""

__all__ = [
    "Calibration",
    "Counterfactual",
    "Design",
    "Evaluate",
    "LivedWorld",
    "Observation",
    "Outcome",
    "Recovery",
    "Replicate",
    "Run",
    "Store",
    "Study",
    "Sweep",
    "Uncertainty",
    "calibrate",
    "counterfactual",
    "full_grid",
    "latin_hypercube",
    "morris_effects",
    "open_sweep",
    "recover",
    "run_study",
    "run_sweep",
    "sensitivity_of",
    "sensitivity_text",
    "sobol_indices",
    "spawn_replicates",
]


def __getattr__(name: str) -> Any:
    for home, names in _HOME.items():
        if name in names:
            return getattr(import_module(f"{__name__}.{home}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
