"""Field effects: what a change does in paired worlds, compared with experiments and field studies.

The changes, how they are measured and the bounds stand once, in ``benchmarks.validation.directions``; here they are run
as a target and drawn.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from benchmarks.validation.directions import DIRECTIONS, Direction
from benchmarks.validation.target import Band, Effort, Evidence, Target
from simulation.analysis.expectation import by_name
from simulation.analysis.tables import FloatArray
from simulation.analysis.wording import interval, number
from simulation.plots.style import BLACK, BLUE, DOUBLE, GREY, SAND, VERMILLION, beside, new_figure, styled

MOST, FEW = 12, 2
"""Seeds of each direction, in full and quick: enough for an interval; the tests take more where a claim is close."""
ROW = 0.2
"""Height of a row of the figure, inches."""
EDGE = 1.15
"""End of every row's scale, as a multiple of the farthest number on it."""


def seeds_of(direction: Direction, effort: Effort) -> range:
    """Seeds that a direction is tested with: the first of those of its own test."""
    return range(min(direction.seeds, FEW if effort.quick else MOST))


def bands(direction: Direction, values: Mapping[str, FloatArray]) -> list[Band]:
    """Each claim of a direction, named under its heading, with its numbers (seeds,)."""
    return [
        replace(one, name=f"{direction.heading}: {one.says[:1].lower()}{one.says[1:]}").measured(values[one.name])
        for one in direction.claims
    ]


def compared(checks: Sequence[Band]) -> list[str]:
    """Sentences on what was published as a number, and on effects that the seeds do not settle."""
    notes = [
        f"*{band.name}*: published {number(band.given)}, found {interval(band.found, band.unit)}."
        for band in checks
        if math.isfinite(band.given)
    ]
    open_ones = [band.name for band in checks if not band.clear]
    if open_ones:
        notes.append(f"Not settled by these seeds, as the interval crosses a bound: {'; '.join(open_ones)}.")
    return notes


def measure(effort: Effort) -> Evidence:
    """Worlds share people and random draws until a day, on which something is changed in one of them: likes rise for
    good, like counts are hidden, creators chase metrics, publish a sponsored post or buy followers, sessions are
    limited. The difference is the effect. Each is held against the direction, range or number that others found; the
    same bounds are tested at stated error rates in `tests/validation`. Parameters of hidden counts, sponsored posts,
    limited use and fear of missing out were set to what was published of these, so that they show that the mechanism
    can give it, not that it predicts it.
    """
    checks = [
        band
        for direction in DIRECTIONS
        for band in bands(direction, by_name(direction.measured(seed) for seed in seeds_of(direction, effort)))
    ]
    table = pd.DataFrame([{"effect": band.name, **band.row(), "source": band.source} for band in checks])
    return Evidence(tuple(checks), {"effects": table}, tuple(compared(checks)))


@styled
def draw_effects(evidence: Evidence) -> Figure:
    """A row an effect, on a scale of its own: where it must lie, the mean over seeds with its interval, 0."""
    rows = [(band.name.partition(": "), band) for band in evidence.bands]
    ticks: list[tuple[float, str]] = []
    figure = new_figure(DOUBLE, 0.55 + ROW * (len(rows) + 0.9 * len({heading for (heading, *_), _ in rows})))
    axes = figure.add_subplot()
    axes.axvline(0.0, color=GREY, lw=0.6, ls=":", zorder=1)
    y, head = -1.0, ""
    for (heading, _, claim), band in rows:
        if heading != head:
            y, head = y + 0.9, heading
            title = axes.annotate(heading, (-EDGE, y), (-4, 0), textcoords="offset points", annotation_clip=False)
            title.set(ha="right", va="center_baseline", color=GREY, fontweight="bold")
        y += 1.0
        _effect(axes, y, band)
        ticks.append((y, claim))
    axes.set_yticks([at for at, _ in ticks], [claim for _, claim in ticks])
    axes.set_ylim(y + 0.6, -0.8)
    axes.set_xlim(-EDGE, EDGE)
    axes.set_xticks([0.0], ["0"])
    axes.set_xlabel("each row on a scale of its own\nshaded: where it must lie; bar: 95% interval; black: published")
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    return figure


def _effect(axes: Axes, y: float, band: Band) -> None:
    """One row, all its numbers divided by the farthest from 0."""
    numbers = np.array([*band.found[:3], band.low, band.high, band.given])
    scale = float(np.abs(numbers[np.isfinite(numbers)]).max()) or 1.0
    value, start, end, low, high, published = numbers / scale
    low, high = max(low, -EDGE), min(high, EDGE)
    colour = BLUE if band.met else VERMILLION
    axes.barh(y, high - low, left=low, height=0.72, color=SAND, lw=0, zorder=0)
    axes.hlines(y, start, end, color=colour, lw=1.6, zorder=2)
    axes.plot(value, y, "o" if band.met else "X", ms=3.6, color=colour, zorder=3)
    if math.isfinite(published):
        axes.vlines(published, y - 0.36, y + 0.36, color=BLACK, lw=1.0, zorder=2)
    beside(axes, f"{number(band.found.estimate)} {band.unit}", (1.0, y), 4, "left", BLACK)


EFFECTS = Target(
    name="field_effects",
    title="What a change does, in paired worlds",
    kind="experiment",
    source="field study of 2019 (hidden counts); Cheng and Zhang 2025; Hunt et al. 2018; Allcott et al. 2020; "
    "Rutledge et al. 2014; Tversky and Kahneman 1992; see each",
    measure=measure,
    figure=draw_effects,
)
"""Paired effects beside experiments and field studies."""
