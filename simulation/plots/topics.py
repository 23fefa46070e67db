"""Trends: how hot each topic is, and what its creators gain beyond what they use to."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from simulation.analysis.tables import Tables
from simulation.analysis.trends import by_topic, detect, net_trend
from simulation.arguments import whole_number
from simulation.errors import ParameterError
from simulation.plots.axes import one_two_five, time_axis
from simulation.plots.followers import weekly
from simulation.plots.style import BLACK, DOUBLE, GREY, LINES, PALE, label_ends, new_figure, styled, write


def hottest(result: Tables, top: int = len(LINES)) -> list[int]:
    """The ``top`` topics by their hottest day, the hottest first; at least one day must have been simulated."""
    heat = by_topic(result.topic_days, "heat")
    order = np.argsort(-heat.to_numpy(np.float64).max(axis=0), kind="stable")[:top]
    return [int(topic) for topic in heat.columns.to_numpy(np.int64)[order]]


def topic_colours(result: Tables, top: int = len(LINES)) -> dict[int, str]:
    """A colour for each topic, pale ones first: the ``top`` hottest get one of their own, at most 6."""
    named = dict(zip(hottest(result, top), LINES, strict=False))
    topics = [int(topic) for topic in by_topic(result.topic_days, "heat").columns]
    return {topic: PALE for topic in topics if topic not in named} | named


def draw_heat(axes: Axes, result: Tables, colours: dict[int, str]) -> None:
    """Heat of every topic, on a logarithmic axis; 1 is neither hot nor cold."""
    heat = by_topic(result.topic_days, "heat")
    for topic, colour in colours.items():
        axes.plot(heat.index, heat[topic], color=colour, lw=1.1 if colour != PALE else 0.7)
    axes.axhline(1, color=BLACK, lw=0.6)
    axes.set_yscale("log")
    one_two_five(axes.yaxis)
    axes.set_ylabel("heat (1: neither hot\nnor cold, log scale)")
    last = {topic: float(heat[topic].iloc[-1]) for topic in colours}
    label_ends(axes, [(last[k], f"topic {k}", colour) for k, colour in colours.items() if colour != PALE])


def draw_net_trend(axes: Axes, result: Tables, colours: dict[int, str]) -> None:
    """Net followers beyond the trend, 7-day means, with a triangle where `detect` sees an onset."""
    beyond = net_trend(result.topic_days)
    smooth = dict(zip(beyond.columns.to_numpy(np.int64).tolist(), weekly(beyond.to_numpy(np.float64).T), strict=True))
    days = beyond.index.to_numpy(np.float64)
    for topic, colour in colours.items():
        axes.plot(days, smooth[topic], color=colour, lw=1.1 if colour != PALE else 0.7)
    onsets = detect(result.topic_days)
    at = np.searchsorted(days, onsets["day"].to_numpy(np.float64))
    for topic, place in zip(onsets["topic"].tolist(), at.tolist(), strict=True):
        axes.plot(days[place], smooth[topic][place], "^", color=colours[topic], ms=5, mec="white", mew=0.5, zorder=4)
    axes.axhline(0, color=BLACK, lw=0.6)
    axes.set_ylabel("net followers beyond trend\n(per day, 7-day mean)")
    if len(onsets):
        key = "\N{BLACK UP-POINTING TRIANGLE} onset detected"
        write(axes, key, (0.01, 0.97), va="top", color=GREY, fontsize=7.5)


@styled
def trends(result: Tables, *, top: int = len(LINES)) -> Figure:
    """Heat of topics, and below it the net followers of each topic's creators beyond their own trend.

    Triangles mark the days on which a detector that knows only the past sees unusual net followers
    (:func:`simulation.analysis.trends.detect`). Reads ``topic_days``.

    Args:
        result: table ``topic_days``.
        top: topics that are coloured and labelled, the hottest ones, 1 to 6; the others are pale.

    Raises:
        ParameterError: ``top`` is not from 1 to 6, or no day was simulated.
    """
    whole_number("top", top, 1, len(LINES))
    if result.topic_days.empty:
        raise ParameterError("there are no days in this result")
    colours = topic_colours(result, top)
    figure = new_figure(DOUBLE, 4.2)
    upper, lower = figure.subplots(2, 1, sharex=True)
    time_axis(lower, np.unique(result.topic_days["day"].to_numpy()))
    draw_net_trend(lower, result, colours)
    draw_heat(upper, result, colours)
    figure.align_ylabels([upper, lower])
    return figure
