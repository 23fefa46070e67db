"""Field effects: what a change does in paired worlds, beside what experiments and field studies found.

The changes, how they are measured and the bounds stand once, in ``benchmarks.validation.directions``; here they are run as a
target and drawn.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.validation.directions import DIRECTIONS, Direction
from benchmarks.validation.directions.buying import BOUGHT_FOLLOWERS
from benchmarks.validation.directions.likes import HABITUATION, HIDDEN_COUNTS, SURGE_AND_LOSS
from benchmarks.validation.directions.viewers import FOMO_AND_USE, LIMITED
from benchmarks.validation.directions.voices import OFF_VOICE, PARADOX
from benchmarks.validation.fact_matrix import number
from benchmarks.validation.target import Band, Effort, Evidence, Target
from simulation.analysis.intervals import t_interval
from simulation.plots.style import BLACK, BLUE, DOUBLE, GREY, SAND, VERMILLION, beside, new_figure, styled
from simulation.study.directions.claims import Floats, table

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

HEADINGS: Mapping[str, str] = {
    HABITUATION.name: "more likes for good",
    SURGE_AND_LOSS.name: "surge and loss",
    HIDDEN_COUNTS.name: "like counts hidden",
    PARADOX.name: "metrics chased",
    OFF_VOICE.name: "sponsored post",
    LIMITED.name: "use limited",
    FOMO_AND_USE.name: "fear of missing out and use",
    BOUGHT_FOLLOWERS.name: "followers bought",
}
"""What each direction is called in tables and figures."""
PUBLISHED: Mapping[tuple[str, str], float] = {
    (OFF_VOICE.name, "cost"): 0.19,
    (HIDDEN_COUNTS.name, "likes"): -4.4,
    (FOMO_AND_USE.name, "correlation"): 0.5,
}
"""Numbers that were published for a claim; of the others a direction or a range was."""
MOST, FEW = 12, 2
"""Seeds of each direction, in full and quick: enough for an interval; the tests take more where a claim is close."""
ROW = 0.2
"""Height of a row of the figure, inches."""
EDGE = 1.15
"""End of every row's scale, as a multiple of the farthest number on it."""


def seeds_of(direction: Direction, effort: Effort) -> range:
    """Seeds that a direction is lived with: the first of those of its own test."""
    return range(min(direction.seeds, FEW if effort.quick else MOST))


def bands(direction: Direction, values: Mapping[str, Floats]) -> list[Band]:
    """Each claim of a direction as a number beside its bounds; ``values`` (seeds,) by claim."""
    return [
        Band(
            f"{HEADINGS[direction.name]}: {claim.says[:1].lower()}{claim.says[1:]}",
            claim.unit,
            claim.low,
            claim.high,
            t_interval(values[claim.name]),
            values[claim.name].size,
            PUBLISHED.get((direction.name, claim.name), math.nan),
            claim.source,
        )
        for claim in direction.claims
    ]


def effect_table(checks: Sequence[Band]) -> pd.DataFrame:
    """One row a claim: effect, unit, value, interval_low, interval_high, low, high, published, seeds, met, clear."""
    import pandas as pd

    return pd.DataFrame(
        [
            {
                "effect": band.name,
                "unit": band.unit,
                "value": band.found.estimate,
                "interval_low": band.found.low,
                "interval_high": band.found.high,
                "low": band.low,
                "high": band.high,
                "published": band.given,
                "seeds": band.seeds,
                "met": band.met,
                "clear": band.clear,
                "source": band.source,
            }
            for band in checks
        ]
    )


def compared(checks: Sequence[Band]) -> list[str]:
    """Sentences on what was published as a number, and on effects that the seeds do not settle."""
    notes = [
        f"*{band.name}*: published {number(band.given)}, found {number(band.found.estimate)} "
        f"({number(band.found.low)} to {number(band.found.high)}) {band.unit}."
        for band in checks
        if math.isfinite(band.given)
    ]
    open_ones = [band.name for band in checks if not band.clear]
    if open_ones:
        notes.append(f"Not settled by these seeds, as the interval crosses a bound: {'; '.join(open_ones)}.")
    return notes


