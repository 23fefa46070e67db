"""One early like: whether a like given at random brings more of them (Muchnik, Aral and Taylor 2013)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from simulation.analysis.growth import by_creator
from simulation.analysis.intervals import t_interval
from simulation.interventions import Intervention
from simulation.model import FollowerModel
from simulation.validation.target import Band, Effort, Evidence, Target

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from simulation.analysis.tables import FloatArray

DAY, LATER = 40, 20
"""Day on which the like is given, and days after it by which its lasting effect is measured."""
NEXT, FINAL = "likes per view, on the day", f"likes per view, over {LATER} days"
PUBLISHED = {NEXT: 1.32, FINAL: 1.25}
WHY = (
    "The likes that a post shows are seen by its creator alone: no rule lets viewers be swayed by them, as they are by "
    "shown followers, and the sources of the feed here do not rank by them."
)


def ratios(seed: int, users: int) -> dict[str, float]:
    """What likes per view of the creators who were given a like are, relative to the same creators without it."""
    given = range(0, users // 8, 2)
    like = Intervention(DAY, "bought_likes", 1, creators=tuple(given))
    with_it, without = (_rates(seed, users, list(given), changes) for changes in ([like], []))
    return {name: with_it[name] / without[name] for name in PUBLISHED}


def _rates(seed: int, users: int, given: list[int], changes: list[Intervention]) -> dict[str, float]:
    sizes = {"population.users": users, "population.creators": users // 8}
    model = FollowerModel(sizes, seed=seed, threads=1, record="daily", interventions=changes)
    model.run_for(DAY + LATER)
    days = model.result().creator_days
    likes, views = (by_creator(days, name)[given] for name in ("likes", "views"))
    return {NEXT: _rate(likes, views, DAY + 1), FINAL: _rate(likes, views, DAY + LATER)}


def _rate(likes: FloatArray, views: FloatArray, end: int) -> float:
    """Likes per view from the day of the like to before another, bought ones not counted."""
    return float(likes[:, DAY:end].sum() / views[:, DAY:end].sum())


def measure(effort: Effort) -> Evidence:
    """Pairs of worlds, with the like and without."""
    users, seeds = (400, 2) if effort.quick else (2000, 6)
    rows = [ratios(seed, users) for seed in range(seeds)]
    bands = tuple(
        Band(
            name, "times", 1.0 + (given - 1.0) / 2.0, math.inf, t_interval([row[name] for row in rows]), seeds,
            given=given, missed=WHY,
        )
        for name, given in PUBLISHED.items()
    )  # fmt: skip
    return Evidence(bands, notes=("A dislike, the other arm of the experiment, cannot be expressed: there is none.",))


def draw(evidence: Evidence) -> Figure:
    """Ratios with their intervals, where they must lie, and what was published."""
    from simulation.plots.style import BLACK, BLUE, PALE, SINGLE, one_axes, styled

    @styled
    def drawn() -> Figure:
        figure, axes = one_axes(1.4 * SINGLE, 1.4)
        for place, band in enumerate(evidence.bands):
            axes.barh(place, 1.5 - band.low, 0.6, left=band.low, color=PALE)
            axes.plot([band.given] * 2, [place - 0.3, place + 0.3], color=BLACK)
            error = np.array([[band.found.estimate - band.found.low], [band.found.high - band.found.estimate]])
            axes.errorbar(band.found.estimate, place, xerr=error, fmt="o", ms=4, color=BLUE)
        axes.set_yticks(range(len(evidence.bands)), [band.name for band in evidence.bands])
        axes.set(xlim=(0.9, 1.5), ylim=(-0.6, len(evidence.bands) - 0.4))
        axes.set_xlabel("with one more like, relative to without\n(shaded: where it must lie; black: published)")
        return figure

    return drawn()


EARLY_LIKE = Target(
    name="early_like",
    title="One early like",
    kind="experiment",
    about="Every second creator is given one like from nobody on a day, which its numbers show from then on; the same "
    "worlds without it are lived beside. Counted are likes by people, per view. The band begins at half of the effect "
    "that was found on a site for news (a choice).",
    source="Muchnik, Aral and Taylor, Science 2013",
    measure=measure,
    figure=draw,
)
"""Whether likes bring likes."""
