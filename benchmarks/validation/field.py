"""What targets of the field share: worlds to look at, KuaiRand's counts, and bands by column of a table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd

from benchmarks.validation.data import data_file
from benchmarks.validation.target import Band
from simulation.analysis.tables import FloatArray
from simulation.analysis.tails import ccdf
from simulation.model import FollowerModel
from simulation.social_graph import SocialGraph

KUAIRAND = "kuairand/user_counts.csv"
KUAIRAND_SOURCE = "KuaiRand (Gao et al. 2022)"
SHORT_VIDEO = "short_video"
GINI, TOP = (0.80, 0.97), (0.70, 0.95)
"""Gini coefficient of followers, and share of the most followed tenth, by KuaiRand."""


@dataclass(frozen=True)
class Size:
    """How large worlds are, how many days are simulated, and for how many seeds."""

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
) -> FollowerModel:
    """A world before its first day. A social graph that is given says how many users there are."""
    sizes = {"population.creators": size.creators, **({} if social_graph else {"population.users": size.users})}
    return FollowerModel(sizes, preset=preset, seed=seed, threads=1, record=record, social_graph=social_graph)


def worlds(
    size: Size, preset: str = SHORT_VIDEO, social_graph: SocialGraph | None = None
) -> Iterator[tuple[int, FollowerModel]]:
    """Every seed, and its world after the last day."""
    for seed in range(size.seeds):
        model = world(size, seed, preset, social_graph=social_graph)
        model.run_for(size.days)
        yield seed, model


def kuairand(folder: Path | None) -> pd.DataFrame | None:
    """KuaiRand's counts of users; None where they are not there."""
    path = data_file(folder, KUAIRAND)
    return None if path is None else pd.read_csv(path)


def measured(table: pd.DataFrame, bands: dict[str, Band]) -> tuple[Band, ...]:
    """Bands by the column of a table that holds their numbers, one row per seed."""
    return tuple(band.measured(table[column].tolist()) for column, band in bands.items())


def falling_curve(held: FloatArray, most: int = 300) -> tuple[FloatArray, FloatArray]:
    """Followers, and the share of creators with at least as many: at most so many points, evenly over ln share."""
    value, share = ccdf(held)
    if share.size <= most:
        return value, share
    heights = np.geomspace(share[0], share[-1], most)
    shown = np.unique(np.minimum(np.searchsorted(-share, -heights), share.size - 1))
    return value[shown], share[shown]
