"""`price` with one link and weight (followers + 1)^gamma: below 1 a stretched exponential, above 1 a winner.

P. L. Krapivsky and S. Redner, Phys. Rev. E 63, 066123 (2001).
"""

from __future__ import annotations

from collections import defaultdict
from functools import partial

import numpy as np
import pandas as pd

from benchmarks.validation import gof, laws, special
from benchmarks.validation.price import Growth, in_cells, lived, shares, tail
from benchmarks.validation.special import Engine, Panel
from benchmarks.validation.target import Band, Effort, Evidence, Fit, Target, band
from simulation.analysis.tables import FloatArray, IntArray

BELOW, ABOVE = 0.5, 1.5
EXACT_UP_TO = 24
"""Arrivals up to which the probability of every set of in-degrees can be followed."""


def networks(
    gamma: float, compiled: list[tuple[int, int]], mesa: list[tuple[int, int]], first: int
) -> tuple[Growth, ...]:
    """Networks of one link an arrival: numbers of arrivals, and of seeds."""

    def kind(engine: Engine, arrivals: int, seeds: range) -> Growth:
        return Growth(engine, 1, arrivals, 1, 1.0, seeds, gamma)

    return special.sizes(kind, compiled, mesa, first)


FULL = (
    *networks(BELOW, [(24, 150), (150, 50), (600, 40)], [(20, 80), (80, 40)], first=0),
    *networks(ABOVE, [(8, 300), (16, 300), (24, 300)], [(8, 200), (20, 200)], first=360),
    *networks(3.0, [(24, 200)], [], first=1660),
)
QUICK = (
    *networks(BELOW, [(24, 40), (60, 24), (100, 20)], [(16, 30), (32, 24)], first=0),
    *networks(ABOVE, [(8, 60), (12, 60), (20, 60)], [(8, 60), (12, 60)], first=138),
    *networks(3.0, [(20, 60)], [], first=438),
)
STARTS = np.array([0, 1, 2, 3, 4, 6])
"""Cells of in-degrees: 0, 1, 2, 3, 4-5, 6 and more."""
EARLY, LATE, QUICK_LATE, SEEDS = 50, 400, 150, 10
"""Arrivals after which the largest share is looked at, and the number of networks that are grown for it."""


def weight(gamma: float) -> laws.Weight:
    """(q + 1)^gamma of in-degrees q."""
    return lambda q: np.asarray((q + 1.0) ** gamma)


def finite(growth: Growth, gamma: float = 0.0) -> FloatArray:
    """Share of nodes of each in-degree: exact while that can be had, and by the rate equation beyond.

    The rate equation takes the total weight at its mean, which is off by less than one node. Another ``gamma`` than
    that of the growth gives a law that does not hold.
    """
    gamma = gamma or growth.gamma
    if growth.arrivals <= EXACT_UP_TO:
        return laws.attachment_exact(growth.arrivals, 1.0, gamma) / growth.nodes
    return laws.attachment_finite(weight(gamma), growth.arrivals) / growth.nodes


def in_degree_fit(growth: Growth, followers: IntArray, law: FloatArray, says: str) -> Fit:
    """In-degrees of networks against a law for shares of nodes, whose spread is taken between networks.

    Cells are joined until a network is expected to have three nodes or more in each.
    """
    starts = gof.cells(law, 3.0 / growth.nodes)
    starts = starts[starts <= STARTS[-1]]
    p = gof.hotelling(shares(followers, starts)[:, 1:], in_cells(law, starts)[1:])
    test = f"Hotelling, {starts.size} cells between seeds"
    return Fit(f"in-degrees, {growth}: {says}", "mu/A(q) prod 1/(1 + mu/A(j))", test, p, len(followers))


def largest_fit(growth: Growth, followers: IntArray, gamma: float = 0.0) -> Fit:
    """The whole law of the largest in-degree, over networks; of another ``gamma`` where one is given."""
    law = laws.largest_in_degree(growth.arrivals, 1.0, gamma or growth.gamma)
    p = gof.goodness_of_fit(followers.max(axis=1), law, least=8.0)
    return Fit(
        f"largest in-degree, {growth}", "every history, weighed", "chi-square, whole distribution", p, len(followers)
    )


