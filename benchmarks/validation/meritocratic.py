"""`meritocratic`: the followed are the records among those met, so all at equilibrium is a matter of random orders.

Everybody meets the others in random order and follows whoever beats all met before; the r-th best of the others is
such a record with probability 1/r, and records are independent of each other (Renyi 1962). Pagan, Mei, Li and Doerfler,
Nature Communications 12, 6865 (2021).
"""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

import numpy as np
import pandas as pd

from benchmarks.validation import gof, laws, special
from benchmarks.validation.special import Panel
from benchmarks.validation.target import Band, Effort, Evidence, Fit, Target
from simulation.analysis.tables import BoolArray, FloatArray, IntArray
from simulation.model import FollowerModel

FULL = special.sizes(special.Size, compiled=[(10, 150), (30, 60), (100, 30)], mesa=[(6, 160), (14, 80)])
QUICK = special.sizes(special.Size, compiled=[(6, 60), (12, 30), (24, 20)], mesa=[(5, 60), (9, 30)])


PLACES = "Kolmogorov-Smirnov, places in the law"


class Lived(NamedTuple):
    """Worlds of one size, people in order of talent, best first."""

    best: IntArray
    """Place among the others, 0 for the best, of the best followed on the way, (seeds, N)."""
    so_far: IntArray
    """How many each followed then, (seeds, N)."""
    follows: BoolArray
    """Who follows whom at equilibrium, (seeds, N, N)."""
    last: IntArray
    """Days simulated when each met the best, (seeds, N)."""


