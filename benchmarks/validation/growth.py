"""How followers grow: the law of growth rates, their spread by size, and whether followers come in bursts."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from benchmarks.validation.bursts import dispersion, waiting_burstiness
from benchmarks.validation.field import FULL, QUICK, measured, worlds
from benchmarks.validation.figures import panels
from benchmarks.validation.growth_rates import growth_rates, size_classes, spread_by_size, tent_or_bell
from benchmarks.validation.target import Band, Effort, Evidence, Target
from simulation.analysis.growth import by_creator
from simulation.plots.style import BLUE, GREEN, GREY, VERMILLION, label_key, plain_log_ticks, styled

PERIOD, QUICK_PERIOD = 30, 10
"""Days over which growth is measured, the last of the run."""
CLASSES = 5
LEAST_GAINS = 20
"""Followers gained in the second half of a run, from which on bursts are looked for."""
STANLEY = "Stanley et al., Nature 1996; Fu et al., PNAS 2005"
BURSTS = "Goh and Barabasi, EPL 2008; Karsai et al., Sci. Rep. 2012"


def _measure(effort: Effort) -> Evidence:
    """Worlds of the preset `short_video`. Growth rates of creators' followers over the last month: whether a tent
    (Laplace) fits them better than a bell (normal) within classes of size, and whether they spread less the larger
    a creator is. In the second half of the run, of creators who gained twenty followers or more in it: whether
    waiting times between followers are bursty, and daily gains more uneven than those of pure chance. The sources
    are about firms, calls and letters, so that only signs are targets.
    """
    size, period = (QUICK, QUICK_PERIOD) if effort.quick else (FULL, PERIOD)
    rows, classes, rates = [], [], []
    for seed, model in worlds(size):
        days = model.result().creator_days
        followers = by_creator(days, "followers")
        before, rate = growth_rates(followers[:, -1 - period], followers[:, -1])
        middle, spread, beta = spread_by_size(before, rate, CLASSES)
        came = by_creator(days, "gained")[:, size.days // 2 :]
        busy = [row for row in came if row.sum() >= LEAST_GAINS]
        waits = np.array([waiting_burstiness(row) for row in busy])
        spreads = np.array([dispersion(row) for row in busy])
        rows.append((seed, tent_or_bell(before, rate, CLASSES).ratio, beta, waits.mean(), np.median(spreads)))
        classes.append(pd.DataFrame({"seed": seed, "followers": middle, "spread": spread}))
        rates.append(_standardised(before, rate))
    table = pd.DataFrame(rows, columns=["seed", "tent", "beta", "burstiness", "dispersion"])
    bands = {
        "tent": Band("tent against bell, likelihood ratio", low=0.0, unit="sd", source=STANLEY, missed=WHY_BELL),
        "beta": Band(
            "spread of growth ~ size to the power -beta: beta", low=0.0, given=0.17, source=STANLEY, missed=WHY_EVEN
        ),
        "burstiness": Band("burstiness of waiting for followers, B", low=0.0, high=1.0, source=BURSTS),
        "dispersion": Band("variance over mean of daily gains", low=1.0, source=BURSTS),
    }
    tables = {
        "seeds": table,
        "classes": pd.concat(classes, ignore_index=True),
        "rates": _histogram(np.concatenate(rates)),
    }
    return Evidence(measured(table, bands), tables)


WHY_BELL = "within a class of size, growth of a month is a sum over many posts that fare much alike"
WHY_EVEN = (
    "traffic pools let some posts of small creators go round, which spreads their growth, but how far popularity "
    "carries the large ones spreads theirs as much"
)


def _standardised(sizes: np.ndarray, rates: np.ndarray) -> np.ndarray:
    """Growth rates minus their class's mean, in its standard deviations."""
    which, found = size_classes(sizes, CLASSES), np.zeros(rates.size)
    for k in range(CLASSES):
        part = rates[which == k]
        if part.size > 1 and part.std() > 0:
            found[which == k] = (part - part.mean()) / part.std()
    return found


def _histogram(rates: np.ndarray) -> pd.DataFrame:
    density, edges = np.histogram(rates, bins=np.arange(-5.0, 5.01, 0.4), density=True)
    return pd.DataFrame({"rate": (edges[1:] + edges[:-1]) / 2, "density": density})


@styled
def _figure(evidence: Evidence) -> Figure:
    figure, (left, right) = panels(evidence, 2)
    rates = evidence.tables["rates"]
    shown = rates[rates["density"] > 0]
    left.plot(shown["rate"], shown["density"], "o", ms=3, mew=0, color=BLUE)
    x = np.linspace(-4, 4, 200)
    left.plot(x, np.exp(-np.sqrt(2) * np.abs(x)) / np.sqrt(2), color=VERMILLION)
    left.plot(x, np.exp(-(x**2) / 2) / np.sqrt(2 * np.pi), color=GREEN)
    label_key(left, (("model", BLUE), ("tent (Laplace)", VERMILLION), ("bell (normal)", GREEN)))
    left.set(yscale="log", ylim=(1e-4, 3), ylabel="density of creators")
    left.set_xlabel("growth rate of followers, sd of its size class")
    classes = evidence.tables["classes"].dropna()
    for _, part in classes.groupby("seed"):
        right.plot(part["followers"], part["spread"], "o-", ms=2.5, mew=0, lw=0.7, color=BLUE)
    low, high = classes["followers"].min(), classes["followers"].max()
    start, x = classes[classes["followers"] < 1.2 * low]["spread"].mean(), np.geomspace(low, high, 50)
    for power, text in ((-0.17, "-0.17, as firms"), (-0.5, "-0.5, as independent parts")):
        line = start * (x / low) ** power
        right.plot(x, line, "--", lw=0.7, color=GREY)
        right.annotate(text, (high, line[-1]), (0, 5), textcoords="offset points", ha="right", color=GREY)
    right.set(xscale="log", ylim=(0, None), xlabel="followers before", ylabel="spread (sd) of growth rates")
    plain_log_ticks(right.xaxis)
    return figure


GROWTH = Target(
    name="follower_growth",
    title="Growth rates of followers, and bursts",
    kind="field",
    source=f"{STANLEY}; {BURSTS}",
    measure=_measure,
    figure=_figure,
)
