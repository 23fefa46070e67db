"""One early like: whether a like given at random brings more of them (Muchnik, Aral and Taylor 2013)."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from benchmarks.validation.figures import point
from benchmarks.validation.target import Effort, Evidence, Target, band
from simulation.analysis.tables import FloatArray
from simulation.interventions import Intervention
from simulation.model import FollowerModel
from simulation.plots.style import BLACK, BLUE, DOUBLE, GREY, PALE, new_figure, styled

DAY, LIFE = 40, 8
"""Day on which the like is given, and days for which what came out that day is followed: it may climb a pool a day."""
NEXT, FINAL = "next likes, per view", "likes in the end, per post"
PUBLISHED = {NEXT: 1.32, FINAL: 1.25}
HALF = 0.5
"""How much of the published effect may lack, or be too much (a choice)."""


def lives(seed: int, users: int, likes: int, **values: float) -> tuple[FloatArray, FloatArray]:
    """Views and likes, each (LIFE, P), of the P posts that came out on the day and by a plan are given ``likes``.

    One column per post, one row per day of its life, zeros once it is shown no more or the creator has posted again;
    given likes are not counted. With ``likes = 0`` the same posts, the same population and the same draws.
    """
    sizes = {"population.users": users, "population.creators": users // 8}
    given = np.arange(0, users // 8, 2)
    plan = [Intervention(DAY, "bought_likes", likes, creators=tuple(given.tolist()))] if likes else []
    model = FollowerModel(
        {**sizes, **values}, preset="tiktok", seed=seed, threads=1, record="daily", interventions=plan
    )
    model.run_for(DAY + 1)
    creators = model.state.creators
    who = given[creators.posted[given]]
    same = np.ones(who.size, dtype=np.bool_)
    views, liked = [creators.views[who]], [creators.likes[who]]
    for _ in range(1, LIFE):
        model.step()
        same &= ~creators.posted[who]
        views.append(creators.views[who] * same)
        liked.append(creators.likes[who] * same)
    return np.array(views, dtype=np.float64), np.array(liked, dtype=np.float64)


def effects(seed: int, users: int, **values: float) -> tuple[dict[str, float], pd.DataFrame]:
    """What one like more changes, as ratios by name, and likes so far per post by age of the post, with and without."""
    (views, liked), (usual_views, usual) = (lives(seed, users, likes, **values) for likes in (1, 0))
    ratios = {
        NEXT: float((liked[0].sum() / views[0].sum()) / (usual[0].sum() / usual_views[0].sum())),
        FINAL: float(liked.sum() / usual.sum()),
    }
    columns = {"with": liked, "without": usual}
    so_far = pd.DataFrame({name: found.sum(axis=1).cumsum() / found.shape[1] for name, found in columns.items()})
    return ratios, so_far.assign(age=np.arange(1, LIFE + 1), seed=seed)


def measure(effort: Effort) -> Evidence:
    """Worlds of the preset `tiktok`, where a post that is liked is shown for some days more. Of every second creator,
    the post of a day is given one like from nobody, which it shows from then on; the same worlds without it are
    simulated beside. Counted are likes by people: per view on that day, which `decision.like_herding` is fitted to, and
    over the whole life of a post, which nothing is fitted to. Bands reach from half of the published effect to half as
    much again (a choice).
    """
    users, seeds = (800, 6) if effort.quick else (2000, 24)
    found = [effects(seed, users) for seed in range(seeds)]
    bands = tuple(
        band(name, given - HALF * (given - 1.0), given + HALF * (given - 1.0), "times", given=given).measured(
            [ratios[name] for ratios, _ in found]
        )
        for name, given in PUBLISHED.items()
    )
    return Evidence(
        bands,
        {
            "ratios": pd.DataFrame([ratios for ratios, _ in found]).assign(seed=range(seeds)),
            "likes so far": pd.concat([so_far for _, so_far in found], ignore_index=True),
        },
        ("A dislike, the other arm of the experiment, cannot be expressed: there is none.",),
    )


@styled
def draw(evidence: Evidence) -> Figure:
    """Ratios by seed with their mean, where they must lie, and what was published; likes as posts grow old."""
    figure = new_figure(DOUBLE, 2.3)
    ratios, ages = figure.subplots(1, 2, width_ratios=(1.0, 1.0))
    for place, wanted in enumerate(evidence.bands):
        ratios.barh(place, wanted.high - wanted.low, 0.7, left=wanted.low, color=PALE)
        ratios.plot([wanted.given] * 2, [place - 0.35, place + 0.35], color=BLACK)
        seeds = evidence.tables["ratios"][wanted.name]
        ratios.plot(seeds, np.full(len(seeds), place - 0.2), "o", ms=2.5, mew=0, color=GREY)
        point(ratios, wanted.found, place + 0.1, across=True, color=BLUE)
    ratios.set_yticks(range(len(evidence.bands)), [one.name.replace(", ", ",\n") for one in evidence.bands])
    ratios.set_ylim(-0.6, len(evidence.bands) - 0.4)
    ratios.set_xlabel("with one more like, relative to without\n(shaded: where it must lie; black: published)")
    mean = evidence.tables["likes so far"].groupby("age")[["with", "without"]].mean()
    for name, text, colour in (("with", "one more like", BLUE), ("without", "as it was", GREY)):
        ages.plot(mean.index, mean[name], color=colour)
        ages.annotate(
            f" {text}", (mean.index[-1], mean[name].iloc[-1]), color=colour, va="center", annotation_clip=False
        )
    ages.set(xlabel="age of the post (days)", ylabel="likes so far, per post")
    ages.set_ylim(0.0, 1.1 * mean.to_numpy().max())
    return figure


EARLY_LIKE = Target(
    name="early_like",
    title="One early like",
    kind="experiment",
    source="Muchnik, Aral and Taylor, Science 2013",
    measure=measure,
    figure=draw,
)
"""Whether likes bring likes."""
