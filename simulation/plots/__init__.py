"""Figures, fit for a paper. Each function takes tables of a result or a study and returns a Matplotlib figure.

``save(figure, "out/name")`` writes ``out/name.pdf`` and ``out/name.png``. Functions ``draw_...`` in the modules draw
the same on axes of your own. Matplotlib is imported when the first of them is used.
"""

from simulation.lazily import attach_stub

__getattr__, __dir__, __all__ = attach_stub(__name__, __file__)
