"""Experiments: declare arms and expected results; running, judging, figures and the summary are done for you.

- ``declare``: `Arm`, `Expectation`, `Experiment`, `Quantity`; ``world``: `World`, one world to simulate
- ``run``: the main study and the robustness study; ``judge``: `Findings`, what came out; ``robustness``, ``uncertain``:
  the same where all uncertain parameters vary
- ``report``, ``figures``, ``wording``: summary.md and the figures that every experiment has
- ``groups``, ``draw``, ``volume``: helpers for measures and figures; holding how much is followed
- ``library``: the experiments that are shipped, and those in files of one's own

The guide is docs/writing-an-experiment.md.
"""

from simulation.lazily import attach_stub

__getattr__, __dir__, __all__ = attach_stub(__name__, __file__)
