"""How followers are distributed over creators, and whether the talented have them."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from simulation.analysis.inequality import gini, lorenz_curve, top_share
from simulation.analysis.market import rank_correlation_interval
from simulation.analysis.tables import Tables, followers_of
from simulation.analysis.tails import ccdf, fit_power_law
from simulation.analysis.wording import number, percent
from simulation.plots.axes import alone, follower_scale, spearman
from simulation.plots.style import BLUE, GREY, SINGLE, VERMILLION, plain_log_ticks, styled, write

TAIL = 50
"""Creators a tail must have before an exponent is shown for it; and their distribution must be near a power law."""


def draw_follower_distribution(axes: Axes, result: Tables) -> None:
    """Complementary cumulative distribution of followers on logarithmic axes, with a power law fitted to the tail."""
    followers = followers_of(result)
    value, share = ccdf(followers)
    shown = value > 0
    axes.plot(value[shown], share[shown], "o", ms=2.6, mew=0, color=BLUE, alpha=0.8)
    fit = fit_power_law(followers, least=TAIL)
    if fit.count and fit.distance < 1 / np.sqrt(fit.count) and value[-1] >= 10 * fit.minimum:
        x = np.geomspace(fit.minimum, value[-1], 50)
        start = float((followers >= fit.minimum).mean())
        axes.plot(x, start * (x / fit.minimum) ** (1 - fit.exponent), color=VERMILLION, lw=1.1)
        found = f"tail exponent\n{fit.exponent:.2f} $\\pm$ {fit.standard_error:.2f}\n{fit.count} creators"
        write(axes, found, (0.98, 0.98), color=VERMILLION, ha="right", va="top")
    axes.set(xscale="log", yscale="log", ylim=(0.6 / max(followers.size, 1), 1.5))
    plain_log_ticks(axes.xaxis)
    plain_log_ticks(axes.yaxis)
    axes.set(xlabel="followers (users)", ylabel="creators at or above (share)")


@styled
def follower_distribution(result: Tables) -> Figure:
    """Share of creators with at least so many followers, log-log, with the exponent of the tail where a power law fits.

    Creators without followers count in the shares but have no place on a logarithmic axis. A power law is
    drawn where 50 creators or more follow it over a decade at least, and their distance from it (Kolmogorov-Smirnov)
    stays below 1 / sqrt(n).
    """
    return alone(SINGLE, 2.6, draw_follower_distribution, result)


def draw_lorenz(axes: Axes, result: Tables) -> None:
    """Lorenz curve of followers, its Gini coefficient and the share of the top tenth."""
    followers = followers_of(result)
    population, held = lorenz_curve(followers)
    axes.plot([0, 1], [0, 1], color=GREY, lw=0.7)
    axes.fill_between(population, held, population, color=BLUE, alpha=0.12, lw=0)
    axes.plot(population, held, color=BLUE, lw=1.3, clip_on=False)
    along: dict[str, Any] = {"rotation": 45, "rotation_mode": "anchor", "transform_rotates_text": True}
    write(axes, "equality", (0.47, 0.52), color=GREY, ha="center", va="baseline", **along)
    held_by = f"Gini {number(gini(followers), 2)}\ntop 10% hold {percent(top_share(followers))}"
    write(axes, held_by, (0.05, 0.95), va="top", color=BLUE)
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_ticks([0, 0.5, 1], ["0", "0.5", "1"])
    axes.set(xlim=(0, 1), ylim=(0, 1), xlabel="creators, least followed first (share)", ylabel="followers held (share)")
    axes.set_aspect("equal", anchor="N")


@styled
def lorenz(result: Tables) -> Figure:
    """Lorenz curve of followers over creators, with the Gini coefficient and the top tenth's share."""
    return alone(SINGLE, 3.2, draw_lorenz, result)


def draw_talent(axes: Axes, result: Tables) -> None:
    """Followers against talent, with Spearman's rank correlation and its 95% interval."""
    followers = followers_of(result)
    talent = result.creators["talent"].to_numpy(np.float64)
    rho = rank_correlation_interval(followers, talent)
    axes.scatter(talent, followers, s=9, color=BLUE, alpha=0.55, linewidths=0, clip_on=False)
    # Room above the topmost for the correlation.
    follower_scale(axes, float(followers.min(initial=np.inf)), 2 * float(followers.max(initial=1)))
    axes.set(xlim=(0, 1), xlabel="talent (0 to 1)", ylabel="followers (users, log scale)")
    if np.isfinite(rho.estimate):
        write(axes, spearman(rho), (0.04, 0.97), va="top", fontsize=7)


@styled
def talent_and_followers(result: Tables) -> Figure:
    """Each creator's followers at the end against talent, with Spearman's rank correlation and its 95% interval."""
    return alone(SINGLE, 2.6, draw_talent, result)
