"""What the Music Lab experiments came to: as published, how sure it is, and from the tables of downloads themselves."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.validation.data import data_file
from simulation.analysis.market import market_shares, rank_correlation, unpredictability, world_gini

Counts = NDArray[np.float64]


FILE = "musiclab/downloads_v{experiment}_lexorder.txt"
"""Downloads of every song in the eight worlds with a signal and in the independent one, below the folder of data."""
SPLITS = 1000
"""Random halves of the independent world, by which its unpredictability is estimated."""
RESAMPLES = 1000
"""Resamples of the songs, by which the uncertainty of what one set of songs gives is estimated."""


@dataclass(frozen=True)
class Numbers:
    """What one experiment came to; unpredictability in thousandths."""

    inequality_alone: float
    inequality: float
    inequality_spread: float
    """Standard deviation between worlds."""
    unpredictability_alone: float
    unpredictability: float
    merit: float


PUBLISHED = {1: Numbers(0.244, 0.340, 0.046, 4.9, 8.2, 0.77), 2: Numbers(0.187, 0.498, 0.038, 3.8, 12.6, 0.66)}
"""By number of the experiment: Salganik, Dodds and Watts, Science 2006."""


CHOICES_ALONE = {1: 1578 / 1400, 2: 2192 / 1400}
"""Songs taken by one who chose alone: downloads of the independent world by its people, about 1,400 in either
experiment (supporting online material of Salganik, Dodds and Watts 2006; about 700 in every other world)."""


@dataclass(frozen=True)
class Errors:
    """Standard errors of what one experiment came to; unpredictability in thousandths.

    Of inequality and unpredictability under a signal: what other eight worlds of the same songs would change
    (jackknife over worlds). Of the others, for which there is but one independent world: what other songs would
    change (bootstrap over songs).
    """

    inequality_alone: float
    inequality: float
    unpredictability_alone: float
    unpredictability: float
    merit: float


ERRORS = {1: Errors(0.0232, 0.0164, 0.18, 0.28, 0.051), 2: Errors(0.0196, 0.0135, 0.12, 1.15, 0.060)}
"""By number of the experiment: `errors` of its tables of downloads, rounded."""


def downloads(experiment: int, folder: Path | None) -> Counts | None:
    """Downloads of every song, (9, songs): eight worlds with a signal and the independent one; None without the file.

    Parameters
    ----------
    experiment
        1 or 2.
    folder
        Of real data; None where there is none.
    """
    path = data_file(folder, FILE.format(experiment=experiment))
    if path is None:
        return None
    return np.loadtxt(path, delimiter=",", dtype=np.float64)[:, 1:].T


def computed(table: Counts) -> Numbers:
    """The same numbers from downloads, (9, songs).

    The independent world has about twice the choosers of the others. Its unpredictability is the mean over random
    halves, each download going to either half by the toss of a coin, as if choosers took one song each.
    """
    social, alone = table[:-1], table[-1]
    inequality = world_gini(social)
    return Numbers(
        float(world_gini([alone])[0]),
        float(inequality.mean()),
        float(inequality.std(ddof=1)),
        1000 * float(np.mean([unpredictability(pair) for pair in _halves(alone)])),
        1000 * unpredictability(social),
        merit(social, alone),
    )


def merit(social: Counts, alone: Counts) -> float:
    """Rank correlation of success in worlds, (worlds, songs), with that in the independent one; mean over worlds."""
    return float(np.mean([rank_correlation(world, alone) for world in social]))


def errors(table: Counts) -> Errors:
    """Standard errors of the same numbers, from downloads, (9, songs)."""
    social, alone = table[:-1], table[-1]
    worlds = len(social)
    without = [1000 * unpredictability(np.delete(social, world, axis=0)) for world in range(worlds)]
    luck = np.random.default_rng(0)
    shares = np.array([market_shares(pair) for pair in _halves(alone)])
    apart = 1000 * np.abs(shares[:, 0] - shares[:, 1]).mean(axis=0)
    drawn = [luck.integers(alone.size, size=alone.size) for _ in range(RESAMPLES)]
    return Errors(
        float(np.std([world_gini([alone[songs]])[0] for songs in drawn])),
        float(world_gini(social).std(ddof=1) / np.sqrt(worlds)),
        float(np.std([apart[songs].mean() for songs in drawn])),
        float(np.sqrt((worlds - 1) * np.var(without))),
        float(np.std([merit(social[:, songs], alone[songs]) for songs in drawn])),
    )


def _halves(alone: Counts) -> list[Counts]:
    """Random halves of the independent world, (2, songs) each."""
    toss = np.random.default_rng(0)
    halves = [toss.binomial(alone.astype(np.int64), 0.5).astype(np.float64) for _ in range(SPLITS)]
    return [np.stack([half, alone - half]) for half in halves]


def sorted_shares(table: Counts) -> Counts:
    """Market share of the most downloaded song of a world, of the next, ...: (worlds, songs) -> means over worlds."""
    return np.asarray(np.sort(market_shares(table), axis=1)[:, ::-1].mean(axis=0))
