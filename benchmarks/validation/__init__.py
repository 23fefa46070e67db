"""Checked against the world: laws, experiments and data of others, and what the simulation gives beside them.

- ``target``: what a target is, what evidence of it is, and when it is met
- ``data``, ``data.toml``: which real data are read, where to get them, and whether those that are there are they
- ``targets``: all of them; special cases stand on ``special``, ``laws`` and ``gof``, targets of the field on ``field``
- ``directions``: what a change must do, in paired worlds
- ``run``: measured in processes, kept in a folder; ``report``, ``figures``: what is written
"""

from benchmarks.validation.target import FAMILY_ALPHA, Band, Effort, Evidence, Fit, Kind, Target, failures

__all__ = ["FAMILY_ALPHA", "Band", "Effort", "Evidence", "Fit", "Kind", "Target", "failures"]
