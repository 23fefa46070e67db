"""Followers over time: the top creators' curves, and what a day gains and loses."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from simulation.analysis.growth import by_creator
from simulation.analysis.tables import FloatArray, Tables
from simulation.arguments import whole_number
from simulation.errors import ParameterError
from simulation.plots.axes import alone, follower_scale, time_axis
from simulation.plots.style import BLACK, BLUE, LINES, PALE, SINGLE, VERMILLION, label_ends, styled

WEEK = 7


def weekly(values: FloatArray) -> FloatArray:
    """Centred 7-day mean along the last axis, over the days there are at the ends."""
    days = values.shape[-1]
    until = np.concatenate([np.zeros((*values.shape[:-1], 1)), np.cumsum(values, axis=-1)], axis=-1)
    first = np.maximum(np.arange(days) - WEEK // 2, 0)
    after = np.minimum(np.arange(days) + WEEK // 2 + 1, days)
    return np.asarray((until[..., after] - until[..., first]) / (after - first), dtype=np.float64)


def creator_name(creators: pd.DataFrame, creator: int) -> str:
    """Name of a creator in figures: its node's label, or "creator 7" where nodes have only numbers.

    Raises:
        ParameterError: there is no such creator.
    """
    row = creators.loc[creators["creator"] == creator, "label"]
    if row.empty:
        raise ParameterError(f"there is no creator {creator}; creators run from 0 to {len(creators) - 1}")
    label = str(row.iloc[0])
    return f"creator {creator}" if label.isdigit() else label


def draw_follower_curves(axes: Axes, result: Tables, top: int = 6, named: int = 6) -> None:
    """Followers of the ``top`` creators at the end, the first ``named`` of them labelled, with the median creator's."""
    followers = by_creator(result.creator_days, "followers")
    days = np.sort(result.creator_days["day"].unique())
    ids = np.sort(result.creator_days["creator"].unique())
    final = np.nan_to_num(followers[:, -1], nan=-1.0)
    best = np.argsort(-final, kind="stable")[:top]
    labels = []
    for rank, index in reversed(list(enumerate(best))):
        colour = LINES[rank] if rank < min(named, len(LINES)) else PALE
        axes.plot(days, followers[index], color=colour, lw=1.1 if colour != PALE else 0.7)
        if colour != PALE:
            labels.append((float(followers[index, -1]), creator_name(result.creators, int(ids[index])), colour))
    median = np.nanmedian(followers, axis=0)
    axes.plot(days, median, color=BLACK, ls=(0, (4, 1.5)), lw=1.0)
    labels.append((float(median[-1]), "median", BLACK))
    follower_scale(axes, float(min(np.nanmin(followers[best]), np.nanmin(median))), float(np.nanmax(followers)))
    time_axis(axes, days)
    axes.set_ylabel("followers (users, log scale)")
    label_ends(axes, labels)


@styled
def follower_curves(result: Tables, *, top: int = 6, named: int = 6) -> Figure:
    """Followers over time of the ``top`` creators by followers at the end, and of the median creator.

    Args:
        result: tables ``creator_days`` and ``creators``.
        top: creators to draw, >= 1.
        named: how many of them are coloured and labelled, at most 6.

    Raises:
        ParameterError: ``top`` is below 1.
    """
    whole_number("top", top)
    return alone(SINGLE, 2.6, draw_follower_curves, result, top, named)


def draw_gained_and_lost(axes: Axes, result: Tables, creator: int | None = None) -> None:
    """Follows gained and lost a day, losses below zero, with the 7-day mean of the net."""
    table = result.creator_days
    if creator is not None:
        creator_name(result.creators, creator)
        table = table[table["creator"] == creator]
    sums = table.groupby("day")[["gained", "lost"]].sum()
    days, gained, lost = sums.index.to_numpy(), sums["gained"].to_numpy(float), sums["lost"].to_numpy(float)
    net = weekly(gained - lost)
    axes.fill_between(days, gained, step="mid", color=BLUE, alpha=0.35, lw=0)
    axes.fill_between(days, -lost, step="mid", color=VERMILLION, alpha=0.35, lw=0)
    axes.axhline(0, color=BLACK, lw=0.6)
    axes.plot(days, net, color=BLACK, lw=1.1)
    time_axis(axes, days)
    axes.set_ylabel("gained and lost (followers per day)")
    recent = slice(-min(len(days), 4 * WEEK), None)
    upper, lower = float(gained[recent].mean()), float(-lost[recent].mean())
    label_ends(axes, [(upper, "gained", BLUE), (float(net[-1]), "net", BLACK), (lower, "lost", VERMILLION)])


@styled
def gained_and_lost(result: Tables, *, creator: int | None = None) -> Figure:
    """Followers gained (above zero) and lost (below) each day, with the 7-day mean of the net.

    Args:
        result: tables ``creator_days`` and ``creators``.
        creator: one creator, or None for the sum of all.

    Raises:
        ParameterError: there is no such creator.
    """
    return alone(SINGLE, 2.4, draw_gained_and_lost, result, creator)