def largest_shares(gamma: float, late: int) -> FloatArray:
    """Largest share of all links after the early arrivals and after more, each shape (seeds,)."""
    found = []
    for seed in range(2000, 2000 + SEEDS):
        model = lived(Growth("compiled", 1, late, 1, 1.0, range(0), gamma), seed, until=EARLY)
        early = model.state.creators.followers.max() / EARLY
        model.run_for(late - EARLY)
        found.append((early, model.state.creators.followers.max() / late))
    return np.array(found, dtype=np.float64).T


def winner_bands(late: int) -> list[Band]:
    """Above 1 the largest share grows and passes a half; at 1 it shrinks."""
    said = []
    for gamma, low, high in ((ABOVE, 0.0, np.inf), (1.0, -np.inf, 0.0)):
        early, at_last = largest_shares(gamma, late)
        name = f"change of the largest share from {EARLY} to {late} links, gamma = {gamma:g}"
        said.append(band(name, low, high, "share of links").measured(at_last - early))
        if gamma > 1.0:
            name = f"largest share of {late} links, gamma = {gamma:g}"
            said.append(band(name, 0.5, 1.0, "share of links", given=1.0).measured(at_last))
    return said


def measure(effort: Effort) -> Evidence:
    """Every day somebody joins and follows one other by (followers + 1)^gamma. At gamma = {BELOW:g}, at three sizes
    in compiled loops and two in Mesa, in-degrees are tested against their law at that size (up to 24 links
    exactly, over every history), and at the largest one against the limit, mu/A(q) prod 1/(1 + mu/A(j)), a
    stretched exponential. At gamma = {ABOVE:g}, at three sizes and two, the whole law of the largest in-degree; at
    gamma = 3 also, where by a fair chance one node is followed by all. Every single choice is tested given all
    before it. In longer growth the largest share rises above 1, past one half, and falls at 1.
    """
    checks: list[Fit | Band] = []
    rows, luck = [], np.random.default_rng(0)
    places: dict[tuple[float, str], list[FloatArray]] = defaultdict(list)
    sizes = QUICK if effort.quick else FULL
    for growth in sizes:
        models = [lived(growth, seed) for seed in growth.seeds]
        followers = np.stack([model.state.creators.followers for model in models])
        places[growth.gamma, growth.engine] += [
            special.places_of_choices(model, 1.0, growth.gamma, luck) for model in models
        ]
        rows.append(_shown(growth, followers))
        if growth.gamma < 1.0:
            checks.append(in_degree_fit(growth, followers, finite(growth), "at finite size"))
        else:
            checks.append(largest_fit(growth, followers))
        if growth is sizes[2]:
            limit = laws.attachment(weight(growth.gamma), 3000)
            checks.append(in_degree_fit(growth, followers, limit, "limit, stretched exponential"))
    checks += [
        special.every_choice(f"every link, gamma = {gamma:g}, {engine}", "P(j) ~ (followers + 1)^gamma", of_engine)
        for (gamma, engine), of_engine in places.items()
    ]
    checks += winner_bands(QUICK_LATE if effort.quick else LATE)
    return Evidence(tuple(checks), {"law": pd.concat(rows, ignore_index=True)})


def _shown(growth: Growth, followers: IntArray) -> pd.DataFrame:
    name = f"{growth.arrivals} links, {growth.engine}"
    if growth.gamma < 1.0:
        return tail(PANELS[0].name, growth, followers, finite(growth)).assign(series=name)
    law = laws.largest_in_degree(growth.arrivals, 1.0, growth.gamma)
    panel = PANELS[1] if growth.gamma == ABOVE else PANELS[2]
    return special.distribution(panel.name, name, growth.engine, followers.max(axis=1), law)


PANELS = (
    Panel(f"In-degrees, gamma = {BELOW:g}", "followers (users)", "nodes at or above (share)", "xy", "lower left"),
    Panel(f"Most followed, gamma = {ABOVE:g}", "followers (users)", "share of networks", key="upper right"),
    Panel("Most followed, gamma = 3", "followers (users)", "share of networks", key="upper left"),
)


POPULARITY_EXPONENT = Target(
    name="popularity_exponent",
    title="Popularity to a power: stretched exponential, or a winner",
    kind="exact",
    source="Krapivsky and Redner, Phys. Rev. E 63, 066123 (2001)",
    measure=measure,
    figure=partial(special.law_figure, panels=PANELS, height=2.8),
)
"""In-degrees below 1, the largest in-degree above it, and every choice."""
