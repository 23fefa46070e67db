"""Figures, fit for a paper. Each function takes tables of a result or a study and returns a Matplotlib figure.

``save(figure, "out/name")`` writes ``out/name.pdf`` and ``out/name.png``. Functions ``draw_...`` in the modules draw
the same on axes of your own. Matplotlib is imported when the first figure is made.
"""

from simulation.plots.animate import animation
from simulation.plots.calibration import calibration, posterior_pairs
from simulation.plots.causes import causes, hazard
from simulation.plots.counterfactual import counterfactual
from simulation.plots.creator import most_fallen, rise_and_fall
from simulation.plots.distribution import follower_distribution, lorenz, talent_and_followers
from simulation.plots.followers import follower_curves, gained_and_lost
from simulation.plots.network import follow_graph, social_graph
from simulation.plots.overview import overview
from simulation.plots.screening import morris
from simulation.plots.sensitivity import sobol
from simulation.plots.style import DOUBLE, SINGLE, save, styled
from simulation.plots.sweep import sweep_map, sweep_means
from simulation.plots.sweep_cloud import sweep_cloud
from simulation.plots.trends import trends
from simulation.plots.wellbeing import wellbeing

__all__ = [
    "DOUBLE",
    "SINGLE",
    "animation",
    "calibration",
    "causes",
    "counterfactual",
    "follow_graph",
    "follower_curves",
    "follower_distribution",
    "gained_and_lost",
    "hazard",
    "lorenz",
    "morris",
    "most_fallen",
    "overview",
    "posterior_pairs",
    "rise_and_fall",
    "save",
    "sobol",
    "social_graph",
    "styled",
    "sweep_cloud",
    "sweep_map",
    "sweep_means",
    "talent_and_followers",
    "trends",
    "wellbeing",
]
