"""Studies: many runs declared at once, done on all cores, kept so that none is lost.

- ``sweep``: `Sweep`, many runs declared in a few lines; ``space``, ``choices``, ``sampling``: what is varied, and how;
  ``sweep_file``: the same as a file; ``sweep_folder``: `run_sweep`, and `open_sweep` for what it left
- ``designs``: points, replicates with spawned seeds, the runs they make
- ``evaluation``: what is asked of a run, and its file
- ``store``: the folder of a study; ``tables``: its tidy tables; ``lock``: one writer at a time;
  ``files``: whose a folder is
- ``runner``: `run_study`; ``work``, ``pool``, ``shared``, ``cluster``: where runs are done; ``watch``: how far it is
- ``counterfactual``: two worlds that differ in one change, compared pair by pair; ``worlds``: how they are simulated;
  ``comparison``: what was found
- ``calibration``: `calibrate`; ``problem``: what is calibrated to what; ``smc``: how draws are found;
  ``posterior``: what was found; ``recovery``: whether known parameters are found again
- ``sensitivity``: `sensitivity_of` a sweep; ``indices``: Sobol indices, Morris's effects, and how random draws affect
them;
  ``sensitivity_text``: the same in words
"""

from simulation.lazily import attach_stub

__getattr__, __dir__, __all__ = attach_stub(__name__, __file__)