def measure(effort: Effort) -> Evidence:
    """Every direction lived with its seeds."""
    checks = [
        band
        for direction in DIRECTIONS
        for band in bands(direction, table(direction.measured(seed) for seed in seeds_of(direction, effort)))
    ]
    return Evidence(tuple(checks), {"effects": effect_table(checks)}, tuple(compared(checks)))


@styled
def draw_effects(evidence: Evidence) -> Figure:
    """A row an effect, on a scale of its own: where it must lie, the mean over seeds with its interval, 0."""
    effects = evidence.tables["effects"].to_dict("records")
    ticks: list[tuple[float, str]] = []
    figure = new_figure(DOUBLE, 0.55 + ROW * (len(effects) + 0.9 * len({_parts(row)[0] for row in effects})))
    axes = figure.add_subplot()
    axes.axvline(0.0, color=GREY, lw=0.6, ls=":", zorder=1)
    y, head = -1.0, ""
    for row in effects:
        heading, claim = _parts(row)
        if heading != head:
            y, head = y + 0.9, heading
            axes.annotate(
                heading,
                (-EDGE, y),
                xytext=(-4, 0),
                textcoords="offset points",
                ha="right",
                va="center_baseline",
                color=GREY,
                fontweight="bold",
                annotation_clip=False,
            )
        y += 1.0
        _effect(axes, y, row)
        ticks.append((y, claim))
    axes.set_yticks([at for at, _ in ticks], [claim for _, claim in ticks])
    axes.set_ylim(y + 0.6, -0.8)
    axes.set_xlim(-EDGE, EDGE)
    axes.set_xticks([0.0], ["0"])
    axes.set_xlabel("each row on a scale of its own\nshaded: where it must lie; bar: 95% interval; black: published")
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    return figure


def _parts(row: Mapping[Hashable, Any]) -> tuple[str, str]:
    """Heading and claim of an effect."""
    heading, claim = str(row["effect"]).split(": ", 1)
    return heading, claim


def _effect(axes: Axes, y: float, row: Mapping[Hashable, Any]) -> None:
    """One row, all its numbers divided by the farthest from 0."""
    names = ("value", "interval_low", "interval_high", "low", "high", "published")
    numbers = np.array([float(row[name]) for name in names])
    scale = float(np.abs(numbers[np.isfinite(numbers)]).max()) or 1.0
    value, start, end, low, high, published = numbers / scale
    low, high = max(low, -EDGE), min(high, EDGE)
    colour = BLUE if row["met"] else VERMILLION
    axes.barh(y, high - low, left=low, height=0.72, color=SAND, lw=0, zorder=0)
    axes.hlines(y, start, end, color=colour, lw=1.6, zorder=2)
    axes.plot(value, y, "o" if row["met"] else "X", ms=3.6, color=colour, zorder=3)
    if math.isfinite(published):
        axes.vlines(published, y - 0.36, y + 0.36, color=BLACK, lw=1.0, zorder=2)
    beside(axes, f"{number(float(row['value']))} {row['unit']}", (1.0, y), 4, "left", BLACK)


EFFECTS = Target(
    name="field_effects",
    title="What a change does, in paired worlds",
    kind="experiment",
    about=(
        "Worlds share people and luck until a day, on which something is changed in one of them: likes rise for good, "
        "like counts are hidden, creators chase metrics, publish a sponsored post or buy followers, sessions are "
        "limited. The difference is the effect. Each is held against the direction, range or number that others "
        "found; the same bounds are tested at stated error rates in `tests/validation`. Parameters of hidden counts, "
        "sponsored posts, limited use and fear of missing out were set to what was published of these, so that they "
        "show that the mechanism can give it, not that it predicts it."
    ),
    source="field study of 2019 (hidden counts); Cheng and Zhang 2025; Hunt et al. 2018; Allcott et al. 2020; "
    "Rutledge et al. 2014; Tversky and Kahneman 1992; see each",
    measure=measure,
    figure=draw_effects,
)
"""Paired effects beside experiments and field studies."""
