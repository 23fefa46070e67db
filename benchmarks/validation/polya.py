"""`polya`: an urn. After n arrivals follower counts are Dirichlet-multinomial; shares tend to Dirichlet(a, ..., a)."""

from __future__ import annotations

from collections import defaultdict
from functools import partial
from typing import NamedTuple

import numpy as np
import pandas as pd

from benchmarks.validation import gof, laws, special
from benchmarks.validation.special import Engine, Panel
from benchmarks.validation.target import Effort, Evidence, Fit, Target
from simulation.analysis.tables import FloatArray, IntArray
from simulation.model import FollowerModel


class Urn(NamedTuple):
    """So many creators, weighed by (followers + a), and so many users who arrive one by one; a world for each seed."""

    engine: Engine
    creators: int
    arrivals: int
    a: float
    seeds: range

    def __str__(self) -> str:
        return f"K = {self.creators}, n = {self.arrivals:,}, a = {self.a:g}, {self.engine}"


FULL = special.sizes(
    Urn,
    compiled=[(5, 50, 0.3, 200), (10, 100, 1.0, 200), (20, 300, 5.0, 100)],
    mesa=[(4, 40, 0.3, 150), (8, 60, 1.0, 150)],
)
QUICK = special.sizes(
    Urn, compiled=[(5, 20, 0.3, 60), (10, 40, 1.0, 40), (10, 60, 5.0, 40)], mesa=[(4, 16, 0.3, 60), (5, 30, 1.0, 40)]
)


def lived(urn: Urn, seed: int) -> FollowerModel:
    """The preset at that size, to the last arrival."""
    values = {
        **special.ONE_TOPIC,
        "population.users": urn.creators + urn.arrivals,
        "population.creators": urn.creators,
        "population.present_at_start": urn.creators,
        "feed.prior": urn.a,
    }
    model = special.world("polya", seed, urn.engine, values)
    model.run_for(urn.arrivals)
    return model


def places_in_urn(counts: IntArray, a: float, luck: np.random.Generator) -> FloatArray:
    """Where each count falls in its law, given the counts of the creators before it: the joint law, piece by piece."""
    places, left = [], int(counts.sum())
    for k, count in enumerate(counts[:-1]):
        law = laws.beta_binomial(left, a, (counts.size - 1 - k) * a)
        places.append(gof.place_in_law(count[None], law, luck))
        left -= int(count)
    return np.concatenate(places)


def fits(urn: Urn, counts: IntArray, a: float = 0.0) -> list[Fit]:
    """The joint law of all counts, (seeds, K), and the variance of a share; another ``a`` gives wrong laws."""
    k, n, a = urn.creators, urn.arrivals, a or urn.a
    luck = np.random.default_rng(0)
    places = np.concatenate([places_in_urn(row, a, luck) for row in counts])
    limit = (1.0 / k) * (1.0 - 1.0 / k) / (k * a + 1.0)
    squares = ((counts / n - 1.0 / k) ** 2).mean(axis=1)
    return [
        Fit(f"counts, {urn}", "Dirichlet-multinomial, by Beta-binomials", "Kolmogorov-Smirnov, places in the joint law",
            gof.uniform(places), places.size),
        Fit(f"variance of a share, {urn}", "(1/K)(1 - 1/K)/(K a + 1) (1 + K a/n)", "Student's t of squares",
            gof.student(squares, limit * (1.0 + k * a / n)), len(squares)),
    ]  # fmt: skip


def measure(effort: Effort) -> Evidence:
    """K equal creators; one user a day arrives and follows one of them by (followers + a). Follower counts after n
    arrivals are Dirichlet-multinomial, and their shares tend to Dirichlet(a, ..., a). In three urns with compiled
    loops and two in Mesa: the joint law of all counts, as a Beta-binomial for each creator given those before; the
    variance of a share, which tends to (1/K)(1 - 1/K)/(K a + 1); and, over all urns of an engine, every single
    choice given all before it.
    """
    checks: list[Fit] = []
    rows, luck = [], np.random.default_rng(1)
    places: dict[str, list[FloatArray]] = defaultdict(list)
    for urn in QUICK if effort.quick else FULL:
        models = [lived(urn, seed) for seed in urn.seeds]
        counts = np.stack([model.state.creators.followers for model in models])
        checks += fits(urn, counts)
        places[urn.engine] += [special.places_of_choices(model, urn.a, 1.0, luck) for model in models]
        law = laws.beta_binomial(urn.arrivals, urn.a, (urn.creators - 1) * urn.a)
        panel = PANELS[0] if urn.engine == "compiled" else PANELS[1]
        rows.append(special.distribution(panel.name, str(urn).rpartition(",")[0], urn.engine, counts, law, tail=True))
    checks += [
        special.every_choice(f"every arrival, {engine}", "P(k) ~ followers + a", of_engine)
        for engine, of_engine in places.items()
    ]
    return Evidence(tuple(checks), {"law": pd.concat(rows, ignore_index=True)})


PANELS = tuple(
    Panel(f"Followers of a creator, {name}", "followers (users)", "creators at or above (share)", "y")
    for name in ("compiled", "Mesa")
)


POLYA = Target(
    name="polya",
    title="Polya's urn: shares are Dirichlet",
    kind="exact",
    source="Polya and Eggenberger 1923",
    measure=measure,
    figure=partial(special.law_figure, panels=PANELS),
)
"""The joint law of all counts, the variance of a share, and every choice."""
