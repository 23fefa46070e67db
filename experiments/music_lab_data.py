"""The Music Lab's own numbers: as published, and computed from its tables of downloads where these are there."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from simulation.analysis import market_shares, rank_correlation, unpredictability, world_gini

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Counts = NDArray[np.float64]

FOLDER = "FOLLOWER_DATA"
"""Environment variable with the folder of real data; without it, ``../shared/data`` beside the repository."""
FILE = "musiclab/downloads_v{experiment}_lexorder.txt"
SPLITS = 1000
"""Random halves of the independent world, by which its unpredictability is estimated."""


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


PUBLISHED = {
    1: Numbers(0.244, 0.340, 0.046, 4.9, 8.2, 0.77),
    2: Numbers(0.187, 0.498, 0.038, 3.8, 12.6, 0.66),
}
"""By number of the experiment: Salganik, Dodds and Watts, Science 2006."""
SIGNAL = {1: "weak", 2: "strong"}
"""Arm that stands for the social condition of each experiment."""


def downloads(experiment: int, folder: Path | None = None) -> Counts | None:
    """Downloads of every song, (9, songs): eight worlds with a signal and the independent one; None without the file.

    Parameters
    ----------
    experiment
        1 or 2.
    folder
        Of real data; None takes the usual one.
    """
    beside = Path(__file__).parents[1] / ".." / "shared" / "data"
    path = (folder or Path(os.environ.get(FOLDER, beside))) / FILE.format(experiment=experiment)
    if not path.is_file():
        return None
    return np.loadtxt(path, delimiter=",", dtype=np.float64)[:, 1:].T


def computed(table: Counts) -> Numbers:
    """The same numbers from downloads, (9, songs).

    The independent world has about twice the choosers of the others. Its unpredictability is the mean over random
    halves, each download going to either half by the toss of a coin, as if choosers took one song each.
    """
    social, alone = table[:-1], table[-1]
    toss = np.random.default_rng(0)
    halves = [toss.binomial(alone.astype(np.int64), 0.5) for _ in range(SPLITS)]
    inequality = world_gini(social)
    return Numbers(
        float(world_gini([alone])[0]),
        float(inequality.mean()),
        float(inequality.std(ddof=1)),
        1000 * float(np.mean([unpredictability([half, alone - half]) for half in halves])),
        1000 * unpredictability(social),
        float(np.mean([rank_correlation(world, alone) for world in social])),
    )


def sorted_shares(table: Counts) -> Counts:
    """Market share of the most downloaded song of a world, of the next, ...: (worlds, songs) -> means over worlds."""
    return np.sort(market_shares(table), axis=1)[:, ::-1].mean(axis=0)
