"""Six panels that tell a run at a glance."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulation.analysis.tables import Tables
from simulation.plots.causes import draw_causes_upright, draw_hazard
from simulation.plots.distribution import draw_follower_distribution, draw_lorenz
from simulation.plots.followers import draw_follower_curves, draw_gained_and_lost
from simulation.plots.style import DOUBLE, new_figure, styled

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@styled
def overview(result: Tables) -> Figure:
    """Six panels: follower curves, gains and losses, distribution, causes, Lorenz curve, hazard by age of the tie.

    Raises:
        ResultError: events and follows are not of one run.
    """
    figure = new_figure(DOUBLE, 4.5)
    # Constrained layout by itself leaves too little air between panels.
    figure.set_layout_engine("constrained", w_pad=0.06, h_pad=0.06, wspace=0.03, hspace=0.05)
    panels = figure.subplots(2, 3)
    titles = (
        "Top creators",
        "Gained and lost",
        "Distribution",
        "Causes",
        "Inequality",
        "Losing followers",
    )
    for axes, letter, title in zip(panels.flat, "abcdef", titles, strict=True):
        axes.set_title(rf"$\bf{{{letter}}}$  {title}")
    draw_follower_distribution(panels[0, 2], result)
    draw_lorenz(panels[1, 1], result)
    draw_causes_upright(panels[1, 0], result)
    draw_hazard(panels[1, 2], result, bins=8)
    draw_gained_and_lost(panels[0, 1], result)
    draw_follower_curves(panels[0, 0], result, top=4, named=4)
    return figure
