"""A run as a film: who follows whom, how the creators fare, and their followers, day by day."""

import random
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, NamedTuple

import networkx as nx
import numpy as np
from matplotlib.animation import FFMpegWriter, PillowWriter
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.colors import CenteredNorm, LinearSegmentedColormap, Normalize
from matplotlib.figure import Figure
from numpy.typing import NDArray

from simulation.analysis.growth import by_creator
from simulation.analysis.tables import FloatArray, GraphTables
from simulation.arguments import one_of, whole_number
from simulation.errors import OutputError, ParameterError
from simulation.files import make_folder, whole_file
from simulation.plots.axes import time_axis
from simulation.plots.followers import creator_name
from simulation.plots.network import positions
from simulation.plots.style import BLACK, DOUBLE, GREY, LINES, PALE, SCALES, label_ends, new_figure, styled

Colour = Literal["mood", "authenticity"]
MOST_EDGES = 1500
"""Follows drawn at most in one frame: a random sample stands for more."""


class _Scene(NamedTuple):
    """What every frame is drawn from; M creators, D days, N users."""

    users: FloatArray  # (N, 2) places on the page, in the unit disc
    owner: NDArray[np.int64]  # (M,) user of each creator
    followers: FloatArray  # (M, D)
    mind: FloatArray  # (M, D) what colours the creators
    graphs: "list[nx.DiGraph[int]]"  # one a frame
    days: list[int]  # of the frames


@dataclass(frozen=True)
class _Stage:
    """The figure, and what changes in it from frame to frame."""

    figure: Figure
    edges: Any
    creators: Any
    curves: list[Any]
    best: list[int]
    now: Any
    title: Any


@styled
def animation(
    result: GraphTables,
    path: str | Path,
    *,
    colour: Colour = "mood",
    every: int = 1,
    rate: float = 8.0,
    top: int = 5,
    dpi: int = 100,
    seed: int = 0,
) -> Path:
    """Write a film of a run: the follow graph, beside it the followers of the top creators, day by day.

    Creators have areas after their followers and the colour of their mood or authenticity; users are dots, and a line
    is a follow. The file is there whole or not at all.

    Args:
        result: its ``follow_graph(day)``, ``creator_days`` and ``creators``; earlier days need the event log.
        path: ends in ``.gif``, or in ``.mp4`` where ffmpeg is installed.
        colour: ``mood`` or ``authenticity`` of creators.
        every: days from frame to frame; the last day is always shown.
        rate: frames a second.
        top: curves to draw, 1 to 6: the creators with the most followers at the end.
        dpi: dots an inch; the film is 7 x 3.6 inches.
        seed: of the places on the page.

    Returns:
        The path.

    Raises:
        ParameterError: an argument is not one of these, or the run has no day or no creator.
        OutputError: the file cannot be written, or ffmpeg is wanted and missing.
        ResultError: the run kept no event log.
    """
    path = Path(path)
    _check(result, path, colour, every, rate, top)
    scene = _scene(result, colour, every, seed)
    stage = _set_up(result, scene, colour, top)
    suffix = path.suffix.lower()
    make_folder(path.parent)
    try:
        with whole_file(path, suffix) as draft:
            writer = _writer(suffix, rate)
            writer.setup(stage.figure, str(draft), dpi)
            for frame in range(len(scene.days)):
                _draw(stage, scene, frame, seed)
                writer.grab_frame()
            writer.finish()
    except subprocess.CalledProcessError as error:
        raise OutputError(f"{path} cannot be written: ffmpeg ended with {error.returncode}", path=path) from error
    return path


def _check(result: GraphTables, path: Path, colour: str, every: int, rate: float, top: int) -> None:
    one_of("colour", colour, SCALES)
    whole_number("every", every)
    whole_number("top", top, 1, len(LINES))
    if not 0 < rate <= 60:
        raise ParameterError(f"rate must lie above 0 and be at most 60 frames a second; it is {rate!r}")
    if result.creator_days.empty:
        raise ParameterError("there is nothing to show: the run has no day, or no creator")
    if path.suffix.lower() not in (".gif", ".mp4"):
        raise ParameterError(f"an animation is written as .gif or .mp4; the path is {path}")
    if path.suffix.lower() == ".mp4" and not FFMpegWriter.isAvailable():
        raise OutputError(
            f"{path}: an .mp4 needs the program ffmpeg, which is not installed; a .gif does without", path=path
        )


def _writer(suffix: str, rate: float) -> Any:
    if suffix == ".gif":
        return PillowWriter(fps=rate)  # type: ignore[arg-type]
    return FFMpegWriter(fps=rate, extra_args=["-pix_fmt", "yuv420p"])  # type: ignore[arg-type]


def _scene(result: GraphTables, colour: str, every: int, seed: int) -> _Scene:
    """Places of all users, the follow graph of every frame, and the creators' numbers by day."""
    days = np.sort(result.creator_days["day"].unique())
    shown = sorted({*days[::every].tolist(), int(days[-1])})
    graphs = [result.follow_graph(day) for day in shown]
    owner = result.creators.sort_values("creator")["user"].to_numpy(np.int64)
    followers, mind = (by_creator(result.creator_days, name) for name in ("followers", colour))
    return _Scene(_places(graphs[-1], seed), owner, np.nan_to_num(followers), mind, graphs, shown)


