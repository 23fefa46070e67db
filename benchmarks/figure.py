"""The figure: what a user-day costs against the number of users, for every competitor."""

from typing import TYPE_CHECKING, Any

from benchmarks.competitors import LIVING
from simulation.plots.style import (
    BLACK,
    BLUE,
    GREY,
    ORANGE,
    SINGLE,
    SKY,
    VERMILLION,
    label_ends,
    one_axes,
    plain_log_ticks,
    styled,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

COLOURS = {"student": VERMILLION, "mesa": ORANGE}


@styled
def cost_against_size(result: dict[str, Any]) -> "Figure":
    """Time of a user-day against users, both logarithmic: medians, with bars from the fastest to the slowest round.

    ``result`` is what :func:`benchmarks.measure.measure` returns, or the JSON file read again.
    """
    figure, axes = one_axes(1.35 * SINGLE, 0.95 * SINGLE)
    lines: dict[str, list[dict[str, Any]]] = {}
    for run in result["runs"]:
        lines.setdefault(run["label"], []).append(run)
    axes.set(xscale="log", yscale="log", xlabel="Users", ylabel="Time of one user-day (µs)")
    axes.margins(x=0.05, y=0.12)
    for runs in lines.values():
        _draw_line(axes, runs)
    _draw_speed_up(axes, result)
    plain_log_ticks(axes.xaxis)
    plain_log_ticks(axes.yaxis)
    _label_lines(axes, list(lines.values()))
    return figure


def _colour(run: dict[str, Any]) -> str:
    return COLOURS.get(run["competitor"], GREY if run["world"] != LIVING else BLUE if run["threads"] > 1 else SKY)


def _draw_line(axes: "Axes", runs: list[dict[str, Any]]) -> None:
    colour = _colour(runs[0])
    users = [run["users"] for run in runs]
    costs = [run["us_per_user_day"] for run in runs]
    axes.plot(users, [cost["median"] for cost in costs], color=colour, marker="o", markersize=3)
    axes.vlines(users, [cost["low"] for cost in costs], [cost["high"] for cost in costs], color=colour, linewidth=2.2)


def _label_lines(axes: "Axes", lines: list[list[dict[str, Any]]]) -> None:
    """Name every line where it ends: beside the axes at the largest size, inside them before."""
    largest = max(runs[-1]["users"] for runs in lines)
    at_edge = []
    for runs in lines:
        last = runs[-1]
        label, cost, colour = last["label"], last["us_per_user_day"]["median"], _colour(last)
        if last["users"] == largest:
            at_edge.append((cost, label, colour))
        else:
            axes.annotate(
                label, (last["users"], cost), xytext=(6, 0), textcoords="offset points", va="center", color=colour
            )
    label_ends(axes, at_edge)


def _draw_speed_up(axes: "Axes", result: dict[str, Any]) -> None:
    """Between the student's model and the fastest engine, how many times faster it is."""
    threads = max(run["threads"] for run in result["runs"])
    living = [run for run in result["runs"] if run["world"] == LIVING]
    costs = {(run["competitor"], run["threads"], run["users"]): run["us_per_user_day"] for run in living}
    for ratio in result["speed_up"]:
        users = ratio["users"]
        if ratio["competitor"] != "compiled" or ratio["threads"] != threads or users != ratio["student_users"]:
            continue
        top, bottom = costs["student", 1, users]["median"], costs["compiled", threads, users]["median"]
        axes.plot([users, users], [bottom, top], color=GREY, linewidth=0.5, linestyle=(0, (1, 2)), zorder=0)
        axes.annotate(
            f"{ratio['times']['median']:.0f}\N{MULTIPLICATION SIGN}",
            (users, (top * bottom) ** 0.5),
            xytext=(3, 0),
            textcoords="offset points",
            va="center",
            color=BLACK,
        )
