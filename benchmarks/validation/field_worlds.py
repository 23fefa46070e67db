"""Worlds that are looked at beside the field, and bands about what is measured in several of them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np

from benchmarks.validation.data import data_file
from benchmarks.validation.target import Band
from simulation.analysis.intervals import t_interval
from simulation.model import FollowerModel
from simulation.social_graph import SocialGraph

if TYPE_CHECKING:
    import pandas as pd

KUAIRAND = "kuairand/user_counts.csv"
KUAIRAND_SOURCE = "KuaiRand (Gao et al. 2022)"
SHORT_VIDEO = "short_video"


@dataclass(frozen=True)
class Size:
    """How large worlds are, how long they live, and how many there are."""

    users: int
    creators: int
    days: int
    seeds: int


FULL, QUICK = Size(5000, 1000, 240, 5), Size(1500, 300, 60, 2)


def world(
    size: Size,
    seed: int,
    preset: str = SHORT_VIDEO,
    *,
    record: Literal["events", "daily"] = "daily",
    social_graph: SocialGraph | None = None,
    values: Mapping[str, object] | None = None,
) -> FollowerModel:
    """A world before its first day. A social graph that is given says how many users there are."""
    sizes = {"population.creators": size.creators}
    if social_graph is None:
        sizes["population.users"] = size.users
    return FollowerModel(
        {**sizes, **(values or {})}, preset=preset, seed=seed, threads=1, record=record, social_graph=social_graph
    )


@dataclass(frozen=True)
class Wanted:
    """A band before anything was measured: fields as in `Band`."""

    name: str
    low: float
    high: float
    unit: str = ""
    given: float = math.nan
    source: str = ""
    missed: str = ""

    def found(self, values: Sequence[float]) -> Band:
        """The band with what each seed gave; seeds that give no number make the whole estimate none."""
        return Band(
            self.name,
            self.unit,
            self.low,
            self.high,
            t_interval(values),
            len(values),
            given=self.given,
            source=self.source,
            missed=self.missed,
        )


def kuairand(folder: Path | None) -> pd.DataFrame | None:
    """KuaiRand's counts of users; None where they are not there."""
    import pandas as pd

    path = data_file(folder, KUAIRAND)
    return None if path is None else pd.read_csv(path)


def thinned(share: np.ndarray, most: int = 300) -> np.ndarray:
    """Places of at most so many points of a falling curve, evenly over the logarithm of its height: all of its tail."""
    if share.size <= most:
        return np.arange(share.size)
    heights = np.geomspace(share[0], share[-1], most)
    return np.unique(np.minimum(np.searchsorted(-share, -heights), share.size - 1))
