"""Why follows and unfollows happened, and how the hazard of losing a follower falls with the age of the tie."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from simulation.analysis.churn import age_edges, hazard_by_age, tie_spells
from simulation.analysis.tables import FloatArray, Tables
from simulation.analysis.wording import percent, words
from simulation.plots.axes import alone, name_rows
from simulation.plots.cause_colours import cause_colours, text_colour
from simulation.plots.style import BLUE, DOUBLE, GREEN, GREY, SINGLE, plain_log_ticks, spread, styled, write

UNNAMED = 0.005
"""Share below which a cause is drawn but not named: there is nothing to see."""

OBSERVED_HAZARD = (1.3, 2.6)
"""Unfollows per 1,000 tie-days seen on real platforms (Kwak, Chun & Moon 2011; Kivran-Swaine et al. 2011)."""


def cause_shares(creator_days: pd.DataFrame, causes: Sequence[str]) -> tuple[FloatArray, FloatArray]:
    """Share of each cause in all gains and in all losses, two arrays (causes,); zeros where nothing happened."""
    shares = []
    for word in ("gained", "lost"):
        counts = creator_days[[f"{word}_{cause}" for cause in causes]].sum().to_numpy(np.float64)
        shares.append(counts / max(counts.sum(), 1.0))
    return shares[0], shares[1]


def _draw_bar(axes: Axes, y: float, shares: FloatArray, fills: Sequence[str], least: float) -> FloatArray:
    """One stacked bar with percentages in segments of at least ``least``; returns the segments' middles."""
    left = np.concatenate([[0.0], np.cumsum(shares)[:-1]])
    for start, share, fill in zip(left, shares, fills, strict=True):
        if share > 0:
            axes.barh(y, share, left=start, height=0.5, color=fill, edgecolor="white", linewidth=0.6)
        if share >= least:
            _write_share(axes, (start + share / 2, y), share, fill, 6.5)
    return left + shares / 2


def _write_share(axes: Axes, at: tuple[float, float], share: float, fill: str, size: float) -> None:
    """A share in the middle of its segment."""
    axes.text(*at, percent(share), ha="center", va="center", color=text_colour(fill), fontsize=size)


def _name_segment(axes: Axes, x: float, y: float, side: int, name: str) -> None:
    """Words of ``name`` one below the other, above (side 1) or below (-1) the point, on common baselines."""
    lines = name.split("_")
    first = 2.5 + 7.8 * (len(lines) - 1) if side > 0 else -7.5
    for row, word in enumerate(lines):
        write(axes, word, (x, y), (0, first - 7.8 * row), xycoords="data", ha="center", va="baseline")


def draw_causes(axes: Axes, result: Tables) -> None:
    """Two stacked bars, each segment named beside its bar with a thin line to it (needs a width of about 7 inches)."""
    fills = list(cause_colours(result.cause_names).values())
    for y, side, shares in zip((1, 0), (1, -1), cause_shares(result.creator_days, result.cause_names), strict=True):
        middle = _draw_bar(axes, y, shares, fills, 0.035)
        shown = np.flatnonzero(shares >= UNNAMED)
        at = spread(middle[shown], 0.094, 0.03, 0.97)
        for index, x in zip(shown, at, strict=True):
            axes.plot([middle[index], x], [y + side * 0.27, y + side * 0.42], color=GREY, lw=0.5, clip_on=False)
            _name_segment(axes, x, y + side * 0.42, side, result.cause_names[index])
    name_rows(axes, [1, 0], ["gained", "lost"])
    axes.xaxis.set_major_formatter(PercentFormatter(1))
    axes.set(xlim=(0, 1), ylim=(-0.82, 1.82), xlabel="share of followers gained, of followers lost (%)")


def draw_causes_upright(axes: Axes, result: Tables) -> None:
    """Two upright bars of shares with each cause named on the right, for a small panel."""
    colours = cause_colours(result.cause_names)
    pair = cause_shares(result.creator_days, result.cause_names)
    for x, shares in zip((0, 1), pair, strict=True):
        bottom = np.cumsum(shares) - shares
        for start, share, fill in zip(bottom, shares, colours.values(), strict=True):
            axes.bar(x, share, bottom=start, width=0.72, color=fill, edgecolor="white", linewidth=0.6)
            if share >= 0.07:
                _write_share(axes, (x, start + share / 2), share, fill, 6)
    # Beside the right-hand bar: a cause of gains alone is named where it would be.
    middle = np.cumsum(pair[1]) - pair[1] / 2
    shown = [k for k in range(len(result.cause_names)) if max(pair[0][k], pair[1][k]) >= UNNAMED]
    at = spread(middle[shown], 0.083, 0.0, 1.0)
    for index, y in zip(shown, at, strict=True):
        cause = result.cause_names[index]
        axes.plot([1.38, 1.56], [middle[index], y], color=colours[cause], lw=0.8, clip_on=False)
        axes.text(1.62, y, words(cause), va="center", ha="left", fontsize=6)
    axes.set(xlim=(-0.5, 1.4), ylim=(0, 1), ylabel="followers by cause (share)")
    axes.set_xticks([0, 1], ["gained", "lost"])
    axes.tick_params(axis="x", length=0)
    axes.set_yticks([0, 0.5, 1], ["0", "0.5", "1"])


@styled
def causes(result: Tables) -> Figure:
    """Causes for which followers were gained and lost in the run, two stacked bars of shares.

    Reads the columns gained_<cause> and lost_<cause> of ``creator_days``; causes that never occurred are left out.
    """
    return alone(DOUBLE, 2.4, draw_causes, result)


def draw_hazard(axes: Axes, result: Tables, bins: int = 10) -> None:
    """Unfollows per 1,000 tie-days by age of the tie, in logarithmic bins with 95% Poisson intervals."""
    spells = tie_spells(result.events, result.follows, result.days)
    table = hazard_by_age(spells, age_edges(max(result.days - 1, 1), bins))
    table = table[table["tie_days"] > 0]
    axes.axhspan(*OBSERVED_HAZARD, color=GREEN, alpha=0.14, lw=0)
    at = (0.03, OBSERVED_HAZARD[0])
    write(axes, "real platforms", at, xycoords=axes.get_yaxis_transform(), color=GREEN, va="bottom")
    axes.set(xlabel="age of tie (days)", ylabel="unfollows per 1,000 tie-days", xscale="log")
    plain_log_ticks(axes.xaxis)
    axes.set(xlim=(0.9, max(result.days, 2) * 1.1), ylim=(0, OBSERVED_HAZARD[1] * 1.5))
    if table.empty:
        return
    rate, low, high = (1000 * table[name].to_numpy(np.float64) for name in ("hazard", "low", "high"))
    age = np.sqrt(table["age_low"].to_numpy(np.float64) * table["age_high"].to_numpy(np.float64))
    axes.errorbar(age, rate, yerr=[rate - low, high - rate], fmt="none", ecolor=BLUE, elinewidth=0.8)
    axes.plot(age, rate, "o-", color=BLUE, ms=3, lw=0.9)
    axes.set_ylim(0, max(1.1 * float(high.max()), OBSERVED_HAZARD[1] * 1.2))


@styled
def hazard(result: Tables, *, bins: int = 10) -> Figure:
    """Hazard of unfollowing by age of the tie, ties begun during the run, with 95% Poisson intervals.

    The band is what real platforms show over all ages: .0013 to .0026 a tie-day.

    Raises:
        ResultError: events and follows are not of one run.
    """
    return alone(SINGLE, 2.5, draw_hazard, result, bins)
