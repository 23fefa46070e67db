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

from simulation.study.calibration import calibrate
from simulation.study.comparison import Counterfactual
from simulation.study.counterfactual import counterfactual
from simulation.study.designs import Design, Replicate, Run, full_grid, spawn_replicates
from simulation.study.evaluation import Evaluate, Outcome
from simulation.study.indices import morris_effects, sobol_indices
from simulation.study.posterior import Calibration
from simulation.study.problem import LivedWorld, Observation
from simulation.study.recovery import Recovery, recover
from simulation.study.runner import Study, run_study
from simulation.study.sensitivity import sensitivity_of
from simulation.study.sensitivity_text import sensitivity_text
from simulation.study.space import Uncertainty, latin_hypercube
from simulation.study.store import Store
from simulation.study.sweep import Sweep
from simulation.study.sweep_folder import open_sweep, run_sweep

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