def on_the_way(people: int) -> int:
    """Days after which the best is known to about two in five."""
    return max(1, people // 2)


def longest(people: int) -> int:
    """Days at most: that anybody has not met the best by then has a probability below 1e-20."""
    return 60 * people


def lived(size: special.Size) -> Lived:
    """Every world until everybody follows the best of the others, after which nothing changes."""
    best, so_far, follows, last = [], [], [], []
    for seed in size.seeds:
        values = {**special.ONE_TOPIC, "population.users": size.people, "population.creators": size.people}
        model = special.world("meritocratic", seed, size.engine, values)
        model.run_for(on_the_way(size.people))
        matrix = _by_talent(model)
        best.append(_best_followed(matrix))
        so_far.append(matrix.sum(axis=1))
        while not best_known(model) and model.day < longest(size.people):
            model.step()
        follows.append(_by_talent(model))
        last.append(days_of_last_follow(model))
    return Lived(np.stack(best), np.stack(so_far), np.stack(follows), np.stack(last))


def _by_talent(model: FollowerModel) -> BoolArray:
    order = np.argsort(-model.state.creators.talent, kind="stable")
    users = model.state.creators.user[order]
    return special.follow_matrix(model)[np.ix_(users, order)]


def _best_followed(matrix: BoolArray) -> IntArray:
    """Place of the best followed among the others: who is better than oneself keeps the place, the rest move up."""
    place = matrix.argmax(axis=1)
    return np.asarray(place - (place > np.arange(place.size)))


def days_of_last_follow(model: FollowerModel) -> IntArray:
    """Days simulated when each user followed for the last time, shape (N,)."""
    follows = model.state.follows
    users, entries = follows.entries()
    last = np.zeros(follows.rows.length.size, dtype=np.int64)
    np.maximum.at(last, users, follows.rows.day[entries] + 1)
    return last


def best_known(model: FollowerModel) -> bool:
    """Whether everybody follows the best of the others."""
    state = model.state
    order = np.argsort(-state.creators.talent, kind="stable")
    best = np.full(order.size, state.creators.talent[order[0]])
    best[state.creators.user[order[0]]] = state.creators.talent[order[1]]
    return bool((state.users.best_followed == best).all())


def fits(size: special.Size, found: Lived, people: int = 0) -> list[Fit]:
    """Whole laws at one size: followers by rank, out-degrees, the way, and the time.

    The laws are those for ``people``; another number than simulated gives laws that do not hold, to see that it is
    noticed.
    """
    n, day, luck = people or size.people, on_the_way(size.people), np.random.default_rng(0)
    followers = found.follows.sum(axis=1)

    def places(values: IntArray, law: FloatArray) -> FloatArray:
        return gof.place_in_law(values.ravel(), law, luck)

    ranks = [places(followers[:, r - 1], laws.followers_of_rank(n, r)) for r in range(2, size.people + 1)]
    degrees = places(found.follows.sum(axis=2), laws.records(n - 1))
    way = places(found.best, laws.best_met(n - 1, day))
    time = places(found.last.max(axis=1), laws.last_of_geometric(n, 1.0 / (n - 1), longest(n)))
    checks = (
        ("followers by rank", "Binomial(r-1, 1/(r-1)) + Binomial(N-r, 1/r)", np.concatenate(ranks)),
        ("out-degree", "number of records among N-1", degrees),
        (f"best followed on day {day}", "P(place > r) = (1 - r/(N-1))^t", way),
        ("time to equilibrium", "last of N geometric waits", time),
    )
    return [Fit(f"{name}, {size}", law, PLACES, gof.uniform(its), its.size) for name, law, its in checks]


def largest_fits(size: special.Size, found: Lived) -> list[Fit]:
    """What follows from those laws, at the largest size of an engine: means, lone follows, the way, waits."""
    n, seeds = size.people, len(size.seeds)
    rank = np.arange(2, n + 1)
    better, worse = 1.0 / (rank - 1), 1.0 / rank  # probabilities that those above and below rank r follow r
    variance = (rank - 1) * better * (1.0 - better) + (n - rank) * worse * (1.0 - worse)
    mean = np.asarray(found.follows.sum(axis=1).mean(axis=0)[1:], dtype=np.float64)
    kept = variance > 0.0
    by_rank = gof.known_covariance(mean[kept], n / rank[kept], np.diag(variance[kept]) / seeds)
    lone = int((found.follows.sum(axis=2) == 1).sum())
    luck = np.random.default_rng(1)
    waits = gof.place_in_law(found.last.ravel(), laws.last_of_geometric(1, 1.0 / (n - 1), longest(n)), luck)
    so_far = gof.goodness_of_fit(found.so_far.ravel(), laws.records_met(n - 1, on_the_way(n)))
    return [
        Fit(f"mean followers by rank, {size}", "N/r", "chi-square, covariance known", by_rank, seeds),
        Fit(f"out-degree 1, {size}", "1/(N-1)", "binomial", gof.binomial(lone, n * seeds, 1.0 / (n - 1)), n * seeds),
        Fit(f"out-degree on day {on_the_way(n)}, {size}", "records among those met", "chi-square, whole distribution",
            so_far, n * seeds),
        Fit(f"day the best is met, {size}", "geometric, 1/(N-1)", PLACES,
            gof.uniform(waits), n * seeds),
    ]  # fmt: skip


def measure(effort: Effort) -> Evidence:
    """Everybody creates, meets one other a day at random, and follows whoever beats the best met so far. At each of
    three sizes in compiled loops and two in Mesa, whole distributions: followers of every rank and out-degrees at
    equilibrium; on the way to it, after N/2 days, the place of the best followed; and the day of equilibrium,
    whose mean is about (N - 1) H(N). At the largest size of each engine also: mean followers N/r for r >= 2,
    P(out-degree 1) = 1/(N - 1), out-degrees on the way, and the day on which each meets the best. All N - 1 others
    follow the best, always.
    """
    sizes = QUICK if effort.quick else FULL
    found = {size: lived(size) for size in sizes}
    checks: list[Fit | Band] = [fit for size in sizes for fit in fits(size, found[size])]
    for engine in special.ENGINES:
        largest = max((size for size in sizes if size.engine == engine), key=lambda size: size.people)
        checks += largest_fits(largest, found[largest])
        followers = np.concatenate(
            [found[size].follows[:, :, 0].sum(axis=1) / (size.people - 1) for size in sizes if size.engine == engine]
        )
        band = Band(f"others who follow the best, {engine}", low=1.0, unit="share", given=1.0)
        checks.append(band.measured(followers))
    rows = [table for size in sizes for table in _shown(size, found[size])]
    return Evidence(tuple(checks), {"law": pd.concat(rows, ignore_index=True)}, _notes(found))


def _notes(found: dict[special.Size, Lived]) -> tuple[str, ...]:
    said = []
    for size, its in found.items():
        n, worlds = size.people, len(size.seeds)
        law = laws.last_of_geometric(n, 1.0 / (n - 1), longest(n))
        said.append(
            f"{size}: equilibrium after {its.last.max(axis=1).mean():.1f} days in the mean of {worlds} worlds; "
            f"{law @ np.arange(law.size):.1f} exactly, (N - 1) H(N) = {(n - 1) * laws.harmonic(n):.1f}."
        )
    return tuple(said)


RANKS = Panel("Followers", "rank by talent", "followers (mean, users)", "xy")
DEGREES = Panel("Out-degree", "creators followed", "share of users")
WAY = Panel("On the way, day N/2", "place of the best followed", "share of users")
TIME = Panel("Time to equilibrium", "day / ((N-1) H(N))", "worlds not there (share)")


def _shown(size: special.Size, found: Lived) -> list[pd.DataFrame]:
    n, name, engine = size.people, str(size), size.engine
    rank = np.arange(1, n + 1)
    expected = np.where(rank == 1, n - 1, n / rank)
    time, law = found.last.max(axis=1), laws.last_of_geometric(n, 1.0 / (n - 1), longest(n))
    days = np.sort(time)
    late = np.array([(time > day).mean() for day in days])
    return [
        special.shown(RANKS.name, name, engine, rank, found.follows.sum(axis=1).mean(axis=0), expected),
        special.distribution(DEGREES.name, name, engine, found.follows.sum(axis=2), laws.records(n - 1)),
        special.distribution(WAY.name, name, engine, found.best, laws.best_met(n - 1, on_the_way(n))),
        special.shown(TIME.name, name, engine, days / ((n - 1) * laws.harmonic(n)), late, 1.0 - np.cumsum(law)[days]),
    ]


MERITOCRATIC = Target(
    name="meritocratic",
    title="Meritocratic following: N/r followers, and how it comes to that",
    kind="exact",
    source="Pagan et al., Nature Communications 12, 6865 (2021); records: Renyi 1962",
    measure=measure,
    figure=partial(special.law_figure, panels=(RANKS, DEGREES, WAY, TIME)),
)
"""Followers by rank, out-degrees, the way to equilibrium, and the time it takes."""
