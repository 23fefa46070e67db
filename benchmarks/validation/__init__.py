"""Checked against the world: laws, experiments and data of others, and what the simulation gives beside them.

- ``target``: what a target is, what evidence of it is, and when it is met
- ``data``: where real data are
- ``targets``: all of them
- ``run``, ``evidence``: measured in processes, kept in a folder
- ``page``, ``report``: what is written
"""

from benchmarks.validation.target import FAMILY_ALPHA, Band, Effort, Evidence, Fit, Kind, Target, failures

__all__ = ["FAMILY_ALPHA", "Band", "Effort", "Evidence", "Fit", "Kind", "Target", "failures"]
