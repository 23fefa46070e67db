"""`two_state`: every user is a chain of two states, apart from all others, so followers are binomial on every day."""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd

from benchmarks.validation import gof, laws, special
from benchmarks.validation.special import Panel
from benchmarks.validation.target import Effort, Evidence, Fit, Target
from simulation.analysis.tables import FloatArray, IntArray

P, H = 0.06, 0.04
"""Of the preset: what a non-follower follows with, and a follower leaves with, a day."""
FULL = special.sizes(special.Size, compiled=[(40, 200), (200, 200), (1000, 200)], mesa=[(15, 100), (60, 60)])
QUICK = special.sizes(special.Size, compiled=[(40, 40), (200, 40), (1000, 40)], mesa=[(8, 50), (24, 40)])
DAYS, QUICK_DAYS = 60, 25
ON_THE_WAY = 6
"""A day by which the mean has come about half of its way."""


def paths(size: special.Size, days: int) -> IntArray:
    """Followers of the one creator among so many others, shape (seeds, days)."""
    values = {**special.ONE_TOPIC, "population.users": size.people + 1}
    worlds = (special.world("two_state", seed, size.engine, values) for seed in size.seeds)
    return np.stack([special.follower_path(model, days)[:, 0] for model in worlds])


def fits(size: special.Size, found: IntArray, p: float = P, h: float = H) -> list[Fit]:
    """The whole law on a day on the way and on the last one, and the mean path from empty."""
    seeds, end = found.shape
    law = f"Binomial(N, p/(p+h) [1 - (1-p-h)^t]), p = {p:g}, h = {h:g}"
    said = []
    for day in (ON_THE_WAY, end):
        fit = gof.goodness_of_fit(found[:, day - 1], laws.two_state(size.people, p, h, day), least=8.0)
        said.append(Fit(f"followers on day {day}, {size}", law, "chi-square, whole distribution", fit, seeds))
    days = np.unique(np.geomspace(1, end, 8).astype(np.int64))
    mean = np.asarray(found[:, days - 1].mean(axis=0), dtype=np.float64)
    expected = laws.two_state_mean(size.people, p, h, days)
    covariance = laws.two_state_covariance(size.people, p, h, days)
    fit = gof.known_covariance(mean, expected, covariance / seeds)
    said.append(Fit(f"mean path, {size}", "N p/(p+h) [1 - (1-p-h)^t]", "chi-square, covariance known", fit, seeds))
    return said


def steps(size: special.Size, found: IntArray, p: float = P, h: float = H) -> FloatArray:
    """Where each day falls in its law given the day before: Binomial(others, p) + Binomial(followers, 1 - h)."""
    luck = np.random.default_rng(0)
    before = np.pad(found, ((0, 0), (1, 0)))[:, :-1]
    places = np.empty(found.shape)
    for was in np.unique(before):
        here = before == was
        law = laws.sum_of_binomials(size.people - int(was), p, int(was), 1.0 - h)
        places[here] = gof.place_in_law(found[here], law, luck)
    return places.ravel()


def measure(effort: Effort) -> Evidence:
    """One creator whom every non-follower follows with p = .06 a day and every follower leaves with h = .04, all
    starting as non-followers. At each of three sizes in compiled loops and two in Mesa: the whole distribution of
    followers over seeds, on day {ON_THE_WAY} and on the last day; the mean path on eight days, whose covariance is
    known; and, over all sizes of an engine, every single day given the day before.
    """
    sizes, days = (QUICK, QUICK_DAYS) if effort.quick else (FULL, DAYS)
    found = {size: paths(size, days) for size in sizes}
    checks = [fit for size in sizes for fit in fits(size, found[size])]
    for engine in special.ENGINES:
        places = np.concatenate([steps(size, found[size]) for size in sizes if size.engine == engine])
        law = "Binomial(N - n, p) + Binomial(n, 1 - h), given n the day before"
        test = "Kolmogorov-Smirnov, places in the law, all sizes"
        checks.append(Fit(f"every step, {engine}", law, test, gof.uniform(places), places.size))
    rows, day = [], np.arange(1, days + 1)
    for size in sizes:
        mean = laws.two_state_mean(1, P, H, day)
        rows.append(special.shown(PATH.name, str(size), size.engine, day, found[size].mean(axis=0) / size.people, mean))
    for size in (size for size in sizes if size.people < 100):
        for at, panel in ((ON_THE_WAY, WAY), (days, END)):
            whole = laws.two_state(size.people, P, H, at)
            rows.append(special.distribution(panel.name, str(size), size.engine, found[size][:, at - 1], whole))
    return Evidence(tuple(checks), {"law": pd.concat(rows, ignore_index=True)})


PATH = Panel("Mean path from empty", "day", "followers (share of users)", key="lower right")
WAY = Panel(f"On the way, day {ON_THE_WAY}", "followers (users)", "probability")
END = Panel("Last day", "followers (users)", "probability")


TWO_STATE = Target(
    name="two_state",
    title="Two states: followers are binomial",
    kind="exact",
    source="two-state Markov chain",
    measure=measure,
    figure=partial(special.law_figure, panels=(PATH, WAY, END)),
)
"""The whole distribution on the way and in the end, the mean path, and every step."""
