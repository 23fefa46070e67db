"""`price`: each arrival follows m earlier ones by (followers + a), and in-degrees follow Price's law.

Exact at any size: every choice, given all before it; and with one link an arrival, the expected number of nodes of
each in-degree. Price's law itself is the limit of many nodes. It supposes that the m links of an arrival are drawn
apart from each other; here they go to different nodes, which holds back the most followed, and the law at finite size
allows for it. Cells of one network depend on each other, so their spread is taken between seeds.
"""

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


class Growth(NamedTuple):
    """So many arrivals after those present, with m links each by (followers + a)^gamma; a network for each seed."""

    engine: Engine
    present: int
    arrivals: int
    links: int
    a: float
    seeds: range
    gamma: float = 1.0

    @property
    def nodes(self) -> int:
        """At the end."""
        return self.present + self.arrivals

    def __str__(self) -> str:
        power = "" if self.gamma == 1.0 else f", gamma = {self.gamma:g}"
        return f"m = {self.links}, a = {self.a:g}{power}, {self.nodes:,} nodes, {self.engine}"


FULL = special.sizes(
    Growth,
    compiled=[(10, 190, 3, 1.0, 60), (10, 490, 3, 6.0, 50), (1, 999, 1, 1.0, 40)],
    mesa=[(1, 99, 1, 0.5, 60), (10, 140, 3, 1.0, 40)],
)
QUICK = special.sizes(
    Growth,
    compiled=[(10, 40, 3, 1.0, 24), (1, 79, 1, 0.5, 24), (1, 159, 1, 1.0, 24)],
    mesa=[(1, 39, 1, 0.5, 24), (10, 40, 3, 1.0, 24)],
)
WHOLE = Growth("compiled", 10, 2990, 3, 1.0, range(250, 251))
"""The preset as it is."""
STARTS = np.array([0, 1, 2, 3, 4, 6, 10])
"""Cells of in-degrees: 0, 1, 2, 3, 4-5, 6-9, 10 and more."""


def lived(growth: Growth, seed: int, until: int | None = None) -> FollowerModel:
    """The preset at that size, to the last arrival or ``until`` so many."""
    values = {
        **special.ONE_TOPIC,
        "population.users": growth.nodes,
        "population.creators": growth.nodes,
        "population.present_at_start": growth.present,
        "session.slots": float(growth.links),
        "feed.prior": growth.a,
        "feed.popularity_bias": growth.gamma,
    }
    model = special.world("price", seed, growth.engine, values)
    model.run_for(growth.arrivals if until is None else until)
    return model


def in_cells(expected: FloatArray, starts: IntArray = STARTS) -> FloatArray:
    """Sums over cells of in-degrees."""
    return np.add.reduceat(expected, starts)


def shares(followers: IntArray, starts: IntArray = STARTS) -> FloatArray:
    """Share of nodes in each cell, (seeds, cells), of ``followers`` (seeds, nodes)."""
    return np.stack([in_cells(np.bincount(row, minlength=starts[-1] + 1) / row.size, starts) for row in followers])


def finite(growth: Growth, a: float = 0.0) -> FloatArray:
    """Price's law at finite size: share of nodes of each in-degree; of another ``a`` where one is given."""
    return laws.price_finite(growth.present, growth.arrivals, growth.links, a or growth.a) / growth.nodes


def fit(growth: Growth, followers: IntArray, law: FloatArray, says: str) -> Fit:
    """In-degrees against a law for the shares of nodes: P(0), P(1), ..."""
    p = gof.hotelling(shares(followers)[:, 1:], in_cells(law)[1:])
    return Fit(f"in-degrees, {growth}: {says}", LAW, "Hotelling, seven cells between seeds", p, len(followers))


LAW = "B(q + a, 2 + a/m) / B(a, 1 + a/m)"
FINITE, LIMIT = "at finite size", "limit"


def measure(effort: Effort) -> Evidence:
    """Every day somebody joins and follows m others by (followers + a). At three sizes in compiled loops and two in
    Mesa the shares of nodes in seven cells of in-degree are tested against Price's law at that size: exactly for m
    = 1; for m = 3 with links to different nodes, drawn as the first of exponential clocks ring. At the largest
    network with m = 1, also against the limit P(q) = B(q + a, 2 + a/m) / B(a, 1 + a/m). And every single choice,
    over all networks of an engine and in the full form the preset itself, given all before it. No exponent is
    fitted: fits are biased at these sizes.
    """
    checks: list[Fit] = []
    rows, luck = [], np.random.default_rng(0)
    places: dict[str, list[FloatArray]] = defaultdict(list)
    for growth in QUICK if effort.quick else (*FULL, WHOLE):
        models = [lived(growth, seed) for seed in growth.seeds]
        followers = np.stack([model.state.creators.followers for model in models])
        places[growth.engine] += [special.places_of_choices(model, growth.a, 1.0, luck) for model in models]
        rows.append(tail(PANELS[growth.engine == "mesa"].name, growth, followers, finite(growth)))
        if growth is not WHOLE:
            checks.append(fit(growth, followers, finite(growth), FINITE))
        if growth.links == 1 and growth.nodes > 100:
            limit = laws.price(np.arange(10**6), growth.links, growth.a)
            checks.append(fit(growth, followers, limit, LIMIT))
    checks += [
        special.every_choice(f"every link, {engine}", "P(j) ~ followers + a", of_engine)
        for engine, of_engine in places.items()
    ]
    return Evidence(tuple(checks), {"law": pd.concat(rows, ignore_index=True)})


def tail(panel: str, growth: Growth, followers: IntArray, law: FloatArray) -> pd.DataFrame:
    """Share of nodes followed by at least so many, beside the law, for a figure; some in-degrees a decade."""
    q = np.unique(np.geomspace(1, max(2, followers.max()), 24).astype(np.int64))
    above = np.concatenate([np.cumsum(law[::-1])[::-1], np.zeros(2)])
    found = np.array([(followers >= least).mean() for least in q])
    return special.shown(panel, str(growth).rpartition(",")[0], growth.engine, q, found, above[np.minimum(q, law.size)])


PANELS = tuple(
    Panel(f"In-degrees, {name}", "followers (users)", "nodes at or above (share)", "xy", "lower left")
    for name in ("compiled", "Mesa")
)


PRICE = Target(
    name="price",
    title="Price's law of cumulative advantage",
    kind="exact",
    source="Price 1976; Newman, Networks, 2018",
    measure=measure,
    figure=partial(special.law_figure, panels=PANELS, height=3.0),
)
"""In-degrees at finite size and in the limit, and every choice."""
