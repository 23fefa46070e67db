"""`null`: a random creator a day, followed by chance: nobody has an advantage, so followers are as good as Poisson.

A user follows one given other within T days with probability 1 - (1 - p / others)^T, where others = M, or M - 1 for
who creates too. Users are independent, so followers are a sum of two binomial numbers, exactly.
"""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import stats

from benchmarks.validation import gof, laws, special
from benchmarks.validation.special import Engine, Panel
from benchmarks.validation.target import Effort, Evidence, Fit, Target
from simulation.analysis.tables import FloatArray, IntArray

P = 0.05
"""Of the preset: what whoever is met is followed with."""
DAYS = 20


class Crowd(NamedTuple):
    """So many users, of whom some create; a world for each seed."""

    engine: Engine
    users: int
    creators: int
    seeds: range

    def __str__(self) -> str:
        return f"{self.users:,} users, {self.creators} creators, {self.engine}"


FULL = special.sizes(
    Crowd, compiled=[(300, 30, 80), (1000, 100, 60), (5000, 500, 80)], mesa=[(120, 12, 60), (300, 30, 30)]
)
QUICK = special.sizes(
    Crowd, compiled=[(200, 20, 30), (1000, 100, 30), (5000, 500, 24)], mesa=[(50, 10, 20), (100, 20, 16)]
)


class Degrees(NamedTuple):
    """Who is followed how much, and follows how many."""

    followers: IntArray
    """(seeds, M)"""
    watchers: IntArray
    """Follows of those who only watch, (seeds, N - M)."""
    creators: IntArray
    """Follows of those who create too, (seeds, M)."""


def degrees(crowd: Crowd, days: int = DAYS, p: float = P) -> Degrees:
    """Worlds of the preset after some days."""
    followers, watchers, creators = [], [], []
    values = {**special.ONE_TOPIC, "population.users": crowd.users, "population.creators": crowd.creators}
    for seed in crowd.seeds:
        model = special.world("null", seed, crowd.engine, {**values, "decision.follow_probability": p})
        model.run_for(days)
        matrix = special.follow_matrix(model)
        creates = model.state.users.creator >= 0
        followers.append(matrix.sum(axis=0))
        watchers.append(matrix.sum(axis=1)[~creates])
        creators.append(matrix.sum(axis=1)[creates])
    return Degrees(np.stack(followers), np.stack(watchers), np.stack(creators))


def follower_law(crowd: Crowd, p: float = P) -> FloatArray:
    """Followers of a creator: of those who only watch, and of the other creators."""
    n, m = crowd.users, crowd.creators
    only_watches, creates = (1.0 - (1.0 - p / others) ** DAYS for others in (m, m - 1))
    return laws.sum_of_binomials(n - m, only_watches, m - 1, creates)


def poisson(law: FloatArray) -> FloatArray:
    """Poisson's law of the same mean, at the same values."""
    count = np.arange(law.size)
    return np.asarray(stats.poisson.pmf(count, law @ count))


def follower_fit(crowd: Crowd, followers: IntArray, law: FloatArray, says: str) -> Fit:
    """Shares of creators in cells of follower numbers; creators share users, so the spread is taken between seeds."""
    starts = gof.cells(law, 0.18)
    found = np.stack([np.add.reduceat(np.bincount(row, minlength=law.size), starts) for row in followers])
    p = gof.hotelling(found[:, 1:] / crowd.creators, np.add.reduceat(law, starts)[1:])
    return Fit(f"followers, {crowd}: {says}", says, f"Hotelling, {starts.size} cells between seeds", p, len(followers))


def follow_fit(crowd: Crowd, found: Degrees, p: float = P) -> Fit:
    """Follows of users: distinct creators among those met, one's own self never."""
    luck, m = np.random.default_rng(0), crowd.creators
    places = np.concatenate(
        [
            gof.place_in_law(found.watchers.ravel(), laws.distinct_met(m, p, DAYS), luck),
            gof.place_in_law(found.creators.ravel(), laws.distinct_met(m - 1, p, DAYS), luck),
        ]
    )
    law = "distinct creators met and taken"
    return Fit(f"follows, {crowd}", law, "Kolmogorov-Smirnov, places in the law", gof.uniform(places), places.size)


EXACT, POISSON = "sum of two binomials", "Poisson"


def measure(effort: Effort) -> Evidence:
    """Equal creators, a random one met a day, followed with probability {P:g}, for {DAYS} days. At three sizes in
    compiled loops and two in Mesa: the distribution of followers against its exact law, a sum of two binomials,
    and that of follows per user, distinct creators among those met. At the largest size, where the two laws are as
    good as one, followers also against Poisson itself. Lines in the figure are Poisson's law of the same mean.
    """
    checks, rows, notes = [], [], []
    sizes = QUICK if effort.quick else FULL
    for crowd in sizes:
        found, law = degrees(crowd), follower_law(crowd)
        checks += [follower_fit(crowd, found.followers, law, EXACT), follow_fit(crowd, found)]
        name = f"{crowd.users:,} users, {crowd.creators} creators"
        panel = PANELS[crowd.engine == "mesa"].name
        rows.append(special.distribution(panel, name, crowd.engine, found.followers, poisson(law)))
        distance = 0.5 * float(np.abs(law - poisson(law)).sum())
        notes.append(f"{crowd}: the exact law lies {distance:.2g} from Poisson's (total variation).")
        if crowd.users >= 5000:
            checks.append(follower_fit(crowd, found.followers, poisson(law), POISSON))
    return Evidence(tuple(checks), {"law": pd.concat(rows, ignore_index=True)}, tuple(notes))


PANELS = tuple(Panel(f"Followers, {name}", "followers (users)", "share of creators") for name in ("compiled", "Mesa"))


NULL = Target(
    name="null",
    title="Nobody has an advantage: followers are Poisson",
    kind="exact",
    source="Le Cam 1960 for how near Poisson is",
    measure=measure,
    figure=partial(special.law_figure, panels=PANELS),
)
"""Followers against the exact law and Poisson's, and follows per user."""
