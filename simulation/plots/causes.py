"""Why follows and unfollows happened, and how the hazard of losing a follower falls with the age of the tie."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from simulation.analysis.churn import age_edges, hazard_by_age, tie_spells
from simulation.analysis.tables import FloatArray, Tables
from simulation.analysis.wording import percent
from simulation.plots.style import (
    BLACK,
    BLUE,
    DOUBLE,
    GREEN,
    GREY,
    ORANGE,
    PURPLE,
    SINGLE,
    SKY,
    VERMILLION,
    YELLOW,
    one_axes,
    plain_log_ticks,
    spread,
    styled,
)

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

COLOURS = {
    "shared_interest": BLUE,
    "talent": ORANGE,
    "authenticity": GREEN,
    "emotional_connection": VERMILLION,
    "consistency": SKY,
    "peer_influence": PURPLE,
    "absence": "#4A4A4A",
    "overload": "#757575",
    "aspiration": "#A3A3A3",
    "rule": "#D2D2D2",
    "reciprocity": "#7A2FC4",
    "departure": "#5C2E00",
    "bought": "#B5EA8C",
    "purge": "#3A0057",
}
"""Factors in colour; of structural causes, greys for what users decide about a creator, far hues for the others."""
OTHERS = (YELLOW, "#7B5B1E", "#9A86C9", "#1E5B53", BLACK)
"""For causes added by a plug-in, in order."""

UNNAMED = 0.005
"""Share below which a cause is drawn but not named: there is nothing to see."""

OBSERVED_HAZARD = (1.3, 2.6)
"""Unfollows per 1,000 tie-days seen on real platforms (Kwak, Chun & Moon 2011; Kivran-Swaine et al. 2011)."""


def cause_colours(causes: Sequence[str]) -> dict[str, str]:
    """A colour for each cause: always the same for those of the model, then those for plug-ins in turn."""
    added = [cause for cause in causes if cause not in COLOURS]
    extra = {cause: OTHERS[k % len(OTHERS)] for k, cause in enumerate(added)}
    return {cause: COLOURS.get(cause, extra.get(cause, BLACK)) for cause in causes}


def cause_name(cause: str) -> str:
    """A cause as words."""
    return cause.replace("_", " ")


def text_colour(fill: str) -> str:
    """Black or white, whichever is read more easily on ``fill`` (a hex colour)."""
    red, green, blue = (int(fill[k : k + 2], 16) / 255 for k in (1, 3, 5))
    return "#FFFFFF" if 0.299 * red + 0.587 * green + 0.114 * blue < 0.5 else BLACK


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
            axes.text(
                start + share / 2, y, percent(share), ha="center", va="center", color=text_colour(fill), fontsize=6.5
            )
    return left + shares / 2


def _name_segment(axes: Axes, x: float, y: float, side: int, name: str) -> None:
    """Words of ``name`` one below the other, above (side 1) or below (-1) the point, on common baselines."""
    words = name.split()
    first = 2.5 + 7.8 * (len(words) - 1) if side > 0 else -7.5
    for row, word in enumerate(words):
        axes.annotate(
            word,
            (x, y),
            xytext=(0, first - 7.8 * row),
            textcoords="offset points",
            ha="center",
            va="baseline",
            fontsize=6.5,
            annotation_clip=False,
        )


def _bars_axes(axes: Axes) -> None:
    from matplotlib.ticker import PercentFormatter

    axes.set_xlim(0, 1)
    axes.set_yticks([1, 0], ["gained", "lost"])
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.xaxis.set_major_formatter(PercentFormatter(1))


def draw_causes(axes: Axes, result: Tables) -> None:
    """Two stacked bars, each segment named beside its bar with a thin line to it (needs a width of about 7 inches)."""
    fills = list(cause_colours(result.cause_names).values())
    for y, side, shares in zip((1, 0), (1, -1), cause_shares(result.creator_days, result.cause_names), strict=True):
        middle = _draw_bar(axes, y, shares, fills, 0.035)
        shown = np.flatnonzero(shares >= UNNAMED)
        at = spread(middle[shown], 0.094, 0.03, 0.97)
        for index, x in zip(shown, at, strict=True):
            axes.plot([middle[index], x], [y + side * 0.27, y + side * 0.42], color=GREY, lw=0.5, clip_on=False)
            _name_segment(axes, x, y + side * 0.42, side, cause_name(result.cause_names[index]))
    _bars_axes(axes)
    axes.set_ylim(-0.82, 1.82)
    axes.set_xlabel("share of followers gained, of followers lost (%)")


def draw_causes_upright(axes: Axes, result: Tables) -> None:
    """Two upright bars of shares with each cause named on the right, for a small panel."""
    colours = cause_colours(result.cause_names)
    pair = cause_shares(result.creator_days, result.cause_names)
    for x, shares in zip((0, 1), pair, strict=True):
        bottom = np.cumsum(shares) - shares
        for start, share, fill in zip(bottom, shares, colours.values(), strict=True):
            axes.bar(x, share, bottom=start, width=0.72, color=fill, edgecolor="white", linewidth=0.6)
            if share >= 0.07:
                axes.text(
                    x, start + share / 2, percent(share), ha="center", va="center", color=text_colour(fill), fontsize=6
                )
    # Beside the right-hand bar: a cause of gains alone is named where it would be.
    middle = np.cumsum(pair[1]) - pair[1] / 2
    shown = [k for k in range(len(result.cause_names)) if max(pair[0][k], pair[1][k]) >= UNNAMED]
    at = spread(middle[shown], 0.083, 0.0, 1.0)
    for index, y in zip(shown, at, strict=True):
        cause = result.cause_names[index]
        axes.plot([1.38, 1.56], [middle[index], y], color=colours[cause], lw=0.8, clip_on=False)
        axes.text(1.62, y, cause_name(cause), va="center", ha="left", fontsize=6)
    axes.set_xlim(-0.5, 1.4)
    axes.set_ylim(0, 1)
    axes.set_xticks([0, 1], ["gained", "lost"])
    axes.tick_params(axis="x", length=0)
    axes.set_ylabel("followers by cause (share)")
    axes.set_yticks([0, 0.5, 1], ["0", "0.5", "1"])


@styled
def causes(result: Tables) -> Figure:
    """Causes for which followers were gained and lost in the run, two stacked bars of shares.

    Reads the columns gained_<cause> and lost_<cause> of ``creator_days``; causes that never occurred are left out.
    """
    figure, axes = one_axes(DOUBLE, 2.4)
    draw_causes(axes, result)
    return figure


def draw_hazard(axes: Axes, result: Tables, bins: int = 10) -> None:
    """Unfollows per 1,000 tie-days by age of the tie, in logarithmic bins with 95% Poisson intervals."""
    spells = tie_spells(result.events, result.follows, result.days)
    table = hazard_by_age(spells, age_edges(max(result.days - 1, 1), bins))
    table = table[table["tie_days"] > 0]
    axes.axhspan(*OBSERVED_HAZARD, color=GREEN, alpha=0.14, lw=0)
    axes.text(
        0.03,
        OBSERVED_HAZARD[0],
        "real platforms",
        color=GREEN,
        fontsize=6.5,
        va="bottom",
        transform=axes.get_yaxis_transform(),
    )
    axes.set_xlabel("age of tie (days)")
    axes.set_ylabel("unfollows per 1,000 tie-days")
    axes.set_xscale("log")
    plain_log_ticks(axes.xaxis)
    axes.set_xlim(0.9, max(result.days, 2) * 1.1)
    axes.set_ylim(0, OBSERVED_HAZARD[1] * 1.5)
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
    figure, axes = one_axes(SINGLE, 2.5)
    draw_hazard(axes, result, bins)
    return figure