def _places(graph: "nx.DiGraph[int]", seed: int) -> FloatArray:
    """Where users stand: by rank along both axes of a layout, so that neither the crowd nor the lonely fill the page.

    A layout of follows is a dense ball with a few far away; ranks spread it evenly over a disc.
    """
    placed = np.empty((graph.number_of_nodes(), 2))
    placed[list(graph.nodes)] = positions(graph.to_undirected(), seed)
    from_middle = placed - np.median(placed, axis=0)
    distance = np.hypot(*from_middle.T)
    rank = np.argsort(np.argsort(distance, kind="stable"), kind="stable") + 0.5
    # Area within a radius grows with its square: so many users to every part of the page.
    radius = np.sqrt(rank / rank.size)
    angle = np.arctan2(from_middle[:, 1], from_middle[:, 0])
    return np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])


def _set_up(result: GraphTables, scene: _Scene, colour: str, top: int) -> _Stage:
    """The figure with everything in it that stays, laid out once so that nothing jumps."""
    figure = new_figure(DOUBLE, 3.6)
    left, right = figure.subplots(1, 2, width_ratios=[1.25, 1])
    edges, creators = _draw_graph(figure, left, scene, colour)
    best = np.argsort(-scene.followers[:, -1], kind="stable")[:top].tolist()
    curves = _draw_curves(right, result, scene, best)
    now = right.axvline(scene.days[0], color=GREY, lw=0.6)
    title = left.set_title(f"day {scene.days[-1]:,}")
    figure.draw_without_rendering()
    figure.set_layout_engine("none")
    return _Stage(figure, edges, creators, curves, best, now, title)


def _draw_graph(figure: Figure, axes: Axes, scene: _Scene, colour: str) -> tuple[Any, Any]:
    """Users, and what of the graph changes: the follows and the creators."""
    axes.set_axis_off()
    axes.set(aspect="equal", xlim=(-1.08, 1.08), ylim=(-1.08, 1.08))
    edges = axes.add_collection(LineCollection([], colors=GREY, linewidths=0.3, alpha=0.25, zorder=1))
    axes.scatter(scene.users[:, 0], scene.users[:, 1], s=2.0, color=PALE, linewidths=0, zorder=2)
    seen = scene.mind[np.isfinite(scene.mind)]
    low, high = (float(seen.min()), float(seen.max())) if seen.size else (0.0, 1.0)
    reach = max(float(np.quantile(np.abs(seen), 0.98)) if seen.size else 0.0, 0.05)  # one outlier would pale the rest
    norm = CenteredNorm(0.0, reach) if colour == "mood" else Normalize(low, max(high, low + 0.05))
    look: dict[str, Any] = {"s": 4.0, "linewidths": 0.4, "edgecolors": BLACK, "zorder": 3}
    look |= {"norm": norm, "cmap": LinearSegmentedColormap.from_list(colour, SCALES[colour])}
    x, y = scene.users[scene.owner].T
    creators = axes.scatter(x, y, c=np.zeros(scene.owner.size), **look)
    unit = "0 = as usual" if colour == "mood" else "0 to 1"
    bar = figure.colorbar(creators, ax=axes, location="bottom", shrink=0.6, aspect=30, pad=0.02)
    bar.set_label(f"{colour} of creators ({unit}); area: followers; lines: follows")
    bar.outline.set_linewidth(0.4)
    return edges, creators


def _draw_curves(axes: Axes, result: GraphTables, scene: _Scene, best: list[int]) -> list[Any]:
    """What will be, in a pale line each, and the lines that grow over them."""
    days = np.sort(result.creator_days["day"].unique())
    ids = np.sort(result.creator_days["creator"].unique())
    curves, labels = [], []
    for shade, index in zip(LINES, best, strict=False):
        axes.plot(days, scene.followers[index], color=shade, lw=0.7, alpha=0.25)
        curves += axes.plot([], [], color=shade, lw=1.3)
        labels.append((float(scene.followers[index, -1]), creator_name(result.creators, int(ids[index])), shade))
    time_axis(axes, days)
    axes.set_ylim(0, max(1.0, 1.08 * float(scene.followers[best].max())))
    axes.set(ylabel="followers (users)", title="Followers of the top creators")
    label_ends(axes, labels)
    return curves


def _draw(stage: _Stage, scene: _Scene, frame: int, seed: int) -> None:
    """Set everything that changes to one frame."""
    day = scene.days[frame]
    at = day - scene.days[0]  # days are recorded one by one from the first
    pairs = list(scene.graphs[frame].edges())
    if len(pairs) > MOST_EDGES:
        # By a number that belongs to the tie, so that a line stays as long as its follow.
        pairs = sorted(pairs, key=lambda pair: random.Random(f"{seed} {pair}").random())[:MOST_EDGES]
    stage.edges.set_segments([scene.users[[a, b]] for a, b in pairs])
    followers = scene.followers[:, at]
    stage.creators.set_sizes(4.0 + 220.0 * followers / max(float(scene.followers.max()), 1.0))
    stage.creators.set_array(scene.mind[:, at])
    for curve, index in zip(stage.curves, stage.best, strict=True):
        curve.set_data(np.arange(at + 1) + scene.days[0], scene.followers[index, : at + 1])
    stage.now.set_xdata([day, day])
    stage.title.set_text(f"day {day:,}")
